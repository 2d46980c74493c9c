"""The pictures of pages: what they show, and that nothing runs out of them or over another."""

from typing import Any

import pytest
from documents import concepts, distinctions, organizations
from drawings import drawn, faults, parsed, same_as_golden, words
from hypothesis import given, settings
from hypothesis import strategies as st

from concepts.diagrams.flow import flow
from concepts.diagrams.lasting import lasting
from concepts.diagrams.measuring import shortened, text_width, wrapped
from concepts.diagrams.neighbourhood import gathered, neighbourhood
from concepts.diagrams.profile import VS, against, distance, profile
from concepts.diagrams.ranking import ranking
from concepts.diagrams.relations import Side, relations
from concepts.diagrams.scope import Area, scope
from concepts.documents import data_of
from concepts.presenting import VERBS, Around, Neighbour, present

HIGH = dict.fromkeys(VS, "high")
LOW = dict.fromkeys(VS, "low")
MIXED = {"volume": "low", "variety": "high", "variation": "medium", "visibility": "low"}
HOSTILE = "</text></svg><script>alert(1)</script>&\"'"
LONG = "Donaudampfschifffahrtsgesellschaftskapitänswitwenrentenauszahlungsstelle"


def step(text: str, symbol: str = "operation", meaning: str = "worked on") -> dict[str, Any]:
    return {"text": text, "symbol": symbol, "mark": ("op", meaning)}


HOSPITAL: dict[str, Any] = {
    "title": "A general hospital",
    "transformed": ["Patients", "Their information and samples"],
    "transforming": ["Clinicians and support staff", "Beds, theatres, wards", "Drugs"],
    "transformation": "Triage, treatment and discharge, whatever comes.",
    "steps": [
        step("Arrival", "transport", "moved"),
        step("Triage", "inspection", "checked"),
        step("Treatment"),
        step("Recovery", "delay", "waits"),
        step("Record", "storage", "kept"),
    ],
    "outputs": ["Diagnosed and treated patients", "Discharge letters"],
}


def page(slug: str, title: str = "") -> Neighbour:
    return Neighbour("concept", slug, title or slug, address=f"/concepts/{slug}/", page=len(slug))


def sides(*targets: list[tuple[str, Neighbour]]) -> list[Side]:
    named = zip("ABCD", targets, strict=False)
    return [Side(letter, f"Side {letter}", 90 + i, to) for i, (letter, to) in enumerate(named)]


def areas(count: int, *words: str) -> list[Area]:
    return [Area(letter, f"Side {letter}", words) for letter in "ABCD"[:count]]


BOTH = [("uses", page("capacity")), ("depends on", page("queueing"))]
EOQ = [
    ("is part of", page("inventory-management", "Inventory management")),
    ("contrasts with", page("reorder-point", "Reorder point and safety stock")),
    ("contrasts with", page("newsvendor", "Newsvendor (single-period) model")),
    ("uses", page("independent-demand", "Independent demand")),
]

PICTURES: dict[str, Any] = {
    "flow-wide": flow(HOSPITAL)["wide"],
    "flow-upright": flow(HOSPITAL)["upright"],
    "flow-in-prose": flow(HOSPITAL | {"steps": []})["wide"],
    "profile": profile([("A hospital", HIGH), ("A plant", LOW)]),
    "profiles": profile([("A hospital", HIGH), ("A plant", LOW), ("A", MIXED), ("B", HIGH)]),
    "ranking": ranking(["quality", "speed", "dependability", "flexibility", "cost"]),
    "scope-inside": scope("inside", areas(2, "goods", "from materials to products"), 1, []),
    "scope-inside-four": scope("inside", areas(4, "goods"), 3, []),
    "scope-overlapping": scope("overlapping", areas(2, "one", "two"), None, ["models", "goals"]),
    "scope-overlapping-three": scope("overlapping", areas(3, "one"), None, ["models"]),
    "scope-apart": scope("apart", areas(2, "before", "the product at hand"), None, []),
    "scope-apart-three": scope("apart", areas(3, "before"), None, []),
    "scope-apart-four": scope("apart", areas(4, "before"), None, []),
    "neighbourhood": neighbourhood("Economic order quantity (EOQ)", EOQ),
    "relations": relations(sides([*BOTH, ("is part of", page("b"))], BOTH[:1])),
    "lasting": lasting(),
    "relations-three": relations(sides(BOTH, BOTH[1:], [])),
}


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_its_golden_file_byte_for_byte(name: str) -> None:
    assert same_as_golden(name, PICTURES[name])


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_keeps_within_its_edges_and_its_texts_apart(name: str) -> None:
    assert faults(PICTURES[name]) == []


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_says_its_message_to_those_who_do_not_see_it(name: str) -> None:
    svg = parsed(drawn(PICTURES[name]))
    assert len(svg.get("aria-label", "")) > 20
    assert svg.findtext("title")
    assert svg.get("role") == ("group" if svg.find(".//a") is not None else "img")


# Whatever editors write -------------------------------------------------------------------------


