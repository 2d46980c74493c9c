"""Every address that the site knows is public or of the staff, and those of the staff refuse.

A new address below /admin/ needs a line in `LINES`; a public one stands in `test_page_queries.py`.
"""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import get_resolver
from django.urls.resolvers import URLPattern, URLResolver
from samples import comparison, concept, guide, organization, publish, source
from staff import enter, member
from test_page_queries import ADDRESSES, LEADS_ON, SHOWS_DRAFTS, TO_WHOM

from concepts import desk
from concepts.models import Dimension, Edition, LogEntry, Sector

pytestmark = pytest.mark.django_db

OPEN = "open"  # to those who are not logged in
STAFF = "staff"  # to the staff, whatever rights they have
CLOSED = "closed"  # to everybody: it exists, but what it does is forbidden

PAGES = "concept distinction organization guide"
WRITTEN = f"{PAGES} source dimension"
LISTED = f"{WRITTEN} sector"
READ_ONLY = "edition logentry"

VIEW_ALL = " ".join(f"concepts.view_{kind}" for kind in WRITTEN.split())
WRITE_ALL = " ".join(
    f"concepts.{verb}_{kind}" for verb in ("add", "change") for kind in WRITTEN.split()
)

LINES: list[tuple[str, str, str]] = [
    # Below /admin/; of each of these models; the rights that it asks for
    ("", "", STAFF),
    ("<app_label>/", "", STAFF),
    ("<url>", "", STAFF),
    ("autocomplete/", "", STAFF),
    ("export/", "", VIEW_ALL),
    ("handbook/", "", STAFF),
    ("handbook/writing/", "", STAFF),
    ("import/", "", f"{WRITE_ALL} concepts.add_sector"),
    ("jsi18n/", "", STAFF),
    ("login/", "", OPEN),
    ("logout/", "", OPEN),
    ("metrics/", "", STAFF),
    ("password_change/", "", STAFF),
    ("password_change/done/", "", STAFF),
    ("r/<content_type_id>/<object_id>/", "", STAFF),
    ("second-factor/", "", STAFF),
    ("second-factor/codes/", "", STAFF),
    ("second-factor/qr.svg", "", STAFF),
    ("welcome/<uidb64>/<token>/", "", OPEN),
    ("markdown/preview/", "", "concepts.change_concept"),
    ("markdown/suggest/", "", "concepts.change_concept"),
    ("markdown/upload/", "", "concepts.change_concept"),
    ("work/<section>/", "", "concepts.view_concept"),
    ("concepts/{model}/", LISTED, "concepts.view_{model}"),
    ("concepts/{model}/", READ_ONLY, "concepts.view_{model}"),
    ("concepts/{model}/add/", LISTED, "concepts.add_{model}"),
    ("concepts/{model}/add/", READ_ONLY, CLOSED),
    ("concepts/{model}/<object_id>/", f"{LISTED} {READ_ONLY}", STAFF),
    ("concepts/{model}/<object_id>/change/", LISTED, "concepts.change_{model}"),
    ("concepts/{model}/<object_id>/change/", READ_ONLY, "concepts.view_{model}"),
    ("concepts/{model}/<object_id>/delete/", LISTED, "concepts.delete_{model}"),
    ("concepts/{model}/<object_id>/delete/", READ_ONLY, CLOSED),
    ("concepts/{model}/<object_id>/export/", WRITTEN, "concepts.view_{model}"),
    ("concepts/{model}/<object_id>/history/", LISTED, "concepts.view_{model}"),
    ("concepts/{model}/<object_id>/history/", READ_ONLY, "concepts.view_{model}"),
    ("concepts/{model}/<object_id>/history/differences/", WRITTEN, "concepts.view_{model}"),
    ("concepts/{model}/<object_id>/preview/", PAGES, "concepts.view_{model}"),
    (
        "concepts/{model}/<object_id>/preview/links/",
        PAGES,
        "concepts.change_{model} concepts.add_previewlink",
    ),
    ("concepts/{model}/<object_id>/publish/", PAGES, "concepts.add_edition concepts.view_{model}"),
    (
        "concepts/{model}/<object_id>/unschedule/",
        PAGES,
        "concepts.add_edition concepts.view_{model}",
    ),
    ("concepts/{model}/<object_id>/withdraw/", PAGES, "concepts.add_edition concepts.view_{model}"),
    ("concepts/{model}/<object_id>/confirm/", PAGES, "concepts.view_{model}"),
    ("concepts/{model}/<object_id>/ready/", PAGES, "concepts.change_{model}"),
    (
        "concepts/{model}/<object_id>/send-back/",
        PAGES,
        "concepts.add_edition concepts.view_{model}",
    ),
    ("concepts/source/import/", "source", "concepts.add_source concepts.change_source"),
    ("concepts/source/missing/", "source", "concepts.view_source"),
    ("concepts/source/reference/", "source", "concepts.view_source"),
    ("concepts/edition/<object_id>/restore/", "edition", "concepts.change_concept"),
    (
        "concepts/edition/<object_id>/close/",
        "edition",
        "concepts.add_closure concepts.view_edition",
    ),
    ("concepts/logentry/<object_id>/undo/", "logentry", "concepts.change_concept"),
    ("auth/user/", "user", "auth.view_user"),
    ("auth/user/add/", "user", "auth.add_user"),
    ("auth/user/<object_id>/", "user", STAFF),
    ("auth/user/<object_id>/change/", "user", "auth.change_user"),
    ("auth/user/<object_id>/delete/", "user", CLOSED),
    ("auth/user/<object_id>/history/", "user", "auth.view_user"),
    ("auth/user/<object_id>/link/", "user", "auth.change_user"),
    ("auth/user/<object_id>/reset/", "user", "auth.change_user"),
]
TABLE = {
    f"admin/{route.replace('{model}', model)}": (model, rights.replace("{model}", model))
    for route, models, rights in LINES
    for model in models.split() or [""]
}
PUBLIC = set(ADDRESSES) | SHOWS_DRAFTS | LEADS_ON | TO_WHOM

