"""No way leads from outside to the internal URL."""

from __future__ import annotations

from conformance.files import Files
from conformance.names import NAMES
from conformance.situation import RIGHT, Ask, Situation, Theme
from conformance.situations.hostile import CLIENT_HEADERS

WAYS: dict[str, str] = {
    "straight": "{url}/plain.txt",
    "two slashes": "/{url}/plain.txt",
    "three slashes": "//{url}/plain.txt",
    "two slashes inside": "{url}//plain.txt",
    "an encoded letter": "/{letter}{rest}/plain.txt",
    "all letters encoded": "/{encoded}/plain.txt",
    "a letter encoded twice": "/%25{letter2}{rest}/plain.txt",
    "a dot segment": "/.{url}/plain.txt",
    "an encoded dot segment": "/%2e{url}/plain.txt",
    "dot dot": "/a/..{url}/plain.txt",
    "encoded dot dot": "/a/%2e%2e{url}/plain.txt",
    "dot dot from the top": "/..{url}/plain.txt",
    "dot dot inside": "{url}/folder/../plain.txt",
    "through the application's URL": "/answer/..{url}/plain.txt",
    "upper case": "{upper}/plain.txt",
    "mixed case": "{mixed}/plain.txt",
    "an encoded slash": "{url}%2fplain.txt",
    "an encoded slash in front": "/%2f{bare}/plain.txt",
    "an encoded backslash": "{url}%5cplain.txt",
    "a parameter": "{url};x=1/plain.txt",
    "a parameter at the end": "{url}/plain.txt;x=1",
    "a trailing slash": "{url}/plain.txt/",
    "a trailing NUL": "{url}/plain.txt%00",
    "the folder": "{url}/",
    "the folder without a slash": "{url}",
    "dot dot out of the folder": "{url}../outside/secret.txt",
    "a query": "{url}/plain.txt?download=1",
    "the query of a hand-off": "{url}/plain.txt?disposition=attachment&type=text%2Fhtml&cache=public",
    "a fragment": "{url}/plain.txt#x",
    "absolute form": "http://127.0.0.1{url}/plain.txt",
    "absolute form with another host": "http://example.test{url}/plain.txt",
    "absolute form with two slashes": "http://127.0.0.1/{url}/plain.txt",
    "absolute form in https": "https://127.0.0.1{url}/plain.txt",
    "the root's name as a URL": "/files/plain.txt",
}
"""Request targets; `spelt` fills in the internal URL."""

METHODS = ("GET", "HEAD", "POST", "OPTIONS")


def spelt(way: str, url: str) -> str:
    bare = url.strip("/")
    hexadecimal = f"{ord(bare[0]):02x}"
    return way.format(
        url=url,
        bare=bare,
        letter=f"%{hexadecimal}",
        letter2=hexadecimal,
        rest=bare[1:],
        encoded="".join(f"%{ord(letter):02x}" if letter != "/" else "/" for letter in bare),
        upper=url.upper(),
        mixed=f"/{bare[0].upper()}{bare[1:]}",
    )


def refused(way: str, method: str, headers: dict[str, str] | None = None) -> Ask:
    def ask(files: Files) -> str:
        response = files.request(spelt(way, files.url), method=method, headers=headers)
        content = files.tree.content(NAMES["plain"])
        if content in response.body:
            return f"{response.status}, the file is sent"
        if response.header("last-modified") or response.int("content-length") == len(content):
            return f"{response.status}, the file's length or date"
        return RIGHT if response.status in (400, 403, 404, 405) else str(response.status)

    return ask


DIRECT = Theme(
    "The internal URL, asked for from outside",
    f"Refused with 400, 403, 404 or 405, to {', '.join(f'`{method}`' for method in METHODS)}, and to `GET` with every "
    "header of the next section. `/private` stands for the internal URL.",
    tuple(
        Situation(
            f"{what}: `{spelt(way, '/private')}`",
            {f"`{method}`": refused(way, method) for method in METHODS}
            | {"with the headers": refused(way, "GET", CLIENT_HEADERS)},
        )
        for what, way in WAYS.items()
    ),
)
