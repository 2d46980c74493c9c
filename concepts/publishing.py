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
from django.db.models import F, Max, QuerySet
from django.db.models.functions import Now

from concepts import clock, desk, maintenance, stamp
from concepts.checks import Finding, check
from concepts.comparison import differences
from concepts.desk import readiness, undoing
from concepts.documents import (
    PAGE_DOCUMENTS,
    PageDocument,
    canonical,
    data_of,
    digest,
    own_content,
    section_of,
)
from concepts.extracting import extract
from concepts.models import (
    Closure,
    Edition,
    LogEntry,
    Page,
    Site,
    Standing,
    Withdrawal,
    standing,
)
from concepts.models.edition import SIGNIFICANCES
from concepts.presenting import in_words
from concepts.problems import place as words_of
from concepts.rendering import plain
from concepts.stored import load
from concepts.surroundings import RESTORED, name_of

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
    seen: str | None = None

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
            raise PublishError("The page has been deleted meanwhile. Nothing was done.")
        moment = _take_moment()
        stamp.forget()
        transaction.on_commit(partial(_done, moment))
        yield moment, locked


def _done(moment: datetime) -> None:
    """Let readers of this process see at once what the verb did."""
    clock.remember(moment)
    stamp.forget()


def _take_moment() -> datetime:
    """Lock the site, count the verb, and take a moment later than every one before."""
    site = Site.objects.select_for_update().get(pk=1)
    if site.maintenance:
        raise PublishError(maintenance.REFUSED.format(site.maintenance))
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
        raise PublishError(
            "The moment is past or too near: choose one at least five seconds ahead, or now."
        )
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


def _end(edition: Edition, moment: datetime | None) -> None:
    Edition.objects.filter(pk=edition.pk).update(superseded_at=moment)


def _unscheduled(stands: Standing, moment: datetime, by: User | None) -> None:
    """Take the scheduled edition away; what is in force stays so until further notice.

    The log keeps what it said: the desk may say something else by now.
    """
    edition = stands.scheduled
    if edition is None:
        return
    if edition.published_at < moment + AHEAD:
        raise PublishError(
            f"Edition {edition.number} comes into force within five seconds: wait until it is"
            " in force, and look again."
        )
    _log(_document(edition), edition.page_id, "unschedule", by, edition.note)
    QuerySet.delete(Edition.objects.filter(pk=edition.pk))  # past the guard, with all its parts
    if stands.current:
        _end(stands.current, None)


def _log(document: PageDocument, page: int, action: str, by: User | None, note: str) -> None:
    text = canonical(own_content(document))
    LogEntry.objects.create(
        kind=document.kind,
        object_id=page,
        slug=document.slug,
        action=action,
        note=note,
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
    seen: str | None = None,
    override: str = "",
) -> Edition:
    """Make an edition of what the desk says, in force from now or from `at` on.

    What is in force already is returned as it is. A scheduled edition is replaced. `expect` and
    `seen` are the digest of the document and the name of the standing that the editor was shown.

    Raises:
        PublishError: the desk says something else than `expect`, other editions stand than those
            `seen`, the checks stop it, or `at` is too near.
    """
    terms = Terms(by, note, significance, override, seen)
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
    """The edition of this document: a new one, unless it would repeat one."""
    stands = standing(page, moment)
    same = _same(stands, digest(canonical(document)), begin)
    if same is None or stands.scheduled not in (None, same):
        _expect_standing(stands, terms.seen)
        if same is None:
            _check_significance(stands.current, document, terms.significance)
        _unscheduled(stands, moment, terms.by)
    edition = same or _new(page, document, stands, begin, terms, alongside)
    # No date tells later which saves came after an edition that was scheduled.
    if (same is None and begin > moment) or readiness.mark_of(page.pk):
        _log(document, page.pk, readiness.PUBLISHED, terms.by, terms.note)
    return edition


def _expect_standing(stands: Standing, seen: str | None) -> None:
    if seen is not None and stands.name != seen:
        raise PublishError(
            "Editions of this page were published, scheduled or taken away since you looked:"
            " look again, then publish."
        )


