"""Caddy 2.6."""

from conformance.deviations.deviation import Deviation

SHORT_416 = "416 without `Content-Range`"

DEVIATIONS = (
    Deviation(
        "The value is not decoded: a question mark starts a query, and bytes at its ends are lost.",
        "Such a name is streamed. Newer versions decode, so a name with a percent sign or `#` is streamed too.",
        {
            "every byte at the start": "0A: 502; 3F: 404",
            "every byte in the middle": "0A: 502; 3F: 404",
            "every byte at the end": "09-0A 20 3F: 404",
            "spaces": "trailing space: 404",
            "characters with a meaning in a URL": "question mark, question mark and pairs: 404",
            "control characters": "newline: 502; carriage return: 404",
            "a look-alike of RFC 2047": "404",
        },
    ),
    Deviation(
        "Overlapping ranges are not joined.",
        "Each is sent.",
        {"overlapping ranges become one: `bytes=0-99,50-149`": "206 0-99,50-149"},
    ),
    Deviation(
        "A `Range` that is malformed, or of another unit, is not ignored, and an empty suffix gives an empty part.",
        "No browser sends such a thing.",
        {
            "an empty suffix: `bytes=-0`": "206 300000-299999",
            "the unit is case-insensitive: `Bytes=0-9`": SHORT_416,
            "another unit is ignored: `lines=0-9`": SHORT_416,
            "a malformed set is ignored: `bytes=a-b`": SHORT_416,
            "an end before its start is ignored: `bytes=9-5`": SHORT_416,
        },
    ),
    Deviation(
        "What may not be read is 403, not 404; what cannot be opened is 500.",
        "Who may ask for a file learns that it is there.",
        {
            "a file that the server may not read": "403",
            "a file in a directory that the server may not enter": "403",
            "a name of 300 bytes": "500",
            "a link to itself": "500",
        },
    ),
    Deviation(
        "A FIFO is opened, and holds a thread of the server until somebody writes into it.",
        "xsendfile hands off regular files only.",
        {"a FIFO": "no answer"},
    ),
    Deviation(
        "A symbolic link is followed out of the root.",
        "xsendfile does not hand off a name that leads out of the root, and hands off where a link leads to, not "
        "the link.",
        {"a link out of the root": "the file outside is sent"},
    ),
    Deviation(
        "The application's own `Content-Range` is passed on.",
        "xsendfile sends none with a hand-off.",
        {"`Content-Range: bytes 0-9/10`": "it is passed on"},
    ),
    Deviation(
        "`ETag` and `Last-Modified` count whole seconds.",
        "A file that is replaced, within the second in which it was written, by one of the same length keeps its tag: "
        "who has the older is told that it is up to date, and who has a part of it gets the rest of the new one. Give "
        "each version a name of its own, as Django's storages do.",
        {
            "within the same second, with the same length": "304 for who has the older, 206 for who has a part of "
            "the older",
        },
    ),
)
