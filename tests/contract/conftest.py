"""A Django without database or templates, and a root with files for each test."""

from __future__ import annotations

import os
import sys
import types
from pathlib import Path

import django
import pytest
from django.conf import settings

settings.configure(
    DEBUG=False,
    ALLOWED_HOSTS=["*"],
    SECRET_KEY="for tests only",
    ROOT_URLCONF="site_under_test",
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "django_sendfile"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    MIDDLEWARE=["django.middleware.common.CommonMiddleware"],
    LOGGING_CONFIG=None,
)
django.setup()

from django.test import override_settings  # noqa: E402  needs the settings

CONTENT = bytes(range(256)) * 1024


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--peer", action="store_true", help="expect every test to fail, as on 0.7.2")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--peer"):
        for item in items:
            item.add_marker(pytest.mark.xfail(strict=True))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A root with one file in a directory of its own."""
    root = tmp_path / "root"
    (root / "documents").mkdir(parents=True)
    (root / "documents" / "data.bin").write_bytes(CONTENT)
    # Long enough ago for its validators to be strong.
    os.utime(root / "documents" / "data.bin", (1_000_000_000, 1_000_000_000))
    return root


@pytest.fixture(autouse=True)
def log_again(request: pytest.FixtureRequest) -> None:
    """What is logged once is logged once in every test."""
    if not request.config.getoption("--peer"):
        from django_sendfile.log import warn_once

        warn_once.cache_clear()


@pytest.fixture
def use(root: Path):
    """``use("nginx")`` sets the backend, the root and the URL; keywords set more."""
    overrides: list[override_settings] = []

    def use(backend: str, **more: object) -> None:
        names = {"SENDFILE_ROOT": str(root), "SENDFILE_URL": "/private", **more}
        override = override_settings(SENDFILE_BACKEND=f"django_sendfile.backends.{backend}", **names)
        override.enable()
        overrides.append(override)
        # The predecessor does not notice changed settings by itself.
        from django_sendfile.utils import _get_sendfile

        _get_sendfile.cache_clear()

    yield use
    for override in reversed(overrides):
        override.disable()


@pytest.fixture
def own(use):
    """``own(function)`` makes the function the site's backend."""

    def own(function, **settings):
        sys.modules["own_backend"] = types.SimpleNamespace(sendfile=function)
        use("simple", **settings)
        override = override_settings(SENDFILE_BACKEND="own_backend")
        override.enable()
        undo.append(override)

    undo = []
    yield own
    for override in reversed(undo):
        override.disable()
    sys.modules.pop("own_backend", None)
