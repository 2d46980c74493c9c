"""The draft of a page for a reviewer without an account: the one address that shows drafts."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from concepts import drafts
from concepts.documents import Data, section_of
from concepts.models import Page, PreviewLink
from concepts.publishing import PublishError
from concepts.views.addresses import unlisted


def show_draft(request: HttpRequest, page: Page, draft: Data) -> HttpResponse:
    """The page's draft through the template of pages, or what keeps it from being shown.

    `draft` is what the bar at its top says.
    """
    context: Data = {"draft": draft}
    try:
        context["page"] = shown = drafts.shown(page)
    except PublishError as error:
        context["findings"] = error.findings
        response = render(request, "concepts/unfinished.html", context, status=409)
    else:
        context["section"] = section_of(shown)
        response = render(request, "concepts/preview.html", context)
    return unlisted(response)


@require_safe
def preview(request: HttpRequest, token: str) -> HttpResponse:
    """The draft that a link leads to; all addresses that are no valid link answer the same."""
    link = drafts.opened(token)
    if link:
        response = show_draft(request, link.page, _bar(link))
    else:
        response = unlisted(render(request, "404.html", status=404))
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _bar(link: PreviewLink) -> Data:
    """What a reviewer is told. Who made the link is not."""
    return {"until": link.expires_at}
