# ruff: noqa: RUF012 - as Django writes it
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import documents.models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Document",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "name",
                    models.CharField(help_text="As its owner called it; it is saved under this name.", max_length=255),
                ),
                ("file", models.FileField(max_length=255, upload_to=documents.models.stored_name)),
                ("thumbnail", models.FileField(blank=True, max_length=255, upload_to=documents.models.stored_name)),
                ("uploaded", models.DateTimeField(auto_now_add=True)),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="documents",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("-uploaded", "-pk"),
            },
        ),
    ]
