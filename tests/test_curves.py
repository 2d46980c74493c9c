"""The curves behind formulas: what they compute, what they show, and what they refuse to draw."""

import re
from functools import cache
from math import prod
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as site
from django.test import Client
from drawings import drawn, faults, parsed, same_as_golden, words
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import concept, publish
from small_site import section, text_of

from concepts import content_files
from concepts.diagrams import curve
from concepts.diagrams.curves import PICTURES
from concepts.diagrams.curves.break_even import break_even
from concepts.diagrams.curves.control_chart import POINTS, limits
from concepts.diagrams.curves.economic_order_quantity import (
    band,
    best_quantity,
    holding_cost,
    ordering_cost,
)
from concepts.diagrams.curves.given import figures, steps
from concepts.diagrams.curves.learning_curve import time_for
from concepts.diagrams.curves.queue_length import wait, waiting
from concepts.documents import data_of

SHIPPED = {
    "economic-order-quantity": "eoq",
    "queue-length": "queueing",
    "learning-curve": "learning-curve",
    "control-chart": "statistical-process-control",
    "break-even": "break-even",
}
HUGE = "1" + "0" * 400


@cache
def formula(shape: str) -> dict[str, Any]:
    """The shipped formula whose picture has this shape; not to be changed."""
    path = Path(site.BASE_DIR, "concepts", "content", "concepts", f"{SHIPPED[shape]}.md")
    found: dict[str, Any] = data_of(
        content_files.parse_file(path.name, path.read_bytes()).document
    )["formula"]
    return found


def with_constants(shape: str, **changed: Any) -> dict[str, Any]:
    """The shipped formula with other constants; None takes one away. `low` and `high` too."""
    found = formula(shape)
    ends = {name: changed.pop(name) for name in ("low", "high") if name in changed}
    values = {c["symbol"]: c["value"] for c in found["curve"]["constants"]} | changed
    constants = [{"symbol": s, "value": v} for s, v in values.items() if v is not None]
    return found | {"curve": {**found["curve"], "constants": constants, **ends}}


def said(picture: Any) -> str:
    """The text that stands beside a picture."""
    return " ".join([picture["caption"], *(f"{name}: {text}" for name, text in picture["facts"])])


# What is computed --------------------------------------------------------------------------------


def test_the_best_order_is_the_cheapest_of_all_that_are_tried() -> None:
    def total(quantity: float) -> float:
        return ordering_cost(quantity, 12000, 45) + holding_cost(quantity, 3)

    assert min(range(1, 2000), key=total) == best_quantity(12000, 45, 3) == 600
    assert total(600) == 1800
    within = [quantity for quantity in range(1, 2000) if total(quantity) <= 1800 * 1.04]
    low, high = band()
    assert (within[0], within[-1]) == (453, 795)
    assert within[0] - 1 < low * 600 <= within[0]
    assert within[-1] <= high * 600 < within[-1] + 1


def test_the_queue_is_as_long_as_the_states_of_the_system_say() -> None:
    for rho in (0.5, 0.8, 0.9, 0.95):
        # (n - 1) wait while n are there, which is so for (1 - rho) rho^n of the time.
        length = sum((n - 1) * (1 - rho) * rho**n for n in range(2, 3000))
        assert waiting(rho) == pytest.approx(length)
    assert [waiting(rho) for rho in (0.5, 0.8, 0.9)] == pytest.approx([0.5, 3.2, 8.1])
    # Little's law: 12 an hour, 3.2 waiting, so 16 minutes each, of service times of 4 minutes.
    assert wait(0.8) * 4 == pytest.approx(3.2 / 12 * 60) == pytest.approx(16)


def test_each_doubling_takes_the_same_share_of_the_time_before() -> None:
    for doublings in range(6):
        expected = 100 * prod([0.8] * doublings)
        assert time_for(2**doublings, 100, 0.8) == pytest.approx(expected)
    assert time_for(3, 100, 0.8) == pytest.approx(70.21, abs=0.005)


def test_control_limits_are_three_sigma_of_a_mean_of_five() -> None:
    low, high = limits(500, 8, 0.577)
    assert (low, high) == pytest.approx((495.384, 504.616))
    sigma = 8 / 2.326  # d2 of samples of five
    assert high - 500 == pytest.approx(3 * sigma / 5**0.5, rel=0.001)
    assert [abs(point) > 3 for point in POINTS].count(True) == 1


