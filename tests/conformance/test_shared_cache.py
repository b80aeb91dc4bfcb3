"""Two strangers behind one shared cache: the second gets nothing of the first's, nor does who is not logged in."""

from __future__ import annotations
