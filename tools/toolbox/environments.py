"""Virtual environments, made once and reused for as long as what went into them is the same."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from toolbox.interpreters import Interpreter
from toolbox.terminal import Failure


@dataclass(frozen=True)
class Environment:
    path: Path

    @property
    def python(self) -> Path:
        return self.path / "bin" / "python"

    @property
    def packages(self) -> Path:
        """Where packages are installed."""
        (found,) = self.path.glob("lib/python*/site-packages")
        return found

    def program(self, name: str) -> Path:
        return self.path / "bin" / name


def make(
    path: Path,
    interpreter: Interpreter,
    requirements: Sequence[Path],
    *,
    extra: Sequence[str] = (),
    wheel: Path | None = None,
    pip: Environment | None = None,
) -> Environment:
    """The environment with these requirements, and with this wheel in it.

    `pip` is another environment whose pip installs into this one, which then needs none of its own. A new wheel is
    put into the environment there is; anything else that changes makes it anew.
    """
    environment = Environment(path)
    wanted = _fingerprint(requirements, str(interpreter.path), *extra)
    if _read(path / "inputs") != wanted or not environment.python.exists():
        shutil.rmtree(path, ignore_errors=True)
        path.parent.mkdir(parents=True, exist_ok=True)
        bare = ["--without-pip"] if pip else []
        _run([interpreter.path, "-m", "venv", *bare, path])
        files = [argument for file in requirements for argument in ("-r", file)]
        _install(environment, pip, *files, *extra)
        (path / "inputs").write_text(wanted)
    if wheel is not None:
        _put_wheel(environment, wheel, pip)
    return environment


def _put_wheel(environment: Environment, wheel: Path, pip: Environment | None) -> None:
    mark = environment.path / "wheel"
    wanted = hashlib.sha256(wheel.read_bytes()).hexdigest()
    if _read(mark) != wanted:
        _install(environment, pip, "--no-deps", "--force-reinstall", wheel)
        mark.write_text(wanted)


def _install(environment: Environment, pip: Environment | None, *what: str | Path) -> None:
    runner: list[str | Path] = [environment.python, "-m", "pip"]
    if pip:
        runner = [pip.python, "-m", "pip", "--python", environment.python]
    options = ("--quiet", "--disable-pip-version-check", "--no-input", "--no-compile")
    _run([*runner, "install", *options, *what])


def _run(command: Sequence[str | Path]) -> None:
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if done.returncode:
        raise Failure(f"{' '.join(map(str, command))} failed:\n{done.stdout[-3000:]}")


def _fingerprint(requirements: Sequence[Path], *words: str) -> str:
    """Of the requirement files, with those that they include, and the words."""
    digest = hashlib.sha256()
    for file in requirements:
        digest.update(_with_included(file).encode())
    for word in words:
        digest.update(b"\0" + word.encode())
    return digest.hexdigest()


def _with_included(file: Path) -> str:
    lines = file.read_text().splitlines()
    return "\n".join(
        _with_included(file.parent / line.split()[1]) if line.startswith("-r ") else line for line in lines
    )


def _read(mark: Path) -> str | None:
    return mark.read_text() if mark.exists() else None
