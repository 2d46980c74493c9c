"""The shipped pages say all that they are to say, with its sources, and their numbers are right.

`data/plan.json` is the inventory: a text stands in it as one hash for each of its sentences, so
that a page may say more around it.
"""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from arithmetic import holds

from concepts import content_files, rendering, texts
from concepts.documents import Concept, Dimension, Distinction, Guide, Organization, Source
from concepts.parts import Misconception
from concepts.questions import parse_question

CONTENT = Path(content_files.__file__).parent / "content"
PLAN: dict[str, Any] = json.loads(
    Path(__file__).with_name("data").joinpath("plan.json").read_text()
)
FLAGSHIP = "production-management-vs-operations-management"
NAMES = "what-the-article-names"

Plain = dict[str, Any]


@cache
def documents() -> tuple[Any, ...]:
    return tuple(file.document for file in content_files.read_folder(CONTENT))


def of_kind(kind: type) -> dict[str, Any]:
    found = [document for document in documents() if isinstance(document, kind)]
    name = "key" if kind is Dimension else "slug"
    return {getattr(document, name): document for document in found}


def pages() -> list[Any]:
    return [page for page in documents() if not isinstance(page, Source | Dimension)]


def planned(kind: str, pages: dict[str, Any]) -> Iterator[tuple[str, Plain, Any]]:
    """(slug, what is planned, the page) of each page of a kind."""
    for slug, plan in PLAN[kind].items():
        yield slug, plan, pages[slug]


def concepts() -> Iterator[tuple[str, Plain, Concept]]:
    return planned("concepts", of_kind(Concept))


def distinctions() -> Iterator[tuple[str, Plain, Distinction]]:
    return planned("distinctions", of_kind(Distinction))


def organizations() -> Iterator[tuple[str, Plain, Organization]]:
    return planned("organizations", of_kind(Organization))


def hashes(text: str) -> set[str]:
    """A hash of each sentence, whatever its spaces and capitals."""
    sentences = re.split(r"(?<=[.!?])\s+", rendering.plain(text).casefold())
    return {hashlib.sha256(sentence.encode()).hexdigest()[:12] for sentence in sentences}


def says(text: str, wanted: str) -> bool:
    """Whether the text says all the sentences of which these are the hashes."""
    return set(wanted.split()) <= hashes(text)


def cites(text: str, keys: Iterable[str]) -> bool:
    """Whether the text cites all of these sources."""
    return set(keys) <= {cite.key for cite in rendering.citations_in(text)}


def words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.casefold()))


def stems(text: str) -> set[str]:
    """The first five letters of each longer word, and every number."""
    found = re.findall(r"[a-z]{6,}|\d[\d,]*\d|\d", rendering.plain(text).casefold())
    return {word[:5] if word[0].isalpha() else word for word in found}


# The parts of the whole ---------------------------------------------------------------------


def test_everything_planned_is_there_and_nothing_else() -> None:
    assert set(of_kind(Concept)) == set(PLAN["concepts"])
    assert set(of_kind(Distinction)) == set(PLAN["distinctions"])
    assert set(of_kind(Organization)) == set(PLAN["organizations"])
    assert set(of_kind(Source)) == set(PLAN["sources"])
    assert set(of_kind(Dimension)) == set(PLAN["dimensions"])
    assert {guide.slug for guide in areas()} == set(PLAN["areas"])


def test_the_counts_are_those_of_the_plan() -> None:
    kinds = (Concept, Dimension, Distinction, Organization, Source)
    assert [len(of_kind(kind)) for kind in kinds] == [88, 41, 20, 18, 130]
    assert len(areas()) == 9


def areas() -> list[Guide]:
    return [guide for guide in of_kind(Guide).values() if guide.type == "area"]


def test_every_page_named_exists() -> None:
    known = {f"{page.kind}:{page.slug}" for page in pages()}
    named = [
        (page.slug, target.key)
        for page in pages()
        for target in (*texts.references(page), *links_of(page))
    ]
    assert [name for name in named if name[1] not in known] == []


def links_of(page: Any) -> list[rendering.Target]:
    return [link for _place, text in texts.texts(page) for link in rendering.links_in(text)]


def test_every_source_cited_exists_and_every_source_is_cited() -> None:
    cited = {cite.key for page in pages() for cite in cites_of(page)}
    assert cited == set(of_kind(Source))


def cites_of(page: Any) -> list[rendering.Cite]:
    return [cite for _place, text in texts.texts(page) for cite in rendering.citations_in(text)]


