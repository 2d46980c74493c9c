"""How often a log-in may fail before everybody from there, or for that account, has to wait.

It counts in the database, so for all processes. It does not stop guesses from many networks that
stay below all three limits: long passwords and the second factor do.
"""

from datetime import timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from math import ceil
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from django.conf import settings
from django.contrib import admin
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

# How many failures count as one, in the order of AXES_LOCKOUT_PARAMETERS: an account from an
# address, an address (a whole class may share one), an account (a stranger could shut it out).
WEIGHTS = (1, 4, 20)


class Throttle(AxesDatabaseHandler):  # type: ignore[misc]
    """The database handler of django-axes, with a limit of its own for each of its counts."""

    def get_failures(self, request: HttpRequest, credentials: Any = None) -> int:
        counts = [
            attempts.aggregate(sum=Sum("failures_since_start"))["sum"] or 0
            for attempts in self.get_user_attempts(request, credentials)
        ]
        return max(count // weight for count, weight in zip(counts, WEIGHTS, strict=True))

    def reset_user_attempts(self, request: HttpRequest, credentials: Any = None) -> int:
        """A log-in forgives its account at its address: nobody clears what others tried there."""
        own, *_ = self.filter_user_attempts(request, credentials)
        deleted, _ = own.delete()
        return int(deleted)


def network(request: HttpRequest) -> str | None:
    """The address that is counted; of IPv6 its first half, since one line has all of the rest."""
    try:
        address = ip_address(request.META.get("REMOTE_ADDR", ""))
        if isinstance(address, IPv6Address):
            whole = ip_network(f"{address}/64", strict=False).network_address
            address = address.ipv4_mapped or whole
    except ValueError:  # a socket file has no address
        return None
    return str(address)


def locked(request: HttpRequest, response: HttpResponse, credentials: Any) -> HttpResponse:
    """The page in place of the log-in's answer, the same whether or not the account exists."""
    wait: timedelta = settings.AXES_COOLOFF_TIME
    context = admin.site.each_context(request) | {
        "title": "Too many attempts to log in",
        "minutes": ceil(wait.total_seconds() / 60),
    }
    page = render(request, "admin/desk/locked.html", context, status=429)
    page.headers["Retry-After"] = str(int(wait.total_seconds()))
    return page
