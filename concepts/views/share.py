"""Everything that a teacher needs to share one page, on one page."""

from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from concepts import embedding, reading, rendering
from concepts.documents import Data
from concepts.embedding import NoPart, Part
from concepts.models import Edition
from concepts.templatetags.site import absolute
from concepts.views.addresses import resolved
from concepts.views.embed import frame_address
from concepts.views.reading import show
from concepts.views.stamping import stamped

CLASSROOM = "https://classroom.google.com/share"
TEAMS = "https://teams.microsoft.com/share"


@stamped("row", kept=False)
@require_safe
@resolved
def share(request: HttpRequest, section: str, slug: str) -> HttpResponseBase:
    """The edition in force: its permanent link first, then the link that follows the newest."""
    moment = reading.moment(request)
    edition = reading.current(section, slug, moment)
    return _shared(request, edition, moment)


@stamped("row", kept=False)
@require_safe
@resolved
def edition_share(request: HttpRequest, section: str, slug: str, number: int) -> HttpResponseBase:
    """The same for one edition, which may be an old one."""
    moment = reading.moment(request)
    edition, among = reading.version(section, slug, number, moment)
    status = reading.status(edition, among)
    return _shared(request, edition, edition.published_at, status=status, numbered=True)


def _shared(
    request: HttpRequest, edition: Edition, at: datetime, **context: Any
) -> HttpResponseBase:
    data, error = edition.data(), ""
    try:
        part = embedding.asked([], request.GET.getlist("row"), [])
        embedding.check(data, part)
    except NoPart as refused:
        part, error = Part(), str(refused)
    page = reading.assemble(data, at=at, page=edition.page_id)
    framed = embedding.framed(data, page, part)
    withdrawn = bool((context.get("status") or {}).get("withdrawn"))
    response = show(
        request,
        "share",
        section=edition.section,
        edition=edition,
        page=page,
        row=framed["rows"][0] if part.row else None,
        error=error,
        links=_links(edition, part, withdrawn),
        frames=_frames(edition, data, part),
        table=_table(edition, framed) if framed["rows"] else None,
        width=embedding.WIDTH,
        **context,
    )
    response.status_code = 404 if error else 200
    return response


def _links(edition: Edition, part: Part, withdrawn: bool) -> dict[str, str]:
    """The addresses of what is shared; none that follows a page which is withdrawn."""
    mark = f"#{part.anchor}" if part.anchor else ""
    pinned = absolute(edition.get_permanent_url()) + mark
    return {
        "pinned": pinned,
        "newest": "" if withdrawn else absolute(edition.get_absolute_url()) + mark,
        **services(pinned, edition.title),
    }


def services(address: str, title: str) -> dict[str, str]:
    """Plain links that open a service with this address filled in."""
    teams = {"href": address, "msgText": title}
    return {
        "classroom": f"{CLASSROOM}?{urlencode({'url': address}, quote_via=quote)}",
        "teams": f"{TEAMS}?{urlencode(teams, quote_via=quote)}",
    }


def _frames(edition: Edition, data: Data, part: Part) -> list[dict[str, str]]:
    """The codes that embed it: of a comparison that has a table also of the table alone."""
    parts = {"The page": Part()}
    if part.row:
        parts = {"The row": part}
    elif data.get("rows"):
        parts["The table"] = Part(table=True)
    return [
        {
            "label": label,
            "address": frame_address(edition, each.at(edition.number)),
            "pinned": _code(edition, data, each.at(edition.number)),
            "newest": _code(edition, data, each),
        }
        for label, each in parts.items()
    ]


def _code(edition: Edition, data: Data, part: Part) -> str:
    address = absolute(frame_address(edition, part))
    tall = embedding.height(data, part)
    return embedding.code(address, embedding.title(data, part), "100%", tall)


def _table(edition: Edition, page: Data) -> dict[str, str]:
    """The table for pages elsewhere: `code` with lines, and `preview` as this page can show it."""
    permanent = absolute(edition.get_permanent_url())
    context = {"edition": edition, "page": page, "permanent": permanent}
    forms = {"code": {"border": True}, "preview": {}}
    return {
        form: rendering.portable(
            render_to_string("concepts/_pasted.html", {**context, **more}), permanent
        )
        for form, more in forms.items()
    }
