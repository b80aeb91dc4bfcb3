"""Settings from the environment, so that one site serves every backend."""

import json
import os

SECRET_KEY = os.environ.get("SITE_SECRET", "for tests on the loopback interface only")
DEBUG = os.environ.get("SITE_DEBUG") == "1"
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "downloads.urls"
WSGI_APPLICATION = "downloads.wsgi.application"
INSTALLED_APPS = ["django_sendfile"]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
USE_TZ = True

SENDFILE_BACKEND = os.environ["SITE_BACKEND"]
SENDFILE_ROOT = os.environ["SITE_ROOT"]
SENDFILE_URL = os.environ["SITE_URL"] or None
SENDFILE_LOCATIONS = json.loads(os.environ.get("SITE_LOCATIONS", "{}"))
MEDIA_ROOT = os.environ.get("SITE_MEDIA_ROOT", SENDFILE_ROOT)
MEDIA_URL = os.environ.get("SITE_MEDIA_URL", "")
STORAGES = {
    alias: {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": location} if location else {},
    }
    for alias, location in {"default": None, **json.loads(os.environ.get("SITE_STORAGES", "{}"))}.items()
}

# An exception belongs in the server's log also where DEBUG is off.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "INFO"},
}
