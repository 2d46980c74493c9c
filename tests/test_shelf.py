"""What a process made is sent again: by address and stamp, or by all that it was made of."""

from typing import Any

import pytest
from django.test import Client
from samples import concept, publish
from small_site import COMPARISON, CONCEPT, build, existing

from concepts import presenting
from concepts.models import Edition
from concepts.publishing import close
from concepts.views.shelf import Shelf

EDITION = f"{CONCEPT}editions/1/"


def elsewhere() -> None:
    """Change the site where the pages of these tests do not look."""
    publish(concept("weather", title="Weather"))


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The slugs of pages that were composed, in order."""
    found: list[str] = []
    real = presenting.present

    def present(data: Any, around: Any) -> Any:
        found.append(data["slug"])
        return real(data, around)

    monkeypatch.setattr(presenting, "present", present)
    return found


@pytest.mark.django_db
@pytest.mark.parametrize("address", [COMPARISON, CONCEPT, EDITION])
@pytest.mark.parametrize("coding", ["", "br", "gzip"])
def test_a_change_elsewhere_makes_a_page_no_work(
    client: Client, made: list[str], address: str, coding: str
) -> None:
    build(1)
    headers = {"accept-encoding": coding}
    before = client.get(address, headers=headers)
    elsewhere()
    after = client.get(address, headers=headers)
    assert len(made) == 1
    assert after.content == before.content
    assert after.headers["ETag"] != before.headers["ETag"]
    assert {**after.headers, "ETag": ""} == {**before.headers, "ETag": ""}


@pytest.mark.django_db
def test_a_change_of_what_a_page_names_makes_it_anew(client: Client, made: list[str]) -> None:
    build(1)
    client.get(COMPARISON)
    publish(concept("goods", existing("concept", "goods"), title="Wares"))
    assert "Wares" in client.get(COMPARISON).content.decode()
    assert len(made) == 2


@pytest.mark.django_db
def test_an_edition_is_made_anew_when_its_page_has_another_or_closes_one(client: Client) -> None:
    build(1)
    first = client.get(EDITION).content
    publish(concept("goods", existing("concept", "goods"), title="Wares"))
    second = client.get(EDITION).content
    page = existing("concept", "goods")
    publish(concept("goods", page, title="More wares"))
    third = client.get(EDITION).content
    close(Edition.objects.get(page=page, number=3), reason="Not ours to show.", by=None)
    fourth = client.get(EDITION).content
    assert len({first, second, third, fourth}) == 4


@pytest.mark.django_db
def test_another_view_of_a_page_is_made_each_time(client: Client, made: list[str]) -> None:
    build(1)
    for _ in range(2):
        client.get(f"{COMPARISON}?swap=1")
    assert len(made) == 2


def test_a_shelf_holds_as_much_as_there_is_room_for() -> None:
    shelf: Shelf[str] = Shelf(room=100)
    for number in range(4):
        shelf.put(number, "kept", 30)
        shelf.get(0)
    assert [shelf.get(number) for number in range(4)] == ["kept", None, "kept", "kept"]
    assert shelf.taken == 90
    shelf.put(0, "larger", 100)
    assert [shelf.get(number) for number in range(4)] == ["larger", None, None, None]
    shelf.put(5, "too large", 101)
    assert (shelf.get(5), shelf.taken) == (None, 0)
