"""Apache 2.4 with mod_xsendfile 0.12, behind mod_proxy."""

from conformance.deviations.deviation import Deviation

DEVIATIONS = (
    Deviation(
        "Bytes at the ends of a header's value are lost.",
        "A path that ends in a space is streamed, as is one with a control character.",
        {
            "every byte at the start": "0A: 502",
            "every byte in the middle": "0A: 502",
            "every byte at the end": "09-0D 20: 404",
            "spaces": "trailing space: 404",
            "control characters": "newline: 502; carriage return: 404",
        },
    ),
    Deviation(
        "`Accept-Ranges` is missing.",
        "Ranges work all the same.",
        {"`Accept-Ranges: bytes`": "missing"},
    ),
    Deviation(
        "416 does not say how long the file is.",
        "A client that continues a download cannot learn from it that it has everything.",
        {"past the end: `bytes=300000-`": "416 without `Content-Range`"},
    ),
    Deviation(
        "A `Range` with a space before its comma, or with an empty suffix, is ignored.",
        "The whole file is sent, which is allowed.",
        {
            "white space around commas: `bytes=0-9 , 100-199`": "200",
            "an empty suffix: `bytes=-0`": "200",
        },
    ),
    Deviation(
        "`HEAD` with `Range` is answered with 206.",
        "Harmless: no body is sent.",
        {
            "a range is for `GET` only: `HEAD` answers 200": "206",
            "`If-Range`: the same `ETag`: 206": "`HEAD`: 206",
            "`If-Range`: the same date: 206": "`HEAD`: 206",
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
)
