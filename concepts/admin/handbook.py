"""The editors' handbook: the desk explained in two pages, where it is needed."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe


@require_safe
def handbook(request: HttpRequest) -> HttpResponse:
    """How to write, check, publish and take back."""
    context = {**admin.site.each_context(request), "title": "How the desk works"}
    return TemplateResponse(request, "admin/desk/handbook.html", context)
