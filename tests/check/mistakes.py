"""Mistakes that people make, each with the name that the check has for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from checking import Change

from harness.front import Caddy, Front, Lighttpd, ModWsgi, ModXsendfile, Nginx


@dataclass(frozen=True)
class Mistake:
    """A right configuration with something written otherwise."""

    id: str
    front: type[Front]
    cause: str
    """The name of the cause."""
    advice: str
    """What the check says must be written; ROOT is the root."""
    changes: Sequence[Change] = ()
    status: int = 1
    """How the check ends."""
    backend: str | None = None


ALIAS = "alias ROOT/;"
INTERNAL = r"^ *internal;"
PRIVATE = r"location \^~ /private/"
BUFFER = r"proxy_buffer_size 16k;"
NGINX_STRIPS = r"^ *proxy_set_header X-(Accel|Sendfile).*\n"


def before_private(text: str) -> list[Change]:
    return [(PRIVATE, f"{text}\n    location ^~ /private/")]


def canary_answered(how: str) -> list[Change]:
    """The server answers the canary's URL itself."""
    return before_private(f"location = /xsendfile-canary {{ {how} }}")


def gone(how: str) -> list[Change]:
    """The server has a page of its own for a file that is missing."""
    return [*before_private(f"location @gone {{ {how} }}"), (INTERNAL, "internal; error_page 404 = @gone;")]


NGINX_MISTAKES = [
    Mistake("alias without its slash", Nginx, "nginx-alias-without-slash", "alias ROOT/;", [(ALIAS, "alias ROOT;")]),
    Mistake("root instead of alias", Nginx, "nginx-root-for-alias", "alias ROOT/;", [(ALIAS, "root ROOT;")]),
    Mistake("alias to another directory", Nginx, "nginx-alias-elsewhere", "alias ROOT/;", [(ALIAS, "alias DIR/;")]),
    Mistake("internal forgotten", Nginx, "nginx-not-internal", "internal;", [(INTERNAL, "")]),
    Mistake(
        "no location for the URL",
        Nginx,
        "nginx-no-location",
        "location ^~ /private/ { internal; alias ROOT/; }",
        [(PRIVATE, "location ^~ /protected/")],
    ),
    Mistake(
        "a regular expression wins",
        Nginx,
        "nginx-regex-location",
        "location ^~ /private/",
        [(PRIVATE, "location ~* \\.(jpg|css|js|png)$ { root DIR; }\n    location /private/")],
    ),
    Mistake(
        "small buffers",
        Nginx,
        "nginx-buffer-too-small",
        "proxy_buffer_size 16k",
        [(r"^ *proxy_(buffer_size|buffers|busy_buffers_size) .*\n", "")],
    ),
    Mistake(
        "hand-offs ignored",
        Nginx,
        "nginx-ignores-hand-off",
        "remove proxy_ignore_headers",
        [(BUFFER, "proxy_buffer_size 16k; proxy_ignore_headers X-Accel-Redirect;")],
    ),
    Mistake(
        "published as media too",
        Nginx,
        "published",
        "location /media",
        before_private("location /media/ { alias ROOT/; }"),
    ),
    Mistake("ranges off", Nginx, "ranges-ignored", "max_ranges 0", [(INTERNAL, "internal; max_ranges 0;")]),
    Mistake(
        "compressed", Nginx, "compressed-in-front", "gzip off;", [("gzip off;", "gzip on; gzip_types *;")], status=0
    ),
    Mistake(
        "symlinks followed",
        Nginx,
        "follows-symlinks",
        "disable_symlinks on from=ROOT/;",
        [(r"disable_symlinks .*;", "")],
        status=0,
    ),
    Mistake(
        "clients' headers passed on",
        Nginx,
        "client-headers-reach-application",
        'proxy_set_header X-Accel-Redirect "";',
        [(NGINX_STRIPS, "")],
        status=0,
    ),
    Mistake(
        "another host told",
        Nginx,
        "host-changed",
        "proxy_set_header Host $http_host;",
        [(r"^ *proxy_set_header (X-Forwarded-)?Host .*\n", "")],
        status=0,
    ),
    Mistake(
        "the backend of another server",
        Nginx,
        "backend-of-another-server",
        'SENDFILE_BACKEND = "django_sendfile.backends.nginx"',
        backend="xsendfile",
    ),
    Mistake(
        "the application is down",
        Nginx,
        "application-down",
        "start the application",
        canary_answered("proxy_pass http://127.0.0.1:9;"),
        status=2,
    ),
    Mistake(
        "the canary asks for a password",
        Nginx,
        "canary-forbidden",
        "--header",
        canary_answered("return 401;"),
        status=2,
    ),
    Mistake(
        "the canary redirects to a login",
        Nginx,
        "canary-redirected",
        "middleware that asks for a login",
        canary_answered("return 302 /login/;"),
        status=2,
    ),
    Mistake(
        "everything redirects to HTTPS",
        Nginx,
        "redirected-to-https",
        "--url https://127.0.0.1/",
        canary_answered("return 301 https://$host$request_uri;"),
        status=2,
    ),
    Mistake(
        "the host is refused",
        Nginx,
        "host-refused",
        '"127.0.0.1" in ALLOWED_HOSTS',
        canary_answered("return 400;"),
        status=2,
    ),
    Mistake(
        "another page at the canary's URL",
        Nginx,
        "canary-answers-otherwise",
        'include("django_sendfile.urls")',
        canary_answered("return 200 welcome;"),
        status=2,
    ),
    Mistake("the canary fails", Nginx, "canary-fails", "log", canary_answered("return 500;"), status=2),
    Mistake("the location denies", Nginx, "nginx-refuses", "permissions", [(INTERNAL, "internal; deny all;")]),
    Mistake(
        "open in another spelling",
        Nginx,
        "private-url-by-spelling",
        "location ^~ /private/ { internal; alias ROOT/; }",
        before_private("location /PRIVATE/ { alias ROOT/; }"),
    ),
    Mistake("an error for a missing file", Nginx, "missing-is-not-404", "404", gone("return 500;")),
    Mistake(
        "the page for a missing file tells",
        Nginx,
        "error-page-shows-path",
        "error_page",
        gone('return 404 "nothing beneath /private/";'),
        status=0,
    ),
    Mistake(
        "a page instead of the file",
        Nginx,
        "another-file",
        "location ^~ /private/ { internal; alias ROOT/; }",
        [(INTERNAL, "internal; return 200 welcome;")],
    ),
    Mistake(
        "dates not compared",
        Nginx,
        "never-not-modified",
        "validators",
        [(INTERNAL, "internal; if_modified_since off;")],
    ),
    Mistake(
        "HEAD refused",
        Nginx,
        "head-differs",
        "wherever GET does",
        [(INTERNAL, "internal; if ($request_method = HEAD) { return 405; }")],
    ),
    Mistake(
        "a client's header believed",
        Nginx,
        "client-headers-act",
        "remove them from requests",
        [(INTERNAL, "internal; if ($http_x_accel_redirect) { return 404; }")],
    ),
]

