"""Take sources in from a bibliography: show what it would bring, then write what is chosen.

Nothing is kept between the two steps: the second form carries the text again, which is read again.
What it was shown travels along as a digest, so that nothing else is written.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse

from concepts import citations, desk
from concepts.admin.base import ModelAdmin, editor, messages_of
from concepts.admin.bodies import sized
from concepts.documents import Source, canonical, digest
from concepts.parts import is_key
from concepts.references import Entry, Known, Same, UnreadableError, free, read

BODY = 1_000_000
"""Bytes that a request may have: a text is as long as may be, in an encoding that is longer."""
SHOWN = 20
TOO_LARGE = "This is too large: give at most 500 kB at a time."
CHANGED = (
    "The text or the desk has changed since this was shown, so nothing was written. Look at it"
    " again."
)
NOT_UTF8 = "The file is not UTF-8: save it in this encoding and try again."


@dataclass
class Proposal:
    """One entry with what it would bring, what is known of it, and what the editor chose."""

    number: int
    entry: Entry
    key: str
    same: Same | None
    twin: int | None
    """The earlier entry of the text that is the same work."""
    choice: str = ""
    error: str = ""
    segments: list[citations.Segment] = field(default_factory=list)

    def __post_init__(self) -> None:
        csl = self.entry.source.csl()
        self.segments = citations.reference(csl)
        self.lacking = citations.lacking(csl)
        self.choice = self.choice or ("skip" if self.same or self.twin else "add")
        self.known = citations.reference(self.same.source.csl()) if self.same else []
        self.filled = _gaps(self.same.source, self.entry.source) if self.same else []

    @property
    def source(self) -> Source:
        """The source under its key."""
        return self.entry.source.model_copy(update={"slug": self.key})


def _gaps(known: Source, more: Source) -> list[str]:
    """What the known source lacks and the other one has, in words."""
    after = desk.filled(known, more)
    names = (name for name in Source.model_fields if getattr(after, name) != getattr(known, name))
    return [name.replace("_", " ") for name in names]


def proposals(entries: Iterable[Entry], there: list[Source]) -> list[Proposal]:
    """Each entry under a free key, beside the source of the desk that is the same work."""
    known, seen = Known(there), Known()
    taken = {source.slug for source in there}
    numbers: dict[str, int] = {}
    found = []
    for number, entry in enumerate(entries, 1):
        key = free(entry.source.slug, taken)
        taken.add(key)
        twin = seen.same(entry.source, entry.key)
        same = known.same(entry.source, entry.key)
        named = entry.source.model_copy(update={"slug": key})
        seen.add(named, entry.key)
        numbers[key] = number
        found.append(
            Proposal(number, entry, key, same, numbers[twin.source.slug] if twin else None)
        )
    return found


def _shown(found: list[Proposal]) -> str:
    """A digest of what the editor is shown."""
    pairs = ((each.entry.source, each.same.source if each.same else None) for each in found)
    return digest("\n".join(canonical(source) for pair in pairs for source in pair if source))


class BibliographyViews(ModelAdmin):
    """Adds the import of a bibliography to the admin of sources."""

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(sized(BODY)(self.import_view))
        return [path("import/", view, name="concepts_source_import"), *super().get_urls()]

    def import_view(self, request: HttpRequest, *, too_large: bool = False) -> HttpResponse:
        """Ask for a text or file; show what it would bring; on the second POST, write it."""
        if not (self.has_add_permission(request) and self.has_change_permission(request)):
            raise PermissionDenied
        if too_large:
            return self._answer(request, "", [TOO_LARGE], status=413)
        if request.method != "POST":
            return self._answer(request, "", [])
        try:
            text = _text(request)
            found = proposals(read(text), desk.sources())
        except UnreadableError as error:
            return self._answer(request, request.POST.get("text", ""), error.problems)
        if "take" not in request.POST:
            return self._answer(request, text, [], found)
        return self._taken(request, text, found)

    def _taken(self, request: HttpRequest, text: str, found: list[Proposal]) -> HttpResponse:
        shown = _shown(found)
        _choose(found, request)
        if request.POST.get("shown") != shown:
            return self._answer(request, text, [CHANGED], found)
        if any(each.error for each in found):
            return self._answer(request, text, ["Nothing was written: mend the citekeys."], found)
        try:
            added, changed = desk.take_sources(
                add=[each.source for each in found if each.choice == "add"],
                fill=[
                    (each.same.source.slug, each.entry.source)
                    for each in found
                    if each.choice == "fill" and each.same
                ],
                by=editor(request),
            )
        except desk.DeskError as error:
            return self._answer(request, text, messages_of(error), found)
        messages.success(request, _news(added, changed, len(found)))
        return HttpResponseRedirect(reverse("admin:concepts_source_changelist"))

    def _answer(
        self,
        request: HttpRequest,
        text: str,
        problems: list[str],
        found: list[Proposal] | None = None,
        status: int = 200,
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Import sources",
            "text": text,
            "problems": problems[:SHOWN],
            "more": len(problems[SHOWN:]),
            "proposals": found,
            "shown": _shown(found) if found else "",
        }
        return TemplateResponse(request, "admin/desk/source_import.html", context, status=status)


def _text(request: HttpRequest) -> str:
    """The file when there is one, else what was pasted."""
    file = request.FILES.get("file")
    if file is None:
        return request.POST.get("text", "")
    try:
        return str(file.read().decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise UnreadableError([NOT_UTF8]) from None


def _choose(found: list[Proposal], request: HttpRequest) -> None:
    """Take over what was chosen, and say which keys cannot be used."""
    there = {source.slug for source in desk.sources()}
    for each in found:
        choice = request.POST.get(f"choice-{each.number}", "")
        known = ("add", "skip", "fill") if each.same else ("add", "skip")
        each.choice = choice if choice in known else each.choice
        each.key = request.POST.get(f"key-{each.number}", each.key).strip()
        if each.choice == "add":
            each.error = _wrong(each.key, there)
            there.add(each.key)


def _wrong(key: str, taken: set[str]) -> str:
    if not is_key(key):
        return "Small letters and digits, parts joined by single hyphens, such as little1961."
    return "This citekey is taken: choose another." if key in taken else ""


def _news(added: int, changed: int, among: int) -> str:
    return (
        f"{added} added, {changed} filled in, {among - added - changed} left out."
        " They can be cited at once."
    )
