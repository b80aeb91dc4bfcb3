"""Hand the file to Apache's mod_xsendfile 1.x by ``X-Sendfile``, percent-encoded, as it is read unless told
``XSendFileUnescape off``; then the backend is ``mod_xsendfile``."""

from . import Backend

sendfile = Backend("mod_xsendfile_1")
