"""Uploaded pictures: who may, what is taken, what is kept of it, and what is answered."""

import errno
import logging
import re
import runpy
import sys
import unicodedata
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from admin_forms import user
from django.core.files.storage import FileSystemStorage, default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image, ImageFile
from upload_files import (
    MEGABYTE,
    REFUSED,
    SCRIPT,
    SECRET,
    TOO_LARGE,
    bomb,
    decoded,
    encoded,
    picture,
    with_metadata,
)

from concepts.admin.pictures import PictureError, redrawn
from concepts.admin.upload import as_words
from concepts.rendering import Image as Shown
from concepts.rendering import TextError, images_in, render

pytestmark = pytest.mark.django_db

ADDRESS = "/admin/markdown/upload/"


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    """The folder of the pictures, empty."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


@pytest.fixture
def writer(client: Client) -> Client:
    client.force_login(user("writer", "change_concept"))
    return client


def upload(client: Client, content: bytes, kind: str = "image/png", **fields: str) -> Any:
    file = SimpleUploadedFile("a.png", content, kind)
    return client.post(ADDRESS, {"image": file, "alt": "A lane", **fields})


def stored(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def kept(client: Client, content: bytes) -> Image.Image:
    """What is kept of a picture, as a reader gets it."""
    code = upload(client, content).json()["image_code"]
    found = re.fullmatch(r"!\[A lane\]\((/media/[0-9a-f]{64}\.\w+)#(\d+)x(\d+)\)", code)
    assert found, code
    image = decoded(client.get(found[1]).content)
    assert image.size == (int(found[2]), int(found[3]))
    return image


# Who may ------------------------------------------------------------------------------------


def test_the_widget_uploads_to_our_own_view() -> None:
    assert reverse("markdownx_upload") == ADDRESS


@pytest.mark.parametrize("name", ["", "reader"])
def test_who_may_write_nothing_uploads_nothing(client: Client, folder: Path, name: str) -> None:
    if name:
        client.force_login(user(name))
    for answer in (client.get(ADDRESS), upload(client, picture())):
        assert answer.status_code == 403
        assert answer.json() == {"error": "Only editors who are logged in may upload pictures."}
    assert stored(folder) == []


def test_an_upload_needs_the_token_of_the_form(folder: Path) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(user("writer", "change_concept"))
    assert upload(strict, picture()).status_code == 403
    assert stored(folder) == []


def test_an_upload_is_a_post(writer: Client) -> None:
    answer = writer.get(ADDRESS)
    assert (answer.status_code, answer["Content-Type"]) == (405, "application/json")


# What is taken ------------------------------------------------------------------------------


@pytest.mark.parametrize(("form", "extension"), [("PNG", "png"), ("JPEG", "jpg"), ("WEBP", "webp")])
def test_a_picture_is_kept_by_the_format_of_its_bytes(
    writer: Client, folder: Path, form: str, extension: str
) -> None:
    assert kept(writer, picture(form)).format == form
    assert [name.partition(".")[2] for name in stored(folder)] == [extension]


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_picture_is_refused(writer: Client, folder: Path, name: str) -> None:
    answer = upload(writer, REFUSED[name]())
    assert answer.status_code == 400
    assert answer.json()["error"].endswith(".")
    assert stored(folder) == []


@pytest.mark.parametrize("name", TOO_LARGE)
def test_what_is_too_large_is_refused(writer: Client, folder: Path, name: str) -> None:
    answer = upload(writer, TOO_LARGE[name]())
    assert answer.status_code == 413
    assert " larger than 5 MB" in answer.json()["error"]
    assert stored(folder) == []


def test_a_picture_of_5_mb_may_have_its_words_beside_it(writer: Client) -> None:
    content = picture()
    answer = upload(writer, content + bytes(5 * MEGABYTE - len(content)), alt="ä" * 500)
    assert answer.status_code == 200


@pytest.mark.parametrize("side", [30_000, 13_300, 5_001])
def test_too_many_dots_are_refused_before_they_are_decoded(
    writer: Client, monkeypatch: pytest.MonkeyPatch, side: int
) -> None:
    def load(image: Any) -> None:
        raise AssertionError("The dots were decoded.")

    monkeypatch.setattr(ImageFile.ImageFile, "load", load)
    wanted = "The picture has more than 25,000,000 dots: make it smaller and try again."
    assert upload(writer, bomb(side)).json() == {"error": wanted}


def test_what_pillow_warns_of_is_an_error() -> None:
    file = sys.modules[redrawn.__module__].__file__
    with warnings.catch_warnings():  # pytest has taken back what the import did
        runpy.run_path(str(file))
        with pytest.raises(Image.DecompressionBombWarning):
            decoded(bomb(10_000))


def test_what_a_browser_takes_for_a_page_is_no_picture(writer: Client, folder: Path) -> None:
    answer = upload(writer, picture(), "text/html")
    wanted = "This file is no picture: choose a PNG, JPEG or WebP file."
    assert (answer.status_code, answer.json()) == (400, {"error": wanted})
    assert stored(folder) == []


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "multipart/form-data"),
        (b"no file", "application/x-www-form-urlencoded"),
        (b"alt=a&decorative=1", "application/x-www-form-urlencoded"),
        (b'--a\r\nContent-Disposition: form-data; name="alt"\r\n\r\nx', "multipart/form-data"),
        (b"--a\r\nContent-Disposition: form-data", "multipart/form-data; boundary=a"),
        (b"alt=" + b"a" * 2 * MEGABYTE, "application/x-www-form-urlencoded"),
        (b"alt=a", "application/x-www-form-urlencoded; charset=utf-16"),
        (b"{}", "application/json"),
    ],
)
def test_what_is_no_form_with_a_picture_is_refused(
    writer: Client, folder: Path, body: bytes, kind: str
) -> None:
    assert writer.post(ADDRESS, body, content_type=kind).status_code == 400
    assert stored(folder) == []


def test_a_form_of_too_many_fields_is_refused(writer: Client, folder: Path) -> None:
    form = "application/x-www-form-urlencoded"
    assert writer.post(ADDRESS, b"a=1&" * 11_000, content_type=form).status_code == 413
    assert stored(folder) == []


def test_a_form_without_a_picture_is_told_so(writer: Client) -> None:
    answer = writer.post(ADDRESS, {"alt": "A lane"})
    wanted = "There is no picture in what was sent: choose a file."
    assert (answer.status_code, answer.json()) == (400, {"error": wanted})


# What is kept -------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_what_stood_beside_the_dots_is_gone(writer: Client, folder: Path, form: str) -> None:
    secret = SECRET.encode()
    content = with_metadata(form)
    assert secret in content
    image = kept(writer, content + SCRIPT)
    [name] = stored(folder)
    assert secret not in (folder / name).read_bytes()
    assert SCRIPT not in (folder / name).read_bytes()
    assert not image.getexif()
    assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "progressive",
        "progression", "loop", "background", "duration", "timestamp"}  # fmt: skip


def test_texts_and_profiles_in_a_png_are_gone(writer: Client) -> None:
    from PIL import ImageCms, PngImagePlugin

    texts = PngImagePlugin.PngInfo()
    texts.add_text("Author", SECRET)
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    content = picture(pnginfo=texts, icc_profile=profile, dpi=(72, 72))
    assert set(decoded(content).info) == {"Author", "icc_profile", "dpi"}
    assert kept(writer, content).info == {}


def test_a_picture_taken_sideways_is_kept_upright(writer: Client) -> None:
    for form in ("JPEG", "PNG", "WEBP"):
        assert kept(writer, with_metadata(form, orientation=6)).size == (8, 12)


def test_a_large_picture_is_made_smaller(writer: Client) -> None:
    assert kept(writer, picture(size=(4_000, 1_000))).size == (2_000, 500)
    assert kept(writer, picture("JPEG", size=(1_001, 4_004))).size == (500, 2_000)
    assert kept(writer, picture(size=(2_000, 30))).size == (2_000, 30)
    assert kept(writer, picture(size=(6_000, 1))).size == (2_000, 1)


CLEAR = (0, 0, 0, 0)


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_what_shines_through_still_does(writer: Client, form: str) -> None:
    image = Image.new("RGBA", (12, 8), CLEAR)
    assert kept(writer, encoded(image, form)).convert("RGBA").getpixel((3, 3)) == CLEAR


def test_a_color_that_shines_through_still_does(writer: Client) -> None:
    image = Image.new("P", (12, 8), 0)
    image.putpalette([10, 200, 30, 0, 0, 0])
    image.putpixel((0, 0), 1)
    shown = kept(writer, encoded(image, transparency=0)).convert("RGBA")
    assert [shown.getpixel((3, 3))[3], shown.getpixel((0, 0))] == [0, (0, 0, 0, 255)]


@pytest.mark.parametrize(
    ("mode", "color", "form", "shown"),
    [
        ("1", 1, "PNG", 255),
        ("L", 90, "PNG", 90),
        ("LA", (90, 128), "PNG", (90, 90, 90, 128)),
        ("I;16", 90 * 256, "PNG", 90),
        ("CMYK", (0, 0, 0, 255), "JPEG", (0, 0, 0)),
        ("L", 90, "JPEG", 90),
    ],
)
def test_every_way_of_coloring_is_understood(
    writer: Client, mode: str, color: Any, form: str, shown: Any
) -> None:
    image = kept(writer, encoded(Image.new(mode, (12, 8), color), form))
    assert image.getpixel((3, 3)) == shown


def test_the_same_picture_has_one_name_and_is_not_written_again(
    writer: Client, folder: Path
) -> None:
    first = upload(writer, picture()).json()
    [name] = stored(folder)
    written = (folder / name).stat().st_mtime_ns
    assert upload(writer, picture()).json() == first
    assert stored(folder) == [name]
    assert (folder / name).stat().st_mtime_ns == written


def test_other_bytes_have_another_name(writer: Client, folder: Path) -> None:
    upload(writer, picture())
    upload(writer, picture(size=(12, 9)))
    assert len(stored(folder)) == 2


def test_who_uploaded_what_is_logged(
    writer: Client, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "concepts.admin.upload"):
        upload(writer, picture())
    [name] = stored(folder)
    assert f"writer uploaded the picture {name}." in caplog.messages


def full_disk(name: str) -> Callable[..., Any]:
    def fail(self: Any, *args: Any, **kwargs: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    return fail


def half_written(self: FileSystemStorage, name: str, content: Any) -> str:
    """Write half of the content, as a disk does that is full then."""
    Path(self.location).mkdir(parents=True, exist_ok=True)
    Path(self.path(name)).write_bytes(content.read()[:20])
    raise OSError(errno.ENOSPC, "No space left on device")


def test_when_the_disk_is_full_nothing_half_is_kept(
    writer: Client, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as full:
        full.setattr(FileSystemStorage, "_save", half_written)
        answer = upload(writer, picture())
    wanted = "The picture could not be stored, and nothing of it was kept. Try again later."
    assert (answer.status_code, answer.json()) == (507, {"error": wanted})
    assert stored(folder) == []
    assert kept(writer, picture()).size == (12, 8)


def test_without_memory_for_a_picture_it_is_not_called_broken(
    writer: Client, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def load(image: Any) -> None:
        raise MemoryError

    monkeypatch.setattr(ImageFile.ImageFile, "load", load)
    answer = upload(writer, picture())
    wanted = "The picture could not be stored, and nothing of it was kept. Try again later."
    assert (answer.status_code, answer.json()) == (507, {"error": wanted})
    assert stored(folder) == []


def test_when_a_picture_cannot_be_renamed_nothing_is_kept(
    writer: Client, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "replace", full_disk("replace"))
    assert upload(writer, picture()).status_code == 507
    assert stored(folder) == []


def test_a_store_without_paths_keeps_pictures_too(writer: Client, settings: Any) -> None:
    in_memory = {"default": {"BACKEND": "django.core.files.storage.InMemoryStorage"}}
    settings.STORAGES = settings.STORAGES | in_memory
    kept(writer, picture())
    assert len(default_storage.listdir("")[1]) == 1


# The words ----------------------------------------------------------------------------------


@pytest.mark.parametrize("alt", ["", " \n "])
def test_a_picture_without_words_is_refused(writer: Client, folder: Path, alt: str) -> None:
    answer = upload(writer, picture(), alt=alt)
    wanted = (
        "Say in a few words what the picture shows, for those who do not see it,"
        " or tick that it is decorative."
    )
    assert (answer.status_code, answer.json()) == (400, {"error": wanted})
    assert stored(folder) == []


@pytest.mark.parametrize(("alt", "begin"), [("a" * 501, "The words"), ("a\x07", "Line 1 holds")])
def test_words_that_no_text_may_hold_are_refused(writer: Client, alt: str, begin: str) -> None:
    answer = upload(writer, picture(), alt=alt)
    assert answer.status_code == 400
    assert answer.json()["error"].startswith(begin)


def test_a_decorative_picture_needs_no_words(writer: Client) -> None:
    code = upload(writer, picture(), alt="", decorative="1").json()["image_code"]
    assert code.startswith("![decorative](/media/")
    assert 'alt="" width="12" height="8"' in render(code)


@example("&copy; `a`")
@given(st.text(min_size=1, max_size=40) | st.text("\\`*_[]<>&|!^@#;()\"' ab\n", min_size=1))
def test_words_are_read_as_they_were_typed(words: str) -> None:
    try:
        alt = as_words(words)
    except (TextError, PictureError):
        return
    typed = " ".join(unicodedata.normalize("NFC", words).split())
    for text in (f"![{alt}](/a)", f"- a ![{alt}](/a)", f"| ![{alt}](/a) |\n| - |"):
        assert images_in(text) == [Shown("/a", typed)]


@pytest.mark.parametrize("name", ["../../../evil.png", "x.php", "a.png) <b onclick=alert(1)> ("])
def test_the_name_of_the_file_is_nowhere(writer: Client, folder: Path, name: str) -> None:
    file = SimpleUploadedFile("a.png", picture(), "image/png")
    file.name = name
    code = writer.post(ADDRESS, {"image": file, "alt": "A"}).json()["image_code"]
    [kept_name] = stored(folder)
    assert code == f"![A](/media/{kept_name}#12x8)"
