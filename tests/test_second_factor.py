"""The second factor: who must have one, how it is set up, and what it asks at log-in."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import F
from django.test import Client
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice
from staff import code, enter, give_app, is_in, log_in, member, wrong_code

from concepts.accounts import second_factor

pytestmark = pytest.mark.django_db

PAGE = "/admin/second-factor/"


@pytest.fixture
def editor() -> User:
    return member("editor", "Editor")


@pytest.fixture
def _production(settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = True


def key_of(client: Client) -> str:
    """The key that the set-up page shows."""
    client.get(PAGE)
    return str(client.session["second_factor_key"])


def set_up(client: Client, typed: str = "") -> Any:
    """The answer to the code of the key that the page shows, or to another code."""
    return client.post(PAGE, {"token": typed or code(key_of(client))})


def codes_in(answer: Any) -> list[str]:
    return re.findall(r"<code>(\w{4}-\w{4})</code>", answer.content.decode())


def wait(device: Any) -> None:
    """Let the last wrong code of a device be an hour ago."""
    failed = F("throttling_failure_timestamp") - timedelta(hours=1)
    type(device).objects.update(throttling_failure_timestamp=failed)


# Who must have one ------------------------------------------------------------------------


@pytest.mark.usefixtures("_production")
@pytest.mark.parametrize("superuser", [False, True])
def test_in_production_who_may_publish_is_led_to_the_set_up_page(
    client: Client, superuser: bool
) -> None:
    who = User.objects.create_superuser("head") if superuser else member("editor", "Editor")
    enter(client, who)
    for address in ("/admin/", "/admin/concepts/concept/", "/admin/password_change/"):
        assert client.get(address).url == PAGE
    assert client.post("/admin/concepts/sector/add/", {"name": "bank"}).url == PAGE
    page = client.get(PAGE).content.decode()
    assert "until then you can do nothing else here" in page
    assert "/admin/concepts/" not in page


@pytest.mark.usefixtures("_production")
def test_who_is_led_to_the_set_up_page_can_log_out(client: Client, editor: User) -> None:
    enter(client, editor).post("/admin/logout/")
    assert "_auth_user_id" not in client.session


@pytest.mark.usefixtures("_production")
def test_in_production_who_has_shown_the_factor_works_as_ever(client: Client, editor: User) -> None:
    assert is_in(enter(client, editor, give_app(editor)))


@pytest.mark.usefixtures("_production")
def test_in_production_a_session_without_the_factor_is_sent_to_the_log_in(
    client: Client, editor: User
) -> None:
    enter(client, editor)
    give_app(editor)
    assert client.get("/admin/", follow=True).redirect_chain == [
        (PAGE, 302),
        (f"/admin/login/?next={PAGE}", 302),
    ]


@pytest.mark.usefixtures("_production")
def test_a_writer_needs_no_second_factor(client: Client) -> None:
    assert is_in(enter(client, member("writer", "Writer")))


def test_nobody_needs_a_second_factor_on_a_local_site(client: Client, editor: User) -> None:
    assert is_in(enter(client, editor))


# Setting up -------------------------------------------------------------------------------


@pytest.mark.usefixtures("_production")
def test_the_first_code_of_the_app_opens_the_desk(client: Client, editor: User) -> None:
    enter(client, editor)
    key = key_of(client)
    assert len(codes_in(set_up(client))) == 10
    assert is_in(client)
    assert [device.key for device in TOTPDevice.objects.filter(user=editor)] == [key]


def test_the_page_shows_the_key_as_text_and_as_an_image_of_its_own(
    client: Client, editor: User
) -> None:
    page = enter(client, editor).get(PAGE).content.decode()
    assert f'<code class="key">{second_factor.shown_key(key_of(client))}</code>' in page
    assert '<img class="qr" src="/admin/second-factor/qr.svg" alt=' in page
    assert "data:" not in page
    assert "style=" not in page


def test_the_image_is_a_plain_svg_of_the_key(client: Client, editor: User) -> None:
    answer = enter(client, editor).get(f"{PAGE}qr.svg")
    assert answer.headers["Content-Type"] == "image/svg+xml"
    assert "no-store" in answer.headers["Cache-Control"]
    assert b"<svg" in answer.content
    assert b"style" not in answer.content
    changed = client.session
    changed["second_factor_key"] = "00" * 20
    changed.save()
    assert client.get(f"{PAGE}qr.svg").content != answer.content


def test_a_wrong_code_takes_nothing_into_use(client: Client, editor: User) -> None:
    enter(client, editor)
    key = key_of(client)
    answer = set_up(client, wrong_code(key))
    assert "That is not the code of this key now." in answer.content.decode()
    assert not TOTPDevice.objects.exists()
    assert key_of(client) == key


def test_setting_up_ends_the_other_sessions_and_keeps_this_one(
    client: Client, editor: User
) -> None:
    other = enter(Client(), editor)
    stranger = enter(Client(), member("writer", "Writer"))
    set_up(enter(client, editor))
    assert [is_in(browser) for browser in (client, other, stranger)] == [True, False, True]


def test_another_app_replaces_the_one_before(client: Client, editor: User) -> None:
    enter(client, editor, give_app(editor))
    set_up(client)
    assert TOTPDevice.objects.count() == 1
    assert is_in(client)


@pytest.mark.parametrize("address", ["", "codes/", "qr.svg"])
def test_a_session_without_the_factor_cannot_replace_it(
    client: Client, editor: User, address: str
) -> None:
    enter(client, editor)
    before = give_app(editor)
    log_in_page = f"/admin/login/?next={PAGE}{address}"
    assert client.get(PAGE + address).url == log_in_page
    assert client.post(PAGE + address, {"token": code()}).url == log_in_page
    assert TOTPDevice.objects.get() == before


def test_no_device_and_no_group_stands_in_the_admin() -> None:
    registered = {model._meta.label for model in admin.site._registry}
    assert {label for label in registered if label.startswith(("otp_", "axes"))} == set()
    assert "auth.Group" not in registered


# At log-in --------------------------------------------------------------------------------


def test_who_has_an_app_logs_in_with_its_code(client: Client, editor: User) -> None:
    give_app(editor)
    assert log_in(client, "editor").status_code == 200
    assert not is_in(client)
    assert log_in(client, "editor", token=code()).status_code == 302
    assert is_in(client)


def test_a_code_may_be_typed_with_a_space(client: Client, editor: User) -> None:
    give_app(editor)
    digits = code()
    assert log_in(client, "editor", token=f"{digits[:3]} {digits[3:]}").status_code == 302


def test_a_code_works_once(client: Client, editor: User) -> None:
    give_app(editor)
    digits = code()
    assert log_in(client, "editor", token=digits).status_code == 302
    assert log_in(Client(), "editor", token=digits).status_code == 200


def test_after_a_wrong_code_even_the_right_one_has_to_wait(client: Client, editor: User) -> None:
    device = give_app(editor)
    TOTPDevice.objects.update(throttling_failure_count=9)  # the wait doubles: now minutes
    log_in(client, "editor", token=wrong_code())
    assert log_in(client, "editor", token=code()).status_code == 200
    wait(device)
    assert log_in(client, "editor", token=code()).status_code == 302


def test_a_recovery_code_lets_in_once_in_place_of_the_app(client: Client, editor: User) -> None:
    [first, *rest] = codes_in(set_up(enter(client, editor)))
    lost = Client()
    assert log_in(lost, "editor", token=first).status_code == 302
    assert is_in(lost)
    assert log_in(Client(), "editor", token=first).status_code == 200
    wait(StaticToken.objects.all()[0].device)
    assert log_in(Client(), "editor", token=rest[0].upper()).status_code == 302


def test_a_wrong_recovery_code_does_not_hold_the_app_up(client: Client, editor: User) -> None:
    give_app(editor)
    second_factor.new_codes(user=editor)
    log_in(client, "editor", token="aaaa-aaaa")
    assert log_in(client, "editor", token=code()).status_code == 302


def test_new_recovery_codes_make_the_old_ones_invalid(client: Client, editor: User) -> None:
    [old, *_] = codes_in(set_up(enter(client, editor)))
    [new, *_] = codes_in(client.post(f"{PAGE}codes/"))
    assert StaticToken.objects.count() == 10
    assert log_in(Client(), "editor", token=old).status_code == 200
    wait(StaticToken.objects.all()[0].device)
    assert log_in(Client(), "editor", token=new).status_code == 302


def test_recovery_codes_are_shown_once_and_made_by_post_only(client: Client, editor: User) -> None:
    shown = codes_in(set_up(enter(client, editor)))
    assert "10 recovery codes are left" in client.get(PAGE).content.decode()
    assert client.get(f"{PAGE}codes/").url == PAGE
    assert {f"{t.token[:4]}-{t.token[4:]}" for t in StaticToken.objects.all()} == set(shown)


def test_a_verified_request_costs_one_query_more(
    client: Client, editor: User, django_assert_num_queries: Any
) -> None:
    address = "/admin/password_change/"
    enter(client, editor)
    with django_assert_num_queries(5) as plain:
        client.get(address)
    enter(client, editor, give_app(editor))
    with django_assert_num_queries(len(plain) + 1):
        client.get(address)
