"""Search: what is found, what is never found, and how the pages of it answer."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from hypothesis import HealthCheck, given, settings
from samples import comparison, concept, guide, organization, publish
from small_site import COMPARISON, build, text_of
from test_search_words import ANYTHING

from concepts import clock, publishing
from concepts.models import Edition, SearchEntry, SearchName, SearchWord
from concepts.parts import KINDS
from concepts.search import find, finding, indexing, suggest
from concepts.search.finding import FIRST, PAGE, Found

pytestmark = pytest.mark.django_db


def addresses(query: str, at: Any = None) -> list[str]:
    found = find(query, at or clock.now())
    return [result.page.address for group in found.groups for result in group.results]


def excerpt(query: str) -> tuple[str, str, str]:
    """Anchor, label and text of the first result, what is marked in brackets."""
    first = find(query, clock.now()).groups[0].results[0].excerpt
    text = "".join(f"[{part}]" if hit else part for part, hit in first.parts)
    return first.anchor, first.label, text


TAKT = "/concepts/takt-time/"


def takt(**fields: Any) -> Edition:
    given = {"title": "Takt time (Taktzeit)", "aliases": ["required pace", "Crème brûlée"]}
    return publish(concept(**given | fields))


# What is found


@pytest.mark.parametrize(
    "query",
    [
        "takt time",
        "TAKTS",
        "time takt",
        "taktzeit",
        "required pace",
        "pace",
        "creme brulee",
        "CRE\u0300ME",
        '"takt time"',
        "what is takt time?",
        "daily rhythm",
        '"the daily rhythm"',
        "rhythms",
    ],
)
def test_a_page_is_found_by_its_names_and_by_its_text(query: str) -> None:
    takt(body="It sets *the [daily](https://a.example) rhythm* of a line.")
    assert addresses(query) == [TAKT]


@pytest.mark.parametrize("query", ['"time takt"', '"daily the rhythm"', "https", "cretaceous"])
def test_other_words_and_phrases_in_another_order_find_nothing(query: str) -> None:
    takt(body="It sets *the [daily](https://a.example) rhythm* of a line.")
    assert addresses(query) == []


def test_a_page_is_found_by_the_first_letters_of_a_long_name() -> None:
    publish(concept("lean", aliases=["just in time"]))
    publish(concept("make-to-stock"))
    assert addresses("jit") == ["/concepts/lean/"]
    assert addresses("mts") == ["/concepts/make-to-stock/"]


def test_a_page_whose_name_it_is_comes_before_one_that_only_says_it() -> None:
    publish(concept("noise", body="takt time " * 50))
    takt()
    publish(concept("other", aliases=["takt time of a machine"]))
    assert addresses("takt time") == [TAKT, "/concepts/other/", "/concepts/noise/"]


def test_a_question_finds_the_page_that_it_names_though_no_page_has_all_its_words() -> None:
    takt()
    publish(concept("goods", body="How long it takes."))
    found = find("how long will it take with takt?", clock.now())
    assert found.groups[0].results[0].page.address == TAKT
    assert not found.whole


def test_who_asks_for_a_comparison_gets_it_first() -> None:
    publish(comparison())
    assert addresses("goods")[0] == "/concepts/goods/"
    assert addresses("difference between goods and services")[0] == COMPARISON


def test_where_no_page_has_all_words_some_are_enough() -> None:
    publish(concept("goods", body="Bread and butter."))
    found = find("bread unicorn", clock.now())
    assert (found.total, found.whole) == (1, False)


@pytest.fixture
def bread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages with two words, of which more than four are many."""
    for number in range(PAGE):
        publish(concept(f"said-{number}", body="A queue of bread."))
    publish(guide(body="A queue of bread."))
    publish(concept("summed", summary="Bread in a queue."))
    publish(concept("named", title="Queue", body="Bread."))
    publish(concept("other", title="Queue of goods"))
    ended = publish(concept("ended", summary="A queue of bread."))
    publishing.withdraw(ended.page, by=None, reason="Merged.")
    monkeypatch.setattr(finding, "MOST", 4)


@pytest.mark.usefixtures("bread")
def test_of_many_those_that_name_it_are_shown_first_and_so_many_of_a_kind_are_counted() -> None:
    found = find("queue bread", clock.now())
    assert found.many
    assert not any(group.counted for group in found.groups)
    assert {group.kind for group in found.groups} == {*KINDS}
    [concepts] = [group for group in found.groups if group.kind == "concept"]
    assert [result.page.slug for result in concepts.results][:2] == ["named", "summed"]
    only = {kind: find("queue bread", clock.now(), kind).groups for kind in KINDS}
    told = {kind: next(each for each in groups if each.kind == kind)
            for kind, groups in only.items()}  # fmt: skip
    assert [result.page.slug for result in told["guide"].results] == ["first-steps"]
    assert {kind: (group.counted, group.total) for kind, group in told.items()} == {
        "concept": (False, told["concept"].total),
        "distinction": (True, 0),
        "guide": (True, 1),
        "organization": (True, 0),
    }
    assert told["concept"].total > 4


