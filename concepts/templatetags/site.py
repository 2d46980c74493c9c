"""What every template of the site may say, those of errors included, which no view feeds."""

from django import template
from django.conf import settings

register = template.Library()


@register.simple_tag
def site_name() -> str:
    """The name of this site."""
    return settings.SITE_NAME


@register.simple_tag
def absolute(path: str) -> str:
    """A path of this site as an address for the world."""
    return f"{settings.SITE_URL}{path}"
