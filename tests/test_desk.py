"""The desk as documents, both ways: nothing is lost, rows stay the same rows, queries are few."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import documents as make
import pytest
from django.db import transaction
from documents import row
from hypothesis import HealthCheck, given, settings
from samples import publish

from concepts import desk, documents, models, parts
from concepts.desk import DeskError
from concepts.documents import Document, PageDocument, Source, canonical, digest
from concepts.models import Cell, Dimension, LogEntry, Page, Row, Side
from concepts.parts import FrozenDimension, Neighbour

pytestmark = pytest.mark.django_db

MOMENT = timedelta(hours=1)


def put(document: Document, page: Page | None = None) -> Any:
    """What stands on the desk once this was written."""
    if isinstance(document, Source):
        return desk.apply_source(document)
    if document.kind == "dimension":
        return desk.apply_dimension(document)
    return desk.apply(document, page)


def put_with_stubs(document: PageDocument) -> Any:
    """The same, after all that it names."""
    for stub in make.stubs(document):
        put(stub)
    return put(document)


def comparison(**fields: Any) -> Any:
    return put_with_stubs(make.distinction(**fields))


def problems(document: PageDocument, page: Page | None = None) -> list[str]:
    with pytest.raises(DeskError) as refused:
        desk.apply(document, page)
    return [problem.message for problem in refused.value.problems]


# Both ways


@settings(max_examples=25, database=None, suppress_health_check=list(HealthCheck))
@given(make.pages)
def test_a_page_comes_back_from_the_desk_as_it_went(document: PageDocument) -> None:
    with transaction.atomic():
        page = put_with_stubs(document)
        assert canonical(desk.own(page)) == canonical(document)
        assert canonical(desk.own(Page.objects.get(pk=page.pk))) == canonical(document)
        transaction.set_rollback(True)


@settings(max_examples=8, database=None, suppress_health_check=list(HealthCheck))
@given(make.distinctions, make.distinctions)
def test_a_comparison_becomes_any_other(first: PageDocument, second: PageDocument) -> None:
    with transaction.atomic():
        for stub in make.stubs(first, second):
            put(stub)
        page = desk.apply(second, desk.apply(first))
        assert canonical(desk.own(page)) == canonical(second)
        transaction.set_rollback(True)


@settings(max_examples=20, database=None)
@given(make.sources)
def test_a_source_comes_back_from_the_desk_as_it_went(document: Source) -> None:
    with transaction.atomic():
        assert desk.source_document(desk.apply_source(document)) == document
        transaction.set_rollback(True)


def test_a_dimension_comes_back_from_the_desk_as_it_went() -> None:
    document = make.dimension(description="What is inside.")
    assert desk.dimension_document(desk.apply_dimension(document)) == document


def test_a_source_and_a_dimension_are_changed_in_place() -> None:
    first = put(make.source()).pk, put(make.dimension()).pk
    changed = make.source(title="A Proof"), make.dimension(label="Boundary")
    assert (put(changed[0]).pk, put(changed[1]).pk) == first
    assert models.Source.objects.get().title == "A Proof"
    assert Dimension.objects.get().label == "Boundary"


@pytest.mark.parametrize(
    ("schema", "model"),
    [
        (Source, models.Source),
        (documents.Dimension, models.Dimension),
        (documents.Concept, models.Concept),
        (parts.Claim, models.Claim),
        (parts.Question, models.Question),
        (parts.Misconception, models.Misconception),
    ],
)
def test_the_schema_allows_no_longer_text_than_the_desk(schema: Any, model: Any) -> None:
    """SQLite keeps any length, PostgreSQL raises."""
    limits = {f.name: f.max_length for f in model._meta.concrete_fields if f.max_length}
    names = [name for name in schema.model_fields.keys() & limits if allowed(schema, name)]
    assert [name for name in names if allowed(schema, name) > limits[name]] == []


def allowed(schema: Any, name: str) -> int:
    """The greatest length that the schema gives for a field of free text."""
    described = schema.model_json_schema(by_alias=False)["properties"][name]
    return int(described.get("maxLength", 0))


def test_the_schema_allows_no_longer_sector_than_the_desk() -> None:
    [limit] = [f.max_length for f in models.Sector._meta.concrete_fields if f.name == "name"]
    assert allowed(documents.Organization, "sector") == limit


def test_parts_may_be_given_as_a_page_of_no_kind() -> None:
    page = put(make.concept())
    assert desk.instance(Page.objects.get(pk=page.pk)) == page
    assert desk.instance(page) is page


# Rows keep their identity


def test_what_keeps_its_key_keeps_its_row() -> None:
    page = comparison(rows=[row(), row("later")])
    before = {r.key: r.pk for r in page.rows.all()}, {c.pk for c in Cell.objects.all()}
    changed = make.distinction(rows=[row("later", goods="Stored.", services="Not."), row()])
    desk.apply(changed, page)
    assert ({r.key: r.pk for r in page.rows.all()}, {c.pk for c in Cell.objects.all()}) == before
    assert [r.key for r in page.rows.all()] == ["later", "scope"]


def test_parts_that_are_gone_are_deleted() -> None:
    page = comparison(rows=[row(), row("later")])
    desk.apply(make.distinction(rows=[row()]), page)
    assert [*Row.objects.values_list("key", flat=True)] == ["scope"]
    assert Cell.objects.count() == 2


def test_sides_change_places() -> None:
    page = comparison(rows=[row()])
    before = {side.key: side.pk for side in Side.objects.all()}
    sides = [{"key": key, "concept": key} for key in ("services", "goods")]
    turned = make.distinction(sides=sides, rows=[row(services="Acts.", goods="Things.")])
    desk.apply(turned, page)
    assert [*Side.objects.values_list("key", "position")] == [("services", 0), ("goods", 1)]
    assert {side.key: side.pk for side in Side.objects.all()} == before
    assert desk.own(page) == turned


def test_sides_change_their_concepts_with_each_other() -> None:
    page = comparison(rows=[row()])
    sides = [{"key": "goods", "concept": "services"}, {"key": "services", "concept": "goods"}]
    crossed = make.distinction(sides=sides, rows=[row()])
    assert desk.own(desk.apply(crossed, page)) == crossed


def test_a_side_takes_the_concept_of_one_that_is_gone() -> None:
    page = comparison()
    put(make.concept("meals"))
    sides = [{"key": "services", "concept": "goods"}, {"key": "meals", "concept": "meals"}]
    moved = make.distinction(sides=sides)
    assert desk.own(desk.apply(moved, page)) == moved


def test_a_missing_cell_is_an_empty_text() -> None:
    page = comparison(rows=[row()])
    Cell.objects.filter(side__key="goods").delete()
    [found] = desk.own(page).rows
    assert [(cell.side, cell.text) for cell in found.cells] == [
        ("goods", ""),
        ("services", "Acts."),
    ]


def test_a_page_is_renamed_like_any_other_change() -> None:
    page = put(make.concept("goods"))
    renamed = desk.apply(make.concept("products"), page)
    assert (renamed.pk, renamed.slug) == (page.pk, "products")


def test_a_sector_is_made_once() -> None:
    put(make.organization("bakery", sector="food"))
    put(make.organization("brewery", sector="food"))
    assert [*models.Sector.objects.values_list("name", flat=True)] == ["food"]


# What is refused


def test_everything_that_is_missing_is_told_before_anything_is_written() -> None:
    document = make.distinction(area="lean", rows=[row()], practice=[{"organization": "bakery"}])
    assert problems(document) == [
        "'area' names guide:lean, which is not found",
        "'sides 1, concept' names concept:goods, which is not found",
        "'sides 2, concept' names concept:services, which is not found",
        "'practice 1, organization' names organization:bakery, which is not found",
        "'rows 1, dimension' names the dimension scope, which is not found",
    ]
    assert not Page.objects.exists()


def test_a_problem_has_its_path_in_the_document() -> None:
    with pytest.raises(DeskError) as refused:
        put(make.guide(steps=[{"page": "concept:no"}]))
    assert [problem.path for problem in refused.value.problems] == [("steps", 0, "page")]


def test_a_slug_of_another_page_is_refused() -> None:
    first, other = put(make.concept("goods")), put(make.concept("services"))
    taken = ["'slug' goods belongs to another page on the desk: Goods"]
    assert problems(make.concept("goods")) == taken
    assert problems(make.concept("goods"), other) == taken
    desk.apply(make.concept("goods"), first)


def test_a_slug_that_an_edition_of_another_page_had_is_refused() -> None:
    page = put(make.concept("goods"))
    publish(page)
    desk.apply(make.concept("products"), page)
    assert problems(make.concept("goods")) == [
        "'slug' goods belongs to another page on the desk: Products"
    ]


def test_a_page_stays_of_its_kind() -> None:
    page = put(make.concept("bakery"))
    message = "'kind' is organization, but the page on the desk is a concept"
    assert problems(make.organization("bakery"), page) == [message]


def test_an_area_is_a_guide_of_that_type() -> None:
    put(make.guide("lean"))
    message = "'area' names guide:lean, which is a reading path: name an area"
    assert problems(make.concept(area="lean")) == [message]


def test_a_concept_does_not_relate_to_itself() -> None:
    itself = [{"type": "uses", "concept": "takt-time"}]
    document = make.concept(prerequisites=["takt-time"], relations=itself)
    assert problems(document) == [
        "'prerequisites 1' names the concept itself: name another",
        "'relations 1, concept' names the concept itself: name another",
    ]


def test_a_new_path_may_lead_to_itself() -> None:
    document = make.guide("way", steps=[{"page": "guide:way"}])
    assert desk.own(put(document)) == document


def test_a_name_that_an_edition_had_still_means_its_page() -> None:
    page = put(make.concept("goods"))
    publish(page)
    desk.apply(make.concept("products"), page)
    later = put(make.concept(prerequisites=["goods"]))
    assert desk.own(later).prerequisites == ["products"]


def test_what_is_no_document_yet_is_told_in_words() -> None:
    page = comparison()
    Side.objects.filter(key="goods").delete()
    with pytest.raises(DeskError, match="'sides' needs 2 items or more"):
        desk.own(page)


# What is frozen of others


def neighbours(page: Page, **options: Any) -> dict[str, str]:
    frozen = desk.compose(page, **options).frozen
    return {f"{item.kind}:{item.slug}": item.title for item in frozen.neighbours}


def test_a_neighbour_has_the_title_that_is_in_force() -> None:
    goods = put(make.concept("goods"))
    page = put(make.concept(prerequisites=["goods"], body="[g](concept:goods)"))
    publish(goods)
    desk.apply(make.concept("goods", title="A draft"), goods)
    assert neighbours(page) == {"concept:goods": "Goods"}
    assert desk.compose(page).frozen.neighbours == [
        Neighbour(kind="concept", slug="goods", title="Goods")
    ]


def test_a_draft_gives_its_title_to_the_structure_alone() -> None:
    put(make.concept("goods"))
    linking = put(make.concept("first", body="[g](concept:goods)"))
    naming = put(make.concept("second", prerequisites=["goods"], body="[g](concept:goods)"))
    assert neighbours(linking) == {"concept:goods": ""}
    assert neighbours(naming) == {"concept:goods": "Goods"}


def test_a_neighbour_is_seen_as_of_the_moment() -> None:
    goods = put(make.concept("goods"))
    page = put(make.concept(body="[g](concept:goods)"))
    edition = publish(goods)
    assert neighbours(page, moment=edition.published_at) == {"concept:goods": "Goods"}
    assert neighbours(page, moment=edition.published_at - MOMENT) == {"concept:goods": ""}


def test_a_page_that_links_to_itself_has_the_title_it_is_about_to_have() -> None:
    page = put(make.concept("goods", body="[g](concept:goods)"))
    publish(page)
    page = desk.apply(make.concept("goods", title="Wares", body="[g](concept:goods)"), page)
    assert neighbours(page) == {"concept:goods": "Wares"}


def test_what_names_no_page_is_no_neighbour() -> None:
    assert neighbours(put(make.concept(body="[x](concept:no-such)"))) == {}


def test_dimensions_and_cited_sources_are_frozen_in_the_order_of_their_keys() -> None:
    put(make.source("zeta1990", title="Z"))
    put(make.source("alpha1990", body="Read it.", checked="read"))
    put(make.source("uncited1990"))
    texts = {"goods": "Things [@zeta1990; @nobody].", "services": "Acts [@alpha1990, p. 3]."}
    page = comparison(rows=[row("a", "scope", **texts), row("b", "aim", **texts)])
    frozen = desk.compose(page).frozen
    assert frozen.dimensions == [
        FrozenDimension(key="aim", label="Aim"),
        FrozenDimension(key="scope", label="Scope"),
    ]
    assert [(s.key, s.checked, s.note) for s in frozen.sources] == [
        ("alpha1990", "read", "Read it."),
        ("zeta1990", "", ""),
    ]


def test_own_has_nothing_of_others() -> None:
    page = comparison(rows=[row()])
    assert desk.compose(page).frozen.dimensions
    assert desk.own(page) == desk.compose(page).model_copy(update={"frozen": desk.own(page).frozen})
    assert desk.own(page).frozen.dimensions == []


# Queries

Counting = Callable[[int], Any]


def large(rows: int) -> PageDocument:
    """A comparison with this many rows, texts that cite and link, and every other part."""
    texts = {"goods": "Things [@little1961].", "services": "[Acts](concept:meals)."}
    return make.distinction(
        rows=[row(f"r{n}", f"d{n}", **texts) for n in range(rows)],
        claims=[
            {"key": f"c{n}", "quote": "Q", "verdict": "supported", "correction": "C"}
            for n in range(rows)
        ],
        misconceptions=[{"key": f"m{n}", "claim": "M"} for n in range(rows)],
        questions=[{"key": f"q{n}", "text": "Which?\n\n- [x] A\n- [ ] B"} for n in range(rows)],
    )


@pytest.mark.parametrize("rows", [1, 13])
def test_a_page_is_composed_in_one_query_for_each_table(
    rows: int, django_assert_num_queries: Counting
) -> None:
    put(make.source())
    put(make.concept("meals"))
    page = put_with_stubs(large(rows))
    with django_assert_num_queries(12):
        desk.compose(page)


@pytest.mark.parametrize("rows", [1, 13])
def test_what_is_equal_is_not_written(rows: int, django_assert_num_queries: Counting) -> None:
    document = large(rows)
    page = put_with_stubs(document)
    with django_assert_num_queries(14) as queries:
        desk.apply(document, page)
    verbs = {query["sql"].split()[0] for query in queries.captured_queries}
    assert verbs == {"SELECT", "SAVEPOINT", "RELEASE"}


@pytest.mark.parametrize("rows", [1, 13])
def test_a_new_page_is_written_in_few_queries(
    rows: int, django_assert_num_queries: Counting
) -> None:
    document = large(rows)
    for stub in make.stubs(document):
        put(stub)
    with django_assert_num_queries(21):
        desk.apply(document)


# The log


def test_every_save_is_in_the_log_with_the_whole_document(admin_user: Any) -> None:
    page = desk.save(make.concept(), by=admin_user, action="import")
    entry = LogEntry.objects.get()
    assert (entry.kind, entry.object_id, entry.slug) == ("concept", page.pk, "takt-time")
    assert (entry.action, entry.by) == ("import", admin_user)
    assert entry.document == canonical(make.concept())
    assert entry.digest == digest(entry.document)


def test_a_save_that_changes_nothing_is_in_the_log_as_well() -> None:
    page = desk.save(make.concept(), by=None, action="edit")
    desk.save(make.concept(), by=None, action="edit", page=page)
    assert LogEntry.objects.count() == 2


def test_sources_and_dimensions_are_in_the_log() -> None:
    desk.record(put(make.source()), by=None, action="import")
    desk.record(put(make.dimension()), by=None, action="import")
    found = LogEntry.objects.order_by("id").values_list("kind", "slug")
    assert [*found] == [("source", "little1961"), ("dimension", "scope")]


def test_a_save_that_is_refused_leaves_no_trace() -> None:
    with pytest.raises(DeskError):
        desk.save(make.concept(area="no"), by=None, action="edit")
    assert not LogEntry.objects.exists()
    assert not Page.objects.exists()


# Retiring


def retired(document: PageDocument, page: Page) -> Any:
    return desk.with_retired(document, page, reason="Gone.")


def test_what_the_last_edition_had_is_retired() -> None:
    page = comparison(rows=[row(), row("later")])
    publish(page)
    found = retired(make.distinction(rows=[row()]), page)
    assert [(r.key, r.label, r.reason) for r in found.retired_rows] == [("later", "Scope", "Gone.")]
    assert found.retired_sides == []


def test_a_side_is_retired_under_the_title_of_its_concept() -> None:
    page = comparison()
    publish(page)
    put(make.concept("meals"))
    sides = [{"key": "goods", "concept": "goods"}, {"key": "meals", "concept": "meals"}]
    found = retired(make.distinction(sides=sides), page)
    assert [(s.key, s.label) for s in found.retired_sides] == [("services", "Services")]


def test_what_was_retired_stays_as_it_was() -> None:
    gone = {"key": "old", "label": "Old", "successor": "scope"}
    page = comparison(rows=[row()], retired_rows=[gone])
    publish(page)
    found = retired(make.distinction(rows=[row()]), page)
    assert [r.model_dump() for r in found.retired_rows] == [{**gone, "reason": ""}]


def test_nothing_is_retired_that_was_never_published() -> None:
    page = comparison(rows=[row()])
    assert retired(make.distinction(), page) == make.distinction()
