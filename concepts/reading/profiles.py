"""The four Vs of organizations, to be laid over each other."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from concepts.diagrams import MOST
from concepts.models import Edition
from concepts.parts import is_key
from concepts.reading.long_lists import is_long
from concepts.reading.neighbours import FOUR_VS, SHORT, Profile, profile


@dataclass(frozen=True)
class Profiles:
    """All organizations to choose from, those chosen, and how much of the choice is left out.

    `known` is None where they are too many for one page.
    """

    known: list[Profile] | None
    chosen: list[Profile]
    unknown: int
    too_many: bool


def profiles(slugs: Iterable[str], at: datetime) -> Profiles:
    """Every organization in force with the levels of its four Vs; the named ones are chosen.

    What names none is counted, a name that stands there twice counts once, and so many are
    chosen as can be told apart in one picture.
    """
    every = Edition.objects.as_of(at).filter(kind="organization").order_by("title", "slug")
    asked = list(dict.fromkeys(slug for slug in slugs if slug))
    known = None if is_long(every) else _told(every)
    named = _told(every.filter(slug__in=filter(is_key, asked))) if known is None else known
    by_slug = {page.slug: (page, levels) for page, levels in named}
    chosen = [by_slug[slug] for slug in asked if slug in by_slug]
    return Profiles(known, chosen[:MOST], len(asked) - len(chosen), len(chosen) > MOST)


def _told(editions: QuerySet[Edition]) -> list[Profile]:
    return [profile(row) for row in editions.values_list(*SHORT, FOUR_VS)]
