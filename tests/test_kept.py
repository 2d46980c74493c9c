"""What was typed is kept when a form of the desk is refused, and shown to nobody else."""

from typing import Any

import pytest
from admin_forms import address, concept, fields, log_in_writer, user
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from concepts.models import Concept

pytestmark = pytest.mark.django_db

OWN = {"Origin": "http://testserver"}
TYPED = "Typed for an hour.\r\n\r\n<b>In</b> two parts."
STORED = TYPED.replace("\r\n", "\n")


@pytest.fixture
def page() -> Concept:
    return concept("goods", summary="A thing.")


@pytest.fixture
def writer(client: Client) -> Client:
    return log_in_writer(client)


def form_of(client: Client, page: Concept) -> dict[str, str]:
    return fields(client.get(address(page)).content) | {"summary": TYPED}


def refused(client: Client, page: Concept, form: dict[str, str], **headers: str) -> Any:
    answer = client.post(address(page), form, headers=headers or OWN)
    page.refresh_from_db()
    assert (answer.status_code, page.summary) == (403, "A thing.")
    return answer


def test_a_form_sent_after_the_session_ended_is_saved_by_sending_it_again(
    writer: Client, page: Concept
) -> None:
    form = form_of(writer, page)
    writer.logout()
    answer = refused(writer, page, form)
    assert "You are no longer logged in." in answer.content.decode()
    writer.force_login(User.objects.get(username="writer"))
    assert writer.post(address(page), fields(answer.content), headers=OWN).status_code == 302
    page.refresh_from_db()
    assert page.summary == STORED


def test_what_is_sent_again_is_merged_as_ever(writer: Client, page: Concept) -> None:
    form = form_of(writer, page)
    writer.logout()
    answer = refused(writer, page, form)
    Concept.objects.update(summary="Somebody else's.")
    writer.force_login(User.objects.get(username="writer"))
    assert writer.post(address(page), fields(answer.content), headers=OWN).status_code == 200
    page.refresh_from_db()
    assert page.summary == "Somebody else's."


def test_the_typed_texts_are_shown_for_copying_and_no_others(writer: Client, page: Concept) -> None:
    form = form_of(writer, page) | {"body": "Typed, too."}
    writer.logout()
    text = refused(writer, page, form).content.decode()
    shown = text[text.index("for copying") :]
    assert "Typed for an hour.\r\n\r\n&lt;b&gt;In&lt;/b&gt; two parts." in shown
    assert "Typed, too." in shown
    assert "Goods" not in shown


def test_a_list_that_stands_as_it_was_is_not_shown_as_typed(writer: Client, page: Concept) -> None:
    page.aliases = ["wares", "commodities"]
    page.save()
    form = form_of(writer, page)
    writer.logout()
    text = refused(writer, page, form).content.decode()
    assert "commodities" not in text[text.index("for copying") :]


def test_a_form_that_is_older_than_the_log_in_is_saved_by_sending_it_again(page: Concept) -> None:
    client = log_in_writer(Client(enforce_csrf_checks=True))
    form = form_of(client, page)
    client.cookies.pop("csrftoken")
    answer = refused(client, page, form)
    assert "You have logged in anew since this form was opened." in answer.content.decode()
    assert client.post(address(page), fields(answer.content), headers=OWN).status_code == 302


def test_who_has_lost_the_right_saves_nothing_and_keeps_the_text(
    writer: Client, page: Concept
) -> None:
    form = form_of(writer, page)
    User.objects.get().user_permissions.clear()
    answer = refused(writer, page, form)
    assert "You may not do this, or no longer." in answer.content.decode()
    assert fields(answer.content)["summary"] == STORED


def test_whose_account_was_disabled_saves_nothing_and_keeps_the_text(
    writer: Client, page: Concept
) -> None:
    form = form_of(writer, page)
    User.objects.update(is_active=False)
    assert fields(refused(writer, page, form).content)["summary"] == STORED


def test_who_is_no_longer_of_the_staff_keeps_the_text(writer: Client, page: Concept) -> None:
    form = form_of(writer, page)
    User.objects.update(is_staff=False)
    answer = refused(writer, page, form)
    assert "Your account may not work here at present." in answer.content.decode()


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://evil.example"},
        {"Origin": "null", "Referer": "http://testserver/admin/"},
        {"Referer": "https://evil.example/http://testserver/"},
        {"Origin": "http://testserver.evil.example"},
    ],
)
def test_what_another_site_made_a_browser_send_is_not_shown(
    writer: Client, page: Concept, headers: dict[str, str]
) -> None:
    form = form_of(writer, page)
    User.objects.get().user_permissions.clear()
    answer = writer.post(address(page), form, headers=headers)
    assert answer.status_code == 403
    assert "Typed for an hour" not in answer.content.decode()


def test_an_address_of_this_site_as_referrer_is_enough(writer: Client, page: Concept) -> None:
    form = form_of(writer, page)
    writer.logout()
    refused(writer, page, form, Referer="http://testserver/admin/concepts/concept/1/change/")


def test_passwords_are_never_sent_back(page: Concept) -> None:
    user("anna")
    secret = {"username": "anna", "password": "typed in secret"}
    client = Client(enforce_csrf_checks=True)
    for where in (reverse("admin:login"), address(page)):
        answer = client.post(where, secret, headers=OWN)
        assert "typed in secret" not in answer.content.decode()
        assert "Typed" not in answer.content.decode()


def test_a_refused_get_is_as_it_was(client: Client, page: Concept) -> None:
    assert client.get(address(page), headers=OWN).status_code == 302


def test_the_answer_is_kept_by_no_cache(writer: Client, page: Concept) -> None:
    form = form_of(writer, page)
    writer.logout()
    assert "no-store" in refused(writer, page, form)["Cache-Control"]
