"""The verbs: the only code that writes editions.

Each is one transaction. It locks its pages, then the site's one row, and takes its moment from the
database's clock only then, so that whoever commits later has the later moment.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F, Max, Q, QuerySet
from django.db.models.functions import Now

from concepts import clock, desk
from concepts.checks import Finding, check
from concepts.documents import (
    PAGE_DOCUMENTS,
    Data,
    Guide,
    PageDocument,
    canonical,
    data_of,
    digest,
    own_content,
)
from concepts.models import (
    Citation,
    Closure,
    Edition,
    Link,
    LogEntry,
    Page,
    Site,
    Withdrawal,
)
from concepts.models.edition import SIGNIFICANCES
from concepts.problems import place as words_of
from concepts.rendering import citations_in, links_in, plain
from concepts.stored import load
from concepts.surroundings import RESTORED, name_of, owners
from concepts.texts import references, texts

AHEAD = timedelta(seconds=5)
"""A scheduled moment lies at least so far ahead, and is kept once it is as near as this."""


class PublishError(Exception):
    """Why a verb did nothing, for the editor; `findings` of the checks when these stopped it."""

    def __init__(self, message: str, findings: Iterable[Finding] = ()) -> None:
        super().__init__(message)
        self.findings = list(findings)


@dataclass(frozen=True)
class Terms:
    """On what terms an edition is published: what it says of itself."""

    by: User | None
    note: str
    significance: str
    override: str

    def __post_init__(self) -> None:
        if self.significance not in SIGNIFICANCES:
            raise PublishError(f"Significance is one of {', '.join(SIGNIFICANCES)}.")


# Locks and moments ----------------------------------------------------------------------------


@contextmanager
def _verb(pages: Iterable[Page]) -> Iterator[tuple[datetime, list[Page]]]:
    """A transaction that holds the pages and the site's row, with its moment and fresh pages.

    The key of a page is left free: an edition that another verb is writing may point to it, and
    would else wait for us while we wait for the site's row.
    """
    wanted = {page.pk for page in pages}
    with transaction.atomic():
        rows = Page.objects.select_for_update(no_key=True).filter(pk__in=wanted).order_by("pk")
        locked = list(rows)
        if len(locked) < len(wanted):
            raise PublishError("The page has been deleted meanwhile.")
        moment = _take_moment()
        transaction.on_commit(partial(clock.remember, moment))
        yield moment, locked


def _take_moment() -> datetime:
    """Lock the site, count the verb, and take a moment later than every one before."""
    site = Site.objects.select_for_update().get(pk=1)
    present = Site.objects.values_list(Now(), flat=True).get(pk=1)
    moment = max(clock.whole(present), site.moment + clock.MILLISECOND)
    Site.objects.filter(pk=1).update(counter=F("counter") + 1, moment=moment)
    return moment


def _beginning(at: datetime | None, moment: datetime) -> datetime:
    if at is None:
        return moment
    if at.tzinfo is None:
        raise PublishError("The moment needs a time zone.")
    begin = clock.whole(at)
    if begin < moment + AHEAD:
        raise PublishError("A scheduled moment lies at least five seconds ahead.")
    return begin


@contextmanager
def _told() -> Iterator[None]:
    """Say what does not fit on the desk as every verb says what stops it."""
    try:
        yield
    except desk.DeskError as error:
        findings = [Finding("error", words_of(path), message) for path, message in error.problems]
        raise PublishError(str(error), findings) from error


# What stands --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Standing:
    """The edition of a page that is in force, closed or not, and the one that is scheduled."""

    current: Edition | None = None
    scheduled: Edition | None = None


def _standing(page: Page, moment: datetime) -> Standing:
    running = Q(superseded_at__isnull=True) | Q(superseded_at__gt=moment)
    editions = Edition.objects.filter(running, page=page).select_related("closure")
    by_turn = {edition.published_at <= moment: edition for edition in editions}
    return Standing(by_turn.get(True), by_turn.get(False))


def _end(edition: Edition, moment: datetime | None) -> None:
    Edition.objects.filter(pk=edition.pk).update(superseded_at=moment)


def _unscheduled(page: Page, standing: Standing, moment: datetime, by: User | None) -> None:
    """Take the scheduled edition away; what is in force stays so until further notice."""
    edition = standing.scheduled
    if edition is None:
        return
    if edition.published_at < moment + AHEAD:
        raise PublishError(f"Edition {edition.number} comes into force within five seconds.")
    _log_replaced(edition, by)
    QuerySet.delete(Edition.objects.filter(pk=edition.pk))  # past the guard, with all its parts
    if standing.current:
        _end(standing.current, None)


def _log_replaced(edition: Edition, by: User | None) -> None:
    """Keep what a scheduled edition said: the desk may say something else by now."""
    text = canonical(own_content(_document(edition)))
    LogEntry.objects.create(
        kind=edition.kind,
        object_id=edition.page_id,
        slug=edition.slug,
        action="unschedule",
        by=by,
        digest=digest(text),
        document=text,
    )


def _document(edition: Edition) -> PageDocument:
    return PAGE_DOCUMENTS[edition.kind].model_validate(load(edition.document))


# Publishing -----------------------------------------------------------------------------------


def shown(page: Page) -> tuple[PageDocument, str]:
    """What would be published now, and its digest: `publish` takes it back as `expect`."""
    [document] = _composed([page], clock.now())
    return document, digest(canonical(document))


def publish(
    page: Page,
    *,
    by: User | None,
    note: str,
    significance: str,
    at: datetime | None = None,
    expect: str | None = None,
    override: str = "",
) -> Edition:
    """Make an edition of what the desk says, in force from now or from `at` on.

    What is in force already is returned as it is. A scheduled edition is replaced.

    Raises:
        PublishError: the desk says something else than `expect`, the checks stop it, or `at` is
            too near.
    """
    terms = Terms(by, note, significance, override)
    with _verb([page]) as (moment, [locked]):
        begin = _beginning(at, moment)
        [document] = _composed([locked], begin)
        if expect is not None:
            [present] = [document] if at is None else _composed([locked], moment)
            _expect(present, expect)
        return _issued(locked, document, moment, begin, terms, [document])


def publish_all(
    pages: Iterable[Page],
    *,
    by: User | None,
    note: str,
    significance: str,
    override: str = "",
) -> list[Edition]:
    """Publish these pages with one moment for all; all or nothing. In the order of their ids.

    Raises:
        PublishError: the checks stop one of them.
    """
    terms = Terms(by, note, significance, override)
    with _verb(pages) as (moment, locked):
        documents = _composed(locked, moment)
        return [
            _issued(page, document, moment, moment, terms, documents)
            for page, document in zip(locked, documents, strict=True)
        ]


def _composed(pages: list[Page], moment: datetime) -> list[PageDocument]:
    """The documents of pages that are published together: each freezes the others' new titles."""
    with _told():
        documents = [desk.compose(page, moment=moment) for page in pages]
    titles = {name_of(document): document.title for document in documents}
    return [_with_titles(document, titles) for document in documents]


