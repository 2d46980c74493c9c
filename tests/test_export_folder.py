"""The folder that `export_site` writes, whole or as it was; and what a small site suffices for."""

import os
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from copies import LIVE, SITE, broken, contents, export, parsed
from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.core.management import CommandError, call_command
from samples import concept, guide, publish
from small_site import QUESTION

from concepts import publishing, stamp
from concepts.models import Edition
from concepts.static_copy import Refused, asking, copied, copying, replaced
from concepts.static_copy.asking import Answer, ask


@pytest.fixture
def small(db: None) -> None:
    """A site of one page."""
    publish(concept("goods"))


@pytest.mark.usefixtures("small")
def test_an_earlier_copy_is_replaced_whole_and_nothing_is_left_beside(tmp_path: Path) -> None:
    place = tmp_path / "site"
    place.mkdir()
    export(place)
    (place / "left.html").write_text("of an older copy")
    inode = place.stat().st_ino
    export(place)
    assert not (place / "left.html").exists()
    assert place.stat().st_ino != inode
    assert list(tmp_path.iterdir()) == [place]
    assert place.stat().st_mode & 0o777 == 0o777 & ~_umask()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


@pytest.mark.usefixtures("small")
def test_a_folder_with_something_else_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    for folder, said in (
        (tmp_path, "holds no copy"),
        (tmp_path / "thesis.txt", "is a file"),
        (tmp_path / "no" / "site", "does not exist"),
    ):
        with pytest.raises(CommandError, match=said):
            export(folder)
    assert contents(tmp_path) == {"thesis.txt": b"mine"}


@pytest.mark.usefixtures("small")
def test_a_full_disk_leaves_the_earlier_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    export(tmp_path / "site")
    before = contents(tmp_path)
    publish(concept("more"))
    write, written = Path.write_bytes, []

    def full(path: Path, content: bytes) -> int:
        written.append(path)
        if len(written) > 30:
            raise OSError(28, "No space left on device")
        return write(path, content)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(CommandError, match="No space left on device"):
        export(tmp_path / "site")
    assert contents(tmp_path) == before


def test_what_a_killed_run_left_is_mended_by_the_next_one(tmp_path: Path) -> None:
    place, writing = tmp_path / "site", tmp_path / ".site.writing"
    writing.mkdir()
    (writing / "half").mkdir()
    (writing / "half" / "page.html").write_text("hal")
    (tmp_path / ".site.before").mkdir()
    (tmp_path / ".site.before" / ".site-copy").write_text("whole")
    killed = replaced(place)
    folder = killed.__enter__()
    assert contents(place) == {".site-copy": b"whole"}
    assert list(folder.iterdir()) == []
    (folder / "page.html").write_text("ha")
    assert not killed.__exit__(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert contents(tmp_path) == {"site/.site-copy": b"whole"}


def test_a_copy_that_a_killed_run_had_put_away_is_removed(tmp_path: Path) -> None:
    for name in ("site", ".site.before"):
        (tmp_path / name).mkdir()
        (tmp_path / name / ".site-copy").write_text(name)
    with replaced(tmp_path / "site") as folder:
        (folder / "page.html").write_text("new")
    assert contents(tmp_path) == {"site/page.html": b"new"}


def test_two_runs_do_not_write_one_copy(tmp_path: Path) -> None:
    with replaced(tmp_path / "site") as folder:
        (folder / "page.html").write_text("one")
        with pytest.raises(Refused, match="Another run"), replaced(tmp_path / "site"):
            raise AssertionError
    assert contents(tmp_path) == {"site/page.html": b"one"}


def test_when_the_new_copy_cannot_be_put_in_its_place_the_old_one_comes_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "site"
    place.mkdir()
    (place / ".site-copy").write_text("old")
    rename = Path.rename

    def refused(path: Path, to: Path) -> Path:
        if path.name.endswith(".writing"):
            raise OSError(16, "Device or resource busy")
        return rename(path, to)

    monkeypatch.setattr(Path, "rename", refused)
    with pytest.raises(OSError, match="busy"), replaced(place):
        pass
    assert contents(tmp_path) == {"site/.site-copy": b"old"}


@pytest.mark.usefixtures("small")
def test_an_edition_closed_meanwhile_stops_it(tmp_path: Path) -> None:
    edition = Edition.objects.get()

    def close(address: str) -> None:
        if address == "/about/":
            publishing.close(edition, by=None, reason="By order of a court.")

    with pytest.raises(Refused, match="An edition was closed while"):
        copied(tmp_path, stamp.read().moment, close)


@pytest.mark.usefixtures("small")
def test_it_tells_what_it_does_only_when_asked(tmp_path: Path, capsys: Any) -> None:
    call_command("export_site", tmp_path / "site")
    said = capsys.readouterr()
    assert said.out.count("\n") == 1
    assert said.err == f"Note: links to the live site lead to {settings.SITE_URL}. Set SITE_URL.\n"
    call_command("export_site", tmp_path / "site", verbosity=2)
    assert "/concepts/goods/editions/1/index.json\n" in capsys.readouterr().err


def test_a_site_without_pages_is_copied_too(db: None, tmp_path: Path) -> None:
    with SITE:
        export(tmp_path / "site")
    assert broken(tmp_path / "site") == []


def links_of(folder: Path, page: str) -> set[str]:
    return {link.target for link in parsed(folder)[0] if link.page == page}


@pytest.mark.usefixtures("small")
def test_what_the_site_does_not_answer_is_linked_on_the_live_site(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = Answer(404, b"<p>Not found</p>", type="text/html; charset=utf-8")

    def answer(address: str, at: datetime) -> Answer:
        return missing if address == "/about/" else ask(address, at)

    monkeypatch.setattr(copying, "ask", answer)
    with SITE:
        export(tmp_path / "site")
    assert not (tmp_path / "site" / "about").exists()
    assert broken(tmp_path / "site") == []
    for page in ("index.html", "concepts/goods/index.html", "teachers/index.html"):
        assert f"{LIVE}/about/" in links_of(tmp_path / "site", page)


def test_practice_goes_on_until_every_question_was_asked(db: None, tmp_path: Path) -> None:
    area = guide("foundations", type="area", title="Foundations")
    publish(area)
    asked = [{"key": f"q{number}", "text": QUESTION} for number in range(11)]
    asked = [{**each, "text": each["text"].replace(" [@little1961]", "")} for each in asked]
    publish(concept("goods", area="foundations", questions=asked))
    with SITE:
        export(tmp_path / "site")
    folder = tmp_path / "site" / "practice"
    pages = {file.parent.relative_to(folder).as_posix() for file in folder.rglob("*.html")}
    assert pages == {".", "order-2", "area-foundations", "area-foundations.order-2"}
    assert "order-2/index.html" in links_of(tmp_path / "site", "practice/index.html")
    on = links_of(tmp_path / "site", "practice/area-foundations.order-2/index.html")
    assert f"{LIVE}/practice/?area=foundations&order=3" in on
    assert broken(tmp_path / "site") == []


def test_a_static_file_is_found_by_the_name_with_its_digest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "site.0a1b.css").write_bytes(b"p{}")
    monkeypatch.setattr(asking, "staticfiles_storage", FileSystemStorage(location=tmp_path))
    assert asking.static_file("/static/site.0a1b.css") == Answer(200, b"p{}")
    assert asking.static_file("/static/site.2c3d.css") == Answer(404)
