"""Maintenance: readers read on, and nobody writes.

It stands in the site's one row, which every verb locks: once it is on, no verb is under way. So
it holds for all processes and machines at once, and while other tables are migrated.
"""

from concepts.models import Site

DEFAULT = "The site is being looked after"
REFUSED = "{}: nothing can be saved or published until that is over. Nothing was changed."
LONGEST = 200
"""Characters of a reason: it stands in one line."""


class UnderMaintenance(Exception):
    """Why nothing was written, for whoever wanted to."""

    def __init__(self, reason: str) -> None:
        super().__init__(REFUSED.format(reason))


def reason() -> str:
    """Why nothing may be written now; "" when it may. One query."""
    return Site.objects.filter(pk=1).values_list("maintenance", flat=True).first() or ""


def begin(why: str) -> None:
    """Let nobody write from now on; waits for the verb that is under way.

    Raises ValueError for a reason that is no single line of at most 200 characters.
    """
    why = why.strip().rstrip(".")
    if not why or len(why) > LONGEST or not why.isprintable():
        raise ValueError(f"The reason is one line of at most {LONGEST} characters.")
    Site.objects.filter(pk=1).update(maintenance=why)


def end() -> None:
    """Let everybody write again."""
    Site.objects.filter(pk=1).update(maintenance="")


def refuse() -> None:
    """Raise UnderMaintenance while nothing may be written."""
    if why := reason():
        raise UnderMaintenance(why)
