"""Questions and links of a page or a reading list, as files for learning platforms and Anki."""

from collections.abc import Callable, Sequence
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.views.decorators.http import require_safe

from concepts import choosing, reading
from concepts.choosing import Choice
from concepts.documents import Data, section_of
from concepts.excerpts import row_label
from concepts.exports import questions
from concepts.exports.cartridge import WebLink, cartridge
from concepts.exports.gift import gift
from concepts.exports.moodle import moodle_xml
from concepts.exports.question_table import question_csv
from concepts.exports.questions import Item, Source
from concepts.models import Edition
from concepts.reading import Chosen
from concepts.templatetags.site import absolute
from concepts.views.addresses import Link, linked, resolved, revalidated, unlisted
from concepts.views.machine import CSV
from concepts.views.reading import show

COURSE = "course.imscc"
DECK = "questions.apkg"


class Form(NamedTuple):
    """A content type, and what makes the file of questions."""

    content_type: str
    made: Callable[[Sequence[Item]], bytes]


def deck(items: Sequence[Item]) -> bytes:
    """As `exports.anki` makes it: what that stands on takes 8 MB, and is seldom asked for."""
    from concepts.exports import anki  # noqa: PLC0415

    return anki.deck(items)


FORMS = {
    "questions.xml": Form("application/xml", moodle_xml),
    "questions.gift": Form("text/plain; charset=utf-8", gift),
    "questions.csv": Form(CSV, question_csv),
    DECK: Form("application/octet-stream", deck),
}
FILES = (*FORMS, COURSE)
"""What can be asked for, by its name in the address."""


class Exported(NamedTuple):
    """What goes into a file: a lasting name, a title, links, and questions."""

    name: str
    title: str
    links: list[WebLink]
    items: list[Item]


@require_safe
@resolved
def page_export(request: HttpRequest, section: str, slug: str, file: str) -> HttpResponseBase:
    """A file of the edition in force."""
    moment = reading.moment(request)
    return _page(request, reading.current(section, slug, moment), file, moment)


@require_safe
@resolved
def edition_export(
    request: HttpRequest, section: str, slug: str, number: int, file: str
) -> HttpResponseBase:
    """A file of one edition, which never changes."""
    moment = reading.moment(request)
    response = _page(request, reading.numbered(section, slug, number, moment), file, moment)
    # The bytes of a database depend on the version of SQLite that wrote it.
    if response.status_code in (200, 304) and file != DECK:
        response.headers.pop("Cache-Control")
        patch_cache_control(response, public=True, max_age=31536000, immutable=True)
    return response


def _page(request: HttpRequest, edition: Edition, file: str, at: datetime) -> HttpResponseBase:
    key = reading.page_keys([edition.page_id], at)[edition.page_id]
    link = WebLink(key, edition.title, absolute(edition.get_permanent_url()))
    items = _items(edition, edition.data(), key)
    name = f"{edition.slug}-edition-{edition.number}"
    response = _file(request, Exported(key, edition.title, [link], items), file, name)
    if response is None:
        return _nothing(
            request, edition.title, edition.get_permanent_url(), section=edition.section
        )
    return linked(response, Link(edition.get_permanent_url(), "cite-as"))


@require_safe
def list_export(request: HttpRequest, file: str) -> HttpResponseBase:
    """A file of what a reader has chosen: its pages and rows, and its questions or its pages'."""
    moment = reading.moment(request)
    given = choosing.title(request.GET.get("t", ""))
    choices = choosing.understood(request.GET.getlist("i")).choices
    exported = _list(choices, given or "Reading list", moment)
    response = _file(request, exported, file, "reading-list")
    if response is None:
        back = f"{reverse('list')}?{choosing.write(choices, given)}"
        response = _nothing(request, exported.title, back)
    return unlisted(response)


# What goes in -----------------------------------------------------------------------------------


