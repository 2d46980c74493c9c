"""No kind of public page takes all threads of a process: while one is slow, others are answered.

A slow table or a locked one makes the pages that need it wait until the database ends their
statements. Whoever asks for more of them meanwhile would take the last thread.
"""

import threading
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from pomsite import counters
from pomsite.middleware import PRIVATE
from pomsite.unavailable import put_off

MOST = 3
"""Answers of one kind that a process makes at once, of its four threads (`make serve`)."""

PATIENCE = 0.5
"""Seconds for which the first waits that finds no room; the others are told at once."""

CROWDED = "Pages of this kind take too long just now. Nothing is lost."

PREVIEWS = {"markdownx_markdownify": "Too many previews are made just now: this one follows."}
"""What is counted of the desk, and what is said where it finds no room.

One at once: they wait for nothing but the processor, so that two would take twice as long each,
and all others longer, too.
"""


class Room:
    """Where the answers of one kind are made."""

    def __init__(self, places: int) -> None:
        self.places = threading.BoundedSemaphore(places)
        self.door = threading.Lock()
        """Held by the one who waits; each who does takes a thread, too."""
        self.stuck = False

    def enter(self) -> bool:
        """Take a place; whether there was one."""
        if self.places.acquire(blocking=False):
            return True
        if self.stuck or not self.door.acquire(blocking=False):
            return False
        try:
            self.stuck = not self.places.acquire(timeout=PATIENCE)
            return not self.stuck
        finally:
            self.door.release()

    def leave(self) -> None:
        """Give the place to somebody else."""
        self.stuck = False
        self.places.release()


class Rooms(dict[str, Room]):
    """The room of each kind, made when it is first asked for."""

    def __missing__(self, name: str) -> Room:
        return self.setdefault(name, Room(1 if name in PREVIEWS else MOST))


_rooms = Rooms()


class Roomy:
    """The middleware that keeps count by the name of the address; forms of the desk never fail."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, and leave the room that was entered when the address was known."""
        try:
            return self.get_response(request)
        finally:
            room: Room | None = vars(request).pop("room", None)
            if room:
                room.leave()

    def process_view(self, request: HttpRequest, *_: Any) -> HttpResponse | None:
        """Refuse what finds no room."""
        match = request.resolver_match
        name = match.view_name if match else ""
        if not name or (request.path_info.startswith(PRIVATE) and name not in PREVIEWS):
            return None
        room = _rooms[name]
        if room.enter():
            vars(request)["room"] = room
            return None
        counters.add("crowded")
        if name in PREVIEWS:
            return put_off(request, PREVIEWS[name], "previews")
        return put_off(request, CROWDED, "outage")
