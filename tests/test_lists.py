"""Lists that the desk keeps as JSON, edited by forms that are made from the schema."""

import re
from typing import Any

import pytest
import small_site
from admin_forms import address, errors, fields, log_in_writer, make_comparison, save
from django.test import Client

from concepts import desk
from concepts.models import Concept, Distinction, Guide, Organization, Page

pytestmark = pytest.mark.django_db

Typed = dict[str, str]


@pytest.fixture
def editor(client: Client) -> Client:
    return log_in_writer(client)


@pytest.fixture
def comparison() -> Distinction:
    return make_comparison(rows=1)


def typed(client: Client, page: Any, given: Typed) -> Any:
    """Save the page's form with what was typed; the answer."""
    sent = fields(client.get(address(page)).content) | given
    return client.post(address(page), sent)


def stored(page: Any, name: str) -> Any:
    return type(page).objects.values_list(name, flat=True).get(pk=page.pk)


# Saved as it is -------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["concept", "distinction", "organization", "guide"])
def test_a_form_with_every_list_filled_and_saved_as_it_is_changes_nothing(
    editor: Client, kind: str
) -> None:
    small_site.build(2)
    page = desk.instance(Page.objects.filter(kind=kind).order_by("slug").first())  # type: ignore[arg-type]
    before = type(page).objects.filter(pk=page.pk).values().get()
    assert save(editor, page).status_code == 302
    assert type(page).objects.filter(pk=page.pk).values().get() == before


# What is typed is what is stored --------------------------------------------------------------

POSITION = {"name": "", "text": "", "sign": ""}

COMPARISON: list[tuple[str, Typed, Any]] = [
    ("similarities", {"similarities-0": "One,\r\nstill one.\r\n\r\nAnd so on.",
                      "similarities-1": "Two."}, ["One,\nstill one.\n\nAnd so on.", "Two."]),
    ("positions", {"positions-0-name": "Some", "positions-0-text": "A text.",
                   "positions-0-sign": "inside"},
     [{"name": "Some", "text": "A text.", "sign": "inside"}]),
    ("boundary_cases", {"boundary_cases-0-case": "both", "boundary_cases-0-text": "A meal."},
     [{"case": "both", "text": "A meal."}]),
    ("practice", {"practice-0-organization": "bank", "practice-0-texts-goods-text": "Cards.",
                  "practice-0-texts-services-text": "Loans."},
     [{"organization": "bank", "texts": [{"side": "goods", "text": "Cards."},
                                         {"side": "services", "text": "Loans."}]}]),
    ("practice", {"practice-0-organization": "bank", "practice-0-texts-services-text": "Loans."},
     [{"organization": "bank", "texts": [{"side": "services", "text": "Loans."}]}]),
    ("scope", {"scope-shape": "apart", "scope-areas-goods-words": "things\r\n\r\n stocks ",
               "scope-shared": "outputs"},
     {"shape": "apart", "outer": "", "areas": [{"side": "goods", "words": ["things", "stocks"]}],
      "shared": ["outputs"], "caption": ""}),
    ("scope", {"scope-outer": " "}, None),
    ("timeline", {"timeline-0-year": "1776", "timeline-0-text": "Pins."},
     [{"year": "1776", "text": "Pins."}]),
    ("authors", {"authors-0-family": "Ohno", "authors-0-given": "Taiichi"},
     [{"family": "Ohno", "given": "Taiichi", "literal": ""}]),
    ("aliases", {"aliases": "JIT\r\nlean\r\n"}, ["JIT", "lean"]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "given", "kept"), COMPARISON)
def test_what_is_typed_into_the_lists_of_a_comparison_is_kept(
    editor: Client, comparison: Distinction, name: str, given: Typed, kept: Any
) -> None:
    assert typed(editor, comparison, given).status_code == 302
    assert stored(comparison, name) == kept
    assert save(editor, comparison).status_code == 302
    assert stored(comparison, name) == kept


OTHERS: list[tuple[type[Any], str, Typed, Any]] = [
    (Organization, "decisions", {"decisions-0": "How many beds."}, ["How many beds."]),
    (Organization, "steps", {"steps-0-text": "Admit", "steps-0-symbol": "delay"},
     [{"text": "Admit", "symbol": "delay"}]),
    (Organization, "four_vs", {"four_vs-variety-level": "high"},
     {name: {"level": "high" if name == "variety" else "", "reason": ""}
      for name in ("volume", "variety", "variation", "visibility")}),
    (Organization, "objectives", {"objectives-0-objective": "speed"},
     [{"objective": "speed", "reason": ""}]),
    (Guide, "steps", {"steps-0-page": "concept:goods", "steps-0-note": "First."},
     [{"page": "concept:goods", "note": "First."}]),
    (Concept, "formula", {"formula-text": "L = λW", "formula-variables-0-symbol": "L",
                          "formula-curve-shape": "break-even", "formula-curve-low": "0",
                          "formula-curve-high": "9.5"},
     {"text": "L = λW", "note": "", "variables": [{"symbol": "L", "meaning": "", "unit": ""}],
      "curve": {"shape": "break-even", "constants": [], "low": "0", "high": "9.5"}}),
    (Concept, "worked_example", {"worked_example-text": "Two."},
     {"text": "Two.", "check": "", "illustration": True}),
    (Concept, "worked_example", {"worked_example-check": " "}, None),
]  # fmt: skip


