"""nginx 1.22."""

from conformance.deviations.deviation import Deviation

DEVIATIONS = (
    Deviation(
        "Overlapping ranges are not joined.",
        "Each is sent; the answer stays smaller than the file, or the whole file is sent.",
        {"overlapping ranges become one: `bytes=0-99,50-149`": "206 0-99,50-149"},
    ),
    Deviation(
        "A malformed `Range` is not ignored.",
        "No browser sends such a thing.",
        {
            "a malformed set is ignored: `bytes=a-b`": "416",
            "an end before its start is ignored: `bytes=9-5`": "416",
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
        "`If-Modified-Since` counts only when it is exactly the file's date.",
        "A client that sends another date gets the file again. `if_modified_since before;` changes that.",
        {"`If-Modified-Since`: later: 304": "200"},
    ),
    Deviation(
        "What may not be read is 403, not 404.",
        "Who may ask for a file learns that it is there.",
        {
            "a file that the server may not read": "403",
            "a file in a directory that the server may not enter": "403",
            "a link to itself": "403",
        },
    ),
    Deviation(
        "No symbolic link is followed, not even one that stays beneath the root.",
        "So the configuration says (`disable_symlinks on`), since nginx knows no links that stay inside. xsendfile "
        "hands off where a link leads to, not the link.",
        {
            "a link that stays beneath the root": "403",
            "a link to nothing": "403",
        },
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
