"""The web server: `python -m pomsite.serving --port 8000`, with all options that Granian has.

Its workers are forked from a process that has loaded the site, so they share its memory, and one
that died is soon back. New code therefore takes a restart, not a reload.
"""

import ctypes
import gc
import multiprocessing
import re
import sys
from contextlib import closing, nullcontext, suppress
from itertools import islice
from typing import Any
from urllib.parse import urlsplit
from wsgiref.util import setup_testing_defaults

from django.conf import settings
from django.db import connections
from django.urls import get_resolver
from granian.cli import entrypoint

from pomsite.wsgi import application  # it sets the site up, and the workers ask it

OPTIONS = (
    "--interface wsgi --http 1 --no-ws --workers 2 --blocking-threads 4 --backpressure 64"
    " --http1-buffer-size 32768 --http1-header-read-timeout 10000 --workers-kill-timeout 10"
    " --respawn-failed-workers"
).split()
"""What the site is served with, unless the command says otherwise."""


M_TRIM_THRESHOLD, M_ARENA_MAX = -1, -8
"""Of glibc's `mallopt`."""


def save_memory() -> None:
    """Let threads share one heap, and give back what a large answer took, where glibc can."""
    with suppress(OSError, AttributeError):  # another C library
        mallopt = ctypes.CDLL("libc.so.6").mallopt
        mallopt(M_ARENA_MAX, 1)
        mallopt(M_TRIM_THRESHOLD, 128 * 1024)


READY = 24
"""Pages that are asked for at the start, which takes a second."""


def answered(path: str, **sent: str) -> bytes:
    """What a reader gets who asks for a page; nothing where it is not to be had."""
    site, told = urlsplit(settings.SITE_URL), []
    environ = {"PATH_INFO": path, "HTTP_HOST": site.netloc, "wsgi.url_scheme": site.scheme, **sent}
    setup_testing_defaults(environ)
    answer: Any = application(environ, lambda status, *_: told.append(status))
    with closing(answer) if hasattr(answer, "close") else nullcontext():
        body = b"".join(answer)
    return body if told == ["200 OK"] else b""


def warm_up() -> None:
    """Answer the start page and what it leads to first.

    What that makes, loads and keeps is then there for all workers, and once in memory. Nothing
    depends on it: without a database the answer says so to nobody.
    """
    links = dict.fromkeys(re.findall(r'href="(/[^"?#]*)"', answered("/").decode()))
    for path in islice(links, READY):
        if not answered(path, HTTP_ACCEPT_ENCODING="br"):
            break  # what the site stands on may have gone away
    connections.close_all()  # no two processes may use one


def main() -> None:
    """Load what requests will need, and hand over to Granian."""
    save_memory()
    get_resolver().url_patterns  # noqa: B018 (loads the views, and all that they use)
    warm_up()
    gc.collect()
    gc.freeze()  # a worker that collects garbage would else copy all that it looks at
    multiprocessing.set_start_method("fork")
    sys.argv[1:] = [*OPTIONS, *sys.argv[1:], "pomsite.wsgi:application"]
    entrypoint()  # type: ignore[no-untyped-call]


if __name__ == "__main__":
    main()
