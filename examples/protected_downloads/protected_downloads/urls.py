from django.contrib.auth.views import LoginView, LogoutView
from django.urls import include, path
from django.views.decorators.cache import cache_control
from django.views.generic import TemplateView

# A stylesheet, a script and an icon: as templates they need no static files, and no server that publishes them.
publish = cache_control(public=True, max_age=3600)
style = TemplateView.as_view(template_name="style.css", content_type="text/css")
script = TemplateView.as_view(template_name="upload.js", content_type="text/javascript")
icon = TemplateView.as_view(template_name="icon.svg", content_type="image/svg+xml")

urlpatterns = [
    # For `manage.py sendfile check --url`.
    path("", include("django_sendfile.urls")),
    path("", include("documents.urls")),
    path("login/", LoginView.as_view(redirect_authenticated_user=True), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("style.css", publish(style), name="style"),
    path("upload.js", publish(script), name="script"),
    path("icon.svg", publish(icon), name="icon"),
]
