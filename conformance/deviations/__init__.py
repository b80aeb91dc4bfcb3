"""What is known of Debian's servers where they are not right: one module each.

A test fails where a server does anything else than what is written here, or no longer does it.
"""

from conformance.deviations import caddy, lighttpd, mod_wsgi, mod_xsendfile, nginx
from conformance.deviations.deviation import Deviation

DEVIATIONS: dict[str, tuple[Deviation, ...]] = {
    "nginx": nginx.DEVIATIONS,
    "mod_xsendfile": mod_xsendfile.DEVIATIONS,
    "mod_wsgi": mod_wsgi.DEVIATIONS,
    "lighttpd": lighttpd.DEVIATIONS,
    "caddy": caddy.DEVIATIONS,
}


def expected(server: str) -> dict[str, str]:
    """The situations in which a server is not right, with what is observed."""
    return {situation: found for deviation in DEVIATIONS[server] for situation, found in deviation.seen.items()}
