"""What the measurements of downloads say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from benches.python.contestants import ASYNC, EMPTY, FILE_RESPONSE, MEMORY, OURS, PEER_SYNC, SYNC
from benches.python.files import GIB, MIB
from benches.report.table import Aim, Report, Table
from benches.report.units import mib, milliseconds, number, ratio, size

Measured = dict[str, Any]

RISE_AIM = 10_000_000
CPU_AIMS = {"gunicorn": 0.25, "uvicorn": 0.5, "uvicorn, middleware": 0.5}


@dataclass(frozen=True)
class MeasuredAim(Aim):
    """An aim, and what it was measured on."""

    server: str = ""
    way: str = ""
    size: int = 0

    @property
    def key(self) -> str:
        return f"{self.server}, {self.way}, {size(self.size)}"


def report(result: dict[str, Any]) -> Report:
    sizes = sorted({measured["size"] for measured in result["measured"]})
    tables = [_table(result, of) for of in sizes]
    return Report(tables, list(aims(result)))


def aims(result: dict[str, Any]) -> list[MeasuredAim]:
    """What was aimed at, as far as it has been measured yet."""
    found = []
    for measured in result["measured"]:
        if measured["way"] not in (SYNC.name, ASYNC.name) or "cpu_per_gb" not in measured:
            continue
        if measured["size"] == MIB and measured["server"] in CPU_AIMS:
            found.append(_cpu_aim(result, measured))
        if measured["size"] == GIB:
            found.append(_rise_aim(result, measured))
    return found


def _table(result: dict[str, Any], of: int) -> Table:
    busy = f"{result['connections']} connections" if of < GIB else "one at a time"
    cost = "CPU-s per GB" if of >= MIB else "CPU µs per request"
    columns = [
        "server",
        "way",
        "requests/s",
        "GB/s",
        cost,
        "in kernel",
        "page faults a request",
        f"ratio to {PEER_SYNC.name}",
    ]
    columns += ["first byte, ms", "idle MiB", "peak MiB", "a worker's rise MiB"]
    table = Table(f"{size(of)}, {busy}", columns)
    for one in result["measured"]:
        if one["size"] != of:
            continue
        spent = one["cpu_per_gb"]["median"] if of >= MIB else one["cpu_per_request"]["median"] * 1e6
        row = [one["server"], one["way"], number(one["requests_per_second"]["median"])]
        row += [number(one["bytes_per_second"]["median"] / 1e9), number(spent), f"{one['cpu_in_kernel']:.0%}"]
        row.append(number(one["faults_per_request"]))
        row += [
            ratio(_beside_peer(result, one)),
            milliseconds(one["first_byte"]["median"] if one["first_byte"] else None),
        ]
        row += [mib(one["idle"]), mib(one["peak"]), mib(max(one["worker_rise"], 0))]
        table.rows.append(row)
    table.note = (
        "Processor time and memory are those of all processes of the server. *First byte*: of the body, asked for "
        "by one client alone. *Rise*: the most that one process took above what it had when idle. "
        f"{OURS} is this package."
    )
    return table


def _cpu_aim(result: dict[str, Any], measured: Measured) -> MeasuredAim:
    limit = CPU_AIMS[measured["server"]]
    part = _beside_peer(result, measured)
    assert part is not None
    return _aim(result, measured, "CPU per GB", f"at most {limit} of {PEER_SYNC.name}'s", f"{part:.2f}", part <= limit)


def _rise_aim(result: dict[str, Any], measured: Measured) -> MeasuredAim:
    rise = measured["worker_rise"]
    limit = f"less than {RISE_AIM / 1e6:.0f} MB"
    return _aim(result, measured, "a worker's rise in memory", limit, f"{rise / 1e6:.1f} MB", rise < RISE_AIM)


def _aim(result: dict[str, Any], measured: Measured, what: str, limit: str, value: str, met: bool) -> MeasuredAim:
    server, way, of = measured["server"], measured["way"], measured["size"]
    aim = MeasuredAim(what, limit, value, met, "", f"{server}, {way}, {size(of)}", server, way, of)
    return aim if met else replace(aim, why="\n".join(_why(result, measured, aim)))


def _why(result: dict[str, Any], measured: Measured, aim: MeasuredAim) -> Iterator[str]:
    """What the processor does instead."""
    request = measured["cpu_per_request"]["median"]
    yield f"{request * 1e6:,.0f} µs of processor time a request, {measured['cpu_in_kernel']:.0%} of it in the kernel"
    if floor := _find(result, aim.server, EMPTY.name):
        empty = floor["cpu_per_request"]["median"]
        yield f"{empty * 1e6:,.0f} µs ({empty / request:.0%}) go by the server and Django alone: an empty response"
    if memory := _find(result, aim.server, MEMORY.name, aim.size):
        yield f"{memory['cpu_per_request']['median'] * 1e6:,.0f} µs go where Django sends the same bytes from memory"
    if peer := _find(result, aim.server, PEER_SYNC.name, aim.size):
        spent, faults = peer["cpu_per_request"]["median"] * 1e6, peer["faults_per_request"]
        yield f"{PEER_SYNC.name}: {spent:,.0f} µs, with {faults:,.0f} page faults, which depend on the Python's build"
    if plain := _find(result, aim.server, FILE_RESPONSE.name, aim.size):
        yield f"Django's own FileResponse: {plain['cpu_per_request']['median'] * 1e6:,.0f} µs"
    if profiled := result["profiles"].get(aim.key):
        yield "its Python runs, by py-spy, in these packages, then functions:"
        yield from (f"{share:4.0%}  {name}" for name, share in profiled)


def _beside_peer(result: dict[str, Any], measured: Measured) -> float | None:
    """Processor time as a part of the peer's on the same server."""
    peer = _find(result, measured["server"], PEER_SYNC.name, measured["size"])
    return measured["cpu_per_request"]["median"] / peer["cpu_per_request"]["median"] if peer else None


def _find(result: dict[str, Any], server: str, way: str, of: int | None = None) -> Measured | None:
    for measured in result["measured"]:
        wanted = measured["server"] == server and measured["way"] == way and of in (None, measured["size"])
        if wanted and "cpu_per_request" in measured:
            found: Measured = measured
            return found
    return None
