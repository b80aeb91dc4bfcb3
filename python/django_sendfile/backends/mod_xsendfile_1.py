"""Hand the file to Apache's mod_xsendfile 1.x by ``X-Sendfile``, percent-encoded.

Experimental: mod_xsendfile 1.0 was measured once, built by hand, and no test runs it. With
``XSendFileUnescape off`` it does not decode the path; use ``mod_xsendfile`` then.
"""

from . import Backend

sendfile = Backend("mod_xsendfile_1")
