"""What README.md promises of its settings and its view."""

# ruff: noqa: PT009  Django runs these tests, not pytest

from django.contrib.auth import get_user_model
from django.core import checks
from django.core.files.base import ContentFile
from django.test import TestCase, override_settings

from django_sendfile.testing import assert_sends_file

from .models import Document

CONTENT = bytes(range(256)) * 1000
NAME = 'Über "alles" 日本 🎬.pdf'


class Readme(TestCase):
    def setUp(self):
        self.anna = get_user_model().objects.create_user("anna")
        self.document = Document.objects.create(owner=self.anna, file=ContentFile(CONTENT, name="report.pdf"))
        self.url = f"/documents/{self.document.pk}/"

    def test_the_settings_are_without_fault(self):
        self.assertEqual(checks.run_checks(), [])

    def test_the_owner_gets_the_file(self):
        self.client.force_login(self.anna)
        response = self.client.get(self.url)
        assert_sends_file(response, self.document.file.path, attachment=True, mimetype="application/pdf")
        self.assertEqual(response.getvalue(), CONTENT)

    def test_nobody_else_does(self):
        self.assertEqual(self.client.get(self.url).status_code, 302)
        self.client.force_login(get_user_model().objects.create_user("ben"))
        self.assertEqual(self.client.get(self.url).status_code, 404)

    def test_ranges_and_preconditions(self):
        self.client.force_login(self.anna)
        whole = self.client.get(self.url)
        whole.close()
        part = self.client.get(self.url, headers={"range": "bytes=10-19"})
        self.assertEqual((part.status_code, part.getvalue()), (206, CONTENT[10:20]))
        same = self.client.get(self.url, headers={"if-none-match": whole["ETag"]})
        self.assertEqual(same.status_code, 304)
        stale = self.client.get(self.url, headers={"range": "bytes=10-19", "if-range": '"other"'})
        self.assertEqual((stale.status_code, stale.getvalue()), (200, CONTENT))

    def test_a_name_arrives_as_it_is(self):
        self.client.force_login(self.anna)
        path = self.document.file.path.replace("report.pdf", NAME)
        with open(path, "wb") as file:
            file.write(CONTENT)
        Document.objects.filter(pk=self.document.pk).update(file=NAME)
        response = self.client.get(self.url)
        assert_sends_file(response, path, filename=NAME)
        response.close()

    def test_another_backend_is_one_setting(self):
        self.client.force_login(self.anna)
        with override_settings(SENDFILE_BACKEND="django_sendfile.backends.nginx"):
            response = self.client.get(self.url)
        self.assertEqual(response["X-Accel-Redirect"], f"/private/{self.document.file.name}")
        self.assertEqual(response.content, b"")

    def test_what_lies_outside_is_404(self):
        self.client.force_login(self.anna)
        Document.objects.filter(pk=self.document.pk).update(file="gone.pdf")
        self.assertEqual(self.client.get(self.url).status_code, 404)