def test_every_link_within_a_page_leads_to_a_claim_or_section() -> None:
    flagship = of_kind(Distinction)[FLAGSHIP]
    ids = {f"claim-{claim.key}" for claim in flagship.claims} | {"disagree"}
    found = re.findall(r"\]\(#([^)]*)\)", "".join(text for _, text in texts.texts(flagship)))
    assert found
    assert set(found) <= ids


def test_every_dimension_is_the_planned_one() -> None:
    found = {key: [item.label, item.description] for key, item in of_kind(Dimension).items()}
    assert found == PLAN["dimensions"]


def test_every_source_says_how_far_it_was_checked() -> None:
    assert {slug: source.checked for slug, source in of_kind(Source).items()} == PLAN["sources"]


def test_only_the_article_and_its_sister_text_are_under_discussion() -> None:
    found = {slug for slug, source in of_kind(Source).items() if source.under_discussion}
    assert found == {"operations-icu", "aeologic"}


def test_every_area_leads_through_all_its_concepts_and_distinctions() -> None:
    for guide in areas():
        members = [
            page
            for page in (*of_kind(Concept).values(), *of_kind(Distinction).values())
            if page.area == guide.slug
        ]
        steps = {step.page for step in guide.steps}
        assert steps == {f"{page.kind}:{page.slug}" for page in members}, guide.slug


def test_every_page_says_when_it_was_reviewed_and_when_it_is_due() -> None:
    assert [page.slug for page in pages() if not "" < page.reviewed_on < page.review_due] == []


# Concepts -----------------------------------------------------------------------------------


def test_every_concept_has_its_definition_with_its_sources() -> None:
    assert [
        slug
        for slug, plan, page in concepts()
        if not says(page.summary, plan["definition"]) or not cites(page.summary, plan["cites"])
    ] == []


def test_every_concept_says_why_it_matters() -> None:
    assert [
        slug
        for slug, plan, page in concepts()
        if not says(page.why_it_matters, plan["why_it_matters"])
    ] == []


def test_every_concept_has_its_names_prerequisites_and_relations() -> None:
    for slug, plan, page in concepts():
        assert (page.title, page.area) == (plan["title"], plan["area"])
        assert set(page.aliases) >= set(plan["aliases"]), slug
        assert set(page.prerequisites) >= set(plan["prerequisites"]), slug
        relations = {f"{relation.type} {relation.concept}" for relation in page.relations}
        assert relations >= set(plan["relations"]), slug


def test_every_misconception_is_there_with_its_correction() -> None:
    for slug, plan, page in (*concepts(), *distinctions()):
        for claim, correction in plan["misconceptions"]:
            assert any(
                says(item.claim, claim) and says(item.correction, correction)
                for item in page.misconceptions
            ), slug


def test_every_misconception_has_a_short_key() -> None:
    items: list[Misconception] = [
        item
        for _slug, _plan, page in (*concepts(), *distinctions())
        for item in page.misconceptions
    ]
    assert [item.key for item in items if len(item.key) > 40] == []


def test_every_formula_explains_its_variables() -> None:
    for slug, plan, page in concepts():
        if "formula" in plan:
            assert page.formula is not None
            assert page.formula.text == plan["formula"]
            parts = [f"{v.symbol} {v.meaning} {v.unit}" for v in page.formula.variables]
            explained = words(" ".join([*parts, rendering.plain(page.formula.note)]))
            assert words(plan["variables"]) <= explained, slug


def test_every_worked_example_is_told() -> None:
    for slug, plan, page in concepts():
        if "example" in plan:
            assert page.worked_example is not None
            assert says(page.worked_example.text, plan["example"]), slug
            assert page.worked_example.check == plan["check"]


def test_only_smiths_numbers_are_not_ours() -> None:
    examples = {slug: page.worked_example for slug, _, page in concepts() if page.worked_example}
    assert [slug for slug, item in examples.items() if not item.illustration] == [
        "division-of-labour"
    ]
    assert cites(examples["division-of-labour"].text, ["smith1776"])


def test_five_formulas_have_a_curve() -> None:
    curves = {slug: page.formula.curve for slug, _, page in concepts() if page.formula}
    assert {slug: curve.shape for slug, curve in curves.items() if curve} == {
        "eoq": "economic-order-quantity",
        "queueing": "queue-length",
        "learning-curve": "learning-curve",
        "statistical-process-control": "control-chart",
        "break-even": "break-even",
    }


