"""A report as Markdown."""

from __future__ import annotations

from collections.abc import Iterator

from benches.report.table import Aim, Align, Report, Table


def text(report: Report) -> str:
    lines: list[str] = []
    for table in report.tables:
        lines += [f"### {table.title}", "", *_table(table), ""]
        if table.note:
            lines += [table.note, ""]
    if report.aims:
        lines += ["### Aims", "", *_table(_aims(report.aims)), ""]
    if missed := [aim for aim in report.aims if not aim.met]:
        lines += ["### What was missed, and where it goes", ""]
        for aim in missed:
            lines.append(f"- {aim.what}{f', {aim.case}' if aim.case else ''}: {aim.value} (aim: {aim.limit})")
            lines += ["", *(f"      {line}" for line in aim.why.splitlines()), ""]
    return "\n".join(lines)


def _aims(aims: list[Aim]) -> Table:
    """A row for what is aimed at, over all that it was measured on."""
    table = Table("Aims", ["what", "aim", "measured", "met"])
    for what, limit in dict.fromkeys((aim.what, aim.limit) for aim in aims):
        of = [aim for aim in aims if (aim.what, aim.limit) == (what, limit)]
        values = sorted((aim.value for aim in of), key=lambda value: float(value.split()[0].replace(",", "")))
        measured = values[0] if len(values) == 1 else f"{values[0]} to {values[-1]}"
        met = sum(aim.met for aim in of)
        table.rows.append([what, limit, measured, f"{met} of {len(of)}" if len(of) > 1 else "yes" if met else "no"])
    return table


def _table(table: Table) -> Iterator[str]:
    yield _row(table.columns)
    rule = {Align.LEFT: "---", Align.RIGHT: "---:"}
    yield _row([rule[table.align(column)] for column in range(len(table.columns))])
    yield from map(_row, table.rows)


def _row(cells: list[str]) -> str:
    escaped = [cell.replace("|", r"\|") for cell in cells]
    return f"| {' | '.join(escaped)} |"
