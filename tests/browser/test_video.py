"""Seeking: the browser asks for another part of the file, and shows what is there."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from chromium import Answer, Browser
from selenium.webdriver.remote.webelement import WebElement

SAMPLE = "A day in 24 seconds.webm"

SEEK = """
const [video, to, done] = arguments;
video.addEventListener("seeked", () => done(video.currentTime), {once: true});
video.addEventListener("error", () => done(video.error.message), {once: true});
video.currentTime = to;
"""

# The mean colour of what the video shows now.
COLOUR = """
const canvas = document.createElement("canvas");
canvas.width = canvas.height = 1;
const context = canvas.getContext("2d");
context.drawImage(arguments[0], 0, 0, 1, 1);
return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3);
"""

# Where the part that has been fetched from the start ends.
BUFFERED = "return arguments[0].buffered.end(0)"

POSITION = re.compile(r"bytes (\d+)-")


def test_the_sample_seeks(alice: Browser) -> None:
    video = loaded(alice, SAMPLE)
    assert video.get_property("duration") == pytest.approx(24, abs=0.2)
    assert seek(alice, video, 1) == pytest.approx(1, abs=0.2)
    morning = alice.execute_script(COLOUR, video)
    assert seek(alice, video, 23) == pytest.approx(23, abs=0.2)
    night = alice.execute_script(COLOUR, video)

    assert difference(morning, night) > 100, f"{morning} is like {night}"
    assert {answer.status for answer in parts(alice, video)} == {206}


def test_a_long_video_is_fetched_from_where_it_is_sought(alice: Browser, long_video: Path) -> None:
    alice.one("input[type=file]").send_keys(str(long_video))
    alice.one(".upload button").click()
    alice.wait(lambda: long_video.name in alice.names(), "the uploaded video")

    video = loaded(alice, long_video.name)
    start = alice.execute_script(COLOUR, video)
    before = len(parts(alice, video))
    assert alice.execute_script(BUFFERED, video) < 20, "the browser has not fetched it all in advance"
    assert seek(alice, video, 45) == pytest.approx(45, abs=0.2)

    assert difference(start, alice.execute_script(COLOUR, video)) > 100

    half, most = long_video.stat().st_size * 0.5, long_video.stat().st_size * 0.8
    alice.wait(
        lambda: any(half < position(answer) < most for answer in parts(alice, video)[before:]),
        "an answer from where the video was sought",
    )
    assert {answer.status for answer in parts(alice, video)} == {206}


@pytest.fixture(scope="session")
def long_video(ffmpeg: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A minute of noise, red and then blue: too large to be fetched in advance."""
    file = tmp_path_factory.mktemp("video") / "A long one.webm"
    colours = "color=red:s=320x180:r=10:d=30[a];color=blue:s=320x180:r=10:d=30[b];[a][b]concat,noise=alls=40:allf=t"
    codec = ("-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "16", "-b:v", "3M", "-qmax", "20", "-g", "10")
    subprocess.run(
        [ffmpeg, "-v", "error", "-filter_complex", colours, "-t", "60", *codec, str(file)],
        check=True,
        stdin=subprocess.DEVNULL,
    )
    size = file.stat().st_size
    assert 12 * 2**20 < size < 25 * 2**20, f"{size} bytes: more than a browser fetches in advance, less than the limit"
    return file


def loaded(browser: Browser, name: str) -> WebElement:
    """The video of this name, once its first frame is there."""
    video = browser.card(name).find_element("css selector", "video")
    browser.execute_script("arguments[0].scrollIntoView()", video)
    browser.wait(lambda: video.get_property("readyState") >= 2, "the first frame")
    return video


def seek(browser: Browser, video: WebElement, to: float) -> float:
    """Where the video is after it has been sought."""
    return browser.execute_async_script(SEEK, video, to)


def parts(browser: Browser, video: WebElement) -> list[Answer]:
    return browser.answered(video.get_property("src"))


def position(answer: Answer) -> int:
    """Where the part of the file begins."""
    found = POSITION.match(answer.headers.get("content-range", ""))
    return int(found[1]) if found else 0


def difference(one: list[int], other: list[int]) -> int:
    return sum(abs(a - b) for a, b in zip(one, other, strict=True))
