"""From editions to what is searched: names, words and passages."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from django.db import DEFAULT_DB_ALIAS, connections

from concepts import citations, rendering
from concepts.documents import PAGE_DOCUMENTS, Data
from concepts.models import Edition, SearchEntry, SearchName
from concepts.presenting import PLACES, in_words
from concepts.search.engines import ENGINES
from concepts.search.slips import learn
from concepts.search.words import STOP, content, stem, stems, words
from concepts.sections import SECTIONS
from concepts.stored import load
from concepts.texts import map_texts

MOST_LETTERS = 200_000
"""Of an edition's words: PostgreSQL keeps at most a megabyte of them."""
MOST_NAMES, MOST_WORDS = 60, 20
"""How many names of an edition, and how many words of a name, are found by."""
LONGEST_NAME = 200
"""Letters of a name that are compared: an index of PostgreSQL takes no more than 2,700 bytes."""


class Passage(NamedTuple):
    """A text of a page, without markup, and where it stands: address within the page, in words."""

    anchor: str
    label: str
    text: str


_ELSEWHERE = re.compile(".*--(option|reason)-[0-9]+$|(misconception|claim)-.*--")


# Names ----------------------------------------------------------------------------------------


def names_of(data: Data) -> list[tuple[int, str]]:
    """(number, name): the title, whole and without its aside, is 0 and 1; other names follow."""
    title = data["title"]
    asides = re.findall(r"\(([^()]*)\)", title)
    short = " ".join(re.sub(r"\([^()]*\)", " ", title).split())
    others = [part.strip() for aside in asides for part in aside.split(",")] + data["aliases"]
    titles = [(0, title), (1, short)] if short not in ("", title) else [(0, title)]
    acronyms = [acronym(name) for name in (short, *others)]
    different = dict.fromkeys(name for name in (*others, *acronyms) if name)
    return [*titles, *enumerate(islice(different, MOST_NAMES), 2)]


def acronym(name: str) -> str:
    """The first letters of three words or more: JIT; of a comparison side by side: MTS vs MTO."""
    sides = [words(side) for side in name.split(" vs ")]
    if max(map(len, sides)) < (3 if len(sides) == 1 else 2):
        return ""
    initials = ("".join(word[0] for word in side).upper() for side in sides)
    return " vs ".join(
        letters if len(letters) > 1 else " ".join(side)
        for side, letters in zip(sides, initials, strict=True)
    )


def _turned(edition: Edition, number: int, name: str) -> Iterator[SearchName]:
    found = words(name)[:MOST_WORDS]
    size = len({stem(word) for word in content(found)})
    for place, word in enumerate(found):
        if place == 0 or word not in STOP:
            yield SearchName(
                edition=edition,
                name=name,
                number=number,
                size=size,
                word=stem(word),
                turned=" ".join(found[place:] + found[:place])[:LONGEST_NAME],
                first=place == 0,
            )


# Passages -------------------------------------------------------------------------------------


def passages_of(data: Data) -> list[Passage]:
    """The texts of a document in the order of the page, the summary first.

    Options of questions and their reasons are left out: they would give the answers away. What is
    wrong is never told without what holds.
    """
    found: list[tuple[str, str]] = []

    def note(place: str, text: str) -> str:
        if text and not _ELSEWHERE.match(place):
            found.extend((place, part) for part in map(rendering.plain, _parts(text)) if part)
        return text

    map_texts(PAGE_DOCUMENTS[data["kind"]], data, note)
    found += _lines(data)
    summary = [Passage("", "", rendering.plain(data["summary"]))]
    rest = [Passage(*_where(data, place), text) for place, text in found if place != "summary"]
    return [*summary, *rest]


def _parts(text: str) -> list[str]:
    """The paragraphs of a text: people look for words that stand near each other."""
    return re.split(r"\n{2,}", text)


