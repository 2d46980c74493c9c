"""What the checks say of a page on the desk."""

from typing import Any

import pytest
from samples import (
    LATER,
    ROW,
    comparison,
    concept,
    guide,
    organization,
    publish,
    row,
    source,
)

from concepts import clock, desk, publishing
from concepts.checks import RULES, check
from concepts.markdown import TextError
from concepts.models import Cell, Dimension, LogEntry, Page, Source

pytestmark = pytest.mark.django_db

GOODS = "distinction:goods-vs-services"
QUESTION = "Which?\n\n- [x] One\n\n  It is.\n- [ ] Two\n\n  It is not."


def found(page: Page, severity: str) -> list[tuple[str, str]]:
    """Place and message of every finding of this severity."""
    findings = check(desk.compose(page), page)
    return [
        (finding.place, finding.message) for finding in findings if finding.severity == severity
    ]


def errors(page: Page) -> list[tuple[str, str]]:
    return found(page, "error")


def warnings(page: Page) -> list[tuple[str, str]]:
    return found(page, "warning")


def complete(**fields: Any) -> Page:
    """A comparison that lacks nothing."""
    source("fisher1997")
    refuted = {"key": "free", "claim": "Services are free.", "correction": "No. [@fisher1997]"}
    asked = {"key": "which", "text": QUESTION, "row": "scope"}
    return comparison(**{"misconceptions": [refuted], "questions": [asked]} | fields)


def test_pages_that_are_as_they_should_be_have_no_findings() -> None:
    for page in (concept(), complete(), guide(), organization()):
        assert check(desk.compose(page), page) == []


# Errors


def test_a_missing_cell_is_an_error() -> None:
    page = comparison()
    Cell.objects.filter(side__key="services").delete()
    assert errors(page) == [("row-scope--services", "The cell is empty: write it.")]


def test_a_link_to_a_page_that_is_not_on_the_desk_is_an_error() -> None:
    page = concept(body="See [it](concept:nothing).")
    message = "There is no page concept:nothing: make it, or name another."
    assert errors(page) == [("body", message)]


def test_a_link_that_is_written_wrongly_is_an_error() -> None:
    [(place, message)] = errors(concept(body="See [it](concept:Takt@time)."))
    assert (place, "no page concept:Takt" in message) == ("body", True)


def test_a_step_to_a_page_that_is_not_on_the_desk_is_an_error() -> None:
    concept()
    page = guide(steps=[{"page": "concept:takt-time"}])
    Page.objects.filter(slug="takt-time").get().delete()
    message = "There is no page concept:takt-time: make it, or name another."
    assert errors(page) == [("steps 1, page", message)]


def test_a_link_by_a_slug_that_the_page_carried_before_is_no_error() -> None:
    page = concept("takt")
    publish(page)
    publish(concept("takt-time", page))
    assert errors(concept("cycle-time", body="See [it](concept:takt).")) == []


def test_a_source_that_is_not_on_the_desk_is_an_error_once_a_text() -> None:
    page = concept(body="So [@little1961] and so [@little1961].")
    message = "There is no source little1961: add it, or cite another."
    assert errors(page) == [("body", message)]


def test_a_side_that_the_comparison_does_not_have_is_an_error() -> None:
    organization()
    page = comparison(
        scope={"shape": "inside", "outer": "ideas", "areas": [{"side": "wares"}]},
        practice=[{"organization": "bank", "texts": [{"side": "loans", "text": "It lends."}]}],
    )
    assert errors(page) == [
        ("scope", "There is no side ideas: name one of the comparison's."),
        ("scope", "There is no side wares: name one of the comparison's."),
        ("practice-bank", "There is no side loans: name one of the comparison's."),
    ]


def test_a_question_about_a_row_that_the_page_does_not_have_is_an_error() -> None:
    page = comparison(questions=[{"key": "which", "text": QUESTION, "row": "price"}])
    message = "It tests a row price that the page does not have."
    assert errors(page) == [("question-which", message)]