def _with_titles(document: PageDocument, titles: dict[str, str]) -> PageDocument:
    neighbours = [
        item.model_copy(update={"title": titles.get(f"{item.kind}:{item.slug}", item.title)})
        for item in document.frozen.neighbours
    ]
    frozen = document.frozen.model_copy(update={"neighbours": neighbours})
    return document.model_copy(update={"frozen": frozen})


def _expect(document: PageDocument, expected: str) -> None:
    if digest(canonical(document)) != expected:
        raise PublishError("The desk has changed since you looked: look again, then publish.")


def _issued(
    page: Page,
    document: PageDocument,
    moment: datetime,
    begin: datetime,
    terms: Terms,
    alongside: list[PageDocument],
) -> Edition:
    standing = _standing(page, moment)
    text = canonical(document)
    if same := _same(standing, digest(text), begin):
        if same == standing.current:
            _unscheduled(page, standing, moment, terms.by)
        return same
    _check_significance(standing.current, document, terms.significance)
    _unscheduled(page, standing, moment, terms.by)
    warned = _checked(document, page, begin, alongside, terms)
    if standing.current:
        _end(standing.current, begin)
    edition = Edition(
        page=page,
        kind=document.kind,
        section=_section(document),
        number=_next_number(page),
        slug=document.slug,
        title=document.title,
        summary=plain(document.summary),
        digest=digest(text),
        note=terms.note,
        significance=terms.significance,
        override=terms.override if warned else "",
        by=terms.by,
        published_at=begin,
        document=text,
    )
    edition.save(force_insert=True)
    _extract(edition, document)
    return edition


def _same(standing: Standing, new: str, begin: datetime) -> Edition | None:
    """The edition that this one would repeat: in force now, or scheduled for the same moment."""
    current, scheduled = standing.current, standing.scheduled
    if scheduled and scheduled.digest == new and scheduled.published_at == begin:
        return scheduled
    if current and current.digest == new:
        if hasattr(current, "closure"):
            raise PublishError("This text was closed: it cannot be published again as it is.")
        return current
    return None


