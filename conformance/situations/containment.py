"""The application hands off what lies outside the root: it forgot to check, or was talked into it."""

from __future__ import annotations

import os
from collections.abc import Callable

from conformance.handed_off import HandedOff
from conformance.observation import sent
from conformance.situation import RIGHT, Ask, Situation, Theme
from conformance.tree import DATA, OUTSIDE
from harness.client import Response

Value = Callable[[HandedOff], bytes]


def beneath(rest: bytes) -> Value:
    """What stands right behind the internal URL, or the root."""
    return lambda files: files.prefix + rest


def outside(before: bytes = b"") -> Value:
    return lambda files: before + os.fsencode(files.tree.outside / "secret.txt")


VALUES: dict[str, dict[str, Value]] = {
    "dot dot": {
        "plain": beneath(b"/../outside/secret.txt"),
        "after a folder": beneath(b"/folder/../../outside/secret.txt"),
        "after a missing folder": beneath(b"/missing/../../outside/secret.txt"),
        "after a dot": beneath(b"/./.././outside/secret.txt"),
        "with more slashes": beneath(b"/..//outside//secret.txt"),
        "many": beneath(b"/" + b"../" * 40 + b"etc/passwd"),
    },
    "dot dot, percent-encoded": {
        "dots": beneath(b"/%2e%2e/outside/secret.txt"),
        "slashes": beneath(b"/..%2foutside%2fsecret.txt"),
        "both": beneath(b"/%2E%2E%2Foutside%2Fsecret.txt"),
        "twice": beneath(b"/%252e%252e%252foutside%252fsecret.txt"),
        "overlong": beneath(b"/%c0%ae%c0%ae/outside/secret.txt"),
    },
    "dot dot, disguised": {
        "backslashes": beneath(b"/..\\outside\\secret.txt"),
        "a parameter": beneath(b"/..;/outside/secret.txt"),
        "overlong UTF-8": beneath(b"/\xc0\xae\xc0\xae/outside/secret.txt"),
        "full-width dots": beneath("/\uff0e\uff0e/outside/secret.txt".encode()),
        "dots that shrink when removed": beneath(b"/....//outside/secret.txt"),
        "an encoded NUL": beneath(b"/../outside/secret.txt%00.png"),
    },
    "dot dot without a slash before it": {"": beneath(b"../outside/secret.txt")},
    "a sibling whose name begins like the root's": {
        "right behind": beneath(b"-sibling.txt"),
        "beside": lambda files: files.prefix + b"/../" + os.fsencode(files.tree.sibling.name),
    },
    "an absolute path": {
        "plain": outside(),
        "after the prefix": lambda files: files.prefix + os.fsencode(files.tree.outside / "secret.txt"),
        "two slashes": outside(b"/"),
        "as a URL": outside(b"file://"),
        "/etc/passwd": lambda _: b"/etc/passwd",
    },
    "a magic link": {"": lambda _: b"/proc/self/root/etc/passwd"},
    "a relative path": {
        "a name": lambda _: b"plain.txt",
        "up": lambda _: b"../outside/secret.txt",
    },
    "no value at all": {"": lambda _: b""},
    "a URL of another host": {"": lambda _: b"http://192.0.2.1/secret.txt"},
}

LINKS = {
    "absolute": b"link-outside.txt",
    "relative": b"link-outside-relative.txt",
    "a folder": b"folder-outside/secret.txt",
}


def kept(response: Response) -> str:
    if OUTSIDE in response.body or b"root:" in response.body:
        return "the file outside is sent"
    return RIGHT if response.status >= 400 or not response.body else f"{response.status}, something"


def refuses(value: Value) -> Ask:
    return lambda files: kept(files.of_value(value(files)))


def refuses_link(name: bytes) -> Ask:
    return lambda files: kept(files.get(name))


def follows(files: HandedOff) -> str:
    response = files.get("link-inside.bin")
    return sent(response, DATA)


CONTAINMENT = Theme(
    "What lies outside the root",
    "Nothing outside the root is sent, whatever the application hands off. A link that stays beneath the root may be "
    "followed.",
    (
        *(
            Situation(what, {label: refuses(value) for label, value in values.items()})
            for what, values in VALUES.items()
        ),
        Situation("a link out of the root", {label: refuses_link(name) for label, name in LINKS.items()}),
        Situation("a link that stays beneath the root", {"": follows}),
    ),
)
