"""The four Vs of organizations, to be laid over each other."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from concepts.diagrams import MOST
from concepts.models import Edition
from concepts.reading.neighbours import FOUR_VS, SHORT, Profile, profile


@dataclass(frozen=True)
class Profiles:
    """All organizations to choose from, those chosen, and how much of the choice is left out."""

    known: list[Profile]
    chosen: list[Profile]
    unknown: int
    too_many: bool


def profiles(slugs: Sequence[str], at: datetime) -> Profiles:
    """Every organization in force with the levels of its four Vs; the named ones are chosen.

    What names none is counted, a name that stands there twice counts once, and so many are
    chosen as can be told apart in one picture.
    """
    editions = Edition.objects.as_of(at).filter(kind="organization").order_by("title", "slug")
    known = [profile(row) for row in editions.values_list(*SHORT, FOUR_VS)]
    by_slug = {page.slug: (page, levels) for page, levels in known}
    asked = list(dict.fromkeys(slug for slug in slugs if slug))
    chosen = [by_slug[slug] for slug in asked if slug in by_slug]
    return Profiles(known, chosen[:MOST], len(asked) - len(chosen), len(chosen) > MOST)
