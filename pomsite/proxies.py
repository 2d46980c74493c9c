"""Who asks, and how, when a proxy passes it on: what a trusted proxy says, and nobody else.

What lies behind this reads `REMOTE_ADDR` and the scheme as if there were no proxy, and never a
forwarded header. A number of proxies instead of their addresses would do as long as nobody
reaches the process beside them; addresses hold even then.
"""

import logging
from collections.abc import Callable, Iterable
from functools import cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

logger = logging.getLogger(__name__)

FOR, PROTO = "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO"
UNTRUSTED = (
    "X-Forwarded-Proto came from an address that TRUSTED_PROXIES does not name, so it is ignored,"
    " and what comes by http is led to https for ever. If that is your proxy, name its address."
)

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
Handler = Callable[[HttpRequest], HttpResponseBase]


def forwarded(get_response: Handler) -> Handler:
    """Take the sender's address and scheme from the headers of a trusted proxy; ignore others'."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        believe(request.META)
        return get_response(request)

    return middleware


def believe(meta: dict[str, Any]) -> None:
    """Put who asks, and how, where a server puts it, and take away what was said of it."""
    if FOR not in meta and PROTO not in meta:
        return
    said, scheme, peer = meta.pop(FOR, ""), meta.pop(PROTO, None), meta.get("REMOTE_ADDR", "")
    trusted = _networks(tuple(settings.TRUSTED_PROXIES))
    if _is_among(_address(peer), trusted):
        meta["REMOTE_ADDR"] = sender(peer, said, trusted)
        if (scheme or "").partition(",")[0].strip() == "https":
            meta["wsgi.url_scheme"] = "https"
    elif scheme is not None and settings.SECURE_SSL_REDIRECT:
        warn()


@cache
def _networks(written: tuple[str, ...]) -> list[Network]:
    return [ip_network(each) for each in written]


@cache
def warn() -> None:
    """Say once that a proxy seems not to be named."""
    logger.warning(UNTRUSTED)


def sender(peer: str, said: str, trusted: Iterable[Network]) -> str:
    """The address nearest to us that is no trusted proxy.

    Each proxy adds whom it heard at the end of `said`, so all before the first stranger is that
    stranger's word. What is no address is nobody's, so the proxy that passed it on counts.
    """
    found = peer
    for written in reversed(said.split(",")):
        address = _address(written.strip())
        if address is None or not _is_among(_address(found), trusted):
            break
        found = str(address)
    return found


def _address(text: str) -> Address | None:
    try:
        address = ip_address(text)
    except ValueError:  # also of a socket file, which has no address
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def _is_among(address: Address | None, networks: Iterable[Network]) -> bool:
    return address is not None and any(address in network for network in networks)
