"""Concepts that a reader wants side by side, and the comparisons that connect them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import combinations
from typing import Any, NamedTuple

from django.db.models.expressions import RawSQL

from concepts import chains, presenting, uncurated
from concepts.documents import Concept, Data
from concepts.excerpts import Excerpt, together
from concepts.models import Edition, Link, in_force
from concepts.models.distinction import MOST_SIDES
from concepts.parts import is_key
from concepts.presenting import LETTERS, VERBS, Around, Neighbour, Tie
from concepts.reading.neighbours import SHORT, from_, neighbour, pages_named


class Choice(NamedTuple):
    """The concepts that an address asks for, and what is wrong with it.

    `unknown` has the places, from 1, of names that no concept has had; `gone` the concepts that
    can no longer be read; `again` says that one was asked for twice, `more` that there were too
    many and only the first of them were looked up.
    """

    concepts: list[Edition]
    unknown: list[int]
    gone: list[Neighbour]
    again: bool
    more: bool

    @property
    def complete(self) -> bool:
        """Whether there is something to compare, and nothing wrong."""
        return len(self.concepts) > 1 and not (self.unknown or self.gone or self.more)

    @property
    def status(self) -> int:
        """How it is answered."""
        if self.more:
            return 400
        return 404 if self.unknown or self.gone else 200


def choice(slugs: Iterable[str], at: datetime) -> Choice:
    """The concepts that are or were called so, in two queries."""
    asked = [slug for slug in slugs if slug]
    different = list(dict.fromkeys(asked))
    first = different[:MOST_SIDES]
    valid = list(filter(is_key, first))
    carried = Edition.objects.published(at).filter(kind="concept", slug__in=valid).order_by()
    owners = dict(carried.values_list("slug", "page_id").distinct())
    editions = Edition.objects.as_of(at).filter(page__in=owners.values())
    by_page = {edition.page_id: edition for edition in editions.select_related("closure")}
    pages = [owners[slug] for slug in first if slug in owners]
    found = [by_page[page] for page in dict.fromkeys(pages) if page in by_page]
    return Choice(
        found,
        [place for place, slug in enumerate(first, 1) if slug not in owners],
        [_gone(slug) for slug in first if slug in owners and owners[slug] not in by_page],
        again=len(asked) > len(different) or len(pages) > len(set(pages)),
        more=len(different) > len(first),
    )


def _gone(slug: str) -> Neighbour:
    """A concept that is withdrawn or closed: its page says why."""
    address = Edition(section="concepts", slug=slug).get_absolute_url()
    return Neighbour("concept", slug, presenting.in_words(slug), address=address)


REACHED = 1000
"""So many concepts around the chosen ones are looked at, the nearest first."""
# One list of links, and no OR: PostgreSQL would look at every link there is.
_AROUND = """
WITH RECURSIVE own(page) AS (SELECT id FROM concepts_page WHERE id IN (%s, %s, %s, %s)),
near(page) AS (SELECT page FROM own UNION
  SELECT other.target_id FROM near CROSS JOIN concepts_link AS side
  CROSS JOIN concepts_link AS other
  WHERE side.target_id = near.page AND side.relation = 'side'
  AND other.edition_id = side.edition_id AND other.relation = 'side'
), reached AS (SELECT page FROM near LIMIT %s)
SELECT other.id FROM reached CROSS JOIN concepts_link AS side CROSS JOIN concepts_link AS other
WHERE side.target_id = reached.page AND side.relation = 'side'
AND other.edition_id = side.edition_id AND other.relation = 'side'
UNION SELECT link.id FROM own CROSS JOIN concepts_link AS link WHERE link.target_id = own.page
"""


def _around(pages: Iterable[int]) -> RawSQL:
    """The links to these concepts, and the sides of comparisons, in force or not, around them."""
    own = list(pages)
    values = [*own, *own[:1] * (MOST_SIDES - len(own)), REACHED]
    return RawSQL(_AROUND, values)  # noqa: S611 (a constant)


class Ties(NamedTuple):
    """The sides of comparisons in force, A to Z, and the links that lead to some concepts.

    `pages` has, as `SHORT` names it, what is told of the comparisons and of the concepts that are
    among their sides. A side whose concept is not in force is left out: readers cannot compare
    what they cannot read.
    """

    sides: dict[int, list[int]]
    pages: dict[int, tuple[Any, ...]]
    here: list[Tie]

    def page(self, number: int) -> Neighbour:
        """A comparison, or a side of one."""
        return neighbour(self.pages[number])


def ties(concepts: Sequence[Edition], at: datetime) -> Ties:
    """What comparisons connect with them, and what leads to these concepts, in one query."""
    own = {edition.page_id for edition in concepts}
    wanted = {"pk__in": _around(own), "relation__in": ["side", "illustrates", *VERBS]}
    links = (
        Link.objects.filter(in_force(at, "edition__"), in_force(at, "target__editions__"), **wanted)
        .order_by("edition__title", "edition__page", "id")
        .values_list("relation", "note", *from_("edition"), *from_("target__editions"))
    )
    found = Ties({}, {}, [])
    for relation, note, *both in links:
        source, target = both[: len(SHORT)], both[len(SHORT) :]
        comparison, concept = source[-1], target[-1]
        if relation == "side":
            found.sides.setdefault(comparison, []).append(concept)
            found.pages.update({comparison: tuple(source), concept: tuple(target)})
        if concept in own:
            found.here.append(Tie(relation, neighbour(source), neighbour(target), note))
    return found


def curated(concepts: Sequence[Edition], found: Ties) -> Neighbour | None:
    """The comparison in force that has exactly these sides, in whatever order."""
    page = chains.exact(found.sides, [edition.page_id for edition in concepts])
    return found.page(page) if page else None


def covered(concepts: Sequence[Edition], found: Ties) -> bool:
    """Whether a comparison has all of them among its sides."""
    return bool(chains.covering(found.sides, [edition.page_id for edition in concepts]))


def ways(concepts: Sequence[Edition], found: Ties) -> list[Data]:
    """How comparisons lead from one concept to another, for each two that they connect."""
    pairs = [
        (start, chains.chain(found.sides, start.page_id, end.page_id))
        for start, end in combinations(concepts, 2)
    ]
    return [
        {
            "start": start.title,
            "steps": [
                {"comparison": found.page(page), "concept": found.page(concept)}
                for page, concept in steps
            ],
        }
        for start, steps in pairs
        if steps
    ]


def side_by_side(concepts: Sequence[Edition], found: Ties, at: datetime) -> Data:
    """What the concepts' editions say, row by row, in one query, and the sources they cite."""
    documents = [edition.data() for edition in concepts]
    frozen = [item for data in documents for item in data["frozen"]["neighbours"]]
    known = pages_named(frozen, at)
    addresses = {key: near.address for key, near in known.items() if near.address}
    shown, references = together(map(_excerpt, documents), addresses)
    sides = [
        _side(letter, edition, page, Around(edition.page_id, known, _here(edition, found)))
        for letter, edition, page in zip(LETTERS, concepts, shown, strict=False)
    ]
    return {
        "sides": sides,
        "rows": uncurated.rows(sides),
        "between": list(uncurated.between(sides)),
        "references": references,
    }


def _excerpt(data: Data) -> Excerpt:
    """What is shown of a concept, so that only sources are listed that this cites."""
    unshown: Data = {"body": "", "worked_example": None, "questions": [], "explain": ""}
    return Excerpt(Concept, data | unshown, data["slug"], data["frozen"]["sources"])


def _here(edition: Edition, found: Ties) -> tuple[Tie, ...]:
    return tuple(tie for tie in found.here if tie.target.page == edition.page_id)


def _side(letter: str, edition: Edition, page: Data, around: Around) -> Data:
    area = around.neighbour("guide", page["area"]) if page["area"] else None
    concept = Neighbour(
        "concept", edition.slug, edition.title, "", edition.get_absolute_url(), edition.page_id
    )
    return {
        "letter": letter,
        "concept": concept,
        "edition": edition,
        "address": edition.get_permanent_url(),
        "page": page | presenting.OWN["concept"](page, around) | {"area": area},
    }
