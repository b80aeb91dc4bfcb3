"""What preconditions select (RFC 9110 section 13), on every server, with the validators that it sent itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import pytest

from downloads import Downloads
from stands import Sender
from tree import DATA

EARLIER = "Sat, 12 Sep 2020 12:26:40 GMT"
LATER = "Mon, 14 Sep 2020 12:26:40 GMT"
OTHER = '"another"'
FIRST_BYTES = "bytes=0-99"


@dataclass(frozen=True)
class Validators:
    etag: str
    date: str


@dataclass(frozen=True)
class Case:
    rule: str
    headers: Callable[[Validators], dict[str, str]]
    status: int
    but: Mapping[Sender, int] = field(default_factory=dict)


def ranged(if_range: str) -> dict[str, str]:
    return {"If-Range": if_range, "Range": FIRST_BYTES}


# lighttpd knows neither If-Match nor If-Unmodified-Since.
UNKNOWN_TO_LIGHTTPD = {Sender.LIGHTTPD: 200}

CASES = [
    Case("If-None-Match: the same", lambda v: {"If-None-Match": v.etag}, 304),
    Case("If-None-Match: the same, weakly", lambda v: {"If-None-Match": f"W/{v.etag}"}, 304),
    Case("If-None-Match: one of several", lambda v: {"If-None-Match": f"{OTHER}, {v.etag}"}, 304),
    Case("If-None-Match: *", lambda v: {"If-None-Match": "*"}, 304),
    Case("If-None-Match: another", lambda v: {"If-None-Match": OTHER}, 200),
    Case("If-Modified-Since: the same", lambda v: {"If-Modified-Since": v.date}, 304),
    Case("If-Modified-Since: later", lambda v: {"If-Modified-Since": LATER}, 304, but={Sender.NGINX: 200}),
    Case("If-Modified-Since: earlier", lambda v: {"If-Modified-Since": EARLIER}, 200),
    Case("If-Modified-Since: not a date", lambda v: {"If-Modified-Since": "yesterday"}, 200),
    Case(
        "If-None-Match wins over If-Modified-Since",
        lambda v: {"If-None-Match": OTHER, "If-Modified-Since": v.date},
        200,
    ),
    Case("If-Match: the same", lambda v: {"If-Match": v.etag}, 200),
    Case("If-Match: *", lambda v: {"If-Match": "*"}, 200),
    Case("If-Match: another", lambda v: {"If-Match": OTHER}, 412, but=UNKNOWN_TO_LIGHTTPD),
    Case("If-Match: only weakly the same", lambda v: {"If-Match": f"W/{v.etag}"}, 412, but=UNKNOWN_TO_LIGHTTPD),
    Case("If-Unmodified-Since: the same", lambda v: {"If-Unmodified-Since": v.date}, 200),
    Case("If-Unmodified-Since: earlier", lambda v: {"If-Unmodified-Since": EARLIER}, 412, but=UNKNOWN_TO_LIGHTTPD),
    Case("If-Range: the same ETag", lambda v: ranged(v.etag), 206),
    Case("If-Range: the same date", lambda v: ranged(v.date), 206),
    Case("If-Range: another ETag", lambda v: ranged(OTHER), 200),
    Case("If-Range: only weakly the same", lambda v: ranged(f"W/{v.etag}"), 200),
    Case("If-Range: an earlier date", lambda v: ranged(EARLIER), 200),
    Case("If-Range: a later date", lambda v: ranged(LATER), 200),
    Case("If-Range without Range", lambda v: {"If-Range": v.etag}, 200),
    Case(
        "a failed precondition comes before the range",
        lambda v: {"If-Match": OTHER, "Range": FIRST_BYTES},
        412,
        but={Sender.LIGHTTPD: 206},
    ),
]

RANGES_FOR_HEAD = (Sender.NGINX, Sender.MOD_XSENDFILE)
BODIES = {200: DATA, 206: DATA[:100], 304: b""}


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule)
def test_precondition(downloads: Downloads, case: Case, method: str) -> None:
    validators = validators_of(downloads)
    response = downloads.get("data.bin", method=method, headers=case.headers(validators))
    status = case.but.get(downloads.sender, case.status)
    if method == "HEAD" and status == 206 and downloads.sender not in RANGES_FOR_HEAD:
        status = 200
    assert response.status == status
    if method == "GET" and status in BODIES:
        assert response.body == BODIES[status]
    if status == 304:
        assert response.header("etag") == validators.etag
        assert response.int("content-length") in (None, len(DATA))
    if status == 412:
        assert response.header("content-disposition") is None or not downloads.stand.streams
        assert DATA[:16] not in response.body


def validators_of(downloads: Downloads) -> Validators:
    response = downloads.get("data.bin", method="HEAD")
    etag, date = response.header("etag"), response.header("last-modified")
    assert etag and date
    return Validators(etag, date)
