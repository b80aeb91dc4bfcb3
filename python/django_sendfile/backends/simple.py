"""Stream the file from disk: ranges, preconditions, constant memory. Needs no server in front."""

from . import Backend

sendfile = Backend("simple")
