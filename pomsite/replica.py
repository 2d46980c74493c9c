"""Public pages are read from a replica of the database, everything else from the database itself.

A request reads all from one of the two, its stamp included, so a page is never kept under a stamp
that is newer than what it was made of. A replica that lags shows older pages, never wrong ones.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from contextvars import ContextVar
from typing import Any

from django.core.exceptions import MiddlewareNotUsed
from django.db import DEFAULT_DB_ALIAS, connections
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from pomsite import postgresql
from pomsite.middleware import PRIVATE

REPLICA = "replica"

QUICK = 5.0
"""Seconds: what failed sooner failed by itself. What took longer would in the database, too."""

_reads: ContextVar[str] = ContextVar("reads", default=DEFAULT_DB_ALIAS)

Handler = Callable[[HttpRequest], HttpResponseBase]


class Router:
    """The replica, inside of `from_replica` and as long as nothing was written."""

    def db_for_read(self, *_: Any, **__: Any) -> str:
        """Where to read; within a transaction, where that is."""
        atomic = connections[DEFAULT_DB_ALIAS].in_atomic_block
        return DEFAULT_DB_ALIAS if atomic else _reads.get()

    def db_for_write(self, *_: Any, **__: Any) -> str:
        """The database itself, from which the request goes on reading: it must see its writes."""
        _reads.set(DEFAULT_DB_ALIAS)
        return DEFAULT_DB_ALIAS

    def allow_relation(self, *_: Any, **__: Any) -> bool:
        """Both hold the same rows."""
        return True

    def allow_migrate(self, db: str, *_: Any, **__: Any) -> bool | None:
        """Nothing is written to the replica but by the database that it follows."""
        return None if db == DEFAULT_DB_ALIAS else False


def from_replica(get_response: Handler) -> Handler:
    """Answer who reads public pages from the replica; from the database where that fails."""
    if REPLICA not in connections.settings:
        raise MiddlewareNotUsed

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if not _may(request) or postgresql.is_down(REPLICA):
            return get_response(request)
        begun = time.monotonic()
        token = _reads.set(REPLICA)
        try:
            response = get_response(request)
        finally:
            _reads.reset(token)
        if response.status_code != 503 or time.monotonic() - begun > QUICK:
            return response
        with suppress(KeyError):
            del vars(request)["moment"]  # of the replica's stamp
        return get_response(request)

    return middleware


def _may(request: HttpRequest) -> bool:
    return request.method in ("GET", "HEAD") and not request.path_info.startswith(PRIVATE)
