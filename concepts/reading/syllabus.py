"""What the addresses of a syllabus show, and what became of it since: two queries for any number.

Only what has come into force is looked at, and documents of closed editions are never read.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from concepts import days, presenting, syllabus
from concepts.comparison import RowsChanged, rows_changed
from concepts.days import NoDay
from concepts.documents import Data
from concepts.models import Edition
from concepts.reading.chosen import Shelf, shelves
from concepts.reading.pages import ended
from concepts.reading.versions import SIGNIFICANT
from concepts.stored import load
from concepts.syllabus import Part, Target

AT_A_TIME = 20
"""So many documents are in memory at once."""


@dataclass(frozen=True)
class Verdict:
    """One page that an address leads to, as it stands at a moment.

    `problem` is "" or why nothing is shown: unknown (no page has had the address), number (it has
    no such edition), day (`told` says what is wrong with it), closed, withdrawn. `shown` is the
    edition that is shown; of a closed or withdrawn one, the edition that is told of. `last` is the
    page's newest. `older` is what `last` is compared with: the edition of a pinned address, or
    the one in force on the day since which changes are asked for; `changes` and `significance` say
    how they differ. `fresh` says that the page was not there on that day.
    """

    target: Target
    problem: str = ""
    told: str = ""
    shown: Edition | None = None
    last: Edition | None = None
    older: Edition | None = None
    significance: str = ""
    changes: RowsChanged | None = None
    fresh: bool = False
    part: Part | None = None

    @property
    def is_withdrawn(self) -> bool:
        """Whether its page was withdrawn, though an edition of it may be read."""
        return bool(self.last and hasattr(self.last, "withdrawal") and self.problem != "closed")

    @property
    def is_renamed(self) -> bool:
        """Whether the address is an older one of the page, which leads on to its present one."""
        where = self.shown if self.target.is_fixed else self.last
        own = (self.target.section, self.target.choice.slug)
        return bool(where and own not in (("", where.slug), (where.section, where.slug)))

    @property
    def title(self) -> str:
        """What the page is called; its name in words when nothing of it can be read."""
        if self.shown and not _closed(self.shown):
            return self.shown.title
        return presenting.in_words(self.target.choice.slug)

    @property
    def differs(self) -> bool:
        """Whether the newest edition says something else than the one that it is compared with."""
        return bool(self.older and self.last and self.older.digest != self.last.digest)

    @property
    def row(self) -> str:
        """What became of the row that the address points at: changed, dropped, same, or ""."""
        anchor = self.target.choice.part
        if not (self.changes and self.part and anchor.startswith("row-")):
            return ""
        key = anchor.removeprefix("row-").partition("--")[0]
        if key in {row.key for row in self.changes.changed}:
            return "changed"
        return "dropped" if key in {row.key for row in self.changes.dropped} else "same"

    @property
    def is_bad(self) -> bool:
        """Whether it leads to nothing, or to what no longer means the same."""
        part_is_gone = self.part and not (self.part.there and not self.part.dropped)
        means_else = self.differs and self.significance == "meaning" and self.row != "same"
        page_is_gone = self.is_withdrawn or (self.last and _closed(self.last))
        return bool(self.problem or part_is_gone or page_is_gone or means_else)

    @property
    def is_other(self) -> bool:
        """Whether something about it differs, though it is not bad."""
        return bool(self.is_renamed or self.fresh or self.differs)


def verdicts(targets: Iterable[Target], since: date | None, at: datetime) -> list[Verdict]:
    """What each target shows at the moment, in their order; with what changed `since` a day."""
    given = list(targets)
    found = shelves([target.choice for target in given], at)
    told = [
        _verdict(target, found.get((target.choice.kind, target.choice.slug), []), since, at)
        for target in given
    ]
    documents = _Documents(told)
    return [documents.told(verdict) for verdict in told]


def _verdict(target: Target, shelf: Shelf, since: date | None, at: datetime) -> Verdict:
    """What the target shows, as far as it can be said without documents."""
    if not shelf:
        return Verdict(target, "unknown")
    own = Verdict(target, last=shelf[-1])
    if target.choice.number:
        shown = _numbered(own, shelf)
    elif target.day:
        shown = _on_a_day(own, shelf, at)
    else:
        shown = replace(own, shown=shelf[-1])
        if ended(shelf[-1], at):
            shown = replace(shown, problem="withdrawn")
    if shown.shown and _closed(shown.shown):
        return replace(shown, problem="closed")
    return shown if shown.problem else _compared(shown, shelf, since)


def _numbered(own: Verdict, shelf: Shelf) -> Verdict:
    by_number = {edition.number: edition for edition in shelf}
    numbers = [number for number in (own.target.choice.number, own.target.other) if number]
    missing = [str(number) for number in numbers if number not in by_number]
    if missing:
        return replace(own, problem="number", told=missing[0])
    return replace(own, shown=by_number[numbers[0]])


def _on_a_day(own: Verdict, shelf: Shelf, at: datetime) -> Verdict:
    try:
        shown = _in_force(shelf, _end_of(own.target.day, at))
    except NoDay as error:
        return replace(own, problem="day", told=str(error))
    if shown:
        return replace(own, shown=shown)
    first = days.in_words(shelf[0].published_at.date())
    told = f"No edition of this page was in force on that day. Its first edition is of {first}."
    return replace(own, problem="day", told=told)


def _end_of(day: str, at: datetime) -> datetime:
    yesterday = (at - timedelta(days=1)).date()
    return days.end(yesterday if day == syllabus.YESTERDAY else days.read(day, at))


def _in_force(shelf: Shelf, then: datetime) -> Edition | None:
    begun = [edition for edition in shelf if edition.published_at <= then]
    return begun[-1] if begun and not ended(begun[-1], then) else None


def _compared(own: Verdict, shelf: Shelf, since: date | None) -> Verdict:
    """The same with the edition that the newest is compared with, if one is to be."""
    older = own.shown if own.target.is_fixed else None
    if since and not own.target.is_fixed:
        older = _in_force(shelf, days.end(since))
        own = replace(own, fresh=older is None)
    if older is None or own.target.other:
        return own
    after = [edition for edition in shelf if edition.number > older.number]
    weight = min((edition.significance for edition in after), key=SIGNIFICANT.index, default="")
    return replace(own, older=older, significance=weight)


# Documents ------------------------------------------------------------------------------------


class _Documents:
    """What only the documents tell: the parts that addresses point at, and the rows that differ."""

    def __init__(self, some: Sequence[Verdict]) -> None:
        self.anchors: dict[int, set[str]] = {}
        self.pairs: dict[int, int] = {}
        for verdict in some:
            self._want(verdict)
        self.parts: dict[tuple[int, str], Part] = {}
        self.changes: dict[int, RowsChanged] = {}
        self._read()

    def _want(self, verdict: Verdict) -> None:
        anchor = verdict.target.choice.part
        if verdict.shown and not verdict.problem and syllabus.is_part(anchor):
            self.anchors.setdefault(verdict.shown.pk, set()).add(anchor)
        older, last = verdict.older, verdict.last
        if older and last and older != last and not (_closed(older) or _closed(last)):
            self.pairs[older.pk] = last.pk

    def _read(self) -> None:
        newest: Data = {}
        newer = set(self.pairs.values())
        for key, data in _documents({*self.anchors, *self.pairs, *newer}):
            if key in newer:  # which comes before all that it is compared with
                newest = data
            elif key in self.pairs:
                self.changes[key] = rows_changed(data, newest)
            for anchor in self.anchors.get(key, ()):
                self.parts[key, anchor] = syllabus.part_of(data, anchor)

    def told(self, verdict: Verdict) -> Verdict:
        """The verdict with what the documents say."""
        shown = verdict.shown.pk if verdict.shown else 0
        changes = self.changes.get(verdict.older.pk) if verdict.older else None
        part = self.parts.get((shown, verdict.target.choice.part))
        return replace(verdict, changes=changes, part=part)


def _closed(edition: Edition) -> bool:
    return hasattr(edition, "closure")


def _documents(keys: set[int]) -> Iterator[tuple[int, Data]]:
    """The documents of editions, page by page, the newest of each first."""
    if not keys:
        return
    stored = Edition.objects.filter(pk__in=keys, closure__isnull=True)
    in_order = stored.order_by("page", "-number").values_list("pk", "document")
    for key, document in in_order.iterator(chunk_size=AT_A_TIME):
        yield key, load(document)
