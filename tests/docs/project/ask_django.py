"""What docs/django.md promises of its examples. Its own tests.py runs beside this file."""

# ruff: noqa: PT009, PT027, ASYNC240  Django runs these tests, not pytest

import ast
import json
import logging
import os
import tempfile
from pathlib import Path

from asgiref.testing import ApplicationCommunicator
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from django.db.models import FileField
from django.db.models.fields.files import FieldFile
from django.http import Http404
from django.test import RequestFactory, TestCase, TransactionTestCase, override_settings

from django_sendfile import sendfile
from django_sendfile.testing import assert_sends_file

from .models import Document, Upload

PAGE = json.loads((Path(__file__).parent / "page.json").read_text())
GET = RequestFactory().get("/")


class Pages(TestCase):
    def setUp(self):
        self.anna = get_user_model().objects.create_user("anna")
        self.document = Document.objects.create(owner=self.anna, file=ContentFile(b"%PDF-1.7", name="report.pdf"))
        self.url = f"/documents/{self.document.pk}/"
        self.client.force_login(self.anna)

    def sends(self, url, **how):
        response = self.client.get(url)
        assert_sends_file(response, self.document.file.path, **how)
        self.client.logout()
        self.assertEqual(self.client.get(url).status_code, 302)
        self.client.force_login(get_user_model().objects.create_user("ben"))
        self.assertEqual(self.client.get(url).status_code, 404)
        return response

    def test_sendfile(self):
        self.sends(self.url, attachment=True, filename=f"Document {self.document.pk}.pdf")

    def test_class(self):
        self.sends(f"{self.url}class/", attachment=True)

    def test_cached(self):
        response = self.sends(f"{self.url}cached/", attachment=False)
        self.assertEqual(response["Cache-Control"], "private, no-cache, no-store")
        self.client.force_login(self.anna)
        again = self.client.get(f"{self.url}cached/", headers={"if-none-match": response["ETag"]})
        self.assertEqual((again.status_code, again["Cache-Control"]), (304, "private, no-cache, no-store"))

    def test_a_film_is_shown_and_seeks(self):
        self.sends(f"{self.url}watch/", attachment=False, filename=Path(self.document.file.path).name)
        self.client.force_login(self.anna)
        part = self.client.get(f"{self.url}watch/", headers={"range": "bytes=1-3"})
        self.assertEqual((part.status_code, part.getvalue()), (206, b"PDF"))

    def test_an_upload_keeps_its_name(self):
        name = "Übersicht für Zoë, 50%.pdf"
        self.assertEqual(self.client.post("/uploads/", {"file": ContentFile(b"%PDF", name=name)}).status_code, 201)
        upload = Upload.objects.get()
        self.assertEqual(Path(upload.file.name).name, "Übersicht_für_Zoë_50.pdf")
        response = self.client.get(f"/uploads/{upload.pk}/")
        assert_sends_file(response, upload.file, attachment=True, filename=name)
        response.close()

    def test_terms(self):
        (Path(settings.SENDFILE_ROOT) / "terms.pdf").write_bytes(b"%PDF")
        assert_sends_file(self.client.get("/terms/"), "terms.pdf")

    def test_settings_and_checks(self):
        self.assertEqual(checks.run_checks(), [])
        for name, example in PAGE["examples"].items():
            example = {name: ast.literal_eval(example)}
            if name == "SENDFILE_LIMIT_RATE":
                # A server in front has to keep it.
                example["SENDFILE_BACKEND"] = "django_sendfile.backends.nginx"
            with self.subTest(name), override_settings(**example):
                self.assertEqual(checks.run_checks(), [])

    def test_every_check_id(self):
        wrong = {
            "E001": {"SENDFILE_ROOT": "/dev/null"},
            "E002": {"SENDFILE_BACKEND": "no.such.module"},
            "E003": {"SENDFILE_URL": "private"},
            "E004": {"SENDFILE_LOCATIONS": 7},
            "E005": {"SENDFILE_SYMLINKS": "some"},
            "E006": {"SENDFILE_LIMIT_RATE": 5},
            "E007": {"SENDFILE_BUFFERING": "no"},
            "E008": {"SENDFILE_CHARSET": "a b"},
            "E009": {"SENDFILE_EXPIRES": "tomorrow"},
            "E010": {"SENDFILE_CACHE_CONTROL": "private", "SENDFILE_EXPIRES": 60},
            "E011": {"SENDFILE_SANDBOX": "allow-scripts"},
            "W001": {"SENDFILE_BACKEND": "django_sendfile.backends.nginx", "SENDFILE_URL": None},
            "W002": {"SENDFILE_BACKEND": "django_sendfile.backends.development"},
            "W003": {"STATIC_ROOT": settings.SENDFILE_ROOT, "STATIC_URL": "/static/"},
            "W005": {"SENDFILE_ROOT": None},
            "W006": {"SENDFILE_BACKEND": None},
            "W007": {"SENDFILE_BACKEND": "django_sendfile.backends.nginx", "DEBUG": True},
            "W009": {"SENDFILE_ROOT": "/no/such/directory"},
            "W013": {"SENDFILE_ROOT": os.curdir},
            "W014": {
                "SENDFILE_BACKEND": "django_sendfile.backends.nginx",
                "SENDFILE_URL": "/private",
                "STATIC_URL": "/private/static/",
            },
        }
        # W004 cannot be made where root runs the tests, W008 not by a setting; the last are asked below.
        made = {f"xsendfile.{id_}" for id_ in (*wrong, "W004", "W008", "W010", "W011", "W012", "W015")}
        self.assertEqual(made, set(PAGE["ids"]))
        for id_, wrong_settings in wrong.items():
            with self.subTest(id_), override_settings(**wrong_settings):
                self.assertEqual([message.id for message in checks.run_checks()], [f"xsendfile.{id_}"])

    def test_own_backend(self):
        with override_settings(**PAGE["own"]):
            self.assertEqual(checks.run_checks(), [])
            response = self.client.get(self.url)
        self.assertEqual(response["X-Accel-Limit-Rate"], "1048576")
        self.assertEqual(response["X-Accel-Redirect"], f"/private/{self.document.file.name}")

    def test_exceptions(self):
        class Network(Storage):
            pass

        field, network = FileField(name="file"), FileField(name="file", storage=Network())
        name = self.document.file.name
        cases = [
            (Http404, "missing.pdf", {}),
            (Http404, "../settings.py", {}),
            (Http404, ".", {}),
            (ValueError, name, {"mimetype": "a\nb"}),
            (ValueError, name, {"encoding": "a\nb"}),
            (ValueError, name, {"content_length": 1000}),
            (ValueError, name, {"cache_control": "a\nb"}),
            (ValueError, name, {"cache_control": "private", "expires": 60}),
            (ValueError, name, {"sandbox": "allow-scripts"}),
            (ValueError, FieldFile(None, field, ""), {}),
            (NotImplementedError, FieldFile(None, network, "a"), {}),
        ]
        for exception, file, how in cases:
            with self.subTest(str(file)), self.assertRaises(exception):
                sendfile(GET, file, **how)
        with override_settings(SENDFILE_URL="private"), self.assertRaises(ImproperlyConfigured):
            sendfile(GET, name)

    def test_symlinks(self):
        root = Path(settings.SENDFILE_ROOT)
        with tempfile.NamedTemporaryFile() as outside:
            for link, target in [("in", self.document.file.path), ("out", outside.name)]:
                (root / link).unlink(missing_ok=True)
                (root / link).symlink_to(target if link == "out" else os.path.relpath(target, root))
            for policy, found in [("never", []), ("beneath", ["in"]), ("anywhere", ["in", "out"])]:
                with override_settings(SENDFILE_SYMLINKS=policy):
                    self.assertEqual([link for link in ["in", "out"] if self.is_sent(link)], found)

    def test_the_log(self):
        with self.assertLogs("django_sendfile", logging.WARNING) as logs, self.assertRaises(Http404):
            sendfile(GET, "missing.pdf")
        self.assertIn('missing.pdf" is not sent: it does not exist', logs.output[0])

    def is_sent(self, name):
        try:
            sendfile(GET, name).close()
        except Http404:
            return False
        return True


