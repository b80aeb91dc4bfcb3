"""``django_sendfile`` beside django-sendfile2, Django's FileResponse and WhiteNoise."""
