"""The map: what builds on what, area by area, drawn and as the same list."""

import re
from datetime import UTC, datetime, timedelta
from itertools import combinations, pairwise
from typing import Any

import pytest
from django.test import Client
from hypothesis import example, given, settings
from hypothesis import strategies as st
from samples import concept, guide, publish, site_at
from small_site import existing, text_of, words

from concepts import clock, publishing
from concepts.diagrams.drawing import Point
from concepts.diagrams.graph import WIDE, Layout, layout
from concepts.diagrams.map import Box, drawn
from concepts.diagrams.order import in_order
from concepts.reading import graph

MAP = "/map/"


# Order and places --------------------------------------------------------------------------------

keys = st.integers(0, 11)
arrows = st.lists(st.tuples(keys, keys), max_size=24)
heights = st.dictionaries(keys, st.sampled_from([36.0, 56.0, 96.0]), max_size=12)
dense = st.dictionaries(keys, st.just(56.0), min_size=12)


@settings(max_examples=60)
@given(st.sets(keys), arrows)
def test_each_comes_after_what_it_needs_unless_they_need_each_other(
    known: set[int], pairs: list[tuple[int, int]]
) -> None:
    forward = [(a, b) for a, b in pairs if a < b]
    needs = {key: [a for a, b in forward if b == key] for key in known}
    order = in_order(known, needs, lambda key: -key)
    assert sorted(order) == sorted(known)
    for first, then in forward:
        if {first, then} <= known:
            assert order.index(first) < order.index(then)


def test_of_those_that_could_come_next_the_lowest_rank_does() -> None:
    assert in_order([1, 2, 3, 4], {1: [4]}, {1: 0, 2: 3, 3: 1, 4: 2}.__getitem__) == [3, 4, 1, 2]


def test_those_that_need_each_other_come_in_turn() -> None:
    circle = {1: [2], 2: [3], 3: [1], 4: [1], 5: [5]}
    assert in_order([4, 3, 2, 1, 5], circle, lambda key: key) == [5, 1, 3, 2, 4]


def corners_of(found: Layout, sizes: dict[int, float]) -> dict[int, tuple[Point, Point]]:
    return {key: ((x, y), (x + WIDE, y + sizes[key])) for key, (x, y) in found.corners.items()}


def runs_through(start: Point, end: Point, box: tuple[Point, Point]) -> bool:
    """Whether a piece of an arrow has a point inside a box (its edges do not count)."""
    (left, top), (right, bottom) = box
    for step in range(1, 40):
        part = step / 40
        x = start[0] + (end[0] - start[0]) * part
        y = start[1] + (end[1] - start[1]) * part
        if left + 0.01 < x < right - 0.01 and top + 0.01 < y < bottom - 0.01:
            return True
    return False


@settings(max_examples=40)
@example(dict.fromkeys(range(12), 56.0), [(0, 2), (0, 3), (0, 5), (3, 1), (4, 1), (0, 1), (1, 2)])
@given(heights | dense, arrows)
def test_no_arrow_runs_through_a_box_and_no_box_lies_over_another(
    sizes: dict[int, float], pairs: list[tuple[int, int]]
) -> None:
    found = layout(sizes, pairs)
    assert found == layout(sizes, pairs)
    boxes = corners_of(found, sizes)
    for key, ((left, top), (right, bottom)) in boxes.items():
        assert min(left, top) >= 0
        assert right <= found.width
        assert bottom <= found.height
        for other, (corner, _) in boxes.items():
            apart = corner[0] != left or corner[1] >= bottom or corner[1] + sizes[other] <= top
            assert other == key or apart
    assert set(found.lines) == {(a, b) for a, b in pairs if a != b and {a, b} <= sizes.keys()}
    for points in found.lines.values():
        assert all(0 <= x <= found.width and 0 <= y <= found.height for x, y in points)
        for start, end in pairwise(points):
            assert [key for key, box in boxes.items() if runs_through(start, end, box)] == []


def test_an_arrow_leads_from_the_right_edge_of_a_box_to_the_left_edge_of_another() -> None:
    found = layout({1: 40, 2: 40, 3: 40}, [(1, 2), (2, 3), (1, 3)])
    for (start, end), points in found.lines.items():
        (x, y), (to_x, to_y) = found.corners[start], found.corners[end]
        assert points[0] == (x + WIDE, y + 20)
        assert points[-1] == (to_x, to_y + 20)
        assert x < to_x


def test_arrows_that_need_not_cross_do_not() -> None:
    found = layout(dict.fromkeys(range(6), 40.0), [(0, 5), (1, 4), (2, 3)])
    height = {key: y for key, (_, y) in found.corners.items()}
    assert sorted((0, 1, 2), key=height.__getitem__) == [
        5 - key for key in sorted((3, 4, 5), key=height.__getitem__)
    ]


