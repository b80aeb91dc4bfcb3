from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat

from .models import Document


class UploadForm(forms.ModelForm):
    """A file for the user whom ``instance.owner`` says."""

    class Meta:
        model = Document
        fields = ("file",)

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if file.size > settings.UPLOAD_LIMIT:
            limit, size = filesizeformat(settings.UPLOAD_LIMIT), filesizeformat(file.size)
            raise forms.ValidationError(f"This file has {size}, and {limit} is the limit. Choose a smaller one.")
        return file

    def clean(self) -> dict[str, Any] | None:
        if self.instance.owner.documents.count() >= settings.DOCUMENTS_PER_USER:
            raise forms.ValidationError(f"You have {settings.DOCUMENTS_PER_USER} files already. Delete one first.")
        return super().clean()

    def save(self, commit: bool = True) -> Document:
        self.instance.name = self.cleaned_data["file"].name
        return super().save(commit)
