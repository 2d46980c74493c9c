"""What a web server calls answers every request, before any of our code is asked."""

import pytest
from django.test import RequestFactory

from pomsite.wsgi import application

pytestmark = pytest.mark.django_db  # Django looks after its connections at each request


def status_of(**sent: str) -> str:
    """The status line of the answer to a request with a query that needs decoding."""
    told: list[str] = []
    environ = RequestFactory().get("/healthz?q=%C3%A9").environ | sent
    application(environ, lambda status, headers, *rest: told.append(status))
    return told[0]


@pytest.mark.parametrize("charset", ["hex", '"rot13"', "zlib; x=y", "IDNA", "utf-16", "none"])
def test_no_charset_that_a_request_names_stops_it(charset: str) -> None:
    assert status_of(CONTENT_TYPE=f"text/plain; Charset={charset}") == "200 OK"


def test_what_else_a_content_type_says_is_kept() -> None:
    from pomsite.wsgi import CHARSET

    told = 'multipart/form-data; charset="a;b"; boundary=xyz'
    assert CHARSET.sub("", told) == "multipart/form-data; boundary=xyz"
