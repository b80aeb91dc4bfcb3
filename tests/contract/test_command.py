"""`manage.py sendfile`, the script `xsendfile`, and what both are told of the site."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

SETTINGS = """\
from pathlib import Path
SECRET_KEY = "of a test"
INSTALLED_APPS = ["django_sendfile"]
ALLOWED_HOSTS = ["example.com", ".example.org"]
WSGI_APPLICATION = "shop.wsgi.application"
STATIC_URL = "static/"
STATIC_ROOT = Path(__file__).parent / "collected"
SENDFILE_BACKEND = "django_sendfile.backends.nginx"
SENDFILE_ROOT = Path(__file__).parent / "files"
SENDFILE_URL = "/private/"
SENDFILE_LOCATIONS = {Path(__file__).parent / "invoices": "/invoices"}
"""

MANAGE = """\
import os, sys
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")
from django.core.management import execute_from_command_line
execute_from_command_line(sys.argv)
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    package = tmp_path / "shop"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "settings.py").write_text(SETTINGS)
    (package / "wsgi.py").write_text("raise RuntimeError('nobody runs this')\n")
    (tmp_path / "manage.py").write_text(MANAGE)
    return tmp_path


def run(project: Path, *words: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith(("DJANGO_", "SENDFILE_"))}
    command = [sys.executable, *words]
    return subprocess.run(
        command, cwd=project, env=own | environment, capture_output=True, text=True, timeout=60, check=False
    )


def test_the_sites_settings_are_read(project: Path) -> None:
    done = run(project, "manage.py", "sendfile", "config", "nginx")
    assert (done.returncode, done.stderr) == (0, "")
    for line in (
        "server_name example.com example.org *.example.org;",
        "location ^~ /private/ {",
        f"alias {project}/shop/files/;",
        "location ^~ /invoices/ {",
        f"alias {project}/shop/invoices/;",
        "location ^~ /static/ {",
        f"alias {project}/shop/collected/;",
    ):
        assert line in done.stdout


def test_mod_wsgi_is_told_how_the_site_runs(project: Path) -> None:
    done = run(project, "manage.py", "sendfile", "config", "apache-mod_wsgi")
    assert done.returncode == 0, done.stderr
    assert f"WSGIScriptAlias / {project}/shop/wsgi.py " in done.stdout
    assert f"python-path={project} " in done.stdout
    assert f"python-home={sys.prefix} " in done.stdout
    # The setting is another server's, and that is said.
    assert done.stderr.startswith("note: SENDFILE_BACKEND is ")
    assert '"django_sendfile.backends.mod_wsgi"' in done.stderr


def test_options_win_over_settings(project: Path) -> None:
    options = ("--root", "/srv/files", "--server-name", "example.net", "--no-static")
    done = run(project, "manage.py", "sendfile", "config", "nginx", *options, "--settings", "shop.settings")
    assert done.returncode == 0, done.stderr
    assert "alias /srv/files/;" in done.stdout and f"{project}/shop/files" not in done.stdout
    assert "server_name example.net;" in done.stdout
    assert "/static/" not in done.stdout


@pytest.mark.parametrize("words", [["sendfile", "--help"], ["help", "sendfile"], ["sendfile", "config", "--help"]])
def test_help_is_called_what_people_typed(project: Path, words: list[str]) -> None:
    done = run(project, "manage.py", *words)
    assert done.returncode == 0
    assert "Usage: manage.py sendfile " in done.stdout


SCRIPT = Path(sys.executable).with_name("xsendfile")
CALLED = {"xsendfile": [SCRIPT], "python manage.py sendfile": ["manage.py", "sendfile"]}


