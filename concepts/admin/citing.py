"""Where pages cite a source: in the editions that readers see, and in the drafts of the desk."""

from dataclasses import dataclass, field
from typing import NamedTuple

from django.db.models import Count, Max
from django.urls import reverse

from concepts import clock
from concepts.admin.places import anchor
from concepts.documents import PAGE_DOCUMENTS, Data
from concepts.models import Citation, LogEntry, Page, in_force
from concepts.parts import KINDS
from concepts.presenting import place_of
from concepts.rendering import Cite, TextError, citations_in
from concepts.stored import load
from concepts.texts import texts


class Place(NamedTuple):
    """One place that cites: what it is called, where in the source it points, its address."""

    label: str
    locator: str
    address: str


@dataclass
class Citing:
    """A page of the desk that cites a source, in its edition in force, its draft, or both."""

    page: Page
    form: str
    number: int | None = None
    in_force: list[Place] = field(default_factory=list)
    draft: list[Place] = field(default_factory=list)

    @property
    def is_alike(self) -> bool:
        """Whether readers and the desk see it at the same places."""
        return [place[:2] for place in self.in_force] == [place[:2] for place in self.draft]


def cited_by(key: str) -> list[Citing]:
    """The pages that cite the source with this key, by title, in three queries."""
    editions = Citation.objects.filter(in_force(clock.now(), "edition__"), key=key)
    public = {each.edition.page_id: each for each in editions.select_related("edition")}
    drafts = _drafts(f"@{key}")
    pages = Page.objects.filter(pk__in=public.keys() | drafts.keys()).order_by("title", "pk")
    found = []
    for page in pages:
        form = reverse(f"admin:concepts_{page.kind}_change", args=[page.pk])
        one = Citing(page, form)
        if citation := public.get(page.pk):
            one.number = citation.edition.number
            address = citation.edition.get_absolute_url()
            one.in_force = [_public(page.kind, place, address) for place in citation.places]
        if document := drafts.get(page.pk):
            one.draft = _places(document, key, form)
        if one.in_force or one.draft:
            found.append(one)
    return found


def counts() -> dict[str, int]:
    """How many editions in force cite each source, by its key."""
    cited = Citation.objects.filter(in_force(clock.now(), "edition__")).order_by()
    return dict(cited.values("key").annotate(n=Count("id")).values_list("key", "n"))


def _drafts(words: str) -> dict[int, str]:
    """What the desk says of each page with these words in it, by the newest entry of its log."""
    # What was unscheduled is kept in the log, too, but it never stood on the desk.
    saves = LogEntry.objects.filter(kind__in=KINDS).exclude(action="unschedule").order_by()
    newest = saves.values("object_id").annotate(last=Max("pk")).values("last")
    found = LogEntry.objects.filter(pk__in=newest, document__contains=words)
    return dict(found.values_list("object_id", "document"))


def _public(kind: str, place: list[str], address: str) -> Place:
    known = place_of(kind, *place)
    return Place(known["label"], known["locator"], f"{address}#{known['anchor']}")


def _places(stored: str, key: str, form: str) -> list[Place]:
    data: Data = load(stored)
    document = PAGE_DOCUMENTS[data["kind"]].model_validate(data)
    cites = ((place, cite) for place, text in texts(document) for cite in _cites(text))
    return [
        Place(_label(data, place), cite.locator, f"{form}#{anchor(place, data)}")
        for place, cite in cites
        if cite.key == key
    ]


def _cites(text: str) -> list[Cite]:
    try:
        return citations_in(text)
    except TextError:
        return []


def _label(data: Data, place: str) -> str:
    return str(place_of(data["kind"], place)["label"])
