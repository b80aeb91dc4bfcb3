"""The users and files that the demo starts with, as samples/accounts.json lists them."""

import json
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand

from documents.models import Document

SAMPLES = settings.BASE / "samples"
MARK_EVERY = 2**20


class Command(BaseCommand):
    help = "Makes the demo's users, and their files, where they are not there yet. It may run again."

    def handle(self, *args: Any, **options: Any) -> None:
        accounts = json.loads((SAMPLES / "accounts.json").read_text(encoding="utf-8"))
        users = get_user_model().objects
        for username, account in accounts.items():
            if users.filter(username=username).exists():
                continue
            is_staff = account.get("staff", False)
            user = users.create_user(username, password=account["password"], is_staff=is_staff)
            for entry in account["files"]:
                Document.objects.create(
                    owner=user,
                    name=entry["name"],
                    file=place(f"{username}/{entry['name']}", entry),
                    thumbnail=place(f"{username}/{entry['thumbnail']}", {"sample": entry["thumbnail"]})
                    if "thumbnail" in entry
                    else "",
                )


def place(name: str, entry: dict[str, Any]) -> str:
    """
    Write a file beneath the root, and give its name there.

    Uploads get random names. These keep their own, accents and quotes and all: the server in front has to find them.
    """
    path: Path = settings.SENDFILE_ROOT / name
    path.parent.mkdir(mode=0o755, exist_ok=True)
    with path.open("wb") as file:
        if "sample" in entry:
            file.write((SAMPLES / entry["sample"]).read_bytes())
        elif "text" in entry:
            file.write(entry["text"].encode())
        else:
            write_large(file, entry["size"])
    return name


def write_large(file: BinaryIO, size: int) -> None:
    """Zeros that take no place on disk, with a line at every MiB that says where it is, to see if a resume is right."""
    file.truncate(size)
    for offset in range(0, size, MARK_EVERY):
        file.seek(offset)
        file.write(b"%d bytes from the start\n" % offset)
