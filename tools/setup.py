"""make setup: everything that `make test` needs, without running a test."""

from __future__ import annotations

import sys

from toolbox import debian
from toolbox.house import House
from toolbox.terminal import Failure, say


def main() -> int:
    house = House()
    try:
        debian.install(debian.BUILD + debian.SERVERS + debian.DOCS + debian.BROWSER)
        say(f"tools: {house.tools.path}")
        say(f"wheel: {house.wheel}")
        for environment in house.environments(house.pairs).values():
            say(f"environment: {environment.path}")
        for requirements in ("servers", "browser"):
            say(f"environment: {house.environment(house.server_pair, requirements).path}")
    except Failure as failure:
        print(failure, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