def test_distinctions_compare_the_concepts_that_are_planned_to_be_in_them() -> None:
    found: dict[str, set[str]] = {slug: set() for slug in PLAN["concepts"]}
    for slug, _plan, page in distinctions():
        for side in page.sides:
            found[side.concept].add(slug)
    assert found == {slug: set(plan["in_distinctions"]) for slug, plan, _ in concepts()}


def test_organizations_illustrate_the_concepts_that_name_them() -> None:
    found = {
        (item.concept, slug) for slug, _plan, page in organizations() for item in page.illustrates
    }
    named = {(slug, place) for slug, plan, _ in concepts() for place in plan["illustrated_by"]}
    assert named <= found


# The numbers --------------------------------------------------------------------------------


def test_every_worked_example_is_true() -> None:
    examples = {slug: page.worked_example for slug, _, page in concepts() if page.worked_example}
    checks = {slug: example.check for slug, example in examples.items() if example.check}
    assert len(checks) == 39
    assert [slug for slug, check in checks.items() if not holds(check)] == []


def test_a_wrong_example_is_found() -> None:
    assert not holds("math.ceil(210/60) == 3 and 1 == 1")


@pytest.mark.parametrize("check", ["__import__('os')", "open", "(1).real", "math.pow(2, 3) == 8"])
def test_what_is_not_arithmetic_is_not_evaluated(check: str) -> None:
    with pytest.raises(ValueError, match="not arithmetic"):
        holds(check)


# Distinctions -------------------------------------------------------------------------------


def test_every_distinction_has_its_sides_verdict_and_reason_for_confusion() -> None:
    for slug, plan, page in distinctions():
        assert page.title == plan["title"]
        assert [side.key for side in page.sides] == plan["sides"]
        assert says(page.summary, plan["verdict"]), slug
        assert says(page.why_confused, plan["why_confused"]), slug


def test_what_the_sides_share_is_told_in_separate_statements() -> None:
    joining = {"and", "both", "are", "the", "a", "they"}
    for slug, plan, page in distinctions():
        assert 2 <= len(page.similarities) <= 4, slug
        assert words(plan["they_share"]) - joining <= words(" ".join(page.similarities)), slug


def test_every_row_has_its_cells_with_their_sources() -> None:
    for slug, plan, page in distinctions():
        rows = {row.key: row.cells for row in page.rows}
        for dimension, cells in plan["rows"].items():
            for (text, keys), cell in zip(cells, rows[dimension], strict=True):
                assert says(cell.text, text), (slug, dimension)
                assert cites(cell.text, keys), (slug, dimension)


def test_every_cell_has_a_source_or_is_our_own_illustration() -> None:
    unsupported = [
        (slug, row.key)
        for slug, _plan, page in distinctions()
        for row in page.rows
        for cell in row.cells
        if bool(rendering.citations_in(cell.text)) == cell.illustration
    ]
    assert unsupported == []


def test_every_contested_position_is_there_with_its_sources() -> None:
    for slug, plan, page in distinctions():
        for (text, keys), position in zip(plan["positions"], page.positions, strict=True):
            named = f"{position.name}: {position.text}"
            assert says(position.text, text) or says(named, text), (slug, position.name)
            assert cites(position.text, keys), (slug, position.name)


def test_every_question_has_the_sides_as_options_and_the_planned_answer() -> None:
    titles = {slug: page.title for slug, page in of_kind(Concept).items()}
    for slug, plan, page in distinctions():
        for (stem, answer, reason), question in zip(
            plan["questions"], page.questions, strict=False
        ):
            parsed = parse_question(question.text)
            assert says(parsed.stem, stem), (slug, question.key)
            assert [option.text for option in parsed.options] == [titles[s] for s in plan["sides"]]
            (right,) = [option for option in parsed.options if option.right]
            assert right.text == titles[answer]
            assert says(right.reason, reason), (slug, question.key)


def test_no_question_is_left_out() -> None:
    counts = {
        slug: (len(plan["questions"]), len(page.questions)) for slug, plan, page in distinctions()
    }
    assert {slug for slug, (least, found) in counts.items() if found < least} == set()


def test_the_timeline_has_every_year_with_its_sources() -> None:
    for slug, plan, page in distinctions():
        for year, text, keys in plan["timeline"]:
            assert any(
                event.year == year and says(event.text, text) and cites(event.text, keys)
                for event in page.timeline
            ), (slug, year)


# The article --------------------------------------------------------------------------------