def _lines(data: Data) -> Iterator[tuple[str, str]]:
    """What stands on the page in plain words, or only together."""
    for wrong in data.get("misconceptions", ()):
        yield f"misconception-{wrong['key']}", _refuted(wrong["claim"], wrong["correction"])
    for claim in data.get("claims", ()):
        yield f"claim-{claim['key']}", _refuted(claim["quote"], claim["correction"])
    if data["kind"] == "organization" and data["steps"]:
        yield "steps", "; ".join(step["text"] for step in data["steps"])
    if formula := data.get("formula"):
        yield "formula", formula["text"]
    if sector := data.get("sector"):
        yield "sector", sector
    for source in data["frozen"]["sources"]:
        yield "sources", citations.label(source["csl"])


def _refuted(claim: str, correction: str) -> str:
    return f"“{rendering.plain(claim)}” What holds: {rendering.plain(correction)}"


def _where(data: Data, place: str) -> tuple[str, str]:
    """(anchor, in words) of a place on its page; nothing for what stands at its head."""
    item, _, rest = place.partition("--")
    what, _, key = item.partition("-")
    if what == "row":
        return place, f"{_dimension(data, key)}, {in_words(rest)}"
    if what in ("claim", "question", "misconception") and key != "note":
        return item, PLACES.get(what) or "An article, checked"
    for section in SECTIONS[data["kind"]]:
        fields = (section.name, *section.fields)
        if any(re.fullmatch(rf"{field.replace('_', '-')}(-.*)?", item) for field in fields):
            return section.name, section.label
    return "", ""


def _dimension(data: Data, row: str) -> str:
    key = next((each["dimension"] for each in data["rows"] if each["key"] == row), row)
    labels = {each["key"]: each["label"] for each in data["frozen"]["dimensions"]}
    return labels.get(key) or in_words(key)


# Writing --------------------------------------------------------------------------------------


def _entry(edition: Edition, names: Iterable[str], passages: Sequence[Passage]) -> SearchEntry:
    lead = stems(" ".join([*names, passages[0].text]))
    lines = [" ".join(stems(_with_row(passage))) for passage in passages[1:]]
    return SearchEntry(
        edition=edition,
        lead=" ".join(lead)[:MOST_LETTERS],
        body="\n".join(lines)[:MOST_LETTERS],
        passages=passages,
    )


def _with_row(passage: Passage) -> str:
    """What a row is called is found with each of its cells."""
    is_cell = passage.anchor.startswith("row-")
    return f"{passage.label} {passage.text}" if is_cell else passage.text


def index_editions(editions: Iterable[Edition], using: str = DEFAULT_DB_ALIAS) -> None:
    """Write what these editions are found by; they must not have been indexed before."""
    entries: list[SearchEntry] = []
    turned: list[SearchName] = []
    texts: list[str] = []
    names: list[str] = []
    for edition in editions:
        data = load(edition.document)
        own, passages = names_of(data), passages_of(data)
        entries.append(_entry(edition, (name for _, name in own), passages))
        turned += (each for number, name in own for each in _turned(edition, number, name))
        names += (name for _, name in own)
        texts += (passage.text for passage in passages)
    SearchEntry.objects.using(using).bulk_create(entries)
    SearchName.objects.using(using).bulk_create(turned)
    learn([*texts, *names], names, using)


def index_edition(edition: Edition) -> None:
    """Write what a new edition is found by: its verb calls it."""
    index_editions([edition])


AT_ONCE = 100


def after_migrate(using: str, **_: object) -> None:
    """Mend the index, and fill it with the editions that came before it.

    No data migration does it, since what it writes changes with the schema of documents.
    """
    connection = connections[using]
    if SearchEntry._meta.db_table not in connection.introspection.table_names():
        return
    with connection.cursor() as cursor:
        for statement in ENGINES[connection.vendor].mend:
            cursor.execute(statement)
    missing = Edition.objects.using(using).filter(search_entry=None).only("pk", "document")
    while some := list(missing.order_by("pk")[:AT_ONCE]):
        index_editions(some, using)
