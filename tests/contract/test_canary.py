"""The canary's URL is one that does not exist, for all who do not know the secret."""

from __future__ import annotations

import pytest
from django.test import Client, override_settings


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PROPFIND"])
def test_a_request_that_is_not_signed_gets_what_an_unknown_url_gets(use, method):
    use("simple")
    client = Client(enforce_csrf_checks=True)
    middleware = ["django.middleware.common.CommonMiddleware", "django.middleware.csrf.CsrfViewMiddleware"]
    with override_settings(ROOT_URLCONF="django_sendfile.urls", MIDDLEWARE=middleware):
        canary, unknown = (client.generic(method, path) for path in ["/xsendfile-canary", "/xsendfile-nothing"])
    assert (canary.status_code, canary.content) == (unknown.status_code, unknown.content)
    assert canary.status_code == 404
    assert canary.headers == unknown.headers