def test_every_sentence_of_the_article_stands_word_for_word_with_its_verdict() -> None:
    claims = of_kind(Distinction)[FLAGSHIP].claims
    assert [(claim.quote, claim.verdict) for claim in claims] == [
        (sentence["quote"], sentence["verdict"]) for sentence in PLAN["article"]
    ]
    assert [claim.key for claim in claims] == [f"s{number:02d}" for number in range(1, 20)]


def test_the_verdicts_are_counted_right() -> None:
    claims = of_kind(Distinction)[FLAGSHIP].claims
    assert Counter(claim.verdict for claim in claims) == {
        "supported": 4,
        "imprecise": 9,
        "contested": 1,
        "contradictory": 2,
        "unsupported": 2,
        "garbage": 1,
    }


def test_every_correction_covers_its_sentence_with_its_sources_and_pages() -> None:
    claims = of_kind(Distinction)[FLAGSHIP].claims
    for sentence, claim in zip(PLAN["article"], claims, strict=True):
        assert cites(claim.correction, sentence["cites"]), claim.key
        assert set(sentence["words"]) <= stems(f"{claim.in_short}\n\n{claim.correction}"), claim.key
        assert claim.see[: len(sentence["see"])] == sentence["see"], claim.key


def test_every_contradiction_of_the_article_is_told() -> None:
    told = rendering.plain(of_kind(Distinction)[FLAGSHIP].claims_note)
    assert [
        row for row in PLAN["contradictions"] if rendering.plain(" ".join(row)) not in told
    ] == []


def test_everything_that_the_article_names_has_a_page() -> None:
    notes = {step.page: step.note.casefold() for step in of_kind(Guide)[NAMES].steps}
    missing = [
        (name, page) for name, page in PLAN["named"] if name.casefold() not in notes.get(page, "")
    ]
    assert missing == []


def test_the_stray_sentence_about_a_biochemist_is_quoted_and_explained() -> None:
    page = of_kind(Concept)["changing-into-operations"]
    assert PLAN["article"][7]["quote"] in page.body
    assert cites(page.body, ["operations-icu"])


# Organizations ------------------------------------------------------------------------------


def test_every_organization_has_its_inputs_transformation_and_outputs() -> None:
    for slug, plan, page in organizations():
        assert (page.title, page.sector) == (plan["title"], plan["sector"])
        assert page.archetype is plan["archetype"], slug
        assert says("; ".join(page.transformed), plan["transformed"]), slug
        assert says("; ".join(page.transforming), plan["transforming"]), slug
        assert says(page.transformation, plan["transformation"]), slug
        assert says("; ".join(page.outputs), plan["outputs"]), slug
        assert says(page.customers, plan["customers"]), slug


def test_every_organization_cites_its_sources() -> None:
    for slug, plan, page in organizations():
        assert set(plan["cites"]) <= {cite.key for cite in cites_of(page)}, slug


def test_every_organization_has_a_level_and_a_reason_for_each_v() -> None:
    for slug, plan, page in organizations():
        for name, (level, reason) in plan["four_vs"].items():
            found = getattr(page.four_vs, name)
            assert found.level == level, (slug, name)
            assert says(found.reason, reason), (slug, name)


def test_every_organization_ranks_the_five_objectives_with_reasons() -> None:
    for slug, plan, page in organizations():
        assert [item.objective for item in page.objectives] == [
            name for name, _ in plan["objectives"]
        ]
        for (name, reason), item in zip(plan["objectives"], page.objectives, strict=True):
            assert says(item.reason, reason), (slug, name)


def test_every_organization_has_its_decisions() -> None:
    for slug, plan, page in organizations():
        told = set().union(*map(hashes, page.decisions))
        assert set(" ".join(plan["decisions"]).split()) <= told, slug


def test_every_illustration_says_how() -> None:
    for slug, plan, page in organizations():
        told = {item.concept: item.text for item in page.illustrates}
        for concept, how in plan["illustrates"].items():
            assert says(told[concept], how), (slug, concept)


def test_every_fact_about_an_organization_has_its_sources() -> None:
    for slug, plan, page in organizations():
        for fact, keys in plan["facts"]:
            assert any(says(text, fact) and cites(text, keys) for text in page.facts), slug
    facts = [(page.slug, text) for _, _, page in organizations() for text in page.facts]
    assert [fact for fact in facts if not rendering.citations_in(fact[1])] == []


def test_every_organization_is_read_with_its_caveats() -> None:
    counts = {slug: (plan["caveats"], len(page.caveats)) for slug, plan, page in organizations()}
    assert {slug for slug, (least, found) in counts.items() if found < least} == set()
