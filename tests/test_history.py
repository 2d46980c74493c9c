"""The history of pages, sources and dimensions; differences; restoring an edition."""

from datetime import timedelta
from typing import Any

import pytest
from admin_forms import address, fields, log_in_writer, logged, news, user
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from samples import LATER, ROW, comparison, concept, publish, source
from small_site import words

from concepts import clock, desk, publishing
from concepts.admin import history
from concepts.models import Concept, Dimension, Distinction, Edition, LogEntry, Page

pytestmark = pytest.mark.django_db


@pytest.fixture
def writer(client: Client) -> Client:
    return log_in_writer(client)


def goods(**fields: Any) -> Concept:
    """The concept, saved once more."""
    concept("goods", Page.objects.filter(slug="goods").first(), **fields)
    return Concept.objects.get(slug="goods")


def entries(answer: Any) -> list[str]:
    return [entry.ref for entry in answer.context["entries"]]


def save_ref(number: int = 1) -> str:
    """What history calls the log's nth entry from the end."""
    return f"s{LogEntry.objects.all()[number - 1].pk}"


def compare(client: Client, item: Any, **asked: str) -> Any:
    named = {"from" if name == "since" else name: value for name, value in asked.items()}
    return client.get(address(item, "differences"), named)


def changes(answer: Any) -> list[tuple[str, str]]:
    """(place, what is new) of every difference shown."""
    return [
        (change.place, "".join(piece.text for piece in change.pieces if piece.state == "added"))
        for change in answer.context["changes"]
    ]


# The timeline ---------------------------------------------------------------------------------


def test_editions_and_saves_stand_in_one_timeline_the_newest_first(writer: Client) -> None:
    page = goods(body="One.")
    publish(page)
    goods(body="Two.")
    publish(page)
    assert entries(writer.get(address(page, "history"))) == ["e2", save_ref(1), "e1", save_ref(2)]


def test_an_edition_says_what_became_of_it(writer: Client) -> None:
    editor = user("publisher")
    concept("draft")
    page = goods(body="See [this](concept:draft).")
    publish(page, by=editor, note="The first one.", override="In a hurry.")
    goods(body="Two.")
    second = publish(page)
    publishing.close(second, by=editor, reason="A court said so.")
    goods(body="Three.")
    publish(page)
    publishing.withdraw(page, by=editor, reason="It was merged.")
    goods(body="Four.")
    publish(page, at=clock.whole(clock.now() + timedelta(hours=1)))
    answer = writer.get(address(page, "history"))
    text = words(answer.content.decode())
    assert "The first one." in text
    assert "Published over warnings: In a hurry." in text
    assert "publisher: A court said so. Its text is shown to nobody." in text
    assert "Withdrawn by publisher: It was merged." in text
    marks = {entry.ref: entry.marks for entry in answer.context["entries"] if entry.edition}
    assert marks["e4"] == ["meaning", "scheduled"]
    assert marks["e3"][2:] == ["withdrawn"]
    assert marks["e2"] == ["meaning", "closed"]
    assert marks["e1"][1].startswith("until ")


def test_an_edition_in_force_says_so(writer: Client) -> None:
    page = goods()
    publish(page, significance="meaning")
    [edition, _] = writer.get(address(page, "history")).context["entries"]
    assert edition.marks == ["meaning", "in force"]


def test_a_save_says_who_did_what_and_why(writer: Client) -> None:
    page = goods()
    desk.record(page, by=user("ann"), action="ready", note="Please look at the body.")
    text = words(writer.get(address(page, "history")).content.decode())
    assert "Marked ready, " in text
    assert ", ann" in text
    assert "Please look at the body." in text


def test_a_source_and_a_dimension_have_a_history_without_editions(writer: Client) -> None:
    for item in (source(), Dimension.objects.create(key="cost", label="Cost")):
        desk.record(item, by=None, action="edit")
        type(item).objects.update(
            **{"title" if item._meta.model_name == "source" else "label": "New"}
        )
        item.refresh_from_db()
        desk.record(item, by=None, action="edit")
        answer = writer.get(address(item, "history"))
        assert entries(answer) == [save_ref(1), save_ref(2)]
        assert [new for _, new in changes(compare(writer, item, to=save_ref(1)))] == ["New"]


