"""What is asked for: how, how much, and over how many connections."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from benches.report.units import size
from benches.rust.files import GIB, KIB, MIB


class Protocol(Enum):
    HTTP = "HTTP/1"
    HTTPS = "HTTP/1 over TLS"
    HTTP2 = "HTTP/2 over TLS"


@dataclass(frozen=True)
class Case:
    protocol: Protocol
    #: Of the file.
    size: int
    connections: int
    #: How many requests, where it is not the time that is fixed.
    requests: int = 0
    rounds: int = 5
    #: Only these bytes of it.
    range: tuple[int, int] | None = None
    quick: bool = False

    @property
    def length(self) -> int:
        """Of the body."""
        return self.range[1] - self.range[0] + 1 if self.range else self.size

    @property
    def title(self) -> str:
        what = f"{size(self.length)} out of {size(self.size)}" if self.range else size(self.size)
        plural = "s" if self.connections > 1 else ""
        return f"{self.protocol.value}, {what}, {self.connections} connection{plural}"


#: Where nothing on its way is a page, a chunk or a packet long.
INSIDE = (1_000_001, 1_000_000 + MIB)


def _plain() -> list[Case]:
    http = Protocol.HTTP
    return [
        Case(http, KIB, 1),
        Case(http, KIB, 32, quick=True),
        Case(http, KIB, 256),
        Case(http, 64 * KIB, 1),
        Case(http, 64 * KIB, 32),
        Case(http, 64 * KIB, 256),
        Case(http, MIB, 1),
        Case(http, MIB, 32, quick=True),
        Case(http, MIB, 256),
        Case(http, 64 * MIB, 32, range=INSIDE),
        Case(http, 64 * MIB, 1, requests=12, quick=True),
        Case(http, 64 * MIB, 32, rounds=2),
        Case(http, 64 * MIB, 256, rounds=2),
        Case(http, GIB, 1, requests=1, rounds=2),
        Case(http, GIB, 32, rounds=2),
        Case(http, GIB, 256, rounds=2),
    ]


def _encrypted(protocol: Protocol) -> list[Case]:
    return [
        Case(protocol, KIB, 1, requests=2_000, rounds=2),
        Case(protocol, KIB, 32, requests=8_000, quick=True),
        Case(protocol, KIB, 256, requests=16_000, rounds=2),
        Case(protocol, 64 * KIB, 1, requests=1_000, rounds=2),
        Case(protocol, 64 * KIB, 32, requests=4_000),
        Case(protocol, 64 * KIB, 256, requests=4_000, rounds=2),
        Case(protocol, MIB, 1, requests=160, rounds=2),
        Case(protocol, MIB, 32, requests=320, quick=True),
        Case(protocol, MIB, 256, requests=512, rounds=2),
        Case(protocol, 64 * MIB, 1, requests=5, rounds=3),
        Case(protocol, 64 * MIB, 32, requests=32, rounds=1),
        Case(protocol, GIB, 1, requests=1, rounds=1),
    ]


LEFT_OUT = """\
Left out: encrypted, 64 MiB over 256 connections and 1 GiB over more than one. Every server would have to encrypt 16 GiB
and more; what the connections cost is seen in the rows for smaller files."""

CASES = [*_plain(), *_encrypted(Protocol.HTTPS), *_encrypted(Protocol.HTTP2)]