MOD_XSENDFILE_MISTAKES = [
    Mistake("off", ModXsendfile, "mod_xsendfile-off", "XSendFile On", [("XSendFile On", "XSendFile Off")]),
    Mistake(
        "off, and the header removed",
        ModXsendfile,
        "hand-off-swallowed",
        "XSendFile On",
        [("XSendFile On", "XSendFile Off\n    Header unset X-Sendfile")],
    ),
    Mistake(
        "another XSendFilePath",
        ModXsendfile,
        "xsendfilepath-not-covering",
        "XSendFilePath ROOT",
        [("XSendFilePath ROOT", "XSendFilePath DIR")],
    ),
    Mistake(
        "the backend of another server", ModXsendfile, "backend-of-another-server", "mod_xsendfile", backend="nginx"
    ),
    Mistake(
        "clients' headers passed on",
        ModXsendfile,
        "client-headers-reach-application",
        "RequestHeader unset X-Sendfile",
        [(r"^ *RequestHeader unset X-(Accel|Sendfile).*\n", "")],
        status=0,
    ),
    Mistake(
        "SCRIPT_NAME passed on",
        ModXsendfile,
        "client-headers-reach-application",
        "RequestHeader unset SCRIPT_NAME early",
        [("SCRIPT_NAME, PATH_INFO", "Another")],
        status=0,
    ),
    Mistake(
        "published by an Alias",
        ModXsendfile,
        "published",
        "<Directory ROOT> Require all denied",
        [
            ("^LoadModule mime", "LoadModule alias_module /usr/lib/apache2/modules/mod_alias.so\nLoadModule mime"),
            (
                "ProxyPass / ",
                "ProxyPass /media/ !\nAlias /media/ ROOT/\n"
                "<Directory ROOT>\nRequire all granted\n</Directory>\nProxyPass / ",
            ),
        ],
    ),
]

EXPRESSION = r"Require expr .*"
GRANTED: Change = (EXPRESSION, "Require all granted")

