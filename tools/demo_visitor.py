"""Somebody who visits the demo without a browser: cookies, forms, and the files that the page lists."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode

from harness import client
from harness.client import Address, Response


@dataclass
class Listed:
    """A file as the page shows it."""

    name: str
    links: list[str] = field(default_factory=list)

    def link(self, what: str) -> str | None:
        """The URL that ends so: "thumbnail/", say."""
        return next((link for link in self.links if link.endswith(f"/{what}")), None)

    @property
    def url(self) -> str:
        """Where the file itself is; everything else is beneath."""
        return self.links[-1].rsplit("/", 2)[0] + "/"


class Page(HTMLParser):
    """The files on a page, in its order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.files: list[Listed] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        if name := given.get("data-name"):
            self.files.append(Listed(name))
        for key in ("href", "src", "poster", "action"):
            if self.files and (link := given.get(key)) and link.startswith("/files/"):
                self.files[-1].links.append(link)


class Visitor:
    """Keeps cookies, and sends the token with every form."""

    def __init__(self, address: Address) -> None:
        self.address = address
        self.cookies: dict[str, str] = {}

    def get(self, target: str, method: str = "GET", **headers: str) -> Response:
        """``if_range`` for If-Range, and so on."""
        return self._request(target, method, [(name.replace("_", "-"), value) for name, value in headers.items()])

    def post(self, target: str, token: bool = True, **fields: str) -> Response:
        form = fields | ({"csrfmiddlewaretoken": self.cookies.get("csrftoken", "")} if token else {})
        kind = ("Content-Type", "application/x-www-form-urlencoded")
        return self._request(target, "POST", [kind, self._origin()], urlencode(form).encode())

    def upload(self, name: str, content: bytes) -> Response:
        boundary = secrets.token_hex(16)
        token = self.cookies.get("csrftoken", "")
        head = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{token}\r\n'
            f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
        )
        body = head.encode() + content + f"\r\n--{boundary}--\r\n".encode()
        kind = ("Content-Type", f"multipart/form-data; boundary={boundary}")
        return self._request("/", "POST", [kind, self._origin()], body)

    def log_in(self, name: str, password: str) -> Response:
        self.get("/login/")
        return self.post("/login/", username=name, password=password)

    def files(self) -> list[Listed]:
        return Page(self.get("/").body.decode()).files

    def length(self, target: str) -> int:
        """How many bytes come when a whole file is downloaded; they are not kept."""
        with client.Exchange(self.address, target, headers=[self._cookie()]) as exchange:
            return exchange.drain()

    def _request(self, target: str, method: str, headers: list[tuple[str, str]], body: bytes = b"") -> Response:
        response = client.request(self.address, target, method=method, headers=[self._cookie(), *headers], body=body)
        for cookie in response.all("set-cookie"):
            name, _, value = cookie.decode().partition(";")[0].partition("=")
            self.cookies[name] = value
        return response

    def _cookie(self) -> tuple[str, str]:
        return ("Cookie", "; ".join(f"{name}={value}" for name, value in self.cookies.items()))

    def _origin(self) -> tuple[str, str]:
        return ("Origin", self.address.base_url)
