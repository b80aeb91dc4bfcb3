"""The families of benchmarks, each a list of sections. Adding a family is adding a row."""

from __future__ import annotations

from benches.python import calls
from benches.python import downloads as python_downloads
from benches.rust import downloads as rust_downloads
from benches.rust import slow_readers
from benches.section import Section

FAMILIES: dict[str, list[Section]] = {
    "python": [calls, python_downloads],
    "rust": [rust_downloads, slow_readers],
}
