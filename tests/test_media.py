"""Uploaded pictures as anybody gets them: inert, kept for ever, and nothing but pictures."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from upload_files import picture

NAME = "0a" * 32


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


# No test here may use the database: pytest-django stops each query.


@pytest.mark.parametrize(
    ("extension", "kind"), [("png", "image/png"), ("jpg", "image/jpeg"), ("webp", "image/webp")]
)
def test_a_picture_is_served_as_what_it_is_and_can_do_nothing(
    client: Client, extension: str, kind: str
) -> None:
    default_storage.save(f"{NAME}.{extension}", ContentFile(b"bytes"))
    answer = client.get(f"/media/{NAME}.{extension}", headers={"cookie": "sessionid=x"})
    assert (answer.status_code, answer.content) == (200, b"bytes")
    assert {
        name: answer[name]
        for name in (
            "Content-Type",
            "Content-Length",
            "X-Content-Type-Options",
            "Content-Security-Policy",
            "Cross-Origin-Resource-Policy",
            "Cache-Control",
        )
    } == {
        "Content-Type": kind,
        "Content-Length": "5",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "Cache-Control": "public, max-age=31536000, immutable",
    }
    assert not answer.cookies
    assert "Vary" not in answer.headers


@pytest.mark.django_db  # the page that says so
@pytest.mark.parametrize(
    "name",
    [
        *(f"{NAME}.png", f"{NAME}.gif", f"{NAME}.svg", f"{NAME.upper()}.png", f"{NAME[1:]}.png"),
        *(f"{NAME}.png/", f"{NAME}.png%0a", "a.png", "", "../manage.py", "%2e%2e/manage.py"),
        *(f"{NAME}.part", f"x/{NAME}.png"),
    ],
)
def test_nothing_else_is_found_there(client: Client, name: str, folder: Path) -> None:
    for other in (f"{NAME}.gif", f"{NAME}.part", "a.png", f"x/{NAME}.png"):
        default_storage.save(other, ContentFile(picture()))
    assert client.get(f"/media/{name}").status_code == 404


def test_a_picture_is_only_read(client: Client) -> None:
    assert client.post(f"/media/{NAME}.png").status_code == 405
