"""Which form of a page `Accept` chooses, and what caches are told of it."""

import re

import pytest
from django.http import HttpRequest
from django.test import Client, RequestFactory
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from samples import concept, publish, site_at
from small_site import COMPARISON, CONCEPT, PAGES, build
from test_on_a_day import NOW, fill

from concepts import publishing
from concepts.models import Edition, Page
from concepts.reading import days
from concepts.views.machine import JSON, MARKDOWN
from concepts.views.programs import HTML, preferred

BROWSERS = [
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
    "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "image/avif,image/webp,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5",
]


def asking(accept: str) -> HttpRequest:
    return RequestFactory().get("/", headers={"accept": accept})


@pytest.mark.parametrize(
    "accept",
    [
        *BROWSERS,
        *("*/*", "", "text/*", "application/*", "text/html", "application/xhtml+xml", "image/png"),
        *("text/html, text/markdown", "text/html;q=0.9, text/markdown;q=0.8", "*/*;q=0.1"),
        *("text/markdown;q=0", "text/markdown;q=0.0, */*", "text/html;q=0", "text/html;q=0, */*"),
        *("text/markdown-like", "application/json-seq", "markdown", "/", ";", ",,,", ";q=1"),
        *("text/plain, application/ld+json", "text/markdown/x", "\x00\xff", "text/csv"),
        "text/markdown;" + "x" * 20_000,
        "text/markdown; q*=bogus''x",
        "text/html;level=1, */*;q=0.5, text/markdown;q=0.1",
    ],
)
def test_html_is_sent_to_browsers_and_for_what_names_nothing_else(accept: str) -> None:
    assert preferred(asking(accept), [MARKDOWN, JSON]) == HTML


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("text/markdown", MARKDOWN),
        ("TEXT/Markdown", MARKDOWN),
        ("text/markdown; charset=utf-8", MARKDOWN),
        ("text/markdown, text/html, */*", MARKDOWN),
        ("text/markdown;q=0.9, text/html;q=0.8", MARKDOWN),
        ("text/html;q=0.8, text/markdown;q=0.9", MARKDOWN),
        ("text/markdown;q=1.0, text/x-markdown;q=0.9, text/html;q=0.7, */*;q=0.1", MARKDOWN),
        ("text/html;q=0, text/markdown;q=0.001", MARKDOWN),
        ("text/markdown, application/json", MARKDOWN),
        ("text/plain, text/markdown", MARKDOWN),
        ("application/json", JSON),
        ("application/json, text/plain, */*", JSON),
        ("application/json, text/markdown", JSON),
        ("text/markdown;q=0.5, application/json;q=0.6", JSON),
        ("*/*;q=0.9, application/json", JSON),
        (" application/json ;q=0.3 , text/html ; q=0.2", JSON),
    ],
)
def test_the_form_that_is_liked_best_is_sent(accept: str, form: str) -> None:
    assert preferred(asking(accept), [MARKDOWN, JSON]) == form


PIECES = st.sampled_from(
    "text/markdown application/json text/html */* text/* ; , q= q*= =utf-8'' 0 1 . nan \" \\ % \xff"
    " bogus''%ff charset= inf -1 1e9 \t".split(" ")
)


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(st.lists(PIECES, max_size=14).map("".join) | st.text(max_size=40))
def test_no_header_breaks_the_choice(accept: str) -> None:
    chosen = preferred(asking(accept), [MARKDOWN, JSON])
    assert chosen in (HTML, MARKDOWN, JSON)
    if not re.search("text/markdown|application/json", accept, re.IGNORECASE):
        assert chosen == HTML


# Pages ------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(("form", "name"), [(MARKDOWN, "index.md"), (JSON, "index.json")])
def test_a_page_and_an_edition_answer_with_the_form_asked_for(
    client: Client, form: str, name: str
) -> None:
    build()
    for page in PAGES:
        for address in (page, f"{page}editions/1/"):
            answer = client.get(address, headers={"accept": form.partition(";")[0]})
            assert (answer.status_code, answer["Content-Type"]) == (200, form)
            assert answer.content == client.get(address + name).content
            assert answer["Content-Location"] == f"{page}editions/1/{name}"
            assert answer["Cache-Control"] == "no-cache"
            assert "Accept" in answer["Vary"].split(", ")
            assert answer["Access-Control-Allow-Origin"] == "*"


