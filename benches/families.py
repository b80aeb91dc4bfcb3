"""The families of benchmarks, each a list of sections. Adding a family is adding a row."""

from __future__ import annotations

from benches.python import calls, downloads
from benches.section import Section

FAMILIES: dict[str, list[Section]] = {
    "python": [calls, downloads],
}
