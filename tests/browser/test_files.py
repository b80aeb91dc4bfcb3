"""What a person does with files in a browser: see them, save them, be refused."""

from __future__ import annotations

import pytest
from chromium import Browser
from running_demo import SAMPLES, RunningDemo

DIFFICULT = 'Été « Côte d\'Azur », 100% "soleil".webp'
# What a file system might not take, Chromium replaces, whatever the server says.
DIFFICULT_ON_DISK = "Été « Côte d'Azur », 100% _soleil_.webp"


def test_a_stranger_is_asked_to_log_in(browser: Browser) -> None:
    browser.visit("/files/1/")
    assert browser.current_url == f"{browser.url}/login/?next=/files/1/"


@pytest.mark.parametrize("user", ["alice", "bob"])
def test_everybody_sees_their_own_files_only(browser: Browser, demo: RunningDemo, user: str) -> None:
    account = demo.accounts[user]
    browser.log_in(user, account["password"])
    assert sorted(browser.names()) == sorted(entry["name"] for entry in account["files"])


def test_thumbnails_load(alice: Browser) -> None:
    pictures = alice.all(".card img")
    assert len(pictures) == 2
    for picture in pictures:
        alice.execute_script("arguments[0].scrollIntoView()", picture)
        alice.wait(lambda picture=picture: picture.get_property("complete"), "the thumbnail")
        assert picture.get_property("naturalWidth") == 480
    assert {answer.status for answer in alice.answered("/thumbnail/")} == {200}


def test_a_picture_is_shown(alice: Browser) -> None:
    alice.get(link(alice, DIFFICULT, "Open"))
    assert alice.one("img").get_property("naturalWidth") == 1600


def test_text_is_shown_with_its_accents(alice: Browser) -> None:
    alice.get(link(alice, "Packing list.txt", "Open"))
    text = alice.one("body").text
    assert "Crème brûlée" in text
    assert "日本語の辞書" in text


def test_a_file_with_a_difficult_name_is_saved(alice: Browser) -> None:
    alice.card(DIFFICULT).find_element("link text", "Download").click()
    saved = alice.saved(".webp")
    assert [file.name for file in saved] == [DIFFICULT_ON_DISK]
    assert saved[0].read_bytes() == (SAMPLES / "sea.webp").read_bytes()


def test_an_upload_comes_back_and_is_deleted(bob: Browser, tmp_path) -> None:
    file = tmp_path / "Über uns & co.html"
    file.write_text("<script>document.title = 'run'</script>")
    bob.one("input[type=file]").send_keys(str(file))
    bob.one(".upload button").click()
    bob.wait(lambda: file.name in bob.names(), "the uploaded file")

    card = bob.card(file.name)
    card.find_element("link text", "Download").click()
    saved = bob.saved(".html")
    assert [copy.name for copy in saved] == [file.name]
    assert saved[0].read_bytes() == file.read_bytes()

    card.find_element("css selector", "summary").click()
    card.find_element("css selector", ".danger").click()
    bob.wait(lambda: file.name not in bob.names(), "the list without it")
    assert bob.one(".message").is_displayed()


def test_a_file_over_the_limit_is_refused_before_it_is_sent(bob: Browser, tmp_path) -> None:
    large = tmp_path / "large.bin"
    with large.open("wb") as file:
        file.truncate(26 * 2**20)
    field = bob.one("input[type=file]")
    field.send_keys(str(large))
    bob.one(".upload button").click()
    assert "larger than 25 MB" in field.get_property("validationMessage")
    requests = [event["params"]["request"] for event in bob.network("Network.requestWillBeSent")]
    assert [request for request in requests if request["method"] == "POST" and request["url"] == f"{bob.url}/"] == []


def test_somebody_elses_file_is_refused_with_a_clear_page(browser: Browser, demo: RunningDemo, screenshots) -> None:
    browser.log_in("alice", demo.accounts["alice"]["password"])
    theirs = link(browser, DIFFICULT, "Open")
    browser.one(".who button").click()
    browser.wait(lambda: "/login/" in browser.current_url, "the login page")

    browser.log_in("bob", demo.accounts["bob"]["password"])
    for url in (theirs, f"{theirs}download/", f"{theirs}thumbnail/", f"{browser.url}/files/999999/"):
        browser.get(url)
        assert browser.one("h1").text == "There is nothing here for you"
        assert "logged in as bob" in browser.one("main").text
        assert browser.answered(url)[-1].status == 404
        assert "alice" not in browser.page_source
    assert list(browser.downloads.iterdir()) == []


def link(browser: Browser, name: str, text: str) -> str:
    return browser.card(name).find_element("link text", text).get_property("href")
