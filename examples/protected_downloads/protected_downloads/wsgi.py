"""The site as servers run it."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "protected_downloads.settings")

application = get_wsgi_application()
