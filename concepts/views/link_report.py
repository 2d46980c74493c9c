"""What the result of the syllabus check shows: a line for each address, and the text with pins."""

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from urllib.parse import parse_qs

from django.conf import settings
from django.urls import Resolver404, resolve
from django.utils.encoding import iri_to_uri

from concepts import choosing, days, reading, syllabus
from concepts.choosing import Choice
from concepts.days import NoDay
from concepts.models import Edition
from concepts.reading import Verdict
from concepts.syllabus import EMBED, LIST, YESTERDAY, Address, Found, Target
from concepts.views.days import stood

MOST_LINKS = 500

GROUPS = ("bad", "other", "fine", "without")

NOTHING = "This site has no such address, so it is probably mistyped."
PRIVATE = "Only editors can open it."
PREVIEW = "It shows a draft, for reviewers and for a while only: students cannot rely on it."


class TooManyLinks(Exception):
    """A text has more links than are looked up at once."""


@dataclass(frozen=True)
class Line:
    """One address of the text, or one item of a reading list.

    `wrong` is a sentence where it leads to nothing; else `verdict` says what it shows, or it has
    no editions, and `frozen` is its address on the last past day. `pin` is the permanent address
    to put in its place, `onward` that of the newest edition for one that is pinned to an older,
    `renamed` where an address that a page had before leads.
    """

    address: str
    times: int
    in_list: bool = False
    wrong: str = ""
    verdict: Verdict | None = None
    pin: str = ""
    onward: str = ""
    renamed: str = ""
    frozen: str = ""

    @property
    def group(self) -> str:
        """One of `GROUPS`."""
        if self.wrong or (self.verdict and self.verdict.is_bad):
            return "bad"
        if not self.verdict:
            return "without"
        return "other" if self.verdict.is_other else "fine"


@dataclass(frozen=True)
class Report:
    """The lines in groups, and the text with a permanent address for each that followed."""

    links: int
    elsewhere: int
    bad: list[Line]
    other: list[Line]
    fine: list[Line]
    without: list[Line]
    replaced: int
    text: str
    lists: list[str]


def report(text: str, found: Found, since: date | None, now: datetime) -> Report:
    """What the links of a text show and what became of it since a day, in three queries at most.

    Raises:
        TooManyLinks: there are more than `MOST_LINKS`, items of reading lists counted.
    """
    links = _Links(found, since, now)
    lines, pins = list(links.lines()), links.pins()
    of_group = {name: [line for line in lines if line.group == name] for name in GROUPS}
    return Report(
        links=len(found.mentions),
        elsewhere=found.elsewhere,
        **of_group,
        replaced=sum(mention.address in pins for mention in found.mentions),
        text=syllabus.replaced(text, found.mentions, pins) if pins else "",
        lists=links.lists(),
    )


class _Links:
    """The addresses of a text, each once, with what is known of them."""

    def __init__(self, found: Found, since: date | None, now: datetime) -> None:
        if len(found.mentions) > MOST_LINKS:
            raise TooManyLinks
        self.now = now
        self.times = Counter(mention.address for mention in found.mentions)
        self.wrong = {address: _wrong(address, now) for address in self.times}
        self.targets = {
            each: [] if self.wrong[each] else syllabus.targets(each) for each in self.times
        }
        if sum(map(len, self.targets.values())) > MOST_LINKS:
            raise TooManyLinks
        every = (target for targets in self.targets.values() for target in targets)
        asked = list(dict.fromkeys(t for t in every if isinstance(t, Target)))
        self.verdicts = dict(zip(asked, reading.verdicts(asked, since, now), strict=True))

    def lines(self) -> Iterator[Line]:
        """A line for each address, or for each item of one that is a reading list."""
        for address, times in self.times.items():
            own = Line(_absolute(address), times, wrong=self.wrong[address])
            targets = self.targets[address]
            if own.wrong:
                yield own
            elif not targets:
                yield replace(own, frozen=self._frozen(address))
            for target in targets:
                yield self._line(own, target, address)

    def _line(self, own: Line, target: Target | str, address: Address) -> Line:
        if isinstance(target, str):
            return replace(own, in_list=True, wrong=target)
        verdict = self.verdicts[target]
        return replace(
            own,
            in_list=target.form == LIST,
            verdict=verdict,
            pin=_pin(verdict, address),
            onward=_onward(verdict, address),
            renamed=_renamed(verdict, address),
        )

    def _frozen(self, address: Address) -> str:
        """The address as the site stood yesterday, "" where there is none."""
        yesterday = (self.now - timedelta(days=1)).date().isoformat()
        day, path = syllabus.past(address.path)
        if day or not stood(_resolved(path)):
            return ""
        try:
            reading.past_day(yesterday)
        except NoDay:
            return ""
        return _absolute(address._replace(path=f"/on/{yesterday}{_resolved(path)}"))

    def pins(self) -> dict[Address, str]:
        """What stands in the place of each address that followed the newest edition."""
        found = {address: self._instead(address) for address in self.times}
        return {address: pin for address, pin in found.items() if pin}

    def _instead(self, address: Address) -> str:
        given = self.targets[address]
        targets = [target for target in given if isinstance(target, Target)]
        if not targets or len(targets) < len(given):
            return ""
        if targets[0].form != LIST:
            return _pin(self.verdicts[targets[0]], address)
        choices = [_choice(self.verdicts[target]) for target in targets]
        if choices == [target.choice for target in targets]:
            return ""
        [title] = parse_qs(address.query).get("t", [""])[:1]
        return _absolute(Address("/list/", choosing.write(choices, title)))

    def lists(self) -> list[str]:
        """Addresses of reading lists with all pages that can be read, in their editions."""
        readable = [verdict for verdict in self.verdicts.values() if _is_readable(verdict)]
        choices = list(dict.fromkeys(_choice(verdict) for verdict in readable))
        queries = map(choosing.write, _in_lists(choices))
        return [_absolute(Address("/list/", query)) for query in queries]