@pytest.mark.usefixtures("bread")
def test_the_pages_of_many_say_that_there_are_more(client: Client) -> None:
    every = text_of(client, "/search/?q=queue+bread")
    assert "<b>More than 4 results</b> for “queue bread”. Show: <b>all</b> · <a" in every
    assert ">More concepts</a>" in every
    of_a_kind = text_of(client, "/search/?q=queue+bread&kind=concept")
    assert "more than 4 concepts" in of_a_kind
    assert "1 areas and reading paths" in text_of(client, "/search/?q=queue+bread&kind=guide")


@pytest.mark.usefixtures("bread")
def test_fewer_are_all_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "MOST", PAGE + 3)
    found = find("queue bread", clock.now())
    assert [(group.kind, group.total) for group in found.groups] == [
        ("concept", PAGE + 2),
        ("guide", 1),
    ]
    parts = [find("queue bread", clock.now(), "concept", page).groups for page in (1, 2)]
    shown = [result.page.slug for groups in parts for result in groups[0].results]
    assert shown[0] == "named"
    assert len(shown) == len({*shown}) == PAGE + 2


# Where it stands


def test_a_result_leads_to_where_it_stands_and_marks_the_words() -> None:
    build(1)
    assert excerpt('"not stored"') == (
        "row-row1--services",
        "Dimension 1, Services",
        "[Not] [stored].",
    )
    anchors = {
        "sold together": "shared",
        "free": "misconception-m1",
        "contradictory": "",
        "which one": "question-q1",
        "hundreds a day": "four-vs",
        "two by two": "example",
        "little 1961": "sources",
        "begin here": "steps",
        "invented": "caveats",
    }
    del anchors["contradictory"]
    assert {query: excerpt(query)[0] for query in anchors} == anchors


def test_every_place_that_a_result_leads_to_is_on_its_page(client: Client) -> None:
    build(1)
    pages: dict[str, set[str]] = {}
    lost = []
    for edition in Edition.objects.select_related("search_entry"):
        address = edition.get_absolute_url()
        pages[address] = set(re.findall(r'\sid="([^"]+)"', text_of(client, address)))
        anchors = {anchor for anchor, _, _ in edition.search_entry.passages if anchor}
        lost += [f"{address}#{anchor}" for anchor in anchors - pages[address]]
    assert lost == []


def test_what_is_wrong_is_never_shown_without_what_holds() -> None:
    wrong = {"key": "m", "claim": "Takt is measured.", "correction": "It is calculated."}
    takt(misconceptions=[wrong])
    _, label, text = excerpt("measured")
    assert label == "Common mistakes"
    assert text == "“Takt is [measured].” What holds: It is calculated."


def test_the_answer_of_a_question_is_not_told() -> None:
    text = "Which?\n\n- [x] Mulberry\n\n  Because of quince.\n- [ ] Plum"
    takt(questions=[{"key": "q", "text": text}])
    assert addresses("mulberry") == addresses("quince") == []


# What is in force


def test_only_what_is_in_force_at_the_moment_is_found() -> None:
    first = takt(summary="The oldword.")
    page = first.page
    page.refresh_from_db()
    second = publish(concept("takt-time", page, title="Beat", summary="The newword."))
    assert (addresses("oldword"), addresses("newword")) == ([], [TAKT])
    before = second.published_at - clock.MILLISECOND
    assert (addresses("oldword", before), addresses("newword", before)) == ([TAKT], [])
    assert [each.page.title for each in suggest("ta", clock.now())] == []
    assert [each.page.title for each in suggest("ta", before)] == ["Takt time (Taktzeit)"]
    assert addresses("oldword", first.published_at - clock.MILLISECOND) == []


def test_a_withdrawn_page_is_not_found() -> None:
    edition = takt()
    publishing.withdraw(edition.page, by=None, reason="Merged.")
    assert addresses("takt") == []
    assert suggest("takt", clock.now()) == []
    assert find("tact", clock.now()) == Found()


def test_a_closed_edition_is_not_found_at_any_moment() -> None:
    edition = takt()
    publishing.close(edition, by=None, reason="The law.")
    assert addresses("takt") == addresses("takt", edition.published_at) == []
    assert suggest("takt", edition.published_at) == []


