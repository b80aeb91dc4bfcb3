"""make test: set everything up and run every stage, or those named by STAGE="servers browser"."""

from __future__ import annotations

import sys

from stages import STAGES
from toolbox.house import House
from toolbox.stage import choose, run_all
from toolbox.terminal import Failure


def main(names: list[str]) -> int:
    try:
        return run_all(choose(STAGES, names), House())
    except Failure as failure:
        print(failure, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
