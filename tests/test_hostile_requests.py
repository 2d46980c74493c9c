"""Hostile requests to the editors' previews and uploads, and to the pictures themselves.

A case says who asks (`as`), for what, and which answers are right. `{names}` in it stand for
addresses and `$names` for files, both below.
"""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from admin_forms import user
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from upload_files import MEGABYTE, bomb, picture

pytestmark = pytest.mark.django_db

LINES = (Path(__file__).parent / "data" / "hostile_requests.jsonl").read_text(encoding="utf-8")
CASES = [json.loads(line) for line in LINES.splitlines()]
MEDIA = f"/media/{'0a' * 32}.png"
ADDRESSES = {
    "{preview_path}": "/admin/markdown/preview/",
    "{upload_path}": "/admin/markdown/upload/",
    "{media_path}": MEDIA,
}
FILES: dict[str, Callable[[], bytes]] = {
    "$ok_png": picture,
    "$png_30000x30000_1bit": lambda: bomb(30_000),
    "$gif_51MB": lambda: b"GIF89a" + bytes(51 * MEGABYTE),
}
RIGHTS = {"user_no_perms": [], "editor": ["change_concept", "add_edition"]}
MEDIA_HEADERS = {
    "Content-Type": "^image/png$",
    "Content-Security-Policy": "(?=.*default-src 'none')(?=.*sandbox)",
    "Cache-Control": "max-age=",
}


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    default_storage.save(MEDIA.removeprefix("/media/"), SimpleUploadedFile("a.png", picture()))
    return tmp_path / "media"


def content_of(named: str) -> bytes:
    """`$ok_png+<script>` is the file with something behind it; other texts are themselves."""
    name, _, more = named.partition("+")
    return FILES[name]() + more.encode() if name in FILES else named.encode()


def body_of(case: dict[str, Any]) -> dict[str, Any]:
    """What the test client sends; every upload has its words, so that they are no reason."""
    kind = case["headers"].get("Content-Type", "application/x-www-form-urlencoded")
    if "files" in case:
        files = {
            field: SimpleUploadedFile("x", content_of(file["content"]), file["type"])
            for field, file in case["files"].items()
        }
        for field, file in case["files"].items():
            files[field].name = file["name"]
        return {"data": {"alt": "A lane", **files}}
    parts = case.get("body_gen", [{"s": case["body"] or "", "n": 1}])
    return {"data": "".join(part["s"] * part["n"] for part in parts), "content_type": kind}


def send(case: dict[str, Any]) -> Any:
    client = Client(enforce_csrf_checks=True)
    if case["as"] != "anon":
        client.force_login(user("someone", *RIGHTS[case["as"]]))
    headers = {name: value for name, value in case["headers"].items() if name != "Content-Type"}
    if case.get("csrf"):
        client.get("/admin/")
        headers["X-CSRFToken"] = client.cookies["csrftoken"].value
    path = ADDRESSES.get(case["path"], case["path"])
    if case["method"] == "GET":
        return client.get(path, headers=headers)
    return client.post(path, **body_of(case), headers=headers)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['id']}-{case['family']}")
def test_a_hostile_request_does_no_harm(case: dict[str, Any], folder: Path) -> None:
    before = {path.name for path in folder.iterdir()}
    answer = send(case)
    added = {path.name for path in folder.iterdir()} - before
    assert answer.status_code in case["status"]
    if case.get("fs_effect") == "none" or answer.status_code != 200:
        assert added == set()
    told = answer.content.decode(errors="replace")
    assert [word for word in case.get("body_must_not", []) if word in told] == []
    if case.get("header_class") == "media":
        wrong = {
            n: answer[n] for n, form in MEDIA_HEADERS.items() if not re.search(form, answer[n])
        }
        assert wrong == {}


@pytest.mark.parametrize(
    "case",
    [case for case in CASES if 200 in case["status"] and "files" in case],
    ids=lambda case: case["id"],
)
def test_a_hostile_name_or_tail_is_not_kept(case: dict[str, Any], folder: Path) -> None:
    before = {path.name for path in folder.iterdir()}
    code = send(case).json()["image_code"]
    [added] = {path.name for path in folder.iterdir()} - before
    assert code == f"![A lane](/media/{added}#12x8)"
    assert re.fullmatch(r"[0-9a-f]{64}\.png", added)
    assert b"<script>" not in (folder / added).read_bytes()
