"""The pages of the documentation, and what is in them: blocks of code, tables, links, headings."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent

FENCE = re.compile(r"^```(?P<info>[^\n`]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
ROW = re.compile(r"^\|(.+)\|$", re.MULTILINE)
RULE = re.compile(r"^[\s|:-]+$")
CODE = re.compile(r"`([^`]+)`")


@dataclass(frozen=True)
class Block:
    """A fenced block of code."""

    language: str
    options: tuple[str, ...]
    text: str
    line: int

    @property
    def file(self) -> str | None:
        """The file that the block's first line names: `# settings.py`."""
        found = re.match(r"# (\S+)$", self.text.partition("\n")[0])
        return found[1] if found else None


@dataclass(frozen=True)
class Page:
    path: Path

    def __str__(self) -> str:
        return str(self.path.relative_to(ROOT))

    @cached_property
    def source(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def prose(self) -> str:
        """The text without its blocks."""
        return FENCE.sub("", self.source)

    def blocks(self, *languages: str) -> list[Block]:
        found = []
        for match in FENCE.finditer(self.source):
            language, *options = match["info"].strip().split(",")
            if not languages or language in languages:
                line = self.source.count("\n", 0, match.start()) + 1
                found.append(Block(language, tuple(options), match["text"], line))
        return found

    def files(self, name: str) -> list[Block]:
        """The blocks whose first line names this file."""
        return [block for block in self.blocks() if block.file == name]

    @cached_property
    def anchors(self) -> set[str]:
        """What a link may name after `#`."""
        slugs = set()
        for heading in HEADING.findall(self.prose):
            kept = re.sub(r"[^\w\- ]", "", heading.lower())
            slugs.add(kept.replace(" ", "-"))
        return slugs

    @cached_property
    def links(self) -> list[str]:
        return LINK.findall(self.prose)

    def table(self, first_column: str) -> list[list[str]]:
        """The rows of the table whose first column is headed so."""
        lines = iter(self.prose.splitlines())
        for line in lines:
            if line.startswith(f"| {first_column} |"):
                rows = []
                for row in lines:
                    if not ROW.match(row):
                        break
                    if not RULE.match(row):
                        rows.append(cells(row))
                return rows
        raise LookupError(f"{self} has no table whose first column is {first_column!r}")

    def row(self, first_cell: str) -> dict[str, str]:
        """The cells of the row that begins so, by the heads of their columns."""
        lines = self.prose.splitlines()
        for number, line in enumerate(lines):
            if line.startswith(f"| {first_cell} |"):
                head = max(rule for rule in range(number) if RULE.match(lines[rule]) and "-" in lines[rule]) - 1
                return dict(zip(cells(lines[head]), cells(line), strict=True))
        raise LookupError(f"{self} has no row that begins with {first_cell!r}")


def cells(row: str) -> list[str]:
    return [cell.strip() for cell in row[1:-1].split("|")]


def code(cell: str) -> list[str]:
    """What a cell has between backticks."""
    return CODE.findall(cell)


def page(path: str) -> Page:
    return Page(ROOT / path)


def pages() -> list[Page]:
    paths = [
        *ROOT.glob("*.md"),
        *ROOT.glob("crates/*/README.md"),
        *ROOT.glob("examples/*/README.md"),
        *ROOT.glob("docs/**/*.md"),
        *ROOT.glob("conformance/*.md"),
    ]
    return [Page(path) for path in sorted(paths)]
