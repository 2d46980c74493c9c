"""The live preview of a Markdown field: what the page will show, for editors only.

Of the page it differs in two things, which one field alone cannot know: its ids, and the numbers
of its sources, which begin at 1 in each field.
"""

import secrets

from django.contrib import admin
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from concepts import desk, rendering
from concepts.documents import PAGE_DOCUMENTS
from concepts.models import Edition, Source

WRITTEN = [*PAGE_DOCUMENTS, "source"]
RIGHTS = [f"concepts.{verb}_{model}" for verb in ("add", "change") for model in WRITTEN]


def may_write(request: HttpRequest) -> bool:
    """Whether somebody is logged in who may write anything that has Markdown fields."""
    user = request.user
    if not isinstance(user, User) or not admin.site.has_permission(request):
        return False
    return any(user.has_perm(right) for right in RIGHTS)


def refused(message: str, status: int) -> JsonResponse:
    """Why nothing was done, for the script that asked."""
    return JsonResponse({"error": message}, status=status)


def _addresses(text: str) -> dict[str, str]:
    """Where the links of a text lead now; what is not published has no address."""
    found = desk.find_pages({target.key for target in rendering.links_in(text)})
    pages = [page.pk for page in found.values()]
    editions = Edition.objects.as_of().filter(page__in=pages).defer("document")
    public = {edition.page_id: edition.get_absolute_url() for edition in editions}
    return {key: public[page.pk] for key, page in found.items() if page.pk in public}


def _numbers(text: str) -> dict[str, int]:
    """The text's own numbering of those of its sources that exist."""
    cited = list(dict.fromkeys(cite.key for cite in rendering.citations_in(text)))
    known = set(Source.objects.filter(slug__in=cited).values_list("slug", flat=True))
    return {key: number for number, key in enumerate([k for k in cited if k in known], 1)}


def markdownx_markdownify(request: HttpRequest) -> HttpResponse:
    """The posted `content` as HTML; a text that is refused comes back as the reason (400)."""
    if not may_write(request):
        return refused("Only editors who are logged in see a preview.", 403)
    if request.method != "POST":
        return refused("A preview is asked for by POST.", 405)
    if "content" not in request.POST:
        return refused("There is no text to show.", 400)
    try:
        return HttpResponse(_rendered(request.POST["content"]))
    except rendering.TextError as error:
        return render(request, "admin/desk/refused.html", {"problem": error}, status=400)


def _rendered(content: str) -> str:
    """The text as HTML. Raises TextError when it is refused."""
    text = rendering.normalized(content)
    # Several previews share one page of the admin: their ids must differ.
    prefix = f"preview-{secrets.token_hex(4)}-"
    return rendering.render(
        text, prefix=prefix, addresses=_addresses(text), numbers=_numbers(text), once=True
    )
