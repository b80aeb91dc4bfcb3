"""A URL for each way of sending."""

from django.urls import path

from benches.python.site import views

urlpatterns = [
    path("sendfile/<path:name>", views.by_sendfile),
    path("asendfile/<path:name>", views.by_asendfile),
    path("empty/<path:name>", views.empty),
    path("memory/<path:name>", views.from_memory),
    path("fileresponse/<path:name>", views.by_file_response),
]
