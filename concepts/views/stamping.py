"""How a view says that it depends on nothing but the stamp of the site and its address."""

from collections.abc import Callable
from typing import NamedTuple, TypeVar
from urllib.parse import urlencode

from django.http import QueryDict

V = TypeVar("V", bound=Callable[..., object])


class Rule(NamedTuple):
    """Which parameters of the query a view reads, and whether what it answers is worth keeping."""

    names: tuple[str, ...]
    kept: bool

    def query(self, asked: str) -> str:
        """What of a query the view reads, in one way of writing; "" where it reads nothing of it.

        Raises TooManyFieldsSent, which Django answers with 400.
        """
        if not asked:
            return ""
        sent = QueryDict(asked)
        return urlencode([(name, value) for name in self.names for value in sent.getlist(name)])


def stamped(*names: str, kept: bool = True) -> Callable[[V], V]:
    """Say of a view that its answer follows from the stamp, the path and these parameters alone.

    Such a view reads neither the clock nor any header but `Accept`. What has a query is never
    kept, since anybody could make up as many as they like; `kept=False`: nothing of it is.
    """

    def marked(view: V) -> V:
        vars(view)["stamped"] = Rule(names, kept)
        return view

    return marked