def test_of_the_orders_that_were_tried_the_one_with_the_fewest_crossings_is_drawn() -> None:
    pairs = [(1, 5), (1, 6), (1, 8), (2, 5), (3, 4), (3, 7), (3, 8), (4, 5), (4, 7)]
    found = layout(dict.fromkeys(range(1, 9), 40.0), pairs)
    pieces = [piece for points in found.lines.values() for piece in pairwise(points)]
    # The last order that is tried has three.
    assert sum(cross(one, other) for one, other in combinations(pieces, 2)) == 1


def cross(one: tuple[Point, Point], other: tuple[Point, Point]) -> bool:
    """Whether two pieces of arrows change sides in the gap between the same two columns."""
    (start, end), (start_2, end_2) = one, other
    sides = (start[1] - start_2[1]) * (end[1] - end_2[1])
    return start[0] == start_2[0] and sides < 0


def test_a_circle_of_arrows_is_drawn_with_one_that_leads_back() -> None:
    found = layout({1: 40, 2: 40, 3: 40}, [(1, 2), (2, 3), (3, 1)])
    assert found.lines[3, 1][0][0] > found.lines[3, 1][-1][0]
    assert len({x for x, _ in found.corners.values()}) == 3


def test_nothing_has_an_empty_map() -> None:
    assert drawn("Nothing", "Nothing at all.", [], [(1, 2)])["marks"] == []


def test_a_box_grows_with_its_title_and_its_note() -> None:
    found = [("Capacity", ""), ("Capacity", "Design"), ("Product-process matrix", "")]
    heights_of = [Box(1, title, "/", note).height() for title, note in found]
    assert heights_of == [36, 56, 56]


# The pages ---------------------------------------------------------------------------------------


def area(slug: str, position: int) -> None:
    publish(guide(slug, type="area", title=slug.capitalize(), position=position))


def place(slug: str, of: str, *needs: str) -> Any:
    page = concept(slug, area=of, prerequisites=list(needs))
    publish(page)
    return page


@pytest.fixture
def site() -> dict[str, Any]:
    """Two areas that build on each other, and a concept that has none."""
    area("design", 2)
    area("basics", 1)
    return {
        "process": place("process", "basics"),
        "goods": place("goods", "basics", "process"),
        "capacity": place("capacity", "design", "process"),
        "layout": place("layout", "design", "capacity", "goods"),
        "budget": place("budget", "basics", "capacity"),
        "stray": place("stray", ""),
    }


def listed(html: str) -> str:
    found = re.search(r'<section class="s" id="listed">.*?</section>', html, re.DOTALL)
    assert found
    return words(found[0])


def boxes(html: str) -> list[tuple[str, str]]:
    """Where the boxes of the drawing lead, and what stands in them."""
    svg = re.search(r'<svg width="[^>]*role="group".*?</svg>', html, re.DOTALL)
    assert svg
    found = re.findall(r'<a href="([^"]*)">(.*?)</a>', svg[0], re.DOTALL)
    return [(to, words(marks.replace("</text>", " "))) for to, marks in found]


def arrows_in(html: str) -> int:
    """Every arrow is a line and its head."""
    svg = re.search(r'<svg width="[^>]*role="group".*?</svg>', html, re.DOTALL)
    assert svg
    return svg[0].count('<path class="Ls"') // 2


@pytest.mark.django_db
@pytest.mark.usefixtures("site")
def test_the_map_shows_the_areas_in_their_order_each_a_link_to_its_concepts(
    client: Client,
) -> None:
    html = text_of(client, MAP)
    assert boxes(html) == [
        ("/map/?area=basics", "Basics 3 concepts"),
        ("/map/?area=design", "Design 2 concepts"),
        ("/map/?area=others", "Others 1 concept"),
    ]
    assert listed(html) == (
        "As a list Basics, 3 concepts builds on Design, which builds on it more often"
        " Design, 2 concepts builds on Basics Others, 1 concept"
    )
    assert arrows_in(html) == 1


@pytest.mark.django_db
@pytest.mark.usefixtures("site")
def test_an_area_shows_its_concepts_and_what_they_build_on_elsewhere(client: Client) -> None:
    html = text_of(client, "/map/?area=design")
    assert sorted(boxes(html)) == [
        ("/concepts/capacity/", "Capacity"),
        ("/concepts/goods/", "Goods Basics"),
        ("/concepts/layout/", "Layout"),
        ("/concepts/process/", "Process Basics"),
    ]
    assert listed(html) == (
        "As a list Capacity builds on Process (Basics)"
        " Layout builds on Capacity builds on Goods (Basics) Design, in an order to read it in"
    )
    # As many arrows are drawn as the list names; two boxes are dashed.
    assert arrows_in(html) == listed(html).count("builds on") == 3
    assert html.count('<rect class="Ls z"') == 2
    assert 'href="/map/?area=basics"' in html