def test_a_successor_that_is_no_row_of_the_page_is_an_error() -> None:
    page = comparison(retired_rows=[{"key": "later", "successor": "price"}])
    message = "price, said to follow it, is no row of the page."
    assert errors(page) == [("row-later", message)]


def test_a_dimension_that_is_not_on_the_desk_is_an_error() -> None:
    document = desk.own(comparison())
    findings = check(document)
    assert ("error", "row-scope", "There is no dimension scope.") in findings


def test_a_text_that_cannot_be_rendered_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    page = concept(body="Deep.")

    def refuse(text: str) -> str:
        if text == "Deep.":
            raise TextError("It nests too deeply.")
        return text

    monkeypatch.setattr("concepts.checks.render", refuse)
    assert errors(page) == [("body", "It nests too deeply.")]


def test_an_image_needs_words_in_its_place() -> None:
    page = concept(body="![](/media/a.png) ![a line](/media/b.png) ![decorative](/media/c.png)")
    message = (
        "The image /media/a.png needs words in its place: ![what it shows](...),"
        " or ![decorative](...) when it says nothing."
    )
    assert errors(page) == [("body", message)]


def test_a_link_to_an_edition_that_never_was_is_an_error() -> None:
    publish(concept("goods"))
    page = concept(body="[One](concept:goods@1), [two](concept:goods@2).")
    assert errors(page) == [("body", "concept:goods has no edition 2.")]


@pytest.mark.parametrize(
    ("fragment", "exists"),
    [
        ("row-scope", True),
        ("row-scope--goods", True),
        ("row-price", False),
        ("row-scope--ideas", False),
        ("row-later", True),
        ("principle", True),
    ],
)
@pytest.mark.parametrize("state", ["draft", "published", "itself"])
def test_a_link_to_a_row_or_cell_must_lead_to_one(fragment: str, exists: bool, state: str) -> None:
    link = f"[There]({GOODS}#{fragment})."
    retired = [{"key": "later", "reason": "Merged."}]
    body = link if state == "itself" else ""
    page = comparison(retired_rows=retired, body=body)
    if state == "published":
        publish(page)
    expected = [] if exists else [("body", f"{GOODS} has no #{fragment}.")]
    assert errors(page if state == "itself" else concept(body=link)) == expected


def test_a_link_to_a_row_is_checked_in_the_edition_that_it_names() -> None:
    page = comparison(rows=[ROW, LATER])
    publish(page)
    publish(comparison(page, retired_rows=[{"key": "later", "reason": "Merged."}]))
    first, second = (f"{GOODS}@{number}" for number in (1, 2))
    body = f"[a]({first}#row-later) [b]({second}#row-later) [c]({first}#row-price)"
    assert errors(concept(body=body)) == [
        ("body", "distinction:goods-vs-services has no #row-price.")
    ]


def test_a_link_to_a_row_of_a_page_without_rows_is_an_error() -> None:
    concept("goods")
    page = concept(body="[There](concept:goods#row-scope).")
    assert errors(page) == [("body", "concept:goods has no #row-scope.")]


def test_a_row_that_vanished_is_an_error_unless_it_is_retired() -> None:
    page = comparison(rows=[ROW, LATER])
    publish(page)
    gone = comparison(page)
    message = "The row later is gone: retire it, with a successor or a reason."
    assert errors(gone) == [("row-later", message)]
    retired = comparison(page, retired_rows=[{"key": "later", "successor": "scope"}])
    assert errors(retired) == []


def test_a_retired_row_that_vanished_is_an_error() -> None:
    page = comparison(retired_rows=[{"key": "later", "reason": "Merged."}])
    publish(page)
    message = "The row later is gone: retire it, with a successor or a reason."
    assert errors(comparison(page)) == [("row-later", message)]


