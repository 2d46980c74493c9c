"""Pictures in an object storage: moto on this machine, which speaks S3."""

import logging
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from moto.server import ThreadedMotoServer
from server import HOST, free_port
from small_site import COMPARISON, build
from upload_files import picture

from concepts import backups, storing
from pomsite.objects import Objects

NAME = f"{'0f' * 32}.png"


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address=HOST, port=free_port(), verbose=False)
    server.start()
    try:
        yield f"http://{HOST}:{server._server.port}"  # type: ignore[union-attr]
    finally:
        server.stop()


def options(endpoint: str, **more: Any) -> dict[str, Any]:
    return {
        "bucket_name": "pom-media",
        "endpoint_url": endpoint,
        "region_name": "eu-central-1",
        "access_key": "name",
        "secret_key": "secret",
        "location": "site",
        **more,
    }


@pytest.fixture
def bucket(endpoint: str, settings: Any) -> Iterator[Any]:
    """The site's pictures are in a new bucket."""
    chosen = {"BACKEND": "pomsite.objects.Objects", "OPTIONS": options(endpoint)}
    settings.STORAGES = settings.STORAGES | {"default": chosen}
    storage: Any = default_storage
    found = storage.connection.create_bucket(
        Bucket="pom-media", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
    )
    yield found
    found.objects.delete()
    found.delete()


def test_a_picture_is_stored_whole_and_once(bucket: Any) -> None:
    content = picture()
    storing.keep(NAME, content)
    storing.keep(NAME, b"other bytes")
    [stored] = bucket.objects.all()
    assert stored.key == f"site/{NAME}"
    assert stored.get()["Body"].read() == content
    assert stored.get()["ContentType"] == "image/png"


def test_a_picture_is_shown_by_the_site_itself(bucket: Any, client: Client) -> None:
    content = picture()
    storing.keep(NAME, content)
    answer = client.get(f"/media/{NAME}")
    assert answer.content == content
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Set-Cookie" not in answer.headers


def test_a_picture_that_is_not_there_answers_404(bucket: Any, client: Client) -> None:
    assert client.get(f"/media/{NAME}").status_code == 404


def test_what_stands_outside_the_folder_of_the_site_is_not_shown(
    bucket: Any, client: Client
) -> None:
    bucket.Object(NAME).put(Body=b"of another site")
    assert client.get(f"/media/{NAME}").status_code == 404
    assert [*backups.media.names()] == []


@pytest.mark.django_db
def test_an_upload_goes_into_the_bucket(bucket: Any, editor: Client) -> None:
    sent = {"image": ContentFile(picture(), "a.png"), "alt": "A test."}
    answer = editor.post("/admin/markdown/upload/", sent)
    assert answer.status_code == 200, answer.content
    [stored] = bucket.objects.all()
    name = stored.key.removeprefix("site/")
    assert sha256(stored.get()["Body"].read()).hexdigest() == name.partition(".")[0]
    assert f"/media/{name}" in answer.json()["image_code"]


@pytest.mark.django_db
def test_the_picture_of_an_edition_is_drawn_once(bucket: Any, client: Client) -> None:
    build(1)
    bucket.objects.delete()
    first = client.get(f"{COMPARISON}editions/1/card.png")
    [stored] = bucket.objects.all()
    assert stored.key.startswith("site/cards/")
    written = stored.last_modified
    assert client.get(f"{COMPARISON}editions/1/card.png").content == first.content
    [stored] = bucket.objects.all()
    assert stored.last_modified == written


@pytest.mark.django_db(transaction=True)
def test_a_backup_holds_the_bucket_and_restores_it(bucket: Any, tmp_path: Path) -> None:
    content = picture()
    storing.keep(NAME, content)
    storing.keep("cards/drawn.png", b"drawn anew")
    backups.write(tmp_path / "backup.zip")
    bucket.objects.delete()
    with backups.opened(tmp_path / "backup.zip") as archive:
        assert [part.name for part in archive.manifest.media] == [f"media/{NAME}"]
        assert backups.restore(archive, overwrite=True) == 1
    with default_storage.open(NAME) as file:
        assert file.read() == content


@pytest.mark.django_db
def test_a_storage_that_does_not_answer_is_a_503_and_what_needs_no_picture_goes_on(
    settings: Any, client: Client
) -> None:
    build(1)
    nobody = options(f"http://{HOST}:{free_port()}")
    chosen = {"BACKEND": "pomsite.objects.Objects", "OPTIONS": nobody}
    settings.STORAGES = settings.STORAGES | {"default": chosen}
    client.raise_request_exception = False
    answer = client.get(f"/media/{NAME}")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert client.get(f"{COMPARISON}editions/1/card.png").status_code == 200
    assert client.get(COMPARISON).status_code == 200


@pytest.mark.django_db
def test_an_upload_that_cannot_be_stored_says_so(
    settings: Any, editor: Client, tmp_path: Path
) -> None:
    nobody = options(f"http://{HOST}:{free_port()}")
    chosen = {"BACKEND": "pomsite.objects.Objects", "OPTIONS": nobody}
    settings.STORAGES = settings.STORAGES | {"default": chosen}
    sent = {"image": ContentFile(picture(), "a.png"), "alt": "A test."}
    assert editor.post("/admin/markdown/upload/", sent).status_code in (503, 507)


def test_a_wrong_bucket_is_no_missing_picture(endpoint: str) -> None:
    wrong = options(endpoint, bucket_name="no-such-bucket")
    with pytest.raises(OSError, match="The object storage failed") as failed:
        Objects(**wrong).open(NAME)
    assert not isinstance(failed.value, FileNotFoundError)