def test_revenue_and_cost_are_equal_at_the_break_even_point() -> None:
    assert break_even(24000, 20, 12) == 3000
    assert 3000 * 20 == 24000 + 3000 * 12


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (1800, "1,800"),
        (18.05, "18.05"),
        (452.64, "452.6"),
        (0.5, "0.5"),
        (100, "100"),
        (12345.6, "12,346"),
        (2_500_000, "2.5 million"),
        (4e9, "4 billion"),
        (0, "0"),
        (-2.5, "−2.5"),
        (0.00012, "0.00012"),
    ],
)
def test_numbers_are_written_as_readers_write_them(value: float, written: str) -> None:
    assert figures(value) == written


@pytest.mark.parametrize(
    ("high", "ticks"),
    [(19.5, [0, 5, 10, 15]), (6000, [0, 2000, 4000, 6000]), (1, [0, 0.25, 0.5, 0.75, 1])],
)
def test_an_axis_is_divided_by_round_numbers(high: float, ticks: list[float]) -> None:
    assert steps(high, 4) == pytest.approx(ticks)


# What is shown -----------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", PICTURES)
def test_a_curve_is_its_golden_file_byte_for_byte(shape: str) -> None:
    assert same_as_golden(f"curves/{shape}", curve(formula(shape)) or {})


@pytest.mark.parametrize("shape", PICTURES)
def test_a_curve_keeps_within_its_edges_and_its_texts_apart(shape: str) -> None:
    picture = curve(formula(shape))
    assert picture
    assert faults(picture) == []


def test_every_formula_of_the_shipped_content_with_a_curve_is_drawn() -> None:
    folder = Path(site.BASE_DIR, "concepts", "content", "concepts")
    with_curve = {p.stem for p in folder.glob("*.md") if "\n  curve:" in p.read_text("utf-8")}
    assert with_curve == set(SHIPPED.values())


FACTS = {
    "economic-order-quantity": "600 900 1,800 453 795 1,872 4% 2,250",
    "queue-length": "0.5 0.8 3.2 0.9 8.1 0.95 18.05",
    "learning-curve": "80% 100 80 64 51.2 40.96",
    "control-chart": "504.6 500 495.4 15 505.5 16.9",
    "break-even": "3,000 60,000 24,000 8",
}


@pytest.mark.parametrize("shape", PICTURES)
def test_the_text_beside_a_curve_says_all_that_it_marks(shape: str) -> None:
    picture = curve(formula(shape))
    assert picture
    numbers = set(re.findall(r"\d[\d,.]*\d%?|\d%?", said(picture)))
    assert set(FACTS[shape].split()) - numbers == set()
    # Whoever hears the picture hears its message: the numbers of the first fact among it.
    first = re.findall(r"\d[\d,.]*\d|\d", picture["facts"][0][1])
    assert all(number in picture["label"] for number in first[:2])


def test_the_points_of_a_control_chart_are_said_to_be_invented() -> None:
    picture = curve(formula("control-chart"))
    assert picture
    assert "The points are invented." in picture["caption"]


def test_a_curve_follows_the_constants_of_its_document() -> None:
    picture = curve(with_constants("economic-order-quantity", S="180", high="3000"))
    assert picture
    assert "1,200 units per order" in picture["label"]
    assert "lowest: 3,600 a year" in words(picture)


def test_a_queue_up_to_full_use_is_drawn_as_far_as_it_is_finite() -> None:
    picture = curve(with_constants("queue-length", high="1"))
    assert picture
    assert faults(picture) == []


def test_time_is_written_with_its_unit_and_without_one_where_there_is_none() -> None:
    found = formula("learning-curve")
    assert "80 h." in said(curve(found))
    assert "time per unit (h)" in words(curve(found) or {})
    assert "80." in said(curve(found | {"variables": []}))


# What is not drawn -------------------------------------------------------------------------------

ODD = ["0", "-1", "1e-30", "1e30", HUGE, f"-{HUGE}", "NaN", "Infinity", "", "many", None]
SYMBOLS = {
    "economic-order-quantity": ["D", "S", "H"],
    "queue-length": ["lambda", "mu"],
    "learning-curve": ["T_1", "r"],
    "control-chart": ["mean range", "A2", "D4"],
    "break-even": ["F", "p"],
}


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: str(odd)[:9])
@pytest.mark.parametrize("shape", PICTURES)
def test_odd_constants_give_no_picture(shape: str, odd: Any) -> None:
    for symbol in SYMBOLS[shape]:
        assert curve(with_constants(shape, **{symbol: odd})) is None, symbol


