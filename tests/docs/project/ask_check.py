"""What docs/check.md promises of its URL, for a site with the settings of README.md."""

# ruff: noqa: PT009  Django runs these tests, not pytest

import subprocess
import sys
from threading import Thread
from wsgiref.simple_server import make_server

from django.core.wsgi import get_wsgi_application
from django.test import SimpleTestCase


class Check(SimpleTestCase):
    def test_a_site_with_this_url_can_be_asked(self):
        # Not Django's live server, which publishes MEDIA_ROOT.
        with make_server("127.0.0.1", 0, get_wsgi_application()) as server:
            Thread(target=server.serve_forever).start()
            url = f"http://127.0.0.1:{server.server_port}/"
            command = [sys.executable, "-m", "django", "sendfile", "check", "--url", url]
            try:
                done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
            finally:
                server.shutdown()
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertRegex(done.stdout, r"a whole file +200, 40000 bytes, each right\n")

    def test_it_answers_nobody_else(self):
        self.assertEqual(self.client.get("/xsendfile-canary").status_code, 404)
