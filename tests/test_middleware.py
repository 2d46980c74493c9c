"""Public and private pages: cookies, frames, caches and the headers of each."""

import gzip
from collections.abc import Callable
from typing import Any

import brotli
import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest, HttpResponse
from django.template import RequestContext, Template
from django.test import Client, RequestFactory
from django.urls import include, path

from concepts.views.shelf import Shelf
from pomsite import middleware


def page(request: HttpRequest) -> HttpResponse:
    """Answer with a template, for which all context processors run."""
    return HttpResponse(Template("{{ request.path }}").render(RequestContext(request)))


def who(request: HttpRequest) -> HttpResponse:
    """Answer with the account and the cookies that reach a view."""
    return HttpResponse(f"{request.user} {sorted(request.COOKIES)}")


def shared(request: HttpRequest) -> HttpResponse:
    """Answer with a policy of its own."""
    return HttpResponse(headers={"Cross-Origin-Resource-Policy": "same-site"})


def long(request: HttpRequest) -> HttpResponse:
    """Answer with a text that is worth compressing, and a picture's bytes at will."""
    form = request.GET.get("form", "text/html; charset=utf-8")
    return HttpResponse(LONG, content_type=form, headers={"ETag": '"tag"'})


LONG = "The same words again. " * 100

urlpatterns = [
    path("long/", long),
    path("preview/long/", long),
    path("admin/who/", who),
    path("admin/", include("concepts.admin.urls")),  # the admin's pages lead there
    path("admin/", admin.site.urls),
    path("preview/token/", page),
    path("preview/who/", who),
    path("page/", page),
    path("shared/", shared),
    path("who/", who),
]

pytestmark = pytest.mark.urls(__name__)

BROKEN_COOKIES = {"cookie": "sessionid=x; csrftoken=y; messages=z"}


@pytest.fixture
def editor(db: None, client: Client) -> Client:
    """Return the browser of an editor who is logged in."""
    client.force_login(User.objects.create_superuser("editor"))
    return client


# No test of a public page may use the database here: pytest-django stops each query.


def test_a_public_page_sets_no_cookie_and_asks_the_database_nothing(client: Client) -> None:
    answer = client.get("/page/", headers=BROKEN_COOKIES)
    assert answer.status_code == 200
    assert not answer.cookies
    assert "Vary" not in answer.headers


def test_a_public_page_may_be_framed_and_lets_in_nothing_but_the_site(client: Client) -> None:
    headers = client.get("/page/").headers
    assert "X-Frame-Options" not in headers
    assert set(headers["Content-Security-Policy"].split("; ")) == {
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors *",
    }
    assert headers["Cross-Origin-Resource-Policy"] == "cross-origin"


@pytest.mark.parametrize("address", ["/page/", "/preview/token/"])
def test_every_page_tells_browsers_what_it_does_not_need(client: Client, address: str) -> None:
    headers = client.get(address).headers
    assert headers["Permissions-Policy"] == "camera=(), microphone=(), geolocation=()"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in headers["Content-Security-Policy"]


@pytest.mark.django_db
@pytest.mark.urls("pomsite.urls")
def test_an_address_without_a_page_has_the_same_policy(client: Client) -> None:
    answer = client.get("/missing/", headers=BROKEN_COOKIES)
    assert answer.status_code == 404
    assert not answer.cookies
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_a_view_may_narrow_who_embeds_its_answer(client: Client) -> None:
    assert client.get("/shared/").headers["Cross-Origin-Resource-Policy"] == "same-site"


@pytest.mark.parametrize("address", ["/who/", "/preview/who/"])
def test_an_editor_is_a_visitor_outside_the_admin(editor: Client, address: str) -> None:
    assert editor.get(address).content == b"AnonymousUser []"


def test_an_editor_is_known_inside_the_admin(editor: Client) -> None:
    assert editor.get("/admin/who/").content == b"editor ['sessionid']"


@pytest.mark.parametrize("address", ["/admin/", "/admin/login/", "/admin/jsi18n/"])
def test_the_admin_is_neither_framed_nor_kept(editor: Client, address: str) -> None:
    assert_closed(editor.get(address))


def test_the_log_in_is_neither_framed_nor_kept(client: Client) -> None:
    assert_closed(client.get("/admin/login/"))


