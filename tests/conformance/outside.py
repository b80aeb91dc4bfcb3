"""A hostile rest of a configuration: all that a server can do to a file, switched on around the site."""

from __future__ import annotations

from pathlib import Path

from harness.front import APACHE_MODULES, Apache, Front, Lighttpd, ModWsgi, Nginx

NGINX = """
    gzip on; gzip_min_length 1; gzip_types *;
    gzip_static always;
    ssi on; ssi_types *;
    sub_filter content CHANGED; sub_filter_types *;
    add_before_body /added; add_after_body /added; addition_types *;
    charset_map koi8-r windows-1251 { 63 64; }
    source_charset koi8-r; charset windows-1251; override_charset on; charset_types *;
    expires max;
    add_header Cache-Control public always;
    error_page 403 404 416 =200 /ready;
    open_file_cache max=100; open_file_cache_valid 60s;
    autoindex on;
    underscores_in_headers on; ignore_invalid_headers off;
"""

APACHE = """
ExtFilterDefine shout mode=output cmd="/usr/bin/tr c C"
AddOutputFilterByType DEFLATE text/html
AddOutputFilterByType SUBSTITUTE text/html
AddOutputFilter shout .svg .svgz
AddHandler send-as-is .txt
ExpiresActive On
ExpiresDefault "access plus 1 year"
AddEncoding x-gzip .gz .svgz
AddCharset koi8-r .txt
AddDefaultCharset koi8-r
DirectoryIndex index.html
CheckSpelling On
ErrorDocument 403 /ready
ErrorDocument 404 /ready
ErrorDocument 416 /ready
<Directory />
    Options +Includes +MultiViews +Indexes
    Substitute s/content/CHANGED/
    MetaFiles On
    RewriteEngine On
    RewriteRule rewritten\\.txt$ /ready
</Directory>
<Location "/">
    Options +Includes +MultiViews
    SetOutputFilter shout
    CharsetSourceEnc koi8-r
    CharsetDefault windows-1251
</Location>
"""

# mod_xsendfile sends the answer of the application, so a header that the site sets for all holds there too.
MOD_WSGI = """
Header always set Cache-Control public
Header set Cache-Control public
Header always set Expires "Fri, 01 Jan 2100 00:00:00 GMT"
"""

MODULES = (
    *(
        "alias",
        "asis",
        "brotli",
        "cern_meta",
        "charset_lite",
        "deflate",
        "dir",
        "expires",
        "ext_filter",
        "filter",
        "include",
    ),
    *("negotiation", "rewrite", "setenvif", "speling", "substitute"),
)

LIGHTTPD = """
server.modules += ( "mod_expire", "mod_ssi" )
expire.url = ( "" => "access plus 1 years" )
ssi.extension = ( ".html", ".txt" )
server.force-lowercase-filenames = "enable"
server.error-handler = "/ready"
server.error-handler-404 = "/ready"
server.stat-cache-engine = "simple"
server.follow-symlink = "enable"
mimetype.assign = ( ".svgz" => "image/svg+xml", "" => "text/plain" )
"""


def around(front: Front, text: str) -> str:
    """The configuration that was printed, with all of that around the site. Caddy's site stands in nothing."""
    if isinstance(front, Nginx):
        return text.replace("http {\n", f"http {{\n{NGINX}", 1)
    if isinstance(front, Apache):
        modules = [f"mod_{name}.so" for name in MODULES]
        load = "".join(
            f"LoadModule {name}_module {APACHE_MODULES}/{module}\n"
            for name, module in zip(MODULES, modules, strict=True)
            if module not in text
        )
        more = MOD_WSGI if isinstance(front, ModWsgi) else ""
        return text.replace("TypesConfig ", f"{load}{APACHE}{more}TypesConfig ", 1)
    if isinstance(front, Lighttpd):
        before, begin, _ = text.partition("# lighttpd in front of the application.")
        alone = Alone(front.site, front.place, upstream=front.upstream).printed()
        return f"{before}{LIGHTTPD}{begin}{alone.partition(begin)[2]}"
    return text


class Alone(Lighttpd):
    """Its site as it is put into a configuration, for the name by which the tests ask."""

    def arguments(self) -> list[str | Path]:
        assert self.upstream
        return ["--upstream", self.upstream.reached_at, "--server-name", "127.0.0.1"]


def hostile(front: type[Front], without: str = "") -> type[Front]:
    """The server with that configuration; `without` is a piece of what is printed, and left out."""

    class Hostile(front):  # type: ignore[misc,valid-type]
        def printed(self) -> str:
            text = around(self, super().printed())
            assert without in text, f"{without} is not printed"
            return text.replace(without, "") if without else text

    return Hostile
