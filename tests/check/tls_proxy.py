"""TLS in front of a server that speaks none."""

from __future__ import annotations

import socket
import ssl
import threading
from pathlib import Path

from harness.client import Address


class TlsProxy:
    """A context manager: inside it, the server is also behind TLS, on `port`. One request for each connection."""

    def __init__(self, server: Address, certificate: Path, key: Path) -> None:
        self._server = server
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(certificate, key)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._accept)

    def __enter__(self) -> TlsProxy:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            try:
                self._pass_on(client)
            except OSError:
                client.close()

    def _pass_on(self, client: socket.socket) -> None:
        client.settimeout(10)
        with self._context.wrap_socket(client, server_side=True) as inside, self._server.connect() as outside:
            head = b""
            while b"\r\n\r\n" not in head and (data := inside.recv(65536)):
                head += data
            outside.sendall(head)
            while data := outside.recv(65536):
                inside.sendall(data)
            inside.unwrap()
