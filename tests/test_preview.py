"""The draft as readers would see it: for the staff, and for reviewers by a link."""

import logging
import re
from datetime import timedelta
from typing import Any

import pytest
from admin_forms import address, errors, fields, log_in_writer, news, user
from django.core.signing import Signer
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from samples import comparison, concept, guide, publish, save, source
from small_site import (
    COMPARISON,
    build,
    comparison_fields,
    concept_fields,
    existing,
    section,
    words,
)
from test_drafts_are_hidden import addresses

from concepts import clock, drafts
from concepts.documents import Distinction
from concepts.models import Concept, Page, PreviewLink, Side, Source

pytestmark = pytest.mark.django_db

SECRET = "xyzzyplugh"
LINKS = ("add_previewlink", "change_previewlink", "view_previewlink")


@pytest.fixture
def writer(client: Client) -> Client:
    return log_in_writer(client, *LINKS)


def typed(page: Page) -> Any:
    """The page as its own kind, whose name its addresses carry."""
    return getattr(page, page.kind) if type(page) is Page else page


def preview(client: Client, page: Page) -> Any:
    return client.get(address(typed(page), "preview"))


def sections(html: str) -> dict[str, str]:
    """The markup of every section by its name, but for what only an edition has.

    That is the section about it, the mail about a mistake, and the other views of the table.
    """
    only = r'<a class="report[^>]*>.*?</a>|<ul class="tally meta no-print">.*?</ul>'
    html = re.sub(r"\s+", " ", re.sub(only, "", html))
    found = re.findall(r'<section class="s" id="([^"]+)">', html)
    return {name: section(html, name) for name in found if name != "edition"}


def make_link(page: Page, **fields: Any) -> PreviewLink:
    return drafts.make_link(page, **({"by": None, "label": "Ann", "days": 7} | fields))


def read(link: PreviewLink) -> Any:
    """What a reviewer without an account gets."""
    return Client().get(drafts.address(link))


# What it shows --------------------------------------------------------------------------------


def edited(path: str) -> Page:
    """The page of this address with another draft than what is published, and links to itself."""
    kind, slug = {
        COMPARISON: ("distinction", "goods-vs-services"),
        "/concepts/goods/": ("concept", "goods"),
    }[path]
    page = existing(kind, slug)
    if kind == "concept":
        own = {"body": "Now [other](concept:other1). [@little1961, p. 9]", "title": "Goods, anew"}
        return concept(slug, page, **concept_fields(slug, 1) | own)
    see = ["distinction:goods-vs-services", "concept:goods"]
    own = comparison_fields(2) | {
        "title": "Anew",
        "why_confused": f"Ask [it](distinction:{slug}).",
    }
    own["claims"][0]["see"] = see
    return save(Distinction.model_validate(own), page)


@pytest.mark.parametrize("path", [COMPARISON, "/concepts/goods/"])
def test_the_preview_shows_what_publishing_now_would_show(writer: Client, path: str) -> None:
    build(2)
    page = edited(path)
    before = sections(preview(writer, page).content.decode())
    assert len(before) > 5
    assert before != sections(writer.get(path).content.decode())
    publish(page)
    assert sections(writer.get(path).content.decode()) == before


def test_a_page_that_was_never_published_finds_its_place_in_a_path(writer: Client) -> None:
    for slug in ("first", "draft", "last"):
        concept(slug, body=f"See [it](concept:{slug}#why).")
    publish(existing("concept", "first"))  # type: ignore[arg-type]
    publish(existing("concept", "last"))  # type: ignore[arg-type]
    publish(guide(steps=[{"page": f"concept:{slug}"} for slug in ("first", "draft", "last")]))
    page = existing("concept", "draft")
    assert page
    before = sections(preview(writer, page).content.decode())
    assert "/concepts/first/" in before["next"]
    assert "/concepts/last/" in before["next"]
    publish(page)
    assert sections(writer.get("/concepts/draft/").content.decode()) == before


def test_the_bar_says_that_it_is_a_draft_and_leads_back(writer: Client) -> None:
    page = concept("goods")
    html = preview(writer, page).content.decode()
    bar = html[html.index('<aside class="draft"') : html.index("</aside>")]
    assert "Draft of Goods, as readers would see it" in words(bar)
    assert f'href="{address(typed(page))}"' in bar
    assert f'href="{address(typed(page), "preview_links")}"' in bar
    assert address(typed(page), "publish") not in bar
    assert "A draft that nobody but editors and their reviewers can see." in html
    assert '<meta name="robots" content="noindex, nofollow">' in html


def test_who_may_publish_is_led_there_and_who_may_only_look_is_not(client: Client) -> None:
    page = typed(concept("goods"))
    client.force_login(user("editor", "view_concept", "add_edition"))
    assert address(page, "publish") in preview(client, page).content.decode()
    client.force_login(user("reader", "view_concept"))
    html = preview(client, page).content.decode()
    assert [verb for verb in ("publish", "preview_links") if address(page, verb) in html] == []


