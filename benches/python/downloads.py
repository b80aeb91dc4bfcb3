"""What a download costs with the backend ``simple``, by server, way of sending, and size."""

from __future__ import annotations

import statistics
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from benches.measure import load, profile
from benches.measure.rounds import spread, turns
from benches.measure.server import Server
from benches.measure.usage import usage
from benches.python import downloads_report, files
from benches.python.contestants import EMPTY, FILE_RESPONSE, KINDS, MEMORY, WHITENOISE, Kind, Way
from benches.python.files import LARGE, MIDDLE, SMALL, File
from benches.report.units import size
from benches.section import Plan
from harness import procfs

NAME = "python-downloads"
TITLE = "Downloads by the backend simple"
REPOSITORY = Path(__file__).parents[2]

CONNECTIONS = 32
WARM_SECONDS = 0.5
PROFILE_SECONDS = 3

report = downloads_report.report


@dataclass(frozen=True)
class Length:
    """How long a measurement goes on."""

    #: How often the servers are started anew. Whether a heap that grew for one answer is given back
    #: before the next is chance, and costs as much as the answer: one start is not enough to tell.
    starts: int
    #: Rounds between two starts.
    rounds: int
    #: Of load, where it is not one download.
    seconds: float = 0


FULL = {SMALL: Length(1, 3, 1.0), MIDDLE: Length(3, 1, 1.5), LARGE: Length(1, 2)}
QUICK = {SMALL: Length(1, 1, 0.7), MIDDLE: Length(1, 1, 0.8), LARGE: Length(1, 1)}


@dataclass
class Samples:
    """What was measured of one way of sending, by round."""

    loads: list[dict[str, float]] = field(default_factory=list)
    first_bytes: list[float] = field(default_factory=list)
    #: Bytes of each process, when idle and at most.
    memory: list[tuple[dict[int, int], dict[int, int]]] = field(default_factory=list)

    def summary(self) -> dict[str, Any]:
        """Over the rounds: medians, and the most memory."""
        loads = self.loads
        cpu = [load["cpu_user"] + load["cpu_system"] for load in loads]
        kernel = [load["cpu_system"] / (spent or 1) for spent, load in zip(cpu, loads, strict=True)]
        rises = [peak.get(pid, 0) - before for idle, peak in self.memory for pid, before in idle.items()]
        return {
            "requests_per_second": spread(load["requests"] / load["seconds"] for load in loads),
            "bytes_per_second": spread(load["bytes"] / load["seconds"] for load in loads),
            "cpu_per_request": spread(spent / load["requests"] for spent, load in zip(cpu, loads, strict=True)),
            "cpu_per_gb": spread(spent / (load["bytes"] / 1e9) for spent, load in zip(cpu, loads, strict=True)),
            "cpu_in_kernel": statistics.median(kernel),
            "faults_per_request": statistics.median(load["faults"] / load["requests"] for load in loads),
            "p99": statistics.median(load["p99"] for load in loads),
            "first_byte": spread(self.first_bytes) if self.first_bytes else None,
            "idle": max(sum(idle.values()) for idle, _ in self.memory),
            "peak": max(sum(peak.values()) for _, peak in self.memory),
            # Of the process in which it rose most, which is a worker.
            "worker_rise": max(rises),
        }


def measure(plan: Plan) -> dict[str, Any]:
    root = plan.cache / "protected"
    plan.say("  files")
    files.make(root)
    result: dict[str, Any] = {"connections": CONNECTIONS, "measured": [], "profiles": {}}
    for kind in KINDS:
        for file in kind.files:
            _measure(kind, file, root, plan, result)
    return result


def _measure(kind: Kind, file: File, root: Path, plan: Plan, result: dict[str, Any]) -> None:
    ways = _ways(kind, file, plan)
    plan.say(f"  {kind.name}, {size(file.size)}: {'; '.join(way.name for way in ways)}")
    samples = {way: Samples() for way in ways}
    length = (QUICK if plan.quick else FULL)[file]
    for _ in range(length.starts):
        with ExitStack() as stack:
            # New servers for each size: what one size leaves in memory must not hide what the next takes.
            Stand(kind, ways, root, plan, stack).measure(file, length, samples)
    for way in ways:
        result["measured"].append({"server": kind.name, "way": way.name, "size": file.size, **samples[way].summary()})
    missed = [
        aim
        for aim in downloads_report.aims(result)
        if not aim.met and aim.server == kind.name and aim.size == file.size
    ]
    if missed and not plan.quick:
        with ExitStack() as stack:
            stand = Stand(kind, ways, root, plan, stack)
            for aim in missed:
                way = next(way for way in ways if way.name == aim.way)
                result["profiles"][aim.key] = stand.profile(way, file)


