"""Check yourself on a page, and questions of many pages mixed."""

import re
from collections import Counter
from importlib import import_module
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from samples import ROW, comparison, concept, guide, publish, site_at, source
from small_site import COMPARISON, QUESTION, build, section, text_of, words
from test_work import soon

from concepts import mixing, publishing
from concepts.models import Edition, Quiz

PRACTICE = "/practice/"


def question(key: str, stem: str = "Which?", row: str = "") -> dict[str, str]:
    text = f"{stem}\n\n- [x] A loaf\n\n  It waits.\n- [ ] A haircut\n\n  It is over."
    return {"key": key, "text": text, "row": row}


def asked(html: str) -> list[str]:
    """The anchors of the questions of a page."""
    return re.findall(r'<li id="(\S*question-[^"]+)"><div class="stem"', html)


# Which questions, and in which order: pure -----------------------------------------------------

COUNTS = {1: 4, 2: 7, 3: 1, 4: 12}


def test_a_round_asks_every_question_once() -> None:
    hands = [mixing.dealt(COUNTS, order) for order in (1, 2, 3)]
    every = Counter(each for hand in hands for each in hand.asked)
    assert every == Counter((pk, place) for pk, count in COUNTS.items() for place in range(count))
    assert [(hand.part, hand.parts, len(hand.asked)) for hand in hands] == [
        (1, 3, 10),
        (2, 3, 10),
        (3, 3, 4),
    ]


def test_the_same_order_gives_the_same_questions_and_the_next_round_another_order() -> None:
    first, again = mixing.dealt(COUNTS, 1), mixing.dealt(dict(reversed(COUNTS.items())), 1)
    assert first == again
    later = mixing.dealt(COUNTS, 4)
    assert later.part == 1
    assert later.asked != first.asked


def test_questions_of_one_page_do_not_follow_each_other() -> None:
    even = dict.fromkeys(range(6), 4)
    pages = [pk for order in (1, 2, 3) for pk, _ in mixing.dealt(even, order).asked]
    assert all(one != other for one, other in pairwise(pages))


def test_the_order_after_the_last_is_the_first() -> None:
    assert (mixing.after(1), mixing.after(mixing.MOST)) == (2, 1)


def test_nothing_is_dealt_of_nothing() -> None:
    assert mixing.dealt({}, 5) == mixing.Hand([], 1, 1)


# Check yourself on a page ----------------------------------------------------------------------


@pytest.mark.django_db
def test_every_option_says_whether_it_is_right_and_why_and_which_row_it_tests(
    client: Client,
) -> None:
    publish(comparison(questions=[question("stored", row="scope")]))
    check = section(text_of(client, COMPARISON), "check")
    assert asked(check) == ["question-stored"]
    options = re.findall(r"<details .*?</details>", check, re.DOTALL)
    assert [words(option) for option in options] == [
        "A loafYes. It waits. Row: Scope",
        "A haircutNot this one. It is over. Row: Scope",
    ]
    assert all('name="question-stored"' in option for option in options)  # opening one shuts others
    assert all('href="#row-scope"' in option for option in options)


@pytest.mark.django_db
def test_the_options_of_a_question_are_a_group_that_its_stem_names(client: Client) -> None:
    publish(concept("goods", questions=[question("stored")]))
    check = section(text_of(client, "/concepts/goods/"), "check")
    assert '<div class="opts" role="group" aria-labelledby="question-stored--stem">' in check
    assert '<div class="stem" id="question-stored--stem">' in check
    assert "Row:" not in check


@pytest.mark.django_db
def test_a_page_leads_on_to_the_questions_of_its_area(client: Client) -> None:
    publish(guide("foundations", type="area"))
    publish(concept("goods", area="foundations", questions=[question("stored")]))
    publish(concept("lean", questions=[question("stored")]))
    assert 'href="/practice/?area=foundations"' in text_of(client, "/concepts/goods/")
    assert 'href="/practice/"' in text_of(client, "/concepts/lean/")


# Mixed practice --------------------------------------------------------------------------------


@pytest.fixture
def areas(db: None) -> None:
    """Three pages with questions: two of one area, one of none."""
    publish(guide("foundations", type="area", title="Foundations"))
    publish(guide("empty", type="area", title="Empty"))
    publish(concept("lean", questions=[question(f"l{n}") for n in range(9)]))
    publish(concept("push", area="foundations", questions=[question("stored", "Pushed?")]))
    publish(
        comparison(
            area="foundations", rows=[ROW], questions=[question("stored", "Kept?", row="scope")]
        )
    )


@pytest.mark.usefixtures("areas")
def test_each_question_names_its_page_and_the_row_that_it_tests(client: Client) -> None:
    html = text_of(client, f"{PRACTICE}?area=foundations")
    assert sorted(asked(html)) == [
        "concept-push--question-stored",
        "distinction-goods-vs-services--question-stored",
    ]
    assert f'From <a href="{COMPARISON}#question-stored">Goods vs services</a>' in html
    assert html.count(f'<a href="{COMPARISON}#row-scope">Row: Scope</a>') == 2
    assert 'From <a href="/concepts/push/#question-stored">Push</a>' in html


@pytest.mark.usefixtures("areas")
def test_the_areas_that_have_questions_are_offered_with_how_many(client: Client) -> None:
    picker = words(text_of(client, PRACTICE))
    assert "All areas (11) Foundations (2)" in picker
    assert "Empty" not in picker


