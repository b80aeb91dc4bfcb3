"""The border to the Rust crate: what `crates/xsendfile-python` defines."""

from collections.abc import Callable
from datetime import timedelta
from os import PathLike
from typing import final

from .command import Disk, Site
from .conf import Settings

__all__ = [
    "Body",
    "ConfigError",
    "Delivery",
    "Description",
    "HandOff",
    "Lane",
    "NotFound",
    "Response",
    "Sendfile",
    "WouldBlock",
    "__version__",
    "canary",
    "disk_problems",
    "run_command",
]

class NotFound(Exception):
    """There is no file to send. The message holds the path and is for the log only."""

class WouldBlock(Exception):
    """
    The disk would have to be waited for, and the caller said not to. The argument is the `Lane` to do that in,
    or `None` where `respond_local` may be asked in any thread.
    """

class ConfigError(Exception):
    """
    A setting that cannot work; `args` are its name, its value as text, the problem, the advice, and whether
    all that is wrong is that a directory is missing.
    """

@final
class Delivery:
    """How a file is to be delivered. Belongs to no file, so one may serve many."""

    def __new__(
        cls,
        attachment: object = None,
        attachment_filename: object = None,
        mimetype: str | None = None,
        encoding: str | None = None,
        content_length: int | None = None,
        limit_rate: int | None = None,
        buffering: bool | None = None,
        charset: str | None = None,
        expires: int | timedelta | None = None,
        cache_control: str | None = None,
        sandbox: bool | str | None = None,
        beneath: str | PathLike[str] | None = None,
    ) -> Delivery:
        """The arguments of `sendfile`, as it documents them."""
    @property
    def encoding(self) -> str | None: ...
    @property
    def content_length(self) -> int | None: ...
    def of_type(self, mimetype: str) -> Delivery:
        """The same, of this media type."""
    def streamed(self) -> Delivery:
        """The same, sent from here whatever the backend."""

@final
class Sendfile:
    """Sends files by the settings that it was made with."""

    def __new__(cls, settings: Settings) -> Sendfile: ...
    @property
    def hand_off_header(self) -> str | None:
        """The header that hands files off; `None` where they are streamed."""
    @property
    def takes_uri(self) -> bool:
        """Whether the server in front is told a URI, for which it needs `SENDFILE_URL`."""
    def respond(self, method: str | None, meta: dict[str, object], filename: str, delivery: Delivery) -> Response:
        """The answer to a request."""
    def respond_cached(
        self, method: str | None, meta: dict[str, object], filename: str, delivery: Delivery
    ) -> Response:
        """The same, or `WouldBlock`."""
    def respond_local(self, method: str | None, meta: dict[str, object], filename: str, delivery: Delivery) -> Response:
        """The same, waiting for the disks of this machine only, or `WouldBlock`."""
    def describe(self, filename: str, delivery: Delivery) -> Description: ...
    def read(self, value: str) -> str:
        """The path of the file that the hand-off header's value, as on the wire, names."""

@final
class Response:
    @property
    def status(self) -> int: ...
    @property
    def headers(self) -> dict[str, tuple[str, str]]:
        """By lower-case name: the name, and the value as one Latin-1 character for each byte,
        the hand-off's as people read it."""
    @property
    def body(self) -> Body | None: ...
    @property
    def hand_off(self) -> HandOff | None: ...
    @property
    def path(self) -> str:
        """Where the file lies: for logs and tests, never for the client."""
    @property
    def rule(self) -> str | None:
        """The rule by which the file is streamed although the backend hands files off."""
    @property
    def unsupported(self) -> list[str] | None:
        """The arguments that the backend does not support."""

@final
class Lane:
    """A few threads that wait for one mount, which may hang."""

    def run(self, job: Callable[[], object]) -> None:
        """Call `job` in one of the threads, after those that came before."""
    def is_full(self) -> bool:
        """Whether too many wait already for anybody else to begin."""

@final
class HandOff:
    def __new__(cls, dialect: str, wire: bytes, readable: bytes) -> HandOff: ...
    @property
    def backend(self) -> str:
        """The backend that reads it."""
    @property
    def header(self) -> str: ...
    @property
    def readable(self) -> str: ...
    @property
    def carries(self) -> list[str]: ...
    def value(self, headers: list[tuple[str, str]]) -> str: ...

@final
class Body:
    @property
    def part(self) -> tuple[int, int] | None:
        """Offset and length, where the body is one part of a file, which has a descriptor."""
    @property
    def lane(self) -> Lane | None:
        """Where to wait for it; `None` for the disks of this machine."""
    def fileno(self) -> int:
        """The descriptor, positioned where the body begins."""
    def shrunk(self) -> bool:
        """Whether the file has become shorter than the body."""
    def tell(self) -> int:
        """The position in the file of what is read next."""
    def seek(self, offset: int, whence: int = 0) -> int:
        """Go to a position in the file: from its start, from here, or from the end of the body."""
    def read(self, size: int = ...) -> bytes:
        """The next bytes. `RuntimeError` while another call reads."""
    def read_cached(self, size: int = ...) -> bytes | None: ...
    def close(self) -> None:
        """Let go of the file, without waiting for a call that reads it."""

def disk_problems(site: Disk) -> list[tuple[str, str, str]]:
    """What the disk says against the settings: the name of the cause, what is the matter, what to do."""

def canary(
    sendfile: Sendfile, secret: bytes, query: str, method: str | None, meta: dict[str, object], delivery: Delivery
) -> Response | str | None:
    """The answer to a signed query of `xsendfile check`: the canary file, JSON, or nothing."""

@final
class Description:
    @property
    def path(self) -> str: ...
    @property
    def length(self) -> int | None: ...
    @property
    def media_type(self) -> str: ...
    @property
    def disposition(self) -> str: ...
    @property
    def headers(self) -> list[tuple[str, str]]:
        """What says the extras, and what protects the file."""
    @property
    def unsupported(self) -> list[str]:
        """The arguments that a backend of the application's own is not told."""

__version__: str

def run_command(arguments: list[str], site: Site | None, *, colours: bool) -> tuple[int, str, str]:
    """
    Run the command line `xsendfile`, the program's name first: its exit status, and what belongs to
    standard output and to standard error. `site` is what `command.site` tells; without, settings come
    from the environment.
    """
