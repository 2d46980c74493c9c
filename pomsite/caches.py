"""Redis, in which all processes keep what one of them made, and without which the site lives.

It is asked for nothing that must not be lost: failed log-ins are counted in the database.
"""

import logging
import os
import threading
import time
from collections.abc import Callable
from functools import partial, wraps
from typing import Any

from django.core.cache.backends.redis import RedisCache, RedisCacheClient

logger = logging.getLogger(__name__)


TIMEOUT = 0.3
"""Seconds for which Redis is waited for: twice at most, to connect and to answer."""

PAUSE = 10.0
"""Seconds for which Redis is left alone after it did not answer."""

WITHOUT: dict[str, Any] = {
    "add": False,
    "set": None,
    "touch": False,
    "delete": False,
    "get_many": {},
    "has_key": False,
    "set_many": None,
    "delete_many": None,
    "clear": False,
}
"""What an operation returns where nothing is kept."""

_failing: dict[str, float] = {}
"""Until when each server is left alone, for all threads: each has a client of its own."""

_lock = threading.Lock()


class Client(RedisCacheClient):
    """Django's client, to which a failure is a miss.

    Of many threads one asks again after the pause, while the others go on without.
    """

    _lib: Any  # the package redis

    def __init__(self, servers: list[str], **options: Any) -> None:
        from redis.backoff import NoBackoff  # noqa: PLC0415 (redis is an extra)
        from redis.retry import Retry  # noqa: PLC0415

        own: dict[str, Any] = {
            "socket_timeout": TIMEOUT,
            "socket_connect_timeout": TIMEOUT,
            "retry": Retry(NoBackoff(), 0),
        }
        super().__init__(servers, **own | options)
        self.name = servers[0]

    def ask(self, question: Callable[[], Any], without: Any) -> Any:
        """What Redis answers; `without` where it does not, or did not a moment ago."""
        was_failing = self.name in _failing
        if was_failing and not self._is_due():
            return without
        try:
            found = question()
        except (self._lib.ConnectionError, self._lib.TimeoutError) as error:
            if not was_failing:
                logger.warning("The cache does not answer (%s).", type(error).__name__)
            _failing[self.name] = time.monotonic() + PAUSE
            return without
        except self._lib.RedisError as error:
            logger.warning("The cache refuses (%s).", type(error).__name__)
            found = without
        _failing.pop(self.name, None)
        return found

    def _is_due(self) -> bool:
        """Whether it is this thread's turn to ask whether it answers again."""
        with _lock:
            now = time.monotonic()
            if now < _failing.get(self.name, 0.0):
                return False
            _failing[self.name] = now + PAUSE  # whoever comes now does not wait for this attempt
            return True

    def get(self, key: Any, default: Any) -> Any:
        """What was kept, or the default."""
        return self.ask(partial(super().get, key, default), default)

    def incr(self, key: Any, delta: int) -> int:
        """The new count. Raises ValueError where none is kept, as Django's own does."""
        found: int | None = self.ask(partial(super().incr, key, delta), None)
        if found is None:
            raise ValueError(key)
        return found


def _forgiven(name: str) -> Callable[..., Any]:
    method = getattr(RedisCacheClient, name)

    @wraps(method)
    def ask(self: Client, *args: Any) -> Any:
        return self.ask(partial(method, self, *args), WITHOUT[name])

    return ask


for _name in WITHOUT:
    setattr(Client, _name, _forgiven(_name))


class Forgiving(RedisCache):
    """Django's cache in Redis, by that client."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = Client


def forget() -> None:
    """Ask all servers again."""
    _failing.clear()


os.register_at_fork(after_in_child=forget)  # who served nobody yet has not asked
