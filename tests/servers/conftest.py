"""The stands as fixtures: each is started once, and its tests run while it is up."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from downloads import Downloads
from harness.place import Place
from harness.site import Site
from stands import STANDS, Stand
from tree import Tree

HERE = Path(__file__).resolve().parent
LOG_TAIL = 40


@pytest.fixture(scope="session")
def place() -> Iterator[Place]:
    with Place("xsendfile-servers") as made:
        yield made


@pytest.fixture(scope="session")
def tree(place: Place) -> Iterator[Tree]:
    with Tree(place.path) as made:
        yield made


@pytest.fixture(scope="session")
def site(place: Place, tree: Tree) -> Site:
    return Site(
        directory=place.copy(HERE / "site", "site"),
        package="downloads",
        root=tree.root,
        url="/private",
        python=place.environment() / "bin" / "python",
    )


@pytest.fixture(scope="session", params=STANDS, ids=lambda stand: stand.id)
def downloads(request: pytest.FixtureRequest, site: Site, place: Place, tree: Tree) -> Iterator[Downloads]:
    stand: Stand = request.param
    if reason := stand.missing():
        pytest.skip(reason)
    with stand.started(site, place) as server:
        yield Downloads(stand, server, tree)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All tests of a stand together, so that it is started once, also where a test names only some stands."""
    order = {stand.id: position for position, stand in enumerate(STANDS)}

    def position(item: pytest.Item) -> int:
        callspec = getattr(item, "callspec", None)
        stand = callspec.params.get("downloads") if callspec else None
        return order[stand.id] if isinstance(stand, Stand) else len(order)

    items.sort(key=position)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Put the end of the server's log under a failed test."""
    report = yield
    running = getattr(item, "funcargs", {}).get("downloads")
    if report.failed and isinstance(running, Downloads):
        tail = "\n".join(running.server.log().splitlines()[-LOG_TAIL:])
        report.sections.append((f"the last {LOG_TAIL} lines of the log of {running.stand.id}", tail))
    return report
