"""Links lead somewhere, commands exist, and every block of code is executed by something."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from pages import ROOT, Page, code, page, pages
from test_django_pages import PROJECTS
from test_server_pages import APPLICATION_SERVERS, CONFIGURATIONS

from harness.front import FRONTS

INCLUDED = re.compile(r'#\[doc = include_str!\("([^"]+)"\)\]')
DOC_TESTS = {
    (library.parent / path).resolve(): library
    for library in ROOT.glob("crates/*/src/lib.rs")
    for path in INCLUDED.findall(library.read_text())
}
"""The pages that are documentation of a crate, which `cargo test --doc` runs."""

DJANGO_PAGES = ROOT / "tests" / "docs" / "test_django_pages.py"
SERVER_PAGES = ROOT / "tests" / "docs" / "test_server_pages.py"
OF_SERVERS = {documented.path for documented in CONFIGURATIONS} | {APPLICATION_SERVERS}

EXECUTED: dict[tuple[str, str], Path] = {
    **{(path, "python"): DJANGO_PAGES for path in PROJECTS},
    **{(path, language): SERVER_PAGES for path in OF_SERVERS for language in ("python", "console")},
    **{(documented.path, "text"): SERVER_PAGES for documented in CONFIGURATIONS},
    **{(documented.path, documented.front.name): SERVER_PAGES for documented in CONFIGURATIONS},
    **{(str(page_), "rust"): DOC_TESTS[page_.path] for page_ in pages() if page_.path in DOC_TESTS},
    ("conformance/CONTRACT.md", "text"): ROOT / "tests" / "conformance" / "test_suite.py",
}
"""What runs the blocks of a page in a language; those of `sh` are looked at here."""

PICTURES = {"README.md", "CONTRIBUTING.md", "docs/check.md", "docs/kernel-send.md", "docs/rust.md"}
"""Pages whose `text` shows what something looks like."""

SH = [
    r"pip install \.",
    r"pip uninstall django-sendfile2",
    r"pip install (gunicorn)",
    r"cargo add ((axum )?http|actix-web|tokio-rustls)",
    r"cargo add (hyper-util|tokio|tower-http|tracing-subscriber) --features [a-z,-]+",
    r"cargo add --path \.\./xsendfile/crates/(xsendfile|xsendfile-actix)",
    r"cargo add --path \.\./xsendfile/crates/xsendfile-hyper --features axum,(rustls|serve|serve,tower)",
    r"RUST_LOG=\S+ cargo run",
    r"make [a-z]+",
    r"make demo( BACKEND=[a-z_]+| PORT=\d+)?( +# .+)?",
    r"python -m venv env && env/bin/pip install \.\./\.\. -r requirements\.txt +# .+",
    r"env/bin/python manage\.py (migrate|seed)",
    r"env/bin/gunicorn protected_downloads\.wsgi --threads 32",
    r"(SENDFILE_[A-Z]+=\S+ )*cargo run -p protected-downloads-axum",
    r"mkdir -p nginx-state",
    r"cargo run -p xsendfile-cli -- config nginx .+ > nginx-state/nginx\.conf",
    r'/usr/sbin/nginx -c "\$PWD/nginx-state/nginx\.conf" -g "daemon off;"',
    r"python -m conformance(\.application)? --[a-z]+ .+",
    r"(SENDFILE_[A-Z]+=\S+ )+\./application",
    r"python manage\.py check",
    r"python manage\.py sendfile check --url https://example\.org/",
    r"python manage\.py sendfile config [a-z_-]+ .+ > example\.(conf|caddy)",
    r"cargo install --path \.\./xsendfile/crates/xsendfile-cli",
    r"xsendfile config [a-z_-]+ .+",
    r"sudo apt install [a-z0-9 -]+",
    r"sudo a2enmod [a-z_ ]+",
    r"(gunicorn|uvicorn|granian|uwsgi) .+",
    r"curl -s -o /dev/null -D - -b sessionid=… http://127\.0\.0\.1:8000/documents/1/",
]
"""The commands for people to type; those that a machine can try without harm are tried elsewhere."""

each_page = pytest.mark.parametrize("page_", pages(), ids=str)


@each_page
def test_links_lead_somewhere(page_: Page) -> None:
    for link in page_.links:
        if link.startswith(("https://", "mailto:")):
            continue
        path, _, anchor = link.partition("#")
        target = (page_.path.parent / path).resolve() if path else page_.path
        assert target.exists(), f"{page_}: {link} leads to nothing"
        assert target.is_relative_to(ROOT), f"{page_}: {link} leads out of the repository"
        if anchor:
            assert anchor in Page(target).anchors, f"{page_}: {link} names no heading of its page"


def test_every_page_is_linked_from_another() -> None:
    linked = {
        (page_.path.parent / link.partition("#")[0]).resolve()
        for page_ in pages()
        for link in page_.links
        if not link.startswith("https://")
    }
    alone = {"README.md", "crates/xsendfile-python/README.md"}
    orphans = [str(page_) for page_ in pages() if page_.path not in linked and str(page_) not in alone]
    assert not orphans


@each_page
def test_make_targets_exist(page_: Page) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    text = page_.prose + "".join(block.text for block in page_.blocks("sh", "console"))
    named = re.findall(r"(?:`|^)make ([a-z]+)", text, re.MULTILINE)
    assert set(named) <= targets


def test_make_targets_are_all_explained() -> None:
    targets = set(re.findall(r"^([a-z]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE))
    explained = {command.removeprefix("`make ").rstrip("`") for command, _ in page("CONTRIBUTING.md").table("command")}
    assert explained == targets - {"help"}


@pytest.mark.parametrize("example", sorted(ROOT.glob("examples/*/README.md")), ids=lambda path: path.parent.name)
def test_an_example_has_what_there_is_to_read(example: Path) -> None:
    section = Page(example).prose.partition("## What to read\n")[2].partition("\n## ")[0]
    named = re.findall(r"^\| `(\S+\.(?:py|rs))` \|", section, re.MULTILINE)
    assert named
    assert [name for name in named if not (example.parent / name).is_file()] == []


def test_the_servers_of_the_examples_are_those_that_there_are() -> None:
    rows = page("examples/axum/README.md").table("`SENDFILE_BACKEND`")
    fronts = {front.server: front for front in FRONTS if not front.embedded}
    assert {code(row[2])[0] for row in rows} == set(fronts)
    for _, packages, server, _, command in rows:
        front = fronts[code(server)[0]]
        assert code(packages) == [package.name for package in front.packages]
        assert code(command)[0].partition(" ")[0].rpartition("/")[2] == front.program
    demo = page("examples/protected_downloads/README.md")
    named = "".join(block.text for block in demo.blocks("sh"))
    named = re.findall(r"BACKEND=nginx +# or (.+)", named)[0]
    assert set(named.split(", ")) == {"development", "simple", "xsendfile", *(f.backend for f in FRONTS)} - {"nginx"}


def test_stages_exist() -> None:
    stages = set(re.findall(r'Stage\(\s*"(\w+)"', (ROOT / "tools/stages.py").read_text()))
    for page_ in pages():
        for named in re.findall(r'STAGE="?([a-z ]+)', page_.prose):
            assert set(named.split()) <= stages


@each_page
def test_every_block_is_executed_or_a_picture(page_: Page) -> None:
    if str(page_) == "docs/benchmarks.md":
        return
    for block in page_.blocks():
        if block.language == "sh":
            for line in block.text.splitlines():
                assert any(re.fullmatch(command, line) for command in SH), f"{page_}:{block.line}: {line}"
        elif block.language != "text" or str(page_) not in PICTURES:
            by = EXECUTED.get((str(page_), block.language))
            assert by, f"{page_}:{block.line}: nothing executes a block of {block.language!r}"
            assert by.is_file()


@pytest.mark.parametrize("page_", [page_ for page_ in pages() if page_.blocks("rust")], ids=str)
def test_rust_is_tested(page_: Page) -> None:
    for block in page_.blocks("rust"):
        assert block.options in ((), ("no_run",)), f"{page_}:{block.line} is not tested"


def test_licences_are_those_that_are_declared() -> None:
    assert (ROOT / "LICENSE-MIT").read_text().startswith("MIT License\n")
    assert "Version 2.0, January 2004" in (ROOT / "LICENSE-APACHE").read_text()
    assert 'license = "MIT OR Apache-2.0"' in (ROOT / "Cargo.toml").read_text()
    assert 'license = "MIT OR Apache-2.0"' in (ROOT / "pyproject.toml").read_text()


def test_the_version_is_the_same_everywhere() -> None:
    (version,) = re.findall(r'^version = "(.+)"', (ROOT / "Cargo.toml").read_text(), re.MULTILINE)
    (rust,) = re.findall(r'^rust-version = "(.+)"', (ROOT / "Cargo.toml").read_text(), re.MULTILINE)
    assert f"version {version}" in page("README.md").prose
    assert version in page("CHANGELOG.md").prose
    assert f"({rust} or newer)" in page("README.md").prose
    assert f"Rust {rust} or newer" in page("CONTRIBUTING.md").prose


def test_classifiers_are_what_is_tested() -> None:
    house = (ROOT / "tools" / "toolbox" / "house.py").read_text()
    supported = ast.literal_eval(re.findall(r"^SUPPORTED\b.*? = (\{.*?^\})", house, re.MULTILINE | re.DOTALL)[0])
    project = (ROOT / "pyproject.toml").read_text()
    assert re.findall(r'"Framework :: Django :: (.+)"', project) == list(supported)
    pythons = {version for versions in supported.values() for version in versions}
    assert re.findall(r'"Programming Language :: Python :: (3\.\d+)"', project) == sorted(pythons)


def test_urls_are_those_of_the_repository() -> None:
    (repository,) = re.findall(r'^repository = "(.+)"', (ROOT / "Cargo.toml").read_text(), re.MULTILINE)
    urls = (ROOT / "pyproject.toml").read_text().partition("[project.urls]\n")[2].partition("\n\n")[0]
    assert f'Repository = "{repository}"\n' in urls
    assert urls.count(f'"{repository}') == urls.count(" = ")