FACTOR = "/admin/second-factor/"
"""Where those are led who must set up a second factor."""


def patterns(known: list[Any], before: str = "") -> Iterator[tuple[str, str | None]]:
    """Every address that leads to a view, and its name."""
    for one in known:
        route = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from patterns(one.url_patterns, route)
        elif isinstance(one, URLPattern):
            yield route, one.name


def plain(route: str) -> str:
    """An address without converters and the marks of regular expressions."""
    route = re.sub(r"\(\?P<(\w+)>[^)]*\)|<(?:\w+:)?(\w+)>", r"<\1\2>", route)
    return route.replace("^", "").replace("$", "")


def of_the_admin() -> set[str]:
    return {
        plain(route)
        for route, _ in patterns(get_resolver().url_patterns)
        if route.startswith("admin/")
    }


@pytest.fixture
def objects() -> dict[str, int]:
    """The ids of one of each, drafts that can be deleted wherever there is such a thing."""
    publish(concept("services"))
    draft = concept("takt-time")
    desk.record(draft, by=None, action="edit")
    made = {
        "concept": draft,
        "distinction": comparison(),
        "organization": organization(),
        "guide": guide(),
        "source": source(),
        "dimension": Dimension.objects.get(),
        "sector": Sector.objects.create(name="bank"),
        "edition": Edition.objects.filter(slug="services").get(),
        "logentry": LogEntry.objects.filter(slug="takt-time").latest("id"),
        "user": User.objects.create_user("somebody", is_staff=True),
    }
    return {model: one.pk for model, one in made.items()} | {"": draft.pk}


def addresses(objects: dict[str, int], *classes: str) -> dict[str, str]:
    """The addresses of these classes, or of all others, with the rights that each asks for."""
    values = {
        "app_label": "concepts",
        "url": "nothing/",
        "section": "due",
        "content_type_id": "1",
        "uidb64": "MQ",
        "token": "abc-def",
    }
    found = {}
    for route, (model, rights) in TABLE.items():
        filled = re.sub(r"<(\w+)>", r"{\1}", route)
        address = "/" + filled.format(**values, object_id=objects[model])
        if (rights in classes) if classes else (rights not in (OPEN, STAFF, CLOSED)):
            found[address] = rights
    return found


