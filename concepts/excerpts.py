"""Texts of several documents on one page, under one list of sources. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from concepts import citations, rendering, texts
from concepts.documents import Data
from concepts.parts import Model
from concepts.presenting import Neighbour, in_words, references


@dataclass(frozen=True)
class Excerpt:
    """Part of a document: what its ids begin with, and the sources that its edition froze."""

    model: type[Model]
    data: Data
    place: str
    sources: Sequence[Data]


def together(
    excerpts: Iterable[Excerpt], addresses: Mapping[str, str]
) -> tuple[list[Data], list[Data]]:
    """The excerpts with every text rendered, and the sources that they cite, numbered as one list.

    `addresses` has the address of each page that may be linked to, by key ("concept:takt-time").
    A source that editions froze differently is shown as the first of the excerpts has it.
    """
    given = list(excerpts)
    found: list[tuple[str, str]] = []
    for each in given:
        texts.map_texts(each.model, each.data, _noting(found), each.place)
    sources: dict[str, Data] = {}
    for source in (source for each in given for source in each.sources):
        sources.setdefault(source["key"], source)
    bibliography = citations.bibliography(found, sources)
    shown = [
        texts.map_texts(each.model, each.data, _showing(each, addresses, bibliography), each.place)
        for each in given
    ]
    return shown, references(sources, bibliography)


def row_label(data: Data, row: Data) -> str:
    """What the heading of a row of this document reads."""
    labels = {each["key"]: each["label"] for each in data["frozen"]["dimensions"]}
    return str(labels.get(row["dimension"]) or in_words(row["dimension"]))


def question_of(shown: Data, page: Neighbour, data: Data, anchor: str) -> Data:
    """A question as a template shows it away from its page: whose it is, and the row it tests."""
    row = next((row for row in data.get("rows", []) if row["key"] == shown["row"]), None)
    return {
        **shown,
        "anchor": anchor,
        "page": page,
        "address": f"{page.address}#question-{shown['key']}",
        "row_label": row and row_label(data, row),
        "row_address": row and f"{page.address}#row-{row['key']}",
    }


def _noting(found: list[tuple[str, str]]) -> texts.Change:
    return lambda place, text: found.append((texts.prefix(place), text))


def _showing(
    excerpt: Excerpt, addresses: Mapping[str, str], bibliography: citations.Bibliography
) -> texts.Change:
    def show(place: str, text: str) -> str:
        if not text:
            return ""
        if "--option-" in place:  # it labels a control
            return rendering.plain(text)
        prefix = texts.prefix(place)
        return rendering.render(
            text, prefix=prefix, addresses=addresses, numbers=bibliography.numbers
        )

    return show