def test_a_side_that_vanished_is_an_error() -> None:
    page = comparison()
    publish(page)
    concept("ideas")
    sides = [{"key": name, "concept": name} for name in ("goods", "ideas")]
    changed = comparison(page, sides=sides, rows=[row("scope", goods="Things.", ideas="Thoughts.")])
    message = "The side services is gone: retire it, with a successor or a reason."
    assert errors(changed) == [("side-services", message)]


def test_a_key_that_was_retired_is_never_used_again() -> None:
    page = comparison(retired_rows=[{"key": "later", "reason": "Merged."}])
    publish(page)
    message = "The key later was retired and is never used again: choose a new one."
    assert errors(comparison(page, rows=[ROW, LATER])) == [("row-later", message)]


def test_a_key_that_came_back_with_a_restored_edition_is_no_error() -> None:
    page = comparison(rows=[ROW, LATER])
    first = publish(page)
    publish(comparison(page, retired_rows=[{"key": "later", "reason": "Merged."}]))
    assert errors(publishing.restore(first, by=None)) == []


def test_a_restoring_before_the_last_edition_excuses_nothing() -> None:
    page = comparison(rows=[ROW, LATER])
    publishing.restore(publish(page), by=None)
    publish(comparison(page, retired_rows=[{"key": "later", "reason": "Merged."}]))
    comparison(page, rows=[ROW, LATER])
    assert LogEntry.objects.filter(action="restore").count() == 1
    assert [place for place, _ in errors(page)] == ["row-later"]


def test_a_slug_that_another_page_has_carried_is_an_error() -> None:
    page = concept("takt")
    publish(page)
    publish(concept("takt-time", page))
    other = concept("other")
    Page.objects.filter(pk=other.pk).update(slug="takt")
    message = "takt has been the address of another page: choose a new one."
    assert errors(Page.objects.get(pk=other.pk)) == [("slug", message)]


def test_a_slug_that_a_scheduled_edition_will_carry_is_taken() -> None:
    page = concept("takt")
    publish(page, at=clock.now() + clock.MILLISECOND * 3_600_000)
    Page.objects.filter(pk=page.pk).update(slug="takt-time")
    other = concept("other")
    Page.objects.filter(pk=other.pk).update(slug="takt")
    assert [place for place, _ in errors(Page.objects.get(pk=other.pk))] == ["slug"]


# Warnings


def test_a_page_without_a_summary_is_warned_of() -> None:
    assert warnings(concept(summary="")) == [("summary", "The page has no summary.")]


def test_a_cell_needs_a_source_or_is_an_illustration() -> None:
    source()
    cells = [
        {"side": "goods", "text": "Things."},
        {"side": "services", "text": "Acts [@little1961]."},
    ]
    page = complete(rows=[{"key": "scope", "dimension": "scope", "cells": cells}])
    message = "The cell has no source and is no illustration of ours."
    assert warnings(page) == [("row-scope--goods", message)]


def test_a_link_to_a_row_is_warned_of_while_readers_see_an_edition_without_it() -> None:
    page = comparison()
    publish(page)
    comparison(page, rows=[ROW, LATER])
    linking = concept(body=f"[Later]({GOODS}#row-later) [Price]({GOODS}@1#row-later)")
    assert warnings(linking) == [("body", f"#row-later of {GOODS} is not published yet.")]
    assert errors(linking) == [("body", f"{GOODS} has no #row-later.")]


def test_a_link_to_an_edition_that_is_only_scheduled_is_warned_of() -> None:
    publish(concept("goods"), at=clock.now() + clock.MILLISECOND * 3_600_000)
    page = concept(body="[One](concept:goods@1).")
    message = "Edition 1 of concept:goods is not in force yet."
    assert (errors(page), warnings(page)[0]) == ([], ("body", message))


def test_an_option_needs_a_reason() -> None:
    text = "Which?\n\n- [x] One\n\n  It is.\n- [ ] Two"
    page = concept(questions=[{"key": "which", "text": text}])
    assert warnings(page) == [("question-which", "Option 2 has no reason.")]


