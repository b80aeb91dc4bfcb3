"""
make demo: the site in examples/protected_downloads, behind the server that BACKEND names.

Without one it is `simple` on gunicorn: nothing to install beside Python packages, and yet what one would run in
production without a server in front. Each worker has threads, since a video that is paused keeps its connection.
"""

from __future__ import annotations

import argparse
import os
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from toolbox import debian
from demo_backends import BACKENDS, Backend
from demo_check import Checks
from demo_site import accounts, prepared
from harness.client import Address
from harness.package import SYSTEM_PATH
from harness.place import Place
from harness.process import ServerError
from harness.server import Server
from toolbox.house import House
from toolbox.terminal import Failure, paint, say

DEFAULT = "simple"


def main() -> int:
    arguments = parse()
    # A shell lets what it starts in the background ignore Ctrl-C; who sends it to us means it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for ending in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, lambda number, _: sys.exit(128 + number))
    try:
        fresh = arguments.fresh or arguments.check
        with running(BACKENDS[arguments.backend], port=arguments.port, fresh=fresh) as server:
            if arguments.check:
                return Checks(server, arguments.backend, accounts()).run()
            welcome(server, arguments.backend)
            os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOWAIT)
            say(paint(f"A server has stopped by itself; its log:\n{server.log()[-4000:]}", "red"))
            return 1
    except KeyboardInterrupt:
        say("\nStopped.")
        return 0
    except (Failure, ServerError) as failure:
        print(failure, file=sys.stderr)
        return 2


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("backend", nargs="?", default=DEFAULT, choices=BACKENDS, help=f"default: {DEFAULT}")
    port = os.environ.get("PORT") or 0
    parser.add_argument("--port", type=int, default=port, help="default: $PORT, else one that is free")
    parser.add_argument("--fresh", action="store_true", help="start from the samples, and keep nothing")
    parser.add_argument(
        "--check", action="store_true", help="fresh; log in, download, be refused, exit with the result"
    )
    return parser.parse_args()


@contextmanager
def running(backend: Backend, *, port: int = 0, fresh: bool = False) -> Iterator[Server]:
    """The demo behind the servers of a backend, its data kept from run to run unless it is to be fresh."""
    if port:
        refuse_taken(port)
    os.environ["PATH"] = SYSTEM_PATH
    debian.install(debian.BUILD + backend.packages)
    with Place("xsendfile-demo") as place:
        site = prepared(House(), place, backend=backend.name, fresh=fresh)
        with backend.started(site, place, Address(port) if port else None) as server:
            yield server


def refuse_taken(port: int) -> None:
    """Whoever listens there would answer in the demo's place."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((Address.host, port))
        except OSError as error:
            raise Failure(f"Port {port} cannot be used ({error.strerror}): choose another with PORT=…") from error


def welcome(server: Server, backend: str) -> None:
    say(f"\n  {paint('The demo is running:', 'bold')} {paint(server.base_url + '/', 'green')}   (backend {backend})\n")
    for name, account in accounts().items():
        what = "staff, sees all files" if account.get("staff") else f"{len(account['files'])} files"
        say(f"    {name:<8} {account['password']:<18} {what}")
    say(f"\n  Logs: {server.place.path}\n  Ctrl-C stops everything.\n")


if __name__ == "__main__":
    sys.exit(main())
