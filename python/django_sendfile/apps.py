"""For ``INSTALLED_APPS``: registers the system checks."""

from django.apps import AppConfig


class DjangoSendfileConfig(AppConfig):
    name = "django_sendfile"
    verbose_name = "Authorised file downloads"

    def ready(self) -> None:
        from . import checks  # noqa: F401  registers them
