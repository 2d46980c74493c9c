"""Who may do what with a page: every verb refuses who has not the right."""

import pytest
from admin_forms import (
    address,
    concept,
    fields,
    log_in_writer,
    logged,
    news,
    publish,
    user,
)
from django.test import Client
from django.urls import reverse
from publish_forms import TERMS

from concepts import desk
from concepts.desk import readiness
from concepts.models import Concept, Distinction, Edition

pytestmark = pytest.mark.django_db

VERBS = ["publish", "unschedule", "withdraw", "send-back"]


@pytest.fixture
def writer(client: Client) -> Client:
    return log_in_writer(client)


def test_an_edition_is_restored_as_a_draft(editor: Client) -> None:
    page = concept("goods", summary="As it was.")
    edition = publish(page)
    Concept.objects.update(summary="As it is.")
    sent = fields(editor.get(address(edition, "restore")).content)
    answer = editor.post(address(edition, "restore"), sent, follow=True)
    assert news(answer) == ["The draft says what edition 1 said."]
    assert Concept.objects.get().summary == "As it was."
    assert logged()[-1] == ("restore", "concept", "goods", "writer")


@pytest.mark.parametrize("verb", VERBS)
def test_a_writer_does_not_publish(writer: Client, verb: str) -> None:
    page = concept("goods")
    publish(page)
    desk.record(page, by=None, action="ready", note="Done.")
    sent = {**TERMS, "reason": "Because.", "expect": "0"}
    assert writer.get(address(page, verb)).status_code == 403
    assert writer.post(address(page, verb), sent).status_code == 403
    assert address(page, verb).encode() not in writer.get(address(page)).content
    assert Edition.objects.as_of().count() == 1


def test_only_who_may_change_the_page_restores_it(client: Client) -> None:
    edition = publish(concept("goods"))
    client.force_login(user("reader", "view_edition", "view_concept"))
    assert client.post(address(edition, "restore")).status_code == 403
    assert address(edition, "restore").encode() not in client.get(address(edition)).content


@pytest.mark.parametrize("verb", VERBS)
def test_who_may_not_see_a_page_does_nothing_with_it(client: Client, verb: str) -> None:
    client.force_login(user("publisher", "add_edition"))
    assert client.get(address(concept("goods"), verb)).status_code == 403


def test_only_who_may_change_a_page_marks_it_as_ready(client: Client) -> None:
    client.force_login(user("reader", "view_concept", "add_edition"))
    page = concept("goods")
    assert client.get(address(page, "ready")).status_code == 403
    assert client.post(address(page, "ready"), TERMS).status_code == 403
    assert readiness.mark_of(page.pk) is None


@pytest.mark.parametrize("verb", [*VERBS, "ready"])
def test_no_verb_works_without_the_token_of_its_form(verb: str) -> None:
    client = log_in_writer(Client(enforce_csrf_checks=True), "add_edition")
    page = concept("goods")
    publish(page)
    assert client.post(address(page, verb), {**TERMS, "reason": "Because."}).status_code == 403
    assert Edition.objects.as_of().count() == 1


@pytest.mark.parametrize("verb", ["change", "delete", "ready", *VERBS])
def test_a_stranger_is_led_to_the_log_in(client: Client, verb: str) -> None:
    answer = client.get(address(concept("goods"), verb))
    assert answer.url == f"/admin/login/?next={address(Concept.objects.get(), verb)}"


@pytest.mark.parametrize("verb", [*VERBS, "ready"])
def test_a_page_that_is_not_there_is_not_found(editor: Client, verb: str) -> None:
    assert editor.get(reverse(f"admin:concepts_concept_{verb}", args=[99999])).status_code == 404


def test_who_may_only_look_sees_the_table_without_fields(
    client: Client, comparison: Distinction
) -> None:
    client.force_login(user("reader", "view_distinction"))
    answer = client.get(address(comparison))
    assert b"goods of row-12" in answer.content
    assert "rows-0-cell_goods" not in fields(answer.content)
    assert client.post(address(comparison), {}).status_code == 403
