"""`/metrics`: what was counted and how it stands, in the text format of Prometheus.

For a scraper with the token of METRICS_TOKEN, or at /admin/metrics/ for the staff.
"""

import secrets
from collections.abc import Iterator

from django.conf import settings
from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from concepts import clock
from concepts.models import Edition, Site
from pomsite import counters

TYPE = "text/plain; version=0.0.4; charset=utf-8"
COUNTED = {
    "requests": "Answers by the name of their address and the class of their status.",
    "answers": "Public pages that were made, kept, or known to the asker.",
    "errors": "Faults of the code, answered by 500.",
    "outages": "Requests that were answered by 503, since something did not answer.",
    "crowded": "Requests that were refused, since others of their kind took all places.",
    "slow_bodies": "Requests that were let go, since what they sent did not arrive in time.",
    "slow_requests": "Answers that took a second or longer.",
    "slow_queries": "Queries that took half a second or longer.",
    "failed_queries": "Queries that the database refused or did not answer.",
}
SECONDS = "request_seconds"
SUMMED = "Seconds that answers took, together."
GAUGES = {
    "database_up": "Whether the database answers.",
    "stamp": "How many verbs the site has seen: publishing, withdrawing, and so on.",
    "newest_verb_age_seconds": "How long ago the latest of them was.",
    "editions": "How many editions there are.",
    "maintenance": "Whether nobody may write.",
}


def scraped(request: HttpRequest) -> HttpResponse | None:
    """The figures, for who has the token; None where there is none, as if nothing were here."""
    token: str = settings.METRICS_TOKEN
    if not token:
        return None
    given = request.META.get("HTTP_AUTHORIZATION", "")
    if secrets.compare_digest(given.encode(), f"Bearer {token}".encode()):
        return HttpResponse(_text(), content_type=TYPE)
    return HttpResponse(
        "Send the token: Authorization: Bearer ...\n",
        content_type="text/plain; charset=utf-8",
        status=401,
        headers={"WWW-Authenticate": "Bearer"},
    )


@require_safe
def metrics(_: HttpRequest) -> HttpResponse:
    """The figures, for the staff."""
    return HttpResponse(_text(), content_type=TYPE)


def _text() -> str:
    return "".join(f"{line}\n" for line in [*_counted(counters.totals()), *_gauges()])


def _counted(totals: counters.Totals) -> Iterator[str]:
    for name, help_ in COUNTED.items():
        yield from _head(f"{name}_total", "counter", help_)
        for label, (times, _) in _of(totals, name).items():
            yield f"pom_{name}_total{label} {times:.0f}"
    yield from _head(f"{SECONDS}_total", "counter", SUMMED)
    for label, (_, amount) in _of(totals, "requests").items():
        yield f"pom_{SECONDS}_total{label} {amount:.6f}"


def _of(totals: counters.Totals, name: str) -> dict[str, tuple[float, float]]:
    """By their labels, all that was counted under a name."""
    return {
        counted.removeprefix(name): values
        for counted, values in sorted(totals.items())
        if counted.partition("{")[0] == name
    }


def _gauges() -> Iterator[str]:
    try:
        values = _standing()
    except Error:
        values = {"database_up": 0}
    for name, value in values.items():
        yield from _head(name, "gauge", GAUGES[name])
        yield f"pom_{name} {value:g}" if isinstance(value, float) else f"pom_{name} {value}"


def _standing() -> dict[str, float]:
    counter, moment, why = Site.objects.values_list("counter", "moment", "maintenance").get(pk=1)
    age = (clock.now() - moment).total_seconds()
    return {
        "database_up": 1,
        "stamp": counter,
        "newest_verb_age_seconds": round(max(0.0, age)),
        "editions": Edition.objects.count(),
        "maintenance": int(bool(why)),
    }


def _head(name: str, kind: str, help_: str) -> Iterator[str]:
    yield f"# HELP pom_{name} {help_}"
    yield f"# TYPE pom_{name} {kind}"
