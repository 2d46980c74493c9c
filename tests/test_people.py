"""People in the admin: who adds and changes whom, one-time links, resets."""

import logging
import re
from typing import Any

import pytest
from admin_forms import errors, fields
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission, User
from django.contrib.auth.tokens import default_token_generator
from django.test import Client
from django_otp.plugins.otp_totp.models import TOTPDevice
from staff import PASSWORD, code, enter, give_app, is_in, log_in, member

from concepts.accounts import second_factor

pytestmark = pytest.mark.django_db

PEOPLE = "/admin/auth/user/"
NEW = "another long pass phrase"


@pytest.fixture
def head() -> User:
    return member("head", "Administrator")


@pytest.fixture
def desk(client: Client, head: User) -> Client:
    """An Administrator at work, who is no superuser."""
    return enter(client, head)


@pytest.fixture
def ann() -> User:
    return member("ann", "Writer")


def at(person: User, verb: str = "change") -> str:
    return f"{PEOPLE}{person.pk}/{verb}/"


def add(client: Client, **typed: Any) -> Any:
    group = str(Group.objects.get(name="Writer").pk)
    sent = {"username": "ann", "first_name": "", "last_name": "", "groups": [group]}
    return client.post(f"{PEOPLE}add/", sent | typed)


def change(client: Client, person: User, **typed: Any) -> Any:
    """Save the form of a person as it is, but for what is typed; None takes a tick away."""
    ticked = [str(group.pk) for group in person.groups.all()]
    sent = fields(client.get(at(person)).content) | {"groups": ticked} | typed
    return client.post(at(person), {name: v for name, v in sent.items() if v is not None})


def link_in(answer: Any) -> str:
    """The path of the one-time link that a page shows."""
    shown = re.search(r'<code class="one-time">(.*?)</code>', answer.content.decode())
    assert shown
    return shown[1].removeprefix(settings.SITE_URL)


def use(client: Client, link: str, password: str = NEW) -> Any:
    """Follow a one-time link and set a password with it."""
    opened = client.get(link, follow=True)
    if not opened.redirect_chain:
        return opened
    sent = {"new_password1": password, "new_password2": password}
    return client.post(opened.redirect_chain[-1][0], sent)


# Adding somebody --------------------------------------------------------------------------


def test_an_administrator_adds_somebody_who_has_no_password_yet(desk: Client) -> None:
    answer = add(desk, first_name="Ann", last_name="Lee")
    made = User.objects.get(username="ann")
    assert (made.get_full_name(), made.is_staff, made.is_superuser) == ("Ann Lee", True, False)
    assert [group.name for group in made.groups.all()] == ["Writer"]
    assert not made.has_usable_password()
    assert link_in(answer).startswith("/admin/welcome/")


def test_with_the_link_somebody_sets_a_password_and_logs_in(desk: Client) -> None:
    visitor = Client()
    assert use(visitor, link_in(add(desk))).url == "/admin/login/"
    assert "Your password is set." in visitor.get("/admin/login/").content.decode()
    assert not is_in(visitor)
    log_in(visitor, "ann", NEW)
    assert is_in(visitor)


def test_a_name_that_is_taken_is_refused(desk: Client, ann: User) -> None:
    assert errors(add(desk)) == ["A user with that username already exists."]


# The one-time link ------------------------------------------------------------------------


def test_a_new_link_is_shown_to_the_one_who_asks_and_logged(
    desk: Client, head: User, ann: User, caplog: pytest.LogCaptureFixture
) -> None:
    assert desk.get(at(ann, "link")).status_code == 200
    assert not LogEntry.objects.exists()
    answer = desk.post(at(ann, "link"))
    assert answer.content.decode().count(link_in(answer)) == 1
    entry = LogEntry.objects.get()
    assert (entry.user, entry.object_repr) == (head, "ann")
    assert entry.get_change_message() == "Made a one-time link."
    assert "head made a one-time link for ann." in caplog.messages


def test_the_token_does_not_stay_in_the_address(desk: Client, ann: User) -> None:
    link = link_in(desk.post(at(ann, "link")))
    first = Client().get(link)
    assert (first.status_code, first.url) == (302, re.sub(r"[^/]+/$", "set-password/", link))
    assert first.headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" in first.headers["Cache-Control"]


def test_the_page_of_the_link_is_kept_by_no_cache_and_tells_other_sites_nothing(
    desk: Client, ann: User
) -> None:
    page = Client().get(link_in(desk.post(at(ann, "link"))), follow=True)
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert "no-store" in page.headers["Cache-Control"]


