"""Comparisons on the desk: sides, table, and all that stands around it."""

import json
import re
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminTextareaWidget
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse

from concepts import documents, parts
from concepts.admin.lists import PartsFormField
from concepts.admin.page import FOLDED, NAMED, REVIEW, PageAdmin, PageForm
from concepts.admin.part import (
    MisconceptionInline,
    OrderedFormSet,
    PartForm,
    PartInline,
    QuestionInline,
)
from concepts.admin.retiring import KeyedForm, KeyedFormSet, KeyedInline
from concepts.admin.table import RowInline
from concepts.documents import digest
from concepts.models import Claim, Concept, Distinction, Side
from concepts.models.distinction import MOST_SIDES

# Sides ---------------------------------------------------------------------------------------


class SideForm(KeyedForm):
    """A side and its place, which the database keeps as a position without gaps."""

    subject = "concept"
    subject_key = "slug"
    place = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=MOST_SIDES,
        help_text="1 is the first column. A new side comes last.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["place"] = self.instance.position + 1

    def held(self) -> str | None:
        """Its cells go with it."""
        if not self.instance.pk:
            return None
        cells = [(c.row_id, c.text, c.illustration) for c in self.instance.cells.all()]
        return digest(json.dumps(sorted(cells)))


class SideFormSet(KeyedFormSet):
    """Two to four different concepts, in the order of their places."""

    what = "side"
    order = "place"
    default_error_messages = {
        "too_few_forms": "A comparison needs two sides at least.",
        "too_many_forms": "A comparison has four sides at most.",
    }

    def get_unique_error_message(self, unique_check: Any) -> str:
        if "concept" in unique_check:
            return "The sides of a comparison must be different concepts."
        return "The keys of the sides must be different."

    def save(self, commit: bool = True) -> Any:
        """Save and number anew; positions are taken out of each other's way first."""
        sides = Side.objects.filter(distinction=self.instance)
        kept = self._in_order()
        if self._stands_as_it_was(kept):
            return super().save(commit)
        sides.update(position=F("position") - MOST_SIDES)
        for position, form in enumerate(kept):
            form.instance.position = position
        saved = super().save(commit)
        for form in kept:
            sides.filter(pk=form.instance.pk).update(position=form.instance.position)
        return saved

    def _stands_as_it_was(self, kept: list[Any]) -> bool:
        places = [form.instance.position for form in kept if form.instance.pk]
        return len(kept) == len(self.initial_forms) and places == [*range(len(kept))]

    def _in_order(self) -> list[Any]:
        kept = [
            form
            for form in self.forms
            if form not in self.deleted_forms and (form.instance.pk or form.has_changed())
        ]
        return sorted(kept, key=lambda form: form.cleaned_data["place"] or MOST_SIDES + 1)


def asked_for(request: HttpRequest) -> list[int]:
    """The concepts that a new comparison is to begin with, by the numbers of their pages."""
    pages = request.GET.get("compare", "")
    known = re.fullmatch(r"[0-9]{1,18}(-[0-9]{1,18}){1,3}", pages)
    return [int(page) for page in pages.split("-")] if known else []


class SideInline(KeyedInline):
    """The things compared."""

    model = Side
    document = parts.Side
    form = SideForm
    formset = SideFormSet
    fields = [("concept", "key", "place")]
    min_num = 2
    max_num = MOST_SIDES

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        """As many more forms as there are sides to begin with."""
        return 0 if obj else max(0, len(asked_for(request)) - self.min_num)

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        limits = {"validate_min": True, "validate_max": True}
        return super().get_formset(request, obj, **kwargs, **limits)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("concept").prefetch_related("cells")


# Claims and the page -------------------------------------------------------------------------


class ClaimForm(PartForm):
    """A quotation is one line of text, but a long one."""

    class Meta:
        widgets = {"quote": AdminTextareaWidget({"rows": 2})}


class ClaimInline(PartInline):
    """Sentences of a text under discussion, checked."""

    model = Claim
    document = parts.Claim
    form = ClaimForm
    classes = ["collapse"]
    formset = OrderedFormSet
    fields = [("key", "verdict", "position"), "quote", ("in_short", "correction"), "see"]


class DistinctionForm(PageForm):
    """Its lists know the sides that they have texts for."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sides = self.instance.sides.select_related("concept") if self.instance.pk else []
        titles = [(side.key, side.concept.title) for side in sides]
        for field in self.fields.values():
            if isinstance(field, PartsFormField):
                field.names["side"] = titles


@admin.register(Distinction)
class DistinctionAdmin(PageAdmin):
    """A comparison."""

    form = DistinctionForm
    document = documents.Distinction
    inlines = [SideInline, RowInline, MisconceptionInline, ClaimInline, QuestionInline]
    fieldsets = [
        NAMED,
        ("Text", {"fields": ["summary", "body", "why_confused", "principle", "similarities"]}),
        ("Pictures", FOLDED | {"fields": ["scope", "timeline"]}),
        ("In practice and at the edges", FOLDED | {"fields": ["practice", "boundary_cases"]}),
        ("Where sources disagree", FOLDED | {"fields": ["positions"]}),
        ("At the end", FOLDED | {"fields": ["claims_note", "explain", "untested_rows"]}),
        ("Keys that are gone", FOLDED | {"fields": ["retired_rows", "retired_sides"]}),
        REVIEW,
    ]

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        """A new comparison has its sides first: the table's columns are made from them."""
        return self.inlines if obj else [SideInline]

    def get_formset_kwargs(
        self, request: HttpRequest, obj: Any, inline: Any, prefix: str
    ) -> dict[str, Any]:
        """A comparison that readers asked for begins with its sides (`?compare=12-45`)."""
        kwargs: dict[str, Any] = super().get_formset_kwargs(request, obj, inline, prefix)
        if request.method == "GET" and obj.pk is None and (wanted := asked_for(request)):
            found = Concept.objects.in_bulk(wanted)
            sides = [found[page] for page in wanted if page in found]
            kwargs["initial"] = [{"concept": side.pk, "key": side.slug} for side in sides]
        return kwargs

    def response_post_save_add(self, request: HttpRequest, obj: Any) -> HttpResponseRedirect:
        """Go on to the table."""
        return HttpResponseRedirect(reverse(self.address("change"), args=[obj.pk]))
