"""Maintenance: readers read on, nobody writes, and what was typed is given back."""

import io
from typing import Any

import psycopg
import pytest
from admin_forms import address, concept, fields, log_in_writer
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from samples import concept as draft
from samples import publish
from small_site import COMPARISON, build
from staff import PASSWORD, member

from concepts import maintenance, publishing
from concepts.models import Concept, Edition, LogEntry, Page, Site

pytestmark = pytest.mark.django_db

OWN = {"Origin": "http://testserver"}
WHY = "The site moves to another machine"
TYPED = "Typed for an hour."


@pytest.fixture
def writer() -> Client:
    return log_in_writer(Client(), "add_edition")


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("maintenance", *arguments, stdout=out)
    return out.getvalue().strip()


# The command ------------------------------------------------------------------------------------


def test_it_is_switched_and_told() -> None:
    assert run("status") == "Maintenance is off."
    assert run("on", "--reason", f"{WHY}.") == f"Maintenance is on. {WHY}."
    assert run("status") == f"Maintenance is on. {WHY}."
    assert maintenance.reason() == WHY
    assert run("off") == "Maintenance is off."
    assert maintenance.reason() == ""


def test_without_a_reason_it_has_one() -> None:
    assert run("on") == "Maintenance is on. The site is being looked after."


@pytest.mark.parametrize("reason", ["", "  ", "two\nlines", "x" * 201, "\0"])
def test_a_reason_that_is_no_line_is_refused(reason: str) -> None:
    with pytest.raises(CommandError, match="one line of at most 200"):
        run("on", "--reason", reason)
    assert maintenance.reason() == ""


def test_a_database_that_was_never_migrated_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Site.objects, "filter", lambda **_: Site.objects.none())
    with pytest.raises(CommandError, match="run manage.py migrate"):
        run("on")


def test_while_somebody_publishes_it_is_not_switched_and_says_so() -> None:
    def locked(*_: Any) -> None:
        raise OperationalError("x") from psycopg.errors.LockNotAvailable("x")

    def wrapper(execute: Any, sql: str, *rest: Any) -> Any:
        return locked() if sql.startswith("UPDATE") else execute(sql, *rest)

    with (
        connection.execute_wrapper(wrapper),
        pytest.raises(CommandError, match="somebody is publishing or importing"),
    ):
        run("on")


# Readers ----------------------------------------------------------------------------------------


def test_the_public_site_shows_nothing_of_it_and_asks_nothing_more(client: Client) -> None:
    from concepts.views.shelf import shelf

    def shown() -> tuple[bytes, int]:
        shelf.clear()
        with CaptureQueriesContext(connection) as captured:
            answer = client.get(COMPARISON)
        assert answer.status_code == 200
        return answer.content, len(captured)

    build(1)
    shown()
    before = shown()
    run("on")
    assert shown() == before
    assert client.get("/search/?q=stored").status_code == 200
    assert client.post("/check-links/", {"text": "x"}).status_code == 200
    assert client.get("/readyz").status_code == 200
    shelf.clear()


# The desk ---------------------------------------------------------------------------------------


def test_the_desk_says_so_on_every_page_and_only_then(writer: Client) -> None:
    page = concept("goods")
    paths = [
        "/admin/",
        "/admin/concepts/concept/",
        address(page),
        "/admin/handbook/",
        "/admin/login/",
    ]
    told = f"{WHY}. Nothing can be saved or published until that is over"
    assert not [path for path in paths if told in writer.get(path, follow=True).content.decode()]
    maintenance.begin(WHY)
    for path in paths:
        answer = writer.get(path, follow=True)
        assert (path, answer.status_code) == (path, 200)
        assert told in answer.content.decode()


def test_a_save_is_refused_and_what_was_typed_is_given_back(writer: Client) -> None:
    page = concept("goods", summary="A thing.")
    form = fields(writer.get(address(page)).content) | {"summary": TYPED}
    maintenance.begin(WHY)
    answer = writer.post(address(page), form, headers=OWN)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "300")
    assert f"{WHY}: nothing can be saved or published" in answer.content.decode()
    assert Concept.objects.get().summary == "A thing."
    maintenance.end()
    assert writer.post(address(page), fields(answer.content), headers=OWN).status_code == 302
    assert Concept.objects.get().summary == TYPED


