"""What stands for a path, and what does not: a name is none."""

from __future__ import annotations

import asyncio
import gzip
import io
import os
import tempfile
from pathlib import Path

import pytest
from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage, InMemoryStorage, Storage
from django.core.files.uploadedfile import InMemoryUploadedFile, SimpleUploadedFile, TemporaryUploadedFile
from django.db.models import FileField, Model
from django.db.models.fields.files import FieldFile
from django.http import Http404
from django.test import RequestFactory, override_settings

from django_sendfile import asendfile, sendfile
from django_sendfile.testing import sent_file

GET = RequestFactory().get("/")


def at_once(request, filename):
    return asyncio.run(asendfile(request, filename))


SEND = pytest.mark.parametrize("send", [sendfile, at_once])


@pytest.fixture
def root(root):
    for name in ("one/file.txt", "other/file.txt", "report.txt"):
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(f"the root's {name}")
    return root


def sent(root, send, filename):
    """The name of the file that is sent; ``None`` where there is none to be found."""
    try:
        response = send(GET, filename)
    except Http404:
        return None
    response.close()
    return sent_file(response).relative_to(root).as_posix()


# One answer for text and everything else that is written.


class Spelled(os.PathLike):
    """A path as it is written: pathlib's own drops dots and slashes first."""

    def __init__(self, written):
        self.written = written

    def __fspath__(self):
        return self.written


class Joined(FileSystemStorage):
    def path(self, name):
        return os.path.join(self.location, name)


class Normalised(FileSystemStorage):
    def path(self, name):
        return os.path.normpath(os.path.join(self.location, name))


class Elsewhere(FileSystemStorage):
    """Keeps its files under other names."""

    def path(self, name):
        return super().path(os.path.join("..", Path(self.location).name, name))


def stored(root, written, storage=FileSystemStorage):
    return FieldFile(None, FileField(name="file", storage=storage(root)), written)


SPELL = {
    "text": lambda root, written: written,
    "bytes": lambda root, written: os.fsencode(written),
    "path": lambda root, written: Spelled(written),
    "path of bytes": lambda root, written: Spelled(os.fsencode(written)),
    "stored": stored,
    "joined": lambda root, written: stored(root, written, Joined),
    "normalised": lambda root, written: stored(root, written, Normalised),
    "elsewhere": lambda root, written: stored(root, written, Elsewhere),
}


@SEND
@pytest.mark.parametrize("spell", SPELL.values(), ids=SPELL)
@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("one/file.txt", "one/file.txt"),
        ("one//file.txt", "one/file.txt"),
        ("./one/./file.txt", "one/file.txt"),
        ("one/../other/file.txt", None),
        ("one/../one/file.txt", None),
        ("missing/../one/file.txt", None),
        ("../root/one/file.txt", None),
        ("../outside.txt", None),
        ("one/..", None),
        ("one/file.txt/", None),
        ("one/file.txt/.", None),
        ("one", None),
        (".", None),
        ("/etc/passwd", None),
        ("ROOT/one/file.txt", "one/file.txt"),
        ("ROOT/one//./file.txt", "one/file.txt"),
        ("ROOT/one/../other/file.txt", None),
        ("ROOT/one/file.txt/", None),
    ],
)
def test_one_answer_for_what_is_written(use, root, send, spell, written, name):
    use("simple")
    (root.parent / "outside.txt").write_text("outside")
    assert sent(root, send, spell(root, written.replace("ROOT", str(root)))) == name


@SEND
@pytest.mark.parametrize("written", ["one/file.txt", "one/../other/file.txt", "./one//file.txt", "one/file.txt/"])
def test_a_path_is_the_text_that_it_is(use, root, send, written):
    use("simple")
    assert sent(root, send, Path(written)) == sent(root, send, str(Path(written)))


@SEND
def test_a_storage_may_begin_further_in(use, root, send):
    use("simple")
    assert sent(root, send, stored(root / "one", "file.txt")) == "one/file.txt"
    for written in ["../other/file.txt", str(root / "other/file.txt"), "../one/file.txt"]:
        assert sent(root, send, stored(root / "one", written)) is None


# Files with a path.


@SEND
@pytest.mark.parametrize(
    "make",
    [
        lambda path: File(path.open("rb")),
        lambda path: File(path.open()),
        lambda path: File(open(str(path), "rb", buffering=0)),  # noqa: SIM115  the test closes it
        lambda path: File(open(os.fsencode(path), "rb")),  # noqa: SIM115
        lambda path: File(path.open("rb"), name="report.txt"),
        lambda path: File(File(path.open("rb"))),
        lambda path: File(stored(path.parent, path.name)),
    ],
)
def test_a_file_that_is_open_where_it_lies(use, root, send, make):
    use("simple")
    file = make(root / "one" / "file.txt")
    assert sent(root, send, file) == "one/file.txt"
    file.close()


