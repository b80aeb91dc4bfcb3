"""Mistakes in the configuration of nginx."""

from __future__ import annotations

from checking import Change

from harness.front import Nginx

from .mistake import Mistake

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


CACHE: list[Change] = [
    (r"^    server \{", "    proxy_cache_path DIR/cache keys_zone=files:1m;\n    server {"),
    (
        "server_name _;",
        """server_name _;
        location / {
            proxy_pass http://unix:DIR/behind.sock;
            proxy_set_header Host $http_host;
            proxy_cache files;
            proxy_cache_key $request_uri;
            proxy_cache_valid 200 1h;
            proxy_ignore_headers Cache-Control Expires Vary;
            add_header Age 1;
        }
    }
    server {
        listen unix:DIR/behind.sock;
        server_name _;""",
    ),
]
"""A cache for what everybody may have, and for what nobody else may."""


MISTAKES = [
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
    Mistake(
        "a slash doubled", Nginx, "nginx-no-location", "location ^~ /private/ {", [(PRIVATE, "location ^~ /private//")]
    ),
    Mistake(
        "no validators",
        Nginx,
        "no-validators",
        "pass them on",
        [(INTERNAL, "internal; etag off; add_header Last-Modified '';")],
        status=0,
    ),
    Mistake(
        "one ETag for every file",
        Nginx,
        "same-etag",
        "validators of its own",
        [(INTERNAL, "internal; etag off; add_header ETag '\"1\"';")],
    ),
    Mistake(
        "files kept open",
        Nginx,
        "older-file",
        "open_file_cache off;",
        [("open_file_cache off;", "open_file_cache max=1000;")],
    ),
    Mistake("a cache in front that stores", Nginx, "cache-stores", "proxy_ignore_headers Cache-Control", CACHE),
    Mistake(
        "the .gz beside a file",
        Nginx,
        "sent-from-beside",
        "gzip_static off;",
        [("gzip_static off;", "gzip_static on;")],
    ),
    Mistake("SSI", Nginx, "interpreted", "ssi off;", [("ssi off;", "ssi on;")]),
    Mistake(
        "text replaced",
        Nginx,
        "content-changed",
        "sub_filter",
        [(r"sub_filter \$.*;", "sub_filter </body> '<script></script></body>';")],
    ),
    Mistake("expires", Nginx, "cache-control-lost", "expires off;", [("expires off;", "expires 1h;")]),
    Mistake(
        "the policy is dropped",
        Nginx,
        "protection-lost",
        "add_header Content-Security-Policy $upstream_http_content_security_policy always;",
        [(r"^ *add_header Content-Security-Policy .*\n", "")],
        status=0,
    ),
]
