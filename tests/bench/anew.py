"""The site, to which each request comes after a change: what `rate.py` asks for pages made anew.

`ANEW=elsewhere`: the stamp of the site has changed since the last request, the page has not.
`ANEW=first`: nothing that was made of the page is kept; its Markdown, and its
bytes in their shortest form, are, as in any process that has shown the page before.
"""

import os
from collections.abc import Iterable
from itertools import count
from typing import Any

from pomsite.wsgi import application as site  # first: it sets Django up

# isort: split
from concepts import stamp
from concepts.views.shelf import shelf

NOTHING_KEPT = os.environ["ANEW"] == "first"
_read, _numbers = stamp.read, count(1)


def _changed() -> stamp.Stamp:
    """A stamp that no other process has: it would leave its answers in a cache that they share."""
    found = _read()
    return found._replace(counter=found.counter + os.getpid() * 1_000_000 + next(_numbers))


stamp.read = _changed


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """The site, after a change."""
    stamp.forget()
    if NOTHING_KEPT:
        shelf.clear()
    return site(environ, start_response)
