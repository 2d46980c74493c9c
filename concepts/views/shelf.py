"""Answers that this process made, to be sent again.

They stand under the address and the stamp of the site, and, where making one costs much, also
under all that it was made of: a change elsewhere on the site then costs the queries that find it
to be none of this page.
"""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, NamedTuple, TypeVar

from django.http import HttpRequest, HttpResponse

V = TypeVar("V")

ROOM = 16 * 1024**2
"""Bytes of answers that a process keeps; they are short, since most are compressed."""


Headers = list[tuple[str, str]]


class Kept(NamedTuple):
    """An answer as it was sent, and the headers for whoever has it already."""

    tag: str
    headers: Headers
    body: bytes
    known: Headers


class Shelf(Generic[V]):
    """What was used last, as much as there is room for (in bytes)."""

    def __init__(self, room: int) -> None:
        self.room, self.taken = room, 0
        self._lock = threading.Lock()
        self._kept: OrderedDict[Hashable, tuple[V, int]] = OrderedDict()

    def get(self, key: Hashable) -> V | None:
        """What stands under the key."""
        with self._lock:
            found = self._kept.get(key)
            if found is None:
                return None
            self._kept.move_to_end(key)
            return found[0]

    def put(self, key: Hashable, value: V, size: int) -> None:
        """Keep what takes so many bytes; what was not asked for longest makes room."""
        with self._lock:
            _, before = self._kept.pop(key, (None, 0))
            self._kept[key] = value, size
            self.taken += size - before
            while self.taken > self.room:
                _, (_, oldest) = self._kept.popitem(last=False)
                self.taken -= oldest

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._kept.clear()
            self.taken = 0


shelf: Shelf[Kept] = Shelf(ROOM)


# By what an answer was made of ----------------------------------------------------------------


class Made(NamedTuple):
    """An answer, by the coding that its reader takes and a digest of all that it is made of."""

    coding: str
    digest: bytes


def made_of(request: HttpRequest, *inputs: object) -> HttpResponse | None:
    """The answer that was made of the same at this address, if it is kept.

    `inputs` are all that it depends on beside its address and the code, each with a `repr` that
    tells them apart. It applies to requests that the middleware keeps, and remembers what they
    are made of for it.
    """
    coding: str | None = vars(request).get("coding")
    if coding is None:
        return None
    told = "\n".join([request.path, *map(repr, inputs)])
    key = Made(coding, hashlib.blake2b(told.encode(), digest_size=16).digest())
    vars(request)["made_of"] = key
    found = shelf.get(key)
    return HttpResponse(found.body, headers=dict(found.headers)) if found else None
