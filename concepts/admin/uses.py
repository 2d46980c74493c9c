"""What uses a page, a source or a dimension, so that it cannot be deleted."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import PROTECT, Max, Model
from django.urls import reverse
from django.utils.html import format_html

from concepts.documents import PAGE_DOCUMENTS, PageDocument
from concepts.models import Edition, LogEntry, Page, Source
from concepts.parts import KINDS
from concepts.rendering import TextError, citations_in, links_in
from concepts.stored import load
from concepts.texts import references, texts

OWNERS = ("distinction", "concept", "edition")
"""Under which name a part knows what it belongs to."""


def uses(obj: Model, besides: Iterable[Any] = ()) -> list[str]:
    """Each use as a line with a link; what belongs to the object itself or `besides` is none."""
    spared = {each.pk for each in [*besides, obj] if isinstance(each, Page)}
    rows = [*_by_tables(obj, spared)]
    listed = {owner.pk for owner, _ in rows if isinstance(owner, Page)}
    found = [*rows, *((page, " (in its draft)") for page in _by_drafts(obj, spared | listed))]
    return [*dict.fromkeys(_line(owner, what) for owner, what in found)]


def _by_tables(obj: Model, spared: set[int]) -> Iterator[tuple[Any, str]]:
    """What owns a row that points at it and must not be left hanging, and which row it is."""
    for relation in obj._meta.related_objects:
        if relation.on_delete is not PROTECT:
            continue
        model: Any = relation.related_model
        for row in model._default_manager.filter(**{relation.field.name: obj}):
            owner = next((getattr(row, name) for name in OWNERS if hasattr(row, name)), row)
            if isinstance(row, Edition) or not isinstance(owner, Page) or owner.pk not in spared:
                yield owner, "" if owner is row else f" ({model._meta.verbose_name})"


def _line(owner: Any, what: str) -> str:
    kind = owner.kind if isinstance(owner, Page) else owner._meta.model_name
    address = reverse(f"admin:concepts_{kind}_change", args=[owner.pk])
    return format_html('<a href="{}">{}</a>{}', address, owner, what)


def _by_drafts(obj: Model, spared: set[int]) -> Iterator[Page]:
    """Pages of the desk whose texts and lists name it."""
    if isinstance(obj, Page):
        names, words = {f"{obj.kind}:{obj.slug}"}, obj.slug
    elif isinstance(obj, Source):
        names, words = {f"@{obj.slug}"}, obj.slug
    else:
        return
    drafts = _drafts(words)
    for page in Page.objects.filter(pk__in=drafts.keys() - spared).order_by("title"):
        if names & {*_named(_read(drafts[page.pk]))}:
            yield page


def _drafts(words: str) -> dict[int, str]:
    """What the desk says of each page with these words in it, by the newest entry of its log."""
    # What was unscheduled is kept in the log, too, but it never stood on the desk.
    saves = LogEntry.objects.filter(kind__in=KINDS).exclude(action="unschedule").order_by()
    newest = saves.values("object_id").annotate(last=Max("pk")).values("last")
    found = LogEntry.objects.filter(pk__in=newest, document__contains=words)
    return dict(found.values_list("object_id", "document"))


def _read(stored: str) -> PageDocument:
    data = load(stored)
    return PAGE_DOCUMENTS[data["kind"]].model_validate(data)


def _named(document: PageDocument) -> Iterator[str]:
    """Every page and source that a document names, a source with an @ before it."""
    yield from (reference.key for reference in references(document))
    for _, text in texts(document):
        try:
            yield from (link.key for link in links_in(text))
            yield from (f"@{cite.key}" for cite in citations_in(text))
        except TextError:  # the checks say so; what it names is not to be read
            continue
