"""What the template of a page shows: a document's data, its texts rendered, its names resolved.

Pure: `reading.py` fetches what surrounds a page, and everything here is plain data. A page with
a draft's data and a page with an edition's come out of the same function.
"""

import re
import string
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import chain, groupby

from concepts import citations, diagrams, rendering, texts
from concepts.documents import PAGE_DOCUMENTS, Data
from concepts.parts import VERDICTS
from concepts.sections import sections

LETTERS = "abcd"
"""The class of each side in the style sheet, in the order of the sides."""

VERBS = {
    "is-part-of": ("is part of", "includes"),
    "is-kind-of": ("is a kind of", "has as one kind"),
    "contrasts-with": ("contrasts with", "contrasts with"),
    "depends-on": ("depends on", "is needed for"),
    "uses": ("uses", "is used by"),
    "constrains": ("constrains", "is constrained by"),
    "is-measured-by": ("is measured by", "measures"),
    "is-improved-by": ("is improved by", "improves"),
    "leads-to": ("leads to", "follows from"),
}
"""How a relation reads from the page that states it, and from the page that it names."""

SYMBOLS = {
    "operation": ("op", "worked on"),
    "inspection": ("in", "checked"),
    "delay": ("hold", "waits"),
    "transport": ("go", "moved"),
    "storage": ("keep", "kept"),
}
"""The class and the meaning of each symbol of the flow process chart."""

MOST_MEMBERS = 40
"""So many links to an area are looked at: lists have all its pages."""
CASES = {"both": "Both", "neither": "Neither", "depends": "It depends"}
VS = ("volume", "variety", "variation", "visibility")


@dataclass(frozen=True)
class Neighbour:
    """Another page as it stands at the reader's moment; without address when it is not public."""

    kind: str
    slug: str
    title: str
    summary: str = ""
    address: str = ""
    page: int | None = None


@dataclass(frozen=True)
class Tie:
    """A link that an edition in force has to a page: from where, to where, in which role."""

    relation: str
    source: Neighbour
    target: Neighbour
    note: str = ""


@dataclass(frozen=True)
class Around:
    """What surrounds a page at one moment.

    `named` are the pages it names, by key as in "concept:takt-time". `here` are the links to the
    page, and the sides' links to each other's comparisons; `there` are the links of the pages
    around it: the steps of guides that lead through it, and what its sides relate to. `others`
    are organizations with the levels of their four Vs, for a page that is one itself.
    """

    page: int | None = None
    named: dict[str, Neighbour] = field(default_factory=dict)
    here: tuple[Tie, ...] = ()
    there: tuple[Tie, ...] = ()
    others: tuple[tuple[Neighbour, diagrams.Levels], ...] = ()

    def neighbour(self, kind: str, slug: str) -> Neighbour:
        """The page that the document names so; its slug stands in where nothing is known."""
        return self.named.get(f"{kind}:{slug}") or Neighbour(kind, slug, in_words(slug))

    def coming(self, *relations: str) -> list[Tie]:
        """The links to this page in one of these roles, one for each page they come from."""
        ties = [t for t in self.here if t.relation in relations and t.target.page == self.page]
        return list({tie.source.page: tie for tie in ties}.values())


def in_words(key: str) -> str:
    """A key as a reader would write it: "Time horizon"."""
    return key.replace("-", " ").capitalize()


def heading(title: str) -> Data:
    """A title in the parts that it is set in: what stands against what, or a name and its aside."""
    aside = re.fullmatch(r"(.+) (\([^()]+\))", title)
    name = aside[1] if aside else title
    return {"lines": name.split(" vs "), "aside": aside[2] if aside else ""}


PLACES = {
    "body": "Explained",
    "similarities": "What they share",
    "positions": "Where sources disagree",
    "misconception": "Common mistakes",
    "question": "Check yourself",
    "explain": "Explain it",
}
"""What readers call the parts of a page whose fields are named otherwise."""

SUMMARIES = {"concept": "Definition", "distinction": "Verdict"}
"""What the summary of a page is."""


