"""The works that editions cite, each as the newest of them froze it."""

from datetime import datetime
from itertools import groupby

from django.db.models import Count, Max, QuerySet
from django.http import Http404

from concepts import citations, presenting
from concepts.documents import Data
from concepts.models import Citation, in_force
from concepts.reading.neighbours import from_, neighbour


def _cited(at: datetime) -> QuerySet[Citation]:
    return Citation.objects.filter(in_force(at, "edition__"))


def _source(source: Data, pages: int = 0) -> Data:
    csl = source["csl"]
    return {
        **source,
        "label": citations.label(csl),
        "segments": citations.reference(csl),
        "sort": citations.sort_key(csl),
        "pages": pages,
    }


def _letter(source: Data) -> str:
    first: str = source["sort"][0][:1].upper()
    return first if first.isalpha() else "0-9"


def sources(at: datetime) -> list[tuple[str, list[Data]]]:
    """The sources that editions in force cite, A to Z, each as the newest of them froze it."""
    counted = _cited(at).order_by().values("key").annotate(pages=Count("id"), newest=Max("id"))
    pages = {newest: count for _, count, newest in counted.values_list("key", "pages", "newest")}
    newest = Citation.objects.filter(id__in=list(pages)).values_list("id", "source")
    found = [_source(source, pages[number]) for number, source in newest]
    found.sort(key=lambda source: source["sort"])
    return [(letter, list(group)) for letter, group in groupby(found, key=_letter)]


def source(key: str, at: datetime) -> Data:
    """A source with the pages that cite it and where; one that only earlier editions cite has none.

    Raises:
        Http404: no edition that may be read has cited it.
    """
    of_key = Citation.objects.filter(key=key, edition__closure__isnull=True)
    cited = _cited(at).filter(key=key).order_by("edition__kind", "edition__title")
    found = list(cited.values_list("id", "source", "places", *from_("edition")))
    pages = [
        (neighbour(short), [presenting.place_of(short[0], *place) for place in places])
        for _, _, places, *short in found
    ]
    if found:
        return {**_source(max(found)[1]), "cited_by": pages}
    earlier = of_key.filter(edition__published_at__lte=at).order_by("-id")
    last = earlier.values_list("source", flat=True).first()
    if last is None:
        raise Http404
    return {**_source(last), "cited_by": []}
