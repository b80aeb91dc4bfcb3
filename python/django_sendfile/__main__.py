"""``python -m django_sendfile``: the command line ``xsendfile``."""

import sys

from .command import main

sys.exit(main())