@pytest.mark.parametrize(("model", "name", "given", "kept"), OTHERS)
def test_what_is_typed_into_the_lists_of_other_pages_is_kept(
    editor: Client, model: type[Any], name: str, given: Typed, kept: Any
) -> None:
    kind = model._meta.model_name
    page = model.objects.create(kind=kind, slug="one", title="One")
    assert typed(editor, page, given).status_code == 302
    assert stored(page, name) == kept


# Adding, ordering and removing without script -------------------------------------------------


def similar(compared: Distinction, *texts: str) -> Distinction:
    compared.similarities = [*texts]
    compared.save()
    return compared


def test_two_empty_items_stand_at_the_end_and_are_dropped_when_they_stay_empty(
    editor: Client, comparison: Distinction
) -> None:
    similar(comparison, "One.")
    sent = fields(editor.get(address(comparison)).content)
    items = {name: sent[name] for name in sent if re.fullmatch("similarities-[0-9]+", name)}
    assert items == {"similarities-0": "One.", "similarities-1": "", "similarities-2": ""}
    assert typed(editor, comparison, {"similarities-2": "Two."}).status_code == 302
    assert stored(comparison, "similarities") == ["One.", "Two."]


def test_items_stand_in_the_order_of_their_numbers(editor: Client, comparison: Distinction) -> None:
    similar(comparison, "One.", "Two.", "Three.")
    typed(editor, comparison, {"similarities-2-ORDER": "1", "similarities-0-ORDER": "3"})
    assert stored(comparison, "similarities") == ["Three.", "Two.", "One."]


def test_an_item_is_removed_by_its_tick_or_by_emptying_it(
    editor: Client, comparison: Distinction
) -> None:
    similar(comparison, "One.", "Two.", "Three.")
    typed(editor, comparison, {"similarities-0-DELETE": "on", "similarities-2": " \r\n"})
    assert stored(comparison, "similarities") == ["Two."]


def test_a_list_that_was_not_sent_stays_as_it_is(editor: Client, comparison: Distinction) -> None:
    similar(comparison, "One.")
    sent = fields(editor.get(address(comparison)).content)
    rest = {name: value for name, value in sent.items() if not name.startswith("similarities")}
    assert editor.post(address(comparison), rest | {"title": "Other"}).status_code == 302
    assert stored(comparison, "similarities") == ["One."]


def test_the_text_of_a_side_that_is_gone_is_shown_and_kept(
    editor: Client, comparison: Distinction
) -> None:
    kept = [{"organization": "bank", "texts": [{"side": "ideas", "text": "Old."}]}]
    Distinction.objects.update(practice=kept)
    sent = fields(editor.get(address(comparison)).content)
    assert sent["practice-0-texts-ideas-text"] == "Old."
    assert save(editor, comparison).status_code == 302
    assert stored(comparison, "practice") == kept


# What is refused ------------------------------------------------------------------------------


def test_what_is_refused_names_the_item_and_nothing_typed_is_lost(
    editor: Client, comparison: Distinction
) -> None:
    given = {
        "boundary_cases-0-text": "A meal.",
        "practice-0-organization": "The bank",
        "practice-0-texts-goods-text": "Cards.",
    }
    answer = typed(editor, comparison, given)
    said = " ".join(errors(answer))
    assert "'boundary_cases 1, case' must be" in said
    assert "'practice 1, organization' is not allowed as 'The bank'" in said
    sent = fields(answer.content)
    assert {name: sent[name] for name in given} == given


@pytest.mark.parametrize("index", ["9" * 50, "٣", "-1"])
def test_an_index_that_no_form_has_is_no_item(
    editor: Client, comparison: Distinction, index: str
) -> None:
    assert typed(editor, comparison, {f"similarities-{index}": "Odd."}).status_code == 302
    assert stored(comparison, "similarities") == []


def test_the_names_of_pages_are_offered(editor: Client, comparison: Distinction) -> None:
    Organization.objects.create(kind="organization", slug="bank", title="A bank")
    page = editor.get(address(comparison)).content.decode()
    assert '<datalist id="names-organization"><option value="bank">A bank</option>' in page
    assert 'list="names-organization"' in page
