"""Apache 2.4 with mod_wsgi 4.9 in daemon mode."""

from conformance.deviations.deviation import Deviation

DEVIATIONS = (
    Deviation(
        "A `Range` with a space before its comma, or with an empty suffix, is ignored.",
        "The whole file is sent, which is allowed.",
        {
            "white space around commas: `bytes=0-9 , 100-199`": "200",
            "an empty suffix: `bytes=-0`": "200",
        },
    ),
    Deviation(
        "What may not be read, and a link to nothing, is 403, not 404.",
        "Who may ask for a file learns that it is there.",
        {
            "a file that the server may not read": "403",
            "a file in a directory that the server may not enter": "403",
            "a name of 300 bytes": "403",
            "a FIFO": "403",
            "a link to nothing": "403",
            "a link to itself": "403",
        },
    ),
    Deviation(
        "No symbolic link is followed, not even one that stays beneath the root.",
        "So the configuration says (`Options None`), since Apache knows no links that stay inside. xsendfile hands off "
        "where a link leads to.",
        {"a link that stays beneath the root": "403"},
    ),
    Deviation(
        "A `Location` that does not begin with a slash reaches the client.",
        "xsendfile writes none.",
        {"an absolute path": "as a URL: 200, shows the path"},
    ),
)
