"""The outermost middleware of all: it counts, gives each request its id, and tells how things are.

`/healthz`, `/readyz` and `/metrics` are answered here, before anything that could fail or refuse:
whoever checks a process names its address as host, speaks plain http, and must not wait for a
database. What it costs a page that was kept is a few microseconds.
"""

import logging
import time
from collections.abc import Callable
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.middleware.security import SecurityMiddleware

from pomsite import counters, health, logs, metrics

logger = logging.getLogger(__name__)

SLOW_REQUEST, SLOW_QUERY = 1.0, 0.5
"""Seconds from which the log speaks of it."""

LONGEST_SQL = 500

Handler = Callable[[HttpRequest], HttpResponseBase]
ANSWERS: dict[str, Callable[[HttpRequest], HttpResponse | None]] = {
    "/healthz": health.healthz,
    "/readyz": health.readyz,
    "/metrics": metrics.scraped,
}


def count(how: str) -> None:
    """Count how a public page was answered: `made`, `kept`, `not_modified`."""
    counters.add(f'answers{{how="{how}"}}')


def answered(name: str, status: int, took: float) -> None:
    """Count an answer to an address of this name, and the seconds that it took."""
    counters.add(f'requests{{name="{name}",status="{status // 100}xx"}}', took)


def watched(get_response: Handler) -> Handler:
    """Count and time every answer; one that fails bears the id under which the log speaks of it."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if request.path_info in ANSWERS and (own := _own(request)):
            return own
        begun, before = time.perf_counter(), logs.asked.set(request)
        try:
            response = get_response(request)
            _noted(request, response, time.perf_counter() - begun)
        finally:
            logs.asked.reset(before)
        if response.status_code >= 500:
            response.headers["X-Request-ID"] = logs.request_id(request)
        return response

    return middleware


def _noted(request: HttpRequest, response: HttpResponseBase, took: float) -> None:
    match = request.resolver_match
    answered(match.view_name if match else "none", response.status_code, took)
    if took >= SLOW_REQUEST:
        counters.add("slow_requests")
        told = {"ms": round(took * 1000), "status": response.status_code}
        logger.warning("A slow answer.", extra=told)


def _own(request: HttpRequest) -> HttpResponseBase | None:
    """An answer to whoever watches the site, told to browsers as safely as a page."""
    if request.method not in ("GET", "HEAD"):
        response: HttpResponse | None = HttpResponseNotAllowed(["GET", "HEAD"])
    else:
        response = ANSWERS[request.path_info](request)
    if response is None:
        return None
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'"
    return SecurityMiddleware(lambda _: response).process_response(request, response)


# Queries --------------------------------------------------------------------------------------


def watch_queries() -> None:
    """Time every query from now on, of connections that are made later."""
    connection_created.connect(_watch, dispatch_uid="slow queries")


def _watch(connection: BaseDatabaseWrapper, **_: Any) -> None:
    if _timed not in connection.execute_wrappers:  # one that is made anew keeps its wrappers
        connection.execute_wrappers.append(_timed)


def _timed(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    begun = time.perf_counter()
    try:
        return execute(sql, params, many, context)
    except Exception as error:
        counters.add(f'failed_queries{{error="{type(error).__name__}"}}')
        raise
    finally:
        took = time.perf_counter() - begun
        if took >= SLOW_QUERY:
            counters.add("slow_queries")
            # The statement alone: what stands in its places is what people wrote.
            told = {"ms": round(took * 1000), "sql": str(sql)[:LONGEST_SQL]}
            logger.warning("A slow query.", extra=told)