@pytest.mark.django_db
@pytest.mark.usefixtures("site")
def test_concepts_without_an_area_have_a_place_too(client: Client) -> None:
    assert boxes(text_of(client, "/map/?area=others")) == [("/concepts/stray/", "Stray")]


@pytest.mark.django_db
@pytest.mark.usefixtures("site")
def test_odd_questions_have_plain_answers(client: Client) -> None:
    answers = {
        "area=nothing": 404,
        "area=design%00": 404,
        "area=%ED%A0%80": 404,
        "area=" + "x" * 5000: 404,
        "area=nothing&area=design": 200,
        "area=": 200,
        "area[]=design": 200,
        "other=1": 200,
    }
    found = {query: client.get(f"{MAP}?{query}").status_code for query in answers}
    assert found == answers


@pytest.mark.django_db
def test_only_what_is_in_force_is_on_the_map(client: Client, site: dict[str, Any]) -> None:
    later = clock.whole(clock.now() + timedelta(hours=1))
    publish(concept("later", area="design", prerequisites=["process"]), at=later)
    concept("draft", area="design")
    publishing.withdraw(site["goods"], by=None, reason="Enough.")
    html = text_of(client, "/map/?area=design")
    assert {name for _, name in boxes(html)} == {"Capacity", "Layout", "Process Basics"}
    assert "Goods" not in html
    assert "Basics, 2 concepts" in listed(text_of(client, MAP))


@pytest.mark.django_db
def test_the_map_of_a_day_shows_and_leads_to_what_was_in_force_then(client: Client) -> None:
    begun = datetime(2040, 3, 1, 12, tzinfo=UTC)
    with site_at(begun):
        area("basics", 1)
        place("process", "basics")
    with site_at(begun + timedelta(days=2)):
        place("goods", "basics", "process")
    with site_at(begun + timedelta(days=8)):
        day = "/on/2040-03-01"
        assert boxes(text_of(client, f"{day}{MAP}")) == [
            (f"{day}/map/?area=basics", "Basics 1 concept")
        ]
        assert boxes(text_of(client, f"{day}/map/?area=basics")) == [
            (f"{day}/concepts/process/", "Process")
        ]
        assert len(boxes(text_of(client, "/map/?area=basics"))) == 2


@pytest.mark.django_db
def test_an_empty_site_has_an_empty_map(client: Client) -> None:
    assert "Nothing is published here yet." in text_of(client, MAP)


@pytest.mark.django_db
@pytest.mark.usefixtures("site")
def test_a_large_area_shows_its_most_connected_and_says_where_all_are(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(graph, "SHOWN", 2)
    monkeypatch.setattr(graph, "BESIDE", 0)
    html = text_of(client, "/map/?area=basics")
    assert {name for _, name in boxes(html)} == {"Process", "Goods"}
    assert "The area has 3 concepts. Here are the 2 with the most arrows" in words(html)
    assert '<a href="/concepts/#basics">' in html
    assert arrows_in(html) == listed(html).count("builds on") == 1
    monkeypatch.setattr(graph, "SHOWN", 60)
    assert "1 more concept" in words(text_of(client, "/map/?area=basics"))
    assert "The area has" not in text_of(client, "/map/?area=basics")


@pytest.mark.django_db
def test_concepts_that_need_each_other_are_on_the_map(client: Client) -> None:
    area("basics", 1)
    for slug in ("egg", "hen"):
        place(slug, "basics")
    publish(concept("egg", existing("concept", "egg"), area="basics", prerequisites=["hen"]))
    publish(concept("hen", existing("concept", "hen"), area="basics", prerequisites=["egg"]))
    html = text_of(client, "/map/?area=basics")
    assert arrows_in(html) == 2
    assert listed(html).count("builds on") == 2


@pytest.mark.django_db
def test_what_editors_write_is_never_markup(client: Client) -> None:
    hostile = "<script>alert(1)</script>&\"'"
    publish(guide("basics", type="area", title=hostile))
    publish(concept("odd", area="basics", title=hostile))
    for address in (MAP, "/map/?area=basics", "/concepts/odd/before/"):
        assert "<script>alert" not in text_of(client, address)


@pytest.mark.django_db
@pytest.mark.usefixtures("site")
def test_the_map_can_be_scrolled_with_the_keyboard(client: Client) -> None:
    html = text_of(client, "/map/?area=design")
    assert re.search(r'<figure class="plan" role="region" aria-label="[^"]+" tabindex="0">', html)
