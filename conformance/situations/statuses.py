"""What becomes of a hand-off whose status is not 200."""

from __future__ import annotations

from conformance.handed_off import HandedOff
from conformance.situation import Ask, Theme, one
from conformance.tree import DATA

STATUSES_OF_AN_APPLICATION = (200, 201, 203, 206, 302, 401, 403, 404, 410, 500, 503)
BODY = b"the application's own words"


def outcome(status: int) -> Ask:
    def ask(files: HandedOff) -> str:
        target = files.target(b"data.bin", status=status, body=BODY)
        response = files.unchecked(target)
        shown = f", shows {what}" if (what := files.shown(response, target)) else ""
        if response.body == DATA:
            return f"sends the file, {response.status}{shown}"
        body = "its body" if response.body == BODY else "another body" if response.body else "no body"
        return f"{response.status}, {body}{shown}"

    return ask


STATUSES = Theme(
    "The application's status",
    "What becomes of a hand-off with this status, and of the body that comes with it. So a hand-off has status 200.",
    tuple(one(str(status), outcome(status)) for status in STATUSES_OF_AN_APPLICATION),
    facts=True,
)
