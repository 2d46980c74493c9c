"""What `check_content` prints: what got past the guards, and what the checks say of the desk."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, models
from samples import comparison, concept, publish

from concepts import guards
from concepts.models import Edition

pytestmark = pytest.mark.django_db


def content(**options: Any) -> tuple[str, str]:
    """What `check_content` prints: what it found, and its problems."""
    out, err = StringIO(), StringIO()
    try:
        call_command("check_content", stdout=out, stderr=err, **options)
    except CommandError as error:
        err.write(str(error))
    return out.getvalue(), err.getvalue()


def tamper(statement: str) -> None:
    """What an owner of the tables can do."""
    guards.lift(connection)
    with connection.cursor() as cursor:
        cursor.execute(statement)
    guards.install(connection)


def test_check_content_sums_up_and_says_what_is_wrong_on_the_desk() -> None:
    publish(concept(summary=""))
    concept("goods", body="[It](concept:nothing).")
    out, err = content()
    assert out.splitlines() == [
        "1 editions: 0 problems.",
        "error: concept:goods, body: There is no page concept:nothing: make it, or name another.",
        "2 pages on the desk: 1 errors, 1 warnings (--verbosity 2 lists these).",
    ]
    assert err == ""


def test_check_content_lists_warnings_when_asked() -> None:
    concept(summary="")
    out, _ = content(verbosity=2)
    assert out.splitlines()[1:] == [
        "warning: concept:takt-time, summary: The page has no summary.",
        "1 pages on the desk: 0 errors, 1 warnings.",
    ]


def test_check_content_reports_a_page_that_is_no_document() -> None:
    page = comparison()
    page.sides.all().delete()
    out, err = content()
    assert "error: distinction:goods-vs-services, sides: " in out
    assert err == ""


def test_check_content_fails_when_a_guard_is_missing() -> None:
    with connection.cursor() as cursor:
        table = "" if connection.vendor == "sqlite" else " ON concepts_edition"
        cursor.execute(f"DROP TRIGGER guard_edition_delete{table}")
    _, err = content()
    assert err.splitlines()[0] == "Guard guard_edition_delete is missing: run migrate."
    assert "not what they must be" in err


def test_check_content_fails_when_a_document_was_tampered_with() -> None:
    page = publish(concept()).page_id
    tamper("UPDATE concepts_edition SET document = replace(document, 'What', 'That')")
    _, err = content()
    name = f"Edition 1 of page {page} (takt-time)"
    assert err.splitlines()[0] == f"{name} was tampered with: its digest is another."


def test_check_content_fails_when_an_edition_is_listed_under_another_title() -> None:
    publish(concept())
    tamper("UPDATE concepts_edition SET title = 'Another'")
    _, err = content()
    assert "listed as something else than it says" in err


def test_check_content_fails_when_a_number_is_missing() -> None:
    page = concept()
    for summary in ("One.", "Two.", "Three."):
        publish(concept(page=page, summary=summary))
    guards.lift(connection)
    models.QuerySet.delete(Edition.objects.filter(number=2))
    guards.install(connection)
    _, err = content()
    assert err.splitlines()[0] == f"Editions of page {page.pk} are numbered 1, 3."
