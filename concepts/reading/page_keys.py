"""What names a page for ever, for programs that keep what they took in from it."""

from collections.abc import Collection
from datetime import datetime

from concepts.models import Edition


def page_keys(pages: Collection[int], at: datetime) -> dict[int, str]:
    """Of each page (by its id) its kind and the first name that it was published under.

    A renamed page keeps its key, and no other page can get it: a name that was published stays
    its page's. Ids would be others after an export and an import.
    """
    published = Edition.objects.published(at).filter(page__in=pages).order_by("-number")
    names = published.values_list("page_id", "kind", "slug")
    return {page: f"{kind}-{slug}" for page, kind, slug in names}  # the first edition comes last
