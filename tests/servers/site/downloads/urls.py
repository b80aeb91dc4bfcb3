from django.urls import include, path

from downloads import views

urlpatterns = [
    path("", include("django_sendfile.urls")),
    path("ready", views.ready),
    path("download", views.download),
    path("adownload", views.adownload),
    path("cached", views.cached),
    path("forbidden", views.forbidden),
    path("mine/<path:rest>", views.mine),
]
