"""lighttpd 1.4.69."""

from conformance.deviations.deviation import Deviation

SHORT_416 = "416 without `Content-Range`"

DEVIATIONS = (
    Deviation(
        "A control character is read as an underscore, so **another file is sent**.",
        "A path with a control character is streamed.",
        {"control characters": "404"},
    ),
    Deviation(
        "A path must be UTF-8.",
        "Another one is streamed.",
        {
            "every byte at the start": "01-1F 7F: 200, another file; 80-FF: 502",
            "every byte in the middle": "01-1F 7F: 200, another file; 80-FF: 502",
            "every byte at the end": "01-1F 7F: 200, another file; 80-FF: 502",
            "bytes that are not UTF-8": "502",
        },
    ),
    Deviation(
        "416 does not say how long the file is, and answers a malformed `Range` too.",
        "A client that continues a download cannot learn from it that it has everything.",
        {
            "past the end: `bytes=300000-`": SHORT_416,
            "an empty suffix: `bytes=-0`": SHORT_416,
            "a malformed set is ignored: `bytes=a-b`": SHORT_416,
            "an end before its start is ignored: `bytes=9-5`": SHORT_416,
            "an empty set is ignored: `bytes=`": SHORT_416,
        },
    ),
    Deviation(
        "Of more than ten ranges, the rest is forgotten.",
        "A client sees from the answer which ones it got.",
        {"hundreds of ranges give a bounded answer": "206 0-18"},
    ),
    Deviation(
        "`If-Match` and `If-Unmodified-Since` are unknown.",
        "A client that continues a download must use `If-Range`, as browsers do.",
        {
            "`If-Match`: another: 412": "200",
            "`If-Match`: only weakly the same: 412": "200",
            "`If-Unmodified-Since`: earlier: 412": "200",
            "a failed precondition comes before the range: 412": "`GET`: 206 0-99; `HEAD`: 200",
        },
    ),
    Deviation(
        "What is no file, or may not be read, is 403, not 404.",
        "Who may ask for a file learns that it is there.",
        {
            "a file beneath a file": "403",
            "a directory": "403",
            "a directory, with a slash": "403",
            "the root": "403",
            "a file that the server may not read": "403",
            "a file in a directory that the server may not enter": "403",
            "a name of 300 bytes": "403",
            "a FIFO": "403",
            "a link to itself": "403",
        },
    ),
    Deviation(
        "No symbolic link is followed, not even one that stays beneath the root.",
        'So the configuration says (`server.follow-symlink = "disable"`), since lighttpd knows no links that stay '
        "inside. xsendfile hands off where a link leads to, not the link.",
        {"a link that stays beneath the root": "403"},
    ),
    Deviation(
        "The application's own `Content-Range` is passed on.",
        "xsendfile sends none with a hand-off.",
        {"`Content-Range: bytes 0-9/10`": "it is passed on"},
    ),
)
