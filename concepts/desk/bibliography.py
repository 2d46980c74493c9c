"""Sources that come in from a bibliography: new ones, and what fills the gaps of known ones."""

from collections.abc import Iterable

from django.contrib.auth.models import User
from django.db import transaction

from concepts import models
from concepts.desk.columns import DeskError
from concepts.desk.log import record
from concepts.desk.reading import source_document
from concepts.desk.writing import apply_source
from concepts.documents import Source
from concepts.problems import about

_NEVER_FILLED = {"slug", "type", "title"}


def sources() -> list[Source]:
    """Every source of the desk as its document."""
    return [source_document(row) for row in models.Source.objects.order_by("slug")]


def filled(known: Source, more: Source) -> Source:
    """The known source with what only the other one says; nothing that it says is changed."""
    empty = {
        name: getattr(more, name)
        for name in Source.model_fields.keys() - _NEVER_FILLED
        if not getattr(known, name) and getattr(more, name)
    }
    return known.model_copy(update=empty)


def take_sources(
    *, add: Iterable[Source], fill: Iterable[tuple[str, Source]], by: User | None
) -> tuple[int, int]:
    """Add sources, and fill the empty fields of known ones from others: all or nothing.

    Returns how many were added, and how many changed.

    Raises:
        DeskError: a key is taken, or a source to fill is gone.
    """
    with transaction.atomic():
        rows = models.Source.objects.select_for_update(no_key=True).order_by("pk")
        there = {row.slug: source_document(row) for row in rows}
        new, more = [*add], [*fill]
        _check([source.slug for source in new], [key for key, _ in more], there.keys())
        after = {**there}
        for key, source in more:
            after[key] = filled(after[key], source)
        changed = [source for key, source in after.items() if source != there[key]]
        for source in [*new, *changed]:
            record(apply_source(source), by=by, action="edit")
    return len(new), len(changed)


def _check(new: list[str], fill: Iterable[str], there: Iterable[str]) -> None:
    known = {*there}
    taken = sorted({key for key in new if key in known or new.count(key) > 1})
    gone = sorted({*fill} - known)
    problems = [about(("slug",), f"{key} is taken: choose another citekey") for key in taken]
    problems += [about(("slug",), f"{key} is no longer on the desk") for key in gone]
    if problems:
        raise DeskError(problems)
