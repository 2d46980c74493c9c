"""Example organizations and their sectors on the desk."""

from django.contrib import admin

from concepts import documents
from concepts.admin.base import MergingAdmin
from concepts.admin.page import FOLDED, NAMED, REVIEW, PageAdmin
from concepts.admin.part import QuestionInline
from concepts.models import Organization, Sector


@admin.register(Organization)
class OrganizationAdmin(PageAdmin):
    """An organization seen as an operation."""

    document = documents.Organization
    inlines = [QuestionInline]
    list_display = ["title", "sector", "archetype", "area", "edition", "reviewed_on"]
    list_filter = ["sector", "archetype", "area", "reviewed_on", "review_due"]
    list_select_related = ["area", "sector"]
    fieldsets = [
        NAMED,
        (None, {"fields": ["sector", "archetype"]}),
        ("Text", {"fields": ["summary", "body"]}),
        (
            "In, process, out",
            {
                "fields": [
                    ("transformed", "transforming"),
                    "transformation",
                    "steps",
                    ("outputs", "customers"),
                ]
            },
        ),
        ("Judgements", {"fields": [("four_vs", "objectives"), "decisions", "illustrates"]}),
        ("Facts", {"fields": ["facts", "caveats"]}),
        ("At the end", FOLDED | {"fields": ["explain"]}),
        REVIEW,
    ]


@admin.register(Sector)
class SectorAdmin(MergingAdmin):
    """The list that organizations choose from. It is no document, so the log knows none."""

    search_fields = ["name"]