def test_a_preview_is_neither_framed_nor_kept(client: Client) -> None:
    assert_closed(client.get("/preview/token/"))


def assert_closed(answer: HttpResponse) -> None:
    """Assert that no site may frame or embed the answer and no cache may keep it."""
    policy = answer.headers["Content-Security-Policy"].split("; ")
    assert "frame-ancestors 'none'" in policy
    assert "script-src 'self'" in policy
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"


@pytest.mark.parametrize(
    ("address", "most"), [("/page/", 1), ("/admin/login/", 1), ("/admin/markdown/upload/", 5)]
)
def test_a_body_that_is_too_large_is_refused_before_it_is_read(
    client: Client, settings: Any, address: str, most: int
) -> None:
    file = SimpleUploadedFile("a.txt", bytes(settings.LARGEST_BODY))
    answer = client.post(address, {"file": file})
    assert (answer.status_code, answer.wsgi_request._read_started) == (413, False)
    wanted = f"What was sent is larger than {most} MB, so it was not read, and nothing was saved."
    assert answer.json() == {"error": wanted}


def test_where_no_files_are_taken_a_body_has_at_most_a_megabyte(client: Client) -> None:
    for size, status in ((1024**2 - 1024, 200), (1024**2, 413)):
        file = SimpleUploadedFile("a.txt", bytes(size))
        assert client.post("/page/", {"file": file}).status_code == status


@pytest.mark.django_db
@pytest.mark.parametrize(("address", "fields", "status"), [
    ("/page/", 1000, 200), ("/page/", 1001, 413),
    ("/admin/login/", 1001, 413), ("/admin/concepts/concept/add/", 1001, 302),
])  # fmt: skip
def test_a_plain_form_outside_the_desks_own_has_at_most_a_thousand_fields(
    address: str, fields: int, status: int
) -> None:
    sent = "&".join(f"f{n}=" for n in range(fields))
    answer = Client().post(address, sent, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == status


# Short answers ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("accepted", "coding", "plain"),
    [
        ("gzip, deflate, br, zstd", "br", brotli.decompress),
        ("gzip;q=0.5, br;q=0", "gzip", gzip.decompress),
        ("br;q=0.0,gzip", "gzip", gzip.decompress),
    ],
)
def test_a_public_text_is_sent_as_short_as_the_client_takes_it(
    client: Client, accepted: str, coding: str, plain: Callable[[bytes], bytes]
) -> None:
    answer = client.get("/long/", headers={"accept-encoding": accepted})
    assert answer["Content-Encoding"] == coding
    assert len(answer.content) == int(answer["Content-Length"]) < len(LONG) / 10
    assert plain(answer.content).decode() == LONG
    assert answer["Vary"] == "Accept-Encoding"
    assert answer["ETag"] == 'W/"tag"'


@pytest.mark.parametrize("accepted", ["", "identity", "zstd", "brotli", "br;q=0"])
def test_a_client_that_takes_nothing_shorter_gets_the_text_itself(
    client: Client, accepted: str
) -> None:
    answer = client.get("/long/", headers={"accept-encoding": accepted})
    assert answer.content.decode() == LONG
    assert "Content-Encoding" not in answer.headers
    assert answer["Vary"] == "Accept-Encoding"
    assert answer["ETag"] == '"tag"'


@pytest.mark.parametrize("path", ["/preview/long/", "/long/?form=image/png", "/page/"])
def test_private_pages_pictures_and_short_answers_are_sent_as_they_are(
    client: Client, path: str
) -> None:
    answer = client.get(path, headers={"accept-encoding": "br"})
    assert "Content-Encoding" not in answer.headers


def test_what_is_kept_is_compressed_at_its_best_once_and_all_else_quickly(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[bytes] = []
    monkeypatch.setattr(middleware, "PACKED", Shelf(1000))
    monkeypatch.setattr(brotli, "compress", lambda body, **_: asked.append(body) or b"best")
    for status, coding, best in ((200, "br", True), (200, "", False), (404, "br", False)) * 2:
        layer = middleware.compressed(lambda _, status=status: HttpResponse(LONG, status=status))
        request = RequestFactory().get("/long/", headers={"accept-encoding": "br"})
        if coding:
            vars(request)["coding"] = coding
        assert (layer(request).content == b"best") == best
    assert asked == [LONG.encode()]
