"""The Debian packages that the house needs: which are missing, and how they get here."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from harness.front import FRONTS
from harness.package import Package
from toolbox.terminal import Failure, notice, say

POLICY = Path("/usr/sbin/policy-rc.d")
"""Asked by every package before it starts a service; 101 means no."""

BUILD = (
    Package("gcc", "gcc"),
    Package("libc6-dev", "/usr/include/stdio.h"),
    Package("python3-venv", "/usr/lib/python3*/ensurepip/__init__.py"),
)
# In configurations and in benchmarks.
TLS = (
    Package("lighttpd-mod-openssl", "/usr/lib/lighttpd/mod_openssl.so"),
    Package("openssl", "openssl"),
)
SERVERS = (
    *dict.fromkeys(package for front in FRONTS for package in front.packages),
    *TLS,
    Package("strace", "strace"),
)
DOCS = (Package("curl", "curl"), Package("git", "git"))
BROWSER = (
    Package("chromium", "chromium"),
    Package("chromium-driver", "chromedriver"),
    Package("ffmpeg", "ffmpeg"),
)


def install(packages: Sequence[Package]) -> None:
    """Install those that are not here, without starting a service."""
    missing = [package for package in packages if not package.present()]
    if not missing:
        return
    names = [package.name for package in missing]
    say(f"installing Debian packages: {' '.join(names)}")
    if not shutil.which("apt-get"):
        raise Failure(f"No apt-get here, and these are missing: {' '.join(names)}. Install what corresponds to them.")
    as_root = _as_root(names)
    with _services_off(as_root):
        _apt(as_root, "update", "-qq")
        _apt(as_root, "install", "-y", "-qq", "--no-install-recommends", *names)
    _disable(as_root, [service for package in missing for service in package.services])


def _as_root(names: Sequence[str]) -> list[str]:
    if os.geteuid() == 0:
        return []
    command = f"apt-get install {' '.join(names)}"
    if not shutil.which("sudo"):
        raise Failure(
            f"Debian packages are missing, and this is neither root nor is there sudo. Have root run:\n  {command}"
        )
    if subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode and not os.isatty(0):
        raise Failure(f"Debian packages are missing, and sudo asks for a password. Run this first:\n  sudo {command}")
    return ["sudo"]


def _apt(as_root: Sequence[str], *arguments: str) -> None:
    environment = ["env", "DEBIAN_FRONTEND=noninteractive"]
    done = subprocess.run(
        [*as_root, *environment, "apt-get", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Failure(f"apt-get {' '.join(arguments)} failed:\n{done.stdout[-3000:]}")


@contextmanager
def _services_off(as_root: Sequence[str]) -> Iterator[None]:
    if POLICY.exists():
        yield
        return
    _run(as_root, "sh", "-c", f"printf '#!/bin/sh\\nexit 101\\n' > {POLICY} && chmod 755 {POLICY}")
    try:
        yield
    finally:
        _run(as_root, "rm", "-f", str(POLICY))


def _disable(as_root: Sequence[str], services: Sequence[str]) -> None:
    """The tests run the servers on configurations of their own; none should come up with the machine."""
    if services and Path("/run/systemd/system").is_dir():
        notice(f"stopping and disabling the services that came with the packages: {' '.join(services)}")
        _run(as_root, "systemctl", "disable", "--now", *services)


def _run(as_root: Sequence[str], *command: str) -> None:
    subprocess.run([*as_root, *command], check=True, stdin=subprocess.DEVNULL)
