"""The editors' desk in Django's admin: one noun a file."""

from django.conf import settings
from django.contrib import admin

from concepts.admin import concept, distinction, edition, guide, log, organization, people, source

__all__ = ["concept", "distinction", "edition", "guide", "log", "organization", "people", "source"]

admin.site.site_title = admin.site.site_header = f"{settings.SITE_NAME}: the desk"
admin.site.index_title = "What editors change"