def pictures_of(document: Any) -> list[Any]:
    """Every picture of a page as its template gets it."""
    found = present(data_of(document), Around())["pictures"]
    flat = [*found.pop("flow", {}).values(), *found.values()]
    return [each for each in flat if isinstance(each, dict)]


@settings(max_examples=25)
@given(st.one_of(organizations, distinctions, concepts))
def test_no_document_makes_a_picture_that_is_broken(document: Any) -> None:
    for picture in pictures_of(document):
        assert faults(picture) == []


odd = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Cn"]), min_size=1, max_size=90
) | st.sampled_from([HOSTILE, LONG, LONG * 3, "ﷺ" * 40, "語" * 60, "a\u0301" * 80])
targets = st.lists(
    st.tuples(st.sampled_from([verb for pair in VERBS.values() for verb in pair]), odd),
    max_size=16,
).map(lambda found: [(verb, page(f"p{i}", title)) for i, (verb, title) in enumerate(found)])


@settings(max_examples=20)
@given(odd, targets)
def test_no_relations_make_a_broken_map(title: str, to: list[tuple[str, Neighbour]]) -> None:
    found = neighbourhood(title, to)
    assert (found is None) == (not to)
    assert found is None or faults(found) == []


@settings(max_examples=20)
@given(st.lists(st.tuples(odd, targets), min_size=2, max_size=4))
def test_no_sides_make_a_broken_map(given_sides: list[Any]) -> None:
    found = relations([Side("ABCD"[i], t, i, to) for i, (t, to) in enumerate(given_sides)])
    assert found is None or faults(found) == []


@settings(max_examples=25)
@given(
    st.sampled_from(["inside", "overlapping", "apart"]),
    st.lists(st.tuples(odd, st.lists(odd, max_size=11)), min_size=2, max_size=4),
    st.integers(0, 1),
    st.lists(odd, max_size=11),
)
def test_no_scope_makes_a_broken_picture(
    shape: str, given_areas: list[Any], outer: int, shared: list[str]
) -> None:
    found = [Area("ABCD"[i], title, words) for i, (title, words) in enumerate(given_areas)]
    drawing = scope(shape, found, outer, shared)
    assert drawing
    assert faults(drawing) == []


@settings(max_examples=20)
@given(st.lists(odd, max_size=14), st.lists(odd, max_size=9), st.lists(odd, max_size=9))
def test_no_flow_makes_a_broken_picture(steps: list[str], ins: list[str], outs: list[str]) -> None:
    facts = {"steps": [step(text) for text in steps], "transformation": " ".join(ins)}
    facts |= {"title": "T", "transformed": ins, "transforming": outs, "outputs": outs}
    for picture in flow(facts).values():
        assert faults(picture) == []


@settings(max_examples=20)
@given(
    st.lists(
        st.tuples(
            odd,
            st.dictionaries(st.sampled_from(VS), st.sampled_from(["", "low", "medium", "high"])),
        ),
        max_size=6,
    )
)
def test_no_profiles_make_a_broken_picture(known: list[Any]) -> None:
    found = profile(known)
    assert (found is None) == (not any(any(levels.values()) for _, levels in known))
    assert found is None or faults(found) == []


@pytest.mark.parametrize(
    "picture",
    [
        neighbourhood(HOSTILE, [("uses", page("x", HOSTILE))]),
        relations(sides([("uses", page("x", HOSTILE))], [])),
        scope("apart", [Area("A", HOSTILE, [HOSTILE]), Area("B", HOSTILE)], None, []),
        profile([(HOSTILE, HIGH)]),
        flow(HOSPITAL | {"title": HOSTILE, "outputs": [HOSTILE]})["wide"],
    ],
)
def test_a_hostile_title_stays_text(picture: dict[str, Any]) -> None:
    svg = parsed(drawn(picture))
    known = {"svg", "title", "a", "text", "rect", "path", "circle"}
    assert {element.tag for element in svg.iter()} <= known
    assert "script" in words(picture) + svg.get("aria-label", "")


# Letters ----------------------------------------------------------------------------------------


@given(odd, st.integers(40, 300), st.integers(1, 5))
def test_wrapped_lines_fit_and_say_the_beginning_of_the_text(
    text: str, width: int, lines: int
) -> None:
    found = wrapped(text, width, lines)
    assert len(found) <= lines
    assert all(text_width(line) <= width for line in found)
    said = "".join("".join(found).removesuffix("…").split())
    assert "".join(text.split()).startswith(said.removesuffix("…"))


def test_a_line_breaks_between_words_and_a_long_word_within() -> None:
    assert wrapped("as narrow as that", 60, 3) == ["as", "narrow", "as that"]
    assert len(wrapped(LONG, 100, 9)) > 3
    assert "".join(wrapped(LONG, 100, 9)) == LONG


def test_what_is_left_out_shows_as_an_ellipsis() -> None:
    assert shortened("short", 100) == "short"
    assert shortened("rather a long line", 60) == "rather…"
    assert wrapped("one two three four five", 40, 2) == ["one", "two…"]


def test_bold_and_large_letters_are_wider() -> None:
    assert text_width("word") < text_width("word", bold=True) < text_width("word", 20)


