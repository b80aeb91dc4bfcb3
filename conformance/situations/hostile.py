"""What a client sends changes nothing."""

from __future__ import annotations

from conformance.files import Files
from conformance.observation import sent
from conformance.situation import RIGHT, Ask, Situation, Theme, one
from conformance.tree import DATA
from harness.client import Response

CLIENT_HEADERS = {
    "X-Accel-Redirect": "/private/plain.txt",
    "X-Accel-Mapping": "/=/private/",
    "X-Accel-Buffering": "no",
    "X-Accel-Limit-Rate": "1",
    "X-Accel-Charset": "koi8-r",
    "X-Accel-Expires": "86400",
    "X-Sendfile": "/etc/passwd",
    "X-Sendfile-Type": "X-Accel-Redirect",
    "X-Lighttpd-Send-File": "/etc/passwd",
    "X-LiteSpeed-Location": "/private/plain.txt",
    "X-Original-URL": "/private/plain.txt",
    "X-Rewrite-URL": "/private/plain.txt",
    "REDIRECT_STATUS": "200",
    "Redirect-Status": "200",
    "SENDFILE_DISPOSITION": "attachment",
    "Location": "/private/plain.txt",
}


def without_date(response: Response) -> list[tuple[str, bytes]]:
    return [(name, value) for name, value in response.fields if name != "date"]


def changes_nothing(name: str, value: str) -> Ask:
    def ask(files: Files) -> str:
        plain, hostile = files.get("data.bin"), files.get("data.bin", headers={name: value})
        if without_date(hostile) != without_date(plain):
            return "other headers"
        return sent(hostile, DATA)

    return ask


def sends_nothing(name: str, value: str) -> Ask:
    """Where the application handed nothing off."""

    def ask(files: Files) -> str:
        response = files.request("/nothing", headers={name: value})
        return RIGHT if response.status == 404 else str(response.status)

    return ask


def reaches_the_application(name: str, value: str) -> Ask:
    def ask(files: Files) -> str:
        lines = files.request("/seen", headers={name: value}).body.lower().splitlines()
        wanted = name.lower().replace("_", "-").encode()
        return "arrives" if any(line.partition(b":")[0] == wanted for line in lines) else "removed"

    return ask


HOSTILE = Theme(
    "What a client sends",
    "A download is the same with this request header as without it, and where the application hands nothing off, "
    "nothing is sent.",
    tuple(
        Situation(
            f"`{name}: {value}`",
            {"a download": changes_nothing(name, value), "another page": sends_nothing(name, value)},
        )
        for name, value in CLIENT_HEADERS.items()
    ),
)

SEEN = Theme(
    "What reaches the application of it",
    "Whether the configuration passes such a header on. xsendfile reads none of them; other software may.",
    tuple(one(f"`{name}`", reaches_the_application(name, value)) for name, value in CLIENT_HEADERS.items()),
    facts=True,
)