@pytest.mark.usefixtures("areas")
def test_a_page_has_ten_questions_and_leads_to_the_next(client: Client) -> None:
    first, second = text_of(client, PRACTICE), text_of(client, f"{PRACTICE}?order=2")
    assert len(asked(first)) == 10
    assert len({*asked(first), *asked(second)}) == 11
    assert 'href="?order=2"' in first
    assert "page 1 of 2" in first
    assert 'href="?area=foundations&amp;order=2"' in text_of(client, f"{PRACTICE}?area=foundations")
    assert text_of(client, f"{PRACTICE}?order=2") == second


@pytest.mark.usefixtures("areas")
def test_practice_is_no_page_for_search_engines(client: Client) -> None:
    assert '<meta name="robots" content="noindex">' in text_of(client, PRACTICE)


@pytest.mark.django_db
def test_sources_of_several_pages_are_numbered_as_one_list(client: Client) -> None:
    source("little1961")
    source("slack2022", title="Operations", author=[{"family": "Slack", "given": "N."}])
    for slug, key in [("lean", "little1961"), ("push", "slack2022"), ("pull", "little1961")]:
        cites = QUESTION.replace("little1961", key)
        publish(concept(slug, questions=[{"key": "q", "text": cites}]))
    html = text_of(client, PRACTICE)
    ids = re.findall(r'id="([^"]+)"', html)
    assert len(ids) == len({*ids})
    marks = re.findall(r'href="#s(\d)" id="[^"]*--question-q--reason-1--c1"', html)
    assert sorted(marks) in (["1", "1", "2"], ["1", "2", "2"])
    assert len(re.findall(r'<li id="s\d">', html)) == 2
    assert "[?" not in html


@pytest.mark.django_db
def test_without_any_question_it_says_so(client: Client) -> None:
    publish(concept("lean"))
    assert "No page asks a question yet." in text_of(client, PRACTICE)


@pytest.mark.usefixtures("areas")
def test_an_area_without_questions_says_so_and_leads_to_its_pages(client: Client) -> None:
    html = text_of(client, f"{PRACTICE}?area=empty")
    assert "The pages of this area ask no questions yet." in html
    assert 'href="/areas/empty/"' in html


@pytest.mark.usefixtures("areas")
def test_an_area_that_was_renamed_leads_on(client: Client) -> None:
    publish(guide("basics", Edition.objects.get(slug="foundations").page, type="area"))
    answer = client.get(f"{PRACTICE}?area=foundations&order=3")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/practice/?area=basics&order=3"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert len(asked(text_of(client, f"{PRACTICE}?area=basics"))) == 2


@pytest.mark.parametrize(
    "query",
    [
        "order=0",
        "order=-1",
        "order=10000",
        f"order={'9' * 5000}",
        "order=1%00",
        "order=%C2%B2",
        "area=nothing",
        "area=first-steps",
        "area=%00",
        "area=%ED%A0%80",
        f"area={'a' * 5000}",
    ],
)
@pytest.mark.django_db
def test_what_names_no_questions_is_told_so(client: Client, query: str) -> None:
    publish(guide("first-steps"))
    assert "No questions have this address" in text_of(client, f"{PRACTICE}?{query}", 404)


# Of editions in force only ---------------------------------------------------------------------


@pytest.mark.django_db
def test_only_editions_in_force_are_asked_from(client: Client) -> None:
    page = concept("lean", questions=[question("first")])
    publish(page)
    at = soon()
    publish(concept("lean", page, questions=[question("second")]), at=at)
    concept("lean", page, questions=[question("third")])
    assert asked(text_of(client, PRACTICE)) == ["concept-lean--question-first"]
    with site_at(at):
        assert asked(text_of(client, PRACTICE)) == ["concept-lean--question-second"]


@pytest.mark.django_db
def test_withdrawn_and_closed_pages_ask_nothing(client: Client) -> None:
    withdrawn = concept("lean", questions=[question("q")])
    publish(withdrawn)
    publishing.withdraw(withdrawn, by=None, reason="Merged.")
    closed = publish(concept("push", questions=[question("q")]))
    publishing.close(closed, by=None, reason="By law.")
    assert asked(text_of(client, PRACTICE)) == []


@pytest.mark.django_db
def test_only_the_documents_of_the_page_are_read(
    client: Client, django_assert_max_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(12):
        publish(concept(f"page-{number}", questions=[question("q")]))
    read = []
    module = import_module("concepts.reading.practice")  # its function has the same name
    load = module.load
    monkeypatch.setattr(module, "load", lambda text: read.append(text) or load(text))
    with django_assert_max_num_queries(4):
        client.get(PRACTICE)
    assert len(read) == mixing.PER_PAGE


@pytest.mark.django_db
def test_questions_are_counted_with_their_edition_and_go_with_a_cancelled_one() -> None:
    page = concept("lean", questions=[question("a"), question("b")])
    edition = publish(page, at=soon())
    publish(concept("push"))
    assert list(Quiz.objects.values_list("edition", "questions")) == [(edition.pk, 2)]
    publishing.unschedule(edition, by=None)
    assert not Quiz.objects.exists()


@pytest.mark.django_db
def test_editions_from_before_are_counted_by_the_migration() -> None:
    build(2)
    counted = set(Quiz.objects.values_list("edition", "questions"))
    Quiz.objects.all().delete()
    migration = import_module("concepts.migrations.0006_wanted_comparisons")
    migration.count_questions(apps, SimpleNamespace(connection=connection))
    assert counted
    assert set(Quiz.objects.values_list("edition", "questions")) == counted