class Async(TransactionTestCase):
    async def test_asendfile_and_pathsend(self):
        anna = await get_user_model().objects.acreate(username="anna")
        document = Document(owner=anna, file="report.pdf")
        Path(document.file.path).write_bytes(b"%PDF-1.7")
        await document.asave()
        await self.async_client.aforce_login(anna)
        url = f"/documents/{document.pk}/async/"
        response = await self.async_client.get(url)
        assert_sends_file(response, document.file.path, attachment=False)
        response.close()

        from .asgi import application

        cookie = self.async_client.cookies.output(header="", attrs=[]).strip()
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "GET",
            "path": url,
            "query_string": b"",
            "headers": [(b"host", b"testserver"), (b"cookie", cookie.encode())],
            "extensions": {"http.response.pathsend": {}},
        }
        server = ApplicationCommunicator(application, scope)
        await server.send_input({"type": "http.request", "body": b"", "more_body": False})
        start = await server.receive_output(5)
        self.assertEqual(start["status"], 200)
        sent = await server.receive_output(5)
        self.assertEqual(sent["type"], "http.response.pathsend")
        self.assertEqual(Path(sent["path"]).resolve(), Path(document.file.path).resolve())
        await server.wait(5)

    def test_every_check_id_of_a_deployment(self):
        root = Path(settings.SENDFILE_ROOT)
        public = root / "public"
        public.mkdir()
        for ids, media_root in [
            (["W003", "W012"], root.parent),
            (["W010"], public),
            (["W012"], root.parent / "invoices"),
            ([], settings.MEDIA_ROOT),
        ]:
            url = "" if media_root == settings.MEDIA_ROOT else "/media/"
            with self.subTest(ids), override_settings(MEDIA_ROOT=media_root, MEDIA_URL=url):
                messages = checks.run_checks(tags=["xsendfile"], include_deployment_checks=True)
                made = {message.id for message in messages} - {"xsendfile.W011"}
                self.assertEqual(made, {f"xsendfile.{id_}" for id_ in ids})
        with override_settings(BASE_DIR=root / "site"):
            messages = checks.run_checks(tags=["xsendfile"], include_deployment_checks=True)
        self.assertIn("xsendfile.W015", {message.id for message in messages})
        mode = root.stat().st_mode
        root.chmod(0o700)
        try:
            messages = checks.run_checks(tags=["xsendfile"], include_deployment_checks=True)
        finally:
            root.chmod(mode)
        self.assertIn("xsendfile.W011", {message.id for message in messages})
