"""Pages as Django projects: their settings, models, views, URLs and tests, run as they stand.

Each block of Python says in its first line which file it belongs to. The blocks of one file are put one after the
other; `project/` holds the rest of the project, and what to ask of it. A page without settings has those of README.md.
Blocks that say "with public media" are run once more: such settings after the page's own, any other in their place.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from pages import Page, code, page

PROJECTS = ("README.md", "docs/django.md", "docs/check.md")
PROJECT = Path(__file__).resolve().parent / "project"
FILES = ("settings.py", "models.py", "views.py", "urls.py", "tests.py", "asgi.py", "backends.py")
OWN = "# settings.py, with the backend above\n"
PUBLIC = "with public media"
PLACE = "/srv/example"


@pytest.mark.parametrize("path", PROJECTS)
def test_page(path: str, tmp_path: Path) -> None:
    make_project(page(path), tmp_path)
    run_tests(tmp_path)


def test_public_media(tmp_path: Path) -> None:
    written = page("docs/django.md")
    make_project(written, tmp_path)
    example, documents = tmp_path / "example", tmp_path / "documents"
    for name in ("settings.py", "models.py", "tests.py"):
        (text,) = variants(written, name)
        text = text.replace(PLACE, str(tmp_path))
        if name == "settings.py":
            text = (example / name).read_text() + text
        ((example if name == "settings.py" else documents) / name).write_text(text)
    # The views of other models are not asked here.
    shutil.copy(PROJECT / "ask_public_media.py", documents / "tests_of_the_page.py")
    (documents / "views.py").write_text(page("README.md").files("views.py")[0].text)
    shutil.copy(PROJECT / "urls.py", documents)
    run_tests(tmp_path)


def variants(written: Page, name: str) -> list[str]:
    return [block.text for block in written.blocks("python") if block.text.startswith(f"# {name}, {PUBLIC}\n")]


def run_tests(place: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error::SyntaxWarning", "-m", "django", "test", "documents", "--pattern", "tests*.py"],
        cwd=place,
        env={"PYTHONPATH": str(place), "DJANGO_SETTINGS_MODULE": "example.settings", "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-6000:]
    assert "skipped" not in done.stderr
    (ran,) = re.findall(r"Ran (\d+) tests", done.stderr)
    written_tests = "".join(file.read_text() for file in (place / "documents").glob("tests*.py"))
    assert int(ran) == len(re.findall(r"    (?:async )?def test_", written_tests))


@pytest.mark.parametrize("path", PROJECTS)
def test_every_block_is_in_the_project(path: str) -> None:
    for block in page(path).blocks("python"):
        known = block.file in FILES or block.text.startswith(OWN)
        known |= any(block.text in variants(page(path), name) for name in FILES)
        assert known, f"{path}:{block.line} belongs to no file"


def make_project(written: Page, place: Path) -> None:
    example, documents = place / "example", place / "documents"
    for directory in (example, documents, place / "files", place / "invoices"):
        directory.mkdir()
    for package in (example, documents):
        (package / "__init__.py").touch()
    shutil.copy(PROJECT / "settings.py", example)
    for name in ("models.py", "urls.py"):
        shutil.copy(PROJECT / name, documents)
    shutil.copy(PROJECT / f"ask_{written.path.stem.lower()}.py", documents / "tests_of_the_page.py")

    for name in FILES:
        blocks = [block.text.replace(PLACE, str(place)) for block in written.files(name)]
        if name == "settings.py":
            blocks = blocks or [block.text.replace(PLACE, str(place)) for block in page("README.md").files(name)]
            with (example / name).open("a") as settings:
                settings.writelines(blocks)
        elif blocks:
            (documents / name).write_text("\n".join(blocks))
    if written.path.name == "django.md":
        (documents / "page.json").write_text(json.dumps(facts(written, place)))


def facts(written: Page, place: Path) -> dict[str, object]:
    """What the page says beside its code: the settings' examples, the ids, the settings of the own backend."""
    (own,) = (block.text for block in written.blocks("python") if block.text.startswith(OWN))
    settings: dict[str, object] = {}
    exec(own.replace(PLACE, str(place)), {}, settings)
    examples = {code(row[0])[0]: code(row[3])[0].replace(PLACE, str(place)) for row in written.table("setting")}
    return {"examples": examples, "ids": [code(row[0])[0] for row in written.table("id")], "own": settings}
