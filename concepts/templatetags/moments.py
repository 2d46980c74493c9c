"""Moments in the editors' templates, with the time zone that they are told in."""

from django import template

from concepts.admin.moments import in_words

register = template.Library()
register.filter("moment", in_words)
