"""make conformance: ask Debian's servers for everything in the table, and write docs/servers.md."""

from __future__ import annotations

import subprocess
import sys

from toolbox import debian, interpreters
from toolbox.house import ROOT
from toolbox.terminal import Failure


def main() -> int:
    try:
        debian.install(debian.SERVERS)
        python = interpreters.debian()
    except Failure as failure:
        print(failure, file=sys.stderr)
        return 2
    if python is None:
        print(f"{interpreters.DEBIAN} is not usable: install Debian's python3.", file=sys.stderr)
        return 2
    return subprocess.run([python.path, "-m", "conformance.page"], cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
