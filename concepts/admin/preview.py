"""The live preview of a Markdown field: what the page will show, for editors only.

There is no upload yet: `markdown.js` keeps files out of the fields, and this view refuses them.
"""

import secrets

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from concepts import desk, rendering
from concepts.documents import PAGE_DOCUMENTS
from concepts.models import Edition, Source

WRITTEN = [*PAGE_DOCUMENTS, "source"]
RIGHTS = [f"concepts.{verb}_{model}" for verb in ("add", "change") for model in WRITTEN]


def _may_write(request: HttpRequest) -> bool:
    user = request.user
    return user.is_active and user.is_staff and any(map(user.has_perm, RIGHTS))


def _refused(message: str, status: int) -> JsonResponse:
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
    if not _may_write(request):
        return _refused("Only editors who are logged in see a preview.", 403)
    if request.method != "POST":
        return _refused("A preview is asked for by POST.", 405)
    if "content" not in request.POST:
        return _refused("There is no text to show, and images cannot be uploaded yet.", 400)
    try:
        text = rendering.normalized(request.POST["content"])
        # Several previews share one page of the admin: their ids must differ.
        html = rendering.render(
            text,
            prefix=f"preview-{secrets.token_hex(4)}-",
            addresses=_addresses(text),
            numbers=_numbers(text),
        )
    except rendering.TextError as error:
        return render(request, "admin/desk/refused.html", {"problem": error}, status=400)
    return HttpResponse(html)
