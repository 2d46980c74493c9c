"""The desk's log takes saves back: one alone, or the desk as it was, or what was deleted."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from admin_forms import address, errors, fields, log_in_writer, logged, news, user
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from samples import LATER, ROW, comparison, concept, publish, row, source

from concepts import desk
from concepts.desk import undoing
from concepts.models import Concept, Dimension, Distinction, LogEntry, Page, Source

pytestmark = pytest.mark.django_db

BODY = "One.\n\nTwo.\n\nThree."


@pytest.fixture
def writer(client: Client) -> Client:
    return log_in_writer(client)


def entry(number: int) -> LogEntry:
    """The log's nth entry from the end: 1 is the newest."""
    return LogEntry.objects.all()[number - 1]


def undo(entry: LogEntry, **terms: Any) -> Any:
    plan = undoing.plan_undo(entry)
    return undoing.undo(entry, **({"by": None, "expect": plan.expect} | terms))


def put_back(entry: LogEntry, **terms: Any) -> Any:
    plan = undoing.plan_put_back(entry)
    return undoing.put_back(entry, **({"by": None, "expect": plan.expect} | terms))


def refusal(act: Any, *args: Any, **terms: Any) -> str:
    with pytest.raises(desk.DeskError) as caught:
        act(*args, **terms)
    return str(caught.value)


def told(page: Page) -> Any:
    """What the desk says of the page now."""
    return desk.own(Page.objects.get(pk=page.pk))


# One save alone -------------------------------------------------------------------------------


def test_undo_takes_back_exactly_one_save_and_keeps_what_came_later() -> None:
    page = concept("goods", body=BODY)
    concept("goods", page, body=BODY.replace("One", "First"))
    saved = entry(1)
    concept("goods", page, body=BODY.replace("One", "First").replace("Three", "Third"), explain="E")
    undo(saved)
    assert (told(page).body, told(page).explain) == ("One.\n\nTwo.\n\nThird.", "E")


def test_undo_is_logged_with_what_it_undid() -> None:
    page = concept("goods")
    concept("goods", page, body="Wrong.")
    saved = entry(1)
    by = user("mender")
    undo(saved, by=by)
    newest = entry(1)
    assert (newest.action, newest.by, newest.object_id) == ("undo", by, page.pk)
    assert newest.note == f"Undid the save of {saved.at:%Y-%m-%d %H:%M} by an import."
    assert newest.digest == entry(3).digest


def test_an_undo_is_undone_like_any_save() -> None:
    page = concept("goods")
    concept("goods", page, body="Right after all.")
    undo(entry(1))
    undo(entry(1))
    assert told(page).body == "Right after all."


def test_where_later_edits_stand_in_the_way_they_stay() -> None:
    page = concept("goods", body="One.", explain="Explain.")
    concept("goods", page, body="Wrong.", explain="Wrong.")
    saved = entry(1)
    concept("goods", page, body="Mended.", explain="Wrong.")
    assert undoing.plan_undo(saved).standing == ["body"]
    undo(saved)
    assert (told(page).body, told(page).explain) == ("Mended.", "Explain.")


def test_rows_are_taken_back_one_by_one() -> None:
    page = comparison(rows=[ROW])
    wrong = row("scope", goods="Wrong.", services="Acts.")
    comparison(page, rows=[wrong])
    saved = entry(1)
    Dimension.objects.create(key="later", label="Later")
    later = LATER | {"dimension": "later"}
    comparison(page, rows=[wrong, later])
    undo(saved)
    rows = told(page).rows
    assert [(each.key, each.cells[0].text) for each in rows] == [
        ("scope", "Things."),
        ("later", "Stored."),
    ]


def test_a_row_that_was_published_is_retired_and_not_lost() -> None:
    page = comparison(rows=[ROW])
    comparison(page, rows=[ROW, LATER])
    saved = entry(1)
    publish(page)
    undo(saved)
    document = told(page)
    assert [each.key for each in document.rows] == ["scope"]
    [retired] = document.retired_rows
    assert (retired.key, retired.label) == ("later", "Scope")
    assert retired.reason == f"The save of {saved.at:%Y-%m-%d %H:%M} was undone."


