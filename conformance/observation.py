"""An answer in few words, and the words of many answers together."""

from __future__ import annotations

from collections.abc import Iterable

from conformance.files import Files, Leak
from conformance.situation import RIGHT, Situation
from conformance.tree import DATA
from harness import multipart
from harness.client import FramingError, Response


def observe(files: Files, situation: Situation) -> str:
    """`right`, or what the server does."""
    found: dict[str, list[str | int]] = {}
    for label, ask in situation.cases.items():
        try:
            answer = ask(files)
        except Leak as leak:
            answer = f"{leak.response.status}, shows {leak.what}"
        except TimeoutError:
            answer = "no answer"
        except FramingError as error:
            answer = f"broken: {error}"[:80]
        except OSError:
            answer = "the connection breaks"
        found.setdefault(answer, []).append(label)
    if len(found) == 1:
        return next(iter(found))
    found.pop(RIGHT, None)
    return "; ".join(f"{listed(labels)}: {answer}" for answer, labels in found.items())


def listed(labels: Iterable[str | int]) -> str:
    """Labels in a row; bytes in hexadecimal, neighbours joined."""
    labels = list(labels)
    numbers = sorted(label for label in labels if isinstance(label, int))
    if not numbers:
        return ", ".join(str(label) for label in labels)
    spans: list[list[int]] = []
    for number in numbers:
        if spans and spans[-1][1] == number - 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return " ".join(f"{first:02X}" if first == last else f"{first:02X}-{last:02X}" for first, last in spans)


def same(expected: str, answer: str) -> str:
    return RIGHT if answer == expected else answer


def sent(response: Response, content: bytes) -> str:
    """Whether this content was sent, whole."""
    if response.status != 200:
        return str(response.status)
    if response.body == content:
        return RIGHT
    return "200, another file" if response.body else "200, nothing"


def selected(response: Response, data: bytes = DATA) -> str:
    """The status, and which bytes of the data came."""
    status = str(response.status)
    if response.status == 200:
        return status if response.body == data else "200, other bytes"
    if response.status == 416:
        says = response.header("content-range")
        if data[:16] in response.body:
            return "416, with bytes of the file"
        return status if says == f"bytes */{len(data)}" else "416 without `Content-Range`"
    if response.status != 206:
        return status if not response.body.startswith(data[:16]) else f"{status}, with bytes of the file"
    if (response.header("content-type") or "").lower().startswith("multipart/byteranges"):
        parts = multipart.parts(response)
        right = all(part.content == data[part.start : part.end] and part.complete == len(data) for part in parts)
        spans = ",".join(f"{part.start}-{part.end - 1}" for part in parts)
    else:
        start, end, complete = multipart.content_range(response)
        right = (response.body, complete) == (data[start:end], len(data))
        spans = f"{start}-{end - 1}"
    return f"206 {spans}" if right else f"206 {spans}, other bytes"
