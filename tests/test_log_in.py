"""Log-in: what it answers, how often it may fail, and what is kept of that."""

import re
from datetime import timedelta
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.auth.models import User
from django.db.models import F
from django.test import Client, RequestFactory
from staff import PASSWORD, code, give_app, is_in, log_in, member, wrong_code

from concepts.accounts.throttle import network

pytestmark = pytest.mark.django_db

WRONG = "The user name, the password or the code is wrong."
ELSEWHERE = "203.0.113.9"


@pytest.fixture
def writer() -> User:
    return member("writer", "Writer")


def fail(client: Client, times: int, name: str = "writer", **meta: Any) -> list[int]:
    """The answers to so many wrong passwords."""
    return [log_in(client, name, "wrong", **meta).status_code for _ in range(times)]


def said(answer: Any) -> str:
    """A page without what differs from request to request by nature."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())
    return re.sub(r'name="(username|token)" value="\w+"', r'name="\1"', text)


def pass_time(**time: float) -> None:
    """Let all failures lie so much further back."""
    AccessAttempt.objects.update(attempt_time=F("attempt_time") - timedelta(**time))


def test_who_has_no_second_factor_leaves_its_field_empty(client: Client, writer: User) -> None:
    answer = log_in(client, "writer")
    assert (answer.status_code, answer.url) == (302, "/admin/")
    assert is_in(client)


@pytest.mark.parametrize("other", ["nobody", "inactive"])
def test_the_answer_does_not_tell_whether_an_account_exists(
    client: Client, writer: User, other: str
) -> None:
    member("inactive", "Writer", is_active=False)
    known, unknown = log_in(client, "writer", "wrong"), log_in(client, other, PASSWORD)
    assert WRONG in known.content.decode()
    assert (said(unknown), unknown.status_code) == (said(known), known.status_code)


def test_the_answer_does_not_tell_whether_the_password_or_the_code_was_wrong(
    client: Client, writer: User
) -> None:
    give_app(writer)
    sent = [("wrong", code()), (PASSWORD, ""), (PASSWORD, wrong_code())]
    answers = [log_in(client, "writer", password, token) for password, token in sent]
    assert len({said(answer) for answer in answers}) == 1
    assert not is_in(client)


def test_an_unknown_account_costs_as_much_work_as_a_wrong_password(
    client: Client, writer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str] = []
    encode = MD5PasswordHasher.encode

    def count(self: Any, password: str, salt: str) -> str:
        hashed.append(password)
        return encode(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", count)
    log_in(client, "writer", "wrong")
    log_in(client, "nobody", "also wrong")
    assert hashed == ["wrong", "also wrong"]


@pytest.mark.parametrize("name", ["writer", "nobody"])
def test_the_fifth_failure_locks_the_account_out_even_with_the_right_password(
    client: Client, writer: User, name: str
) -> None:
    assert fail(client, 5, name) == [200, 200, 200, 200, 429]
    answer = log_in(client, name)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "900")
    assert "for the next 15 minutes" in answer.content.decode()
    assert not is_in(client)


def test_who_is_locked_out_reads_the_same_whether_or_not_the_account_exists(
    client: Client, writer: User
) -> None:
    fail(client, 5)
    fail(client, 5, "nobody")
    assert said(log_in(client, "writer")) == said(log_in(client, "nobody"))


def test_wrong_codes_count_like_wrong_passwords(client: Client, writer: User) -> None:
    give_app(writer)
    answers = [log_in(client, "writer", token=wrong_code()).status_code for _ in range(5)]
    assert answers == [200, 200, 200, 200, 429]


def test_a_locked_account_is_open_from_another_address(client: Client, writer: User) -> None:
    fail(client, 5)
    assert log_in(client, "writer", REMOTE_ADDR=ELSEWHERE).status_code == 302


def test_twenty_failures_lock_an_address_out_whatever_the_accounts(
    client: Client, writer: User
) -> None:
    answers = [fail(client, 1, f"name{n}")[0] for n in range(20)]
    assert answers == [200] * 19 + [429]
    assert log_in(client, "writer").status_code == 429
    assert log_in(client, "writer", REMOTE_ADDR=ELSEWHERE).status_code == 302


def test_a_hundred_failures_lock_an_account_out_whatever_the_addresses(
    client: Client, writer: User
) -> None:
    for n in range(33):
        fail(client, 3, REMOTE_ADDR=f"203.0.113.{n}")
    assert fail(client, 1, REMOTE_ADDR="198.51.100.1") == [429]
    assert log_in(client, "writer", REMOTE_ADDR="198.51.100.2").status_code == 429


def test_a_lock_ends_after_a_quarter_of_an_hour_and_attempts_do_not_prolong_it(
    client: Client, writer: User
) -> None:
    fail(client, 5)
    pass_time(minutes=14)
    assert fail(client, 3) == [429, 429, 429]
    pass_time(minutes=1)
    assert log_in(client, "writer").status_code == 302


def test_a_log_in_forgives_the_failures_of_its_account_and_of_no_other(
    client: Client, writer: User
) -> None:
    fail(client, 4)
    fail(client, 4, "nobody")
    log_in(client, "writer")
    assert fail(client, 4) == [200, 200, 200, 200]
    assert fail(client, 1, "nobody") == [429]


def test_neither_passwords_nor_codes_are_kept_of_a_failure(client: Client, writer: User) -> None:
    log_in(client, "writer", "s3cret phrase", token="abcd2345")
    kept = str(AccessAttempt.objects.values().get())
    assert "s3cret" not in kept
    assert "abcd2345" not in kept


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("", None),
    ],
)
def test_an_address_is_counted_as_what_one_line_has(address: str, counted: str | None) -> None:
    assert network(RequestFactory().get("/", REMOTE_ADDR=address)) == counted


def test_who_wants_a_page_of_the_desk_comes_to_it_after_the_log_in(
    client: Client, writer: User
) -> None:
    asked = client.get("/admin/concepts/concept/")
    assert asked.url == "/admin/login/?next=/admin/concepts/concept/"
    assert 'name="next" value="/admin/concepts/concept/"' in client.get(asked.url).content.decode()


def test_a_log_in_leads_to_no_other_site(client: Client, writer: User) -> None:
    sent = {"username": "writer", "password": PASSWORD, "next": "https://evil.example/"}
    assert client.post("/admin/login/", sent).url == "/admin/"