def test_entries_of_others_with_the_same_id_are_not_mixed_in(writer: Client) -> None:
    page = goods()
    other = LogEntry.objects.create(
        kind="source", object_id=page.pk, slug="x", action="edit", digest="", document="{}"
    )
    assert entries(writer.get(address(page, "history"))) == [save_ref(2)]
    assert compare(writer, page, to=f"s{other.pk}").status_code == 302


def test_a_long_history_comes_in_pages_and_keeps_what_was_chosen(
    writer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "PER_PAGE", 2)
    for number in range(5):
        page = goods(body=f"{number}")
    first = entries(writer.get(address(page, "history")))
    asked = {"p": "3", "to": first[0], "from": first[1]}
    answer = writer.get(address(page, "history"), asked)
    assert len(entries(answer)) == 1
    assert [entry.ref for entry in answer.context["kept"]] == first[::-1]
    sent = fields(answer.content)
    assert (sent["to"], sent["from"]) == (first[0], first[1])
    assert "Older entries" not in answer.content.decode()


@pytest.mark.parametrize("number", ["0", "99", "x", ""])
def test_a_page_number_that_is_none_shows_some_page(writer: Client, number: str) -> None:
    answer = writer.get(address(goods(), "history"), {"p": number, "from": "e9", "to": "s0"})
    assert entries(answer) == [save_ref(1)]


def test_a_history_costs_the_same_however_long_it_is(writer: Client) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert writer.get(address(page, "history")).status_code == 200
        return len(captured)

    page = goods()
    publish(page, by=user("first"))
    before = cost()
    for name in ("second", "third"):
        publish(goods(body=name), by=user(name))
        desk.record(page, by=user(f"{name} too"), action="ready")
    assert cost() == before


# Differences ------------------------------------------------------------------------------------


def test_any_two_editions_are_compared(writer: Client) -> None:
    page = goods(body="One.")
    for body in ("One.", "Two.", "Three."):
        publish(goods(body=body))
    assert changes(compare(writer, page, since="e1", to="e3")) == [("body", "Three")]
    assert changes(compare(writer, page, since="e3", to="e1")) == [("body", "One")]
    html = compare(writer, page, since="e1", to="e3").content.decode()
    assert "<del>One</del><ins>Three</ins>" in html


def test_any_two_saves_are_compared_and_a_save_with_an_edition(writer: Client) -> None:
    page = goods(body="One.")
    publish(page)
    goods(body="Two.")
    goods(body="Three.")
    assert changes(compare(writer, page, since=save_ref(3), to=save_ref(1))) == [("body", "Three")]
    assert changes(compare(writer, page, since="e1", to=save_ref(2))) == [("body", "Two")]


def test_without_a_first_one_an_entry_is_compared_with_the_one_before(writer: Client) -> None:
    page = goods(body="One.")
    publish(page)
    publish(goods(body="Two."))
    goods(body="Three.")
    assert changes(compare(writer, page, to="e2")) == [("body", "Two")]
    assert changes(compare(writer, page, to=save_ref(1))) == [("body", "Three")]
    assert ("body", "One.") in changes(compare(writer, page, to="e1"))


def test_rows_are_called_by_their_names(writer: Client) -> None:
    page = comparison(rows=[ROW])
    comparison(page, rows=[ROW, LATER])
    answer = compare(writer, Distinction.objects.get(), to=save_ref(1))
    groups = {change.group for change in answer.context["changes"]}
    assert groups == {"Row Scope"}


def test_two_that_say_the_same_are_said_to(writer: Client) -> None:
    page = goods()
    desk.record(page, by=None, action="ready")
    assert "They say the same." in compare(writer, page, to=save_ref(1)).content.decode()


@pytest.mark.parametrize("to", ["", "e2", "e0", "s1", "x1", "e1e", f"s{'9' * 30}", "e²"])
def test_what_is_no_entry_leads_back_to_the_history(writer: Client, to: str) -> None:
    page = goods()
    publish(page)
    LogEntry.objects.filter(pk=1).delete()
    answer = compare(writer, page, since="e1", to=to)
    assert answer.url == address(page, "history")
    assert news(writer.get(answer.url)) == ["Choose two entries of this history to compare."]


