"""Mistakes in the configuration of lighttpd."""

from __future__ import annotations

from harness.front import Lighttpd

from .mistake import Mistake

MISTAKES = [
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
    Mistake(
        "files kept open",
        Lighttpd,
        "older-file",
        'server.stat-cache-engine := "disable"',
        [('server.stat-cache-engine := "disable"', "")],
    ),
    Mistake(
        "an expiry for everything",
        Lighttpd,
        "cache-control-lost",
        "setenv.set-response-header",
        [("^proxy.server", 'setenv.set-response-header = ("Cache-Control" => "max-age=3600")\nproxy.server')],
    ),
]
