"""Two editors at one form, for the tests of merging: who they are, and what they send."""

from typing import Any

import pytest
from admin_forms import address, concept, errors, fields, log_in_writer, make_comparison, user
from django.contrib.auth.models import Permission
from django.test import Client

from concepts.models import Cell, Concept, Dimension, Distinction


@pytest.fixture
def anna(client: Client) -> Client:
    return log_in_writer(client)


@pytest.fixture
def ben() -> Client:
    client = Client()
    made = user("ben")
    made.user_permissions.set(Permission.objects.filter(content_type__app_label="concepts"))
    client.force_login(made)
    return client


@pytest.fixture
def page() -> Concept:
    return concept("goods", body="One.\n\nTwo.\n\nThree.", summary="A thing.")


@pytest.fixture
def comparison() -> Distinction:
    return make_comparison(rows=6)


def opened(client: Client, obj: Any) -> dict[str, str]:
    """What a browser would send of the form of a page as it is now."""
    return fields(client.get(address(obj)).content)


def sent(client: Client, obj: Any, form: dict[str, str], **changes: str | None) -> Any:
    """Send the form with these changes (`rows__3__key`; None: not sent); the answer."""
    named = {name.replace("__", "-"): value for name, value in changes.items()}
    whole = form | named
    return client.post(address(obj), {k: v for k, v in whole.items() if v is not None})


def again(client: Client, obj: Any, answer: Any, **changes: str | None) -> Any:
    """Send what an answer shows."""
    return sent(client, obj, fields(answer.content), **changes)


def both(
    anna: Client, ben: Client, obj: Any, theirs: dict[str, str | None], mine: dict[str, str | None]
) -> Any:
    """Both open the form, ben saves his changes, then anna sends hers: her answer."""
    form = opened(anna, obj)
    answer = sent(ben, obj, opened(ben, obj), **theirs)
    assert answer.status_code == 302, errors(answer)
    return sent(anna, obj, form, **mine)


def cells(obj: Distinction) -> dict[tuple[str, str], str]:
    found = Cell.objects.filter(row__distinction=obj).select_related("row", "side")
    return {(cell.row.key, cell.side.key): cell.text for cell in found}


def keys(obj: Distinction) -> list[str]:
    return [row.key for row in obj.rows.all()]


def new_row(number: int, key: str, text: str = "") -> dict[str, str | None]:
    """A new row behind `number` others, as a browser sends it."""
    dimension, _ = Dimension.objects.get_or_create(key=key, defaults={"label": key.capitalize()})
    return {
        "rows__TOTAL_FORMS": str(number + 1),
        f"rows__{number}__key": key,
        f"rows__{number}__dimension": str(dimension.pk),
        f"rows__{number}__cell_goods": text,
    }


def add_side(client: Client, obj: Distinction, slug: str = "third", number: int = 2) -> None:
    more = {
        "sides__TOTAL_FORMS": str(number + 1),
        f"sides__{number}__key": slug,
        f"sides__{number}__concept": str(concept(slug).pk),
    }
    answer = sent(client, obj, opened(client, obj), **more)
    assert answer.status_code == 302, errors(answer)
