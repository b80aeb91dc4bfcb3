from django.urls import path

from downloads import views

urlpatterns = [
    path("ready", views.ready),
    path("download", views.download),
    path("adownload", views.adownload),
    path("cached", views.cached),
    path("forbidden", views.forbidden),
]