MOD_WSGI_MISTAKES = [
    Mistake("granted to all", ModWsgi, "apache-alias-open", "in <Directory ROOT>: the <If", [GRANTED]),
    Mistake(
        "the usual rule on the request line",
        ModWsgi,
        "apache-raw-request-line",
        "instead of RewriteCond, in <Directory ROOT>: the <If",
        [
            GRANTED,
            ("^LoadModule mime", "LoadModule rewrite_module /usr/lib/apache2/modules/mod_rewrite.so\nLoadModule mime"),
            (
                "EnableSendfile On",
                "EnableSendfile On\nRewriteEngine On\nRewriteCond %{THE_REQUEST} ^[\\S]+\\ /private/\n"
                "RewriteRule ^/private/ - [F]",
            ),
        ],
    ),
    Mistake(
        "no daemon process",
        ModWsgi,
        "mod_wsgi-not-daemon",
        "process-group=site",
        [
            (" process-group=site ", " "),
            # What the daemon process was told by its own line.
            ("^WSGISocketPrefix", "WSGIPythonHome HOME\nWSGIPythonPath SITE\nWSGISocketPrefix"),
        ],
        status=0,
    ),
    Mistake(
        "the disposition is not read",
        ModWsgi,
        "mod_wsgi-headers-lost",
        "in <Directory ROOT>: SetEnvIfExpr",
        [(r"SENDFILE_DISPOSITION=\$1", "SENDFILE_NOTHING=$1")],
    ),
    Mistake(
        "no Alias", ModWsgi, "mod_wsgi-no-alias", "Alias /private/ ROOT/", [("Alias /private/", "Alias /protected/")]
    ),
    Mistake(
        "Alias to another directory",
        ModWsgi,
        "apache-alias-elsewhere",
        "Alias /private/ ROOT/",
        [("Alias /private/ ROOT/", "<Directory DIR>\nRequire all granted\n</Directory>\nAlias /private/ DIR/")],
    ),
    Mistake(
        "Alias without its slash",
        ModWsgi,
        "apache-denies",
        "Alias /private/ ROOT/",
        [("Alias /private/ ROOT/", "Alias /private/ ROOT")],
    ),
    Mistake(
        "another process group",
        ModWsgi,
        "apache-denies",
        "Alias /private/ ROOT/",
        [(r"process_group'\) == 'site'", "process_group') == 'other'")],
    ),
]

LIGHTTPD_MISTAKES = [
    Mistake(
        "not enabled",
        Lighttpd,
        "lighttpd-x-sendfile-off",
        '"x-sendfile" => "enable"',
        [('"x-sendfile" => "enable"', '"x-sendfile" => "disable"')],
    ),
    Mistake(
        "no docroot",
        Lighttpd,
        "lighttpd-no-docroot",
        '"x-sendfile-docroot" => ("ROOT")',
        [(r',\n(?: *#.*\n)*( *"x-sendfile-docroot" => \([^)]*\))', "")],
    ),
    Mistake(
        "another docroot",
        Lighttpd,
        "lighttpd-docroot-not-covering",
        '"x-sendfile-docroot" => ("ROOT")',
        [(r'"ROOT"', '"DIR"')],
    ),
    Mistake(
        "symlinks followed",
        Lighttpd,
        "follows-symlinks",
        "server.follow-symlink",
        [('server.follow-symlink = "disable"', "")],
        status=0,
    ),
    Mistake(
        "clients' headers passed on",
        Lighttpd,
        "client-headers-reach-application",
        "setenv.set-request-header",
        [(r'^ *"X-(Accel|Sendfile).*\n', "")],
        status=0,
    ),
    Mistake(
        "SCRIPT_NAME passed on",
        Lighttpd,
        "client-headers-reach-application",
        '"SCRIPT_NAME" => ""',
        [('"SCRIPT_NAME" => "",', "")],
        status=0,
    ),
    Mistake(
        "ranges off",
        Lighttpd,
        "ranges-ignored",
        "server.range-requests",
        [("^proxy.server", 'server.range-requests = "disable"\nproxy.server')],
    ),
    Mistake(
        "another disposition",
        Lighttpd,
        "headers-lost",
        "on the way to the private files",
        [("^proxy.server", 'setenv.set-response-header = ("Content-Disposition" => "inline")\nproxy.server')],
    ),
]

CADDY_MISTAKES = [
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
]

MISTAKES = [*NGINX_MISTAKES, *MOD_XSENDFILE_MISTAKES, *MOD_WSGI_MISTAKES, *LIGHTTPD_MISTAKES, *CADDY_MISTAKES]
