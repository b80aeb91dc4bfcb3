"""Puts into each page of a server what its command prints now. For a Python that has the package and pytest."""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "servers"), str(HERE.parents[1])]

from pages import ROOT  # noqa: E402
from test_server_pages import CONFIGURATIONS  # noqa: E402

if __name__ == "__main__":
    for documented in CONFIGURATIONS:
        path = ROOT / documented.path
        path.write_text(path.read_text().replace(documented.block.text, documented.on_the_page()))
