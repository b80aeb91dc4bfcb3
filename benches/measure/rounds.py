"""
Fair comparison on a machine that others use too: contestants take turns, and medians are compared.

What disturbs one round disturbs all contestants of that round alike, or is one of few and the median
ignores it.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")


def turns(contestants: Sequence[T], rounds: int) -> Iterator[T]:
    """Every contestant once a round; the order is reversed from round to round."""
    for number in range(rounds):
        yield from contestants if number % 2 == 0 else reversed(contestants)


def spread(values: Iterable[float]) -> dict[str, float]:
    """The median and the quartiles."""
    ordered = sorted(values)
    if len(ordered) < 2:
        return {"median": ordered[0], "low": ordered[0], "high": ordered[0], "rounds": len(ordered)}
    low, median, high = statistics.quantiles(ordered, n=4, method="inclusive")
    return {"median": median, "low": low, "high": high, "rounds": len(ordered)}