def _wrong(address: Address, now: datetime) -> str:
    """Why an address leads readers nowhere, as far as it can be told without the database."""
    day, path = syllabus.past(address.path)
    if path.startswith("/admin/"):
        return PRIVATE
    whole = _resolved(path)
    if not whole or (day and not stood(whole)):
        return NOTHING
    if resolve(whole).view_name == "preview":
        return PREVIEW
    if not day or day == YESTERDAY:
        return ""
    try:
        days.read(day, now)
    except NoDay as error:
        return str(error)
    return ""


def _resolved(path: str) -> str:
    """The path as the site has it: with a slash at the end if need be; "" if it has none."""
    for whole in (path, f"{path}/"):
        with suppress(Resolver404):
            resolve(whole)
            return whole
    return ""


def _in_lists(choices: list[Choice]) -> Iterator[list[Choice]]:
    """The choices in as few reading lists as hold them, in their order."""
    full: list[Choice] = []
    for choice in choices:
        longer = [*full, choice]
        if len(longer) > choosing.MOST or len(choosing.write(longer)) > choosing.LONGEST:
            yield full
            longer = [choice]
        full = longer
    if full:
        yield full


def _is_readable(verdict: Verdict) -> bool:
    return verdict.shown is not None and verdict.problem in ("", "withdrawn")


def _pin(verdict: Verdict, address: Address) -> str:
    """The permanent address of what is shown, "" where there is none or it is one."""
    if verdict.target.is_fixed or not verdict.shown or not _is_readable(verdict):
        return ""
    return _permanent(verdict.shown, verdict.target, address)


def _onward(verdict: Verdict, address: Address) -> str:
    """The permanent address of the newest edition, where an older one, or none, is meant."""
    last = verdict.last
    if not (last and verdict.target.is_fixed and (verdict.changes or verdict.problem)):
        return ""
    is_gone = verdict.is_withdrawn or hasattr(last, "closure")
    return "" if is_gone else _permanent(last, verdict.target, address)


def _permanent(edition: Edition, target: Target, address: Address) -> str:
    """The address with this edition in the place of its page, "" where the site has no such."""
    query = syllabus.kept(address.query)
    if target.form == EMBED:
        query = "&".join(filter(None, [f"edition={edition.number}", query]))
    return _form(edition, edition.get_permanent_url(), target, address._replace(query=query))


def _form(edition: Edition, page: str, target: Target, address: Address) -> str:
    """The address with the page's path, or that of its edition, in the place of its own."""
    if target.form == LIST:
        return _absolute(Address(page, fragment=target.choice.part))
    if target.form == EMBED:
        return _absolute(address._replace(path=f"/embed/{edition.kind}/{edition.slug}/"))
    path = _resolved(f"{page}{target.form}")
    return _absolute(address._replace(path=path)) if path else ""


def _renamed(verdict: Verdict, address: Address) -> str:
    """Where an address that its page had before leads."""
    edition = verdict.shown if verdict.target.is_fixed else verdict.last
    if not edition or not verdict.is_renamed:
        return ""
    numbered = verdict.target.choice.number
    page = edition.get_permanent_url() if numbered else edition.get_absolute_url()
    return _form(edition, page, verdict.target, address)


def _choice(verdict: Verdict) -> Choice:
    """What a reading list has of a page: the edition that is shown, and the row or the question."""
    choice = verdict.target.choice
    if not verdict.shown or not _is_readable(verdict):
        return choice
    part = choosing.PART.fullmatch(choice.part)
    there = part and not (verdict.part and (verdict.part.dropped or not verdict.part.there))
    own = part[1] if part and there else ""
    return Choice(choice.kind, verdict.shown.slug, verdict.shown.number, own)


def _absolute(address: Address) -> str:
    return f"{settings.SITE_URL}{iri_to_uri(str(address))}"