def _new(
    page: Page,
    document: PageDocument,
    stands: Standing,
    begin: datetime,
    terms: Terms,
    alongside: list[PageDocument],
) -> Edition:
    text = canonical(document)
    warned = _checked(document, page, begin, alongside, terms)
    if stands.current:
        _end(stands.current, begin)
    edition = Edition(
        page=page,
        kind=document.kind,
        section=section_of(data_of(document)),
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
    extract(edition, document)
    return edition


def _same(stands: Standing, new: str, begin: datetime) -> Edition | None:
    """The edition that this one would repeat: in force now, or scheduled for the same moment."""
    current, scheduled = stands.current, stands.scheduled
    if scheduled and scheduled.digest == new and scheduled.published_at == begin:
        return scheduled
    if current and current.digest == new:
        if hasattr(current, "closure"):
            raise PublishError(
                f"This text was closed with edition {current.number}: change it, then publish."
            )
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
        where = in_words(first.place.replace("--", ", "))
        message = f"{page} is not published. {where}: {first.message}{remedy}"
        raise PublishError(message, findings)
    return bool(findings)


def _check_significance(current: Edition | None, document: PageDocument, significance: str) -> None:
    if significance == "checked" and not only_reviewed(current, document):
        raise PublishError(
            "'checked' is for an edition that differs in its review date alone: choose meaning or"
            " wording."
        )


def only_reviewed(current: Edition | None, document: PageDocument) -> bool:
    """Whether readers would see nothing else change than the days of review."""
    if current is None:
        return False
    changes = differences(load(current.document), data_of(document))
    # Titles of other pages are shown as they are when somebody reads.
    places = {each.place for each in changes if not each.place.startswith("neighbours-")}
    return bool(places) and places <= {"reviewed-on", "review-due"}


def _next_number(page: Page) -> int:
    last: int | None = Edition.objects.filter(page=page).aggregate(last=Max("number"))["last"]
    return (last or 0) + 1


# The other verbs --------------------------------------------------------------------------------


def unschedule(edition: Edition, *, by: User | None) -> None:
    """Take a scheduled edition away; its number is free again and the desk's log keeps its text.

    Raises:
        PublishError: it is in force, or comes into force within five seconds.
    """
    with _verb([edition.page]) as (moment, [page]):
        stands = standing(page, moment)
        if stands.scheduled != edition:
            raise PublishError(
                f"Edition {edition.number} is not scheduled: it is in force already, or its"
                " schedule was cancelled. Nothing was changed."
            )
        _unscheduled(stands, moment, by)


def withdraw(page: Page, *, by: User | None, reason: str) -> Withdrawal:
    """End the edition in force, so that none follows; all editions stay readable.

    Raises:
        PublishError: nothing is in force, there is no reason, or an edition is scheduled: it
            would bring the page back, and to drop it unasked would lose what somebody planned.
    """
    with _verb([page]) as (moment, [locked]):
        stands = standing(locked, moment)
        if stands.scheduled:
            number = stands.scheduled.number
            raise PublishError(
                f"Edition {number} is scheduled and would bring the page back: cancel its schedule"
                " first."
            )
        if not stands.current:
            raise PublishError("The page has no edition in force: there is nothing to withdraw.")
        _end(stands.current, moment)
        return Withdrawal.objects.create(
            edition=stands.current, by=by, reason=_reason(reason), at=moment
        )


def close(edition: Edition, *, by: User | None, reason: str) -> Closure:
    """Show an edition's document to nobody any more; number, dates and digest stay.

    Closing it again returns what was said the first time.

    Raises:
        PublishError: there is no reason, or the edition is only scheduled.
    """
    with _verb([edition.page]) as (moment, _):
        if edition.published_at > moment:
            raise PublishError(
                f"Edition {edition.number} was never in force: cancel its schedule instead."
            )
        first = Closure.objects.filter(edition=edition).first()
        return first or Closure.objects.create(
            edition=edition, by=by, reason=_reason(reason), at=moment
        )


def _reason(reason: str) -> str:
    if not reason.strip():
        raise PublishError("Say why: readers will see the reason.")
    return reason.strip()


def restored(edition: Edition, page: Page) -> PageDocument:
    """What `restore` writes. Rows and sides that came after the edition are retired in it, since
    their addresses must go on answering.

    Raises:
        PublishError: the edition is closed.
    """
    if Closure.objects.filter(edition=edition).exists():
        raise PublishError(f"Edition {edition.number} is closed: a closed edition is not restored.")
    reason = f"Edition {edition.number}, which does not have it, was restored."
    return desk.with_retired(own_content(_document(edition)), page, reason=reason)


def restore(edition: Edition, *, by: User | None, expect: str | None = None) -> Page:
    """Write the desk from an edition. Publishing it then makes the next number.

    Raises:
        PublishError: the edition is closed, or names what is no longer on the desk; or the digest
            of what the desk says is not `expect`.
    """
    with _verb([edition.page]) as (_, [page]), _told():
        document = restored(edition, page)
        if expect is not None and undoing.stands(page)[1] != expect:
            raise PublishError("The desk has changed since you looked: nothing was restored.")
        return desk.save(document, by=by, action=RESTORED, page=page)
