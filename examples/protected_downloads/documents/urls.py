from django.urls import path

from . import views

urlpatterns = [
    path("", views.documents, name="documents"),
    # A number that can be guessed does no harm: what a user may have is decided by a query, not by a secret URL.
    path("files/<int:pk>/", views.show, name="show"),
    path("files/<int:pk>/thumbnail/", views.thumbnail, name="thumbnail"),
    path("files/<int:pk>/download/", views.Download.as_view(), name="download"),
    path("files/<int:pk>/delete/", views.delete, name="delete"),
]