def test_a_deleted_row_comes_back() -> None:
    page = comparison(rows=[ROW, LATER])
    comparison(page, rows=[ROW])
    undo(entry(1))
    assert [each.key for each in told(page).rows] == ["scope", "later"]


def test_a_source_and_a_dimension_are_taken_back_even_when_their_keys_changed() -> None:
    work, dimension = source(), Dimension.objects.create(key="cost", label="Cost")
    for item in (work, dimension):
        desk.record(item, by=None, action="edit")
    Source.objects.update(slug="little", title="Renamed")
    Dimension.objects.update(key="costs", label="Costs")
    for item in (Source.objects.get(), Dimension.objects.get()):
        desk.record(item, by=None, action="edit")
    undo(LogEntry.objects.filter(kind="source")[0])
    undo(LogEntry.objects.filter(kind="dimension")[0])
    assert (Source.objects.get().slug, Source.objects.get().title) == ("little1961", "A Proof")
    assert (Dimension.objects.get().key, Dimension.objects.get().label) == ("cost", "Cost")


def test_what_changed_nothing_is_not_undone() -> None:
    page = concept("goods")
    assert refusal(undoing.plan_undo, entry(1)) == "The log knows nothing before it."
    desk.record(page, by=None, action="ready", note="Done.")
    assert refusal(undoing.plan_undo, entry(1)) == "It changed nothing."
    desk.record(page, by=None, action="unschedule")
    assert "kept the text of an edition" in refusal(undoing.plan_undo, entry(1))


def test_what_an_edition_said_is_not_taken_for_a_state_of_the_desk() -> None:
    page = concept("goods")
    concept("goods", page, body="Scheduled.")
    desk.record(Page.objects.get(), by=None, action="unschedule")
    concept("goods", page, body="Wrong.")
    assert undoing.before(entry(1)) == entry(3)


def test_undo_is_refused_when_the_desk_changed_since_it_was_shown() -> None:
    page = concept("goods")
    concept("goods", page, body="Wrong.")
    saved = entry(1)
    shown = undoing.plan_undo(saved).expect
    concept("goods", page, body="Wrong.", explain="Meanwhile.")
    for act in (undoing.undo, undoing.put_back):
        assert "has changed since you looked" in refusal(act, saved, by=None, expect=shown)
    assert LogEntry.objects.count() == 3


def test_an_undo_whose_result_names_what_is_gone_writes_nothing() -> None:
    target = concept("services")
    page = concept("goods", prerequisites=["services"])
    concept("goods", page)
    saved = entry(1)
    Concept.objects.filter(pk=target.pk).delete()
    assert "names concept:services, which is not found" in refusal(undo, saved)
    assert told(page).prerequisites == []
    assert entry(1) == saved


# The desk as it was -----------------------------------------------------------------------------


def test_the_desk_is_put_back_to_an_entry() -> None:
    page = concept("goods", body="At first.")
    first = entry(1)
    concept("goods", page, body="Then.", explain="More.")
    put_back(first)
    assert (told(page).body, told(page).explain) == ("At first.", "")
    assert (
        entry(1).note
        == f"Put back what was said with the save of {first.at:%Y-%m-%d %H:%M} by an import."
    )
    assert entry(1).digest == first.digest


def test_putting_back_retires_what_editions_have_had_since() -> None:
    page = comparison(rows=[ROW])
    first = entry(1)
    publish(comparison(page, rows=[ROW, LATER]))
    put_back(first)
    assert [each.key for each in told(page).retired_rows] == ["later"]


def test_a_desk_that_is_no_document_is_put_back_but_takes_nothing_back() -> None:
    page = comparison()
    comparison(page, principle="Another.")
    Distinction.objects.get().sides.last().delete()  # type: ignore[union-attr]
    assert "no complete document" in refusal(undoing.plan_undo, entry(1))
    put_back(entry(1))
    assert len(told(page).sides) == 2


# What was deleted -------------------------------------------------------------------------------