@pytest.mark.parametrize(
    "path",
    [
        "/admin/import/",
        "/admin/concepts/concept/",
        "/admin/password_change/",
        "/admin/second-factor/",
    ],
)
def test_whatever_else_is_sent_is_refused_on_a_page(writer: Client, path: str) -> None:
    maintenance.begin(WHY)
    answer = writer.post(path, {"action": "delete_selected"}, headers=OWN)
    assert answer.status_code == 503
    assert WHY in answer.content.decode()
    assert "no-store" in answer.headers["Cache-Control"]


def test_a_picture_is_refused_in_the_form_that_its_script_reads(writer: Client) -> None:
    maintenance.begin(WHY)
    answer = writer.post("/admin/markdown/upload/", {"alt": "x"}, headers={"accept": "*/*"})
    assert (answer.status_code, WHY in answer.json()["error"]) == (503, True)


def test_who_is_not_logged_in_is_told_no_more_than_that(client: Client) -> None:
    page = concept("goods")
    maintenance.begin(WHY)
    answer = client.post(address(page), {"summary": TYPED}, headers={"Origin": "https://e.example"})
    assert answer.status_code == 503
    assert TYPED not in answer.content.decode()


def test_a_form_without_a_right_token_is_refused_as_ever() -> None:
    page = concept("goods")
    client = log_in_writer(Client(enforce_csrf_checks=True))
    maintenance.begin(WHY)
    assert client.post(address(page), {"summary": TYPED}).status_code == 403


def test_one_may_log_in_and_out_and_look_at_markdown(client: Client) -> None:
    member("anna", "Editor")
    maintenance.begin(WHY)
    sent = {"username": "anna", "password": PASSWORD, "token": "", "next": "/admin/"}
    assert client.post("/admin/login/", sent).status_code == 302
    assert client.post("/admin/markdown/preview/", {"content": "*x*"}).status_code == 200
    assert client.get("/admin/").status_code == 200
    assert client.post("/admin/logout/").status_code == 200
    assert client.get("/admin/").status_code == 302


# Verbs and commands -------------------------------------------------------------------------


def counts() -> tuple[int, int, int]:
    return Edition.objects.count(), LogEntry.objects.count(), Site.objects.get().counter


def test_no_verb_works(monkeypatch: pytest.MonkeyPatch) -> None:
    page = draft("goods")
    edition = publish(page)
    maintenance.begin(WHY)
    before = counts()
    how = {"by": None, "note": "x", "significance": "meaning"}
    verbs: list[Any] = [
        lambda: publishing.publish(page, **how),
        lambda: publishing.publish_all([page], **how),
        lambda: publishing.withdraw(page, by=None, reason="x"),
        lambda: publishing.close(edition, by=None, reason="x"),
        lambda: publishing.unschedule(edition, by=None),
    ]
    for verb in verbs:
        with pytest.raises(publishing.PublishError, match=f"^{WHY}: nothing can be saved"):
            verb()
    assert counts() == before
    maintenance.end()
    publishing.withdraw(page, by=None, reason="x")


def test_content_files_are_not_imported_but_can_be_tried(tmp_path: Any) -> None:
    (tmp_path / "concepts").mkdir()
    text = "---\nkind: concept\nslug: goods\ntitle: Goods\nsummary: A thing.\n---\n"
    (tmp_path / "concepts" / "goods.md").write_text(text)
    maintenance.begin(WHY)
    out = io.StringIO()
    call_command("import_content", str(tmp_path), "--dry-run", stdout=out)
    assert "Created: 1 (concept:goods)" in out.getvalue()
    with pytest.raises(CommandError, match=f"{WHY}.*\nNothing was imported"):
        call_command("import_content", str(tmp_path), stdout=out)
    assert Page.objects.count() == 0


def test_to_restore_takes_a_verb_too(writer: Client) -> None:
    edition = publish(draft("goods"))
    maintenance.begin(WHY)
    assert writer.post(f"/admin/concepts/edition/{edition.pk}/restore/", {}).status_code == 503
    assert counts()[0] == 1
