"""Load: many small downloads by wrk, one at a time by a client of our own."""

from __future__ import annotations

import hashlib
import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

SUMMARY = Path(__file__).with_name("wrk_summary.lua")
BUFFER = 2**20


class LoadError(RuntimeError):
    """The answers were not what was asked for, so that their speed means nothing."""


@dataclass(frozen=True)
class Load:
    """What wrk saw."""

    seconds: float
    requests: int
    bytes: int
    p50: float
    p99: float


def wrk(url: str, *, connections: int, seconds: float, headers: Sequence[str] = (), whole: bool = True) -> Load:
    """Ask for one URL over and over; unless ``whole``, parts of it will do."""
    if shutil.which("wrk") is None:
        raise LoadError("wrk is not installed; install the Debian package wrk")
    # wrk takes whole seconds only; ended early by SIGINT it still sums up.
    command = ["timeout", "--signal=INT", str(seconds), "wrk", "--threads", "1", "--duration", "60"]
    command += ["--connections", str(connections), "--timeout", "20", "--script", str(SUMMARY)]
    for header in headers:
        command += ["--header", header]
    command.append(url)
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=90)
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    if not lines:
        raise LoadError(f"wrk said nothing of {url}:\n{done.stdout}{done.stderr}")
    said = json.loads(lines[-1])
    if said["refused"] or said["failed"] > said["requests"] / 100 or not said["requests" if whole else "bytes"]:
        raise LoadError(f"{url} was not answered as it should be: {said}")
    return Load(said["microseconds"] / 1e6, said["requests"], said["bytes"], said["p50"] / 1e6, said["p99"] / 1e6)


@dataclass(frozen=True)
class Download:
    """One download on a connection of its own."""

    status: int
    bytes: int
    #: From the request's last byte to the body's first.
    first_byte: float
    seconds: float
    digest: str | None


def download(url: str, *, check: bool = False, timeout: float = 120) -> Download:
    """Fetch a URL and drop what comes; with ``check``, tell its SHA-256."""
    parts = urlsplit(url)
    assert parts.hostname and parts.port
    digest = hashlib.sha256() if check else None
    with socket.create_connection((parts.hostname, parts.port), timeout=timeout) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        request = f"GET {parts.path} HTTP/1.1\r\nHost: {parts.hostname}\r\nConnection: close\r\n\r\n"
        start = time.perf_counter()
        connection.sendall(request.encode())
        head, body = _head(connection)
        first_byte = time.perf_counter() - start
        status, length = _read_head(head)
        received = len(body)
        if digest:
            digest.update(body)
        view = memoryview(bytearray(BUFFER))
        while received < length and (count := connection.recv_into(view)):
            received += count
            if digest:
                digest.update(view[:count])
        seconds = time.perf_counter() - start
    if received != length:
        raise LoadError(f"{url}: {received} bytes came, {length} were announced")
    return Download(status, received, first_byte, seconds, digest.hexdigest() if digest else None)


def _head(connection: socket.socket) -> tuple[bytes, bytes]:
    """The head, and as much of the body as came first: at least a byte, unless the head came alone for good."""
    read = b""
    while True:
        piece = connection.recv(2**16)
        read += piece
        head, end, body = read.partition(b"\r\n\r\n")
        if end and (body or not piece):
            return head, body
        if not piece:
            raise LoadError(f"the connection was closed within the head: {read!r}")


def _read_head(head: bytes) -> tuple[int, int]:
    """The status and the body's length."""
    first, *lines = head.decode("latin-1").split("\r\n")
    for line in lines:
        name, _, value = line.partition(":")
        if name.lower() == "content-length":
            return int(first.split()[1]), int(value)
    raise LoadError(f"there is no Content-Length in {head!r}")


@contextmanager
def background(url: str, *, connections: int) -> Iterator[None]:
    """Load that goes on for as long as the block does."""
    command = ["wrk", "--threads", "1", "--duration", "60", "--connections", str(connections), url]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.terminate()
        process.wait()
