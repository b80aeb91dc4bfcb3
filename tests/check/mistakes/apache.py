"""Mistakes in the configuration of Apache, by either of its modules."""

from __future__ import annotations

from checking import Change

from harness.front import ModWsgi, ModXsendfile

from .mistake import Mistake

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
    Mistake(
        "programs are run",
        ModWsgi,
        "apache-handler",
        "in <Directory ROOT>: SetHandler default-handler",
        [
            ("SetHandler default-handler", ""),
            (
                "EnableSendfile On",
                'EnableSendfile On\n<FilesMatch "\\.(jpg|php)$">\nSetHandler wsgi-script\n</FilesMatch>',
            ),
        ],
    ),
    Mistake(
        "the policy is not read",
        ModWsgi,
        "protection-lost",
        "Header set Content-Security-Policy",
        [(r"SENDFILE_CSP=\$1", "SENDFILE_NOTHING=$1")],
        status=0,
    ),
    Mistake(
        "Cache-Control is not read",
        ModWsgi,
        "cache-control-lost",
        "SENDFILE_CACHE=$1",
        [(r"SENDFILE_CACHE=\$1", "SENDFILE_NOTHING=$1")],
    ),
]
