"""
Hand the file to Apache, in which the site runs by mod_wsgi in daemon mode, by ``Location``.

What the application sets travels with it; see the configuration that the documentation gives.
"""

from . import Backend

sendfile = Backend("mod_wsgi")
