"""What waits for editors, on the front page of the desk."""

from typing import Any

from django import template

from concepts.admin.work import front

register = template.Library()


@register.inclusion_tag("admin/waiting/front.html", takes_context=True)
def work_front(context: Any) -> dict[str, Any]:
    """The sections that have something in them, and a line for each that has not."""
    return front(context["request"])