@pytest.mark.parametrize("words", CALLED.values(), ids=CALLED.keys())
@pytest.mark.parametrize(
    ("subcommand", "what"),
    [
        ("config", "Prints the configuration of a server for these settings"),
        ("check", "Proves that settings, disk and server fit together"),
    ],
)
def test_help_says_what_each_subcommand_does(
    project: Path, words: list[str | Path], subcommand: str, what: str
) -> None:
    done = run(project, *words, "--help")
    assert done.returncode == 0
    assert re.search(rf"^  {subcommand} +{what}\.?$", done.stdout.partition("Commands:")[2], re.MULTILINE)
    assert run(project, *words, subcommand, "--help").stdout.startswith(what)


@pytest.mark.parametrize("called", CALLED)
@pytest.mark.parametrize(("subcommand", "status"), [("config", 0), ("check", 2)])
def test_help_has_an_example_that_works(project: Path, called: str, subcommand: str, status: int) -> None:
    for directory in ("files", "invoices"):
        (project / "shop" / directory).mkdir()
    shown = run(project, *CALLED[called], "--help").stdout.partition("Examples:")[2]
    (example,) = re.findall(rf"^  {called} ({subcommand} [^>\n]+)", shown, re.MULTILINE)
    # Nobody is asked: that the site does not answer is said, and nothing of how the command was called.
    example = example.replace("https://example.org/", "http://127.0.0.1:1/")
    environment = {"SENDFILE_ROOT": str(project / "shop" / "files"), "SENDFILE_BACKEND": "nginx", "SENDFILE_URL": "/p"}
    done = run(project, *CALLED[called], *example.split(), **environment, SENDFILE_SECRET="of a test")
    assert (done.returncode, done.stderr) == (status, "")
    assert ("location ^~ /private/ {" if subcommand == "config" else "It could not be checked.") in done.stdout


@pytest.mark.parametrize(
    ("settings", "error"),
    [
        ("SENDFILE_ROOT = None", "error: SENDFILE_ROOT = unset: it must be set; "),
        (
            "SENDFILE_URL = None",
            'error: SENDFILE_URL = unset: nginx is told a URL for each file in "{project}/shop/files", '
            'and there is none; write a URL path that the site does not use itself, such as "/private"\n',
        ),
        ('SENDFILE_URL = "private"', 'error: SENDFILE_URL = "private": an internal URL starts with a slash; '),
        ("SENDFILE_LOCATIONS = 5", "error: SENDFILE_LOCATIONS = 5: it is not a dict; "),
        (
            "STATIC_ROOT = Path(__file__).parent",
            'error: STATIC_ROOT = "{project}/shop": anybody could fetch what lies in it, '
            'also "{project}/shop/files" (SENDFILE_ROOT); write ',
        ),
        (
            'STATIC_ROOT, SENDFILE_ROOT = Path(__file__).parent, "/srv/files"\nSENDFILE_LOCATIONS = {}',
            'error: STATIC_ROOT = "{project}/shop": anybody could fetch what lies in it, '
            'also "{project}/shop/settings.py" (the settings); write ',
        ),
        (
            "SENDFILE_ROOT, SENDFILE_LOCATIONS = Path(__file__).parent, {}",
            'error: SENDFILE_ROOT = "{project}/shop": each file in it can be sent, '
            'and it holds "{project}/shop/settings.py" (the settings); write ',
        ),
        (
            'STATIC_ROOT, STATIC_URL = "/srv/static", "/private/static/"',
            'error: STATIC_URL = "/private/static/": with SENDFILE_URL = "/private" there are URLs ',
        ),
        ('STATIC_URL = "/sta tic/"', 'error: STATIC_URL = "/sta tic": it is no plain path; '),
        ('SENDFILE_ROOT = "/srv/a$b"', 'error: SENDFILE_ROOT = "/srv/a$b": nginx reads $ '),
    ],
)
def test_a_setting_that_cannot_work_is_one_line(project: Path, settings: str, error: str) -> None:
    (project / "shop" / "settings.py").write_text(f"{SETTINGS}{settings}\n")
    done = run(project, "manage.py", "sendfile", "config", "nginx")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(error.replace("{project}", str(project))) and done.stderr.count("\n") == 1, (
        done.stderr
    )


