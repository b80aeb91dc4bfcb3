"""make fuzz: run the fuzz targets of fuzz/, all of them or those named, each for so many seconds."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys

from toolbox.house import House
from toolbox.terminal import Failure, say


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("targets", nargs="*", help="as in fuzz/Cargo.toml; all where none is named")
    parser.add_argument("--seconds", type=int, default=60, help="for each target (default: 60)")
    options = parser.parse_args()
    try:
        return fuzz(House(), options.targets, options.seconds)
    except Failure as failure:
        print(failure, file=sys.stderr)
        return 2


def fuzz(house: House, targets: list[str], seconds: int) -> int:
    # Without a sanitizer the stable compiler does, if it is told to take what cargo-fuzz asks of it.
    os.environ["RUSTC_BOOTSTRAP"] = "1"
    programs = house.tool_environment("fuzz").path / "bin"
    os.environ["PATH"] = os.pathsep.join([str(programs), os.environ["PATH"]])
    cargo = [house.cargo, "fuzz"]
    listed = subprocess.run([*cargo, "list"], cwd=house.root, capture_output=True, text=True, check=False)
    if listed.returncode:
        raise Failure(f"cargo fuzz list failed: {listed.stderr.strip()}")
    known = listed.stdout.split()
    if unknown := set(targets) - set(known):
        raise Failure(f"No such fuzz target: {', '.join(sorted(unknown))}. There are: {', '.join(known)}.")
    failed = []
    for target in targets or known:
        say(f"fuzzing {target} for {seconds} s")
        run = subprocess.run(
            [*cargo, "run", "--sanitizer", "none", target, "--", f"-max_total_time={seconds}"],
            cwd=house.root,
            check=False,
        )
        if run.returncode:
            failed.append(target)
    if failed:
        say(f"found something: {', '.join(failed)}; the inputs are in fuzz/artifacts/")
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
