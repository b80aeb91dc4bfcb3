"""Who is compared, and on which servers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benches.python.files import FILES, MIDDLE, File

#: The names of the two environments, too.
OURS = "xsendfile"
PEER = "django-sendfile2"
WORKERS = 2


@dataclass(frozen=True)
class Way:
    """One way of sending files."""

    name: str
    #: The environment it is installed in.
    environment: str
    #: What a file's name is put behind to make its URL.
    prefix: str
    #: Ways with the same variant share a server process.
    variant: str
    whitenoise: bool = False


SYNC = Way("xsendfile", OURS, "/sendfile/", "xsendfile")
ASYNC = Way("xsendfile, async view", OURS, "/asendfile/", "xsendfile")
PEER_SYNC = Way("django-sendfile2", PEER, "/sendfile/", "django-sendfile2")
FILE_RESPONSE = Way("FileResponse", OURS, "/fileresponse/", "django")
WHITENOISE = Way("WhiteNoise", OURS, "/", "whitenoise", whitenoise=True)
#: No download: what remains is the server's and Django's own.
EMPTY = Way("an empty response", OURS, "/empty/", "django")
#: No download either: the bytes are there already. No way through Django's handler can cost less.
MEMORY = Way("the same bytes from memory", OURS, "/memory/", "django")


@dataclass(frozen=True)
class Kind:
    """A server, as one would run it in production."""

    name: str
    ways: Sequence[Way]
    command: Callable[[Path, int], Sequence[str | Path]]
    files: Sequence[File] = tuple(FILES)
    middleware: bool = False


def _gunicorn(python: Path, port: int) -> list[str | Path]:
    options = ["--bind", f"127.0.0.1:{port}", "--workers", str(WORKERS), "--no-control-socket"]
    return [python, "-m", "gunicorn", "benches.python.site.wsgi", *options]


def _uvicorn(python: Path, port: int) -> list[str | Path]:
    options = ["--port", str(port), "--workers", str(WORKERS), "--no-access-log", "--log-level", "warning"]
    return [python, "-m", "uvicorn", "benches.python.site.asgi:application", *options]


def _granian(interface: str) -> Callable[[Path, int], list[str | Path]]:
    def command(python: Path, port: int) -> list[str | Path]:
        application = f"benches.python.site.{interface}:application"
        options = ["--interface", interface, "--host", "127.0.0.1", "--port", str(port), "--workers", str(WORKERS)]
        return [python, "-m", "granian", *options, application]

    return command


KINDS = [
    Kind("gunicorn", [SYNC, PEER_SYNC, FILE_RESPONSE, WHITENOISE, EMPTY], _gunicorn),
    Kind("uvicorn", [SYNC, ASYNC, PEER_SYNC, FILE_RESPONSE, WHITENOISE, EMPTY, MEMORY], _uvicorn),
    # Django runs each of its middlewares in a thread for an ASGI server, twice: this shows what is then left.
    Kind("uvicorn, middleware", [SYNC, ASYNC, PEER_SYNC], _uvicorn, files=[MIDDLE], middleware=True),
    Kind("granian asgi", [SYNC, ASYNC, PEER_SYNC, FILE_RESPONSE, EMPTY], _granian("asgi")),
    Kind("granian wsgi", [SYNC, PEER_SYNC, FILE_RESPONSE, EMPTY], _granian("wsgi")),
]
