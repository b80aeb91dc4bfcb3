"""make format: rewrite Rust and Python as the lints want them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from stages import CHECKED_BY_RUFF, FUZZ
from toolbox.house import House
from toolbox.terminal import Failure


def main() -> int:
    house = House()
    try:
        ruff = house.tools.program("ruff")
        sources = [name for name in CHECKED_BY_RUFF if (house.root / name).is_dir()]
        commands: list[list[str | Path]] = [
            [house.cargo, "fmt", "--all"],
            [house.cargo, "fmt", "--manifest-path", FUZZ],
            [ruff, "check", "--fix-only", "--quiet", *sources],
            [ruff, "format", "--quiet", *sources],
        ]
    except Failure as failure:
        print(failure, file=sys.stderr)
        return 2
    statuses = [subprocess.run(command, cwd=house.root, check=False).returncode for command in commands]
    return max(statuses)


if __name__ == "__main__":
    sys.exit(main())
