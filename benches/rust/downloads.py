"""What a download costs, by server, protocol, size and number of connections."""

from __future__ import annotations

import resource
import ssl
from contextlib import ExitStack
from hashlib import sha256
from typing import Any
from urllib.request import urlopen

from benches.measure import h2load, load
from benches.measure.rounds import turns
from benches.measure.server import Server
from benches.measure.usage import usage
from benches.report.table import Report
from benches.rust import build, downloads_report, files
from benches.rust.cases import CASES, Case, Protocol
from benches.rust.contestants import CONTESTANTS, Contestant, Stand
from benches.rust.files import MIB
from benches.section import Plan
from harness.certificate import self_signed

NAME = "rust-downloads"
TITLE = "Downloads with hyper, axum and actix-web"

SECONDS, QUICK_SECONDS = 0.6, 0.5
QUICK_ROUNDS = 2


def measure(plan: Plan) -> dict[str, Any]:
    stand = prepare(plan)
    measured: list[dict[str, Any]] = []
    for tls in (False, True):
        contestants = [one for one in CONTESTANTS if one.tls or not tls]
        cases = [case for case in CASES if (case.protocol is not Protocol.HTTP) is tls]
        with ExitStack() as stack:
            servers = {one: stack.enter_context(one.start(stand, tls)) for one in contestants}
            for server in servers.values():
                server.wait("/" + files.name(MIB))
                _check(server, stand)
            for case in cases:
                if case.quick or not plan.quick:
                    plan.say(f"  {case.title}")
                    measured.append(_measure(case, servers, plan))
    return {"cases": measured}


def report(result: dict[str, Any]) -> Report:
    return downloads_report.report(result)


def prepare(plan: Plan) -> Stand:
    """Everything that the servers need."""
    plan.say("  building the servers")
    program = build.program()
    root = plan.cache / "rust"
    plan.say("  files")
    files.make(root)
    return Stand(program, root, plan.scratch, *self_signed(plan.scratch, "localhost"))


def _measure(case: Case, servers: dict[Contestant, Server], plan: Plan) -> dict[str, Any]:
    samples: dict[str, list[dict[str, float]]] = {one.name: [] for one in servers}
    rounds = min(case.rounds, QUICK_ROUNDS) if plan.quick else case.rounds
    for one in turns(list(servers), rounds):
        samples[one.name].append(_sample(case, servers[one], QUICK_SECONDS if plan.quick else SECONDS))
    return {
        "title": case.title,
        "protocol": case.protocol.value,
        "length": case.length,
        "connections": case.connections,
        "samples": samples,
    }


def _sample(case: Case, server: Server, seconds: float) -> dict[str, float]:
    url = server.url("/" + files.name(case.size))
    requests: float
    before, client_before = usage(server.pid), _own_seconds()
    if case.protocol is not Protocol.HTTP:
        http2 = case.protocol is Protocol.HTTP2
        got = h2load.h2load(url, requests=case.requests, connections=case.connections, http2=http2)
        requests, received, took = got.requests, got.bytes, got.seconds
    elif case.requests:
        downloads = [load.download(url) for _ in range(case.requests)]
        requests, received = len(downloads), sum(one.bytes for one in downloads)
        took = sum(one.seconds for one in downloads)
    else:
        headers = ["Range: bytes={}-{}".format(*case.range)] if case.range else []
        run = load.wrk(url, connections=case.connections, seconds=seconds, headers=headers, whole=case.length <= MIB)
        # Of large files so many are in parts on their way that whole ones are not what was done.
        requests = run.requests if case.length <= MIB else run.bytes / case.length
        received, took = run.bytes, run.seconds
    spent = usage(server.pid) - before
    return {
        "requests": requests,
        "bytes": received,
        "seconds": took,
        "cpu_user": spent.user,
        "cpu_system": spent.system,
        "cpu_client": _own_seconds() - client_before,
    }


def _own_seconds() -> float:
    """Processor seconds of the client: of this process, and of those that it ran."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _check(server: Server, stand: Stand) -> None:
    """The right bytes come; the speed of wrong ones is of no interest."""
    wanted = sha256((stand.root / files.name(MIB)).read_bytes()).digest()
    unverified = ssl._create_unverified_context()
    with urlopen(server.url("/" + files.name(MIB)), timeout=30, context=unverified) as response:
        if sha256(response.read()).digest() != wanted:
            raise server.error("sends something else")