def place_of(kind: str, place: str, locator: str = "") -> Data:
    """Where on its page a text stands: anchor, name in words, and where in the source."""
    item, _, rest = place.partition("--")
    what, _, key = item.partition("-")
    if what == "row":
        words = ", ".join(in_words(part) for part in (key, rest))
        return {"anchor": place, "label": words, "locator": locator}
    if what in ("claim", "question", "misconception"):
        words = PLACES.get(what) or in_words(item)
        return {"anchor": item, "label": words, "locator": locator}
    name = re.sub(r"-\d+$", "", item)
    first = rendering.mark_id(texts.prefix(place), 1)
    known = SUMMARIES.get(kind) if name == "summary" else PLACES.get(name)
    return {"anchor": first, "label": known or in_words(name), "locator": locator}


# References ----------------------------------------------------------------------------------


def _letter(number: int) -> str:
    """The letter of a source's nth use on a page: a to z, then aa to zz."""
    letters = string.ascii_lowercase
    return letters[number % 26] * (number // 26 + 1)


def _reference(number: int, source: Data, marks: list[citations.Mark]) -> Data:
    title = source["csl"]["title"]
    return {
        "number": number,
        "key": source["key"],
        "label": citations.label(source["csl"]),
        "title": title if title.endswith((".", "?", "!")) else f"{title}.",
        "under_discussion": source["under_discussion"],
        "uses": [
            {"letter": _letter(index), "id": mark.id, "locator": mark.locator}
            for index, mark in enumerate(dict.fromkeys(marks))
        ],
    }


def references(sources: dict[str, Data], bibliography: citations.Bibliography) -> list[Data]:
    """The cited sources in the order of their numbers, each with the places that cite it."""
    return [
        _reference(number, sources[key], bibliography.marks[key])
        for key, number in bibliography.numbers.items()
    ]


# Relations in words --------------------------------------------------------------------------


def _phrases(found: Iterable[tuple[str, Neighbour, str]]) -> list[Data]:
    """(verb, page, note) gathered by verb, each page once for each verb."""
    gathered: dict[str, dict[str, Data]] = {}
    for verb, page, note in found:
        pages = gathered.setdefault(verb, {})
        pages.setdefault(f"{page.kind}:{page.slug}", {"page": page, "note": note})
    return [{"verb": verb, "pages": list(pages.values())} for verb, pages in gathered.items()]


def _own_relations(page: Data, around: Around) -> Iterable[tuple[str, Neighbour, str]]:
    for relation in page["relations"]:
        target = around.neighbour("concept", relation["concept"])
        yield VERBS[relation["type"]][0], target, relation["note"]


def _coming_relations(around: Around) -> Iterable[tuple[str, Neighbour, str]]:
    for type_, (_, verb) in VERBS.items():
        for tie in around.coming(type_):
            yield verb, tie.source, tie.note


def _related(side: Data, around: Around) -> list[Data]:
    """What the concept of a side says of its relations, one sentence for each verb."""
    own = side["concept"].page
    ties = [t for t in around.there if t.source.page == own and t.relation in VERBS]
    said: dict[str, list[Neighbour]] = {}
    for tie in ties:
        said.setdefault(VERBS[tie.relation][0], []).append(tie.target)
    return [{"side": side, "verb": verb, "pages": pages} for verb, pages in said.items()]


# The kinds -----------------------------------------------------------------------------------


def side_of(number: int, side: Data, around: Around) -> Data:
    """The side at this place of a comparison: key, class in the style sheet, concept."""
    concept = around.neighbour("concept", side["concept"])
    return {"key": side["key"], "letter": LETTERS[number], "concept": concept}


def _row(row: Data, sides: dict[str, Data], labels: dict[str, Data]) -> Data:
    anchor = f"row-{row['key']}"
    cells = [
        {**cell, "side": sides[cell["side"]], "anchor": f"{anchor}--{cell['side']}"}
        for cell in row["cells"]
    ]
    label = labels.get(row["dimension"]) or {"label": in_words(row["dimension"])}
    return {**row, **label, "key": row["key"], "anchor": anchor, "cells": cells}


def _with_sides(items: list[Data], sides: dict[str, Data]) -> list[Data]:
    """Texts that name a side, with the side itself; a side that is gone takes its text along."""
    return [{**item, "side": sides[item["side"]]} for item in items if item["side"] in sides]


def _practice(pair: Data, sides: dict[str, Data], around: Around) -> Data:
    organization = around.neighbour("organization", pair["organization"])
    return {"organization": organization, "texts": _with_sides(pair["texts"], sides)}


def _scope(scope: Data | None, sides: dict[str, Data]) -> Data | None:
    if not scope:
        return None
    outer = sides.get(scope["outer"])
    return {**scope, "outer": outer, "areas": _with_sides(scope["areas"], sides)}


def _claim(claim: Data, around: Around) -> Data:
    see = [around.neighbour(*reference.split(":")) for reference in claim["see"]]
    return {**claim, "see": see}


def _tally(claims: list[Data]) -> list[tuple[str, int]]:
    verdicts = [claim["verdict"] for claim in claims]
    return [(verdict, verdicts.count(verdict)) for verdict in VERDICTS if verdict in verdicts]


def _retired(page: Data, sides: dict[str, Data], rows: list[Data]) -> Data:
    """Rows and sides that are gone, each with every address that once led to it."""
    all_sides = [*sides, *(side["key"] for side in page["retired_sides"])]
    labels = {row["key"]: row["label"] for row in rows}
    titles = {key: side["concept"].title for key, side in sides.items()}
    return {
        "retired_rows": [
            {
                **row,
                "anchor": f"row-{row['key']}",
                "cells": [f"row-{row['key']}--{side}" for side in all_sides],
                "successor_label": labels.get(row["successor"], in_words(row["successor"])),
            }
            for row in page["retired_rows"]
        ],
        "retired_sides": [
            {
                **side,
                "cells": [f"{row['anchor']}--{side['key']}" for row in rows],
                "successor_label": titles.get(side["successor"], in_words(side["successor"])),
            }
            for side in page["retired_sides"]
        ],
    }


def _nearest(page: Data, around: Around) -> list[Neighbour]:
    """The other comparisons of the same concepts: the nearest pairs that people confuse."""
    sides = {side["concept"].page for side in page["sides"]}
    found = [t.source for t in around.here if t.relation == "side" and t.target.page in sides]
    return list({near.page: near for near in found if near.page != around.page}.values())


def _distinction(page: Data, around: Around) -> Data:
    sides = {s["key"]: side_of(i, s, around) for i, s in enumerate(page["sides"])}
    labels = {item["key"]: item for item in page["frozen"]["dimensions"]}
    rows = [_row(row, sides, labels) for row in page["rows"]]
    shown = {
        "sides": list(sides.values()),
        "rows": rows,
        "practice": [_practice(pair, sides, around) for pair in page["practice"]],
        "scope": _scope(page["scope"], sides),
        "boundary_cases": [
            {**case, "case": CASES[case["case"]]} for case in page["boundary_cases"]
        ],
        "signed": len(sides) == 2 and any(position["sign"] for position in page["positions"]),
        "claims": [_claim(claim, around) for claim in page["claims"]],
        "tally": _tally(page["claims"]),
        **_retired(page, sides, rows),
    }
    shown["related"] = [said for side in shown["sides"] for said in _related(side, around)]
    shown["nearest"] = _nearest(shown, around)
    return shown


def _concept(page: Data, around: Around) -> Data:
    relations = chain(_own_relations(page, around), _coming_relations(around))
    return {
        "prerequisites": [around.neighbour("concept", slug) for slug in page["prerequisites"]],
        "built_on_it": [tie.source for tie in around.coming("prerequisite")],
        "phrases": _phrases(relations),
        "compared": [tie.source for tie in around.coming("side")],
        "seen": around.coming("illustrates"),
        "curve": diagrams.curve(page["formula"]),
    }


def _organization(page: Data, around: Around) -> Data:
    illustrates = [
        {**item, "concept": around.neighbour("concept", item["concept"])}
        for item in page["illustrates"]
    ]
    four_vs = [{"name": name.capitalize(), **page["four_vs"][name]} for name in VS]
    return {
        "illustrates": illustrates,
        "steps": [{**s, "mark": SYMBOLS[s["symbol"]]} for s in page["steps"]],
        "four_vs": [v for v in four_vs if v["level"] or v["reason"]],
        "compared": [tie.source for tie in around.coming("practice")],
    }


def _guide(page: Data, around: Around) -> Data:
    steps = [
        {"page": around.neighbour(*step["page"].split(":")), "note": step["note"]}
        for step in page["steps"]
    ]
    taken = {step["page"].page for step in steps}
    members = [tie.source for tie in around.coming("area") if tie.source.page not in taken]
    by_kind = groupby(sorted(members, key=lambda m: m.kind), key=lambda m: m.kind)
    return {
        "steps": steps,
        "members": [(kind, list(pages)) for kind, pages in by_kind],
        "many": len(around.here) >= MOST_MEMBERS,
    }


OWN: dict[str, Callable[[Data, Around], Data]] = {
    "concept": _concept,
    "distinction": _distinction,
    "organization": _organization,
    "guide": _guide,
}


# The page ------------------------------------------------------------------------------------


def _way(guide: Neighbour, around: Around) -> Data:
    """Where a guide leads from this page: the steps before and after it."""
    ties = [t for t in around.there if t.source.page == guide.page and t.relation == "step"]
    steps = [tie.target for tie in ties]
    here = next((i for i, step in enumerate(steps) if step.page == around.page), None)
    if here is None:
        return {"guide": guide}
    return {
        "guide": guide,
        "number": here + 1,
        "count": len(steps),
        "previous": steps[here - 1] if here else None,
        "next": steps[here + 1] if here + 1 < len(steps) else None,
    }


def _ways(page: Data, around: Around) -> list[Data]:
    """The guides that lead through this page, its own area first."""
    guides = [tie.source for tie in around.coming("step")]
    return [_way(guide, around) for guide in sorted(guides, key=lambda g: g.slug != page["area"])]


def _mentions(around: Around) -> list[Neighbour]:
    """Pages whose text or claims name this page, and that are not listed for another reason."""
    otherwise = {t.source.page for t in around.here if t.relation not in ("text", "claim")}
    ties = around.coming("text", "claim")
    return [t.source for t in ties if t.source.page not in otherwise | {around.page}]


def _definitions(linked: Iterable[str], page: Data, around: Around) -> list[Neighbour]:
    """The concepts that the page links to where it does not define them, each once."""
    pages = chain(
        (around.named.get(key) for key in linked),
        page.get("prerequisites", ()),
        (item["concept"] for item in page.get("illustrates", ())),
        (to["page"] for phrase in page.get("phrases", ()) for to in phrase["pages"]),
        (near for said in page.get("related", ()) for near in said["pages"]),
        (near for claim in page.get("claims", ()) for near in claim["see"]),
        page["mentions"],
    )
    public = [near for near in pages if near and near.kind == "concept" and near.address]
    return list({near.page: near for near in public if near.page != around.page}.values())


def _questions(page: Data) -> list[Data]:
    """The questions; each with the row that it tests, while the page has it."""
    labels = {row["key"]: row["label"] for row in page.get("rows", [])}
    return [
        {
            **item,
            "anchor": f"question-{item['key']}",
            "row_label": labels.get(item["row"], ""),
            "row_address": f"#row-{item['row']}",
        }
        for item in page["questions"]
    ]


def _day(value: str) -> date | None:
    return date.fromisoformat(value) if value else None


def _common(page: Data, around: Around) -> Data:
    return {
        "heading": heading(page["title"]),
        "area": around.neighbour("guide", page["area"]) if page["area"] else None,
        "ways": _ways(page, around),
        "mentions": _mentions(around),
        "questions": _questions(page),
        "reviewed_on": _day(page["reviewed_on"]),
        "review_due": _day(page["review_due"]),
    }


def present(data: Data, around: Around) -> Data:
    """What the page's template shows of a document's data.

    Every Markdown text is rendered, and comes as "" where it was empty. `sections` lists the
    parts that have content, in order; `references` the cited sources by their numbers.
    """
    model = PAGE_DOCUMENTS[data["kind"]]
    found: list[tuple[str, str]] = []
    texts.map_texts(model, data, lambda place, text: found.append((texts.prefix(place), text)))
    sources = {source["key"]: source for source in data["frozen"]["sources"]}
    bibliography = citations.bibliography(found, sources)
    addresses = {key: near.address for key, near in around.named.items() if near.address}

    def show(place: str, text: str) -> str:
        if not text:
            return ""
        if place.startswith("question-") and "--option-" in place:  # it labels a control
            return rendering.plain(text)
        return rendering.render(
            text,
            prefix=texts.prefix(place),
            addresses=addresses,
            numbers=bibliography.numbers,
        )

    page = texts.map_texts(model, data, show)
    page["plain_summary"] = rendering.plain(data["summary"])
    page["references"] = references(sources, bibliography)
    page |= OWN[data["kind"]](page, around)
    page |= _common(page, around)
    linked = (target.key for _, text in found for target in rendering.links_in(text))
    page["definitions"] = _definitions(linked, page, around)
    page["pictures"] = diagrams.pictures(page, data, around.others)
    page["sections"] = sections(page)
    return page
