"""Many published pages at once, without the desk: what search and its benchmark are tried on."""

from collections.abc import Iterable
from datetime import UTC, datetime

from concepts.documents import PageDocument, canonical, data_of, digest, section_of
from concepts.models import Edition, Page
from concepts.rendering import plain
from concepts.search import index_editions

BEGUN = datetime(2026, 1, 1, tzinfo=UTC)


def write(documents: Iterable[PageDocument]) -> None:
    """A page with one edition for each, found by search; no links, no citations, no checks."""
    some = list(documents)
    pages = Page.objects.bulk_create(
        Page(kind=each.kind, slug=each.slug, title=each.title) for each in some
    )
    editions = [
        Edition(
            page=page,
            kind=each.kind,
            section=section_of(data_of(each)),
            number=1,
            slug=each.slug,
            title=each.title,
            summary=plain(each.summary),
            digest=digest(canonical(each)),
            significance="meaning",
            published_at=BEGUN,
            document=canonical(each),
        )
        for page, each in zip(pages, some, strict=True)
    ]
    index_editions(Edition.objects.bulk_create(editions))
