"""Every name that a file can have."""

from __future__ import annotations

from conformance.handed_off import HandedOff
from conformance.names import BYTES, GROUPS, POSITIONS
from conformance.observation import sent
from conformance.situation import Ask, Situation, Theme


def arrives(name: bytes) -> Ask:
    def ask(files: HandedOff) -> str:
        return sent(files.get(name), files.tree.content(name))

    return ask


NAMES = Theme(
    "Names",
    "The file with this name is sent, whole. Names are written as the server's dialect wants them. The first rows "
    "try every byte from 1 to 255 but the slash; bytes are in hexadecimal.",
    (
        *(
            Situation(f"every byte {where}", {byte: arrives(position(byte)) for byte in BYTES})
            for where, position in POSITIONS.items()
        ),
        *(Situation(group, {label: arrives(name) for label, name in names.items()}) for group, names in GROUPS.items()),
    ),
)
