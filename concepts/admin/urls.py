"""Addresses under the admin that belong to no model."""

from django.contrib import admin
from django.urls import path

from concepts.admin.exchange import export_all, import_files
from concepts.admin.handbook import editorial_guide, handbook
from concepts.admin.preview import markdownx_markdownify
from concepts.admin.suggest import markdown_suggest
from concepts.admin.upload import markdownx_upload
from concepts.admin.work import work_list

urlpatterns = [
    path("markdown/preview/", markdownx_markdownify, name="markdownx_markdownify"),
    path("markdown/suggest/", markdown_suggest, name="markdown_suggest"),
    path("markdown/upload/", markdownx_upload, name="markdownx_upload"),
    path("export/", admin.site.admin_view(export_all), name="export_all"),
    path("handbook/", admin.site.admin_view(handbook), name="handbook"),
    path("handbook/writing/", admin.site.admin_view(editorial_guide), name="editorial_guide"),
    path("import/", admin.site.admin_view(import_files), name="import_files"),
    path("work/<slug:section>/", admin.site.admin_view(work_list), name="work_list"),
]