def test_a_scheduled_edition_is_found_when_its_moment_has_come() -> None:
    page = concept("takt-time")
    edition = publish(page, at=clock.whole(clock.now() + timedelta(hours=1)))
    assert addresses("takt time") == []
    assert suggest("takt", clock.now()) == []
    assert addresses("takt time", edition.published_at) == [TAKT]
    publishing.unschedule(edition, by=None)
    assert addresses("takt time", edition.published_at) == []
    assert not SearchEntry.objects.exists()
    assert not SearchName.objects.exists()


def test_a_word_that_is_only_scheduled_is_told_to_nobody(client: Client) -> None:
    publish(concept("goods"))
    publish(
        concept("xyzzyplugh", body="quuxification"),
        at=clock.whole(clock.now() + timedelta(hours=1)),
    )
    assert SearchWord.objects.filter(word="quuxification").exists()
    for typed in ("xyzzyplug", "quuxifcation", "goods quuxifcation"):
        assert find(typed, clock.now()).meant == "", typed
        text = text_of(client, f"/search/?q={typed}")
        assert "xyzzyplugh" not in text
        assert "quuxification" not in text


# Keeping the index


def test_editions_that_came_before_the_index_are_indexed_after_migrating() -> None:
    takt()
    SearchEntry.objects.all().delete()
    SearchName.objects.all().delete()
    assert addresses("takt") == []
    indexing.after_migrate(connection.alias)
    assert addresses("takt") == [TAKT]


def test_an_index_that_is_there_is_left_alone(django_assert_num_queries: Any) -> None:
    takt()
    before = SearchName.objects.count()
    indexing.after_migrate(connection.alias)
    assert SearchName.objects.count() == before


@pytest.mark.django_db(transaction=True)
def test_a_flush_empties_the_index_too() -> None:
    takt()
    call_command("flush", interactive=False, verbosity=0)
    assert not SearchEntry.objects.exists()
    publish(concept("takt-time", body="Once."))
    assert addresses("takt once") == [TAKT]


def test_a_text_of_any_length_is_indexed() -> None:
    text = "\n\n".join(" ".join(f"w{n}x{m}" for m in range(900)) for n in range(8))
    parts = [{"key": f"m{n}", "claim": "Long.", "correction": text} for n in range(6)]
    takt(misconceptions=parts, aliases=["a " * 250, "ﷺ" * 400, *map(str, range(99))])
    assert addresses("takt w0x1") == [TAKT]


# Whatever is typed

ODD = [
    "",
    " ",
    "\0",
    '"',
    '""',
    '"""takt',
    "'",
    "*",
    "takt*",
    "-takt",
    "NEAR(takt, 2)",
    "takt AND",
    "OR NOT",
    "lead:takt",
    "^takt",
    "{lead body}: takt",
    "takt & | ! <-> time:*A",
    "\\",
    "%s %(match)s %",
    "'; DROP TABLE concepts_edition; --",
    "<script>alert(1)</script>",
    "🦊",
    "👩‍👩‍👧‍👦 takt",
    "e\u0301" * 300,
    "\u0301",
    "שלום עולם",
    "\u202etakt",
    "タクト",
    "ﷺ" * 200,
    "x" * 10_000,
    "takt " * 2_000,
    " ".join(f"w{n}" for n in range(5_000)),
    "!?.,;:–—…",
    "½ ² ⁴ ① Ⅷ",
    "\ud7ff\ue000\ufffd\U0010ffff",
    "0x1F 1e9 1.5.2 -3 2026-11-25",
]


@pytest.mark.parametrize("query", ODD, ids=range(len(ODD)))
def test_no_query_raises(client: Client, query: str) -> None:
    takt()
    answer = client.get("/search/", {"q": query})
    assert answer.status_code == 200
    assert "<script>alert" not in answer.content.decode()
    assert client.get("/search/suggest/", {"q": query}).status_code == 200


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=ANYTHING)
def test_no_text_at_all_raises(query: str) -> None:
    find(query, clock.now())
    suggest(query, clock.now())


@pytest.mark.parametrize(
    "parameters",
    [
        "kind=concept&page=0",
        "kind=concept&page=-1",
        "kind=concept&page=1e3",
        "kind=concept&page=99999999999999999999",
        "kind=concept&page=%00",
        "kind=concept&page=٣",
        "kind=nothing",
        "kind=%00",
        "kind=concept&kind=guide&page=1&page=2",
        "q=other&q=takt",
        "q=%ff%fe",
        "q=%ed%a0%80",
    ],
)
def test_odd_parameters_are_answered(client: Client, parameters: str) -> None:
    takt()
    assert client.get(f"/search/?q=takt&{parameters}").status_code == 200


