"""
The tests that ship inside django-sendfile2 0.7.2, unchanged, against this package.

They are not part of this repository: ``PREDECESSOR`` names the directory that 0.7.2 was installed
into, as ``make test`` does.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

RUN = """
import sys
import django_sendfile

predecessor = sys.argv[1]
# Its tests are found, and whatever else it has is ours.
django_sendfile.__path__.append(predecessor + "/django_sendfile")

import django
from django.conf import settings
from django.test.utils import get_runner

django.setup()
assert django_sendfile.sendfile.__code__.co_filename.startswith(django_sendfile.__path__[0])
sys.exit(get_runner(settings)().run_tests(["django_sendfile.tests"]))
"""


def test_all_32_pass():
    predecessor = os.environ.get("PREDECESSOR")
    if not predecessor:
        pytest.skip("PREDECESSOR is unset: install django-sendfile2 0.7.2 somewhere and name the place")
    command = [sys.executable, "-W", "error::ResourceWarning", "-c", RUN, predecessor]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "django_sendfile.test_settings"}
    result = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert result.returncode == 0, result.stderr
    assert "Ran 32 tests" in result.stderr
    assert "skipped" not in result.stderr
    assert Path(predecessor, "django_sendfile", "tests.py").is_file()
