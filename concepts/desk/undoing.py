"""Undo: one save of the desk's log taken back, or the desk put back to what an entry says.

Both are shown first, as a plan, and done only while the desk still says what the plan was made of.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import chain, count
from typing import cast

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils.timezone import localtime
from pydantic import ValidationError

from concepts import models
from concepts.comparison import merge_documents
from concepts.desk.columns import MODELS, DeskError
from concepts.desk.finding import find_pages
from concepts.desk.log import Item, document_of, record
from concepts.desk.retiring import with_retired
from concepts.desk.writing import apply, apply_dimension, apply_source, create
from concepts.documents import (
    PAGE_DOCUMENTS,
    Data,
    Dimension,
    Document,
    PageDocument,
    Source,
    canonical,
    data_of,
    digest,
)
from concepts.models import LogEntry, Page
from concepts.problems import Problem, problems_of
from concepts.stored import load

UNDONE = "undo"
"""The action under which the desk's log keeps an undo."""

NEVER_STOOD = ("unschedule",)
"""Actions whose entries keep what an edition said: the desk itself never said it then."""

CHANGED = "The desk has changed since you looked: nothing was undone. Look again."
TAKEN = "Its key belongs to another one by now: nothing was undone. Look again."

ITEMS: dict[str, type[Item]] = {
    **MODELS,
    "source": models.Source,
    "dimension": models.Dimension,
}


@dataclass(frozen=True)
class Plan:
    """What an undo would write, and over what.

    `now` is what the desk says (None: nothing, or no valid document) and `expect` its digest.
    `standing` are the places that later saves changed, too: they stay as they are.
    """

    now: Document | None
    after: Document
    expect: str
    standing: list[str] = field(default_factory=list)


Planning = Callable[[LogEntry], Plan]


# What stands ------------------------------------------------------------------------------------


def item_of(entry: LogEntry) -> Item | None:
    """The page, source or dimension that the entry is about, while it is there."""
    return ITEMS[entry.kind]._default_manager.filter(pk=entry.object_id).first()


def before(entry: LogEntry) -> LogEntry | None:
    """The newest entry before this one that says what stood on the desk."""
    earlier = LogEntry.objects.filter(
        kind=entry.kind, object_id=entry.object_id, pk__lt=entry.pk
    ).exclude(action__in=NEVER_STOOD)
    return earlier.order_by("-pk").first()


def is_logged(item: Item, said: str) -> bool:
    """Whether the log holds what the desk says of the item now, by its digest."""
    kind = item.kind if isinstance(item, Page) else item._meta.model_name
    return LogEntry.objects.filter(kind=kind, object_id=item.pk, digest=said).exists()


def logged(entry: LogEntry) -> Document:
    """What the entry says."""
    return _valid(entry.kind, load(entry.document))


def stands(item: Item | None) -> tuple[Document | None, str]:
    """What the desk says of an item, and its digest; None and "" where it is no document."""
    try:
        document = document_of(item) if item else None
    except DeskError:
        document = None
    return document, digest(canonical(document)) if document else ""


def _valid(kind: str, data: Data) -> Document:
    others: dict[str, type[Document]] = {"source": Source, "dimension": Dimension}
    model = ({**PAGE_DOCUMENTS, **others})[kind]
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise DeskError(problems_of(error, model)) from None


def _refusal(message: str) -> DeskError:
    return DeskError([Problem((), message)])


# Plans ------------------------------------------------------------------------------------------


def plan_undo(entry: LogEntry) -> Plan:
    """Take back exactly this save: what it changed is again as it was before, where it still can.

    Raises:
        DeskError: it changed nothing, what it changed is gone, or the result is no document.
    """
    earlier = before(entry)
    if entry.action in NEVER_STOOD:
        raise _refusal("It kept the text of an edition and changed nothing on the desk.")
    if earlier is None:
        raise _refusal("The log knows nothing before it.")
    if earlier.digest == entry.digest:
        raise _refusal("It changed nothing.")
    item = item_of(entry)
    now, expect = stands(item)
    if item is None or now is None:
        raise _refusal("What stands on the desk is no complete document.")
    states = [data_of(document) for document in (logged(entry), logged(earlier), now)]
    merged, standing = merge_documents(*states)
    undone = f"The {_save(entry)} was undone."
    return Plan(now, _retiring(_valid(entry.kind, merged), item, undone), expect, standing)


