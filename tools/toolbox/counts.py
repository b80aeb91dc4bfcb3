"""How many tests a command ran, read from what it left behind."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

NEXTEST = re.compile(r"(\d+) (passed|failed|skipped|timed out|exec failed)")
CARGO_TEST = re.compile(r"^test result: .*?(\d+) passed; (\d+) failed; (\d+) ignored", re.MULTILINE)
ESCAPES = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True)
class Counts:
    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped)

    def __str__(self) -> str:
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"


Counter = Callable[[int, str, Path], Counts]
"""From exit status, output, and the file where a report was asked for, to counts."""


def one(status: int, output: str, report: Path) -> Counts:
    """A check that passes or fails as a whole."""
    return Counts(failed=1) if status else Counts(passed=1)


def nextest(status: int, output: str, report: Path) -> Counts:
    summary = next((line for line in reversed(_lines(output)) if "tests run:" in line or "test run:" in line), "")
    found = {what: int(number) for number, what in NEXTEST.findall(summary)}
    failed = found.get("failed", 0) + found.get("timed out", 0) + found.get("exec failed", 0)
    return _checked(status, Counts(found.get("passed", 0), failed, found.get("skipped", 0)))


def cargo_test(status: int, output: str, report: Path) -> Counts:
    results = CARGO_TEST.findall("\n".join(_lines(output)))
    total = sum((Counts(*map(int, result)) for result in results), Counts())
    return _checked(status, total)


def pytest(status: int, output: str, report: Path) -> Counts:
    """From the JUnit report, which a crash of pytest leaves unwritten."""
    if not report.exists():
        return Counts(failed=1)
    root = ElementTree.parse(report).getroot()
    total = Counts()
    for suite in root.iter("testsuite"):
        tests, failed, errors, skipped = (int(suite.get(key, 0)) for key in ("tests", "failures", "errors", "skipped"))
        total += Counts(tests - failed - errors - skipped, failed + errors, skipped)
    # A test that fails as it was said to has done its work, but the report counts it as skipped.
    expected = sum(skip.get("type") == "pytest.xfail" for skip in root.iter("skipped"))
    return _checked(status, total + Counts(passed=expected, skipped=-expected))


def _lines(output: str) -> list[str]:
    return ESCAPES.sub("", output).splitlines()


def _checked(status: int, counts: Counts) -> Counts:
    """A command that failed without a failed test (it did not compile, say) failed all the same."""
    return counts + Counts(failed=1) if status and not counts.failed else counts
