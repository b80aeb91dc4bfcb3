"""Who is compared, and how each is started."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Template

from benches.measure.server import Server

CONFIGS = Path(__file__).with_name("configs")


@dataclass(frozen=True)
class Stand:
    """What a server is started with."""

    program: Path
    root: Path
    scratch: Path
    certificate: Path
    key: Path


@dataclass(frozen=True)
class Contestant:
    """A server, and the command that starts it on a port, over TLS or not."""

    name: str
    command: Callable[[Stand, int, bool], Sequence[str | Path]]
    #: The raw program knows neither TLS nor HTTP/2.
    tls: bool = True

    def start(self, stand: Stand, tls: bool) -> Server:
        log = stand.scratch / f"{self.name}{'-tls' if tls else ''}.log".replace(" ", "-")
        return Server(self.name, lambda port: self.command(stand, port, tls), {}, log, tls=tls)


def _program(name: str) -> Callable[[Stand, int, bool], list[str | Path]]:
    def command(stand: Stand, port: int, tls: bool) -> list[str | Path]:
        identity = [stand.certificate, stand.key] if tls else []
        return [stand.program, name, f"127.0.0.1:{port}", stand.root, *identity]

    return command


def _nginx(stand: Stand, port: int, tls: bool) -> list[str | Path]:
    user = "user root;" if os.geteuid() == 0 else ""
    config = _fill("nginx.conf", stand, port, tls=" ssl http2" if tls else "", user=user)
    return ["/usr/sbin/nginx", "-p", stand.scratch, "-c", config]


def _lighttpd(stand: Stand, port: int, tls: bool) -> list[str | Path]:
    enabled = f'ssl.engine = "enable"\nssl.pemfile = "{stand.certificate}"\nssl.privkey = "{stand.key}"'
    modules = '"mod_openssl"' if tls else ""
    config = _fill("lighttpd.conf", stand, port, tls=enabled if tls else "", modules=modules)
    return ["/usr/sbin/lighttpd", "-D", "-f", config]


def _fill(template: str, stand: Stand, port: int, **values: str) -> Path:
    scratch = stand.scratch / f"{template}-{port}"
    scratch.mkdir()
    given = {"port": str(port), "root": str(stand.root), "scratch": str(scratch)}
    given |= {"certificate": str(stand.certificate), "key": str(stand.key)}
    config = scratch / template
    config.write_text(Template((CONFIGS / template).read_text()).substitute(given | values))
    return config


SERVE = Contestant("xsendfile, serve", _program("serve"))
AXUM = Contestant("xsendfile, axum", _program("axum"))
ACTIX = Contestant("xsendfile, actix", _program("actix"))
TOWER = Contestant("tower-http ServeFile", _program("tower-http"))
STATICFILE = Contestant("hyper-staticfile", _program("hyper-staticfile"))
NAMED_FILE = Contestant("actix-files NamedFile", _program("actix-files"))
NGINX = Contestant("nginx", _nginx)
LIGHTTPD = Contestant("lighttpd", _lighttpd)
RAW = Contestant("raw sendfile", _program("raw"), tls=False)

BY_KERNEL = [SERVE, AXUM]
OURS = [SERVE, AXUM, ACTIX]
RUST_PEERS = [TOWER, STATICFILE, NAMED_FILE]
CONTESTANTS = [*OURS, *RUST_PEERS, NGINX, LIGHTTPD, RAW]