def _list(choices: Sequence[Choice], title: str, at: datetime) -> Exported:
    """What of the choices can be read; the page of the list tells what cannot."""
    groups: dict[Edition, list[Chosen]] = {}
    for one in reading.chosen(choices, at):
        if one.edition:
            groups.setdefault(one.edition, []).append(one)
    keys = reading.page_keys({edition.page_id for edition in groups}, at)
    links: list[WebLink] = []
    items: dict[str, Item] = {}
    for edition, group in groups.items():
        key = keys[edition.page_id]
        links += [_link(one, edition, key) for one in group if not _asks(one)]
        for item in _picked(edition, group, key):
            items.setdefault(item.key, item)
    pages = " ".join(str(choice._replace(number=None)) for choice in choices)
    name = f"list-{sha256(pages.encode()).hexdigest()[:12]}"  # the same in later editions
    return Exported(name, title, links, list(items.values()))


def _asks(one: Chosen) -> bool:
    return one.choice.part.startswith("question-")


def _link(one: Chosen, edition: Edition, key: str) -> WebLink:
    """The page or row that was chosen; it follows the newest edition where the reader does."""
    part = one.choice.part
    numbered = one.choice.number is not None
    address = edition.get_permanent_url() if numbered else edition.get_absolute_url()
    if not part:
        return WebLink(key, edition.title, absolute(address))
    row = next(row for row in one.data["rows"] if f"row-{row['key']}" == part)
    title = f"{edition.title}: {row_label(one.data, row)}"
    return WebLink(f"{key}--{part}", title, f"{absolute(address)}#{part}")


def _picked(edition: Edition, group: Sequence[Chosen], key: str) -> list[Item]:
    """The questions that were chosen of an edition, in that order; if none was, but the page as a
    whole, all.
    """
    parts = [one.choice.part for one in group]
    asked = [part.removeprefix("question-") for part in parts if part.startswith("question-")]
    if not asked and "" not in parts:
        return []
    every = _items(edition, group[0].data, key)
    own = {
        question["key"]: item
        for question, item in zip(group[0].data["questions"], every, strict=True)
    }
    return [own[part] for part in asked] or every


def _items(edition: Edition, data: Data, key: str) -> list[Item]:
    source = Source(
        key=key,
        title=edition.title,
        number=edition.number,
        address=absolute(edition.get_permanent_url()),
        published=edition.published_at,
        site=settings.SITE_NAME,
    )
    return questions.items(data, source, _addresses(data))


def _addresses(data: Data) -> dict[str, str]:
    """Where the pages are that a document names: asked of nobody, so that a file stays the same.

    An address lasts: a renamed page leads on from there, a path from the areas to the paths.
    """
    return {
        f"{near['kind']}:{near['slug']}": absolute(
            reverse("page", args=[section_of({"type": "area", **near}), near["slug"]])
        )
        for near in data["frozen"]["neighbours"]
        if near["title"]  # else no reader had seen it
    }


# What comes out ---------------------------------------------------------------------------------


def _file(
    request: HttpRequest, exported: Exported, file: str, name: str
) -> HttpResponseBase | None:
    """The file, tagged by its digest; None where nothing would be in it."""
    if file == COURSE:
        items = [] if request.GET.get("quiz") == "0" else exported.items
        if not exported.links and not items:
            return None
        made = cartridge(exported.name, exported.title, exported.links, items)
        content_type = "application/vnd.ims.imsccv1p1"
    elif exported.items:
        made, content_type = FORMS[file].made(exported.items), FORMS[file].content_type
    else:
        return None
    response = HttpResponse(made, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}-{file}"'
    response["ETag"] = etag = f'"{sha256(made).hexdigest()}"'
    revalidated(response)
    return get_conditional_response(request, etag, None, response) or response


def _nothing(request: HttpRequest, title: str, back: str, section: str = "") -> HttpResponseBase:
    """Say that there are no questions to put into a file."""
    context = {"title": title, "back": back, "section": section}
    response = show(request, "no-questions", **context)
    response.status_code = 404
    return response
