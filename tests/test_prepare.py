"""`manage.py prepare`: an empty database gets its first editor and the shipped content, once."""

import io
import re
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import call_command

from concepts.management.commands import prepare
from concepts.models import Page

pytestmark = pytest.mark.django_db


@pytest.fixture
def imports(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """Return the list of what the command imports, in place of importing it."""
    calls: list[tuple[Any, ...]] = []

    def note(*args: Any, publish: bool, stdout: Any) -> None:
        calls.append((*args, publish))

    monkeypatch.setattr(prepare, "call_command", note)
    return calls


def run() -> str:
    """Run the command and return what it printed."""
    out = io.StringIO()
    call_command("prepare", stdout=out)
    return out.getvalue()


def test_an_empty_database_gets_the_shipped_content_published(imports: list[Any]) -> None:
    run()
    assert imports == [("import_content", str(settings.BASE_DIR / "concepts" / "content"), True)]


def test_a_database_with_a_page_is_left_alone(imports: list[Any]) -> None:
    Page.objects.create(kind="concept", slug="takt-time", title="Takt time")
    run()
    assert imports == []


def test_the_first_editor_logs_in_with_the_printed_password(imports: list[Any]) -> None:
    printed = re.search(r"^ +editor +(\S+)$", run(), re.MULTILINE)
    assert printed
    editor = User.objects.get()
    assert editor.username == "editor"
    assert editor.check_password(printed[1])
    assert len(printed[1]) >= 12
    assert (editor.is_staff, editor.is_superuser) == (True, True)


def test_a_second_run_says_nothing_and_keeps_the_password(imports: list[Any]) -> None:
    run()
    Page.objects.create(kind="concept", slug="takt-time", title="Takt time")
    before = User.objects.get().password
    assert run() == ""
    assert User.objects.get().password == before


def test_no_editor_is_made_where_somebody_has_an_account(imports: list[Any]) -> None:
    User.objects.create_user("somebody")
    assert run() == ""
    assert User.objects.count() == 1
