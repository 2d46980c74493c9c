"""A public page that was made before is answered as it was, until the site changes."""

from collections import defaultdict
from datetime import timedelta
from typing import Any

import brotli
import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from samples import concept, publish
from small_site import COMPARISON, CONCEPT, build, existing

from concepts import clock, stamp
from concepts.models import Site
from concepts.urls import urlpatterns
from concepts.views.shelf import shelf
from pomsite import keeping

pytestmark = pytest.mark.django_db

OWN_WAY = set(
    "page-json page-markdown page-csv edition-json edition-markdown edition-csv schema"  # digests
    " page-citation edition-citation page-bibliography edition-bibliography source source-citation"
    " bibliography page-export edition-export list-export card qr media"
    " feed page-feed"
    " on timegate cite edition-cite list-qr check-links oembed"
    " preview robots security".split()
)
"""Names whose answers have tags of their own, lead elsewhere, or are for one visitor."""


@pytest.fixture(autouse=True)
def _site() -> None:
    build(1)


def count(client: Client, address: str, **headers: str) -> tuple[Any, int]:
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(address, headers=headers)
    return answer, len(captured)


def test_a_page_is_made_once_and_then_asks_nothing_of_the_database(client: Client) -> None:
    first, _ = count(client, COMPARISON)
    second, queries = count(client, COMPARISON)
    assert queries == 0
    assert second.content == first.content
    assert dict(second.items()) == dict(first.items())
    assert first.headers["ETag"].startswith('"')


def test_who_has_the_page_is_told_so_in_a_few_bytes(client: Client) -> None:
    tag = client.get(COMPARISON).headers["ETag"]
    shelf.clear()
    for sent in (tag, f'"other", W/{tag}'):
        answer, queries = count(client, COMPARISON, if_none_match=sent)
        assert (answer.status_code, answer.content, queries) == (304, b"", 0)
        assert answer.headers["ETag"] == tag
        assert sum(len(name) + len(value) + 4 for name, value in answer.items()) < 300


def test_a_page_is_made_anew_when_the_site_changed(client: Client) -> None:
    before = client.get(CONCEPT)
    publish(concept("goods", existing("concept", "goods"), title="Wares"))
    after = client.get(CONCEPT, headers={"if-none-match": before.headers["ETag"]})
    assert after.status_code == 200
    assert "Wares" in after.content.decode()
    assert after.headers["ETag"] != before.headers["ETag"]


def test_a_scheduled_edition_is_shown_when_its_moment_has_come(client: Client) -> None:
    page = concept("goods", existing("concept", "goods"), title="Wares")
    publish(page, at=clock.whole(clock.now() + timedelta(hours=1)))
    assert "Wares" not in client.get(CONCEPT).content.decode()
    Site.objects.update(moment=clock.now() + timedelta(hours=2))
    assert "Wares" not in client.get(CONCEPT).content.decode()  # remembered for a second
    stamp.forget()
    assert "Wares" in client.get(CONCEPT).content.decode()


def test_each_coding_is_kept_under_a_tag_of_its_own(client: Client) -> None:
    plain = client.get(COMPARISON)
    packed = client.get(COMPARISON, headers={"accept-encoding": "br"})
    again = client.get(COMPARISON, headers={"accept-encoding": "br"})
    assert brotli.decompress(again.content) == plain.content
    assert packed.content == again.content
    assert packed.headers["ETag"] != plain.headers["ETag"]
    assert "Accept-Encoding" in packed.headers["Vary"]


def test_a_head_is_answered_like_a_page(client: Client) -> None:
    page = client.get(COMPARISON)
    head = client.head(COMPARISON)
    assert head.content == b""
    assert head.headers["ETag"] == page.headers["ETag"]
    shelf.clear()
    client.head(COMPARISON)
    assert client.get(COMPARISON).content == page.content


def test_what_a_view_does_not_read_of_a_query_changes_nothing(client: Client) -> None:
    page = client.get(COMPARISON)
    answer, queries = count(client, f"{COMPARISON}?utm_source=mail")
    assert (answer.content, queries) == (page.content, 0)


def test_another_view_of_a_page_has_its_own_tag_and_is_not_kept(client: Client) -> None:
    page, swapped = client.get(COMPARISON), client.get(f"{COMPARISON}?swap=1")
    assert swapped.headers["ETag"] != page.headers["ETag"]
    assert swapped.content != page.content
    _, queries = count(client, f"{COMPARISON}?swap=1")
    assert queries > 0
    known = {"if-none-match": swapped.headers["ETag"]}
    assert client.get(f"{COMPARISON}?utm=x&swap=1", headers=known).status_code == 304
    assert client.get(COMPARISON, headers=known).status_code == 200


def test_a_form_that_is_asked_for_is_not_answered_with_the_page(client: Client) -> None:
    page = client.get(COMPARISON)
    for form in ("text/markdown", "application/json"):
        answer = client.get(COMPARISON, headers={"accept": form})
        assert answer.headers["Content-Type"].startswith(form)
        assert answer.headers["ETag"] != page.headers["ETag"]


@pytest.mark.parametrize("form", ["Text/Markdown", "APPLICATION/JSON"])
def test_a_form_is_never_kept_as_the_page_however_it_is_asked_for(
    client: Client, form: str
) -> None:
    assert client.get(COMPARISON, headers={"accept": form}).headers["Content-Location"]
    assert client.get(COMPARISON).headers["Content-Type"].startswith("text/html")


def test_nothing_is_remembered_of_a_path_that_is_very_long(client: Client) -> None:
    before = keeping._rule_of.cache_info().currsize
    client.get(f"/concepts/{'a' * 400}/")
    assert keeping._rule_of.cache_info().currsize == before


def test_an_answer_counts_with_its_headers(client: Client) -> None:
    answer = client.get("/about/")
    assert shelf.taken == len(answer.content) + keeping.BESIDE


def test_a_host_that_is_not_ours_is_refused_all_the_same(client: Client) -> None:
    client.get(COMPARISON)
    assert client.get(COMPARISON, headers={"host": "elsewhere.example"}).status_code == 400


def test_a_page_without_encryption_leads_to_the_encrypted_one(
    client: Client, settings: Any
) -> None:
    client.get(COMPARISON)
    settings.SECURE_SSL_REDIRECT = True
    assert Client().get(COMPARISON).status_code == 301  # with middleware that knows


def test_what_is_no_page_has_no_tag(client: Client) -> None:
    for address in ("/concepts/nothing/", f"{COMPARISON}?on=2001-01-01", "/admin/login/"):
        assert not client.get(address).has_header("ETag"), address


def test_two_pages_never_have_one_tag(client: Client) -> None:
    addresses = [COMPARISON, CONCEPT, "/", "/concepts/", f"{COMPARISON}editions/1/"]
    tags = {client.get(address).headers["ETag"] for address in addresses}
    assert len(tags) == len(addresses)


def test_while_the_database_is_silent_what_was_kept_is_shown(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = client.get(COMPARISON)

    def silent() -> stamp.Stamp:
        raise OperationalError("no route to host")

    stamp.forget()
    monkeypatch.setattr(stamp, "read", silent)
    assert client.get(COMPARISON).content == page.content
    with monkeypatch.context() as never:
        never.setattr(stamp, "_memories", defaultdict(stamp._Memory))
        assert client.get(COMPARISON).content == page.content  # made anew


def test_every_address_says_how_its_answer_is_kept() -> None:
    told = {pattern.name for pattern in urlpatterns if hasattr(pattern.callback, "stamped")}
    assert {pattern.name for pattern in urlpatterns} == told | OWN_WAY
    assert told & OWN_WAY == set()
