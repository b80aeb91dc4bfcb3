"""What the scripts in tools/ share. Standard library only, for any Python from 3.10.

It puts the repository on the module path, so it is imported before the packages that lie there.

debian.py         the Debian packages that the house needs
interpreters.py   the Pythons on this machine
environments.py   virtual environments, made once and reused
house.py          where everything is, and what is built on demand: tools, wheel, environments
job.py            one command: run with its log, and counted
counts.py         how many tests a command ran, read from what it left
stage.py          a row of the table of `make test`
terminal.py       progress
"""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent.parent))
