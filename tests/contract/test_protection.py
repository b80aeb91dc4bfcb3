"""Who may keep a file, and what of it may run: said by default, and by whoever says otherwise."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest
from django.core.cache import caches
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpResponse
from django.test import RequestFactory, override_settings
from django.views.decorators.cache import cache_control, cache_page, never_cache
from django.views.decorators.http import condition
from django.views.decorators.vary import vary_on_cookie
from site_under_test import by_asgi, by_wsgi

from django_sendfile import asendfile, sendfile
from django_sendfile.views import SendfileView

DOCUMENTATION = Path(__file__).resolve().parents[2] / "docs" / "django.md"
GET = RequestFactory().get("/")
FILE = "documents/data.bin"
DEFAULT = "private, no-cache"
BACKENDS = ["simple", "nginx", "mod_wsgi", "mod_xsendfile", "xsendfile", "lighttpd", "caddy"]
CSP = "content-security-policy"


def download(request):
    return sendfile(request, FILE)


def public(request):
    return sendfile(request, FILE, cache_control="public, max-age=60")


def as_it_is(view):
    return view


def assigned(view):
    def changed(request):
        response = view(request)
        response["Cache-Control"] = "public, max-age=60"
        return response

    return changed


def deleted(view):
    def changed(request):
        response = view(request)
        del response["Cache-Control"]
        return response

    return changed


def through(*names):
    return lambda view: (view, [f"django.{name}" for name in names])


CACHING = through("middleware.cache.UpdateCacheMiddleware", "middleware.cache.FetchFromCacheMiddleware")

#: By the first column of the table in docs/django.md.
WAYS = {
    "nothing": as_it_is,
    "`@cache_control(max_age=60)`": cache_control(max_age=60),
    "`@cache_control(private=True, max_age=60)`": cache_control(private=True, max_age=60),
    "`@cache_control(no_store=True)`": cache_control(no_store=True),
    "`@cache_control(public=True, max_age=60)`": cache_control(public=True, max_age=60),
    "`@never_cache`": never_cache,
    "`@cache_page(60)`": cache_page(60),
    '`@cache_page(60)` and `cache_control="public, max-age=60"`': lambda view: cache_page(60)(public),
    "`@vary_on_cookie`": vary_on_cookie,
    "`@condition(etag_func)`": condition(etag_func=lambda request: '"own"'),
    "`UpdateCacheMiddleware`": CACHING,
    "`ConditionalGetMiddleware`": through("middleware.http.ConditionalGetMiddleware"),
    "`GZipMiddleware`": through("middleware.gzip.GZipMiddleware"),
    "`SessionMiddleware`": through("contrib.sessions.middleware.SessionMiddleware"),
    '`response["Cache-Control"] = "public, max-age=60"`': assigned,
    '`del response["Cache-Control"]`': deleted,
}


def documented():
    """The rows of the table: with what, Cache-Control, what Django's cache keeps."""
    page = DOCUMENTATION.read_text()
    table = page.partition("| with | `Cache-Control` of the answer | Django's cache keeps |\n")[2].partition("\n\n")[0]
    return [[cell.strip() for cell in row.strip("|").split(" | ")] for row in table.splitlines()[1:]]


def test_every_way_is_documented():
    assert [way for way, _, _ in documented()] == list(WAYS)


@pytest.mark.parametrize("by", [by_wsgi, by_asgi])
@pytest.mark.parametrize("backend", ["simple", "nginx", "mod_xsendfile"])
@pytest.mark.parametrize(("way", "said", "kept"), documented())
def test_django_adds_by_its_own_rules(use, way, said, kept, backend, by):
    use(backend)
    view, middleware = changed if isinstance(changed := WAYS[way](download), tuple) else (changed, [])
    caches["default"].clear()
    with override_settings(MIDDLEWARE=middleware):
        answers = [by(view), by(view)]
    expected = re.findall(r"`(.+)`", said)
    for answer in answers:
        assert answer.status == 200
        assert [value for name, value in answer.headers.items() if name == "cache-control"] == expected
    is_kept = bool(caches["default"]._cache)
    # Django never keeps what is streamed.
    assert is_kept == (kept != "nothing" and backend != "simple")


@pytest.mark.parametrize("backend", BACKENDS)
def test_the_response_says_it_when_the_view_returns(use, root, backend):
    use(backend)
    (root / "100%.bin").write_bytes(b"streamed")
    for response in (sendfile(GET, FILE), asyncio.run(asendfile(GET, FILE)), sendfile(GET, "100%.bin")):
        assert response["Cache-Control"] == DEFAULT


