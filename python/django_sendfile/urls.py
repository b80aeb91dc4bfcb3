"""
The canary's URL, for ``manage.py sendfile check --url``::

    path("", include("django_sendfile.urls"))

It answers nothing but what is signed with ``SECRET_KEY``, and sends nothing but the files that the check
itself has just made.
"""

from django.urls import path

from .canary import canary

app_name = "django_sendfile"

urlpatterns = [path("xsendfile-canary", canary, name="canary")]
