"""What docs/django.md promises of a site with public files beside private ones."""

# ruff: noqa: PT009  Django runs these tests, not pytest

from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core import checks
from django.core.files.base import ContentFile
from django.db.migrations.writer import MigrationWriter

from .models import Document
from .tests import PrivateFiles


class PublicMedia(PrivateFiles):
    def setUp(self):
        super().setUp()
        self.anna = get_user_model().objects.create_user("anna")
        file, preview = ContentFile(b"%PDF-1.7", name="report.pdf"), ContentFile(b"", name="report.png")
        self.document = Document.objects.create(owner=self.anna, file=file, preview=preview)

    def test_each_file_is_where_it_belongs(self):
        self.assertEqual(Path(self.document.file.path), Path(settings.SENDFILE_ROOT, "documents/report.pdf"))
        self.assertEqual(Path(self.document.preview.path), Path(settings.MEDIA_ROOT, "previews/report.png"))

    def test_the_owner_gets_the_file(self):
        self.client.force_login(self.anna)
        response = self.client.get(f"/documents/{self.document.pk}/")
        self.assertSendsFile(response, self.document.file, filename="report.pdf")
        self.assertEqual(response.getvalue(), b"%PDF-1.7")

    def test_the_settings_are_without_fault(self):
        self.assertEqual(checks.run_checks(), [])
        messages = checks.run_checks(tags=["xsendfile"], include_deployment_checks=True)
        self.assertEqual({message.id for message in messages} - {"xsendfile.W011"}, set())

    def test_a_migration_does_not_have_the_directory(self):
        written, _ = MigrationWriter.serialize(Document._meta.get_field("file"))
        self.assertIn("storage=documents.models.private", written)


class AsItIsSet(PrivateFiles):
    def setUp(self):
        """Without directories of its own."""

    def test_the_storage_is_the_root(self):
        storage = Document._meta.get_field("file").storage
        self.assertEqual(storage.location, settings.SENDFILE_ROOT)
