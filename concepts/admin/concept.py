"""Concepts on the desk."""

from django.contrib import admin

from concepts import documents, parts
from concepts.admin.page import FOLDED, NAMED, REVIEW, PageAdmin
from concepts.admin.part import MisconceptionInline, PartInline, QuestionInline
from concepts.models import Concept, Relation


class RelationInline(PartInline):
    """Relations and prerequisites."""

    model = Relation
    document = parts.Relation
    fk_name = "concept"
    fields = [("type", "target", "position"), "note"]


@admin.register(Concept)
class ConceptAdmin(PageAdmin):
    """An idea of the field."""

    document = documents.Concept
    inlines = [RelationInline, MisconceptionInline, QuestionInline]
    fieldsets = [
        NAMED,
        ("Text", {"fields": ["summary", "why_it_matters", "body"]}),
        ("Formula and example", FOLDED | {"fields": ["formula", "worked_example"]}),
        ("At the end", FOLDED | {"fields": ["explain"]}),
        REVIEW,
    ]
