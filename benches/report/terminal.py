"""A report as text of fixed width."""

from __future__ import annotations

from collections.abc import Iterator

from benches.report.table import Align, Report, Table


def text(report: Report) -> str:
    lines: list[str] = []
    for table in report.tables:
        lines += ["", table.title, *_table(table)]
        if table.note:
            lines.append(table.note)
    if report.aims:
        lines += ["", "Aims"]
    for aim in report.aims:
        what = f"{aim.what}, {aim.case}" if aim.case else aim.what
        lines.append(f"  {'met   ' if aim.met else 'MISSED'}  {what}: {aim.value} (aim: {aim.limit})")
        lines += [f"          {line}" for line in aim.why.splitlines()]
    return "\n".join(lines)


def _table(table: Table) -> Iterator[str]:
    grid = [table.columns, *table.rows]
    widths = [max(len(row[column]) for row in grid) for column in range(len(table.columns))]
    for number, row in enumerate(grid):
        cells = [
            cell.ljust(widths[column]) if table.align(column) is Align.LEFT else cell.rjust(widths[column])
            for column, cell in enumerate(row)
        ]
        yield "  " + "  ".join(cells).rstrip()
        if number == 0:
            yield "  " + "  ".join("-" * width for width in widths)
