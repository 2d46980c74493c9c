"""Content files onto the desk: all of them or none, and never over what an editor has changed.

An import compares three texts of each document: what the file says, what the desk says, and what
the last import left there. The desk is written only where it still says what that import left.
"""

import json
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Max
from pydantic import ValidationError

from concepts import desk
from concepts.content_files import ContentError, FileDocument, FileProblem, Folder, texts_of
from concepts.desk import MODELS, DeskError, Item
from concepts.documents import (
    PAGE_DOCUMENTS,
    Dimension,
    Distinction,
    Document,
    Guide,
    Source,
    canonical,
    digest,
)
from concepts.models import Dimension as DimensionRow
from concepts.models import Edition, LogEntry, Page
from concepts.models import Source as SourceRow
from concepts.problems import about
from concepts.rendering import citations_in, links_in
from concepts.stored import load
from concepts.texts import references

IMPORTED = "import"
"""The action under which the desk's log keeps what an import left."""

_MODELS: dict[str, Any] = {**PAGE_DOCUMENTS, "source": Source, "dimension": Dimension}


class ConflictError(Exception):
    """Somebody has changed these on the desk since the last import; `keys` names them."""

    def __init__(self, keys: list[str]) -> None:
        super().__init__(", ".join(keys))
        self.keys = keys


State = Literal["created", "changed", "unchanged", "overwritten", "kept"]
"""`overwritten` and `kept` are what somebody had edited on the desk since the last import."""

Overwrite = bool | Collection[str]


@dataclass(frozen=True)
class Step:
    """What an import does with one document; None before it is made, or was no valid document."""

    key: str
    state: State
    before: Document | None
    after: Document

    @property
    def is_conflict(self) -> bool:
        """Whether somebody had edited it on the desk since the last import."""
        return self.state in ("overwritten", "kept")


@dataclass
class Outcome:
    """What an import did, by names such as "concept:takt-time"."""

    steps: list[Step]
    elsewhere: list[str]
    """What is on the desk and not in the folder."""
    pages: list[Page]
    """The pages created or changed."""

    @property
    def created(self) -> list[str]:
        """What was not on the desk."""
        return self._names("created")

    @property
    def changed(self) -> list[str]:
        """What was, and said something else."""
        return self._names("changed", "overwritten")

    @property
    def unchanged(self) -> list[str]:
        """What says the same already."""
        return self._names("unchanged")

    @property
    def overwritten(self) -> list[str]:
        """Those of the changed ones that somebody had edited on the desk."""
        return self._names("overwritten")

    @property
    def digest(self) -> str:
        """The same for the same folder on the same desk, whichever conflicts are kept."""
        told = [
            [step.key, step.is_conflict, _digest(step.before), _digest(step.after)]
            for step in self.steps
        ]
        return digest(json.dumps(told))

    def _names(self, *states: State) -> list[str]:
        return sorted(step.key for step in self.steps if step.state in states)


def _digest(document: Document | None) -> str:
    return digest(canonical(document)) if document else ""


@dataclass
class _Entry:
    """A document of the folder, as it is to stand on the desk, and what stands there for it."""

    file: FileDocument
    document: Document
    item: Item | None
    before: Document | None = None
    """What the desk says; None when that is no valid document."""
    left: str = ""
    """Digest of what the last import left; "" when there was none."""

    @property
    def key(self) -> str:
        return self.file.key

    @property
    def current(self) -> str:
        return _digest(self.before)

    def step(self, overwrite: Overwrite) -> Step:
        return Step(self.key, self._state(overwrite), self.before, self.document)

    def _state(self, overwrite: Overwrite) -> State:
        if self.item is None:
            return "created"
        if self.current == _digest(self.document):
            return "unchanged"
        if self.current and self.current == self.left:
            return "changed"
        ticked = overwrite if isinstance(overwrite, bool) else self.key in overwrite
        return "overwritten" if ticked else "kept"


def import_folder(
    folder: Folder,
    *,
    overwrite: Overwrite = False,
    by: User | None = None,
    tick: Callable[[], None] = lambda: None,
) -> Outcome:
    """Write the folder's documents onto the desk and into its log; `tick` is called for each.

    What is equal already is left alone, and nothing is deleted. With `overwrite`, what editors
    changed since the last import is written over; when it names some, the others of them are kept
    as they are on the desk.

    Raises:
        ContentError: with everything that is wrong with the folder. Nothing is written.
        ConflictError: editors have changed some of it since the last import. Nothing is written.
    """
    with transaction.atomic():
        shelf = _Shelf()
        problems = [*folder.problems, *_missing(folder, shelf), *shelf.match(folder.files)]
        if problems:
            raise ContentError(problems)
        entries = [shelf.entry(file) for file in folder.files]
        steps = [entry.step(overwrite) for entry in entries]
        if overwrite is False and (conflicts := [s.key for s in steps if s.is_conflict]):
            raise ConflictError(conflicts)
        written = _written(entries, steps, by, tick)
        return Outcome(steps, shelf.elsewhere(entries), written)


