"""Asking the site itself, in this process: the views that answer readers, and no others."""

from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.handlers.wsgi import WSGIRequest
from django.http import Http404
from django.urls import resolve

from concepts import clock


class Answer(NamedTuple):
    """What the site answers; `location` is where it leads on to."""

    status: int
    body: bytes = b""
    location: str = ""
    type: str = ""

    @property
    def is_html(self) -> bool:
        """Whether it is a page for people."""
        return self.type.startswith("text/html")


def request_of(address: str) -> WSGIRequest:
    """A visitor's request for an address of this site."""
    site, asked = urlsplit(settings.SITE_URL), urlsplit(address)
    return WSGIRequest(
        {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": asked.path,
            "QUERY_STRING": asked.query,
            "SERVER_NAME": site.hostname or "",
            "SERVER_PORT": str(site.port or {"https": 443}.get(site.scheme, 80)),
            "HTTP_HOST": site.netloc,
            "wsgi.url_scheme": site.scheme,
            "wsgi.input": BytesIO(),
        }
    )


def ask(address: str, at: datetime) -> Answer:
    """What the view at this address answers a visitor whose present is this moment.

    No middleware stands between: it adds headers, and would answer by the stamp of now.
    """
    request = request_of(address)
    try:
        request.resolver_match = match = resolve(request.path_info)
        with clock.held(at):
            response = match.func(request, *match.args, **match.kwargs)
            body = response.getvalue()
    except Http404:
        return Answer(404)
    headers = response.headers
    return Answer(
        response.status_code, body, headers.get("Location", ""), headers.get("Content-Type", "")
    )


def static_file(path: str) -> Answer:
    """A style sheet, script or picture of the site, under the name that pages call it by."""
    name = path.removeprefix(settings.STATIC_URL)
    if found := finders.find(name):
        return Answer(200, Path(found).read_bytes())
    try:
        with staticfiles_storage.open(name) as file:  # in production, names hold a digest
            return Answer(200, file.read())
    except FileNotFoundError:
        return Answer(404)
