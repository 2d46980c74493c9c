"""The desk's log, to be read only."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from concepts.admin.base import ReadOnlyAdmin
from concepts.models import LogEntry


@admin.register(LogEntry)
class LogEntryAdmin(ReadOnlyAdmin):
    """Who saved what, when, and what it said."""

    list_display = ["at", "action", "kind", "slug", "by"]
    list_filter = ["action", "kind", "at"]
    list_select_related = ["by"]
    search_fields = ["slug", "by__username"]
    fields = ["at", "action", "kind", "slug", "object_id", "by", "digest", "document"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """A list does not read the documents."""
        return super().get_queryset(request).defer("document")
