"""A draft as it is shown before it is published: what changes, what the checks say, what stands."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Self

from concepts import checks, desk, publishing
from concepts.admin.places import Group, grouped
from concepts.comparison import Change, differences
from concepts.desk import readiness
from concepts.documents import Data, PageDocument, canonical, data_of, digest, parse
from concepts.models import Edition, LogEntry, Page, Standing, Withdrawal, standing
from concepts.models.edition import SIGNIFICANCES
from concepts.stored import load


def readable(edition: Edition | None) -> Data | None:
    """What an edition says; None when there is none, or when it is closed."""
    return None if edition is None or hasattr(edition, "closure") else edition.data()


@dataclass(frozen=True)
class Review:
    """A page's draft beside the editions that stand."""

    page: Page
    document: PageDocument
    standing: Standing
    form: str
    """The address of the page's change form."""

    @classmethod
    def of(cls, page: Page, form: str) -> Self:
        """What the desk says now.

        Raises:
            PublishError: it is no valid document.
        """
        document, _ = publishing.shown(page)
        return cls(page, document, standing(page), form)

    @cached_property
    def text(self) -> str:
        """The document as it would be published. It travels with the form."""
        return canonical(self.document)

    @cached_property
    def digest(self) -> str:
        """Of the text."""
        return digest(self.text)

    @cached_property
    def data(self) -> Data:
        """The document as plain values."""
        return data_of(self.document)

    @cached_property
    def changes(self) -> list[Change]:
        """What readers would see change; all of the page when they see nothing of it now."""
        return differences(readable(self.standing.current), self.data)

    @property
    def parts(self) -> list[tuple[str, int]]:
        """What the page contains: each part in words, and how many texts it has."""
        return [*Counter(change.group for change in differences(None, self.data)).items()]

    @property
    def is_first(self) -> bool:
        """Whether there is nothing to compare with."""
        return readable(self.standing.current) is None

    @property
    def is_in_force(self) -> bool:
        """Whether publishing would make no edition, as readers see exactly this."""
        current = self.standing.current
        return bool(current and current.digest == self.digest)

    @property
    def is_closed(self) -> bool:
        """Whether this very text was closed: then it is refused."""
        return self.is_in_force and hasattr(self.standing.current, "closure")

    @cached_property
    def findings(self) -> list[checks.Finding]:
        """What the checks say of it now."""
        return checks.check(self.document, self.page)

    @cached_property
    def errors(self) -> list[Group]:
        """What stops it, by part of the page."""
        return self._grouped("error")

    @cached_property
    def warnings(self) -> list[Group]:
        """What needs a written reason, by part of the page."""
        return self._grouped("warning")

    def _grouped(self, severity: str) -> list[Group]:
        found = [each for each in self.findings if each.severity == severity]
        return grouped(found, self.data, self.form)

    @property
    def significances(self) -> list[str]:
        """The kinds of change that this one may truly be called."""
        if readable(self.standing.current) is None:
            return [value for value in SIGNIFICANCES if value != "checked"]
        only = publishing.only_reviewed(self.standing.current, self.document)
        return [value for value in SIGNIFICANCES if (value == "checked") == only]

    @property
    def planned(self) -> list[Change]:
        """What the scheduled edition changes for readers."""
        return differences(readable(self.standing.current), readable(self.standing.scheduled))

    @property
    def dropped(self) -> list[Change]:
        """From the scheduled edition to this draft, which would replace it."""
        return differences(readable(self.standing.scheduled), self.data)

    def since(self, text: str) -> list[Change] | None:
        """What differs from the document that an editor was shown; None when it cannot be told."""
        try:
            before = parse(text)
        except ValueError:
            return None
        return differences(data_of(before), self.data) if before.kind == self.page.kind else None

    def repeated(self, text: str, at: datetime | None, *, changed: bool) -> Edition | None:
        """The edition that publishing what an editor was shown has made already.

        It is the one in force, when the draft has changed since, or begins at the moment asked for.
        """
        if self.since(text) is None:
            return None
        said = _own(data_of(parse(text)))
        stand = [each for each in (self.standing.current, self.standing.scheduled) if each]
        asked = [each for each in stand if (changed if at is None else each.published_at == at)]
        return next((each for each in asked if _own(readable(each)) == said), None)


def _own(data: Data | None) -> Data | None:
    """Without what was frozen of others: that depends on the moment."""
    return data and {name: value for name, value in data.items() if name != "frozen"}


# Above the change form --------------------------------------------------------------------------


@dataclass(frozen=True)
class State:
    """Where a page stands: what readers see, what is coming, and how the draft relates to it."""

    standing: Standing
    withdrawal: Withdrawal | None
    mark: readiness.Mark | None
    draft: Data | None
    """The draft as plain values; None when what stands on the desk is no valid document."""

    @property
    def closed(self) -> bool:
        """Whether what should be in force is shown to nobody."""
        return self.standing.current is not None and readable(self.standing.current) is None

    @cached_property
    def differs(self) -> bool:
        """Whether there is something to publish."""
        current = readable(self.standing.current)
        return current is None or _own(current) != _own(self.draft)

    @cached_property
    def differs_from_scheduled(self) -> bool:
        """Whether the scheduled edition says something else than the draft."""
        return _own(readable(self.standing.scheduled)) != _own(self.draft)


def state_of(page: Page) -> State:
    """Where the page stands, in four or five queries whatever its length."""
    stands = standing(page)
    ended = None
    if stands.current is None:
        ended = Withdrawal.objects.filter(edition__page=page).order_by("at").last()
    return State(stands, ended, readiness.mark_of(page.pk), _draft(page))


def _draft(page: Page) -> Data | None:
    """What was last saved, from the log; from the desk itself when the log knows nothing of it."""
    log = LogEntry.objects.filter(kind=page.kind, object_id=page.pk)
    if entry := log.exclude(action="unschedule").first():
        return load(entry.document)
    try:
        return data_of(desk.own(page))
    except desk.DeskError:
        return None
