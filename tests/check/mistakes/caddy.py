"""Mistakes in the configuration of Caddy."""

from __future__ import annotations

from harness.front import Caddy

from .mistake import Mistake

MISTAKES = [
    Mistake(
        "the backend of another server",
        Caddy,
        "backend-of-another-server",
        'SENDFILE_BACKEND = "django_sendfile.backends.caddy"',
        backend="xsendfile",
    ),
    Mistake(
        "clients' headers passed on",
        Caddy,
        "client-headers-reach-application",
        "in reverse_proxy: header_up -X-Sendfile-Type",
        [(r"^ *header_up -X-(Accel|Sendfile).*\n", "")],
        status=0,
    ),
    Mistake(
        "SCRIPT_NAME passed on",
        Caddy,
        "client-headers-reach-application",
        "header_up -*_*",
        [(r"header_up -\*_\*", "")],
        status=0,
    ),
    Mistake(
        "nothing handles the answer",
        Caddy,
        "caddy-no-intercept",
        "@sendfile header X-Accel-Redirect *, and handle_response @sendfile {",
        [(r"@sendfile header X-Accel-Redirect \*", "@sendfile header X-Nothing *")],
    ),
    Mistake(
        "the application's headers are not copied",
        Caddy,
        "caddy-headers-not-copied",
        "copy_response_headers { exclude Content-Length ETag Last-Modified X-Accel-Redirect }",
        [(r"copy_response_headers \{[^}]*\}", "")],
    ),
    Mistake("HEAD becomes GET", Caddy, "caddy-head-body", "method GET", [(r"method @other GET", "method GET")]),
    Mistake(
        "no file is sent",
        Caddy,
        "caddy-no-file",
        "root, rewrite and file_server",
        [(r"rewrite \* \{http.*", "respond 200")],
    ),
    Mistake(
        "the prefix stays",
        Caddy,
        "caddy-prefix-not-stripped",
        "uri strip_prefix /private",
        [(r"handle_path /private/\*", "handle /private/*")],
    ),
    Mistake("another root", Caddy, "caddy-root-elsewhere", "root * ROOT", [(r"root \* ROOT", "root * DIR")]),
    Mistake(
        "open to everybody",
        Caddy,
        "private-url-open",
        "handle_response",
        [
            (
                r"^    handle \{",
                "    handle_path /private/* {\n        root * ROOT\n        file_server\n    }\n    handle {",
            )
        ],
    ),
    Mistake(
        "the .gz beside a file",
        Caddy,
        "sent-from-beside",
        "remove precompressed",
        [("disable_canonical_uris", "disable_canonical_uris\nprecompressed gzip")],
    ),
]
