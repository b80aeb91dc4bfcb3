"""The table: every theme, in the order in which docs/servers.md shows them.

The themes of `BY_NAME` ask only for files by name, so they are asked of other applications too, and of those that have
no server in front (tests/servers).
"""

from conformance.situation import Theme
from conformance.situations.absent import ABSENT
from conformance.situations.answers import ANSWERS
from conformance.situations.containment import CONTAINMENT
from conformance.situations.direct import DIRECT
from conformance.situations.headers import HEADERS, SILENT
from conformance.situations.hostile import HOSTILE, SEEN
from conformance.situations.names import NAMES
from conformance.situations.preconditions import PRECONDITIONS
from conformance.situations.ranges import RANGES
from conformance.situations.replaced import REPLACED
from conformance.situations.statuses import STATUSES
from conformance.situations.whole import WHOLE

BY_NAME: tuple[Theme, ...] = (WHOLE, RANGES, PRECONDITIONS, REPLACED, HOSTILE)

THEMES: tuple[Theme, ...] = (
    NAMES,
    WHOLE,
    RANGES,
    PRECONDITIONS,
    REPLACED,
    ABSENT,
    CONTAINMENT,
    DIRECT,
    HOSTILE,
    SEEN,
    ANSWERS,
    STATUSES,
    HEADERS,
    SILENT,
)
