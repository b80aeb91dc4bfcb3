"""What preconditions select (RFC 9110 section 13), with the validators that the server sent itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from conformance.files import Files
from conformance.observation import same, selected
from conformance.situation import Ask, Situation, Theme
from conformance.tree import DATA

EARLIER = "Sat, 12 Sep 2020 12:26:40 GMT"
LATER = "Mon, 14 Sep 2020 12:26:40 GMT"
OTHER = '"another"'
FIRST_BYTES = "bytes=0-99"


@dataclass(frozen=True)
class Validators:
    etag: str
    date: str


Conditions = Callable[[Validators], dict[str, str]]


def ranged(if_range: str) -> dict[str, str]:
    return {"If-Range": if_range, "Range": FIRST_BYTES}


CASES: dict[str, tuple[Conditions, str]] = {
    "`If-None-Match`: the same": (lambda v: {"If-None-Match": v.etag}, "304"),
    "`If-None-Match`: the same, weakly": (lambda v: {"If-None-Match": f"W/{v.etag}"}, "304"),
    "`If-None-Match`: one of several": (lambda v: {"If-None-Match": f"{OTHER}, {v.etag}"}, "304"),
    "`If-None-Match: *`": (lambda v: {"If-None-Match": "*"}, "304"),
    "`If-None-Match`: another": (lambda v: {"If-None-Match": OTHER}, "200"),
    "`If-Modified-Since`: the same": (lambda v: {"If-Modified-Since": v.date}, "304"),
    "`If-Modified-Since`: later": (lambda v: {"If-Modified-Since": LATER}, "304"),
    "`If-Modified-Since`: earlier": (lambda v: {"If-Modified-Since": EARLIER}, "200"),
    "`If-Modified-Since`: not a date": (lambda v: {"If-Modified-Since": "yesterday"}, "200"),
    "`If-None-Match` wins over `If-Modified-Since`": (
        lambda v: {"If-None-Match": OTHER, "If-Modified-Since": v.date},
        "200",
    ),
    "`If-Match`: the same": (lambda v: {"If-Match": v.etag}, "200"),
    "`If-Match: *`": (lambda v: {"If-Match": "*"}, "200"),
    "`If-Match`: another": (lambda v: {"If-Match": OTHER}, "412"),
    "`If-Match`: only weakly the same": (lambda v: {"If-Match": f"W/{v.etag}"}, "412"),
    "`If-Unmodified-Since`: the same": (lambda v: {"If-Unmodified-Since": v.date}, "200"),
    "`If-Unmodified-Since`: earlier": (lambda v: {"If-Unmodified-Since": EARLIER}, "412"),
    "`If-Range`: the same `ETag`": (lambda v: ranged(v.etag), "206 0-99"),
    "`If-Range`: the same date": (lambda v: ranged(v.date), "206 0-99"),
    "`If-Range`: another `ETag`": (lambda v: ranged(OTHER), "200"),
    "`If-Range`: only weakly the same": (lambda v: ranged(f"W/{v.etag}"), "200"),
    "`If-Range`: an earlier date": (lambda v: ranged(EARLIER), "200"),
    "`If-Range`: a later date": (lambda v: ranged(LATER), "200"),
    "`If-Range` without `Range`": (lambda v: {"If-Range": v.etag}, "200"),
    "a failed precondition comes before the range": (lambda v: {"If-Match": OTHER, "Range": FIRST_BYTES}, "412"),
}
"""The rule, the request's headers, and what they select of `data.bin`."""


def validators_of(files: Files) -> Validators:
    response = files.get("data.bin", method="HEAD")
    return Validators(response.header("etag") or '"none"', response.header("last-modified") or EARLIER)


def get(conditions: Conditions, expected: str) -> Ask:
    def ask(files: Files) -> str:
        validators = validators_of(files)
        response = files.get("data.bin", headers=conditions(validators))
        if response.status == 304 and response.header("etag") != validators.etag:
            return "304 without the `ETag`"
        if response.status == 304 and response.int("content-length") not in (None, len(DATA)):
            return f"304 with `Content-Length: {response.header('content-length')}`"
        return same(expected, selected(response))

    return ask


def head(conditions: Conditions, expected: str) -> Ask:
    """As GET, but that a range is not for HEAD."""
    status = "200" if expected.startswith("206") else expected

    def ask(files: Files) -> str:
        response = files.get("data.bin", method="HEAD", headers=conditions(validators_of(files)))
        return same(status, str(response.status))

    return ask


PRECONDITIONS = Theme(
    "Preconditions",
    "The answer that RFC 9110 section 13 gives, to `GET` and to `HEAD`, with the validators that the server "
    "sent itself.",
    tuple(
        Situation(f"{rule}: {expected[:3]}", {"`GET`": get(given, expected), "`HEAD`": head(given, expected)})
        for rule, (given, expected) in CASES.items()
    ),
)
