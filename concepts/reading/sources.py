"""The works that editions cite, each as the newest of them froze it."""

from datetime import datetime
from itertools import groupby

from django.db.models import Count, Max, QuerySet
from django.http import Http404

from concepts import citations, presenting
from concepts.documents import Data
from concepts.models import Citation, in_force
from concepts.reading.long_lists import PART, WHOLE, Part
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


def _counted(cited: QuerySet[Citation], most: int | None = None) -> list[Data]:
    """The sources of these citations, each as the newest froze it; the first keys where many."""
    counted = cited.order_by("key").values("key").annotate(pages=Count("id"), newest=Max("id"))
    some = counted.values_list("pages", "newest")[:most]
    pages = {newest: count for count, newest in some}
    newest = Citation.objects.filter(id__in=list(pages)).values_list("id", "source")
    found = [_source(source, pages[number]) for number, source in newest.iterator()]
    return _sorted(found)


def works(at: datetime) -> list[Data]:
    """Every source that editions in force cite, as the newest of them froze it, A to Z."""
    return _counted(_cited(at))


def sources(at: datetime, after: str = "") -> tuple[list[tuple[str, list[Data]]], Part | None]:
    """The sources that editions in force cite, A to Z, each as the newest of them froze it.

    A long list comes in parts, in the order of the keys, which begin as authors are called.
    """
    cited = _cited(at)
    # From a beginning, so that SQLite goes along the index of keys and stops.
    some = cited.filter(key__gt="").order_by("key").values("key").distinct()
    if after or some[WHOLE : WHOLE + 1]:
        part = _part(cited, after)
        return _by_letter(part.entries), part
    return _by_letter(_counted(cited)), None


def _by_letter(found: list[Data]) -> list[tuple[str, list[Data]]]:
    return [(letter, list(group)) for letter, group in groupby(found, key=_letter)]


def _sorted(found: list[Data]) -> list[Data]:
    return sorted(found, key=lambda source: source["sort"])


def _part(cited: QuerySet[Citation], after: str) -> Part:
    """The sources whose keys come after this one."""
    found = _counted(cited.filter(key__gt=after), PART + 1)
    in_order = sorted(found, key=lambda source: source["key"])
    last = in_order[PART - 1]["key"] if len(in_order) > PART else None
    if not after:
        return Part(_sorted(in_order[:PART]), None, last)
    back = cited.filter(key__lt=after).order_by("-key").values_list("key", flat=True).distinct()
    start = list(back[PART - 1 : PART])
    return Part(_sorted(in_order[:PART]), start[0] if start else "", last)


def source(key: str, at: datetime, page: int = 1) -> Data:
    """A source with the pages that cite it and where; one that only earlier editions cite has none.

    Of very many pages, `page` says which part: `previous` and `next` are the numbers of others.

    Raises:
        Http404: no edition that may be read has cited it, or there is no such part.
    """
    of_key = Citation.objects.filter(key=key, edition__closure__isnull=True)
    start, cited = (page - 1) * PART, _cited(at).filter(key=key).order_by("pk")
    found = list(cited.values_list(*from_("edition"), "places")[start : start + PART + 1])
    pages = [
        (neighbour(short), [presenting.place_of(short[0], *place) for place in places])
        for *short, places in sorted(found[:PART], key=lambda row: (row[0], row[2], row[1]))
    ]
    newest = cited if found else of_key.filter(edition__published_at__lte=at)
    last = newest.order_by("-pk").values_list("source", flat=True).first()
    if last is None or (page > 1 and not found):
        raise Http404
    more = page + 1 if len(found) > PART else None
    return {**_source(last), "cited_by": pages, "previous": page - 1, "next": more}
