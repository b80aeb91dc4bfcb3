"""The rows of the core say of the application's headers what was measured."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from conformance.dialects import DIALECTS, X_SENDFILE
from conformance.fronts import STANDS, Stand
from conformance.page import PAGE, ROOT
from conformance.situation import Situation
from conformance.situations.headers import HEADERS
from conftest import Measured


@dataclass(frozen=True)
class Row:
    """What a row of the core says of the application's headers, by their names in lower case."""

    keeps: str
    """`Only` or `AllBut`."""
    named: frozenset[str]
    carried: frozenset[str]
    heeded: frozenset[str]
    """What the server is told, and keeps to itself."""
    source: str

    @classmethod
    def read(cls, text: str) -> Row:
        survival, listed = re.findall(r"survival: Survival::(\w+)\(&\[(.*?)\]\)", text, re.DOTALL)[0]
        carried = text.partition("carried: &[")[2].partition("limit_rate:")[0]
        heeded = frozenset(re.findall(r'HeaderName::from_static\("([^"]+)"\)', text.partition("limit_rate:")[2]))
        (source,) = re.findall(r'source: "(.+)"', text)
        return cls(survival, constants(listed), constants(carried), heeded, source)

    def survive(self, headers: Collection[str]) -> set[str]:
        """Those of the headers that reach the client with the file."""
        kept = set(self.named) if self.keeps == "Only" else set(headers) - self.named - self.heeded
        return (kept | self.carried) & set(headers)


def constants(source: str) -> frozenset[str]:
    """Names such as CONTENT_TYPE, as headers."""
    return frozenset(name.lower().replace("_", "-") for name in re.findall(r"\b[A-Z][A-Z_]+\b", source))


SOURCE = (ROOT / "crates/xsendfile/src/dialect/row.rs").read_text()
ROWS = {
    name: Row.read(row)
    for name, row in re.findall(
        r'^pub static \w+: Dialect = Dialect \{\n    name: "(\w+)",(.+?)^\};', SOURCE, re.M | re.S
    )
}


def reached(row: Mapping[Situation, str]) -> tuple[set[str], set[str]]:
    """The headers that an application was asked to say, and those that came with a whole file."""
    asked = {}
    for situation in HEADERS.situations:
        if found := re.fullmatch(r"`([\w-]+)`(?: and a body)?", situation.name):
            asked[found[1].lower()] = "200" in row[situation].split()
    return set(asked), {header for header, came in asked.items() if came}


def test_a_row_says_which_headers_survive(stand: Stand, measured: Measured) -> None:
    row = ROWS[stand.id]
    asked, came = reached(measured.of(stand))
    # Else a header in the row would be there for nothing.
    assert row.named <= asked
    assert row.survive(asked) == came


def test_the_row_of_all_servers_of_x_sendfile_says_what_survives_all_of_them(measured: Measured) -> None:
    found = [reached(measured.of(stand)) for stand in STANDS if DIALECTS[stand.id].header == X_SENDFILE]
    (asked, _), *_ = found
    heeded = {header for stand in STANDS for header in ROWS[stand.id].heeded}
    assert ROWS["xsendfile"].survive(asked) - heeded == set.intersection(*(came for _, came in found)) - heeded


def test_every_server_has_a_row() -> None:
    assert set(ROWS) == {*DIALECTS, "xsendfile"}


def test_a_row_says_which_versions_were_measured(stand: Stand) -> None:
    written = PAGE.read_text(encoding="utf-8")
    (version,) = re.findall(rf"^### (.*{re.escape(stand.title)} [0-9.]+)$", written, re.MULTILINE)
    assert ROWS[stand.id].source.partition(";")[0] == version.replace(", ", " with ")
