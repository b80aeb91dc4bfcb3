"""What has to be there before a server starts: the program that holds the Rust ones."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from harness.process import ServerError

REPOSITORY = Path(__file__).parents[2]
CRATE = REPOSITORY / "benches" / "servers"
TARGET = REPOSITORY / "target" / "bench-servers"
PROGRAM = TARGET / "release" / "xsendfile-bench-servers"
CRATES = ["hyper", "axum", "actix-web", "tower-http", "hyper-staticfile", "actix-files", "tokio", "rustls"]


def program() -> Path:
    """The program of benches/servers, built with cargo's own release profile, as most people build theirs."""
    cargo = shutil.which("cargo") or str(Path.home() / ".cargo/bin/cargo")
    # Not --locked: a new dependency of our crates must not stop the benchmarks.
    command: list[str | Path] = [cargo, "build", "--release", "--quiet", "--manifest-path", CRATE / "Cargo.toml"]
    environment = os.environ | {"CARGO_TARGET_DIR": str(TARGET)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ServerError(f"{CRATE} could not be built:\n{done.stderr[-4000:]}")
    return PROGRAM


def versions() -> dict[str, dict[str, str]]:
    """Of whom is compared."""
    found = {"rustc": _said("rustc", "--version")}
    lock = (CRATE / "Cargo.lock").read_text()
    for name in CRATES:
        if version := re.search(rf'name = "{name}"\nversion = "([^"]+)"', lock):
            found[name] = version[1]
    found["nginx"] = _said("/usr/sbin/nginx", "-v")
    found["lighttpd"] = _said("/usr/sbin/lighttpd", "-v")
    return {"servers": found}


def _said(*command: str) -> str:
    """The first version in what a program says of itself."""
    path = shutil.which(command[0]) or str(Path.home() / ".cargo/bin" / command[0])
    done = subprocess.run([path, *command[1:]], capture_output=True, text=True, check=False)
    version = re.search(r"\d+\.\d+[.\d]*", done.stdout + done.stderr)
    return version[0] if version else "unknown"
