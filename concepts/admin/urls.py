"""Addresses under the admin that belong to no model."""

from django.urls import path

from concepts.admin.preview import markdownx_markdownify

urlpatterns = [
    path("markdown/preview/", markdownx_markdownify, name="markdownx_markdownify"),
]
