"""Numbers as people read them."""

from __future__ import annotations

MIB = 2**20


def number(value: float | None) -> str:
    """Three digits that mean something."""
    if value is None:
        return "-"
    if value < 0.0005:
        return "0"
    if value >= 999.5:
        return f"{value:,.0f}"
    return f"{value:.3g}" if value < 1 else f"{value:.{max(0, 2 - len(str(int(value))) + 1)}f}"


def ratio(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def mib(value: float | None) -> str:
    return "-" if value is None else f"{value / MIB:,.1f}"


def milliseconds(value: float | None) -> str:
    return "-" if value is None else number(value * 1000)


def size(value: int) -> str:
    for unit, name in ((2**30, "GiB"), (2**20, "MiB"), (2**10, "KiB")):
        if value >= unit:
            return f"{value // unit} {name}"
    return f"{value} bytes"
