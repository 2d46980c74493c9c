"""The editors' handbook: the desk, and how to write for the site, where they are needed."""

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from concepts import rendering

WRITING = settings.BASE_DIR / "docs" / "editorial-guide.md"
"""The guide as it stands in the repository, so that there is one."""


def _show(request: HttpRequest, view: str, title: str, **more: object) -> HttpResponse:
    context = {**admin.site.each_context(request), "title": title, **more}
    return TemplateResponse(request, f"admin/desk/{view}.html", context)


@require_safe
def handbook(request: HttpRequest) -> HttpResponse:
    """How to write, check, publish and take back."""
    return _show(request, "handbook", "How the desk works")


@require_safe
def editorial_guide(request: HttpRequest) -> HttpResponse:
    """Voice, length, citing; how to write a cell, a question, a refutation."""
    heading, _, text = WRITING.read_text(encoding="utf-8").partition("\n")
    guide = rendering.render(text, prefix="guide-", level=2)
    return _show(request, "editorial_guide", heading.removeprefix("# "), guide=guide)
