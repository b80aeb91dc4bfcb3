"""Real servers, started for a test and stopped after it.

Every server is a context manager with the same face: ``address``, ``base_url``, ``log()``, ``workers()``. Each
runs on its own configuration in its own directory, on a free loopback port, and is stopped by its process id.

    place.py         a directory that the servers' user can enter, and a Python environment it can read
    site.py          which Django site is served, and by which Python
    package.py       what is needed of Debian
    server.py        what every server has in common
    process.py       one child process: started, awaited, stopped
    procfs.py        what /proc says about it: memory, descriptors
    application.py   runserver, gunicorn, uvicorn, granian, uWSGI
    front.py         nginx, Apache, lighttpd, Caddy
    client.py        a raw HTTP/1.1 client
    multipart.py     multipart/byteranges, taken apart
    disposition.py   Content-Disposition, as a browser reads it
    certificate.py   a certificate for TLS

Standard library only, so that the demo and the benchmarks can use it from any Python.
"""
