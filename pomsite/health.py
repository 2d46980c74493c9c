"""Whether this process lives, and whether it can do its work: for whoever sends it requests.

`/healthz` asks nothing of anybody. `/readyz` asks from threads of its own, so that it answers in
time when a database or a cache does not. A cache or a replica that fails is told and leaves the
site ready: it works without one.
"""

import logging
import pkgutil
import secrets
import threading
import time
from collections.abc import Callable
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from django.apps import apps
from django.core.cache import cache
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse, JsonResponse

from concepts import guards
from pomsite.replica import REPLICA

logger = logging.getLogger(__name__)

LONGEST = 2.0
"""Seconds after which no answer is an answer."""

UNASKED = "not asked"

SPARED = {"cache", "replica"}
"""What the site works without."""

REMEMBERED = 1.0
"""Seconds for which an answer holds: strangers may ask, too."""


class Finding(NamedTuple):
    """How it stands with one thing: "" in `what` when all is well."""

    name: str
    what: str
    ms: int


class Question:
    """Something that is asked in a thread of its own, and never twice at a time."""

    def __init__(self, name: str, ask: Callable[[], list[Finding]]) -> None:
        self.name, self.ask = name, ask
        self.lock = threading.Lock()
        self.thread: threading.Thread | None = None
        self.found: list[Finding] = []

    def begin(self) -> None:
        """Ask, unless the last time is still without an answer."""
        with self.lock:
            if self.thread is None or not self.thread.is_alive():
                self.thread = threading.Thread(target=self._run, daemon=True)
                self.thread.start()

    def answer(self, until: float) -> list[Finding]:
        """What was found by then (of `time.monotonic`), or that there is no answer."""
        thread = self.thread
        if thread:
            thread.join(max(0.0, until - time.monotonic()))
        if thread is None or thread.is_alive():
            return [Finding(self.name, f"no answer in {LONGEST:g} s", round(LONGEST * 1000))]
        return self.found

    def _run(self) -> None:
        self.found = self.ask()


class _Memory:
    """The last answer of this process, and until when it holds."""

    found: list[Finding] = []
    until = 0.0
    asking = threading.Lock()


def healthz(_: HttpRequest) -> HttpResponse:
    """200: this process answers."""
    return HttpResponse("alive\n", content_type="text/plain; charset=utf-8")


def readyz(_: HttpRequest) -> HttpResponse:
    """200 when the site can do its work, 503 when it cannot, and what is missing."""
    found = findings()
    is_ready = not any(finding.what for finding in found if finding.name not in SPARED)
    told = {f.name: {"ready": not f.what, "ms": f.ms} | _what(f.what) for f in found}
    response = JsonResponse({"ready": is_ready, **told}, status=200 if is_ready else 503)
    if not is_ready:
        response.headers["Retry-After"] = "5"
    return response


def _what(what: str) -> dict[str, str]:
    return {"what": what} if what else {}


def findings() -> list[Finding]:
    """How it stands with all that the site needs; at most two seconds, remembered for one.

    One thread asks: strangers, who may ask for it, hold no more. The others are told what was.
    """
    now = time.monotonic()
    if now < _Memory.until or not _Memory.asking.acquire(blocking=not _Memory.found):
        return _Memory.found
    try:
        if (now := time.monotonic()) >= _Memory.until:
            for question in QUESTIONS:
                question.begin()
            found = [each for question in QUESTIONS for each in question.answer(now + LONGEST)]
            _Memory.found, _Memory.until = found, time.monotonic() + REMEMBERED
    finally:
        _Memory.asking.release()
    return _Memory.found


def forget() -> None:
    """Ask anew next time."""
    _Memory.until = 0.0


# What is asked --------------------------------------------------------------------------------


def _ask_database() -> list[Finding]:
    """By a connection of this thread, made anew: that one can be made is part of the question."""
    connection = connections[DEFAULT_DB_ALIAS]
    rest = {"migrations": _unapplied, "guards": _unguarded}
    try:
        found = [_timed("database", _answers, connection)]
        for name, ask in rest.items():
            is_down = bool(found[0].what)
            found.append(Finding(name, UNASKED, 0) if is_down else _timed(name, ask, connection))
    finally:
        connection.close()
    return found


def _ask_replica() -> list[Finding]:
    if REPLICA not in connections.settings:
        return []
    connection = connections[REPLICA]
    try:
        return [_timed(REPLICA, _answers, connection)]
    finally:
        connection.close()


def _ask_cache() -> list[Finding]:
    return [_timed("cache", _keeps)]


def _timed(name: str, ask: Callable[..., str], *arguments: Any) -> Finding:
    begun = time.perf_counter()
    try:
        what = ask(*arguments)
    except Exception:
        what = "does not answer"  # why is for the log alone: it may name hosts
        logger.warning("Not ready: the %s does not answer.", name, exc_info=True)
    return Finding(name, what, round((time.perf_counter() - begun) * 1000))


def _answers(connection: BaseDatabaseWrapper) -> str:
    if connection.vendor == "sqlite" and not Path(connection.settings_dict["NAME"]).exists():
        return "its file is missing"  # to open it would make an empty one
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        # SQLite: Django asks for columns in a transaction, which would wait for whoever writes.
        vars(connection)["transaction_mode"] = None
        return "" if cursor.fetchone() == (1,) else "answers wrongly"


def _unapplied(connection: BaseDatabaseWrapper) -> str:
    lacking = len(_migrations() - MigrationRecorder(connection).applied_migrations().keys())
    return f"{lacking} not applied" if lacking else ""


def _unguarded(connection: BaseDatabaseWrapper) -> str:
    lacking = len(guards.missing(connection))
    return f"{lacking} missing" if lacking else ""


def _keeps(*_: Any) -> str:
    key, value = f"readyz-{secrets.token_hex(4)}", secrets.token_hex(4)
    cache.set(key, value, 10)
    return "" if cache.get(key) == value else "keeps nothing"


@lru_cache(maxsize=1)
def _migrations() -> frozenset[tuple[str, str]]:
    """App and name of every migration of this code, by their files: none needs to be imported."""
    found = set()
    for app in apps.get_app_configs():
        try:
            package = import_module(f"{app.name}.migrations")
        except ModuleNotFoundError:
            continue
        names = [name for _, name, is_package in pkgutil.iter_modules(package.__path__)
                 if not is_package and name[0] not in "_~"]  # fmt: skip
        found |= {(app.label, name) for name in names}
    return frozenset(found)


QUESTIONS = [
    Question("database", _ask_database),
    Question(REPLICA, _ask_replica),
    Question("cache", _ask_cache),
]
