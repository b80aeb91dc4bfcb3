"""Load over TLS, by HTTP/1 or 2: a fixed number of requests by nghttp2's h2load."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass

from benches.measure.load import LoadError

UNITS = {"us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0}


@dataclass(frozen=True)
class Answered:
    """What h2load saw."""

    seconds: float
    requests: int
    #: Of bodies.
    bytes: int


def h2load(url: str, *, requests: int, connections: int, http2: bool) -> Answered:
    """Ask for one URL so many times. Certificates are not verified."""
    if shutil.which("h2load") is None:
        raise LoadError("h2load is not installed; install the Debian package nghttp2-client")
    # Windows of 1 GiB, so that it is not the client who paces.
    command = ["h2load", "-n", str(requests), "-c", str(connections), "-w", "30", "-W", "30"]
    command += [] if http2 else ["--h1"]
    done = subprocess.run([*command, url], capture_output=True, text=True, check=False, timeout=120)
    return _read(done.stdout, done.stderr, url, requests)


def _read(said: str, complaints: str, url: str, requests: int) -> Answered:
    took = re.search(r"finished in ([\d.]+)(us|ms|s|m),", said)
    succeeded = re.search(r"(\d+) succeeded", said)
    received = re.search(r"\((\d+)\) data", said)
    if not (took and succeeded and received) or int(succeeded[1]) != requests:
        raise LoadError(f"{url} was not answered as it should be:\n{said}{complaints}")
    return Answered(float(took[1]) * UNITS[took[2]], requests, int(received[1]))
