"""A list as a page and on paper: its pages with the chosen rows, its questions, their sources."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from concepts import choosing, lanes, rendering
from concepts.comparison import rows_changed
from concepts.documents import PAGE_DOCUMENTS, Data
from concepts.excerpts import Excerpt, question_of, row_label, together
from concepts.models import Edition
from concepts.presenting import OWN, Around, Neighbour
from concepts.questions import parse_question
from concepts.reading.chosen import Chosen
from concepts.reading.lists import listed
from concepts.reading.long_lists import WHOLE
from concepts.reading.neighbours import pages_named

KEPT = frozenset("schema kind slug title sides frozen".split())
"""The fields of a document that any part of it needs to be shown."""

PARTS = {"rows": "row", "questions": "question"}
"""The lists that a part is chosen from, and what the anchor of one begins with."""

Group = Sequence[Chosen]
"""What was chosen of one page in one edition: first what can be shown, then what it lacks."""


def handout(found: Iterable[Chosen], at: datetime) -> Data:
    """What the template of a list shows, in one query.

    `entries` are the pages, once for each edition, with the rows chosen of them; `questions` are
    all that were chosen, with the plain text of their `answers`; `references` is what both cite.
    """
    groups = _grouped(found)
    frozen = [item for group in groups for item in _frozen(group[0].data, "neighbours")]
    known = pages_named(frozen, at)
    addresses = {key: near.address for key, near in known.items() if near.address}
    texts, references = together([_excerpt(g) for g in groups if g[0].edition], addresses)
    shown = iter(texts)
    entries = [
        _entry(group) | (_shown(group, edition, next(shown), known) if edition else {})
        for group, edition in ((group, group[0].edition) for group in groups)
    ]
    questions = [question for entry in entries for question in entry.get("questions", [])]
    return {"entries": entries, "questions": questions, "references": references}


def _frozen(data: Data, name: str) -> list[Data]:
    """What a document froze of others; nothing where there is no document."""
    frozen: list[Data] = data.get("frozen", {}).get(name, [])
    return frozen


def _grouped(found: Iterable[Chosen]) -> list[Group]:
    groups: dict[choosing.Choice, dict[choosing.Choice, Chosen]] = {}
    for one in found:  # a page may stand there under an older name too
        groups.setdefault(one.choice.whole, {}).setdefault(one.choice, one)
    return [sorted(group.values(), key=lambda one: not one.edition) for group in groups.values()]


def _entry(group: Group) -> Data:
    first = group[0]
    return {
        "page": first.choice.whole,
        "title": first.title,
        "chosen": group,
        "missing": [one for one in group if one.missing],
        "renamed": any(one.asked != one.choice for one in group),
    }


# What can be shown ----------------------------------------------------------------------------


def _picked(group: Group, name: str) -> list[Data]:
    """The chosen items of a list of the document, in the order in which they were chosen."""
    items = {f"{PARTS[name]}-{item['key']}": item for item in group[0].data.get(name, [])}
    parts = (one.choice.part for one in group if one.edition)
    return [items[part] for part in parts if part in items]


def _place(group: Group) -> str:
    """What the ids of its texts begin with, unlike those of any other page and edition."""
    choice = group[0].choice
    return f"{choice.kind}-{choice.slug}--{choice.number or 'newest'}"


def _excerpt(group: Group) -> Excerpt:
    """The chosen parts alone, so that only sources are listed that these cite."""
    data = group[0].data
    picked = {name: _picked(group, name) for name in PARTS if name in data}
    model = PAGE_DOCUMENTS[data["kind"]]
    return Excerpt(model, lanes.only(data, KEPT) | picked, _place(group), _frozen(data, "sources"))


def _shown(group: Group, edition: Edition, texts: Data, known: Mapping[str, Neighbour]) -> Data:
    """What an entry has of an edition, with the texts of its parts rendered."""
    one = group[0]
    numbered = one.choice.number is not None
    address = edition.get_permanent_url() if numbered else edition.get_absolute_url()
    page = Neighbour(edition.kind, edition.slug, edition.title, address=address)
    return {
        "edition": edition,
        "address": address,
        "newer": one.newer,
        "newest": _newest(one),
        "significance": one.significance,
        "gone": one.gone,
        "news": rows_changed(one.data, one.newer_data) if one.newer else None,
        "whole": any(one.edition and not one.choice.part for one in group),
        **_table(group, texts, known),
        "questions": [
            question_of(shown, page, one.data, f"{_place(group)}--question-{shown['key']}")
            | {"answers": _answers(item["text"])}
            for shown, item in zip(texts["questions"], _picked(group, "questions"), strict=True)
        ],
    }


def _newest(one: Chosen) -> choosing.Choice | None:
    """The page in the edition in force now, where that is a newer one."""
    page, newer = one.choice.whole, one.newer
    return page._replace(slug=newer.slug, number=newer.number) if newer else None


def _table(group: Group, texts: Data, known: Mapping[str, Neighbour]) -> Data:
    """The chosen rows of a comparison with its sides."""
    if not texts.get("rows"):
        return {"sides": [], "rows": []}
    named = {**known, **_as_frozen(group[0].data, known)} if group[0].choice.number else known
    own = OWN["distinction"](texts, Around(named=dict(named)))
    return {"sides": own["sides"], "rows": own["rows"]}


def _as_frozen(data: Data, known: Mapping[str, Neighbour]) -> dict[str, Neighbour]:
    """The pages that a numbered edition names, called what they were called then."""
    titles = {
        f"{item['kind']}:{item['slug']}": item["title"] for item in _frozen(data, "neighbours")
    }
    return {key: replace(known[key], title=title) for key, title in titles.items() if key in known}


def _answers(text: str) -> list[Data]:
    """The right options of a question and their reasons, as plain text."""
    return [
        {"text": rendering.plain(option.text), "reason": rendering.plain(option.reason)}
        for option in parse_question(text).options
        if option.right
    ]


# Choosing parts of a page -----------------------------------------------------------------------


def parts(one: Chosen) -> Data:
    """The rows and questions of a page that can be chosen, under the names that pages use."""
    rows = [
        {"anchor": f"row-{row['key']}", "label": row_label(one.data, row)}
        for row in one.data.get("rows", [])
    ]
    questions = [
        {"anchor": f"question-{item['key']}", "stem": _stem(item["text"])}
        for item in one.data.get("questions", [])
    ]
    return {"title": one.title, "rows": rows, "questions": questions}


def comparisons(at: datetime) -> list[tuple[str, str]]:
    """Item and title of each comparison in force, A to Z, to choose from; the first of many."""
    found = listed("distinction", at).values_list("slug", "title")[:WHOLE]
    return [(str(choosing.Choice("distinction", slug)), title) for slug, title in found]


def _stem(text: str) -> str:
    return rendering.render(parse_question(text).stem)