def _checked(
    document: PageDocument,
    page: Page,
    begin: datetime,
    alongside: list[PageDocument],
    terms: Terms,
) -> bool:
    """Whether there were warnings, which the editor answers for."""
    findings = check(document, page, alongside=alongside, moment=begin)
    errors = [finding for finding in findings if finding.severity == "error"]
    if errors or (findings and not terms.override.strip()):
        first = (errors or findings)[0]
        remedy = "" if errors else " Mend it, or publish with a reason."
        message = f"{page} is not published: {first.place}: {first.message}{remedy}"
        raise PublishError(message, findings)
    return bool(findings)


def _check_significance(current: Edition | None, document: PageDocument, significance: str) -> None:
    if significance != "checked":
        return
    if not current or _beside_review(load(current.document)) != _beside_review(data_of(document)):
        raise PublishError("'checked' is for an edition that differs in its review date alone.")


def _beside_review(data: Data) -> Data:
    review = ("reviewed_on", "review_due", "frozen")
    return {name: value for name, value in data.items() if name not in review}


def _next_number(page: Page) -> int:
    last: int | None = Edition.objects.filter(page=page).aggregate(last=Max("number"))["last"]
    return (last or 0) + 1


def _section(document: PageDocument) -> str:
    return f"{document.type if isinstance(document, Guide) else document.kind}s"


def _extract(edition: Edition, document: PageDocument) -> None:
    """Write the links and citations that other pages find this one by."""
    named = references(document)
    marked = [(place, text) for place, text in texts(document)]
    linked = dict.fromkeys((place, to.key) for place, text in marked for to in links_in(text))
    pages = owners({item.key for item in named} | {key for _, key in linked})
    structure = [
        Link(edition=edition, target_id=pages[item.key], relation=item.relation, note=item.note)
        for item in named
    ]
    running = [
        Link(edition=edition, target_id=pages[key], relation="text", place=place)
        for place, key in linked
    ]
    Link.objects.bulk_create([*structure, *running])
    cited = [(place, cite) for place, text in marked for cite in citations_in(text)]
    Citation.objects.bulk_create(
        Citation(
            edition=edition,
            key=source.key,
            places=[[place, cite.locator] for place, cite in cited if cite.key == source.key],
            source=source.model_dump(mode="json", by_alias=True),
        )
        for source in document.frozen.sources
    )


# The other verbs --------------------------------------------------------------------------------


def unschedule(edition: Edition, *, by: User | None) -> None:
    """Take a scheduled edition away; its number is free again and the desk's log keeps its text.

    Raises:
        PublishError: it is in force, or comes into force within five seconds.
    """
    with _verb([edition.page]) as (moment, [page]):
        standing = _standing(page, moment)
        if standing.scheduled != edition:
            raise PublishError(f"Edition {edition.number} is not scheduled.")
        _unscheduled(page, standing, moment, by)


def withdraw(page: Page, *, by: User | None, reason: str) -> Withdrawal:
    """End the edition in force, so that none follows; all editions stay readable.

    Raises:
        PublishError: nothing is in force, there is no reason, or an edition is scheduled: it
            would bring the page back, and to drop it unasked would lose what somebody planned.
    """
    with _verb([page]) as (moment, [locked]):
        standing = _standing(locked, moment)
        if standing.scheduled:
            number = standing.scheduled.number
            raise PublishError(f"Edition {number} is scheduled: unschedule it first.")
        if not standing.current:
            raise PublishError("The page has no edition in force.")
        _end(standing.current, moment)
        return Withdrawal.objects.create(
            edition=standing.current, by=by, reason=_reason(reason), at=moment
        )


def close(edition: Edition, *, by: User | None, reason: str) -> Closure:
    """Show an edition's document to nobody any more; number, dates and digest stay.

    Closing it again returns what was said the first time.

    Raises:
        PublishError: there is no reason, or the edition is only scheduled.
    """
    with _verb([edition.page]) as (moment, _):
        if edition.published_at > moment:
            raise PublishError(f"Edition {edition.number} is not in force: unschedule it.")
        first = Closure.objects.filter(edition=edition).first()
        return first or Closure.objects.create(
            edition=edition, by=by, reason=_reason(reason), at=moment
        )


def _reason(reason: str) -> str:
    if not reason.strip():
        raise PublishError("Say why: readers will see the reason.")
    return reason.strip()


def restore(edition: Edition, *, by: User | None) -> Page:
    """Write the desk from an edition. Publishing it then makes the next number.

    Rows and sides that came after it are retired, since their addresses must go on answering.

    Raises:
        PublishError: the edition is closed, or names what is no longer on the desk.
    """
    with _verb([edition.page]) as (_, [page]):
        if Closure.objects.filter(edition=edition).exists():
            raise PublishError("A closed edition is not restored.")
        document = own_content(_document(edition))
        reason = f"Edition {edition.number}, which does not have it, was restored."
        document = desk.with_retired(document, page, reason=reason)
        with _told():
            return desk.save(document, by=by, action=RESTORED, page=page)
