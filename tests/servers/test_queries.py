"""What a client writes into the query of a download changes nothing; a hand-off may have a query of its own."""

from __future__ import annotations

import pytest

from conformance.situations.hostile import without_date
from downloads import Downloads

QUERIES = {
    "of a hand-off": "&disposition=inline&type=text%2Fhtml&cache=public&csp=x&frame=x&encoding=gzip&status=404",
    "of a hand-off, first": "disposition=inline&type=text%2Fhtml&cache=public&csp=x&frame=x&",
    "a path": "&x=/private/plain.txt",
}


@pytest.mark.parametrize("extra", QUERIES.values(), ids=QUERIES.keys())
def test_a_clients_query_changes_nothing(downloads: Downloads, extra: str) -> None:
    target = downloads.target("data.bin", attachment="1")
    path, _, query = target.partition("?")
    extended = f"{path}?{query}{extra}" if extra.startswith("&") else f"{path}?{extra}{query}"
    plain, changed = downloads.request(target), downloads.request(extended)
    assert without_date(changed) == without_date(plain)
    assert (changed.status, changed.body) == (200, plain.body)
