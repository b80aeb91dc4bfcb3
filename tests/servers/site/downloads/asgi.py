import os

from django.core.asgi import get_asgi_application

if os.environ.get("SITE_PATHSEND") == "1":
    from django_sendfile.asgi import get_asgi_application

application = get_asgi_application()
