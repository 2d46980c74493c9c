"""What every template of the site may say, those of errors included, which no view feeds."""

from collections.abc import Sequence
from typing import Literal
from urllib.parse import quote, urlencode

from django import template
from django.conf import settings
from django.template.context import Context
from django.urls import reverse
from django.utils.html import format_html

from concepts.choosing import Choice
from concepts.days import YESTERDAY, outside
from concepts.diagrams.drawing import drawn
from concepts.documents import Data
from concepts.models import Edition
from concepts.presenting import Neighbour
from concepts.views.days import STOOD

register = template.Library()

ASKED = {"compare": ("c",), "practice": ("area", "order"), "search": ("q", "kind", "page")}
"""The parameters without which a page says little."""

LETTER = "{address}\r\n\r\nWhat is wrong:\r\n\r\nWhat would be right, and who says so:\r\n"
"""What a reader who reports a mistake finds written already."""


@register.simple_tag
def site_name() -> str:
    """The name of this site."""
    return settings.SITE_NAME


@register.simple_tag
def contact() -> str:
    """The e-mail address of those who run this site; empty when they gave none."""
    return settings.CONTACT


@register.simple_tag
def absolute(path: str) -> str:
    """A path of this site as an address for the world, never on a past day."""
    return f"{settings.SITE_URL}{outside(path)}"


@register.simple_tag
def live(path: str) -> str:
    """The same path on the site of today, from the site of a past day too."""
    return outside(path)


@register.simple_tag(takes_context=True)
def frozen_twin(context: Context) -> str:
    """Where the page that is shown stands frozen: it leads to the last day that is over.

    Empty on a past day, and on a page that no past day has. It names no date, so that the page
    stays the same from one day to the next.
    """
    request = context.get("request")
    view = getattr(getattr(request, "resolver_match", None), "view_name", "")
    if not request or view not in STOOD or getattr(request, "day", None):
        return ""
    names = ASKED.get(view, ())
    query = urlencode([(name, each) for name in names for each in request.GET.getlist(name)])
    return f"{reverse('on')}{YESTERDAY}{request.path_info}{query and f'?{query}'}"


@register.simple_tag
def links(pages: Sequence[Neighbour], end: str = "") -> str:
    """Links to pages, a comma between two of them; those that are not public are only named."""
    gaps = ", ".join('<a href="{}">{}</a>' if to.address else "{}" for to in pages)
    said = [
        each for to in pages for each in ((to.address, to.title) if to.address else (to.title,))
    ]
    return format_html(gaps + "{}", *said, end)


@register.simple_tag
def uses(found: Sequence[Data]) -> str:
    """Links to the places of a page at which a source is cited, each with its locator."""
    form = " ".join(
        '<a href="#{}">{}</a> {}' if use["locator"] else '<a href="#{}">{}</a>' for use in found
    )
    said = (use[name] for use in found for name in ("id", "letter", "locator"))
    return format_html(form, *filter(None, said))


register.filter(drawn)


@register.simple_tag
def list_item(edition: Edition) -> str:
    """An edition as an item of a reading list, pinned."""
    return str(Choice(edition.kind, edition.slug, edition.number))


@register.simple_tag
def report_mistake(edition: Edition | Literal[""], anchor: str = "", row: str = "") -> str:
    """A link that writes to CONTACT about an edition, or a row of it at `anchor`; none for a draft.

    The letter is filled in with the permanent address: nothing is sent to or kept by this site.
    """
    if not edition or not settings.CONTACT:
        return ""
    title = f"{edition.title}, edition {edition.number}"
    address = absolute(edition.get_permanent_url()) + (f"#{anchor}" if anchor else "")
    href = letter(f"{title}, {row}" if row else title, address)
    aside = format_html('<span class="vh"> Report it: row {}</span>', row)
    said = ("Mistake?", aside) if row else ("Report a mistake", "")
    return format_html('<a class="report no-print" href="{}">{}{}</a>', href, *said)


@register.simple_tag(takes_context=True)
def report_page(context: Context) -> str:
    """The address of a letter about a page without editions; empty where there is no request."""
    if "request" not in context:  # a page of an error
        return ""
    path = outside(context["request"].path)
    return letter(f"{settings.SITE_NAME}, {path}", absolute(path))


def letter(about: str, address: str) -> str:
    """The `mailto:` address of a letter about a mistake (RFC 6068); empty without CONTACT."""
    if not settings.CONTACT:
        return ""
    subject = quote(f"Mistake in {about}", safe="")
    body = quote(LETTER.format(address=address), safe=":/")
    return f"mailto:{quote(settings.CONTACT, safe='@')}?subject={subject}&body={body}"
