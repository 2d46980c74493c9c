"""What stops a page from being published (errors), and what needs a written reason (warnings).

Each rule is one small function in one list. They ask no queries: `surroundings.py` does.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Literal, NamedTuple

from concepts import citations, clock
from concepts.documents import Data, Distinction, PageDocument, data_of
from concepts.models import Page
from concepts.problems import place as words_of
from concepts.questions import parse_question
from concepts.rendering import (
    Cite,
    Image,
    Target,
    TextError,
    citations_in,
    images_in,
    links_in,
    render,
)
from concepts.stored import load
from concepts.surroundings import KEYED, KeysOf, Surroundings, keys_in, look_around
from concepts.texts import Reference, references, texts


class Finding(NamedTuple):
    """What a rule found: where in the document, and in a sentence how to mend it."""

    severity: Literal["error", "warning"]
    place: str
    message: str


Findings = Iterator[Finding]


def _error(place: str, message: str) -> Finding:
    return Finding("error", place, message)


def _warning(place: str, message: str) -> Finding:
    return Finding("warning", place, message)


# What a document names ------------------------------------------------------------------------


@dataclass(frozen=True)
class Text:
    """One text of the document and what it names; `problem` when it cannot be rendered."""

    place: str
    links: list[Target] = field(default_factory=list)
    cites: list[Cite] = field(default_factory=list)
    images: list[Image] = field(default_factory=list)
    problem: str = ""


def _read(place: str, text: str) -> Text:
    try:
        render(text)
    except TextError as error:
        return Text(place, problem=str(error))
    return Text(place, links_in(text), citations_in(text), images_in(text))


@dataclass(frozen=True)
class Subject:
    """A document, what it names, and what surrounds it."""

    document: PageDocument
    page: Page | None
    texts: list[Text]
    references: list[Reference]
    around: Surroundings

    @cached_property
    def data(self) -> Data:
        """The document as plain values."""
        return data_of(self.document)

    @property
    def comparison(self) -> Distinction | None:
        """The document, when it is a comparison."""
        return self.document if isinstance(self.document, Distinction) else None

    @property
    def links(self) -> Iterator[tuple[str, Target]]:
        """Every link in a text, with its place."""
        return ((text.place, link) for text in self.texts for link in text.links)

    @property
    def names(self) -> Iterator[tuple[str, str]]:
        """Every name of a page in structure and texts, with its place."""
        yield from ((words_of(named.path), named.key) for named in self.references)
        yield from ((place, link.key) for place, link in self.links)


# Errors -------------------------------------------------------------------------------------
# What readers would trip over, and only that: where what is named is on the desk and merely not
# published yet, the rule warns.


def unreadable_texts(subject: Subject) -> Findings:
    """A text that cannot be rendered."""
    for text in subject.texts:
        if text.problem:
            yield _error(text.place, text.problem)


def empty_cells(subject: Subject) -> Findings:
    """A missing cell comes from the desk as an empty one."""
    for row in subject.comparison.rows if subject.comparison else []:
        for cell in row.cells:
            if not cell.text:
                yield _error(f"row-{row.key}--{cell.side}", "The cell is empty: write it.")


def unknown_pages(subject: Subject) -> Findings:
    """A name in structure or text that stands for no page of the desk."""
    for place, name in subject.names:
        if name not in subject.around.pages:
            yield _error(place, f"There is no page {name}: make it, or name another.")


def unknown_sources(subject: Subject) -> Findings:
    """A citekey that stands for no source. What is cited and exists, the document has frozen."""
    known = {source.key for source in subject.document.frozen.sources}
    for text in subject.texts:
        for key in dict.fromkeys(cite.key for cite in text.cites):
            if key not in known:
                yield _error(text.place, f"There is no source {key}: add it, or cite another.")


def _sides_named(document: Distinction) -> Iterator[tuple[str, str]]:
    if document.scope:
        yield "scope", document.scope.outer
        yield from (("scope", area.side) for area in document.scope.areas)
    for pair in document.practice:
        yield from ((f"practice-{pair.organization}", text.side) for text in pair.texts)


def unknown_sides(subject: Subject) -> Findings:
    """A side that scope picture or practice name and that the comparison does not have."""
    if subject.comparison:
        known = {"", *(side.key for side in subject.comparison.sides)}
        for place, side in _sides_named(subject.comparison):
            if side not in known:
                yield _error(place, f"There is no side {side}: name one of the comparison's.")


def unknown_rows(subject: Subject) -> Findings:
    """A row that a question tests and that the page does not have."""
    rows = {"", *keys_in(subject.data)["row"].live}
    for question in subject.document.questions:
        if question.row not in rows:
            message = f"It tests a row {question.row} that the page does not have."
            yield _error(f"question-{question.key}", message)
    for key in subject.data.get("untested_rows", []):
        if key not in rows:
            message = f"{key}, said to be tested by no question, is no row of the page."
            yield _warning("untested rows", message)


def unknown_successors(subject: Subject) -> Findings:
    """A successor of something retired that is no row, or side, itself."""
    for what, (_, field_name) in KEYED.items():
        known = {"", *keys_in(subject.data)[what].all}
        for item in subject.data.get(field_name, []):
            if item["successor"] not in known:
                message = f"{item['successor']}, said to follow it, is no {what} of the page."
                yield _error(f"{what}-{item['key']}", message)


def unknown_dimensions(subject: Subject) -> Findings:
    """A dimension that is not on the desk. Those that are, the document has frozen."""
    known = {dimension.key for dimension in subject.document.frozen.dimensions}
    for row in subject.comparison.rows if subject.comparison else []:
        if row.dimension not in known:
            yield _error(f"row-{row.key}", f"There is no dimension {row.dimension}.")


def missing_editions(subject: Subject) -> Findings:
    """A link to an edition that never was; one that is only scheduled leads somewhere later."""
    for place, link in subject.links:
        page = subject.around.pages.get(link.key)
        if not link.edition or page is None:
            continue
        if (page, link.edition) in subject.around.ahead:
            yield _warning(place, f"Edition {link.edition} of {link.key} is not in force yet.")
        elif (page, link.edition) not in subject.around.keys:
            yield _error(place, f"{link.key} has no edition {link.edition}.")


def _leads_nowhere(link: Target, keys: KeysOf) -> bool:
    row, _, side = link.fragment.removeprefix("row-").partition("--")
    return row not in keys["row"].all or side not in {"", *keys["side"].all}


def missing_rows(subject: Subject) -> Findings:
    """A link to a row or cell that its page does not have, or has on the desk alone."""
    around = subject.around
    for place, link in subject.links:
        page = around.pages.get(link.key, -1)
        keys = around.keys.get((page, link.edition))
        if not (keys and link.fragment.startswith("row-") and _leads_nowhere(link, keys)):
            continue
        if link.edition or _leads_nowhere(link, around.desk[page]):
            yield _error(place, f"{link.key} has no #{link.fragment}.")
        else:
            yield _warning(place, f"#{link.fragment} of {link.key} is not published yet.")


def lost_keys(subject: Subject) -> Findings:
    """A key of the edition before it that is neither live nor retired."""
    last = subject.around.last
    for what, before in keys_in(load(last.document) if last else {}).items():
        for key in sorted(before.all - keys_in(subject.data)[what].all):
            message = f"The {what} {key} is gone: retire it, with a successor or a reason."
            yield _error(f"{what}-{key}", message)


def reused_keys(subject: Subject) -> Findings:
    """A key that was retired stays so, unless an edition was restored that had it."""
    last = subject.around.last
    for what, before in keys_in(load(last.document) if last else {}).items():
        live = keys_in(subject.data)[what].live - subject.around.restored[what].live
        for key in sorted(before.retired & live):
            message = f"The key {key} was retired and is never used again: choose a new one."
            yield _error(f"{what}-{key}", message)


def taken_slug(subject: Subject) -> Findings:
    """A slug that an edition of another page has carried."""
    owner = subject.around.owner
    if owner is not None and not (subject.page and subject.page.pk == owner):
        slug = subject.document.slug
        yield _error("slug", f"{slug} has been the address of another page: choose a new one.")


def images_without_words(subject: Subject) -> Findings:
    """An image without text for those who do not see it."""
    for text in subject.texts:
        for image in text.images:
            if not image.alt.strip():
                message = (
                    f"The image {image.src} needs words in its place: ![what it shows](...),"
                    " or ![decorative](...) when it says nothing."
                )
                yield _error(text.place, message)


# Warnings -----------------------------------------------------------------------------------


def no_summary(subject: Subject) -> Findings:
    """A page without its answer in one sentence."""
    if not subject.document.summary:
        yield _warning("summary", "The page has no summary.")


def unsourced_cells(subject: Subject) -> Findings:
    """A cell that neither cites nor is marked as our own illustration."""
    sourced = {text.place for text in subject.texts if text.cites}
    for row in subject.comparison.rows if subject.comparison else []:
        for cell in row.cells:
            place = f"row-{row.key}--{cell.side}"
            if cell.text and not cell.illustration and place not in sourced:
                yield _warning(place, "The cell has no source and is no illustration of ours.")


def options_without_reason(subject: Subject) -> Findings:
    """An option of a question that does not say why it is right or wrong."""
    for question in subject.document.questions:
        for number, option in enumerate(parse_question(question.text).options, 1):
            if not option.reason:
                yield _warning(f"question-{question.key}", f"Option {number} has no reason.")


def unpublished_pages(subject: Subject) -> Findings:
    """A page that readers cannot go to: its name is shown as plain text."""
    first: dict[str, str] = {}
    for place, name in subject.names:
        first.setdefault(name, place)
    for name, place in first.items():
        page = subject.around.pages.get(name)
        if page is not None and page not in subject.around.published:
            yield _warning(place, f"{name} is not published.")


def few_similarities(subject: Subject) -> Findings:
    """A comparison that hardly says what its sides share."""
    if subject.comparison and len(subject.comparison.similarities) < 2:
        yield _warning("similarities", "Fewer than two similarities.")


def no_principle(subject: Subject) -> Findings:
    """A comparison without the rule behind its rows."""
    if subject.comparison and not subject.comparison.principle:
        yield _warning("principle", "No principle behind the rows.")


def no_boundary_case(subject: Subject) -> Findings:
    """A comparison that is not tried on a hard case."""
    if subject.comparison and not subject.comparison.boundary_cases:
        yield _warning("boundary-cases", "No boundary case.")


def no_refuted_misconception(subject: Subject) -> Findings:
    """A comparison that refutes, with a source, nothing that people get wrong."""
    sourced = {text.place for text in subject.texts if text.cites}
    items = subject.comparison.misconceptions if subject.comparison else []
    if subject.comparison and sourced.isdisjoint(
        f"misconception-{item.key}--correction" for item in items
    ):
        yield _warning("misconceptions", "No misconception is refuted with a source.")


def untested_rows(subject: Subject) -> Findings:
    """The rows that no question asks about and none is meant to, all in one."""
    if subject.comparison is None:
        return
    names = {item.key: item.label for item in subject.document.frozen.dimensions}
    tested = {question.row for question in subject.document.questions}
    named = tested | {*subject.comparison.untested_rows}
    rows = [row for row in subject.comparison.rows if row.key not in named]
    if rows:
        listed = ", ".join(names.get(row.dimension, row.key) for row in rows)
        yield _warning("questions", f"No question tests these rows: {listed}.")


def incomplete_sources(subject: Subject) -> Findings:
    """A cited source of which a reader could not make a reference."""
    for source in subject.document.frozen.sources:
        if lacking := citations.lacking(source.csl):
            yield _warning(f"source {source.key}", f"It lacks {', '.join(lacking)}.")


RULES: tuple[Callable[[Subject], Findings], ...] = (
    unreadable_texts,
    empty_cells,
    unknown_pages,
    unknown_sources,
    unknown_sides,
    unknown_rows,
    unknown_successors,
    unknown_dimensions,
    missing_editions,
    missing_rows,
    lost_keys,
    reused_keys,
    taken_slug,
    images_without_words,
    no_summary,
    unsourced_cells,
    options_without_reason,
    unpublished_pages,
    few_similarities,
    no_principle,
    no_boundary_case,
    no_refuted_misconception,
    untested_rows,
    incomplete_sources,
)


def check(
    document: PageDocument,
    page: Page | None = None,
    *,
    alongside: Iterable[PageDocument] = (),
    moment: datetime | None = None,
) -> list[Finding]:
    """All that the rules find in a composed document of this page (None: not on the desk yet).

    `alongside` are documents that are published at the same moment; `moment` is now by default.
    """
    read = [_read(place, text) for place, text in texts(document)]
    named = references(document)
    links = [link for text in read for link in text.links]
    names = {item.key for item in named} | {link.key for link in links}
    moment = moment or clock.now()
    around = look_around(document, page, names, links, alongside, moment)
    subject = Subject(document, page, read, named, around)
    return [finding for rule in RULES for finding in rule(subject)]
