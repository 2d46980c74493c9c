"""The site asks nobody: no connection, no name looked up, no process started, whatever is done."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from admin_forms import fields
from copies import export
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from outbound import watched
from samples import publish
from small_site import COMPARISON, build, existing
from staff import enter, member
from test_page_queries import ADDRESSES
from test_staff_urls import TABLE
from upload_files import picture

pytestmark = pytest.mark.django_db

COMMANDS: Path = settings.BASE_DIR / "concepts" / "management" / "commands"
ELSEWHERE = "http://169.254.169.254/latest/meta-data/"


@pytest.fixture
def calls() -> Iterator[list[str]]:
    with watched() as found:
        yield found


def test_the_watch_sees_a_call(calls: list[str]) -> None:
    import socket

    with pytest.raises(ConnectionError):
        socket.create_connection(("127.0.0.1", 1), timeout=1)
    assert any(call.startswith("socket.connect") for call in calls)


def test_no_public_address_asks_anybody(client: Client, calls: list[str]) -> None:
    build(1)
    for address in (address for each in ADDRESSES.values() for address in each):
        client.get(address)
    for asked in (f"/oembed?url={ELSEWHERE}", f"/timegate/{ELSEWHERE}", f"/list/?add={ELSEWHERE}"):
        client.get(asked)
    client.post("/check-links/", {"text": f"{ELSEWHERE} {settings.SITE_URL}/?u={ELSEWHERE}"})
    assert calls == []


def test_nothing_that_is_done_on_the_desk_asks_anybody(
    client: Client, calls: list[str], settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    build(1)
    page = client.get("/admin/login/")
    member("root", is_superuser=True)
    sent = {"username": "root", "password": "a long pass phrase"}
    client.post("/admin/login/", fields(page.content) | sent)
    for route in (route for route in TABLE if "<" not in route and "logout" not in route):
        client.get(f"/{route}")
    text = f"![x]({ELSEWHERE}) [x]({ELSEWHERE}) [@a]"
    client.post("/admin/markdown/preview/", {"content": text})
    image = SimpleUploadedFile("a.png", picture(), "image/png")
    client.post("/admin/markdown/upload/", {"alt": "A lane", "image": image})
    entry = f"@book{{a, title={{T}}, url={{{ELSEWHERE}}}, doi={{10.1000/1}}}}"
    client.post("/admin/concepts/source/import/", {"text": entry, "save": "1"})
    comparison = existing("distinction", "goods-vs-services")
    assert comparison
    publish(comparison, note="Again.")
    client.get(f"/admin/concepts/distinction/{comparison.pk}/publish/")
    assert calls == []


@pytest.mark.django_db(transaction=True)
def test_no_command_asks_anybody(calls: list[str], tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    build(1)
    export(tmp_path / "copy")
    content, backup = str(tmp_path / "content"), str(tmp_path / "backup.zip")
    commands: dict[str, tuple[str, ...]] = {
        "export_content": (content,),
        "import_content": (content, "--overwrite"),
        "check_content": (),
        "maintenance": ("status",),
        "backup": (backup,),
        "restore_backup": (backup, "--dry-run", "--overwrite"),
        "prepare": (),
        "flush": ("--no-input",),
    }
    for name, arguments in commands.items():
        call_command(name, *arguments, verbosity=0, stdout=io.StringIO())
    assert {*commands, "export_site"} == {
        path.stem for path in COMMANDS.glob("*.py") if path.stem != "__init__"
    }
    assert calls == []


def test_a_wish_for_another_address_is_not_followed(client: Client, calls: list[str]) -> None:
    build(1)
    enter(client, member("root", is_superuser=True))
    answer = client.get(f"{COMPARISON}?on={ELSEWHERE}")
    assert (answer.status_code, calls) == (404, [])
