"""A certificate that nobody but its maker has signed."""

from __future__ import annotations

import subprocess
from pathlib import Path


def self_signed(directory: Path, name: str) -> tuple[Path, Path]:
    """A new certificate for a host's name and for loopback, and its key."""
    certificate, key = directory / "certificate.pem", directory / "key.pem"
    command: list[str | Path] = [
        *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"),
        *("-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name},IP:127.0.0.1"),
        *("-addext", "basicConstraints=critical,CA:FALSE", "-keyout", key, "-out", certificate),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=30)
    return certificate, key
