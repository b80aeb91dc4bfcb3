"""What the measurements of downloads say."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator
from typing import Any

from benches.report.table import Aim, Report, Table
from benches.report.units import number, ratio
from benches.rust.cases import LEFT_OUT, Protocol
from benches.rust.contestants import BY_KERNEL, NGINX, OURS, RAW, RUST_PEERS, TOWER, Contestant
from benches.rust.files import KIB, MIB

Case = dict[str, Any]
Sample = dict[str, float]

#: Two servers that do the same differ by as much from run to run.
NOISE = 1.05


def report(result: dict[str, Any]) -> Report:
    tables = [_table(case) for case in result["cases"]]
    tables[-1].note = LEFT_OUT
    return Report(tables, list(_aims(result["cases"])))


def _table(case: Case) -> Table:
    per_gb = case["length"] >= MIB
    cost = "CPU-s per GB" if per_gb else "CPU µs per request"
    both = f"{cost}, client's included"
    beside = f"CPU beside {TOWER.name}, ratio"
    table = Table(case["title"], ["server", "requests/s", "GB/s", cost, "in kernel", beside, both])
    for name, samples in case["samples"].items():
        spent, with_client = (
            _median(samples, _per_gb(cpu)) if per_gb else _median(samples, _per_request(cpu)) * 1e6
            for cpu in (_cpu, _cpu_of_both)
        )
        row = [name, number(_median(samples, _rate)), number(_median(samples, _throughput)), number(spent)]
        row += [f"{_median(samples, _in_kernel):.0%}", ratio(_beside(case, name, TOWER.name, _cpu_per_byte))]
        row.append(number(with_client))
        table.rows.append(row)
    return table


def _aims(cases: list[Case]) -> Iterator[Aim]:
    for case in cases:
        if case["protocol"] != Protocol.HTTP.value:
            yield from (_best_peer_aim(case, ours) for ours in OURS)
        elif case["length"] >= MIB:
            for ours in BY_KERNEL:
                for peer, limit in ((TOWER, 0.5), (RAW, 1.2), (NGINX, 1.0)):
                    yield _cpu_aim(case, ours, peer, "CPU per GB", limit)
        elif case["length"] == KIB:
            for ours in BY_KERNEL:
                yield _rate_aim(case, ours)
                yield _cpu_aim(case, ours, NGINX, "CPU per request", 1.2)


def _cpu_aim(case: Case, ours: Contestant, peer: Contestant, what: str, limit: float) -> Aim:
    value = _beside(case, ours.name, peer.name, _cpu_per_byte)
    what = f"{what}, {ours.name} beside {peer.name}"
    met = value <= limit
    why = "" if met else _why(case, ours.name, peer.name)
    return Aim(what, f"at most {limit}", f"{value:.2f}", met, why, case["title"])


def _rate_aim(case: Case, ours: Contestant) -> Aim:
    value = _beside(case, ours.name, TOWER.name, _rate)
    what = f"requests per second, {ours.name} beside {TOWER.name}"
    met = value >= 1
    why = "" if met else _why(case, ours.name, TOWER.name)
    return Aim(what, "at least 1", f"{value:.2f}", met, why, case["title"])


def _best_peer_aim(case: Case, ours: Contestant) -> Aim:
    best = min(RUST_PEERS, key=lambda peer: _median(case["samples"][peer.name], _cpu_per_byte))
    value = _beside(case, ours.name, best.name, _cpu_per_byte)
    what = f"CPU, {ours.name} beside the best Rust peer"
    met = value <= NOISE
    limit = f"at most 1, {NOISE - 1:.0%} of it noise"
    why = "" if met else _why(case, ours.name, best.name)
    return Aim(what, limit, f"{value:.2f}", met, why, case["title"])


def _why(case: Case, ours: str, peer: str) -> str:
    """Where the time goes: what is the kernel's is system calls, what is not is ours."""
    lines = []
    for name in (ours, peer):
        samples = case["samples"][name]
        user, system = (_median(samples, _of(part)) * 1e6 for part in ("cpu_user", "cpu_system"))
        client = _median(samples, _of("cpu_client")) * 1e6
        lines.append(
            f"{name}: {number(user)} µs in user space, {number(system)} µs in the kernel a request; "
            f"with what the client spends {number(user + system + client)} µs"
        )
    return "\n".join(lines)


def _of(part: str) -> Callable[[Sample], float]:
    return lambda sample: sample[part] / sample["requests"]


def _beside(case: Case, one: str, other: str, value: Callable[[Sample], float]) -> float:
    """The median, over the rounds, of the ratios: what disturbs a round disturbs both."""
    pairs = zip(case["samples"][one], case["samples"][other], strict=True)
    return statistics.median(value(mine) / (value(theirs) or 1e-9) for mine, theirs in pairs)


def _median(samples: list[Sample], value: Callable[[Sample], float]) -> float:
    return statistics.median(map(value, samples))


def _cpu(sample: Sample) -> float:
    return sample["cpu_user"] + sample["cpu_system"]


def _cpu_of_both(sample: Sample) -> float:
    """
    Over loopback, what the network costs is done by whoever happens to have the processor: the sender's
    packets by the receiver, and the other way round. The sum of both says what was saved, and what was moved.
    """
    return _cpu(sample) + sample["cpu_client"]


def _cpu_per_byte(sample: Sample) -> float:
    return _cpu(sample) / sample["bytes"]


def _per_gb(cpu: Callable[[Sample], float]) -> Callable[[Sample], float]:
    return lambda sample: cpu(sample) / sample["bytes"] * 1e9


def _per_request(cpu: Callable[[Sample], float]) -> Callable[[Sample], float]:
    return lambda sample: cpu(sample) / sample["requests"]


def _in_kernel(sample: Sample) -> float:
    return sample["cpu_system"] / (_cpu(sample) or 1)


def _rate(sample: Sample) -> float:
    return sample["requests"] / sample["seconds"]


def _throughput(sample: Sample) -> float:
    return sample["bytes"] / sample["seconds"] / 1e9