def delete(item: Any) -> LogEntry:
    kept = desk.record(item, by=None, action="delete")
    item.delete()
    return kept


def test_a_deleted_draft_comes_back_with_its_history() -> None:
    page = concept("goods", body="Kept.")
    kept = delete(Concept.objects.get())
    put_back(kept)
    back = Concept.objects.get()
    assert (back.pk, back.slug, told(back).body) == (page.pk, "goods", "Kept.")
    assert [each.action for each in LogEntry.objects.filter(object_id=page.pk)] == [
        "undo",
        "delete",
        "edit",
    ]
    assert refusal(undoing.put_back, kept, by=None, expect="") != ""
    assert Concept.objects.count() == 1


def test_a_deleted_draft_whose_slug_is_taken_comes_back_under_a_free_one() -> None:
    concept("goods")
    kept = delete(Concept.objects.get())
    for slug in ("goods", "goods-2"):
        concept(slug)
    put_back(kept)
    assert Concept.objects.order_by("slug").last().slug == "goods-3"  # type: ignore[union-attr]


def test_deleted_sources_and_dimensions_come_back() -> None:
    items = [source(), Dimension.objects.create(key="cost", label="Cost")]
    ids = [item.pk for item in items]
    kept = [delete(item) for item in items]
    for each in kept:
        put_back(each)
    assert [Source.objects.get().pk, Dimension.objects.get().pk] == ids
    assert (Source.objects.get().title, Dimension.objects.get().label) == ("A Proof", "Cost")


def test_what_is_deleted_has_no_save_to_undo() -> None:
    page = concept("goods")
    concept("goods", page, body="Wrong.")
    saved = entry(1)
    delete(Concept.objects.get())
    assert "no complete document" in refusal(undoing.plan_undo, saved)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("deleted", [False, True])
def test_of_undos_at_once_one_is_done(deleted: bool) -> None:
    page = concept("goods")
    concept("goods", page, body="Wrong.")
    saved, act = entry(1), undoing.put_back if deleted else undoing.undo
    expect = "" if deleted else undoing.plan_undo(saved).expect
    if deleted:
        delete(Concept.objects.get())

    def attempt(_: int) -> bool:
        try:
            act(saved, by=None, expect=expect)
        except desk.DeskError:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(8) as pool:
        assert [*pool.map(attempt, range(8))].count(True) == 1
    assert LogEntry.objects.filter(action="undo").count() == 1
    assert Concept.objects.get().body == ("Wrong." if deleted else "")


# The page of the admin ----------------------------------------------------------------------------


def where(saved: LogEntry) -> str:
    return reverse("admin:concepts_logentry_undo", args=[saved.pk])


def forms(answer: Any) -> dict[str, str]:
    """What each form of the page expects of the desk, by its way."""
    return {way["way"]: way["expect"] for way in answer.context["ways"] if way.get("changes")}


def wrong_and_mended() -> tuple[Page, LogEntry]:
    """A page with a save to undo, in whose way a later one stands."""
    page = concept("goods", body="Right.", explain="Right.")
    concept("goods", page, body="Wrong words.", explain="Wrong.")
    saved = entry(1)
    concept("goods", page, body="Mended.", explain="Wrong.")
    return page, saved


def test_the_page_shows_both_ways_and_what_stands_in_the_way(writer: Client) -> None:
    _, saved = wrong_and_mended()
    html = writer.get(where(saved)).content.decode()
    alone, whole = html.split("Put the desk back to what it said then")
    assert "Later saves stand in the way here" in alone
    assert "<del>Wrong words</del><ins>Mended</ins>" in alone
    assert "<del>Wrong</del><ins>Right</ins>" in alone.split("What will change on the desk")[1]
    assert "<del>Mended</del><ins>Wrong words</ins>" in whole


