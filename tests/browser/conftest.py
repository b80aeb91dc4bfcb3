"""The demo, started once for each backend, and a Chromium of its own for each test."""

from __future__ import annotations

import shutil
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from chromium import DRIVER, PROGRAM, Browser
from running_demo import ROOT, RunningDemo

# One that streams and one that hands off; tools/demo.py --check walks through all of them.
BACKENDS = ("development", "nginx")
LOG_TAIL = 40


@pytest.fixture(scope="session", params=BACKENDS)
def demo(request: pytest.FixtureRequest) -> Iterator[RunningDemo]:
    with RunningDemo(request.param) as running:
        yield running


@pytest.fixture
def browser(demo: RunningDemo, tmp_path: Path) -> Iterator[Browser]:
    for program in (PROGRAM, DRIVER):
        if not program.exists():
            pytest.skip(f"{program} is not installed: run `make setup`")
    downloads = tmp_path / "downloads"
    downloads.mkdir()
    opened = Browser(tmp_path / "profile", downloads, demo.url)
    try:
        yield opened
    finally:
        opened.quit()


@pytest.fixture
def alice(browser: Browser, demo: RunningDemo) -> Browser:
    browser.log_in("alice", demo.accounts["alice"]["password"])
    return browser


@pytest.fixture
def bob(browser: Browser, demo: RunningDemo) -> Browser:
    browser.log_in("bob", demo.accounts["bob"]["password"])
    return browser


@pytest.fixture(scope="session")
def screenshots() -> Path:
    directory = ROOT / "target" / "screenshots"
    directory.mkdir(parents=True, exist_ok=True)
    return directory


@pytest.fixture(scope="session")
def ffmpeg() -> str:
    program = shutil.which("ffmpeg")
    if program is None:
        pytest.skip("ffmpeg is not installed: run `make setup`")
    return program


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Put the end of the servers' log under a failed test."""
    report = yield
    running = getattr(item, "funcargs", {}).get("demo")
    if report.failed and isinstance(running, RunningDemo):
        tail = "\n".join(running.log().splitlines()[-LOG_TAIL:])
        report.sections.append((f"the last {LOG_TAIL} lines of the servers' logs", tail))
    return report
