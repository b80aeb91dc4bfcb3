"""make conformance: ask Debian's servers for everything in the table, and write docs/servers.md."""

from __future__ import annotations

import subprocess
import sys

from toolbox import debian
from toolbox.house import ROOT, House
from toolbox.terminal import Failure


def main() -> int:
    try:
        debian.install(debian.BUILD + debian.SERVERS)
        house = House()
        python = house.environment(house.server_pair, "servers").python
    except Failure as failure:
        print(failure, file=sys.stderr)
        return 2
    return subprocess.run([python, "-m", "conformance.page"], cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
