"""Reading lists without an account: the choice lives in one address, and nothing is kept here."""

from collections.abc import Iterable
from datetime import datetime

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.views.decorators.http import require_safe

from concepts import choosing, reading
from concepts.choosing import Choice
from concepts.documents import Data
from concepts.reading import Chosen
from concepts.templatetags.site import absolute
from concepts.views.addresses import revalidated, unlisted
from concepts.views.machine import as_qr
from concepts.views.reading import show
from concepts.views.share import services
from concepts.views.stamping import stamped

PINNED, NEWEST = "pinned", "newest"
CHANGES = {*choosing.EDITS, choosing.INSTEAD, "to", "add", "new", "all"}
"""What makes another list of the one in the address; the answer leads to that."""

LONGEST_CODE = 1200
"""So many characters make a QR code that telephones still read from paper, 6 cm wide."""


@stamped("i", "t", "pick", *sorted(CHANGES), kept=False)
@require_safe
def list_(request: HttpRequest) -> HttpResponse:
    """What somebody chose, as a page to read, print and pass on; or the way to a changed list."""
    moment = reading.moment(request)
    title = choosing.title(request.GET.get("t", ""))
    choices, refused = choosing.understood(request.GET.getlist("i"))
    if CHANGES & request.GET.keys() and not refused:
        try:
            return _lead(_changed(choices, request.GET, moment), title)
        except ValueError as error:
            refused = [str(error)]
    return _shown(request, choices, title, refused)


def _address(choices: Iterable[Choice], title: str) -> str:
    query = choosing.write(choices, title)
    return f"{reverse('list')}?{query}" if query else reverse("list")


def _lead(choices: Iterable[Choice], title: str) -> HttpResponse:
    return unlisted(revalidated(HttpResponseRedirect(_address(choices, title))))


def _changed(choices: list[Choice], asked: QueryDict, moment: datetime) -> list[Choice]:
    """The list after what was asked.

    Items may be put behind those of another list (`to`) or of this one (`add`); `new` says
    whether these follow the newest edition, `all` says it of the whole list.

    Raises:
        ValueError: what was to be added cannot be read; the message is for the reader.
    """
    old, new = ([], choices) if "to" in asked else (choices, [])
    old = [*_in_addresses(asked.getlist("to")), *old]
    new = [*new, *_in_addresses(asked.getlist("add"))]
    both = [*old, *_in_editions(new, asked.get("new", ""), moment)]
    return choosing.edited(_in_editions(both, asked.get("all", ""), moment), dict(asked.lists()))


def _in_addresses(addresses: Iterable[str]) -> list[Choice]:
    written = filter(str.strip, addresses)
    return [choice for address in written for choice in choosing.in_address(address)]


def _in_editions(choices: list[Choice], which: str, moment: datetime) -> list[Choice]:
    """The choices following the newest edition, or pinned where an edition is in force."""
    if which == NEWEST:
        return [choice._replace(number=None) for choice in choices]
    if which == PINNED:
        return [_pinned(one) for one in reading.chosen(choices, moment)]
    return choices


def _pinned(one: Chosen) -> Choice:
    number = one.choice.number or (one.edition.number if one.edition else None)
    return one.choice._replace(number=number)


def _shown(
    request: HttpRequest, choices: list[Choice], title: str, refused: list[str]
) -> HttpResponse:
    moment = reading.moment(request)
    to_pick = choosing.understood(request.GET.getlist("pick")[:1]).choices
    found = reading.chosen([*choices, *(choice.whole for choice in to_pick)], moment)
    found, pick = found[: len(choices)], found[len(choices) :]
    current = list(dict.fromkeys(one.choice for one in found))
    address = _address(current, title)
    response = show(
        request,
        "list",
        title=title,
        refused=refused,
        wrong=choosing.title(" ".join(request.GET.getlist("add"))) if refused else "",
        choices=current,
        address=address,
        query=choosing.write(current, title),
        services=services(absolute(address), title or "Reading list"),
        code=len(absolute(address)) <= LONGEST_CODE,
        pinned=sum(choice.number is not None for choice in current),
        pages=len(choosing.gathered(current)),
        pick=_picking(current, pick[0]) if pick else None,
        comparisons=reading.comparisons(moment),
        page=reading.handout(found, moment),
    )
    response.status_code = 400 if refused else 200
    return unlisted(response)


def _picking(choices: list[Choice], one: Chosen) -> Data:
    """The form that ticks parts of a page, in its place among the other items."""
    groups = choosing.gathered(choices)
    pages = list(groups)
    place = pages.index(one.choice) if one.choice in pages else len(pages)
    chosen = groups.get(one.choice, [one.choice])
    return {
        "item": str(one.choice),
        "page": reading.parts(one),
        "missing": one.missing,
        "ticked": [choice.part for choice in chosen],
        "whole": one.choice in chosen,
        "before": [choice for page in pages[:place] for choice in groups[page]],
        "after": [choice for page in pages[place + 1 :] for choice in groups[page]],
    }


@require_safe
def list_qr(request: HttpRequest) -> HttpResponse:
    """The address of a list as a QR code, in the one spelling that it has."""
    try:
        choices = choosing.read(request.GET.getlist("i"))
    except ValueError as error:
        return _no_code(str(error))
    address = absolute(_address(choices, choosing.title(request.GET.get("t", ""))))
    if len(address) > LONGEST_CODE:
        return _no_code(
            f"The address of this list has {len(address)} characters; a QR code that can be read "
            f"from paper holds {LONGEST_CODE}. Make two lists, or pass the address on as text."
        )
    drawn = as_qr(address, error="l")
    return unlisted(revalidated(HttpResponse(drawn, content_type="image/svg+xml")))


def _no_code(why: str) -> HttpResponse:
    content = HttpResponse(why, content_type="text/plain; charset=utf-8", status=400)
    return unlisted(revalidated(content))