@pytest.mark.parametrize(
    ("shape", "changed"),
    [
        ("economic-order-quantity", {"low": "700"}),  # the lowest point lies outside
        ("economic-order-quantity", {"high": "500"}),
        ("economic-order-quantity", {"low": "1500", "high": "100"}),
        ("queue-length", {"lambda": "15"}),  # the queue grows for ever
        ("queue-length", {"lambda": "16"}),
        ("queue-length", {"high": "0.4"}),
        ("queue-length", {"low": "0.9"}),
        ("learning-curve", {"r": "1"}),  # nothing is learnt
        ("learning-curve", {"r": "1.2"}),
        ("learning-curve", {"high": "1"}),
        ("control-chart", {"high": "3"}),
        ("control-chart", {"high": "4000"}),
        ("control-chart", {"high": HUGE}),
        ("control-chart", {"low": "-5"}),
        ("control-chart", {"grand mean": None}),
        ("control-chart", {"grand mean": HUGE}),
        ("control-chart", {"grand mean": "1000000000", "mean range": "0.001"}),
        ("break-even", {"v": "20"}),  # no unit earns anything
        ("break-even", {"v": "25"}),
        ("break-even", {"v": "-1"}),
        ("break-even", {"v": None}),
        ("break-even", {"high": "2000"}),
    ],
)
def test_what_has_no_sensible_picture_gets_none(shape: str, changed: dict[str, Any]) -> None:
    assert curve(with_constants(shape, **changed)) is None


@pytest.mark.parametrize("mean", ["0", "-40", "0.004"])
def test_a_control_chart_may_have_any_mean(mean: str) -> None:
    picture = curve(with_constants("control-chart", **{"grand mean": mean}))
    assert picture
    assert faults(picture) == []


def test_a_unit_may_cost_nothing() -> None:
    assert curve(with_constants("break-even", v="0", high="3000"))


def test_a_formula_without_a_curve_has_no_picture() -> None:
    assert curve(None) is None
    assert curve({"text": "L = λW", "variables": [], "note": "", "curve": None}) is None


numbers = st.decimals(-10, 10_000, places=3) | st.sampled_from(["1e-9", "1e9", HUGE, "0"])


@settings(max_examples=40)
@given(st.sampled_from(sorted(PICTURES)), st.lists(numbers, min_size=7, max_size=7))
def test_no_constants_make_a_picture_that_is_broken(shape: str, values: list[Any]) -> None:
    named = dict(zip([*SYMBOLS[shape], "v", "grand mean"], values, strict=False))
    for ends in ({}, {"low": values[-2], "high": values[-1]}):
        picture = curve(with_constants(shape, **named, **ends))
        assert picture is None or faults(picture) == []


@settings(max_examples=40)
@given(
    st.sampled_from(sorted(PICTURES)),
    st.floats(-3, 4),
    st.floats(0.3, 3),
    st.floats(0.3, 3),
)
def test_sensible_constants_of_any_size_make_a_legible_picture(
    shape: str, size: float, one: float, other: float
) -> None:
    """What is multiplied by powers of ten keeps its shape: the labels still have their places."""
    found = {c["symbol"]: float(c["value"]) for c in formula(shape)["curve"]["constants"]}
    first, *_, last = SYMBOLS[shape]
    changed = {first: found[first] * 10**size * one, last: found[last] * min(other, 1.2)}
    ends = {"low": "0", "high": "1e9"} if shape in ("economic-order-quantity", "break-even") else {}
    if picture := curve(with_constants(shape, **{k: str(v) for k, v in changed.items()}, **ends)):
        assert faults(picture) == []


# On its page -------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_concept_shows_the_curve_of_its_formula_with_the_same_as_text(client: Client) -> None:
    publish(concept("eoq", formula=formula("economic-order-quantity")))
    shown = section(text_of(client, "/concepts/eoq/"), "formula")
    picture = curve(formula("economic-order-quantity"))
    assert picture
    assert drawn(picture).strip() in shown
    assert "within 4%" in shown
    for name, text in picture["facts"]:
        assert f"<dt>{name}</dt><dd>{text}</dd>" in shown


@pytest.mark.django_db
def test_a_concept_whose_constants_are_odd_is_shown_without_a_picture(client: Client) -> None:
    publish(concept("eoq", formula=with_constants("economic-order-quantity", H="0")))
    shown = section(text_of(client, "/concepts/eoq/"), "formula")
    assert "Q* = sqrt" in shown
    assert "<svg" not in shown


def test_what_editors_write_is_never_markup() -> None:
    hostile = "</text><script>alert(1)</script>"
    units = [{"symbol": "T_1", "meaning": "", "unit": hostile}]
    picture = curve(formula("learning-curve") | {"variables": units})
    assert picture
    assert parsed(drawn(picture)).find(".//script") is None