# What each picture says -------------------------------------------------------------------------


def test_a_flow_shows_each_step_with_its_symbol_and_what_that_means() -> None:
    for picture in flow(HOSPITAL).values():
        svg = parsed(drawn(picture))
        assert len(svg.findall(".//path[@transform]")) == 5
        meanings = [each.text for each in svg.findall(".//text[@class='u m e']")]
        assert meanings == ["moved", "checked", "worked on", "waits", "kept"]


def test_nothing_leads_to_nothing() -> None:
    nothing: dict[str, list[str]] = {
        "transformed": [],
        "transforming": [],
        "outputs": [],
        "steps": [],
    }
    assert flow(HOSPITAL | nothing) == {}
    assert flow(HOSPITAL | nothing | {"outputs": ["Loans"]}) != {}


def test_more_steps_and_items_than_fit_are_counted() -> None:
    many = [f"Item {n}" for n in range(20)]
    found = flow(HOSPITAL | {"steps": [step(each) for each in many], "outputs": many})
    assert "and 8 more steps" in words(found["wide"])
    assert "and 13 more" in words(found["upright"])


def test_the_profile_that_differs_most_is_laid_against_ones_own() -> None:
    others = [("near", MIXED), ("far", LOW), ("as far", LOW), ("unknown", {})]
    assert distance(HIGH, LOW) == 8
    assert against(HIGH, others) == ("far", LOW)
    assert against(HIGH, [("same", HIGH)]) is None
    assert against({}, others) is None


def test_a_profile_is_told_in_words() -> None:
    told = profile([("A", {"volume": "low"}), ("B", MIXED)])
    assert told
    assert told["label"] == (
        "The four Vs. A: volume low; B: volume low, variety high, variation medium, visibility low."
    )


def test_a_missing_level_interrupts_the_line_of_a_profile() -> None:
    gap = profile([("A", {"volume": "low", "variety": "low", "visibility": "low"})])
    assert gap
    svg = parsed(drawn(gap))
    assert [path.get("d") for path in svg.findall(".//path[@class='Is f']")] == ["M140 48 140 94"]
    assert len(svg.findall(".//circle")) == 4  # three levels, and the name


def test_no_more_than_four_profiles_are_laid_over_each_other() -> None:
    found = profile([(name, HIGH) for name in "ABCDE"])
    assert found
    assert "E:" not in found["label"]


def test_the_first_objective_is_the_highest_step() -> None:
    found = ranking(["speed", "cost"])
    assert found
    assert words(found) == "1 Speed 2 Cost"
    assert ranking([]) is None


def test_the_outer_side_surrounds_the_inner_one() -> None:
    svg = parsed(drawn(PICTURES["scope-inside"]))
    outer, _edge, inner = svg.findall("rect")
    assert (outer.get("class"), inner.get("class")) == ("Bt", "A")
    assert float(inner.get("width", 0)) < float(outer.get("width", 0))
    assert PICTURES["scope-inside"]["label"] == "Side A inside the larger box of Side B"


def test_an_inside_without_an_outer_side_is_not_drawn() -> None:
    assert scope("inside", areas(2), None, []) is None


def test_what_both_sides_share_stands_where_they_overlap() -> None:
    svg = parsed(drawn(PICTURES["scope-overlapping"]))
    [middle] = svg.findall("rect[@class='P']")
    top, height = float(middle.get("y", 0)), float(middle.get("height", 0))
    heights = [float(each.get("y", 0)) for each in svg.iter("text") if each.text == "models"]
    assert all(top < y < top + height for y in heights)
    assert heights
    assert "models, goals" in PICTURES["scope-overlapping"]["label"]


def test_each_page_stands_once_with_all_that_leads_to_it() -> None:
    own = page("capacity")
    assert gathered([("uses", own), ("depends on", own)]) == [("uses, depends on", own)]


def test_what_is_wider_stands_above_the_concept() -> None:
    heights = {
        t.text: float(t.get("y", 0)) for t in parsed(drawn(PICTURES["neighbourhood"])).iter("text")
    }
    own = heights["Economic order quantity (EOQ)"]
    assert heights["is part of"] < own < heights["uses"]


def test_every_page_of_a_map_is_a_plain_link() -> None:
    links = parsed(drawn(PICTURES["neighbourhood"])).findall(".//a")
    assert {link.get("href") for link in links} == {to.address for _, to in EOQ}


def test_a_page_without_an_address_is_no_link() -> None:
    found = neighbourhood("EOQ", [("uses", Neighbour("concept", "x", "Not public"))])
    assert found
    assert "Not public" in words(found)
    assert parsed(drawn(found)).find(".//a") is None


def test_more_relations_than_fit_are_counted() -> None:
    found = neighbourhood("EOQ", [("uses", page(f"p{n}")) for n in range(11)])
    assert found
    assert "and 3 more, in the list" in words(found)


def test_what_both_sides_relate_to_alike_stands_once() -> None:
    assert words(PICTURES["relations"]).count("capacity") == 1
    assert "each uses" in words(PICTURES["relations"])
    assert words(PICTURES["relations-three"]).count("queueing") == 2
