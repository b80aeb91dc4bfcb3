"""System checks, and the helpers for a site's own tests."""

from __future__ import annotations

import os
import sys
import tempfile
import types
from contextlib import contextmanager
from pathlib import Path
from pkgutil import iter_modules

import pytest
from django.conf import settings as site_settings
from django.core import checks
from django.core.files.storage import FileSystemStorage
from django.http import HttpResponse
from django.test import RequestFactory, SimpleTestCase, override_settings

from django_sendfile import backends, sendfile
from django_sendfile.testing import SendfileAssertions, assert_sends_file, sent_file

GET = RequestFactory().get("/")
FILE = "documents/data.bin"
BACKENDS = [module.name for module in iter_modules(backends.__path__)]


def ids():
    return [message.id for message in checks.run_checks(tags=["xsendfile"])]


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, []),
        ({"SENDFILE_ROOT": "/nowhere"}, ["xsendfile.W009"]),
        ({"SENDFILE_ROOT": "/dev/null"}, ["xsendfile.E001"]),
        ({"SENDFILE_BACKEND": "no.such"}, ["xsendfile.E002"]),
        ({"SENDFILE_URL": "private"}, ["xsendfile.E003"]),
        ({"SENDFILE_LOCATIONS": {"/nowhere": "/x"}}, ["xsendfile.E004"]),
        ({"SENDFILE_SYMLINKS": "x"}, ["xsendfile.E005"]),
        ({"SENDFILE_URL": None}, ["xsendfile.W001"]),
        ({"SENDFILE_BACKEND": "django_sendfile.backends.development"}, ["xsendfile.W002"]),
        ({"SENDFILE_BACKEND": "django_sendfile.backends.development", "DEBUG": True}, []),
        ({"SENDFILE_BACKEND": "django_sendfile.backends.xsendfile", "SENDFILE_URL": None}, []),
        ({"STATIC_ROOT": "{root}", "STATIC_URL": "/static/"}, ["xsendfile.W003"]),
        ({"MEDIA_ROOT": "{root}", "MEDIA_URL": "/media/"}, ["xsendfile.W003"]),
        ({"MEDIA_ROOT": "{root}"}, []),
        ({"STATIC_URL": "/private/"}, ["xsendfile.W014"]),
        ({"MEDIA_URL": "/private/media/"}, ["xsendfile.W014"]),
        ({"SENDFILE_ROOT": ["a"]}, ["xsendfile.E001"]),
        ({"SENDFILE_ROOT": os.curdir}, ["xsendfile.W013"]),
        ({"SENDFILE_BACKEND": 5}, ["xsendfile.E002"]),
        ({"SENDFILE_URL": False}, ["xsendfile.E003"]),
        ({"SENDFILE_URL": Path("/private")}, []),
        ({"SENDFILE_LOCATIONS": 5}, ["xsendfile.E004"]),
        ({"SENDFILE_SYMLINKS": False}, ["xsendfile.E005"]),
        ({"SENDFILE_LIMIT_RATE": "x"}, ["xsendfile.E006"]),
        ({"SECRET_KEY": ""}, []),
        ({"DEBUG": True}, ["xsendfile.W007"]),
        ({"SENDFILE_ROOT": None}, ["xsendfile.W005"]),
        ({"SENDFILE_ROOT": None, "SENDFILE_BACKEND": None}, ["xsendfile.W005", "xsendfile.W006"]),
    ],
)
def test_each_wrong_setting_has_its_id(use, root, settings, expected):
    use("nginx")
    settings = {name: str(root) if value == "{root}" else value for name, value in settings.items()}
    with override_settings(**settings):
        assert ids() == expected


def test_a_fault_is_reported_once_before_a_deployment(use, root):
    use("nginx")
    (root.parent / "link").symlink_to(root.parent)
    through_link = str(root.parent / "link")
    for settings, expected in [
        ({"STATIC_ROOT": through_link, "STATIC_URL": "/static/"}, ["xsendfile.W003"]),
        ({"SENDFILE_URL": None}, ["xsendfile.W001"]),
        ({"SENDFILE_LIMIT_RATE": "x"}, ["xsendfile.E006"]),
        ({"MEDIA_ROOT": str(root / "documents"), "MEDIA_URL": "/media/"}, ["xsendfile.W010"]),
        ({"BASE_DIR": root.parent}, []),
        ({"BASE_DIR": root / "site"}, ["xsendfile.W015"]),
        ({"SENDFILE_ROOT": "/etc"}, ["xsendfile.W015"]),
    ]:
        with override_settings(**settings):
            made = [m.id for m in checks.run_checks(tags=["xsendfile"], include_deployment_checks=True)]
        # Whether www-data may enter the temporary directory is for the machine to say.
        assert [id_ for id_ in made if id_ != "xsendfile.W011"] == expected


def test_a_database_among_the_files_is_reported_before_a_deployment(use, root, monkeypatch):
    use("nginx")
    monkeypatch.setitem(
        site_settings.DATABASES, "kept", {"ENGINE": "django.db.backends.sqlite3", "NAME": root / "kept.sqlite3"}
    )
    (found,) = [m for m in checks.run_checks(tags=["xsendfile"], include_deployment_checks=True) if "W015" in m.id]
    assert str(root / "kept.sqlite3") in found.msg and "'kept'" in found.msg


FILES = "django.core.files.storage.FileSystemStorage"


