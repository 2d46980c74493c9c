"""Whatever stands in the place of an id or a choice in an address of the desk: no error of ours."""

import re
from urllib.parse import quote

import pytest
from django.test import Client
from staff import enter, member
from test_staff_urls import TABLE

pytestmark = pytest.mark.django_db

IDS = {
    "longer than Python reads": "9" * 5_000,
    "nothing": "_00",
    "below zero": "-1",
    "figures of another script": "٣",
    "a word": "' OR 1=1--",
}


@pytest.fixture
def root(client: Client) -> Client:
    return enter(client, member("root", is_superuser=True))


def wrong(client: Client, routes: list[str], number: str) -> dict[str, int]:
    """Addresses that answer with something else than that there is no such thing."""
    client.raise_request_exception = False
    found = {}
    for route in routes:
        address = re.sub(r"<\w+>", "1", "/" + route.replace("<object_id>", quote(number)))
        for answer in (client.get(address), client.post(address)):
            if answer.status_code not in (302, 400, 403, 404, 405, 409):
                found[address[:80]] = answer.status_code
    return found


def test_an_id_that_is_too_large_is_not_found_at_any_address_of_the_desk(root: Client) -> None:
    assert wrong(root, [route for route in TABLE if "<object_id>" in route], "9" * 22) == {}


@pytest.mark.parametrize("which", IDS)
def test_what_is_no_id_is_not_found(root: Client, which: str) -> None:
    kinds = ("admin/concepts/concept/<object_id>/", "admin/concepts/edition/<object_id>/")
    assert wrong(root, [route for route in TABLE if route.startswith(kinds)], IDS[which]) == {}