@pytest.mark.parametrize("password", ["short", "password1234"])
def test_a_password_that_is_too_weak_is_refused(desk: Client, ann: User, password: str) -> None:
    answer = use(Client(), link_in(desk.post(at(ann, "link"))), password)
    assert answer.status_code == 200
    assert errors(answer)
    assert User.objects.get(username="ann").check_password(PASSWORD)


def test_a_link_works_once(desk: Client, ann: User) -> None:
    link = link_in(desk.post(at(ann, "link")))
    use(Client(), link)
    again = use(Client(), link, "a third long pass phrase")
    assert (again.status_code, "Ask an Administrator" in again.content.decode()) == (404, True)
    assert User.objects.get(username="ann").check_password(NEW)


def test_a_log_in_makes_a_link_worthless(desk: Client, ann: User) -> None:
    link = link_in(desk.post(at(ann, "link")))
    log_in(Client(), "ann")
    assert use(Client(), link).status_code == 404


def test_a_change_of_password_makes_a_link_worthless(desk: Client, ann: User) -> None:
    link = link_in(desk.post(at(ann, "link")))
    ann.set_password(NEW)
    ann.save()
    assert use(Client(), link).status_code == 404


def test_a_link_ends_after_three_days(
    desk: Client, ann: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = link_in(desk.post(at(ann, "link")))
    seconds = type(default_token_generator)._num_seconds

    def later(self: Any, moment: Any) -> int:
        return int(seconds(self, moment)) + passed

    monkeypatch.setattr(type(default_token_generator), "_num_seconds", later)
    passed = 3 * 24 * 3600 - 60
    assert Client().get(link).status_code == 302
    passed = 3 * 24 * 3600 + 1
    assert Client().get(link).status_code == 404


def test_a_link_of_somebody_who_is_not_active_is_worthless(desk: Client, ann: User) -> None:
    link = link_in(desk.post(at(ann, "link")))
    User.objects.filter(pk=ann.pk).update(is_active=False)
    assert use(Client(), link).status_code == 404
    assert "one-time" not in desk.post(at(ann, "link")).content.decode()


def test_a_link_of_nobody_reads_like_one_that_is_used(client: Client) -> None:
    assert client.get("/admin/welcome/OTk5/abc-def/").status_code == 404
    assert client.get("/admin/welcome/%FF/abc-def/").status_code == 404


def test_a_link_does_not_stand_in_for_the_second_factor(desk: Client, ann: User) -> None:
    give_app(ann)
    visitor = Client()
    use(visitor, link_in(desk.post(at(ann, "link"))))
    assert not is_in(visitor)
    assert log_in(visitor, "ann", NEW).status_code == 200
    assert log_in(visitor, "ann", NEW, code()).status_code == 302


def test_a_new_password_ends_the_sessions_of_the_old_one(desk: Client, ann: User) -> None:
    other = enter(Client(), ann)
    use(Client(), link_in(desk.post(at(ann, "link"))))
    assert not is_in(other)


# What an Administrator cannot do ----------------------------------------------------------


@pytest.mark.parametrize("verb", ["change", "link", "reset"])
def test_an_administrator_does_not_touch_a_superuser(desk: Client, verb: str) -> None:
    root = User.objects.create_superuser("root", password=PASSWORD)
    give_app(root)
    assert desk.post(at(root, verb), {"username": "mine"}).status_code == 403
    assert User.objects.get(pk=root.pk).username == "root"
    assert TOTPDevice.objects.filter(user=root).exists()


def test_what_the_form_does_not_ask_is_not_taken(desk: Client, ann: User) -> None:
    permission = Permission.objects.get(codename="add_closure")
    forged = {
        "is_superuser": "on",
        "user_permissions": [str(permission.pk)],
        "password": "x",
        "is_staff": "",
    }
    assert change(desk, ann, **forged).status_code == 302
    assert add(desk, username="bob", **forged).status_code == 200
    for person in User.objects.filter(username__in=["ann", "bob"]):
        assert (person.is_superuser, person.is_staff) == (False, True)
        assert not person.user_permissions.exists()
    assert User.objects.get(pk=ann.pk).check_password(PASSWORD)


def test_only_the_three_groups_can_be_given(desk: Client, ann: User) -> None:
    other = Group.objects.create(name="Others")
    answer = change(desk, ann, groups=[str(other.pk)])
    assert "is not one of the available choices" in errors(answer)[0]
    assert "Others" not in answer.content.decode()


def test_nobody_changes_their_own_groups_or_puts_themselves_out(desk: Client, head: User) -> None:
    writer = str(Group.objects.get(name="Writer").pk)
    change(desk, head, groups=[writer], is_active=None, first_name="Hedda")
    head.refresh_from_db()
    assert (head.first_name, head.is_active) == ("Hedda", True)
    assert [group.name for group in head.groups.all()] == ["Administrator"]


@pytest.mark.parametrize("verb", ["link", "reset"])
def test_nobody_helps_themselves_to_a_link_or_a_reset(desk: Client, head: User, verb: str) -> None:
    assert desk.post(at(head, verb)).status_code == 403


def test_nobody_is_deleted(desk: Client, ann: User) -> None:
    assert desk.post(at(ann, "delete"), {"post": "yes"}).status_code == 403
    assert "delete_selected" not in desk.get(PEOPLE).content.decode()


@pytest.mark.parametrize("lookup", ["password__startswith", "totpdevice__key__startswith"])
def test_the_list_tells_nothing_of_secrets(desk: Client, ann: User, lookup: str) -> None:
    assert desk.get(PEOPLE, {lookup: "a"}).status_code == 400


def test_no_page_of_people_holds_a_secret(desk: Client, ann: User) -> None:
    device = give_app(ann)
    second_factor.new_codes(user=ann)
    pages = [PEOPLE, at(ann), at(ann, "history"), at(ann, "reset"), at(ann, "link")]
    read = "".join(desk.get(page).content.decode() for page in pages)
    for secret in (device.key, second_factor.shown_key(device.key), ann.password.split("$")[-1]):
        assert secret not in read


@pytest.mark.parametrize("group", ["Writer", "Editor"])
def test_people_are_the_administrators_business(client: Client, ann: User, group: str) -> None:
    enter(client, member("bob", group))
    for address in (PEOPLE, f"{PEOPLE}add/", at(ann), at(ann, "link"), at(ann, "reset")):
        assert client.get(address).status_code == 403


def test_a_superuser_makes_another(client: Client, ann: User) -> None:
    enter(client, User.objects.create_superuser("root"))
    assert change(client, ann, is_superuser="on").status_code == 302
    assert User.objects.get(pk=ann.pk).is_superuser


# Sessions and the second factor -----------------------------------------------------------


def test_who_is_made_inactive_is_out_at_the_next_request_and_stays_out(
    desk: Client, ann: User
) -> None:
    session = enter(Client(), ann)
    assert is_in(session)
    change(desk, ann, is_active=None)
    assert not is_in(session)
    change(desk, ann, is_active="on")
    assert not is_in(session)
    assert log_in(session, "ann").status_code == 302


def test_a_lowered_group_counts_from_the_next_request(desk: Client) -> None:
    bob = member("bob", "Administrator")
    session = enter(Client(), bob)
    assert session.get(PEOPLE).status_code == 200
    change(desk, bob, groups=[str(Group.objects.get(name="Writer").pk)])
    assert session.get(PEOPLE).status_code == 403


def test_a_reset_takes_app_and_codes_away_and_ends_the_sessions(
    desk: Client, head: User, ann: User, caplog: pytest.LogCaptureFixture
) -> None:
    session = enter(Client(), ann, give_app(ann))
    second_factor.new_codes(user=ann)
    assert desk.get(at(ann, "reset")).status_code == 200
    assert is_in(session)
    assert desk.post(at(ann, "reset")).url == at(ann)
    assert not is_in(session)
    assert is_in(desk)
    assert log_in(Client(), "ann").status_code == 302
    assert not TOTPDevice.objects.exists()
    entry = LogEntry.objects.get()
    assert (entry.user, entry.get_change_message()) == (head, "Reset the second factor.")
    warned = [r.getMessage() for r in caplog.records if r.levelno == logging.WARNING]
    assert "head reset the second factor of ann." in warned


def test_the_list_of_people_costs_the_same_however_many_they_are(
    desk: Client, ann: User, django_assert_num_queries: Any
) -> None:
    give_app(ann)
    with django_assert_num_queries(10) as few:
        assert "Writer" in desk.get(PEOPLE).content.decode()
    for n in range(5):
        member(f"name{n}", "Editor")
    with django_assert_num_queries(len(few)):
        desk.get(PEOPLE)
