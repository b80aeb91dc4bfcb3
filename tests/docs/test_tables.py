"""The tables of the documentation say what the code says."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pages import ROOT, code, page
from test_server_pages import settings_of

import django_sendfile
from django_sendfile import _native, backends, conf, responses, testing
from harness.front import FRONTS

DJANGO = page("docs/django.md")
RUST = page("docs/rust.md")
SECURITY = page("docs/security.md")
PYTHON = ROOT / "python" / "django_sendfile"
CRATE = ROOT / "crates" / "xsendfile" / "src"
CHECK = ROOT / "crates" / "xsendfile-cli" / "src" / "check"


def native(backend: str, root: str) -> _native.Sendfile:
    """A backend without any other setting."""
    return _native.Sendfile(
        {
            "backend": backend,
            "root": root,
            "url": None,
            "locations": [],
            "check_file_exists": True,
            "symlinks": None,
            "limit_rate": None,
            "buffering": None,
            "charset": None,
            "expires": None,
            "cache_control": None,
            "sandbox": None,
            "media_types": {},
        }
    )


def first_codes(rows: list[list[str]]) -> list[str]:
    return [code(row[0])[0] for row in rows]


def python_sources() -> str:
    return "".join(path.read_text() for path in PYTHON.rglob("*.py"))


def test_settings() -> None:
    read = {"SENDFILE_ROOT", "SENDFILE_BACKEND", *(setting.name for setting in conf.SETTINGS)}
    assert sorted(first_codes(DJANGO.table("setting"))) == sorted(read)


def test_default_of_a_setting() -> None:
    documented = {code(row[0])[0]: row[1] for row in DJANGO.table("setting")}
    unset = {setting.name: setting.unset for setting in conf.SETTINGS}
    for name in ("SENDFILE_CHECK_FILE_EXISTS", "SENDFILE_URL"):
        assert code(documented[name]) == [repr(unset[name])]
    symlinks = ast.literal_eval(code(documented["SENDFILE_SYMLINKS"])[0])
    root = (CRATE / "root" / "mod.rs").read_text()
    assert re.search(rf"#\[default\]\s+{symlinks.capitalize()},", root)


def check_ids() -> set[str]:
    source = (PYTHON / "checks.py").read_text()
    return {f"xsendfile.{number}" for number in re.findall(r'"(?:xsendfile\.)?([EW]\d{3})"', source)}


def test_check_ids() -> None:
    assert first_codes(DJANGO.table("id")) == sorted(check_ids())


def test_check_ids_beside_their_settings() -> None:
    from django_sendfile.checks import IDS

    beside = {code(row[0])[0]: code(row[4]) for row in DJANGO.table("setting")}
    # W008 is about no setting.
    assert {id_ for ids in beside.values() for id_ in ids} | {"xsendfile.W008"} == check_ids()
    for setting, id_ in IDS.items():
        assert id_ in beside[setting]


def test_arguments_of_sendfile() -> None:
    signature = inspect.signature(django_sendfile.sendfile)
    assert first_codes(DJANGO.table("argument")) == list(signature.parameters)
    for row in DJANGO.table("argument"):
        default = signature.parameters[code(row[0])[0]].default
        assert code(row[1]) == ([] if default is inspect.Parameter.empty else [repr(default)])
    assert inspect.signature(django_sendfile.asendfile).parameters == signature.parameters
    bare = [one.replace(annotation=inspect.Parameter.empty) for one in signature.parameters.values()]
    written = signature.replace(parameters=bare, return_annotation=inspect.Signature.empty)
    assert f"`sendfile{written}`" in DJANGO.prose


def test_helpers() -> None:
    documented = first_codes(DJANGO.table("helper"))
    defined = {
        name
        for name, value in vars(testing).items()
        if getattr(value, "__module__", None) == testing.__name__ and not name.startswith("_")
    }
    assert {helper.partition("(")[0] for helper in documented} == defined
    names = re.findall(r"\w+", documented[0].partition("(")[2].replace("None", ""))
    assert names == list(inspect.signature(testing.assert_sends_file).parameters)


def test_responses() -> None:
    for name, _, base in DJANGO.table("class in `django_sendfile.responses`"):
        class_ = getattr(responses, code(name)[0])
        assert code(base)[0] in [ancestor.__name__ for ancestor in class_.__mro__]
        assert issubclass(class_, responses.SendfileResponse)


def test_backends() -> None:
    rows = {code(row[0])[0]: row for row in page("README.md").table("backend")}
    modules = {path.stem for path in PYTHON.glob("backends/*.py")} - {"__init__"}
    assert set(rows) == modules
    for name, (_, _, header, needs, ranges, _) in rows.items():
        sendfile = native(name, "/")
        assert code(header)[:1] == ([sendfile.hand_off_header] if sendfile.hand_off_header else [])
        assert ("SENDFILE_URL" in code(needs)) == sendfile.takes_uri
        assert (ranges == "us") == (sendfile.hand_off_header is None)
    assert hasattr(backends, "Backend")


def backends_of_the_server(where: Callable[[_native.Sendfile], bool] = lambda sendfile: True) -> set[str]:
    """The backends that hand files off, of which this is true."""
    names = {path.stem for path in PYTHON.glob("backends/*.py")} - {"__init__"}
    sendfiles = {name: native(name, "/") for name in names}
    return {name for name, sendfile in sendfiles.items() if sendfile.hand_off_header and where(sendfile)}


def test_links_out_of_the_root() -> None:
    measured = page("docs/servers.md").row("a link out of the root")
    words = {"right": "refused", "the file outside is sent": "followed"}
    named = set()
    for server, names, link, *_ in SECURITY.table("server"):
        assert link == (words[measured[server]] if server in measured else "not measured"), server
        named |= set(code(names))
    assert measured.keys() - {""} <= {server for server, *_ in SECURITY.table("server")}
    assert named == backends_of_the_server()


def test_private_urls() -> None:
    assert set(first_codes(SECURITY.table("backend"))) == backends_of_the_server(lambda sendfile: sendfile.takes_uri)


@pytest.mark.parametrize("path", sorted((ROOT / "docs" / "servers").glob("*.md")), ids=lambda path: path.stem)
def test_the_settings_of_a_server(path: Path) -> None:
    settings = settings_of(str(path))
    package, _, name = str(settings["SENDFILE_BACKEND"]).rpartition(".")
    assert package == "django_sendfile.backends"
    takes_uri = name in backends_of_the_server(lambda sendfile: sendfile.takes_uri)
    assert takes_uri == (settings["SENDFILE_URL"] is not None)


def test_extras(tmp_path: Path) -> None:
    (tmp_path / "a.txt").touch()
    given: dict[str, Any] = {"limit_rate": 1, "buffering": False}
    rows = {code(name)[0]: said for name, *said in DJANGO.table("backend")}
    assert set(rows) == {path.stem for path in PYTHON.glob("backends/*.py")} - {"__init__"}
    for name, said in rows.items():
        answer = native(name, str(tmp_path)).respond("GET", {}, "a.txt", _native.Delivery(**given))
        unsupported = [extra for extra, can in zip(given, said, strict=True) if can != "yes"]
        assert (answer.unsupported or []) == unsupported, name


def test_messages_of_the_log() -> None:
    # Long ones are written in several pieces.
    source = re.sub(r'"\s*\n?\s*"', "", python_sources())
    for message, *_ in DJANGO.table("message"):
        for part in re.split(r"…|\(…\)", code(message)[0]):
            assert part.strip(" :;,()") in source + (CRATE / "error.rs").read_text()


def test_causes() -> None:
    listed = (CHECK / "id.rs").read_text().partition("\nids! {")[2]
    named = re.findall(r'^    /// (.+)\n    \w+ = "([^"]+)",$', listed, re.MULTILINE)
    assert page("docs/check.md").table("cause") == [[f"`{name}`", meaning] for meaning, name in named]
    assert len(named) == listed.count(" = ")


def test_environment_variables_of_the_crate() -> None:
    config = (CRATE / "config.rs").read_text()
    builder = config.partition("impl ConfigBuilder")[2].partition("pub fn build(")[0]
    rows = RUST.table("builder")
    assert first_codes(rows) == re.findall(r"pub fn (\w+)\(mut self", builder)
    variables = {name for row in rows for name in code(row[1])}
    assert variables == set(re.findall(r'(?:text|variable)\("(SENDFILE_\w+)"\)', config))


def test_methods_of_a_download() -> None:
    source = (CRATE / "sendfile.rs").read_text().partition("impl<'a> Download<'a>")[2]
    setters = (CRATE / "delivery.rs").read_text().partition("macro_rules! delivery_setters")[2]
    public = set(re.findall(r"^    pub fn (\w+)", source, re.MULTILINE))
    public |= set(re.findall(r"^            (\w+)\(.*\);$", setters, re.MULTILINE))
    documented = {call.partition("(")[0] for row in RUST.table("method of `Download`") for call in code(row[0])}
    assert documented == public


def test_fields_of_a_response() -> None:
    source = (CRATE / "response.rs").read_text().partition("pub struct Response")[2].partition("}")[0]
    assert first_codes(RUST.table("field of `Response`")) == re.findall(r"pub (\w+):", source)


def test_errors_and_reasons() -> None:
    source = (CRATE / "error.rs").read_text()
    assert first_codes(RUST.table("variant")) == variants(source, "Error")
    assert first_codes(RUST.table("reason")) == variants(source, "Reason")


def variants(source: str, enum: str) -> list[str]:
    body = source.partition(f"pub enum {enum} {{")[2].partition("\n}")[0]
    return re.findall(r"^    ([A-Z]\w+)(?: \{|,|\()", body, re.MULTILINE)


def test_features_of_the_crates() -> None:
    for crate in ("xsendfile", "xsendfile-hyper", "xsendfile-actix"):
        manifest = (ROOT / "crates" / crate / "Cargo.toml").read_text()
        section = manifest.partition("[features]")[2].partition("\n[")[0]
        features = set(re.findall(r"^(\w+) = ", section, re.MULTILINE)) - {"default"}
        rows = page(f"crates/{crate}/README.md").table("feature")
        assert {name for row in rows for name in code(row[0])} == features


def test_the_limit_of_ranges() -> None:
    (limit,) = re.findall(r"MAX_RANGES: usize = (\d+)", (CRATE / "range.rs").read_text())
    assert f"At most {limit} ranges" in page("docs/security.md").prose


def test_the_limit_of_names() -> None:
    (limit,) = re.findall(r"LONGEST: usize = (\d+)", (CRATE / "dialect" / "rule.rs").read_text())
    for front in FRONTS:
        assert f"longer than {limit} bytes" in page(f"docs/servers/{front.server}.md").prose


def test_the_headers_that_reach_the_client() -> None:
    rows = (CRATE / "dialect" / "row.rs").read_text()
    for front in FRONTS:
        row = rows.partition(f'name: "{front.server.removeprefix("apache-")}",')[2].partition("\n};")[0]
        rule, survival, carried = re.findall(
            r"survival: Survival::(\w+)\((.+?)\),\s+carried: (&\[.*?\]),\n", row, re.DOTALL
        )[0]
        prose = page(f"docs/servers/{front.server}.md").prose
        ((kind, named),) = re.findall(r"eaders? .*reach the client(:|, but for) ([^.;]+)[.;]", prose)
        assert kind == {"Only": ":", "AllBut": ", but for"}[rule], front.server
        constants = re.findall(r"\b[A-Z_]+\b", survival + carried)
        assert sorted(name.lower() for name in code(named)) == sorted(
            name.lower().replace("_", "-") for name in constants
        ), front.server
