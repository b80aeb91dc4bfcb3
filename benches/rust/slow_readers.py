"""What clients that read slowly cost in memory: many of them, in the middle of a large file."""

from __future__ import annotations

import resource
import socket
import time
from contextlib import ExitStack
from typing import Any

from benches.measure.server import Server
from benches.report.table import Aim, Report, Table
from benches.report.units import mib, number
from benches.rust import downloads, files
from benches.rust.contestants import CONTESTANTS, OURS, RAW
from benches.rust.files import GIB, KIB, MIB
from benches.section import Plan
from harness import procfs

NAME = "rust-slow-readers"
TITLE = "Slow readers"

READERS = 1_000
#: Descriptors of a client, or of a server with a file for each of its sockets.
DESCRIPTORS = 8_192
#: How often each reader reads a little.
READS = 3
LITTLE = 2**16
LIMIT = 64 * KIB


def measure(plan: Plan) -> dict[str, Any]:
    stand = downloads.prepare(plan)
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(DESCRIPTORS, most), most))
    measured = []
    for contestant in CONTESTANTS:
        plan.say(f"  {contestant.name}")
        with contestant.start(stand, tls=False) as server:
            server.wait("/" + files.name(MIB))
            idle = sum(procfs.resident(procfs.tree(server.pid)).values())
            measured.append({"server": contestant.name, "idle": idle, "busy": _busy(server)})
    return {"readers": READERS, "measured": measured}


def report(result: dict[str, Any]) -> Report:
    readers = result["readers"]
    table = Table(f"{readers:,} slow readers of 1 GiB, HTTP/1", ["server", "idle MiB", "busy MiB", "KiB a reader"])
    aims = []
    for one in result["measured"]:
        each = (one["busy"] - one["idle"]) / readers
        table.rows.append([one["server"], mib(one["idle"]), mib(one["busy"]), number(each / KIB)])
        if one["server"] in {ours.name for ours in OURS}:
            value = f"{number(each / KIB)} KiB"
            aims.append(Aim("memory of a slow reader", "less than 64 KiB", value, each < LIMIT, "", one["server"]))
    table.note = (
        "Resident memory of all processes of the server, which buffers in the kernel are no part of. "
        f"{RAW.name} has a thread for each."
    )
    return Report([table], aims)


def _busy(server: Server) -> int:
    """The resident memory while all of them wait for more."""
    request = f"GET /{files.name(GIB)} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()
    with ExitStack() as stack:
        readers = []
        for _ in range(READERS):
            reader = stack.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=30))
            reader.sendall(request)
            readers.append(reader)
        most = 0
        for _ in range(READS):
            for reader in readers:
                if not reader.recv(LITTLE):
                    raise server.error("closed the connection of a slow reader")
            time.sleep(0.2)
            most = max(most, sum(procfs.resident(procfs.tree(server.pid)).values()))
    return most
