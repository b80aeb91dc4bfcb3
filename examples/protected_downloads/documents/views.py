"""
Three ways to a file, and one question before each: may this user have it?

Every view takes documents from ``Document.objects.visible_to(user)``. Somebody else's document is therefore not found
at all, and the answer is the same 404 as for one that never was. A 403 would say that it exists, and from that a
stranger could count, and watch, what others keep here.
"""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from django_sendfile import sendfile
from django_sendfile.views import SendfileDetailView

from .forms import UploadForm
from .models import Document


@login_required
def documents(request: HttpRequest) -> HttpResponse:
    """The files that the user may see, and a form to add one."""
    form = UploadForm(request.POST or None, request.FILES or None, instance=Document(owner=request.user))
    if request.method == "POST" and form.is_valid():
        document = form.save()
        messages.success(request, f"{document.name} is uploaded.")
        return redirect("documents")
    visible = Document.objects.visible_to(request.user).select_related("owner")
    context = {"documents": visible, "form": form, "settings": settings}
    return render(request, "documents/documents.html", context, status=422 if form.errors else 200)


@require_safe
@login_required
def show(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The file itself, for the browser to show or play; saved where it is not safe to show."""
    document = get_object_or_404(Document.objects.visible_to(request.user), pk=pk)
    return sendfile(
        request,
        document.file,
        attachment=document.shown_as is None,
        attachment_filename=document.name,
        mimetype=document.shown_as or "application/octet-stream",
    )


@require_safe
@login_required
def thumbnail(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A small picture of the file. It tells as much as the file does, so the same question is asked."""
    document = get_object_or_404(Document.objects.visible_to(request.user).exclude(thumbnail=""), pk=pk)
    return sendfile(request, document.thumbnail)


class Download(LoginRequiredMixin, SendfileDetailView):
    """The file, to be saved under the name that its owner gave it: the same as a class."""

    attachment = True

    def get_queryset(self) -> QuerySet[Document]:
        return Document.objects.visible_to(self.request.user)

    def get_attachment_filename(self) -> str:
        return self.object.name


@require_POST
@login_required
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete one's own file; to see somebody's, as staff may, is not to own it."""
    document = get_object_or_404(Document, pk=pk, owner=request.user)
    document.delete()
    messages.success(request, f"{document.name} is deleted.")
    return redirect("documents")
