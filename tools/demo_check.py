"""A walk through the running demo: everything that its visitors, and those it refuses, may rely on."""

from __future__ import annotations

import re
import subprocess
import traceback
from pathlib import Path
from typing import Any

from demo_site import SITE
from demo_visitor import Listed, Visitor
from harness.client import Response
from harness.disposition import announced_name
from harness.place import as_user
from harness.server import Server
from toolbox.terminal import paint, say

Accounts = dict[str, dict[str, Any]]

SHOWN = (".webp", ".webm", ".ogg", ".txt")
MARK_EVERY = 2**20
NOBODYS = "/files/999999/"

# Different in each answer by design: the form's token.
TOKEN = re.compile(rb'value="[A-Za-z0-9]{32,}"')


class Checks:
    """Each method whose name starts with ``check`` is one; its doc is what it claims."""

    def __init__(self, server: Server, backend: str, accounts: Accounts) -> None:
        address = server.address
        self.site = server.site
        self.address = address
        self.backend = backend
        self.accounts = accounts
        self.stranger = Visitor(address)
        self.visitors = {name: Visitor(address) for name in accounts}

    def run(self) -> int:
        """Run them all, say how each went, and give the exit status."""
        failed = 0
        checks = [name for name in vars(Checks) if name.startswith("check_")]
        for name in checks:
            check = getattr(self, name)
            try:
                check()
            except Exception:
                failed += 1
                say(f"{paint('FAILED', 'red')}  {check.__doc__}\n{traceback.format_exc()}")
            else:
                say(f"{paint('ok', 'green')}  {check.__doc__}")
        say(f"{self.backend}: {len(checks) - failed} passed, {failed} failed")
        return int(failed > 0)

    def check_strangers(self) -> None:
        """A stranger is sent to the login page, from every file and from none."""
        for target in ("/", "/files/1/", "/files/1/download/", "/files/1/thumbnail/", NOBODYS):
            equal(self.stranger.get(target).header("Location"), f"/login/?next={target}", target)

    def check_private_url(self) -> None:
        """What the server in front publishes for itself cannot be asked for from outside."""
        name = "alice/Packing%20list.txt"
        for target in (f"/private/{name}", f"//private/{name}", f"/%70rivate/{name}", f"/./private/{name}"):
            answer = self.stranger.get(target)
            true(answer.status in (400, 403, 404), f"{target}: {answer.status}")
            true(b"Sun cream" not in answer.body, target)

    def check_itself(self) -> None:
        """`manage.py sendfile check` asks the same site, and finds nothing wrong nor leaves anything out."""
        command: list[str | Path] = [*as_user(), self.site.python, "-m", "django", "sendfile", "check", "--strict"]
        done = subprocess.run(
            [*command, "--url", f"http://{self.address.host}:{self.address.port}/"],
            env=self.site.environment(),
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
        )
        true(done.returncode == 0, done.stdout + done.stderr)
        true(re.search(r"^All \d+ fine\.$", done.stdout, re.MULTILINE) is not None, done.stdout)

    def check_wrong_password(self) -> None:
        """A wrong password is refused on the same page."""
        answer = Visitor(self.address).log_in("alice", "wrong")
        equal(answer.status, 200)
        true(b"do not belong together" in answer.body, "the page says why")

    def check_log_in(self) -> None:
        """Each user logs in, and sees their own files; the staff sees all."""
        for name, visitor in self.visitors.items():
            account = self.accounts[name]
            equal(visitor.log_in(name, account["password"]).status, 302, name)
            owners = self.accounts.values() if account.get("staff") else [account]
            expected = sorted(entry["name"] for owner in owners for entry in owner["files"])
            equal(sorted(file.name for file in visitor.files()), expected, name)

    def check_shown(self) -> None:
        """Files are shown inline or saved, under their own names, byte for byte, and never guessed at."""
        for visitor, file, entry in self._files():
            answer = visitor.get(file.url, "HEAD" if "size" in entry else "GET")
            equal(answer.status, 200, file.name)
            self._is_the_file(answer, file)
            kind = "inline" if file.name.endswith(SHOWN) else "attachment"
            equal(disposition(answer).partition(";")[0], kind, file.name)
            if "size" in entry:
                equal(answer.int("Content-Length"), entry["size"], file.name)
            else:
                equal(answer.body, content(entry), file.name)

    def check_downloaded(self) -> None:
        """The class-based view sends the same files, always to be saved."""
        for visitor, file, entry in self._files():
            answer = visitor.get(file.url + "download/", "HEAD" if "size" in entry else "GET")
            self._is_the_file(answer, file)
            equal(disposition(answer).partition(";")[0], "attachment", file.name)
            if "size" not in entry:
                equal(answer.body, content(entry), file.name)

    def check_text(self) -> None:
        """Text says that it is UTF-8."""
        answer = self._get("alice", "Packing list.txt")
        equal((answer.header("Content-Type") or "").lower().replace(" ", ""), "text/plain;charset=utf-8")

    def check_cached(self) -> None:
        """A file may be kept, but is asked for each time; unchanged, it is not sent again."""
        answer = self._get("bob", "Forest in the fog.webp")
        directives = {directive.strip() for directive in (answer.header("Cache-Control") or "").split(",")}
        equal(directives, {"private", "no-cache"})
        etag = answer.header("ETag") or ""
        true(etag.startswith('"'), f"a strong ETag, not {etag}")
        equal(self._get("bob", "Forest in the fog.webp", if_none_match=etag).status, 304)

    def check_ranges(self) -> None:
        """Parts of a file, for seeking and resuming; not of one that has changed meanwhile."""
        name = "A day in 24 seconds.webm"
        whole = self._get("alice", name)
        part = self._get("alice", name, range="bytes=1000-1999")
        equal((part.status, part.body), (206, whole.body[1000:2000]))
        equal(part.header("Content-Range"), f"bytes 1000-1999/{len(whole.body)}")
        resumed = self._get("alice", name, range="bytes=5000-", if_range=whole.header("ETag") or "")
        equal((resumed.status, resumed.body), (206, whole.body[5000:]))
        changed = self._get("alice", name, range="bytes=5000-", if_range='"another"')
        equal((changed.status, changed.body), (200, whole.body))
        equal(self._get("alice", name, range=f"bytes={len(whole.body)}-").status, 416)

    def check_large(self) -> None:
        """The large file comes whole, and is resumed where it was left."""
        file, entry = next((file, entry) for _, file, entry in self._files() if "size" in entry)
        alice = self.visitors["alice"]
        equal(alice.length(file.url + "download/"), entry["size"])
        for offset in (MARK_EVERY, entry["size"] // 2, entry["size"] - MARK_EVERY):
            mark = b"%d bytes from the start\n" % offset
            part = alice.get(file.url + "download/", range=f"bytes={offset}-{offset + len(mark) - 1}")
            equal((part.status, part.body), (206, mark))

    def check_thumbnails(self) -> None:
        """Thumbnails are pictures, and nobody else's business either."""
        for visitor, file, entry in self._files():
            if link := file.link("thumbnail/"):
                answer = visitor.get(link)
                equal((answer.status, answer.header("Content-Type")), (200, "image/webp"), file.name)
                equal(answer.body, (SITE / "samples" / entry["thumbnail"]).read_bytes(), file.name)
                equal(self._other(visitor).get(link).status, 404, file.name)

    def check_refused(self) -> None:
        """Somebody else's file is refused, in the very words in which a missing one is."""
        for visitor, file, _ in self._files():
            other = self._other(visitor)
            for view in ("", "download/"):
                refused, missing = other.get(file.url + view), other.get(NOBODYS + view)
                equal((refused.status, missing.status), (404, 404), file.name)
                true(b"nothing here for you" in refused.body, "the page says so")
                equal(TOKEN.sub(b"", refused.body), TOKEN.sub(b"", missing.body), file.name)
                equal(names(refused), names(missing), file.name)

    def check_staff(self) -> None:
        """The staff may open everybody's files, and delete none of them."""
        carol = self.visitors["carol"]
        for file in carol.files():
            equal(carol.get(file.url, "HEAD").status, 200, file.name)
            equal(file.link("delete/"), None, file.name)
            equal(carol.post(file.url + "delete/").status, 404, file.name)

    def check_upload(self) -> None:
        """An upload can be had back by its owner alone, is not shown if it could run scripts, and is deleted."""
        alice, bob = self.visitors["alice"], self.visitors["bob"]
        page = b"<script>document.title = 'run'</script>"
        equal(alice.upload("Évil page.html", page).status, 302)
        file = next(file for file in alice.files() if file.name == "Évil page.html")
        answer = alice.get(file.url)
        self._is_the_file(answer, file)
        equal((answer.body, answer.header("Content-Type")), (page, "application/octet-stream"))
        equal(disposition(answer).partition(";")[0], "attachment")
        equal(bob.get(file.url).status, 404)
        equal(bob.post(file.url + "delete/").status, 404)
        equal(alice.post(file.url + "delete/", token=False).status, 403)
        equal(alice.post(file.url + "delete/").status, 302)
        equal(alice.get(file.url).status, 404)

    def check_upload_limit(self) -> None:
        """A file over the limit is refused with a word about it."""
        answer = self.visitors["alice"].upload("large.bin", bytes(26 * 2**20))
        equal(answer.status, 422)
        true(b"is the limit" in answer.body, "the page says so")

    def check_log_out(self) -> None:
        """Who has logged out is a stranger again."""
        bob = self.visitors["bob"]
        file = bob.files()[0]
        equal(bob.post("/logout/").status, 302)
        equal(bob.get(file.url).header("Location"), f"/login/?next={file.url}")

    def _is_the_file(self, answer: Response, file: Listed) -> None:
        equal(announced_name(disposition(answer)).decode(), file.name)
        equal(answer.header("X-Content-Type-Options"), "nosniff", file.name)
        head = answer.head_bytes.lower()
        for leak in (b"x-sendfile", b"x-accel-redirect", b"\r\nlocation:", b"/data/files", b"/private/"):
            true(leak not in head, f"{leak!r} in {head!r}")

    def _files(self) -> list[tuple[Visitor, Listed, dict[str, Any]]]:
        """Every file with its owner, and what the accounts say of it."""
        return [
            (self.visitors[name], file, entry)
            for name, account in self.accounts.items()
            if not account.get("staff")
            for file in self.visitors[name].files()
            for entry in account["files"]
            if entry["name"] == file.name
        ]

    def _other(self, visitor: Visitor) -> Visitor:
        alice, bob = self.visitors["alice"], self.visitors["bob"]
        return bob if visitor is alice else alice

    def _get(self, user: str, name: str, **headers: str) -> Response:
        visitor = self.visitors[user]
        file = next(file for file in visitor.files() if file.name == name)
        return visitor.get(file.url, **headers)


def content(entry: dict[str, Any]) -> bytes:
    sample = entry.get("sample")
    return Path(SITE, "samples", sample).read_bytes() if sample else entry["text"].encode()


def disposition(answer: Response) -> str:
    return answer.header("Content-Disposition") or ""


def names(answer: Response) -> set[str]:
    return {name for name, _ in answer.fields}


def equal(found: object, expected: object, what: str = "") -> None:
    true(found == expected, f"{what}: {found!r:.500}\n  instead of {expected!r:.500}")


def true(holds: bool, what: str) -> None:
    if not holds:
        raise AssertionError(what)