@pytest.mark.parametrize(
    ("way", "said"), [("undo", ("Mended.", "Right.")), ("back", ("Wrong words.", "Wrong."))]
)
def test_a_way_is_taken_as_it_was_shown(writer: Client, way: str, said: tuple[str, str]) -> None:
    page, saved = wrong_and_mended()
    expect = forms(writer.get(where(saved)))[way]
    for _ in range(2):  # a double click
        answer = writer.post(where(saved), {"way": way, "expect": expect})
    assert (told(page).body, told(page).explain) == said
    assert logged()[-1] == ("undo", "concept", "goods", "writer")
    assert [each[0] for each in logged()].count("undo") == 1
    assert "has changed since you looked" in news(writer.get(answer.url))[-1]


def test_nothing_is_done_that_was_not_shown(writer: Client) -> None:
    page, saved = wrong_and_mended()
    for sent in ({}, {"way": "undo"}, {"way": "back", "expect": "0"}, {"way": "?", "expect": ""}):
        writer.post(where(saved), sent)
    assert told(page).body == "Mended."


def test_a_deleted_draft_is_brought_back_in_the_browser(writer: Client) -> None:
    concept("goods", body="Kept.")
    where_deleted = address(Concept.objects.get(), "delete")
    writer.post(where_deleted, fields(writer.get(where_deleted).content))
    assert Concept.objects.count() == 0
    answer = writer.get(where(entry(1)))
    assert "Bring it back" in answer.content.decode()
    [expect] = forms(answer).values()
    answer = writer.post(where(entry(1)), {"way": "back", "expect": expect}, follow=True)
    assert errors(answer) == []
    assert Concept.objects.get().body == "Kept."


def test_who_may_not_change_that_kind_undoes_nothing(client: Client) -> None:
    page, saved = wrong_and_mended()
    expect = undoing.plan_undo(saved).expect
    client.force_login(user("reader", "view_concept", "view_logentry", "change_distinction"))
    assert client.get(where(saved)).status_code == 403
    assert client.post(where(saved), {"way": "undo", "expect": expect}).status_code == 403
    Concept.objects.all().delete()
    client.force_login(user("changer", "change_concept"))
    assert client.get(where(saved)).status_code == 403
    client.force_login(user("adder", "add_concept"))
    assert client.get(where(saved)).status_code == 200
    assert Page.objects.filter(pk=page.pk).exists() is False


def test_a_stranger_undoes_nothing_and_what_is_not_there_is_not_found(client: Client) -> None:
    _, saved = wrong_and_mended()
    answer = client.post(where(saved), {"way": "undo", "expect": undoing.plan_undo(saved).expect})
    assert answer.url == f"/admin/login/?next={where(saved)}"  # type: ignore[attr-defined]
    log_in_writer(client)
    missing = reverse("admin:concepts_logentry_undo", args=[99999])
    assert client.get(missing).status_code == 404


# The list -----------------------------------------------------------------------------------------


LIST = "/admin/concepts/logentry/"


def test_the_list_leads_to_each_object_and_says_what_is_deleted(writer: Client) -> None:
    page = concept("goods")
    desk.record(page, by=None, action="ready", note="Please look.")
    concept("services")
    delete(Concept.objects.get(slug="services"))
    desk.record(source(), by=None, action="edit")
    html = writer.get(LIST).content.decode()
    assert f'<a href="{address(Concept.objects.get(), "history")}">concept: goods</a>' in html
    assert f'<a href="{address(Source.objects.get(), "history")}">source: little1961</a>' in html
    assert html.count("concept: services (deleted)") == 2
    assert "Please look." in html
    assert where(entry(1)) in html


def test_the_list_costs_the_same_however_long_it_is(writer: Client) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert writer.get(LIST).status_code == 200
        return len(captured)

    desk.record(concept("first"), by=user("first"), action="ready")
    before = cost()
    for slug in ("second", "third"):
        desk.record(concept(slug), by=user(slug), action="ready")
    assert cost() == before


def test_an_entry_is_read_as_a_content_file(writer: Client) -> None:
    concept("goods", body="A <b>bold</b> word.")
    html = writer.get(address(entry(1))).content.decode()
    assert "slug: &quot;goods&quot;" in html
    assert "A &lt;b&gt;bold&lt;/b&gt; word." in html
    assert f"?to=s{entry(1).pk}" in html
