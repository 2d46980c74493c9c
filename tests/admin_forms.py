"""What tests of the admin share: who works, on what, and forms as a browser sends them."""

from typing import Any

import django
import html5lib
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from concepts import publishing
from concepts.models import (
    Cell,
    Concept,
    Dimension,
    Distinction,
    Edition,
    LogEntry,
    Misconception,
    Question,
    Row,
    Side,
)

RIGHT_AND_WRONG = "Which?\n\n- [x] Goods\n\n  They last.\n- [ ] Services"
DUPLICATE = "Please correct the duplicate" if django.VERSION < (6, 1) else "already exists"
"""What Django says of two rows with one key: since 6.1 each row is told by itself."""

CONTENT = ["concept", "distinction", "organization", "guide", "source", "dimension", "sector"]


def user(name: str, *rights: str) -> User:
    """Somebody on the staff with these rights: `change_concept`."""
    made = User.objects.create_user(name, password="a long pass phrase", is_staff=True)
    made.user_permissions.set(Permission.objects.filter(codename__in=rights))
    return made


def log_in_writer(client: Client, *more: str) -> Client:
    """Somebody who may write everything and, without more rights, publish nothing."""
    verbs = ("add", "change", "delete", "view")
    rights = [f"{verb}_{model}" for verb in verbs for model in CONTENT]
    client.force_login(user("writer", *rights, "view_edition", "view_logentry", *more))
    return client


def concept(slug: str, **values: Any) -> Concept:
    title = slug.replace("-", " ").capitalize()
    return Concept.objects.create(kind="concept", slug=slug, title=title, **values)


def make_comparison(rows: int = 13) -> Distinction:
    """So many rows with two sides."""
    compared = Distinction.objects.create(
        kind="distinction", slug="goods-vs-services", title="Goods vs services"
    )
    for position, slug in enumerate(["goods", "services"]):
        Side.objects.create(
            distinction=compared, key=slug, concept=concept(slug), position=position
        )
    for number in range(rows):
        add_row(compared, f"row-{number}", number)
    Question.objects.create(page=compared, key="q1", text=RIGHT_AND_WRONG, row="row-0")
    Misconception.objects.create(page=compared, key="m1", claim="Same.", correction="Not so.")
    return compared


def add_row(compared: Distinction, key: str, position: int) -> Row:
    dimension = Dimension.objects.create(key=key, label=key.capitalize())
    row = Row.objects.create(distinction=compared, key=key, dimension=dimension, position=position)
    for side in compared.sides.all():
        Cell.objects.create(row=row, side=side, text=f"{side.key} of {key}")
    return row


def address(obj: Any, verb: str = "change") -> str:
    return reverse(f"admin:concepts_{obj._meta.model_name}_{verb}", args=[obj.pk])


def fields(html: bytes) -> dict[str, str]:
    """What a browser would send of the last form of a page, without its buttons."""
    tree = html5lib.parse(html.decode(), namespaceHTMLElements=False)
    [*_, form] = tree.iter("form")
    sent = {}
    for element in form.iter():
        if element.tag not in ("input", "textarea", "select"):
            continue
        name, kind = element.get("name"), element.get("type", "")
        ticked = kind not in ("checkbox", "radio") or "checked" in element.attrib
        if name and ticked and kind != "submit":
            sent[name] = _value(element)
    return sent


def _value(element: Any) -> str:
    if element.tag == "textarea":
        # html5lib leaves the line end that a textarea begins with where it stands in a table.
        return "".join(element.itertext()).removeprefix("\n")
    if element.tag == "select":
        chosen = [option for option in element.iter("option") if "selected" in option.attrib]
        return str(chosen[0].get("value")) if chosen else ""
    return str(element.get("value", "on" if element.get("type") == "checkbox" else ""))


def save(client: Client, obj: Any, **changes: str) -> Any:
    """Open the form of a page, change it as named (`rows-0-key`), save; the answer."""
    sent = fields(client.get(address(obj)).content)
    named = {name.replace("__", "-"): value for name, value in changes.items()}
    return client.post(address(obj), sent | named)


def errors(answer: Any) -> list[str]:
    """Every error that the form shows."""
    tree = html5lib.parse(answer.content.decode(), namespaceHTMLElements=False)
    lists = [e for e in tree.iter("ul") if "errorlist" in e.get("class", "").split()]
    return ["".join(item.itertext()) for found in lists for item in found.iter("li")]


def news(answer: Any) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


def logged() -> list[tuple[str, str, str, str]]:
    entries = LogEntry.objects.select_related("by").order_by("id")
    return [(e.action, e.kind, e.slug, e.by.username if e.by else "") for e in entries]


def publish(page: Any, **terms: Any) -> Edition:
    given = {"by": None, "note": "First.", "significance": "meaning", "override": "It is a test."}
    return publishing.publish(page, **given | terms)
