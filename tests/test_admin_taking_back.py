"""Withdraw a page and close an edition: what they show, ask and refuse."""

from typing import Any

import pytest
from admin_forms import address, concept, errors, fields, log_in_writer, publish, user
from django.test import Client
from publish_forms import MOMENT, said, send

from concepts import publishing
from concepts.models import Closure, Concept, Edition, Withdrawal

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(client: Client) -> Client:
    return log_in_writer(client, "add_edition", "add_closure")


# Withdraw ---------------------------------------------------------------------------------------


def test_a_page_is_withdrawn_with_a_reason(editor: Client) -> None:
    page = concept("goods")
    publish(page)
    assert errors(editor.post(address(page, "withdraw"), {"reason": " "})) == [
        "This field is required."
    ]
    assert send(editor, page, {"reason": "Merged."}, "withdraw") == "Goods is withdrawn."
    assert editor.get("/concepts/goods/").status_code == 410
    assert Withdrawal.objects.get().reason == "Merged."


def test_withdrawing_shows_what_readers_will_find_and_who_links_here(editor: Client) -> None:
    page, other = concept("goods"), concept("services", body="See [goods](concept:goods).")
    publish(page)
    publish(other)
    answer = editor.get(address(page, "withdraw"))
    assert "This page was withdrawn on" in said(answer)
    assert f'<a href="{address(other)}">Services</a>' in answer.content.decode()


def test_what_no_page_links_to_says_so(editor: Client) -> None:
    page = concept("goods", body="See [itself](concept:goods).")
    publish(page)
    assert "Pages that link here None." in said(editor.get(address(page, "withdraw")))


def test_withdrawing_twice_is_said_plainly(editor: Client) -> None:
    page = concept("goods")
    publish(page)
    send(editor, page, {"reason": "Merged."}, "withdraw")
    assert send(editor, page, {"reason": "Merged."}, "withdraw") == (
        "Goods has no edition in force: nothing to withdraw."
    )
    assert Withdrawal.objects.count() == 1


def test_the_change_form_says_that_and_why_a_page_was_withdrawn(editor: Client) -> None:
    page = concept("goods")
    publish(page)
    publishing.withdraw(page, by=None, reason="Merged.")
    words = said(editor.get(address(page)))
    assert "The page was withdrawn on" in words
    assert ": Merged." in words
    assert address(page, "withdraw").encode() not in editor.get(address(page)).content


# Close ------------------------------------------------------------------------------------------


def test_an_edition_is_closed_with_a_reason_and_the_slug_typed(administrator: Client) -> None:
    edition = publish(concept("goods", summary="A secret."))
    assert address(edition, "close").encode() in administrator.get(address(edition)).content
    wrong = {"reason": "A court said so.", "slug": "good"}
    answer = administrator.post(address(edition, "close"), wrong)
    assert errors(answer) == ["This is not the slug of the page: type goods"]
    assert fields(answer.content)["reason"] == "A court said so."
    assert Closure.objects.count() == 0
    right = wrong | {"slug": "goods"}
    assert send(administrator, edition, right, "close") == "Goods, edition 1 is closed."
    assert administrator.get("/concepts/goods/editions/1/").status_code == 410


def test_closing_needs_a_reason(administrator: Client) -> None:
    edition = publish(concept("goods"))
    answer = administrator.post(address(edition, "close"), {"reason": "", "slug": "goods"})
    assert errors(answer) == ["This field is required."]
    assert Closure.objects.count() == 0


def test_a_closed_edition_is_shown_as_such_without_what_it_said(administrator: Client) -> None:
    edition = publish(concept("goods", summary="A secret."))
    publishing.close(edition, by=user("anna"), reason="A court said so.")
    answer = administrator.get(address(edition))
    assert "by anna: A court said so. Its text is shown to nobody any more." in said(answer)
    html = answer.content.decode()
    assert "A secret." not in html
    assert address(edition, "close") not in html
    assert address(edition, "restore") not in html


def test_closing_twice_is_said_plainly(administrator: Client) -> None:
    edition = publish(concept("goods"))
    publishing.close(edition, by=None, reason="A court said so.")
    sent = {"reason": "Again.", "slug": "goods"}
    assert send(administrator, edition, sent, "close") == "Goods, edition 1 is closed already."
    assert Closure.objects.get().reason == "A court said so."


def test_a_scheduled_edition_is_not_closed(administrator: Client) -> None:
    edition = publish(concept("goods"), at=MOMENT)
    assert address(edition, "close").encode() not in administrator.get(address(edition)).content
    sent = {"reason": "A court said so.", "slug": "goods"}
    answer = administrator.post(address(edition, "close"), sent)
    assert "cancel its schedule instead" in said(answer)
    assert Closure.objects.count() == 0


def test_the_publish_page_does_not_show_a_closed_text_and_refuses_it(
    administrator: Client,
) -> None:
    page = concept("goods", summary="A secret.")
    publishing.close(publish(page), by=None, reason="A court said so.")
    answer = administrator.get(address(page, "publish"))
    assert "This is the text of edition 1, which was closed: A court said so." in said(answer)
    assert "note" not in fields(answer.content)
    Concept.objects.update(summary="Without it.")
    answer = administrator.get(address(page, "publish"))
    assert "Edition 1 is closed and its text is not shown." in said(answer)
    assert "A secret." not in answer.content.decode()


def test_the_change_form_says_that_what_was_in_force_is_closed(administrator: Client) -> None:
    page = concept("goods")
    publishing.close(publish(page), by=None, reason="A court said so.")
    assert "Edition 1 was closed: readers find its reason" in said(administrator.get(address(page)))


# Rights -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("more", [[], ["add_edition"], ["add_edition", "add_withdrawal"]])
def test_who_may_not_close_an_edition_does_not(client: Client, more: list[str]) -> None:
    edition = publish(concept("goods"))
    other = log_in_writer(client, *more)
    sent: dict[str, Any] = {"reason": "A court said so.", "slug": "goods"}
    assert other.get(address(edition, "close")).status_code == 403
    assert other.post(address(edition, "close"), sent).status_code == 403
    assert address(edition, "close").encode() not in other.get(address(edition)).content
    assert Closure.objects.count() == 0


def test_who_may_not_see_editions_does_not_close_one(client: Client) -> None:
    edition = publish(concept("goods"))
    client.force_login(user("closer", "add_closure"))
    assert client.get(address(edition, "close")).status_code == 403


def test_a_stranger_who_would_close_is_led_to_the_log_in(client: Client) -> None:
    edition = publish(concept("goods"))
    answer = client.post(address(edition, "close"), {"reason": "Mine.", "slug": "goods"})
    assert answer.url == f"/admin/login/?next={address(Edition.objects.get(), 'close')}"
    assert Closure.objects.count() == 0
