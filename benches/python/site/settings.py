"""Settings of a site in production, without a database: as little beside the download as can be."""

import os

SECRET_KEY = "only for measuring"
DEBUG = False
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "benches.python.site.urls"
WSGI_APPLICATION = "benches.python.site.wsgi.application"
INSTALLED_APPS: list[str] = []
MIDDLEWARE: list[str] = []
USE_TZ = True

SENDFILE_BACKEND = "django_sendfile.backends.simple"
SENDFILE_ROOT = os.environ["BENCH_ROOT"]

if os.environ.get("BENCH_MIDDLEWARE"):
    # Those that startproject writes, less those that need a database.
    MIDDLEWARE += [
        "django.middleware.security.SecurityMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ]
if os.environ.get("BENCH_WHITENOISE"):
    MIDDLEWARE += ["whitenoise.middleware.WhiteNoiseMiddleware"]
    WHITENOISE_ROOT = SENDFILE_ROOT
    STATIC_URL = "/static/"
    STATIC_ROOT = None