def test_a_draft_that_is_no_document_is_said_and_is_no_error(writer: Client) -> None:
    page = comparison()
    Side.objects.filter(distinction=page.pk).last().delete()  # type: ignore[union-attr]
    link = make_link(page)
    answer = preview(writer, page)
    assert answer.status_code == 409
    assert "&#x27;sides&#x27; needs 2 items or more" in answer.content.decode()
    shown = read(link)
    assert shown.status_code == 409
    assert "needs 2 items" not in shown.content.decode()


def cost(client: Client, where: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(where).status_code == 200
    return len(captured)


def test_a_preview_costs_the_same_however_much_there_is_to_show(writer: Client) -> None:
    build(1)
    page = existing("distinction", "goods-vs-services")
    assert page
    both = [address(typed(page), "preview"), drafts.address(make_link(page))]
    before = [cost(writer, where) for where in both]
    build(4)
    assert [cost(writer, where) for where in both] == before
    assert before[1] <= 18


# A reviewer -----------------------------------------------------------------------------------


def test_a_link_shows_the_draft_as_it_is_now(client: Client) -> None:
    link = make_link(concept("goods", summary="At first."))
    assert "At first." in read(link).content.decode()
    Concept.objects.update(summary="By now.")
    html = read(link).content.decode()
    assert "By now." in html
    until = clock.whole(link.expires_at).strftime("%Y, %H:%M UTC")
    assert "Draft, not for citing." in words(html)
    assert until in words(html)


def test_a_link_says_neither_who_made_it_nor_for_whom(client: Client) -> None:
    by = user("maker")
    html = read(make_link(concept("goods"), by=by, label="Reviewer Ann")).content.decode()
    assert "maker" not in html
    assert "Ann" not in html
    assert "/admin/" not in html


def test_a_link_is_neither_kept_nor_listed_nor_told_to_others(client: Client) -> None:
    for answer in (read(make_link(concept("goods"))), client.get("/preview/wrong/")):
        headers = answer.headers
        assert "no-store" in headers["Cache-Control"]
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "noindex" in headers["X-Robots-Tag"]
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert not answer.cookies
        assert "noindex" in answer.content.decode()


def test_a_link_is_only_read(client: Client) -> None:
    where = drafts.address(make_link(concept("goods")))
    assert client.post(where).status_code == 405
    assert client.head(where).status_code == 200


def dead_links() -> dict[str, str]:
    """Addresses that show nothing, by why."""
    page, gone = concept("goods"), concept("gone")
    expired, revoked, deleted = make_link(page), make_link(page), make_link(gone)
    PreviewLink.objects.filter(pk=expired.pk).update(
        made_at=clock.now() - timedelta(days=2), expires_at=clock.now() - timedelta(seconds=1)
    )
    drafts.revoke_link(revoked, by=None)
    dead = {
        "expired": drafts.address(expired),
        "revoked": drafts.address(revoked),
        "deleted": drafts.address(deleted),
    }
    typed(gone).delete()
    live = drafts.address(make_link(page))
    return dead | {
        "wrong": "/preview/wrong/",
        "unsigned": f"/preview/{revoked.pk}/",
        "forged": live.replace(":", ":A"),
        "another's": re.sub(r"/\d+:", f"/{revoked.pk}:", live),
    }


def test_a_dead_link_answers_like_one_that_never_was(client: Client) -> None:
    answers = {why: client.get(where) for why, where in dead_links().items()}
    assert {why: a.status_code for why, a in answers.items() if a.status_code != 404} == {}
    assert len({answer.content for answer in answers.values()}) == 1
    kept = [
        {name: value for name, value in answer.headers.items() if name != "Expires"}
        for answer in answers.values()
    ]
    assert all(headers == kept[0] for headers in kept)


def test_the_token_of_something_else_opens_nothing(client: Client) -> None:
    link = make_link(concept("goods"))
    assert drafts.opened(Signer().sign(str(link.pk))) is None
    assert drafts.opened(drafts.SIGNER.sign("not a number")) is None
    assert drafts.opened(drafts.SIGNER.sign(str(link.pk))) == link


def test_no_public_address_knows_of_links_and_what_they_show(client: Client) -> None:
    build(1)
    page = concept("goods", existing("concept", "goods"), **concept_fields("goods", 1))
    Concept.objects.filter(pk=page.pk).update(body=SECRET)
    link = make_link(page, label=SECRET)
    assert SECRET in read(link).content.decode()
    token = drafts.address(link)
    answers = {where: client.get(where) for where in addresses()}
    told = [
        where
        for where, answer in answers.items()
        if re.search(
            rf"{SECRET}|/preview/|{re.escape(token)}", answer.content.decode(errors="replace")
        )
    ]
    assert told == []


# Making and revoking ----------------------------------------------------------------------------


def links_of(page: Page) -> str:
    return address(typed(page), "preview_links")


def make(client: Client, page: Page, **sent: str) -> Any:
    return client.post(links_of(page), {"label": "Ann", "days": "7"} | sent, follow=True)


def test_a_writer_makes_a_link_and_copies_its_address(
    writer: Client, settings: Any, caplog: Any
) -> None:
    page = concept("goods")
    with caplog.at_level(logging.INFO, "concepts.drafts"):
        answer = make(writer, page)
    link = PreviewLink.objects.get()
    assert news(answer) == ["The link is made. Send its address to the reviewer."]
    assert f'value="{settings.SITE_URL}{drafts.address(link)}"' in answer.content.decode()
    assert (link.label, link.by and link.by.username) == ("Ann", "writer")
    assert round((link.expires_at - link.made_at) / timedelta(days=1), 3) == 7
    assert caplog.messages == [f"writer made preview link {link.pk} to concept {page.pk}"]


def test_seven_days_are_offered(writer: Client) -> None:
    assert fields(writer.get(links_of(concept("goods"))).content)["days"] == "7"


@pytest.mark.parametrize("days", ["0", "31", "-1", "many", "1.5", ""])
def test_a_link_lasts_one_to_thirty_days(writer: Client, days: str) -> None:
    assert errors(make(writer, concept("goods"), days=days))
    assert PreviewLink.objects.count() == 0
    with pytest.raises(ValueError, match="1 to 30 days"):
        make_link(concept("services"), days=31)


def test_a_writer_revokes_a_link(writer: Client, caplog: Any) -> None:
    page = concept("goods")
    link = make_link(page)
    caplog.clear()
    with caplog.at_level(logging.INFO, "concepts.drafts"):
        answer = writer.post(links_of(page), {"revoke": str(link.pk)}, follow=True)
        writer.post(links_of(page), {"revoke": str(link.pk)})
    assert news(answer) == ["The link for Ann is revoked."]
    assert caplog.messages == [f"writer revoked preview link {link.pk} to page {page.pk}"]
    html = answer.content.decode()
    assert drafts.address(link) not in html
    assert "revoked" in words(html)
    assert read(link).status_code == 404


@pytest.mark.parametrize("number", ["x", "999999", "9" * 40])
def test_what_is_no_link_of_the_page_is_not_revoked(writer: Client, number: str) -> None:
    page = concept("goods")
    other = make_link(concept("services"))
    assert writer.post(links_of(page), {"revoke": number}).status_code == 404
    assert writer.post(links_of(page), {"revoke": str(other.pk)}).status_code == 404
    assert read(other).status_code == 200


@pytest.mark.parametrize(
    ("rights", "statuses"),
    [
        (["view_concept", "add_previewlink", "change_previewlink"], [200, 403, 403, 403]),
        (["change_concept"], [200, 403, 403, 403]),
        (["change_concept", "add_previewlink"], [200, 200, 302, 403]),
        (["change_concept", "add_previewlink", "change_previewlink"], [200, 200, 302, 302]),
        (["change_distinction", "add_previewlink", "change_previewlink"], [403, 403, 403, 403]),
    ],
)
def test_rights_are_asked_for_each_step(
    client: Client, rights: list[str], statuses: list[int]
) -> None:
    page = concept("goods")
    link = make_link(page)
    client.force_login(user("somebody", *rights))
    answers = [
        preview(client, page),
        client.get(links_of(page)),
        client.post(links_of(page), {"label": "Ann", "days": "7"}),
        client.post(links_of(page), {"revoke": str(link.pk)}),
    ]
    assert [answer.status_code for answer in answers] == statuses


@pytest.mark.parametrize("verb", ["preview", "preview_links"])
def test_a_stranger_is_led_to_the_log_in_and_a_missing_page_is_not_found(
    client: Client, verb: str
) -> None:
    where = address(typed(concept("goods")), verb)
    assert client.get(where).url == f"/admin/login/?next={where}"  # type: ignore[attr-defined]
    log_in_writer(client, *LINKS)
    assert client.get(reverse(f"admin:concepts_concept_{verb}", args=[99999])).status_code == 404


def test_the_list_of_links_costs_the_same_however_many_there_are(writer: Client) -> None:
    page = concept("goods")
    make_link(page, by=user("first"))
    before = cost(writer, links_of(page))
    for name in ("second", "third"):
        make_link(page, by=user(name))
    assert cost(writer, links_of(page)) == before


def test_sources_of_the_draft_are_those_of_now(client: Client) -> None:
    source(title="As it was")
    link = make_link(concept("goods", summary="It is. [@little1961]"))
    Source.objects.update(title="As it is now")
    assert "As it is now" in read(link).content.decode()