@pytest.mark.parametrize(
    ("backend", "code", "found"),
    [
        ("shop.own", 0, "backend simple"),
        ("shop.upon_ours", 0, "backend nginx"),
        ("shop.nothing", 1, "shop.nothing"),
    ],
)
def test_a_backend_of_the_sites_own_is_checked(project: Path, backend: str, code: int, found: str) -> None:
    (project / "shop" / "files").mkdir()
    (project / "shop" / "invoices").mkdir()
    (project / "shop" / "own.py").write_text("def sendfile(request, filename, **kwargs): ...\n")
    (project / "shop" / "upon_ours.py").write_text("from django_sendfile.backends.nginx import sendfile\n")
    (project / "shop" / "settings.py").write_text(f"{SETTINGS}SENDFILE_BACKEND = {backend!r}\n")
    done = run(project, "manage.py", "sendfile", "check")
    assert (done.returncode, done.stderr) == (code, "")
    assert found in done.stdout


@pytest.mark.parametrize("backend", ["shop.own", "shop.nothing"])
def test_a_configuration_needs_no_backend(project: Path, backend: str) -> None:
    (project / "shop" / "own.py").write_text("def sendfile(request, filename, **kwargs): ...\n")
    (project / "shop" / "settings.py").write_text(f"{SETTINGS}SENDFILE_BACKEND = {backend!r}\n")
    done = run(project, "manage.py", "sendfile", "config", "nginx")
    assert done.returncode == 0
    assert done.stderr.startswith(f'note: SENDFILE_BACKEND is "{backend}"')


def test_call_command(project: Path) -> None:
    code = (
        "import django; django.setup()\n"
        "from django.core.management import call_command, CommandError\n"
        "import io; out = io.StringIO()\n"
        "call_command('sendfile', 'config', 'lighttpd', '--upload-limit', '1m', stdout=out)\n"
        "assert 'server.max-request-size = 1024' in out.getvalue()\n"
        "try:\n    call_command('sendfile', 'config', 'no-such-server')\n"
        "except CommandError as error:\n    print('status', error.returncode)\n"
    )
    done = run(project, "-c", code, DJANGO_SETTINGS_MODULE="shop.settings")
    assert done.returncode == 0, done.stderr
    assert done.stdout == "status 2\n"


def test_neither_command_nor_checks_need_a_secret(project: Path) -> None:
    (project / "shop" / "files").mkdir()
    (project / "shop" / "invoices").mkdir()
    (project / "shop" / "settings.py").write_text(SETTINGS.replace('"of a test"', '""'))
    assert run(project, "manage.py", "check").returncode == 0
    assert run(project, "manage.py", "sendfile", "config", "nginx").returncode == 0


def test_a_pipe_that_is_closed_early_is_no_fault(project: Path) -> None:
    command = f"{sys.executable} manage.py sendfile config nginx | head -c 10 >/dev/null; exit ${{PIPESTATUS[0]}}"
    done = run(project, "-c", f"import subprocess, sys; sys.exit(subprocess.call(['bash', '-c', {command!r}]))")
    assert (done.returncode, done.stderr) == (0, "")


def test_the_script_reads_the_environment(project: Path) -> None:
    assert SCRIPT.exists()
    environment = {"SENDFILE_ROOT": "/srv/files", "SENDFILE_URL": "/private", "SENDFILE_SYMLINKS": "anywhere"}
    done = run(project, SCRIPT, "config", "nginx", **environment)
    assert (done.returncode, done.stderr) == (0, "")
    assert "alias /srv/files/;" in done.stdout and "disable_symlinks off;" in done.stdout
    done = run(project, SCRIPT, "config", "nginx", **(environment | {"SENDFILE_SYMLINKS": "x"}))
    assert done.returncode == 2 and done.stderr.startswith("error: SENDFILE_SYMLINKS = ")
