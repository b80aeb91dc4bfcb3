"""What stands around the printed configuration changes nothing about a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest
from outside import hostile

from conformance.deviations import expected
from conformance.fronts import Stand
from conformance.handed_off import HandedOff
from conformance.observation import observe
from conformance.situation import RIGHT
from conformance.situations.replaced import REPLACED
from conformance.tree import DATA, Tree
from harness.client import FramingError, Response
from harness.front import Caddy, Front, Lighttpd, ModWsgi, ModXsendfile, Nginx
from harness.place import Place

PAGE = b"<p>content</p>\n" * 100 + b'<!--#include virtual="/ready" -->{{readFile "plain.txt"}}'
SAID = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Disposition": 'inline; filename="a.html"',
    "Cache-Control": "private, no-cache",
}
FILES = {
    "around.html": PAGE,
    "around.html.gz": b"\x1f\x8b of somebody else",
    "Around.HTML": b"of somebody else, too",
    "around.txt": PAGE,
    "around.svgz": PAGE,
    "around.svg": PAGE,
    "Upper.txt": b"what is asked for",
    "upper.txt": b"of somebody else",
    "rewritten.txt": b"the file itself",
    ".web/around.html.meta": b"Status: 299 Another\nX-Meta: yes\n",
}


@pytest.fixture(scope="module")
def files(tree: Tree) -> Tree:
    for name, content in FILES.items():
        tree.write(name.encode(), content)
        (tree.root / name).chmod(0o644)
    (tree.root / ".web").chmod(0o755)
    return tree


def get(files: HandedOff, name: str, **headers: str) -> Response:
    asked = {"Accept-Encoding": "gzip, br"} | {key.replace("_", "-"): value for key, value in headers.items()}
    return files.get(name, headers=asked, say=list(SAID.items()))


def as_it_is(name: str) -> Callable[[HandedOff], bool]:
    def ask(files: HandedOff) -> bool:
        response = get(files, name)
        said = {key: response.header(key) for key in SAID}
        return (response.status, response.body, said) == (200, FILES[name], SAID) and not {
            *("content-encoding", "expires", "transfer-encoding", "x-meta")
        } & {key for key, _ in response.fields}

    return ask


def without_charset(files: HandedOff) -> bool:
    response = files.get("data.bin")
    return (response.body, response.header("content-type")) == (DATA, "application/octet-stream")


def a_part(files: HandedOff) -> bool:
    response = get(files, "around.html", Range="bytes=3-9")
    return (response.status, response.body, response.header("content-encoding")) == (206, PAGE[3:10], None)


def refused(name: str) -> Callable[[HandedOff], bool]:
    def ask(files: HandedOff) -> bool:
        response = get(files, name)
        return response.status in (403, 404) and b"ready" not in response.body

    return ask


def unsatisfiable(files: HandedOff) -> bool:
    response = get(files, "data.bin", Range=f"bytes={len(DATA)}-")
    return response.status == 416 and b"ready" not in response.body


def replaced(files: HandedOff) -> bool:
    known = expected(files.dialect.name)
    return all(observe(files, one) == known.get(one.name, RIGHT) for one in REPLACED.situations)


QUESTIONS: Mapping[str, Callable[[HandedOff], bool]] = {
    "a page": as_it_is("around.html"),
    "a text": as_it_is("around.txt"),
    "a name with an encoding": as_it_is("around.svgz"),
    "a name with a filter": as_it_is("around.svg"),
    "a name with a capital": as_it_is("Upper.txt"),
    "a name that is rewritten": as_it_is("rewritten.txt"),
    "a name without a charset": without_charset,
    "a part": a_part,
    "a missing file": refused("missing.txt"),
    "the beginning of a name": refused("around"),
    "a name in another case": refused("Plain.txt"),
    "a closed file": refused("closed.txt"),
    "a directory": refused("folder"),
    "a directory with an index": refused(""),
    "beyond the end": unsatisfiable,
    "a file that is replaced": replaced,
}


LINES: Mapping[type[Front], Mapping[str, str]] = {
    Nginx: {
        "if (-d $request_filename) {\n                return 404;\n            }": "a directory",
        "error_page 301 = @sendfile-closed;": "a missing file",
        "open_file_cache off;": "a file that is replaced",
        "gzip off;": "a page",
        "gzip_static off;": "a page",
        "ssi off;": "a page",
        'sub_filter $sendfile_nothing "";': "a page",
        'add_before_body "";': "a page",
        'add_after_body "";': "a page",
        "charset off;": "a name without a charset",
        "expires off;": "a page",
    },
    ModXsendfile: {
        "ErrorDocument 404 default": "a missing file",
        "ErrorDocument 416 default": "beyond the end",
        "ExpiresActive Off": "a page",
    },
    ModWsgi: {
        "SetHandler default-handler": "a text",
        "no-gzip=1": "a page",
        "RemoveEncoding .gz .tgz .svgz .Z .bz2 .xz .lz .lzma .br .zst": "a name with an encoding",
        "RemoveOutputFilter .html .htm .shtml .xhtml .svg .svgz .xml .txt .md .css .js .json": "a name with a filter",
        "FilterChain !": "a page",
        "SetOutputFilter DEFLATE": "a page",
        "CharsetOptions NoImplicitAdd": "a page",
        "DirectoryIndex disabled": "a directory with an index",
        "DirectorySlash Off": "a directory",
        "CheckSpelling Off": "a name in another case",
        "RewriteEngine Off": "a name that is rewritten",
        "ExpiresActive Off": "a page",
        "MetaFiles Off": "a page",
        "ErrorDocument 403 default": "a closed file",
        "ErrorDocument 404 default": "a missing file",
        "ErrorDocument 416 default": "beyond the end",
        "Header always unset Cache-Control": "a page",
        "Header always unset Expires": "a page",
    },
    Lighttpd: {
        'server.stat-cache-engine := "disable"': "a file that is replaced",
        'server.force-lowercase-filenames := "disable"': "a name with a capital",
        'server.error-handler := ""': "a missing file",
        'server.error-handler-404 := ""': "a missing file",
    },
    Caddy: {"index .": "a directory with an index"},
}
"""What is printed against it, and what is wrong without."""


def right(files: HandedOff, question: str) -> bool:
    try:
        return QUESTIONS[question](files)
    except (AssertionError, FramingError):
        return False


def test_nothing_changes(stand: Stand, place: Place, files: Tree) -> None:
    with Stand(hostile(stand.front)).started(place, files) as (found, _):
        assert [question for question in QUESTIONS if not right(found, question)] == []


@pytest.mark.parametrize(
    ("front", "line", "question"),
    [(front, line, question) for front, lines in LINES.items() for line, question in lines.items()],
    ids=lambda value: value if isinstance(value, str) else value.server,
)
def test_each_line_is_needed(front: type[Front], line: str, question: str, place: Place, files: Tree) -> None:
    if reason := front.missing():
        pytest.skip(reason)
    with Stand(hostile(front, line)).started(place, files) as (found, _):
        assert not right(found, question)