class _Shelf:
    """What the desk has, by name. The pages stay locked until the import ends."""

    def __init__(self) -> None:
        # The keys are left free: other transactions may go on to point at these pages.
        pages = Page.objects.select_for_update(no_key=True).order_by("pk")
        sources = SourceRow.objects.select_for_update(no_key=True).order_by("pk")
        dimensions = DimensionRow.objects.select_for_update(no_key=True).order_by("pk")
        self.pages = {f"{k}:{slug}": pk for k, slug, pk in pages.values_list("kind", "slug", "pk")}
        self.sources = {f"source:{source.slug}": source for source in sources}
        self.dimensions = {f"dimension:{row.key}": row for row in dimensions}
        carried = Edition.objects.order_by().values_list("kind", "slug", "page_id").distinct()
        self.carried = {f"{kind}:{slug}": page for kind, slug, page in carried}
        self.left = _left_by_imports()
        self.matched: dict[str, int] = {}
        """The page of the desk for each page of the folder, where there is one."""

    @property
    def names(self) -> set[str]:
        return {*self.pages, *self.carried, *self.sources, *self.dimensions}

    def match(self, files: list[FileDocument]) -> Iterator[FileProblem]:
        """Find the page that each file means, under its slug now or formerly."""
        slugs = {pk: key for key, pk in self.pages.items()}
        owners: dict[int, str] = {}
        for file in sorted(files, key=lambda file: file.key not in self.pages):
            old = [f"{file.document.kind}:{slug}" for slug in file.formerly]
            found = self._meant(file.key, old)
            if not found:
                continue
            self.matched[file.key] = found[0]
            others = {slugs[pk] for pk in found[1:]} - {file.key}
            if owners.setdefault(found[0], file.key) != file.key:
                others.add(owners[found[0]])
            if others:
                path, verb = ("formerly",) if old else ("slug",), "names" if old else "belongs to"
                message = f"{verb} another page, {', '.join(sorted(others))}: a conflict"
                yield file.at(about(path, message))

    def _meant(self, key: str, old: list[str]) -> list[int]:
        """The pages that these names mean, each once: more than one is a conflict."""
        found = [self.pages.get(name) for name in (key, *old)]
        found += [self.carried.get(name) for name in old]
        pages = [*dict.fromkeys(page for page in found if page)]
        owner = self.carried.get(key)
        return [owner] if owner and not pages else pages

    def entry(self, file: FileDocument) -> _Entry:
        item = self._item(file)
        if item is None:
            return _Entry(file, file.document, None)
        document = file.document
        if isinstance(document, Distinction) and isinstance(item, Page):
            reason = "The text that was imported does not have it."
            document = desk.with_retired(document, item, reason=reason)
        before = _document_of(item)
        left = self._left(document.kind, item, _digest(before))
        return _Entry(file, document, item, before, left)

    def _left(self, kind: str, item: Item, current: str) -> str:
        """What the last import left; where it is not what stands there, as it is written today."""
        log, left = self.left.get((kind, item.pk), (0, ""))
        return left if left == current or not log else _digest_today(LogEntry.objects.get(pk=log))

    def _item(self, file: FileDocument) -> Item | None:
        if isinstance(file.document, Source):
            return self.sources.get(file.key)
        if isinstance(file.document, Dimension):
            return self.dimensions.get(file.key)
        pk = self.matched.get(file.key)
        return MODELS[file.document.kind].objects.select_related("area").get(pk=pk) if pk else None

    def elsewhere(self, entries: list[_Entry]) -> list[str]:
        here = {entry.key for entry in entries}
        matched = set(self.matched.values())
        pages = [key for key, pk in self.pages.items() if pk not in matched]
        return sorted({*pages, *self.sources, *self.dimensions} - here)


def _left_by_imports() -> dict[tuple[str, int], tuple[int, str]]:
    """Log entry and digest of what the last import left of each object."""
    imports = LogEntry.objects.filter(action=IMPORTED).order_by()
    last = imports.values("kind", "object_id").annotate(last=Max("pk")).values("last")
    rows = LogEntry.objects.filter(pk__in=last)
    return {
        (kind, item): (pk, left)
        for kind, item, pk, left in rows.values_list("kind", "object_id", "pk", "digest")
    }