def plan_put_back(entry: LogEntry) -> Plan:
    """Let the desk say again what the entry says; what was deleted comes back.

    Raises:
        DeskError: the entry's text is no document any more.
    """
    item = item_of(entry)
    now, expect = stands(item)
    if item is None:
        return Plan(None, _under_a_free_key(logged(entry)), expect)
    back = f"The desk was put back to the {_save(entry)}, which does not have it."
    return Plan(now, _retiring(logged(entry), item, back), expect)


def _save(entry: LogEntry) -> str:
    return f"save of {localtime(entry.at):%Y-%m-%d %H:%M}"


def _retiring(document: Document, item: Item, reason: str) -> Document:
    """The document with what editions had and it lacks retired: addresses go on answering."""
    if isinstance(item, Page) and isinstance(document, PageDocument):
        return with_retired(document, item, reason=reason)
    return document


def _under_a_free_key(document: Document) -> Document:
    """The document, with a number behind its key where that belongs to another one meanwhile."""
    name = "key" if isinstance(document, Dimension) else "slug"
    own = str(getattr(document, name))
    keys = chain([own], (f"{own[:75].rstrip('-')}-{number}" for number in count(2)))
    free = next(key for key in keys if not _is_taken(document.kind, key))
    return document.model_copy(update={name: free})


def _is_taken(kind: str, key: str) -> bool:
    if kind == "source":
        return models.Source.objects.filter(slug=key).exists()
    if kind == "dimension":
        return models.Dimension.objects.filter(key=key).exists()
    return bool(find_pages([f"{kind}:{key}"]))


# Verbs ------------------------------------------------------------------------------------------


def undo(entry: LogEntry, *, by: User | None, expect: str) -> Item:
    """Take one save back, as `plan_undo` shows it.

    Raises:
        DeskError: as `plan_undo`; the desk says something else than `expect`; or what would come
            back names what is no longer there.
    """
    return _done(entry, plan_undo, by, expect, f"Undid the {_save(entry)} by {_author(entry)}.")


def put_back(entry: LogEntry, *, by: User | None, expect: str) -> Item:
    """Write what the entry says to the desk, as `plan_put_back` shows it.

    Raises:
        DeskError: as `undo`.
    """
    note = f"Put back what was said with the {_save(entry)} by {_author(entry)}."
    return _done(entry, plan_put_back, by, expect, note)


def _author(entry: LogEntry) -> str:
    return entry.by.get_username() if entry.by else "an import"


def _done(entry: LogEntry, plan: Planning, by: User | None, expect: str, note: str) -> Item:
    try:
        with transaction.atomic():
            _lock(entry)
            made = plan(entry)
            if made.expect != expect:
                raise _refusal(CHANGED)
            item = _written(made.after, item_of(entry) or _anew(made.after, entry.object_id))
            record(item, by=by, action=UNDONE, note=note)
            return item
    except IntegrityError:
        raise _refusal(TAKEN) from None


def _lock(entry: LogEntry) -> None:
    """Hold the row, if it is there, until the transaction ends."""
    model: type[Item] = Page if entry.kind in MODELS else ITEMS[entry.kind]
    rows = model._default_manager.select_for_update(no_key=True)
    rows.filter(pk=entry.object_id).first()


def _anew(document: Document, pk: int) -> Item:
    """The row of what was deleted under its old id, so that its history goes on."""
    match document:
        case Source():
            return models.Source.objects.create(pk=pk, slug=document.slug)
        case Dimension():
            return models.Dimension.objects.create(pk=pk, key=document.key)
    return create(document, pk)


def _written(document: Document, item: Item) -> Item:
    match document, item:
        case Source(), models.Source():
            return apply_source(document, item)
        case Dimension(), models.Dimension():
            return apply_dimension(document, item)
    return apply(cast(PageDocument, document), cast(Page, item))