def refused(answer: Any) -> bool:
    """Sent to the log-in, forbidden, or not even a way to ask."""
    return answer.status_code in (403, 405) or "/admin/login/" in answer.headers.get("Location", "")


def let_in(client: Client, address: str) -> set[str]:
    """The methods that do not refuse; of one that is no way to ask, the other is looked at."""
    asked = {"GET": client.get(address), "POST": client.post(address)}
    assert {answer.status_code for answer in asked.values()} != {405}, address
    return {method for method, answer in asked.items() if not refused(answer)}


# The table --------------------------------------------------------------------------------


def test_every_address_is_classed_once() -> None:
    assert of_the_admin() ^ TABLE.keys() == set()
    others = {
        (plain(route), name)
        for route, name in patterns(get_resolver().url_patterns)
        if not route.startswith("admin/")
    }
    assert {(route, name) for route, name in others if name not in PUBLIC} == set()


# What it promises -------------------------------------------------------------------------


def test_who_is_not_logged_in_is_refused_at_every_address_of_the_staff(
    client: Client, objects: dict[str, int]
) -> None:
    asked = addresses(objects) | addresses(objects, STAFF, CLOSED)
    answers = {address: let_in(client, address) for address in asked}
    assert {address: methods for address, methods in answers.items() if methods} == {}


def test_staff_without_a_right_is_refused_wherever_one_is_asked_for(
    client: Client, objects: dict[str, int]
) -> None:
    enter(client, member("guest"))
    asked = addresses(objects) | addresses(objects, CLOSED)
    answers = {address: let_in(client, address) for address in asked}
    assert {address: methods for address, methods in answers.items() if methods} == {}


def test_who_is_not_on_the_staff_is_refused_like_a_stranger(
    client: Client, objects: dict[str, int]
) -> None:
    user = member("reader", "Administrator")
    user.is_staff = False
    user.save()
    enter(client, user)
    asked = addresses(objects) | addresses(objects, STAFF, CLOSED)
    answers = {address: let_in(client, address) for address in asked}
    assert {address: methods for address, methods in answers.items() if methods} == {}


def test_the_rights_of_the_table_are_those_that_open_each_address(
    client: Client, objects: dict[str, int]
) -> None:
    known = {f"{p.content_type.app_label}.{p.codename}": p for p in Permission.objects.all()}
    user = member("guest")
    shut = set()
    for address, rights in addresses(objects).items():
        user.user_permissions.set([known[right] for right in rights.split()])
        enter(client, user)
        answers = client.get(address), client.post(address)
        if all(map(refused, answers)) or answers[0].status_code == 403:
            shut.add(address)
    assert shut == set()


def test_each_of_several_rights_is_needed(client: Client, objects: dict[str, int]) -> None:
    known = {f"{p.content_type.app_label}.{p.codename}": p for p in Permission.objects.all()}
    user = member("guest")
    opened = set()
    for address, rights in addresses(objects).items():
        for right in rights.split() if " " in rights else []:
            user.user_permissions.set([known[other] for other in rights.split() if other != right])
            enter(client, user)
            opened |= {(address, right, method) for method in let_in(client, address)}
    assert opened == set()


def test_what_is_closed_is_closed_to_a_superuser_too(
    client: Client, objects: dict[str, int]
) -> None:
    enter(client, User.objects.create_superuser("root"))
    answers = {address: let_in(client, address) for address in addresses(objects, CLOSED)}
    assert {address: methods for address, methods in answers.items() if methods} == {}


def test_in_production_nothing_is_open_to_who_may_publish_and_has_no_second_factor(
    client: Client, objects: dict[str, int], settings: Any
) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    asked = addresses(objects) | addresses(objects, STAFF, CLOSED)
    enter(client, User.objects.create_superuser("root"))
    opened = set()
    for address in asked:
        if not address.startswith(FACTOR):
            answers = client.get(address), client.post(address)
            opened |= {
                (address, answer.status_code)
                for answer in answers
                if not (refused(answer) or answer.headers.get("Location") == FACTOR)
            }
    assert opened == set()