def test_the_text_of_a_closed_edition_is_shown_to_nobody(admin_client: Client) -> None:
    page = goods(body="A secret.")
    closed = publish(page)
    publish(goods(body="Harmless."))
    publishing.close(closed, by=None, reason="A court said so.")
    answer = admin_client.get(address(page, "history"))
    assert address(closed, "restore") not in answer.content.decode()
    assert fields(answer.content)["from"] != "e1"
    for asked in ({"since": "e1", "to": "e2"}, {"to": "e1"}, {"to": "e2"}):
        answer = compare(admin_client, page, **asked)
        assert answer.url == address(page, "history")
        assert news(admin_client.get(answer.url)) == [
            "An edition that was closed is shown to nobody: choose another."
        ]
    answer = admin_client.get(address(closed, "restore"), follow=True)
    assert news(answer) == ["Edition 1 is closed: a closed edition is not restored."]
    assert b"A secret." not in answer.content


# Restoring an edition ---------------------------------------------------------------------------


def restore(client: Client, edition: Edition, **sent: str) -> Any:
    """Open the page, and press its button."""
    shown = fields(client.get(address(edition, "restore")).content)
    return client.post(address(edition, "restore"), shown | sent, follow=True)


def test_restoring_shows_first_what_will_change_on_the_desk(writer: Client) -> None:
    page = comparison(rows=[ROW])
    edition = publish(page)
    publish(comparison(page, rows=[ROW, LATER], principle="Another."))
    answer = writer.get(address(edition, "restore"))
    assert ("principle", "What can be stored") in changes(answer)
    assert "Retired row" in " ".join(change.group for change in answer.context["changes"])
    assert "the log keeps it" in answer.content.decode()
    restore(writer, edition)
    assert Distinction.objects.get().principle == "What can be stored."
    assert logged()[-1][0] == "restore"


def test_restoring_is_refused_when_the_desk_changed_since_it_was_shown(writer: Client) -> None:
    edition = publish(goods(body="One."))
    goods(body="Two.")
    shown = fields(writer.get(address(edition, "restore")).content)
    goods(body="Three.")
    for sent in (shown, {"expect": ""}, {}):
        answer = writer.post(address(edition, "restore"), sent, follow=True)
        assert news(answer) == ["The desk has changed since you looked: nothing was restored."]
    assert Concept.objects.get().body == "Three."


def test_a_draft_that_no_log_keeps_is_warned_of(writer: Client) -> None:
    edition = publish(goods(body="One."))
    Concept.objects.update(body="Written past the desk.")
    html = writer.get(address(edition, "restore")).content.decode()
    assert "not in the log and would be lost" in html


def test_a_draft_that_says_the_same_is_not_restored(writer: Client) -> None:
    edition = publish(goods())
    html = writer.get(address(edition, "restore")).content.decode()
    assert "there is nothing to restore" in html
    assert 'name="expect"' not in html


# Rights -----------------------------------------------------------------------------------------


def test_who_may_see_a_page_sees_its_history_and_changes_nothing(client: Client) -> None:
    page = goods()
    edition = publish(page)
    client.force_login(user("reader", "view_concept"))
    html = client.get(address(page, "history")).content.decode()
    assert client.get(address(page, "differences"), {"to": "e1"}).status_code == 200
    assert address(edition, "restore") not in html
    assert "/undo/" not in html
    client.force_login(user("stranger", "view_distinction", "view_logentry", "view_edition"))
    for verb in ("history", "differences"):
        assert client.get(address(page, verb), {"to": "e1"}).status_code == 403


@pytest.mark.parametrize("verb", ["history", "differences"])
def test_a_stranger_is_led_to_the_log_in_and_a_missing_page_is_not_found(
    client: Client, verb: str
) -> None:
    where = address(goods(), verb)
    assert client.get(where).url == f"/admin/login/?next={where}"  # type: ignore[attr-defined]
    log_in_writer(client)
    missing = reverse(f"admin:concepts_concept_{verb}", args=["99999"])
    assert client.get(missing).status_code == 404
