"""make bench: the benchmarks, beside what people use today, and docs/benchmarks.md from their results."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from toolbox import debian, environments, interpreters
from benches import results
from benches.families import FAMILIES
from benches.measure.load import LoadError
from benches.measure.machine import versions
from benches.python.contestants import OURS, PEER
from benches.report import page, terminal
from benches.rust import build
from benches.section import Plan, Section
from harness.front import Lighttpd, Nginx
from harness.package import Package
from harness.process import ServerError
from toolbox.house import House, Pair
from toolbox.terminal import Failure, duration, paint, say

PACKAGES = (
    *debian.BUILD,
    Package("wrk", "wrk"),
    Package("strace", "strace"),
)
FOR_RUST = (
    Package("nghttp2-client", "h2load"),
    *Nginx.packages,
    *Lighttpd.packages,
    *debian.TLS,
)
FOR_INSTRUCTIONS = (Package("valgrind", "valgrind"),)
Versions = dict[str, dict[str, str]]
VERSIONS = ["Django", "xsendfile", "django-sendfile2", "whitenoise", "gunicorn", "uvicorn", "uvloop", "granian"]


def main(arguments: list[str]) -> int:
    options = _options(arguments)
    house = House()
    output = house.target / "bench"
    try:
        if not options.render:
            _measure(house, output, options)
        if not options.quick:
            written = page.write(house.root / "docs" / "benchmarks.md", results.read_all(output))
            say(f"\n{written.relative_to(house.root)} is written")
    except (Failure, ServerError, LoadError) as failure:
        print(failure, file=sys.stderr)
        return 2
    return 0


def _options(arguments: list[str]) -> argparse.Namespace:
    names = [section.NAME for section in _sections()]
    parser = argparse.ArgumentParser(prog="make bench ARGS=…", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="five minutes, rougher, and docs/ stays as it is")
    parser.add_argument("--only", choices=names, action="append", help="run only this section; may be repeated")
    parser.add_argument("--instructions", action="store_true", help="count instructions too, by valgrind")
    parser.add_argument("--python", default=None, metavar="VERSION", help="such as 3.13; default: Debian's")
    parser.add_argument("--render", action="store_true", help="only write docs/benchmarks.md, from the last results")
    return parser.parse_args(arguments)


def _sections() -> list[Section]:
    return [section for sections in FAMILIES.values() for section in sections]


def _measure(house: House, output: Path, options: argparse.Namespace) -> None:
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="xsendfile-bench-") as scratch:
        for name, sections in FAMILIES.items():
            chosen = [section for section in sections if not options.only or section.NAME in options.only]
            if not chosen:
                continue
            pythons, installed = _python(house, options) if name == "python" else _rust(house)
            plan = Plan(Path(scratch), output / "files", pythons, options.quick, options.instructions, say)
            for section in chosen:
                say(paint(f"{section.TITLE}", "bold"))
                result = results.Result.new(section, plan, installed, _command(options))
                say(terminal.text(section.report(result.measured)))
                say(f"\n{result.write(output).relative_to(house.root)} is written\n")
    say(f"measured in {duration(time.monotonic() - started)}")


def _python(house: House, options: argparse.Namespace) -> tuple[dict[str, Path], Versions]:
    """The environments of the contestants, and what is in them."""
    debian.install(PACKAGES + (FOR_INSTRUCTIONS if options.instructions else ()))
    pythons = _interpreters(house, options.python)
    installed = {name: versions(python, VERSIONS) for name, python in pythons.items()}
    if len({environment["Django"] for environment in installed.values()}) > 1:
        raise Failure(f"The environments have different Djangos: {installed}. Remove target/venvs/*bench*, try again.")
    return pythons, installed


def _rust(house: House) -> tuple[dict[str, Path], Versions]:
    """No environments: the servers are programs."""
    debian.install(PACKAGES + FOR_RUST)
    # Found, and put on PATH for the build of the servers.
    _ = house.cargo
    return {}, build.versions()


def _interpreters(house: House, version: str | None) -> dict[str, Path]:
    """Two environments that differ in nothing but the package that is compared."""
    pair = _pair(house, version)
    ours = house.environment(pair, "bench")
    peer = environments.make(
        house.target / "venvs" / f"{pair}-bench-peer",
        pair.interpreter,
        [house.requirements("bench-peer")],
        extra=[f"Django=={pair.django}.*"],
        pip=house.tools,
    )
    return {OURS: ours.python, PEER: peer.python}


def _pair(house: House, version: str | None) -> Pair:
    if version is None:
        return house.server_pair
    interpreter = interpreters.find(version)
    if interpreter is None:
        raise Failure(f"Python {version} is not here: put it on PATH, or leave --python out for Debian's.")
    return Pair(interpreter, house.server_pair.django)


def _command(options: argparse.Namespace) -> str:
    words = [f"--{name}" for name in ("quick", "instructions") if getattr(options, name)]
    words += [f"--python {options.python}"] if options.python else []
    words += [f"--only {name}" for name in options.only or []]
    return "make bench" + (f' ARGS="{" ".join(words)}"' if words else "")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