@pytest.mark.django_db
@pytest.mark.parametrize("accept", [*BROWSERS, None, "*/*", "nonsense"])
def test_html_says_as_well_that_it_depends_on_accept(client: Client, accept: str | None) -> None:
    build()
    headers = {"accept": accept} if accept is not None else {}
    for address in (CONCEPT, f"{CONCEPT}editions/1/"):
        answer = client.get(address, headers=headers)
        assert answer["Content-Type"] == HTML
        assert "Accept" in answer["Vary"].split(", ")
        assert "Content-Location" not in answer.headers
        assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.django_db
def test_a_short_answer_depends_on_accept_and_on_its_coding(client: Client) -> None:
    build()
    both = {"accept": "application/json", "accept-encoding": "br"}
    short = client.get(COMPARISON, headers=both)
    assert short["Content-Encoding"] == "br"
    assert set(short["Vary"].split(", ")) == {"Accept", "Accept-Encoding"}
    assert short["ETag"].startswith('W/"')
    for accept, status in (("application/json", 304), ("text/html", 200), ("text/markdown", 200)):
        headers = {"accept": accept, "if-none-match": short["ETag"], "accept-encoding": "br"}
        answer = client.get(COMPARISON, headers=headers)
        assert (answer.status_code, "Accept" in answer["Vary"]) == (status, True)


@pytest.mark.django_db
def test_a_chosen_form_answers_to_head_and_to_nothing_that_changes(client: Client) -> None:
    build()
    markdown = {"accept": "text/markdown"}
    answer = client.head(CONCEPT, headers=markdown)
    assert (answer.content, answer["Content-Type"]) == (b"", MARKDOWN)
    assert client.post(CONCEPT, headers=markdown).status_code == 405


@pytest.mark.django_db
def test_what_moved_is_gone_or_missing_says_so_whatever_is_asked_for(client: Client) -> None:
    page = concept("beat")
    publish(page)
    publish(concept("takt-time", page))
    publish(concept("fad"))
    publishing.withdraw(Page.objects.get(slug="fad"), by=None, reason="It passed.")
    shut = publish(concept("shut", summary="Secret."))
    publishing.close(shut, by=None, reason="By order.")
    markdown = {"accept": "text/markdown"}
    moved = client.get("/concepts/beat/?a=1", headers=markdown)
    assert (moved.status_code, moved["Location"]) == (301, "/concepts/takt-time/?a=1")
    assert "Accept" in moved["Vary"]
    for address, why in (("/concepts/fad/", "It passed."), ("/concepts/shut/", "By order.")):
        gone = client.get(address, headers=markdown)
        assert (gone.status_code, gone["Content-Type"]) == (410, HTML)
        assert why in gone.content.decode()
        assert "Secret." not in gone.content.decode()
    assert client.get("/concepts/nothing/", headers=markdown).status_code == 404


@pytest.mark.django_db
def test_a_day_leads_to_an_edition_whose_form_is_then_chosen(client: Client) -> None:
    fill()
    days.forget()
    markdown = {"accept": "text/markdown"}
    with site_at(NOW):
        address = f"{CONCEPT}?on=2040-03-01"
        answer = client.get(address, headers=markdown)
        assert (answer.status_code, answer["Location"]) == (302, f"{CONCEPT}editions/1/")
        edition = client.get(address, headers=markdown, follow=True)
        assert edition["Content-Type"] == MARKDOWN
        then = client.get(f"/on/2040-03-01{CONCEPT}", headers=markdown)
        assert then.content == edition.content
        assert then["Content-Location"] == f"{CONCEPT}editions/1/index.md"
        assert (then["Cache-Control"], "noindex" in then["X-Robots-Tag"]) == ("no-cache", True)
        assert "better said" in client.get(CONCEPT, headers=markdown).content.decode()
    assert Edition.objects.filter(slug="goods").count() == 2
    days.forget()
