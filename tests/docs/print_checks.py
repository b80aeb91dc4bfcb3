"""Puts into each page of a server what `sendfile check` says there now. For a Python that has what tests/docs needs."""

from __future__ import annotations

import os
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "servers"), str(HERE.parents[1])]

from pages import ROOT  # noqa: E402
from shown_check import PICTURE, of_a_right_site, picture, redrawn, shown  # noqa: E402
from test_server_pages import CONFIGURATIONS, running, site_in  # noqa: E402

from harness.package import SYSTEM_PATH  # noqa: E402
from harness.place import Place  # noqa: E402


def put(path: str, old: str, new: str) -> None:
    file = ROOT / path
    file.write_text(file.read_text().replace(old, new))


if __name__ == "__main__":
    os.environ["PATH"] = SYSTEM_PATH
    with Place("xsendfile-docs") as place:
        site = site_in(place)
        for documented in CONFIGURATIONS:
            with running(documented, site, place) as started:
                put(documented.path, shown(documented.path), of_a_right_site(started.server))
    nginx = CONFIGURATIONS[0].path
    put(PICTURE, picture(), redrawn(picture(), shown(nginx)))
