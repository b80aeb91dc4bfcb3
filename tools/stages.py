"""The table of stages: what `make test` runs, in this order. Adding a stage is adding a row."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

from toolbox import counts, debian
from harness.package import SYSTEM_PATH
from toolbox.house import AT_ONCE, House
from toolbox.job import Job, Skip
from toolbox.stage import Stage

CHECKED_BY_RUFF = ("python", "harness", "conformance", "tests", "tools", "examples", "benches")
CHECKED_BY_MYPY = (
    ("python/django_sendfile", "harness", "conformance", "benches"),
    ("tools",),
    ("tests/servers",),
    ("tests/conformance",),
    ("tests/check",),
    ("tests/docs",),
)
"""What is checked at once: directories of tests have modules of the same name."""

FUZZ = "fuzz/Cargo.toml"


def cargo(name: str, *arguments: str, **environment: str) -> Callable[[House], Iterator[Job]]:
    """A stage that is one cargo command, passed or failed as a whole."""

    def jobs(house: House) -> Iterator[Job]:
        yield Job(name, [house.cargo, *arguments], environment=environment)

    return jobs


def rustfmt(house: House) -> Iterator[Job]:
    yield Job("rustfmt", [house.cargo, "fmt", "--all", "--check"])
    yield Job("rustfmt fuzz", [house.cargo, "fmt", "--manifest-path", FUZZ, "--check"])


def clippy(house: House) -> Iterator[Job]:
    strict = ("--", "-D", "warnings")
    yield Job("clippy", [house.cargo, "clippy", "--workspace", "--all-targets", "--all-features", *strict])
    # The fuzz targets are a workspace of their own. Nothing is linked here, so libFuzzer, which is C++, need
    # not be built: any path will do, and one that exists is not looked for again each time.
    libfuzzer = {"CUSTOM_LIBFUZZER_PATH": str(house.root / FUZZ)}
    targets = ("--manifest-path", FUZZ, "--locked", "--target-dir", house.target)
    yield Job("clippy fuzz", [house.cargo, "clippy", *targets, *strict], environment=libfuzzer)


def features(house: House) -> Iterator[Job]:
    """Each feature of each crate alone: what `--all-features` brings along is not always there."""
    command = [house.cargo, "metadata", "--offline", "--no-deps", "--format-version", "1"]
    metadata = json.loads(subprocess.run(command, cwd=house.root, check=True, capture_output=True).stdout)
    for package in sorted(metadata["packages"], key=lambda package: str(package["name"])):
        alone = sorted(set(package["features"]) - {"default"})
        for feature in ["", *alone] if alone else []:
            command = [house.cargo, "clippy", "--package", package["name"], "--no-default-features"]
            command += ["--features", feature, "--", "-D", "warnings"]
            yield Job(f"{package['name']} {feature or 'bare'}", command)


def rust_tests(house: House) -> Iterator[Job]:
    everything = ("--workspace", "--all-features")
    if shutil.which("cargo-nextest"):
        command = ["nextest", "run", *everything, "--no-fail-fast", "--no-tests", "pass"]
        yield Job("nextest", [house.cargo, *command], counts.nextest)
    else:
        command = ["test", *everything, "--no-fail-fast", "--lib", "--bins", "--tests"]
        yield Job("cargo test", [house.cargo, *command], counts.cargo_test)
    yield Job("doc tests", [house.cargo, "test", *everything, "--no-fail-fast", "--doc"], counts.cargo_test)


def deny(house: House) -> Iterator[Job]:
    # Advisories would need the network: a new one must not fail an old commit.
    command: list[str | Path] = [house.tools.program("cargo-deny"), "--offline", "check", "bans", "licenses", "sources"]
    yield Job("cargo deny", command, environment={"CARGO": house.cargo})


def python_lints(house: House) -> Iterator[Job]:
    sources = [name for name in CHECKED_BY_RUFF if (house.root / name).is_dir()]
    yield Job("ruff check", [house.tools.program("ruff"), "check", *sources])
    yield Job("ruff format", [house.tools.program("ruff"), "format", "--check", *sources])
    for checked in CHECKED_BY_MYPY:
        command = [house.tools.program("mypy"), "--strict", *checked]
        # As pytest has them: the directory itself, and what the others borrow.
        path = os.pathsep.join([*checked, "tests/servers"]) if checked[0].startswith("tests/") else ""
        yield Job(f"mypy {checked[0].replace('/', ' ')}", command, environment={"MYPYPATH": path})


def contract(house: House) -> Iterator[Job | Skip]:
    for django, version in house.absent:
        yield Skip(f"contract py{version}-django{django}", f"Python {version} is not on this machine")
    yield stub(house)
    predecessor = {"PREDECESSOR": str(house.predecessor.packages)}
    for pair, environment in house.environments(house.pairs).items():
        yield pytest(f"contract {pair}", environment.python, "tests/contract", **predecessor)


def stub(house: House) -> Job:
    """Whether the stub says of the compiled module what is in it."""
    # The wheel is for every Python, that of the tools included.
    wheel = str(house.environment(house.pairs[0]).packages)
    options = ["--mypy-config-file", "pyproject.toml", "django_sendfile._native"]
    return Job("stubtest", [house.tools.program("stubtest"), *options], environment={"PYTHONPATH": wheel})


def predecessor(house: House) -> Iterator[Job]:
    yield pytest("predecessor", house.predecessor.python, "tests/contract/test_broken_there.py", "--peer")


def servers(house: House) -> Iterator[Job]:
    pair = house.server_pair
    yield pytest(f"servers {pair}", house.environment(pair, "servers").python, "tests/servers")


def conformance(house: House) -> Iterator[Job]:
    pair = house.server_pair
    yield pytest(f"conformance {pair}", house.environment(pair, "servers").python, "tests/conformance")


def check(house: House) -> Iterator[Job]:
    pair = house.server_pair
    yield pytest(f"check {pair}", house.environment(pair, "servers").python, "tests/check")


def docs(house: House) -> Iterator[Job]:
    pair = house.server_pair
    yield pytest(f"docs {pair}", house.environment(pair, "servers").python, "tests/docs")


def browser(house: House) -> Iterator[Job]:
    pair = house.server_pair
    yield pytest(f"browser {pair}", house.environment(pair, "browser").python, "tests/browser")


def pytest(name: str, python: Path, *arguments: str, **environment: str) -> Job:
    command: list[str | Path] = [python, "-m", "pytest", "-q", "--junitxml", "{report}", *arguments]
    return Job(name, command, counts.pytest, {"PATH": SYSTEM_PATH} | environment)


STAGES = (
    Stage("rustfmt", "Rust is formatted", rustfmt),
    Stage("clippy", "Rust without warnings, the fuzz targets too", clippy, packages=debian.BUILD),
    Stage("features", "each feature alone", features, packages=debian.BUILD),
    Stage("rust", "the crates' tests", rust_tests, packages=debian.BUILD + debian.SERVERS),
    Stage(
        "rustdoc",
        "documentation without warnings",
        cargo("rustdoc", "doc", "--workspace", "--all-features", "--no-deps", RUSTDOCFLAGS="-D warnings"),
        packages=debian.BUILD,
    ),
    Stage("deny", "licences, sources and duplicates of dependencies", deny, packages=debian.BUILD),
    Stage("lint", "ruff and mypy --strict", python_lints, packages=debian.BUILD),
    Stage("contract", "the Python package on every pair", contract, packages=debian.BUILD, at_once=AT_ONCE),
    Stage("predecessor", "what is broken in django-sendfile2 0.7.2 fails there", predecessor, packages=debian.BUILD),
    Stage("servers", "the real servers", servers, packages=debian.BUILD + debian.SERVERS),
    Stage(
        "conformance",
        "what each server does with a hand-off",
        conformance,
        packages=debian.BUILD + debian.SERVERS,
    ),
    Stage("check", "mistakes on the real servers, each named", check, packages=debian.BUILD + debian.SERVERS),
    Stage("docs", "every example of the documentation", docs, packages=debian.BUILD + debian.SERVERS + debian.DOCS),
    Stage("browser", "the demo in Chromium", browser, packages=debian.BUILD + debian.SERVERS + debian.BROWSER),
)

LINTS = ("rustfmt", "clippy", "features", "rustdoc", "deny", "lint")
