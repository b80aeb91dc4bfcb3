"""A report as Markdown."""

from __future__ import annotations

from collections.abc import Iterator

from benches.report.table import Align, Report, Table


def text(report: Report) -> str:
    lines: list[str] = []
    for table in report.tables:
        lines += [f"### {table.title}", "", *_table(table), ""]
        if table.note:
            lines += [table.note, ""]
    if report.aims:
        lines += ["### Aims", ""]
        for aim in report.aims:
            lines.append(f"- **{'met' if aim.met else 'missed'}** {aim.what}: {aim.value} (aim: {aim.limit})")
            if aim.why:
                lines += ["", *(f"      {line}" for line in aim.why.splitlines()), ""]
        lines.append("")
    return "\n".join(lines)


def _table(table: Table) -> Iterator[str]:
    yield _row(table.columns)
    rule = {Align.LEFT: "---", Align.RIGHT: "---:"}
    yield _row([rule[table.align(column)] for column in range(len(table.columns))])
    yield from map(_row, table.rows)


def _row(cells: list[str]) -> str:
    escaped = [cell.replace("|", r"\|") for cell in cells]
    return f"| {' | '.join(escaped)} |"
