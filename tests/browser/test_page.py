"""The pages: light and dark, small and large, readable, and nothing from elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest
from chromium import Browser
from running_demo import RunningDemo

SIZES = {"desktop": (1280, 1000), "phone": (390, 844)}
SCHEMES = ("light", "dark")
PAGES = {"files": ("alice", "/"), "all-files": ("carol", "/"), "refused": ("bob", "/files/999999/")}

LOADED = """
return [...document.images].every((image) => image.naturalWidth > 0)
  && [...document.querySelectorAll("video")].every((video) => video.networkState === HTMLMediaElement.NETWORK_IDLE);
"""

# WCAG 2.2, 1.4.3: text against what is behind it, 4.5 to 1. Text over pictures and gradients is left out.
FAINT = """
const numbers = (colour) => colour.match(/[\\d.]+/g).map(Number);
const luminance = (colour) => {
  const linear = (v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  const [r, g, b] = numbers(colour).map((v) => linear(v / 255));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const behind = (element) => {
  for (let e = element; e; e = e.parentElement) {
    const style = getComputedStyle(e);
    if (style.backgroundImage !== "none") return null;
    const colour = numbers(style.backgroundColor);
    if (colour.length === 3 || colour[3] === 1) return style.backgroundColor;
  }
  return "rgb(255, 255, 255)";
};
const faint = [];
for (const element of document.querySelectorAll("body *")) {
  const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
  const ground = own && element.checkVisibility() && behind(element);
  if (!ground) continue;
  const [dark, light] = [luminance(getComputedStyle(element).color), luminance(ground)].sort((a, b) => a - b);
  const ratio = (light + 0.05) / (dark + 0.05);
  if (ratio < 4.5) faint.push(`${element.tagName} "${element.textContent.trim()}": ${ratio.toFixed(2)}`);
}
return faint;
"""

# Whatever is used has a name that can be read out.
NAMELESS = """
const named = (e) => e.getAttribute("aria-label") || e.textContent.trim() || (e.labels && e.labels.length);
const used = "a:not([aria-hidden=true]), button, summary, video, audio, input:not([type=hidden])";
return [...document.querySelectorAll(used)]
  .filter((e) => !named(e)).map((e) => e.outerHTML);
"""


@pytest.mark.parametrize("page", PAGES)
def test_pages_are_readable(browser: Browser, demo: RunningDemo, page: str, screenshots: Path) -> None:
    user, path = PAGES[page]
    browser.log_in(user, demo.accounts[user]["password"])
    look_at(browser, path, screenshots / page)


def test_the_login_page_is_readable(browser: Browser, screenshots: Path) -> None:
    look_at(browser, "/login/", screenshots / "login")


def test_everything_comes_from_this_site(alice: Browser) -> None:
    alice.visit("/")
    asked = {event["params"]["request"]["url"] for event in alice.network("Network.requestWillBeSent")}
    assert [url for url in asked if url.startswith(("http", "ws")) and not url.startswith(f"{alice.url}/")] == []
    assert alice.complaints() == [], "the console is quiet: no content security policy was broken"


def look_at(browser: Browser, path: str, picture: Path) -> None:
    """In every size and scheme; the pictures are for people."""
    for size, (width, height) in SIZES.items():
        for scheme in SCHEMES:
            browser.size(width, height)
            browser.prefer(scheme)
            browser.visit(path)
            # As tall as the page is, so that everything is loaded and on the picture.
            browser.size(width, max(height, browser.execute_script("return document.documentElement.scrollHeight")))
            browser.wait(lambda: browser.execute_script(LOADED), "everything on the page")
            browser.save_screenshot(f"{picture}-{size}-{scheme}.png")
            check(browser, scheme, width)


def check(browser: Browser, scheme: str, width: int) -> None:
    ground = browser.execute_script("return getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)")
    assert (max(ground) < 64) if scheme == "dark" else (min(ground) > 200), f"{scheme}: {ground}"
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width, "nothing sticks out"
    assert browser.execute_script(FAINT) == [], f"text that is hard to read, {scheme}"
    assert browser.execute_script(NAMELESS) == []
    assert len(browser.all("h1")) == 1
