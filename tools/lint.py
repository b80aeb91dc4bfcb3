"""make lint: the stages of `make test` that only look."""

import sys

from stages import LINTS
from test import main

if __name__ == "__main__":
    sys.exit(main(list(LINTS)))