# The pages


def test_results_stand_by_kind_the_best_kind_first(client: Client) -> None:
    publish(organization(body="Its takt."))
    publish(guide(body="On takt."))
    takt()
    text = text_of(client, "/search/?q=takt")
    assert re.findall('<section class="s" id="([a-z]+)">', text)[0] == "concept"
    assert {"organization", "guide"} <= set(re.findall('<section class="s" id="([a-z]+)">', text))
    assert "<b>3 results</b>" in text
    assert 'name="robots" content="noindex"' in text
    assert "<title>takt – Search – " in text
    assert "On <mark>takt</mark>." in text


def test_a_kind_has_pages_of_its_own_and_all_is_told_of_the_rest(client: Client) -> None:
    for number in range(PAGE + 1):
        publish(concept(f"queue-{number}", summary="A queue."))
    publish(guide(body="A queue."))
    text = text_of(client, "/search/?q=queue")
    assert text.count("<li><p>") == FIRST + 1
    assert f'href="/search/?q=queue&amp;kind=concept">All {PAGE + 1} concepts</a>' in text
    first = text_of(client, "/search/?q=queue&kind=concept")
    assert first.count("<li><p>") == PAGE
    assert "kind=concept&amp;page=2" in first
    assert "kind=guide" in first
    second = text_of(client, "/search/?q=queue&kind=concept&page=2")
    assert second.count("<li><p>") == 1
    assert "More results" not in second
    links = r'<li><p><a href="(/concepts/[^"]+)"'
    assert set(re.findall(links, first)).isdisjoint(re.findall(links, second))
    assert "There is nothing more of this kind" in text_of(
        client, "/search/?q=queue&kind=concept&page=3"
    )


def test_without_words_there_are_the_box_and_ways_in(client: Client) -> None:
    text = text_of(client, "/search/")
    assert 'name="q"' in text
    assert 'href="/glossary/"' in text
    assert "noindex" not in text
    assert "Nothing is found" not in text


def test_nothing_found_says_so_and_shows_ways_in(client: Client) -> None:
    text = text_of(client, "/search/?q=zzzz")
    assert "Nothing is found for “zzzz”" in text
    assert 'href="/map/"' in text


def test_a_correction_is_offered_and_shown(client: Client) -> None:
    takt(body="The rhythm of it.")
    text = text_of(client, "/search/?q=rythm")
    assert 'Did you mean <a href="/search/?q=rhythm"><b>rhythm</b></a>' in text
    assert "<mark>rhythm</mark>" in text


@pytest.mark.parametrize("part", ["kind=guide", "kind=concept&page=2", "kind=concept"])
def test_a_correction_is_shown_in_any_part_of_what_it_finds(client: Client, part: str) -> None:
    takt(body="The rhythm of it.")
    assert "<b>1 result</b>" in text_of(client, f"/search/?q=rythm&{part}")


def test_what_was_typed_and_what_was_found_is_escaped(client: Client) -> None:
    publish(concept("goods", title='<b>Goods</b> & "more"', summary="One < two & goods."))
    text = text_of(client, '/search/?q=goods+"><i>x')
    assert "<i>x" not in text
    assert "<b>Goods" not in text
    assert "One &lt; two &amp; <mark>goods</mark>." in text


# Suggestions


def names(client: Client, typed: str) -> list[str]:
    answer = client.get("/search/suggest/", {"q": typed})
    return [each["title"] for each in json.loads(answer.content)["suggestions"]]


def test_names_that_begin_so_are_suggested_titles_first(client: Client) -> None:
    publish(concept("operations-management", aliases=["OM"]))
    publish(concept("production-management"))
    publish(concept("budget", aliases=["operating plan"], title="Production budget"))
    assert names(client, "op") == ["Operations management", "Production budget"]
    assert names(client, "PROD MAN") == ["Production management"]
    assert names(client, "man") == ["Operations management", "Production management"]
    assert names(client, "om") == ["Operations management"]
    assert names(client, "zz") == names(client, "") == names(client, "%") == []


def test_a_suggestion_has_what_the_box_shows(client: Client) -> None:
    publish(concept("operations-management", aliases=["POM"]))
    answer = client.get("/search/suggest/?q=pom")
    assert answer.json()["suggestions"] == [
        {
            "title": "Operations management",
            "address": "/concepts/operations-management/",
            "kind": "Concept",
            "name": "POM",
        }
    ]
    assert answer.headers["Cache-Control"] == "no-cache"
