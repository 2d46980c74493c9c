"""Areas and reading paths on the desk."""

from django.contrib import admin

from concepts import documents
from concepts.admin.page import NAMED, REVIEW, PageAdmin
from concepts.admin.part import QuestionInline
from concepts.models import Guide


@admin.register(Guide)
class GuideAdmin(PageAdmin):
    """An area of the field or a way through it."""

    document = documents.Guide
    inlines = [QuestionInline]
    list_display = ["title", "type", "slug", "edition", "reviewed_on", "review_due"]
    list_filter = ["type", "reviewed_on", "review_due"]
    fieldsets = [
        (None, {"fields": [("type", "position")]}),
        NAMED,
        ("Text", {"fields": ["summary", "body", "steps", "explain"]}),
        REVIEW,
    ]
