"""Addresses of the site: the editors' admin, and everything that readers see."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", include("concepts.admin.urls")),
    path("admin/", admin.site.urls),
    path("", include("concepts.urls")),
]
