"""Behind a proxy: whose word counts for who asks, and how."""

import logging
from ipaddress import ip_network
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.test import Client, RequestFactory
from staff import log_in, member

from pomsite.proxies import UNTRUSTED, forwarded, sender, warn

PROXY, STRANGER = "10.0.3.7", "203.0.113.9"
NETWORKS = [ip_network("10.0.3.0/24"), ip_network("fd00::/8")]


@pytest.fixture
def behind(settings: Any) -> None:
    settings.TRUSTED_PROXIES = ["10.0.3.0/24"]


def seen(peer: str, **headers: str) -> tuple[str, str]:
    """The address and the scheme that the site takes a request to have."""
    request = RequestFactory(REMOTE_ADDR=peer).get("/", headers=headers)
    forwarded(lambda request: request)(request)  # type: ignore[arg-type, return-value]
    return request.META["REMOTE_ADDR"], str(request.scheme)


@pytest.mark.parametrize(
    ("peer", "said", "found"),
    [
        (PROXY, STRANGER, STRANGER),
        (PROXY, "198.51.100.1, 203.0.113.9", STRANGER),  # the first was made up by the second
        (PROXY, "203.0.113.9, 10.0.3.8", STRANGER),  # two proxies of ours
        (PROXY, "203.0.113.9,10.0.3.8 ", STRANGER),
        (PROXY, "10.0.3.9, 10.0.3.8", "10.0.3.9"),
        (PROXY, "2001:db8::7", "2001:db8::7"),
        (f"::ffff:{PROXY}", STRANGER, STRANGER),
        ("fd00::1", STRANGER, STRANGER),
        (PROXY, "", PROXY),
        (PROXY, "unknown", PROXY),
        (PROXY, "203.0.113.9, nonsense", PROXY),
        (PROXY, "203.0.113.9:8080", PROXY),
        (PROXY, "nonsense, 203.0.113.9", STRANGER),
        (STRANGER, "198.51.100.1", STRANGER),
        ("10.0.4.7", "198.51.100.1", "10.0.4.7"),
        ("", "198.51.100.1", ""),
    ],
)
def test_the_sender_is_the_nearest_who_is_no_proxy(peer: str, said: str, found: str) -> None:
    assert sender(peer, said, NETWORKS) == found


def test_a_trusted_proxy_says_who_asks_and_that_it_was_by_https(behind: None) -> None:
    told = {"X-Forwarded-For": STRANGER, "X-Forwarded-Proto": "https"}
    assert seen(PROXY, **told) == (STRANGER, "https")


def test_headers_of_anybody_else_are_ignored(behind: None) -> None:
    told = {"X-Forwarded-For": "198.51.100.1", "X-Forwarded-Proto": "https"}
    assert seen(STRANGER, **told) == (STRANGER, "http")


def test_without_a_trusted_proxy_nobody_is_believed(settings: Any) -> None:
    settings.TRUSTED_PROXIES = []
    told = {"X-Forwarded-For": STRANGER, "X-Forwarded-Proto": "https"}
    assert seen("127.0.0.1", **told) == ("127.0.0.1", "http")


@pytest.mark.parametrize("scheme", ["http", "HTTPS!", "", "http, https"])
def test_only_https_is_https(behind: None, scheme: str) -> None:
    assert seen(PROXY, **{"X-Forwarded-Proto": scheme})[1] == "http"


@pytest.mark.django_db
def test_what_came_to_the_proxy_by_https_is_not_led_there_again(
    behind: None, settings: Any
) -> None:
    settings.SECURE_SSL_REDIRECT = True
    client = Client(REMOTE_ADDR=PROXY)
    assert client.get("/about/").status_code == 301
    secure = client.get("/about/", headers={"X-Forwarded-Proto": "https"})
    assert secure.status_code == 200
    assert "Strict-Transport-Security" in secure.headers or not settings.SECURE_HSTS_SECONDS
    stranger = Client(REMOTE_ADDR=STRANGER)
    assert stranger.get("/about/", headers={"X-Forwarded-Proto": "https"}).status_code == 301


def test_the_log_says_once_that_a_proxy_is_not_named(
    settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.TRUSTED_PROXIES, settings.SECURE_SSL_REDIRECT = [], True
    warn.cache_clear()
    answer = forwarded(lambda request: request)  # type: ignore[arg-type, return-value]
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            answer(RequestFactory().get("/", headers={"X-Forwarded-Proto": "https"}))
    assert [record.getMessage() for record in caplog.records] == [UNTRUSTED]


def test_the_host_that_a_proxy_forwards_is_never_read(behind: None, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["pom.example.edu"]
    assert settings.USE_X_FORWARDED_HOST is False
    client = Client(REMOTE_ADDR=PROXY)
    told = {"Host": "evil.example", "X-Forwarded-Host": "pom.example.edu"}
    assert client.get("/robots.txt", headers=told).status_code == 400


@pytest.mark.django_db
def test_failed_log_ins_count_for_who_is_behind_the_proxy(behind: None) -> None:
    member("writer", "Writer")
    client = Client(REMOTE_ADDR=PROXY, headers={"X-Forwarded-For": STRANGER})
    for _ in range(5):
        answer = log_in(client, "writer", "wrong")
    assert answer.status_code == 429
    assert set(AccessAttempt.objects.values_list("ip_address", flat=True)) == {STRANGER}
    other = Client(REMOTE_ADDR=PROXY, headers={"X-Forwarded-For": "198.51.100.1"})
    assert log_in(other, "writer").status_code == 302


@pytest.mark.django_db
def test_who_makes_up_addresses_is_counted_under_his_own(behind: None) -> None:
    member("writer", "Writer")
    for number in range(5):
        said = f"198.51.100.{number}, {STRANGER}"
        client = Client(REMOTE_ADDR=PROXY, headers={"X-Forwarded-For": said})
        answer = log_in(client, "writer", "wrong")
    assert answer.status_code == 429
