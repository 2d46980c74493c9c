"""Sources and dimensions on the desk: what pages cite and share."""

from typing import get_args

from django import forms
from django.contrib import admin

from concepts import documents
from concepts.admin.base import DeskAdmin, DeskForm
from concepts.models import Dimension, Source
from concepts.models.fields import choices

TYPE = documents.Source.model_fields["type"]


class SourceForm(DeskForm):
    """The database takes any type: the choice among CSL's is the schema's."""

    type = forms.ChoiceField(choices=choices(get_args(TYPE.annotation)))


@admin.register(Source)
class SourceAdmin(DeskAdmin):
    """A work that texts cite by its key. Pages show it as they froze it, until published again."""

    document = documents.Source
    form = SourceForm
    list_display = ["slug", "title", "type", "issued", "checked", "under_discussion"]
    list_filter = ["type", "checked", "under_discussion"]
    search_fields = ["slug", "title", "author", "container_title", "doi", "isbn"]
    fieldsets = [
        (None, {"fields": [("slug", "type"), "title", ("author", "editor"), "issued"]}),
        (
            "Where it appeared",
            {
                "fields": [
                    "container_title",
                    ("volume", "issue", "page"),
                    ("edition", "number", "genre"),
                    ("publisher", "publisher_place"),
                    ("doi", "isbn"),
                    "url",
                ]
            },
        ),
        ("How far to trust it", {"fields": [("checked", "under_discussion"), "caveat", "body"]}),
    ]


@admin.register(Dimension)
class DimensionAdmin(DeskAdmin):
    """A row heading that comparisons share."""

    document = documents.Dimension
    list_display = ["label", "key", "description"]
    search_fields = ["key", "label", "description"]
    fields = ["label", "key", "description"]