def test_a_page_that_is_named_and_not_published_is_warned_of_once() -> None:
    concept("goods")
    page = concept(prerequisites=["goods"], body="[Goods](concept:goods).")
    assert warnings(page) == [("prerequisites 1", "concept:goods is not published.")]


def test_a_page_that_is_published_at_the_same_moment_is_not_warned_of() -> None:
    goods = desk.compose(concept("goods"))
    page = concept(prerequisites=["goods"])
    assert check(desk.compose(page), page, alongside=[goods]) == []


def test_a_comparison_says_what_its_sides_share_and_where_they_part() -> None:
    page = complete(similarities=["Both are outputs."], principle="", boundary_cases=[])
    assert warnings(page) == [
        ("similarities", "Fewer than two similarities."),
        ("principle", "No principle behind the rows."),
        ("boundary-cases", "No boundary case."),
    ]


@pytest.mark.parametrize(
    ("claim", "correction"), [("Free.", "No."), ("Free. [@fisher1997]", "No.")]
)
def test_a_comparison_refutes_a_misconception_with_a_source(claim: str, correction: str) -> None:
    page = complete(misconceptions=[{"key": "free", "claim": claim, "correction": correction}])
    assert warnings(page) == [("misconceptions", "No misconception is refuted with a source.")]


def test_one_misconception_that_is_refuted_with_a_source_is_enough() -> None:
    both = [
        {"key": "free", "claim": "Free.", "correction": "No."},
        {"key": "new", "claim": "New.", "correction": "No. [@fisher1997]"},
    ]
    assert warnings(complete(misconceptions=both)) == []


def test_rows_that_no_question_tests_are_listed_in_one_warning() -> None:
    Dimension.objects.create(key="stock", label="Can it wait?")
    stock = {**row("waiting", goods="Yes.", services="No."), "dimension": "stock"}
    page = complete(rows=[ROW, LATER, stock])
    message = "No question tests these rows: Scope, Can it wait?."
    assert warnings(page) == [("questions", message)]


def test_a_row_that_no_question_is_meant_to_test_is_not_listed() -> None:
    page = complete(rows=[ROW, LATER], untested_rows=["later", "gone"])
    message = "gone, said to be tested by no question, is no row of the page."
    assert warnings(page) == [("untested rows", message)]


def test_an_incomplete_source_is_warned_of() -> None:
    source(author=[], issued="", container_title="")
    page = concept(body="So [@little1961].")
    assert warnings(page) == [("source little1961", "It lacks author, year, container.")]


def test_a_web_page_that_bears_no_date_needs_its_address() -> None:
    source(type="webpage", issued="", container_title="", url="")
    page = concept(body="So [@little1961].")
    assert warnings(page) == [("source little1961", "It lacks year.")]
    Source.objects.update(url="https://example.org/")
    assert warnings(page) == []


def test_a_book_needs_no_container_and_an_editor_will_do_for_an_author() -> None:
    source(type="book", container_title="", author=[], editor=[{"literal": "A body"}])
    assert warnings(concept(body="So [@little1961].")) == []


# All rules


def test_every_rule_explains_itself() -> None:
    assert [rule.__name__ for rule in RULES if not rule.__doc__] == []


def test_the_number_of_queries_does_not_grow_with_the_page(
    django_assert_max_num_queries: Any,
) -> None:
    counts = []
    for size in (1, 10):
        keys = [f"row-{size}-{number}" for number in range(size)]
        for key in keys:
            publish(concept(key))
        links = " ".join(f"[a](concept:{key}@1)" for key in keys)
        rows = [row(key, goods="Things.", services="Acts.") for key in keys]
        page = comparison(None, slug=f"size-{size}", rows=rows, body=links)
        publish(page)
        with django_assert_max_num_queries(100) as queries:
            check(desk.compose(page), page)
        counts.append(len(queries))
    assert counts[0] == counts[1]
