"""What a server in front must do with a hand-off, asked of the server itself.

Two sides. The application side answers exactly as each request tells it to (CONTRACT.md says how; application.py
is one in the standard library). The client side asks, through the server, for everything in the table of situations,
and says of each answer that it is right, or what is wrong with it.

    python -m conformance --url http://127.0.0.1:8080 --dialect nginx --root /srv/conformance/files

    files.py        what is asked of a running server, and what must never be in its answers
    handed_off.py   the same by way of the contract
    dialects.py     how each server is told of a file
    names.py        names that files have
    tree.py         the files, and what lies around them
    situations/     the table: what is asked, by theme
    observation.py  an answer in few words
    deviations/     what is known of Debian's servers where they are not right
    fronts.py       Debian's servers
    page.py         docs/servers.md
"""
