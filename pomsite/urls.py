"""Addresses of the site: the editors' admin, and everything that readers see."""

from django.contrib import admin
from django.urls import include, path

from pomsite.metrics import metrics

handler500 = "pomsite.unavailable.failed"
urlpatterns = [
    path("admin/metrics/", admin.site.admin_view(metrics), name="metrics"),
    path("admin/", include("concepts.admin.urls")),
    path("admin/", admin.site.urls),
    path("", include("concepts.urls")),
]
