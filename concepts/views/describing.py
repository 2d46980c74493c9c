"""What other programs are told: in the head and headers of a page, as picture, feed, sitemap."""

import re
from contextlib import suppress
from datetime import UTC

from django.conf import settings
from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import http_date
from django.views.decorators.http import require_safe

from concepts import (
    cards,
    days,
    describing,
    documents,
    feeds,
    presenting,
    reading,
    rendering,
    sitemaps,
    storing,
)
from concepts.cards import Card
from concepts.documents import Data
from concepts.models import Edition
from concepts.reading import News
from concepts.templatetags.site import absolute
from concepts.views.addresses import Link, R, linked, resolved, revalidated
from concepts.views.programs import for_programs
from concepts.views.stamping import stamped

ATOM = "application/atom+xml; charset=utf-8"


def metadata(request: HttpRequest, edition: Edition, page: Data, *, numbered: bool = False) -> Data:
    """What `_metadata.html` writes of a page that shows this edition.

    The live page is shared as itself; an edition's own page and one of a past day as the edition.
    """
    past = hasattr(request, "day")
    permanent = absolute(edition.get_permanent_url())
    shown = describing.Shown(
        number=edition.number,
        day=edition.published_at.astimezone(UTC).date().isoformat(),
        url=permanent if numbered or past else absolute(edition.get_absolute_url()),
        permanent=permanent,
        site=settings.SITE_NAME,
        home=absolute(reverse("home")),
        glossary=absolute(reverse("glossary")),
    )
    own = [edition.section, edition.slug]
    return {
        "shown": shown,
        "description": describing.description(page),
        "creators": describing.creators(page),
        "language": describing.LANGUAGE,
        "license": describing.LICENSE,
        "path": reverse("edition", args=[*own, edition.number]),
        "forms": describing.forms(edition.kind),
        "feed": "" if past else reverse("page-feed", args=own),
        "linked_data": rendering.data_block(describing.linked_data(page, shown, absolute)),
    }


def signposted(response: R, edition: Edition) -> R:
    """The page with links in its header for programs that look there (signposting.org, level 1)."""
    permanent = absolute(edition.get_permanent_url())
    types = ["AboutPage", *describing.TYPES[edition.kind]]
    return linked(
        response,
        Link(permanent, "cite-as"),
        Link(describing.LICENSE, "license"),
        *(Link(f"https://schema.org/{name}", "type") for name in types),
        *(
            Link(permanent + form, role, {"type": describing.FORMS[form]})
            for form, role in describing.ROLES.items()
        ),
    )


# The picture ----------------------------------------------------------------------------------


@require_safe
@resolved
def card(request: HttpRequest, section: str, slug: str, number: int) -> HttpResponse:
    """The picture of an edition, drawn when it is first asked for."""
    edition = reading.numbered(section, slug, number, reading.moment(request))
    response = HttpResponse(_picture(edition), content_type="image/png")
    patch_cache_control(response, public=True, max_age=31536000, immutable=True)
    return response


def _picture(edition: Edition) -> bytes:
    """The picture as it is kept; where it cannot be kept, drawn anew.

    Of two that are asked for at once both are drawn, and one is kept. One that is half written
    is not shown.
    """
    says = _card(edition)
    name = f"cards/{edition.digest}-{says.key()}.png"
    try:
        with default_storage.open(name) as file:
            kept: bytes = file.read()
    except OSError:
        kept = b""
    if cards.is_whole(kept):
        return kept
    drawn = cards.draw(says)
    with suppress(OSError):
        storing.keep(name, drawn)
    return drawn


def _card(edition: Edition) -> Card:
    title = presenting.heading(edition.title)
    day = days.in_words(edition.published_at.astimezone(UTC).date())
    return Card(
        kind=describing.NAMES[edition.section],
        lines=tuple(title["lines"]),
        aside=title["aside"],
        slug=edition.slug,
        sentence=cards.first_sentence(edition.summary),
        site=settings.SITE_NAME,
        edition=f"Edition {edition.number}, {day} · CC BY 4.0",
        sides=len(edition.data().get("sides", [])),
    )


# Feeds and sitemap ----------------------------------------------------------------------------


@for_programs
def feed(request: HttpRequest) -> HttpResponseBase:
    """The newest editions of the site, and what they changed."""
    return _feed(request, reading.news(reading.moment(request)))


@for_programs
@resolved
def page_feed(request: HttpRequest, section: str, slug: str) -> HttpResponseBase:
    """The newest editions of one page; of a withdrawn one too, since it says why."""
    return _feed(request, reading.news_of(section, slug, reading.moment(request)))


def _feed(request: HttpRequest, news: News) -> HttpResponseBase:
    text = feeds.atom(news)
    response = revalidated(HttpResponse(text, content_type=ATOM))
    response["ETag"] = etag = f'"{documents.digest(text)}"'
    changed = int(news.last.timestamp()) if news.last else None
    if changed is not None:
        response["Last-Modified"] = http_date(changed)
    return get_conditional_response(request, etag, changed, response) or response


@stamped("part", kept=False)
@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """The addresses of the site, in parts when they are too many for one file."""
    moment, asked = reading.moment(request), request.GET.get("part", "")
    found = sitemaps.whole(moment) if asked in ("", "1") else None
    if found is None and not asked:
        return _xml(sitemaps.index(sitemaps.count(moment)))
    if found is None and re.fullmatch("[1-9][0-9]{0,5}", asked):
        found = sitemaps.part(int(asked), moment)
    if not found:
        raise Http404
    return _xml(sitemaps.urls(found))


def _xml(text: str) -> HttpResponse:
    return revalidated(HttpResponse(text, content_type="application/xml"))