def _ways(kind: Kind, file: File, plan: Plan) -> list[Way]:
    def suits(way: Way) -> bool:
        if way is EMPTY:
            return file is SMALL
        if way is MEMORY:
            return file is MIDDLE
        if way is WHITENOISE:
            return not plan.quick and file is not LARGE
        return way is not FILE_RESPONSE or not plan.quick

    return [way for way in kind.ways if suits(way)]


class Stand:
    """One kind of server, run for each variant of the site at the same time, and measured by turns."""

    def __init__(self, kind: Kind, ways: list[Way], root: Path, plan: Plan, stack: ExitStack) -> None:
        self._ways = ways
        self._root = root
        self._plan = plan
        self._servers: dict[str, Server] = {}
        for way in ways:
            if way.variant not in self._servers:
                self._servers[way.variant] = stack.enter_context(self._server(kind, way))
        for way in ways:
            self._servers[way.variant].wait(way.prefix + SMALL.name)

    def _server(self, kind: Kind, way: Way) -> Server:
        python = self._plan.interpreters[way.environment]
        environment = {"PYTHONPATH": str(REPOSITORY), "PYTHONDONTWRITEBYTECODE": "1", "BENCH_ROOT": str(self._root)}
        if kind.middleware:
            environment["BENCH_MIDDLEWARE"] = "1"
        if way.whitenoise:
            environment["BENCH_WHITENOISE"] = "1"
        log = self._plan.scratch / f"{kind.name}-{way.variant}.log".replace(" ", "-")
        return Server(f"{kind.name} with {way.variant}", lambda port: kind.command(python, port), environment, log)

    def measure(self, file: File, length: Length, samples: dict[Way, Samples]) -> None:
        for way in self._ways:
            # Every worker has then imported all it needs and has all its threads.
            load.wrk(self._url(way, SMALL), connections=CONNECTIONS, seconds=WARM_SECONDS)
        idle = {way: procfs.resident(procfs.tree(self._pid(way))) for way in self._ways}
        for way in turns(self._ways, length.rounds):
            sampled = samples[way]
            procfs.forget_peak(procfs.tree(self._pid(way)))
            if file is not LARGE and way is not EMPTY:
                sampled.first_bytes += self._alone(way, file)
            before = usage(self._pid(way))
            if file is LARGE:
                got = load.download(self._url(way, file))
                sampled.first_bytes.append(got.first_byte)
                one = {"requests": 1, "bytes": got.bytes, "seconds": got.seconds, "p99": got.seconds}
            else:
                one = asdict(load.wrk(self._url(way, file), connections=CONNECTIONS, seconds=length.seconds))
            spent = usage(self._pid(way)) - before
            sampled.loads.append({**one, "cpu_user": spent.user, "cpu_system": spent.system, "faults": spent.faults})
            sampled.memory.append((idle[way], procfs.resident_peak(procfs.tree(self._pid(way)))))
        self._check(file)

    def profile(self, way: Way, file: File) -> list[tuple[str, float]]:
        """Where the server's time goes under the load that was measured."""
        py_spy = self._plan.interpreters[way.environment].with_name("py-spy")
        if not py_spy.exists():
            return [("py-spy is not installed", 1.0)]
        with load.background(self._url(way, file), connections=1 if file is LARGE else CONNECTIONS):
            return profile.shares(py_spy, self._pid(way), seconds=PROFILE_SECONDS, scratch=self._plan.scratch)

    def _check(self, file: File) -> None:
        """The right bytes come; the speed of wrong ones is of no interest."""
        checked = MIDDLE if file is LARGE else file
        for way in self._ways:
            if way is EMPTY:
                continue
            got = load.download(self._url(way, checked), check=True)
            if got.status != 200 or got.digest != checked.digest(self._root):
                raise self._servers[way.variant].error(f"sends {way.name} something else: {got}")

    def _alone(self, way: Way, file: File) -> list[float]:
        """Time to first byte where nobody else asks."""
        return [load.download(self._url(way, file)).first_byte for _ in range(5 if self._plan.quick else 15)]

    def _pid(self, way: Way) -> int:
        return self._servers[way.variant].pid

    def _url(self, way: Way, file: File) -> str:
        return self._servers[way.variant].url(way.prefix + file.name)