@pytest.mark.parametrize("by", [by_wsgi, by_asgi])
@pytest.mark.parametrize(
    ("status", "headers"),
    [
        (200, {}),
        (206, {"RANGE": "bytes=0-1"}),
        (304, {"IF_NONE_MATCH": "*"}),
        (412, {"IF_MATCH": '"x"'}),
        (416, {"RANGE": "bytes=999999-"}),
    ],
)
def test_every_status_says_it(use, by, status, headers):
    use("simple")
    answer = by(download, **headers)
    assert (answer.status, answer.headers["cache-control"]) == (status, DEFAULT)


@pytest.mark.parametrize(
    ("settings", "call", "said"),
    [
        ({"SENDFILE_CACHE_CONTROL": "no-store"}, {}, "no-store"),
        ({"SENDFILE_CACHE_CONTROL": ""}, {}, None),
        ({"SENDFILE_EXPIRES": 60}, {}, "private, max-age=60"),
        ({"SENDFILE_EXPIRES": 60}, {"cache_control": "no-store"}, "no-store"),
        ({"SENDFILE_EXPIRES": 60}, {"cache_control": ""}, None),
        ({"SENDFILE_CACHE_CONTROL": "no-store"}, {"expires": 5}, "private, max-age=5"),
        ({}, {"cache_control": "public"}, "public"),
    ],
)
def test_the_call_wins_over_the_settings(use, own, settings, call, said):
    view = type("Named", (SendfileView,), {"filename": FILE, **call}).as_view()
    for backend in ("simple", "nginx"):
        use(backend, **settings)
        for response in (sendfile(GET, FILE, **call), asyncio.run(asendfile(GET, FILE, **call)), view(GET)):
            assert response.get("Cache-Control") == said
    own(lambda request, filename, **kwargs: HttpResponse("x"), **settings)
    assert sendfile(GET, FILE, **call).get("Cache-Control") == said


def test_two_that_say_the_same(use):
    use("nginx")
    with pytest.raises(ValueError, match="both cache_control and expires"):
        sendfile(GET, FILE, cache_control="private", expires=60)
    use("nginx", SENDFILE_CACHE_CONTROL="private", SENDFILE_EXPIRES=60)
    with pytest.raises(ImproperlyConfigured, match=r"SENDFILE_CACHE_CONTROL = .*SENDFILE_EXPIRES says the same"):
        sendfile(GET, FILE)
    assert [error.id for error in run_checks(tags=["xsendfile"])] == ["xsendfile.E010"]


@pytest.mark.parametrize("backend", BACKENDS)
def test_what_runs_is_sandboxed_where_it_is_shown(use, root, backend):
    (root / "page.html").write_text("<script>alert(1)</script>")
    (root / "image.svg").write_text("<svg/>")
    for settings, how, policy in [
        ({}, {}, "sandbox"),
        ({}, {"sandbox": True}, "sandbox"),
        ({}, {"sandbox": False}, None),
        ({}, {"sandbox": "sandbox allow-scripts"}, "sandbox allow-scripts"),
        ({}, {"attachment": True}, None),
        ({}, {"mimetype": "text/plain"}, None),
        ({}, {"mimetype": "Text/HTML; charset=utf-8"}, "sandbox"),
        ({"SENDFILE_SANDBOX": False}, {}, None),
        ({"SENDFILE_SANDBOX": False}, {"sandbox": True}, "sandbox"),
        ({"SENDFILE_SANDBOX": "sandbox allow-forms"}, {}, "sandbox allow-forms"),
    ]:
        use(backend, **settings)
        for name in ("page.html", "image.svg"):
            assert sendfile(GET, name, **how).get(CSP) == policy, (name, settings, how)
    use(backend)
    assert CSP not in sendfile(GET, FILE, mimetype="application/pdf")


def test_the_policy_of_a_view_wins_and_travels(use, root):
    (root / "page.html").write_text("<p>")
    use("mod_wsgi")
    response = sendfile(GET, "page.html")
    assert "&csp=sandbox" in dict(response.items())["Location"]
    response["Content-Security-Policy"] = "script-src 'self'"
    response["X-Frame-Options"] = "DENY"
    location = dict(response.items())["Location"]
    assert "&csp=script-src%20%27self%27&frame=DENY" in location
    assert "sandbox" not in location


def test_an_own_backend_is_protected_unless_it_says_otherwise(own, root):
    (root / "page.html").write_text("<p>")
    own(lambda request, filename, **kwargs: HttpResponse("x"))
    assert sendfile(GET, "page.html")[CSP] == "sandbox"
    own(lambda request, filename, **kwargs: HttpResponse("x", headers={CSP: "script-src 'self'"}))
    assert sendfile(GET, "page.html")[CSP] == "script-src 'self'"
