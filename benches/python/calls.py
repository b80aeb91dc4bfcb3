"""What one call of ``sendfile`` costs, by backend."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from benches.measure.rounds import spread, turns
from benches.python import traces
from benches.python.caller import Caller
from benches.python.contestants import OURS, PEER
from benches.report.table import Aim, Report, Table
from benches.report.units import number, ratio
from benches.section import Plan

NAME = "python-calls"
TITLE = "One call of sendfile"

HANDED_OFF = ["nginx", "xsendfile", "mod_wsgi"]
STREAMED = ["simple", "development"]
BACKENDS = HANDED_OFF + STREAMED
PARTS_OF_OURS = ["HttpResponse", "response", "native"]
CALL, AND_READ = "call", "call and read"
CALLS = 20
AIM = 0.25

#: Who, and which part of `benches.python.call_worker`.
Turn = tuple[str, str]


def measure(plan: Plan) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(dir="/var/tmp", prefix="xsendfile-") as directory:
        setup = _setup(Path(directory))
        result: dict[str, Any] = _times(plan, setup)
        plan.say("  system calls")
        for name, python in plan.interpreters.items():
            result["system_calls"][name] = traces.system_calls(python, setup, BACKENDS, plan.scratch)
        if plan.instructions:
            for name, python in plan.interpreters.items():
                plan.say(f"  instructions of {name}, under valgrind")
                result["instructions"][name] = traces.instructions(python, setup, BACKENDS, plan.scratch)
    return result


def _setup(directory: Path) -> dict[str, str]:
    """A site as most are: a root some way down, a file some way beneath it."""
    root = directory / "media" / "protected"
    file = root / "documents" / "2024" / "report.pdf"
    file.parent.mkdir(parents=True)
    file.write_bytes(bytes(1024))
    return {"root": str(root), "url": "/protected", "file": str(file)}


def _times(plan: Plan, setup: dict[str, str]) -> dict[str, Any]:
    generations, rounds = (2, 40) if plan.quick else (6, 80)
    taken: dict[str, dict[Turn, list[float]]] = {backend: {} for backend in BACKENDS}
    for generation in range(generations):
        # New processes: where their memory happens to lie is part of what a call costs.
        plan.say(f"  times, {generation + 1} of {generations}")
        with ExitStack() as stack:
            callers = {name: stack.enter_context(Caller(plan.interpreters[name], setup)) for name in (OURS, PEER)}
            for backend in BACKENDS:
                for name, part in turns(_turns(backend), rounds):
                    seconds = callers[name].call(backend, part, CALLS)
                    taken[backend].setdefault((name, part), []).append(seconds)
    result: dict[str, Any] = {"seconds": {}, "parts": {}, "system_calls": {}, "instructions": {}}
    for backend, by_turn in taken.items():
        for part, label in ((CALL, backend), (AND_READ, f"{backend}, body read")):
            if (OURS, part) in by_turn:
                ours, peer = by_turn[OURS, part], by_turn[PEER, part]
                result["seconds"][label] = {
                    OURS: spread(ours),
                    PEER: spread(peer),
                    # Of the two in the same round: what slowed that round slowed both.
                    "ratio": spread(one / other for one, other in zip(ours, peer, strict=True)),
                }
        result["parts"][backend] = {part: spread(by_turn[OURS, part]) for part in PARTS_OF_OURS}
    return result


def _turns(backend: str) -> list[Turn]:
    """What is timed in one round, each right after the other."""
    wholes = [CALL, AND_READ] if backend in STREAMED else [CALL]
    return [(name, part) for part in wholes for name in (OURS, PEER)] + [(OURS, part) for part in PARTS_OF_OURS]


def report(result: dict[str, Any]) -> Report:
    return Report([_costs(result), _parts(result), _system_calls(result)], [_aim(result, name) for name in HANDED_OFF])


def _costs(result: dict[str, Any]) -> Table:
    counted = result["instructions"]
    columns = ["backend", f"{OURS}, µs", f"{PEER}, µs", "ratio"]
    if counted:
        columns += [f"{OURS}, 1000 instructions", PEER, "ratio"]
    table = Table("Time of one call, 1 KiB file: median", columns)
    for backend, seconds in result["seconds"].items():
        ours, peer = (seconds[name]["median"] for name in (OURS, PEER))
        row = [backend, number(ours * 1e6), number(peer * 1e6), ratio(seconds["ratio"]["median"])]
        if counted:
            ours, peer = (counted[name].get(backend) for name in (OURS, PEER))
            row += [number(ours / 1000), number(peer / 1000), ratio(ours / peer)] if ours and peer else ["", "", ""]
        table.rows.append(row)
    table.note = (
        "The root has four components, the file lies three below it, `SENDFILE_URL` is set. "
        f"The call of {PEER} reads a streamed file, ours opens it: compare the rows with the body read."
    )
    if counted:
        table.note += (
            " Instructions are those in user space, counted by callgrind, which does not know openat2(2): ours are "
            "those of the way around it, and so too many."
        )
    return table


def _parts(result: dict[str, Any]) -> Table:
    columns = ["backend", "whole, µs", "extension", "response", "the rest", "for comparison: HttpResponse alone"]
    table = Table("What our call is spent on", columns)
    for backend, parts in result["parts"].items():
        whole = result["seconds"][backend][OURS]["median"]
        native, response, alone = (parts[part]["median"] for part in ("native", "response", "HttpResponse"))
        rest = whole - native - response
        table.rows.append([backend, *(number(part * 1e6) for part in (whole, native, response, rest, alone))])
    table.note = (
        "*Extension* is the decision in Rust with its system calls, and its answer as Python objects; *response* is "
        "Django's response object made of it; *the rest* is Python between the view and both."
    )
    return table


def _system_calls(result: dict[str, Any]) -> Table:
    table = Table("System calls of one call", ["backend", OURS, PEER])
    for backend in BACKENDS:
        cells = [result["system_calls"][name].get(backend) for name in (OURS, PEER)]
        table.rows.append([backend, *map(_counts, cells)])
    return table


def _counts(counts: dict[str, float] | None) -> str:
    if counts is None:
        return "not counted: strace is not installed"
    names = ", ".join(f"{name} {count:g}" if count != 1 else name for name, count in counts.items())
    return f"{sum(counts.values()):g}: {names}"


def _aim(result: dict[str, Any], backend: str) -> Aim:
    ours, peer = (result["seconds"][backend][name]["median"] for name in (OURS, PEER))
    parts = {part: spent["median"] for part, spent in result["parts"][backend].items()}
    shares = {
        "extension": parts["native"],
        "response": parts["response"],
        "the rest, in Python": ours - parts["native"] - parts["response"],
    }
    why = "; ".join(f"{part} {spent * 1e6:.1f} µs ({spent / ours:.0%})" for part, spent in shares.items())
    part_of_peer = result["seconds"][backend]["ratio"]["median"]
    value = f"{part_of_peer:.2f} ({number(ours * 1e6)} of {number(peer * 1e6)} µs)"
    met = part_of_peer <= AIM
    return Aim(f"time of a call beside {PEER}", f"at most {AIM}", value, met, "" if met else why, backend)