def _digest_today(entry: LogEntry) -> str:
    """The digest of a logged document as today's schema writes it, which may have more fields."""
    try:
        document: Document = _MODELS[entry.kind].model_validate(load(entry.document))
    except ValidationError:
        return ""
    return digest(canonical(document))


def _document_of(item: Item) -> Document | None:
    try:
        return desk.document_of(item)
    except DeskError:
        return None


# What the files name --------------------------------------------------------------------------

_WHERE = "which is not found, neither in this folder nor on the desk"


def _missing(folder: Folder, shelf: _Shelf) -> Iterator[FileProblem]:
    """Everything that a file names and that is nowhere, once for each file and name."""
    kept = {file.key for file in folder.files} | folder.broken
    renamed = {f"{file.document.kind}:{slug}" for file in folder.files for slug in file.formerly}
    known = kept | (shelf.names - (renamed - shelf.carried.keys()))
    for file in folder.files:
        yield from _missing_parts(file, known)
        yield from _missing_in_texts(file, known)


def _missing_parts(file: FileDocument, known: set[str]) -> Iterator[FileProblem]:
    document = file.document
    if isinstance(document, Source | Dimension):
        return
    for reference in references(document):
        if reference.key not in known:
            yield file.at(about(reference.path, f"names {reference.key}, {_WHERE}"))
    for number, row in enumerate(getattr(document, "rows", [])):
        if f"dimension:{row.dimension}" not in known:
            message = f"names dimension:{row.dimension}, {_WHERE}"
            yield file.at(about(("rows", number, "dimension"), message))


def _missing_in_texts(file: FileDocument, known: set[str]) -> Iterator[FileProblem]:
    texts = [text for _, text in texts_of(file.document)]
    for key in _once(target.key for text in texts for target in links_in(text)):
        if key not in known:
            yield file.naming(key, f"A link leads to {key}, {_WHERE}.")
    for key in _once(cite.key for text in texts for cite in citations_in(text)):
        if f"source:{key}" not in known:
            yield file.naming(f"@{key}", f"A citation names {key}, {_WHERE}.")


def _once(names: Iterable[str]) -> Iterable[str]:
    return dict.fromkeys(names)


# Writing ----------------------------------------------------------------------------------------


def _written(
    entries: list[_Entry], steps: list[Step], by: User | None, tick: Callable[[], None]
) -> list[Page]:
    """Write what the steps say; returns the pages among it."""
    pairs = [*zip(entries, steps, strict=True)]
    new = [entry for entry, step in pairs if step.state == "created"]
    changed = [entry for entry, step in pairs if step.state in ("changed", "overwritten")]
    written = _apply([*new, *changed], tick)
    # Where file and desk came to say the same without us, the next import starts from here.
    same = (entry for entry, step in pairs if step.state == "unchanged")
    agreed = [entry.item for entry in same if entry.item and entry.left != entry.current]
    for item in (*written, *agreed):
        desk.record(item, by=by, action=IMPORTED)
    return [item for item in written if isinstance(item, Page)]


def _apply(entries: list[_Entry], tick: Callable[[], None]) -> list[Item]:
    """Write the documents; returns what they are on the desk.

    First come all names, so that pages may name each other in a circle, and areas before others.
    """
    problems: list[FileProblem] = []
    items: list[Item] = []
    named = [(entry, _named(entry)) for entry in entries]
    for entry, item in sorted(named, key=lambda pair: not isinstance(pair[0].document, Guide)):
        try:
            items.append(_filled(entry.document, item))
        except DeskError as error:
            problems += [entry.file.at(problem) for problem in error.problems]
        tick()
    if problems:
        raise ContentError(problems)
    return items


def _named(entry: _Entry) -> Item:
    """The document's row on the desk under its name: sources and dimensions are whole by that."""
    document, item = entry.document, entry.item
    if isinstance(document, Source):
        return desk.apply_source(document)
    if isinstance(document, Dimension):
        return desk.apply_dimension(document)
    if item is None:
        return desk.create(document)
    Page.objects.filter(pk=item.pk).exclude(slug=document.slug).update(slug=document.slug)
    return item


def _filled(document: Document, item: Item) -> Item:
    if isinstance(document, Source | Dimension) or not isinstance(item, Page):
        return item
    return desk.apply(document, item)
