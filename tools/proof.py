"""make proof: downloads that are joined, cut, kept and mixed on every transport, until so many were right to the byte.

`make test` plays some hundred of the same kind.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys

from toolbox.house import House
from toolbox.terminal import Failure


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--downloads", type=int, default=1_000_000, help="how many (default: a million)")
    parser.add_argument("--seed", type=int, default=1, help="where the random choices begin (default: 1)")
    options = parser.parse_args()
    try:
        return proof(House(), options.downloads, options.seed)
    except Failure as failure:
        print(failure, file=sys.stderr)
        return 2


def proof(house: House, downloads: int, seed: int) -> int:
    test = [
        house.cargo,
        "test",
        "--release",
        "--package",
        "xsendfile-hyper",
        "--all-features",
        "--test",
        "joined",
        "so_many_downloads",
    ]
    environment = os.environ | {"DOWNLOADS": str(downloads), "SEED": str(seed)}
    run = subprocess.run([*test, "--", "--nocapture"], cwd=house.root, env=environment, check=False)
    return run.returncode


if __name__ == "__main__":
    sys.exit(main())
