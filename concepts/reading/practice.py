"""Questions of many pages for mixed practice, without reading the documents of all."""

from collections import Counter
from datetime import datetime
from typing import NamedTuple

from django.db.models import OuterRef, Subquery
from django.http import Http404

from concepts import mixing
from concepts.documents import Data
from concepts.excerpts import Excerpt, question_of, together
from concepts.models import Edition, Link, Quiz, in_force
from concepts.parts import Question
from concepts.presenting import Neighbour
from concepts.reading.lists import listed, told
from concepts.reading.neighbours import SHORT, neighbour, pages_named
from concepts.reading.pages import Moved
from concepts.stored import load


class Area(NamedTuple):
    """A part of the field, with the number of its questions."""

    page: Neighbour
    questions: int


def practice(area: str, order: int, at: datetime) -> Data:
    """The questions of one page, in four queries; `area` "" means all of them.

    Raises:
        Http404: no area has had this address.
        Moved: the area has another address now.
    """
    counts = _counts(at)
    areas = _areas(counts, at)
    chosen = _chosen(area, areas, at) if area else None
    within = chosen.page.page if chosen else None
    hand = mixing.dealt(
        {pk: count for pk, (count, of) in counts.items() if within in (None, of)}, order
    )
    questions, references = _asked(hand.asked, at)
    return {
        "areas": [each for each in areas if each.questions],
        "chosen": chosen,
        "all": sum(count for count, _ in counts.values()),
        "questions": questions,
        "references": references,
        "part": hand.part,
        "parts": hand.parts,
        "next": mixing.after(order),
    }


def _counts(at: datetime) -> dict[int, tuple[int, int | None]]:
    """Of each edition in force that asks something: how many questions, and its area's page."""
    area = Link.objects.filter(edition=OuterRef("edition"), relation="area").values("target")[:1]
    found = Quiz.objects.filter(in_force(at, "edition__")).annotate(area=Subquery(area))
    return {pk: (count, of) for pk, count, of in found.values_list("pk", "questions", "area")}


def _areas(counts: dict[int, tuple[int, int | None]], at: datetime) -> list[Area]:
    """The areas in their order."""
    questions: Counter[int | None] = Counter()
    for count, of in counts.values():
        questions[of] += count
    found = listed("guide", at).filter(section="areas").annotate(position=told("position"))
    in_order = sorted(found.values_list("position", *SHORT), key=lambda area: int(area[0] or 0))
    pages = [neighbour(short) for _, *short in in_order]
    return [Area(page, questions[page.page]) for page in pages]


def _chosen(slug: str, areas: list[Area], at: datetime) -> Area:
    for area in areas:
        if area.page.slug == slug:
            return area
    renamed = Edition.objects.as_of(at).addressed("guide", slug, at).filter(section="areas").first()
    raise Moved(renamed) if renamed else Http404


def _asked(asked: list[mixing.Asked], at: datetime) -> tuple[list[Data], list[Data]]:
    """The questions as a template shows them, and the sources that they cite."""
    editions = Edition.objects.filter(pk__in={pk for pk, _ in asked})
    found = {
        pk: (neighbour(short), load(document))
        for pk, document, *short in editions.values_list("pk", "document", *SHORT)
    }
    frozen = [item for _, data in found.values() for item in data["frozen"]["neighbours"]]
    known = pages_named(frozen, at)
    addresses = {key: near.address for key, near in known.items() if near.address}
    from_pages = [(*found[pk], place) for pk, place in asked]
    excerpts = [_excerpt(*each) for each in from_pages]
    shown, references = together(excerpts, addresses)
    return [
        question_of(question, page, data, _anchor(page, question["key"]))
        for question, (page, data, _) in zip(shown, from_pages, strict=True)
    ], references


def _excerpt(page: Neighbour, data: Data, place: int) -> Excerpt:
    question = data["questions"][place]
    return Excerpt(Question, question, _anchor(page, question["key"]), data["frozen"]["sources"])


def _anchor(page: Neighbour, key: str) -> str:
    """Pages may have questions with the same key."""
    return f"{page.kind}-{page.slug}--question-{key}"