@SEND
def test_a_temporary_file_with_a_name(use, root, send):
    use("simple")
    with tempfile.NamedTemporaryFile(dir=root) as temporary:
        assert sent(root, send, File(temporary, name="report.txt")) == Path(temporary.name).name
    with override_settings(FILE_UPLOAD_TEMP_DIR=root):
        upload = TemporaryUploadedFile("report.txt", "text/plain", 0, None)
    with upload:
        assert sent(root, send, upload) == Path(upload.temporary_file_path()).name


# Files without one.


def upload(content):
    return InMemoryUploadedFile(io.BytesIO(content), "file", "report.txt", "text/plain", len(content), None)


def closed(root):
    with (root / "report.txt").open() as file:
        return File(file)


def replaced(root):
    file = File((root / "report.txt").open())
    (root / "new").write_text("another's")
    (root / "new").rename(root / "report.txt")
    return file


def relative(root):
    return File(open(os.path.relpath(root / "report.txt")))


def compressed(root):
    (root / "report.gz").write_bytes(gzip.compress(b"mine"))
    return File(gzip.open(root / "report.gz"))


class Nameable(io.BytesIO):
    def __init__(self, name):
        self.name = name


PATHLESS = {
    "ContentFile": lambda root: ContentFile(b"mine", name="report.txt"),
    "ContentFile of text": lambda root: ContentFile("mine", name="report.txt"),
    "without a name": lambda root: ContentFile(b"mine"),
    "SimpleUploadedFile": lambda root: SimpleUploadedFile("report.txt", b"mine"),
    "InMemoryUploadedFile": lambda root: upload(b"mine"),
    "absolute name": lambda root: ContentFile(b"mine", name=str(root / "report.txt")),
    "absolute name within": lambda root: File(Nameable(str(root / "report.txt"))),
    "wrapped": lambda root: File(upload(b"mine")),
    "anonymous temporary file": lambda root: File(tempfile.TemporaryFile(), name="report.txt"),  # noqa: SIM115
    "spooled temporary file": lambda root: File(tempfile.SpooledTemporaryFile(), name="report.txt"),  # noqa: SIM115
    "number for a name": lambda root: File(os.fdopen(os.open(root / "report.txt", os.O_RDONLY)), name="report.txt"),
    "relative": relative,
    "closed": closed,
    "replaced": replaced,
    "compressed": compressed,
    "nothing": lambda root: File(None, name="report.txt"),
}


@SEND
@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.parametrize("make", PATHLESS.values(), ids=PATHLESS)
def test_what_has_a_name_only_is_an_error(use, root, send, make):
    use("simple")
    with pytest.raises(ValueError, match="has a name and no path; save it beneath SENDFILE_ROOT"):
        send(GET, make(root))


class Document(Model):
    file = FileField()

    class Meta:
        app_label = "contenttypes"


@SEND
def test_an_upload_that_is_not_saved_is_not_what_lies_under_its_name(use, root, send):
    use("simple")
    Document._meta.get_field("file").storage = FileSystemStorage(root)
    document = Document(file=SimpleUploadedFile("report.txt", b"mine"))
    with pytest.raises(ValueError, match=r"SimpleUploadedFile 'report\.txt' has a name and no path"):
        send(GET, document.file)
    document.file.save("report.txt", document.file, save=False)
    saved = sent(root, send, document.file)
    assert saved == document.file.name != "report.txt"


class Relative(FileSystemStorage):
    def path(self, name):
        return name


class Without(FileSystemStorage):
    @property
    def path(self):
        raise AttributeError("path")


@SEND
@pytest.mark.parametrize(
    ("storage", "error", "message"),
    [
        (lambda root: Storage(), NotImplementedError, "has no paths; redirect to file.url"),
        # It tells paths, at which there may be other files.
        (lambda root: InMemoryStorage(root), NotImplementedError, "has no paths; redirect to file.url"),
        (Without, NotImplementedError, "has no paths; redirect to file.url"),
        (Relative, ValueError, "a storage's path must be absolute"),
    ],
)
def test_a_storage_without_paths_is_an_error(use, root, send, storage, error, message):
    use("simple")
    with pytest.raises(error, match=message):
        send(GET, stored(root, "report.txt", storage))


@SEND
def test_a_field_without_a_file_is_an_error(use, root, send):
    use("simple")
    with pytest.raises(ValueError, match="no file associated"):
        send(GET, stored(root, None))


@SEND
@pytest.mark.parametrize("filename", [None, 7, io.BytesIO(b"mine"), ["report.txt"]])
def test_what_is_no_file_at_all_is_an_error(use, root, send, filename):
    use("simple")
    with pytest.raises(TypeError, match=r"str, bytes or os\.PathLike"):
        send(GET, filename)
