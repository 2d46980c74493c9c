"""All concepts from A to Z, and the other names by which they are looked for."""

import json
from datetime import datetime
from itertools import groupby

from concepts import citations
from concepts.documents import Data
from concepts.presenting import Neighbour
from concepts.reading.lists import listed, told
from concepts.reading.long_lists import Part, is_long, part_of
from concepts.reading.neighbours import SHORT, neighbour


def _letter(entry: Data) -> str:
    first: str = citations.folded(entry["term"])[:1].upper()
    return first if first.isalpha() else "0-9"


def _aliases(named: list[tuple[Neighbour, list[str]]]) -> list[Data]:
    """One entry for each other name, with the concepts that go by it."""
    gathered: dict[str, Data] = {}
    for concept, aliases in named:
        for alias in aliases:
            key = citations.folded(alias)
            if key != citations.folded(concept.title):
                entry = gathered.setdefault(key, {"term": alias, "see": {}})
                entry["see"][concept.slug] = concept
    return [{**entry, "see": list(entry["see"].values())} for entry in gathered.values()]


Letters = list[tuple[str, list[Data]]]


def glossary(at: datetime, after: str = "") -> tuple[Letters, Part | None]:
    """The letters, each with its entries: a term and its `concept`, or a name and what to `see`.

    A long glossary comes in parts, A to Z by the titles, and has other names beside their terms.

    Raises:
        Http404: no concept has this slug.
    """
    concepts = listed("concept", at).annotate(aliases=told("aliases"))
    part = part_of(concepts, after, "aliases") if after or is_long(concepts) else None
    found = part.entries if part else concepts.values_list("aliases", *SHORT)
    named = [(neighbour(short), json.loads(aliases)) for aliases, *short in found]
    if part:
        entries = [
            {"term": concept.title, "concept": concept, "aliases": aliases}
            for concept, aliases in named
        ]
    else:
        terms = [{"term": concept.title, "concept": concept} for concept, _ in named]
        entries = sorted([*terms, *_aliases(named)], key=lambda e: citations.folded(e["term"]))
    return [(letter, list(group)) for letter, group in groupby(entries, key=_letter)], part