@pytest.mark.parametrize(
    ("media_root", "storages", "expected"),
    [
        ("", {}, []),
        ("root", {}, []),
        ("root/documents", {}, []),
        ("root/not/yet", {}, []),
        ("link/documents", {}, []),
        ("elsewhere", {}, ["xsendfile.W012"]),
        ("root-beside", {}, ["xsendfile.W012"]),
        ("elsewhere", {"exports": "elsewhere"}, ["xsendfile.W012"]),
        # One that is beneath the root is enough, and whichever it is.
        ("elsewhere", {"exports": "root"}, []),
        ("", {"exports": "elsewhere"}, ["xsendfile.W012"]),
        ("elsewhere", {"default": "root"}, []),
        ("", {"default": "elsewhere"}, ["xsendfile.W012"]),
        # What lies on no disk is none of these.
        ("", {"default": None}, []),
    ],
)
@pytest.mark.parametrize("media_url", ["", "/media/"])
def test_storages_that_all_lie_outside(use, root, monkeypatch, media_root, media_url, storages, expected):
    def storage(place):
        if place is None:
            return {"BACKEND": "django.core.files.storage.InMemoryStorage"}
        # Not by OPTIONS: Django 4.2 forgets those of a default storage that is overridden.
        made = type(place, (FileSystemStorage,), {"location": str(root.parent / place)})
        monkeypatch.setattr(sys.modules[__name__], place, made, raising=False)
        return {"BACKEND": f"{__name__}.{place}"}

    use("nginx")
    (root.parent / "link").symlink_to(root)
    made = {"default": {"BACKEND": FILES}, "staticfiles": storage("collected")}
    made |= {alias: storage(place) for alias, place in storages.items()}
    media_root = media_root and str(root.parent / media_root)
    with override_settings(MEDIA_ROOT=media_root, MEDIA_URL=media_url, STORAGES=made):
        found = [m for m in checks.run_checks(tags=["xsendfile"], include_deployment_checks=True) if "W012" in m.id]
    assert [message.id for message in found] == expected
    if found and media_root:
        assert f'MEDIA_ROOT = "{media_root}"' in found[0].msg


def test_a_backend_of_the_sites_own_does_not_hide_what_the_disk_says(own, root):
    own(lambda request, filename, **kwargs: HttpResponse())
    assert ids() == []
    with override_settings(MEDIA_ROOT=str(root.parent), MEDIA_URL="/media/"):
        assert ids() == ["xsendfile.W003"]


def test_the_predecessor_beside_it_is_a_warning(use, tmp_path, monkeypatch):
    (tmp_path / "django_sendfile2-0.7.2.dist-info").mkdir()
    (tmp_path / "django_sendfile2-0.7.2.dist-info" / "METADATA").write_text("Name: django-sendfile2\nVersion: 0.7.2\n")
    monkeypatch.syspath_prepend(tmp_path)
    use("nginx")
    assert ids() == ["xsendfile.W008"]


@contextmanager
def unprivileged():
    """As somebody to whom directories can be closed."""
    user = os.geteuid()
    os.seteuid(user or 65534)
    try:
        yield
    finally:
        os.seteuid(user)


@pytest.mark.parametrize(("mode", "expected"), [(0o755, []), (0o600, ["xsendfile.W004"])])
def test_a_root_that_this_process_may_not_enter(use, mode, expected):
    with tempfile.TemporaryDirectory(dir="/var/tmp") as directory:
        os.chmod(directory, 0o755)
        invoices = Path(directory, "invoices")
        invoices.mkdir(mode)
        use("simple", SENDFILE_ROOT=directory, SENDFILE_LOCATIONS={invoices: "/invoices"})
        with unprivileged():
            assert ids() == expected


def test_the_hint_keeps_the_value_as_it_is_written(use):
    use("nginx", SENDFILE_URL="Private")
    assert [message.hint for message in checks.run_checks(tags=["xsendfile"])] == ['Write "/Private".']


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("method", ["get", "head"])
def test_the_file_is_told_whichever_backend(use, root, backend, method):
    use(backend)
    (root / "é %.txt").write_text("x")
    response = sendfile(getattr(RequestFactory(), method)("/"), "é %.txt", attachment=True)
    assert sent_file(response) == root / "é %.txt"
    assert_sends_file(response, "é %.txt", attachment=True, filename="é %.txt", mimetype="text/plain")
    assert_sends_file(response, root / "é %.txt")
    for wrong in [{"attachment": False}, {"filename": "e.txt"}, {"mimetype": "a/b"}, {"path": FILE}]:
        with pytest.raises(AssertionError):
            assert_sends_file(response, **{"path": "é %.txt", **wrong})
    response.close()


def test_the_file_is_told_for_a_backend_built_upon_ours(use, root):
    from django_sendfile.backends import nginx

    use("nginx")
    module = types.SimpleNamespace(sendfile=lambda *args, **kwargs: nginx.sendfile(*args, **kwargs))
    sys.modules["own_backend"] = module
    try:
        with override_settings(SENDFILE_BACKEND="own_backend"):
            assert_sends_file(sendfile(GET, FILE), root / FILE)
    finally:
        del sys.modules["own_backend"]


def test_a_name_that_looks_like_a_parameter(use, root):
    use("simple")
    name = "a; filename*=UTF-8''b \\ \"c\".txt"
    response = sendfile(GET, FILE, attachment_filename=name)
    assert_sends_file(response, FILE, filename=name)
    response.close()


def test_other_responses_send_no_file(use):
    use("nginx")
    assert sent_file(HttpResponse()) is None
    for response in [HttpResponse(), HttpResponse(status=404)]:
        with pytest.raises(AssertionError, match=r"sends no file"):
            assert_sends_file(response, FILE)


def test_as_a_method_of_a_test_case(use):
    use("nginx")

    class Case(SendfileAssertions, SimpleTestCase):
        pass

    Case().assertSendsFile(sendfile(GET, FILE), FILE, attachment=False)
