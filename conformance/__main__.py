"""python -m conformance: ask the server at a URL for everything in the table."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from conformance.dialects import DIALECTS
from conformance.handed_off import HandedOff, answer
from conformance.observation import observe
from conformance.situation import RIGHT
from conformance.situations import THEMES
from conformance.tree import Tree
from harness.client import Address, FramingError

RIGHT_STATUS, WRONG_STATUS, UNASKED_STATUS = 0, 1, 2


class Unasked(Exception):
    """The server could not be asked; the message says why, and what to do."""


def main(words: list[str] | None = None) -> int:
    given = arguments(words)
    tree = Tree(Path(given.root).resolve())
    dialect = DIALECTS[given.dialect]
    if given.header:
        dialect = replace(dialect, header=given.header)
    try:
        files = HandedOff(address(given.url), tree, given.internal_url.rstrip("/"), dialect)
        answers_as_told(files)
        is_free(tree)
    except Unasked as error:
        print(f"conformance: {error}", file=sys.stderr)
        return UNASKED_STATUS
    with tree:
        return RIGHT_STATUS if report(files) else WRONG_STATUS


def arguments(words: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="conformance",
        description="Ask a server that takes hand-offs for everything in the table, and say what it does wrong.",
        epilog="Behind the server stands the application of the contract (conformance/CONTRACT.md): "
        "python -m conformance.application --port 9000",
    )
    parser.add_argument("--url", required=True, help="where the server is: http://127.0.0.1:8080")
    parser.add_argument("--dialect", required=True, choices=DIALECTS, help="how it is told of a file")
    parser.add_argument(
        "--root", required=True, help="directory that the server may send from: empty or not there, in one of its own"
    )
    parser.add_argument(
        "--internal-url", default="/private", help="what stands for the root in a URI (default: /private)"
    )
    parser.add_argument("--header", help="the header that names the file, where it is not that of the dialect")
    return parser.parse_args(words)


def address(url: str) -> Address:
    parts = urlsplit(url)
    if parts.scheme != "http" or not parts.hostname:
        raise Unasked(f"{url} is not the URL of a server: write http://HOST:PORT, without TLS.")
    return Address(parts.port or 80, parts.hostname)


def answers_as_told(files: HandedOff) -> None:
    """The application is the one of the contract, and the server passes requests on to it."""
    body = b"as told"
    try:
        response = files.request(answer(203, [("X-Told", b"yes")], body))
    except (OSError, FramingError) as error:
        raise Unasked(f"{files.address.base_url} does not answer: {error}. Start the server, then try again.") from None
    if (response.status, response.header("x-told"), response.body) != (203, "yes", body):
        raise Unasked(
            f"behind {files.address.base_url} is no application of the contract (/answer gave {response.status}): "
            "start one, python -m conformance.application --port 9000, and have the server pass everything on to it."
        )


def is_free(tree: Tree) -> None:
    for path in (tree.outside, tree.sibling):
        if path.exists():
            raise Unasked(f"{path} exists, where a file of the test belongs: give --root in a directory of its own.")
    if tree.root.exists() and any(tree.root.iterdir()):
        raise Unasked(f"{tree.root} is not empty: give --root a directory that is.")


def report(files: HandedOff) -> bool:
    """Print the table as it is found, and say whether all is right."""
    wrong = 0
    for theme in THEMES:
        print(f"\n{theme.title}")
        for situation in theme.situations:
            found = observe(files, situation)
            right = found == RIGHT
            wrong += not right and not theme.facts
            mark = "  " if theme.facts else "ok" if right else "NO"
            print(f"  {mark}  {situation.name}" + ("" if right else f": {found}"), flush=True)
    print(f"\n{wrong} situations are not right." if wrong else "\nEverything is right.")
    return not wrong


if __name__ == "__main__":
    sys.exit(main())
