"""Which page of the desk a name means."""

from collections.abc import Iterable
from typing import NamedTuple

from concepts.models import Page
from concepts.surroundings import owners


class Found(NamedTuple):
    """A page of the desk; `guide_type` is None unless it is a guide."""

    pk: int
    title: str
    guide_type: str | None


def find_pages(names: Iterable[str]) -> dict[str, Found]:
    """What the desk says of the pages with these names ("concept:takt-time"), in three queries.

    A name is the slug that a page has on the desk or had in an edition. Others are left out.
    """
    pages = owners(names)
    rows = Page.objects.filter(pk__in=pages.values()).values_list("pk", "title", "guide__type")
    found = {pk: Found(pk, title, guide_type) for pk, title, guide_type in rows}
    return {name: found[pk] for name, pk in pages.items() if pk in found}
