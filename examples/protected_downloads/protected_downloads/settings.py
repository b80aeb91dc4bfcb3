"""
The site's settings. What differs from one machine to the next comes from the environment:

DEMO_BACKEND   how files leave: development, simple, nginx, mod_wsgi, mod_xsendfile, xsendfile, lighttpd or caddy
DEMO_DATA      where the database, the secret key and the files are kept
"""

import os
from pathlib import Path

from django.core.management.utils import get_random_secret_key

BASE = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("DEMO_DATA", BASE / "data"))
BACKEND = os.environ.get("DEMO_BACKEND", "simple")

# The three settings that send files. SENDFILE_URL is where the server in front publishes the root, and only to itself:
# see `manage.py sendfile config nginx`. Servers that are told a path, and the streamed backends, do without it.
SENDFILE_BACKEND = f"django_sendfile.backends.{BACKEND}"
SENDFILE_ROOT = DATA / "files"
SENDFILE_URL = "/private"
# Every command checks that the root is there.
SENDFILE_ROOT.mkdir(parents=True, exist_ok=True)

# FileFields keep their files beneath the same root. There is no MEDIA_URL, and no server publishes the directory: the
# only way to a file leads through a view.
MEDIA_ROOT = SENDFILE_ROOT

# An upload has its limit here, in the form that says so kindly. The larger one is for the whole request, and stops it
# before it is read; the servers in front have the same.
UPLOAD_LIMIT = 25 * 2**20
REQUEST_LIMIT = 32 * 2**20
DOCUMENTS_PER_USER = 100
FILE_UPLOAD_HANDLERS = [
    "documents.uploads.RequestLimit",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
# The server in front sends the files and may run as somebody else, who needs to read them but not to change them.
FILE_UPLOAD_PERMISSIONS = 0o644
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o755


def secret_key() -> str:
    """Made by the first command that runs here, and kept with the data, never with the code."""
    file = DATA / "secret_key"
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(get_random_secret_key())
    return file.read_text()


SECRET_KEY = secret_key()

# Off for every backend: a page of debugging would tell a stranger about the code. The development backend writes a
# warning about that to the log, which is meant for sites that run it in production by mistake.
DEBUG = False

# The demo listens on the loopback interface only, without TLS. A site on the internet names its hosts here, and sets
# SECURE_SSL_REDIRECT, SECURE_HSTS_SECONDS, SESSION_COOKIE_SECURE and CSRF_COOKIE_SECURE (`manage.py check --deploy`).
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
CSRF_COOKIE_HTTPONLY = True

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django_sendfile",
    "documents",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "protected_downloads.middleware.content_security_policy",
    "protected_downloads.middleware.not_kept",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

ROOT_URLCONF = "protected_downloads.urls"
WSGI_APPLICATION = "protected_downloads.wsgi.application"

LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "documents"
LOGOUT_REDIRECT_URL = "login"

DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": DATA / "db.sqlite3"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True

# With DEBUG off, Django mails errors to the administrators. Here they belong in the server's log.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
