"""docs/servers.md: what Debian's servers do, as a page. `python -m conformance.page` measures and writes it."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from conformance.deviations import DEVIATIONS
from conformance.fronts import STANDS, Stand, measured
from conformance.situation import RIGHT, Situation, Theme
from conformance.situations import THEMES

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "servers.md"

Row = Mapping[Situation, str]
"""What a server does in each situation."""

BEGINNING = """\
<!-- Written by `make conformance`. -->

# What each server does

{versions}, each as Debian has it, with the configuration of its page below and an application behind it that hands \
files off exactly as it is told. "Right" means: as the specifications have it, and as an application may expect. \
What is not right is listed under [deviations](#deviations), with what follows from it.

`make conformance` measures again. The suite runs against [any other server](../conformance/CONTRACT.md) too.

## Pages

{pages}

## Servers that are not supported

| server | why |
| --- | --- |
{unsupported}

Write `simple` there, or put nginx or Caddy in front. FrankenPHP is Caddy. Debian 12 has no \
mod_xsendfile 1.x: the backend `xsendfile` hands off only what it is documented to read as 0.12 does. Any server can \
have [a backend of your own](django.md#a-backend-of-your-own).

## In short

How many situations of each kind are right. Every kind has its section below.

"""

UNSUPPORTED = {
    "h2o": "`X-Reproxy-URL` names a URL that every client may ask for too: h2o knows no internal ones.",
    "LiteSpeed": "No test runs it: Debian 12 has no package of it. So nothing can be promised.",
    "Thruster": "It sends whatever path `X-Sendfile` names, and has no root to keep it beneath.",
}

TITLES = {stand.id: stand.title for stand in STANDS}


def page(rows: Mapping[str, Row]) -> str:
    """The page of what was observed, by server."""
    versions = "; ".join(stand.version for stand in STANDS)
    pages = "\n".join(f"- [{title(path)}](servers/{path.name})" for path in sorted(PAGE.with_suffix("").glob("*.md")))
    unsupported = "\n".join(f"| {server} | {why} |" for server, why in UNSUPPORTED.items())
    text = BEGINNING.format(versions=versions, pages=pages, unsupported=unsupported)
    text += "\n".join(summary(rows))
    text += "\n\n## Deviations\n\n"
    text += "\n".join(line for stand in STANDS for line in deviations(stand))
    for theme in THEMES:
        text += "\n" + "\n".join(section(theme, rows)) + "\n"
    return text


def summary(rows: Mapping[str, Row]) -> Iterator[str]:
    yield f"| | {' | '.join(TITLES[server] for server in rows)} |"
    yield "| --- |" + " --- |" * len(rows)
    for theme in THEMES:
        if not theme.facts:
            yield f"| {theme.title} | {' | '.join(share(theme, row) for row in rows.values())} |"


def share(theme: Theme, row: Row) -> str:
    right = sum(row[situation] == RIGHT for situation in theme.situations)
    of = len(theme.situations)
    return "all" if right == of else f"{right} of {of}"


def deviations(stand: Stand) -> Iterator[str]:
    yield f"### {stand.version}"
    yield ""
    for deviation in DEVIATIONS[stand.id]:
        yield f"- {deviation.what} {deviation.so}"
    yield ""


def section(theme: Theme, rows: Mapping[str, Row]) -> Iterator[str]:
    yield f"## {theme.title}"
    yield ""
    yield theme.about
    yield ""
    differing = [situation for situation in theme.situations if not all_right(situation, rows)]
    same = [situation.name for situation in theme.situations if situation not in differing]
    if differing:
        yield f"| | {' | '.join(TITLES[server] for server in rows)} |"
        yield "| --- |" + " --- |" * len(rows)
        for situation in differing:
            yield f"| {situation.name} | {' | '.join(row[situation] for row in rows.values())} |"
    if differing and same:
        yield ""
    if same:
        yield f"Right everywhere{' else' if differing else ''}:"
        yield ""
        yield from (f"- {name}" for name in same)


def all_right(situation: Situation, rows: Mapping[str, Row]) -> bool:
    return all(row[situation] == RIGHT for row in rows.values())


def title(path: Path) -> str:
    return path.read_text(encoding="utf-8").partition("\n")[0].lstrip("# ")


def main(servers: Sequence[Stand] = STANDS) -> int:
    if missing := [reason for stand in servers if (reason := stand.missing)]:
        print("\n".join(missing), file=sys.stderr)
        return 2
    PAGE.write_text(page(measured(servers)), encoding="utf-8")
    print(f"{PAGE.relative_to(ROOT)} is written.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
