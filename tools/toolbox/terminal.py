"""Progress for people: plain lines, in colour where somebody looks."""

from __future__ import annotations

import os
import sys
import threading

_COLOURS = {"red": "31", "green": "32", "yellow": "33", "bold": "1"}
_coloured = sys.stdout.isatty() and "NO_COLOR" not in os.environ
_lock = threading.Lock()


class Failure(Exception):
    """Something that a person has to put right; the message says what and how."""


def paint(text: str, colour: str) -> str:
    return f"\033[{_COLOURS[colour]}m{text}\033[0m" if _coloured else text


def say(text: str = "") -> None:
    """One line, whole, also from several threads."""
    with _lock:
        print(text, flush=True)


def notice(text: str) -> None:
    """A line that must not be overlooked."""
    say(paint(f"!! {text}", "yellow"))


def duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02} s" if minutes else f"{seconds:.1f} s"
