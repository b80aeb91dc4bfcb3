"""The command itself: what it says where it cannot ask, how it ends, and that it leaves nothing behind."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from checking import Checking, changed
from tls_proxy import TlsProxy

from harness.application import Granian
from harness.certificate import self_signed
from harness.front import Lighttpd, Nginx
from harness.place import Place, is_root


def test_the_application_alone_is_told_from_a_server(checking: Checking) -> None:
    server = checking.application("nginx")
    report = checking.check("nginx", "--url", server.base_url)
    assert report.status == 1
    cause = report.causes()["application-reached-directly"]
    assert "ask the server in front" in cause["change"]
    assert "hand-off-visible" in report.causes()


def test_a_site_that_streams_passes(checking: Checking) -> None:
    server = checking.application("simple")
    report = checking.check("simple", "--url", server.base_url)
    assert report.status == 0, report.summary()
    assert "streamed" in report.found("sent without the application's memory")


def test_over_tls_only_a_certificate_that_is_believed_will_do(checking: Checking, tmp_path: Path) -> None:
    certificate, key = self_signed(tmp_path, "example.test")
    # A proxy that ends TLS, in front of the server in front.
    with checking.served(Nginx) as server, TlsProxy(server.address, certificate, key) as proxy:
        url = ["--url", f"https://example.test:{proxy.port}/", "--connect", f"127.0.0.1:{proxy.port}"]
        believed = checking.check("nginx", *url, "--ca-file", str(certificate))
        assert believed.status == 0, believed.summary()
        insecure = checking.check("nginx", *url, "--insecure")
        assert insecure.status == 0, insecure.summary()
        unknown = checking.check("nginx", *url)
        assert (unknown.status, list(unknown.causes())) == (2, ["site-unreachable"])
        assert "--ca-file" in unknown.causes()["site-unreachable"]["change"]


def test_every_location_is_asked(checking: Checking) -> None:
    locations = json.dumps({str(checking.other_root): "/invoices"})
    with checking.served(
        Nginx, options=["--location", f"{checking.other_root}=/invoices"], SITE_LOCATIONS=locations
    ) as server:
        report = checking.check("nginx", "--url", server.base_url, SITE_LOCATIONS=locations)
    assert report.status == 0, report.summary()
    asked = [finding["location"] for finding in report.findings if finding["question"] == "a whole file"]
    assert asked == [str(checking.root), str(checking.other_root)]


def test_a_location_that_the_server_does_not_know(checking: Checking) -> None:
    locations = json.dumps({str(checking.other_root): "/invoices"})
    with checking.served(Nginx, SITE_LOCATIONS=locations) as server:
        report = checking.check("nginx", "--url", server.base_url, SITE_LOCATIONS=locations)
    wrong = {finding["location"] for finding in report.findings if finding["state"] == "wrong"}
    assert (report.status, wrong) == (1, {str(checking.other_root)})
    assert "nginx-no-location" in report.causes()


def test_another_secret_gets_nothing(checking: Checking) -> None:
    server = checking.application("simple")
    report = checking.check("simple", "--url", server.base_url, SITE_SECRET="another")
    assert report.status == 2
    assert list(report.causes()) == ["canary-not-included"]


def test_other_settings_than_the_sites_are_noticed(checking: Checking) -> None:
    server = checking.application("simple")
    report = checking.check("xsendfile", "--url", server.base_url)
    assert (report.status, list(report.causes())) == (2, ["other-settings"])


def test_underscores_in_a_clients_headers(checking: Checking, place: Place) -> None:
    site = checking.site("lighttpd")
    # Unlike gunicorn, it makes hyphens of them.
    with Granian(site, place, interface="wsgi") as application:
        for change, status, causes in [
            ([], 0, []),
            ([(r'"(?=[\w-]*_)X[-_](Accel|Sendfile)[\w-]*" => "",', "")], 1, ["client-headers-reach-application"]),
        ]:
            with changed(Lighttpd, change)(site, place, upstream=application) as server:
                report = checking.check("lighttpd", "--url", server.base_url, "--strict")
            assert (report.status, list(report.causes())) == (status, causes), report.summary()


def test_nobody_there(checking: Checking) -> None:
    report = checking.check("simple", "--url", "http://127.0.0.1:9/")
    assert (report.status, list(report.causes())) == (2, ["site-unreachable"])


def test_a_directory_that_the_server_may_not_enter(checking: Checking) -> None:
    if not is_root():
        pytest.skip("only root can lock the server's user out")
    owner = checking.root.stat()
    with checking.served(Nginx) as server:
        os.chown(checking.root, 0, 0)
        checking.root.chmod(0o700)
        try:
            report = checking.check("nginx", "--url", server.base_url)
        finally:
            checking.root.chmod(owner.st_mode & 0o7777)
            os.chown(checking.root, owner.st_uid, owner.st_gid)
    assert report.status == 1
    assert report.causes()["server-cannot-read"]["change"].startswith(f"chmod o+x {checking.root}")


def test_a_umask_that_keeps_the_server_out(checking: Checking) -> None:
    if not is_root():
        pytest.skip("the servers run as the user of the test")
    with checking.served(Nginx) as server:
        report = checking.check("nginx", "--url", server.base_url, umask=0o077)
    assert report.status == 1
    assert "FILE_UPLOAD_PERMISSIONS" in report.causes()["umask"]["change"]


def test_an_unknown_user_of_the_server(checking: Checking) -> None:
    report = checking.check("simple", "--server-user", "nobody-of-this-name")
    assert (report.status, list(report.causes())) == (2, ["server-user-unknown"])


def test_without_an_address_the_settings_are_held_against_the_disk(checking: Checking) -> None:
    report = checking.check("nginx", SITE_MEDIA_ROOT=str(checking.root.parent), SITE_MEDIA_URL="/media/")
    assert report.status == 0
    assert list(report.causes()) == ["published", "storage-outside"]
    published = report.causes()["published"]
    # Which setting, what it is, and what to write.
    parent = checking.root.parent
    assert 'MEDIA_URL = "/media/"' in published["explanation"] and f'"{checking.root}"' in published["explanation"]
    assert f'MEDIA_ROOT = "{parent}"' in report.found("apart from MEDIA_ROOT")
    assert (
        published["change"].startswith('MEDIA_URL = "" if ')
        and f'SENDFILE_ROOT = "{parent}-private"' in published["change"]
    )
    # It is not beneath the root either.
    assert f'MEDIA_ROOT = "{parent}"' in report.found("a storage beneath a root")
    assert (
        checking.check("nginx", "--strict", SITE_MEDIA_ROOT=str(checking.root.parent), SITE_MEDIA_URL="/media/").status
        == 1
    )


def test_a_setting_that_cannot_work(checking: Checking) -> None:
    report = checking.check("nginx", SITE_URL="private")
    assert report.status == 1
    assert '"/private"' in report.causes()["setting"]["change"]


def test_a_server_that_is_told_urls_needs_one(checking: Checking) -> None:
    report = checking.check("nginx", SITE_URL="")
    assert (report.status, list(report.causes())) == (0, ["url-unset"])
    assert report.found("an internal URL") == "SENDFILE_URL is unset"
    assert 'SENDFILE_URL = "/private"' in report.causes()["url-unset"]["change"]
    locations = json.dumps({str(checking.other_root): None})
    report = checking.check("nginx", SITE_LOCATIONS=locations)
    assert report.found("an internal URL") == f'SENDFILE_LOCATIONS = {{"{checking.other_root}": None}}'
    assert f'{{"{checking.other_root}": "/private-1"}}' in report.causes()["url-unset"]["change"]


def test_a_storage_outside_is_noted_where_another_lies_beneath_a_root(checking: Checking) -> None:
    storages = json.dumps({"exports": "/srv/exports", "kept": str(checking.root / "kept")})
    report = checking.check("nginx", SITE_STORAGES=storages)
    assert (report.status, list(report.causes())) == (0, [])
    assert report.found("the storage STORAGES['exports']").startswith("/srv/exports lies in no root")
    report = checking.check("nginx", SITE_STORAGES=storages, SITE_MEDIA_ROOT="/srv/media")
    assert list(report.causes()) == []
    exports = json.dumps({"exports": "/srv/exports"})
    report = checking.check("nginx", SITE_STORAGES=exports, SITE_MEDIA_ROOT="/srv/media", SITE_MEDIA_URL="/media/")
    assert (report.status, list(report.causes())) == (0, ["storage-outside"])
    found = 'MEDIA_ROOT = "/srv/media", STORAGES[\'exports\'] = "/srv/exports"'
    assert report.found("a storage beneath a root") == found


def test_a_public_directory_among_the_protected_files(checking: Checking) -> None:
    report = checking.check("nginx", SITE_MEDIA_ROOT=str(checking.root / "public"), SITE_MEDIA_URL="/media/")
    assert (report.status, list(report.causes())) == (0, ["public-in-root"])
    assert report.causes()["public-in-root"]["change"] == f"keep MEDIA_ROOT outside {checking.root}"


def test_a_root_that_the_check_may_not_write_to(checking: Checking) -> None:
    # Not even root makes files here.
    report = checking.check("simple", "--url", "http://127.0.0.1:9/", SITE_ROOT="/sys/kernel")
    assert (report.status, list(report.causes())) == (2, ["root-not-writable"])


def test_certificates_that_are_not_there(checking: Checking, tmp_path: Path) -> None:
    report = checking.check("simple", "--url", "https://127.0.0.1:9/", "--ca-file", str(tmp_path / "missing.pem"))
    assert (report.status, list(report.causes())) == (2, ["certificates-unreadable"])


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupted_check_leaves_nothing_behind(checking: Checking, how: signal.Signals) -> None:
    with checking.served(Nginx) as server:
        process = checking.start("nginx", "--url", server.base_url)
        wait_for(lambda: list(checking.root.iterdir()))
        process.send_signal(how)
        # Python ends by SIGINT itself where it was interrupted.
        assert process.wait(timeout=20) in (130, -signal.SIGINT)
    assert not list(checking.root.iterdir())


def test_people_get_a_table_and_machines_json(checking: Checking) -> None:
    server = checking.application("simple")
    done = checking.run("simple", "--url", server.base_url)
    assert "All " in done.stdout and " fine." in done.stdout and "\x1b" not in done.stdout
    assert done.returncode == 0


def test_a_terminal_gets_colours(checking: Checking) -> None:
    ours, terminal = os.openpty()
    process = checking.start("simple", output=terminal)
    os.close(terminal)
    assert process.wait(timeout=20) == 0
    # What a terminal is given stays there to be read.
    assert b"\x1b[32mok" in os.read(ours, 2**16)
    os.close(ours)


def test_everything_else_in_a_root_is_left_alone(checking: Checking) -> None:
    mine: Path = checking.root / "private" / "mine.txt"
    mine.parent.mkdir()
    mine.write_text("mine")
    try:
        with checking.served(Nginx, [("alias ROOT/;", "root ROOT;")]) as server:
            report = checking.check("nginx", "--url", server.base_url)
        assert "nginx-root-for-alias" in report.causes()
        assert [path.name for path in checking.root.iterdir()] == ["private"]
        assert [path.name for path in mine.parent.iterdir()] == ["mine.txt"]
    finally:
        mine.unlink()
        mine.parent.rmdir()


def wait_for(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)
