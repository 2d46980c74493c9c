"""Uploads of content files that are refused: unsafe names, bombs, broken and foreign files."""

import io
import stat
import zipfile

import documents as make
import pytest
from admin_forms import log_in_writer
from django.test import Client
from exchanging import IMPORT, archive, file_of, problems, raw, upload
from importing import everything

from concepts.admin import exchange, packing

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client: Client) -> Client:
    return log_in_writer(client)


def symlink() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        entry = zipfile.ZipInfo("concepts/a.md")
        entry.external_attr = (stat.S_IFLNK | 0o777) << 16
        made.writestr(entry, "/etc/passwd")
    return out.getvalue()


def lying() -> bytes:
    """A bomb that says that it is small."""
    bomb = archive({"concepts/a.md": b"0" * (packing.SIZE + 1)})
    return bomb.replace((packing.SIZE + 1).to_bytes(4, "little"), (100).to_bytes(4, "little"))


def encrypted() -> bytes:
    made = bytearray(archive({"concepts/a.md": b"x"}))
    made[made.index(b"PK\x01\x02") + 8] |= 1
    return bytes(made)


GOOD_ZIP = archive({"concepts/a.md": b"x" * 500})
UPLOADS = {
    "up": (archive({"../a.md": b"x"}), "'../a.md' is no name of a content file."),
    "up inside": (archive({"concepts/../../a.md": b"x"}), "is no name of a content file."),
    "absolute": (archive({"/etc/a.md": b"x"}), "'/etc/a.md' is no name of a content file."),
    "a drive": (archive({"C:/a.md": b"x"}), "is no name of a content file."),
    "backslashes": (archive({"..\\a.md": b"x"}), "is no name of a content file."),
    "deep": (archive({"a/" * 9 + "a.md": b"x"}), "is no name of a content file."),
    "a long name": (archive({"concepts/" + "a" * 300 + ".md": b"x"}), "is no name of a"),
    "a control character": (archive({"concepts/a\x07.md": b"x"}), "is no name of a content file."),
    "a symbolic link": (symlink(), "concepts/a.md is a symbolic link"),
    "encrypted": (encrypted(), "concepts/a.md is encrypted"),
    "another packing": (archive({"concepts/a.md": b"x"}, zipfile.ZIP_LZMA), "is packed in a way"),
    "a bomb": (archive({"concepts/a.md": b"0" * 20_000_001}), "The upload is too large"),
    "a bomb that lies": (lying(), "cannot be read as a .zip file"),
    "many": (archive({f"concepts/a{n}.md": b"" for n in range(5_001)}), "holds 5,001 files"),
    "very many": (b"PK\x03\x04" + b"PK\x01\x02" * 20_000, "holds too many files"),
    "broken": (GOOD_ZIP[:-20], "cannot be read as a .zip file"),
    "damaged": (GOOD_ZIP.replace(b"a.md", b"a.md"[:3] + b"x", 1), "cannot be read as a .zip file"),
    "no zip": (b"hello", "cannot be read as a .zip file"),
    "file and folder": (
        archive({"concepts/a": b"x", "concepts/a/b.md": b"x"}),
        "is both a file and a folder",
    ),
    "empty": (archive({}), "Choose the files first"),
    "no content": (archive({"README.md": b"x"}), "Choose the files first"),
}


@pytest.mark.parametrize("name", UPLOADS)
def test_a_bad_zip_is_refused_and_says_why(editor: Client, name: str) -> None:
    content, message = UPLOADS[name]
    [problem] = problems(upload(editor, raw(content=content)))
    assert message in problem
    assert everything() == "[]"


def test_a_name_twice_is_refused(editor: Client) -> None:
    one = file_of(make.concept("meal"), "meal.md")
    assert problems(upload(editor, one, file_of(make.concept("bread"), "meal.md"))) == [
        "concepts/meal.md is there twice: keep one of them."
    ]
    double = archive({"concepts/a.md": b"x", "concepts/b.md": b"y"}).replace(b"b.md", b"a.md")
    [problem] = problems(upload(editor, raw(content=double)))
    assert problem == "concepts/a.md stands twice in c.zip: keep one of them."


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.md", b"hello"),
        ("x.md", b"---\nkind: song\n---\n"),
        ("x.exe", b"---\nkind: concept\n---\n"),
    ],
)
def test_a_loose_file_that_is_no_content_is_refused(
    editor: Client, name: str, content: bytes
) -> None:
    [problem] = problems(upload(editor, raw(name, content)))
    assert problem.startswith(f"{name} is no content file: its name ends in .md, and it begins")


def test_loose_files_are_at_most_so_large_together(
    editor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packing, "SIZE", 150)
    assert problems(
        upload(
            editor,
            *(file_of(make.concept(name, body="x" * 50), f"{name}.md") for name in ("a", "b")),
        )
    ) == ["The upload is too large: unpacked, all files may have 20 MB together."]


def test_an_upload_that_is_too_large_is_told_before_it_is_read(editor: Client) -> None:
    answer = editor.generic("POST", IMPORT, b"", CONTENT_LENGTH="5200000")
    assert (answer.status_code, problems(answer)) == (
        413,
        ["The upload is too large: at most 5 MB, as a .zip or as files."],
    )


def test_nothing_chosen_is_told(editor: Client) -> None:
    assert problems(editor.post(IMPORT, {})) == [exchange.NOTHING]
