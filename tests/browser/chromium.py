"""A Chromium without a window, a new profile, and what it saw on the network."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement

PROGRAM = Path("/usr/bin/chromium")
DRIVER = Path("/usr/bin/chromedriver")
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)
WAIT_SECONDS = 40
NAMES = "return [...document.querySelectorAll('.card')].map((card) => card.dataset.name)"

Found = TypeVar("Found")


@dataclass(frozen=True)
class Answer:
    """A response as the browser received it."""

    url: str
    status: int
    headers: dict[str, str]
    """Names in lower case."""


class Browser(Chrome):
    """A visitor of the demo."""

    def __init__(self, profile: Path, downloads: Path, url: str) -> None:
        options = ChromeOptions()
        options.binary_location = str(PROGRAM)
        for flag in (*FLAGS, f"--user-data-dir={profile}"):
            options.add_argument(flag)
        options.add_experimental_option("prefs", {"download.default_directory": str(downloads)})
        options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
        super().__init__(options=options, service=Service(str(DRIVER)))
        self.set_script_timeout(WAIT_SECONDS)
        self.downloads = downloads
        self.url = url
        self._events: list[dict[str, Any]] = []

    def visit(self, path: str = "/") -> None:
        self.get(self.url + path)

    def log_in(self, name: str, password: str) -> None:
        self.visit("/login/")
        self.one("input[name=username]").send_keys(name)
        self.one("input[name=password]").send_keys(password)
        self.one("main button").click()
        self.wait(lambda: "files · " in self.title, "the list of files")

    def one(self, selector: str) -> WebElement:
        return self.find_element(By.CSS_SELECTOR, selector)

    def all(self, selector: str) -> list[WebElement]:
        return self.find_elements(By.CSS_SELECTOR, selector)

    def names(self) -> list[str]:
        """The files on the page."""
        # In one step, since the page may be left at any moment.
        names: list[str] = self.execute_script(NAMES)
        return names

    def card(self, name: str) -> WebElement:
        return next(card for card in self.all(".card") if card.get_attribute("data-name") == name)

    def wait(self, condition: Callable[[], Found], what: str) -> Found:
        """What the condition gives, once it gives something."""
        deadline = time.monotonic() + WAIT_SECONDS
        while not (found := condition()):
            assert time.monotonic() < deadline, f"{what} did not come within {WAIT_SECONDS} s"
            time.sleep(0.05)
        return found

    def saved(self, suffix: str) -> list[Path]:
        """Every download with this suffix that is finished: at least one."""
        # Chromium holds the name with an empty file, and moves the whole one there at the end.
        files = self.wait(lambda: [file for file in self.downloads.glob(f"*{suffix}") if size(file)], "the download")
        return sorted(files)

    def answered(self, path: str) -> list[Answer]:
        """Every response so far whose URL ends like this: at least one, which the log may have a moment later."""
        return self.wait(lambda: self.answers(path), f"an answer to {path}")

    def answers(self, path: str) -> list[Answer]:
        """Every response that is in the log already and whose URL ends like this."""
        received = (event["params"]["response"] for event in self.network("Network.responseReceived"))
        return [
            Answer(
                response["url"],
                response["status"],
                {name.lower(): value for name, value in response["headers"].items()},
            )
            for response in received
            if response["url"].endswith(path)
        ]

    def network(self, method: str) -> list[dict[str, Any]]:
        """Every event of this kind so far."""
        # The log is emptied by reading it.
        self._events += [json.loads(entry["message"])["message"] for entry in self.get_log("performance")]
        return [event for event in self._events if event["method"] == method]

    def complaints(self) -> list[str]:
        """What the console says is wrong."""
        return [entry["message"] for entry in self.get_log("browser") if entry["level"] == "SEVERE"]

    def prefer(self, scheme: str) -> None:
        """Light or dark."""
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})

    def size(self, width: int, height: int) -> None:
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
        self.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)


def size(file: Path) -> int:
    """In bytes; 0 for one that was moved away since it was listed."""
    try:
        return file.stat().st_size
    except FileNotFoundError:
        return 0
