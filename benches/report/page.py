"""The page of the documentation: every section's last result."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from benches.report import markdown
from benches.results import Result
from benches.section import Section

HEAD = """\
# Benchmarks

Written by `make bench`; do not edit. Everything that is compared was measured in the same run, by turns, and the
figures are medians over the rounds. Load and server share the machine's cores, so judge by processor time and by
ratios, not by requests per second. Over loopback the network's part of the work is done by whoever has the processor
just then, server or client: where there is a column with the client's time included, that one compares fairly.
`make bench ARGS=--quick` gives a rough answer in five minutes, `--only` measures one section.
"""


def write(path: Path, results: list[tuple[Section, Result]]) -> Path:
    parts = [HEAD]
    for section, result in results:
        parts.append(
            "\n".join([f"## {result.title}", "", *_made(result), "", markdown.text(section.report(result.measured))])
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(parts).rstrip() + "\n")
    return path


def _made(result: Result) -> Iterator[str]:
    machine = result.machine
    where = f"{machine['processor']}, {machine['cores']} cores, {machine['memory_gib']} GiB, {machine['system']}"
    yield f"- {result.date}, `{result.command}`"
    yield f"- {where}, Linux {machine['kernel']}; load average when it began: {machine['load'][0]}"
    installed: dict[str, str] = {}
    for environment in result.versions.values():
        installed |= environment
    yield "- " + ", ".join(f"{name} {version}" for name, version in installed.items())
