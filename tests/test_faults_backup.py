"""Backups that are made while editors write, and damaged ones, on a real server.

The scenarios F22 to F24: what a restored site shows is, byte for byte, what the lost one showed;
no damaged file touches anything; and an edition stays the same for ever. `make faults` runs the
full figures.
"""

import os
import random
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from figures import FULL, summed_up
from server import HOST, ROOT, Browser, Server, serving
from upload_files import picture

from concepts.backups import BackupError, Manifest, opened
from concepts.documents import digest

WRITERS = 4
DAMAGES, COMMANDS, FIRST = (200, 20, 200) if FULL else (20, 1, WRITERS)
FORMS = (
    *("", "index.json", "index.md", "index.csv", "index.bib", "index.ris", "index.csl.json"),
    *("sources.bib", "sources.ris", "sources.csl.json"),
)
STATUS = re.compile(r'<div class="status".*?</div>\n', re.DOTALL)
"""Says of an old edition which one follows; there, more followed after the backup."""
EDITIONS = "SELECT section, slug, number, page_id FROM concepts_edition ORDER BY id"


def command(server: Server, media: Path, *arguments: object) -> "subprocess.CompletedProcess[str]":
    """What a command does beside a running server."""
    environment = os.environ | {
        "DATABASE_URL": server.database,
        "SITE_URL": server.url,
        "MEDIA_ROOT": str(media),
    }
    words = [sys.executable, "manage.py", *map(str, arguments)]
    return subprocess.run(
        words, check=False, cwd=ROOT, env=environment, capture_output=True, text=True
    )


@contextmanager
def writing(server: Server, pages: list[str]) -> Iterator[list[int]]:
    """Editors who save and publish one page each, over and over; counts what was published."""
    over, published = threading.Event(), [0] * len(pages)

    def write(number: int, slug: str) -> None:
        browser = Browser(server).log_in(f"editor{number}")
        pk = server.one("SELECT id FROM concepts_page WHERE slug = ?", slug)
        change, publish = (
            f"/admin/concepts/concept/{pk}/{verb}/" for verb in ("change", "publish")
        )
        while not over.is_set():
            text = f"Version {published[number]} of {slug}."
            form = browser.open_form(change) | {"summary": text}
            assert browser.post(change, form).status == 302
            form = browser.open_form(publish) | {"note": text, "significance": "meaning"}
            answer = browser.post(publish, form | {"override": "On purpose."})
            assert answer.status == 302, answer.text
            published[number] += 1

    threads = [threading.Thread(target=write, args=each) for each in enumerate(pages)]
    for thread in threads:
        thread.start()
    try:
        yield published
    finally:
        over.set()
        for thread in threads:
            thread.join()


def content(server: Server, path: str) -> str:
    """The digest of what an address answers, wherever the server listens."""
    answer = Browser(server).get(path)
    text = STATUS.sub("", re.sub(f"{HOST}(:|%3A){server.port}", "here", answer.text))
    return f"{answer.status} {sha256(text.encode()).hexdigest()}"


def forms(server: Server, editions: list[tuple[str, str, int, int]]) -> dict[str, str]:
    """What all addresses of these editions answer."""
    return {
        path: content(server, path)
        for section, slug, number, _ in editions
        for path in (f"/{section}/{slug}/editions/{number}/{form}" for form in FORMS)
    }


@dataclass
class Lost:
    """What there was on the host that is lost, as it was when the backup began or ended."""

    backup: Path
    manifest: Manifest
    answers: dict[str, str]
    media: dict[str, str]
    published: int
    took: float


def digests(folder: Path) -> dict[str, str]:
    files = [path for path in folder.rglob("*") if path.is_file() and "cards" not in path.parts]
    return {
        path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest() for path in files
    }


@pytest.fixture(scope="module")
def lost(tmp_path_factory: pytest.TempPathFactory) -> Lost:
    """A host on which a backup was made while four editors wrote, and which is gone since."""
    folder = tmp_path_factory.mktemp("lost")
    media, backup = folder / "media", folder / "backup.zip"
    media.mkdir()
    for size in range(1, 6):
        file = picture(size=(size, size))
        (media / f"{sha256(file).hexdigest()}.png").write_bytes(file)
    with serving(folder) as server:
        before = server.rows(EDITIONS)
        with writing(server, [f"page-{n}" for n in range(WRITERS)]) as published:
            while sum(published) < FIRST:
                time.sleep(0.05)
            first, begun = sum(published), time.monotonic()
            done = command(server, media, "backup", backup)
            took = time.monotonic() - begun
            meanwhile = sum(published) - first
        assert done.returncode == 0, done.stderr
        with opened(backup) as archive:
            manifest = archive.manifest
            table = next(each for each in manifest.tables if each.table == "concepts_edition")
            rows = [dict(zip(table.columns, row, strict=True)) for row in archive.rows(table)]
        kept = [(r["section"], r["slug"], r["number"], r["page_id"]) for r in rows]
        assert len(before) < len(kept) <= len(before) + sum(published)
        answers = forms(server, kept)
    return Lost(backup, manifest, answers, digests(media), meanwhile, took)


@dataclass
class Restored:
    """A host that was empty, and is served since the backup was restored on it."""

    server: Server
    media: Path
    took: float


@pytest.fixture(scope="module")
def restored(lost: Lost, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Restored]:
    folder, begun = tmp_path_factory.mktemp("restored"), time.monotonic()
    with serving(folder, [["manage.py", "restore_backup", str(lost.backup)]]) as server:
        yield Restored(server, folder / "media", time.monotonic() - begun)


# F22 ---------------------------------------------------------------------------------------------


def test_f22_a_restored_host_shows_what_the_lost_one_showed(lost: Lost, restored: Restored) -> None:
    server = restored.server
    editions = [tuple(each) for each in server.rows(EDITIONS)]
    assert len(editions) == lost.manifest.editions.count
    found = forms(server, editions)
    assert found.keys() == lost.answers.keys()
    assert {answer[:3] for answer in found.values()} == {"200"}
    different = {path for path in found if found[path] != lost.answers[path]}
    assert different == set()
    assert digests(restored.media) == lost.media
    checked = command(server, restored.media, "check_content")
    assert checked.returncode == 0, checked.stderr
    editor = Browser(server).log_in("editor9")
    path = f"/admin/concepts/concept/{editions[-1][3]}/change/"
    form = editor.open_form(path) | {"summary": "Saved after all."}
    assert editor.post(path, form).status == 302
    summed_up(
        "F22",
        editions=len(editions),
        answers=len(found),
        different=len(different),
        media=len(lost.media),
        published_meanwhile=lost.published,
        backup_seconds=round(lost.took, 1),
        restored_and_serving_seconds=round(restored.took, 1),
    )


# F23 ---------------------------------------------------------------------------------------------


def damaged(content: bytes, chance: random.Random, number: int) -> bytes:
    """The file cut off, with a byte turned, or with a piece gone or doubled."""
    place = chance.randrange(len(content))
    turned = bytes([content[place] ^ 1 << chance.randrange(8)])
    return [
        content[:place],
        content[:place] + turned + content[place + 1 :],
        content[:place] + content[place + 1 + chance.randrange(100) :],
        content[:place] + content[max(place - 9, 0) :],
    ][number % 4]


def test_f23_a_damaged_backup_is_refused_before_anything_is_touched(
    lost: Lost, restored: Restored, tmp_path: Path
) -> None:
    content, chance = lost.backup.read_bytes(), random.Random(23)
    ends = (0, 1, len(content) - 1, len(content) - 64)
    several = [content[:n] + bytes([content[n] ^ 1]) + content[n + 1 :] for n in ends]
    several += [damaged(content, chance, number) for number in range(DAMAGES)]
    several += [b"", content + b"\n", content[:-1]]
    one = tmp_path / "damaged.zip"
    for each in several:
        one.write_bytes(each)
        with pytest.raises(BackupError, match="is damaged, cut off, or no backup"), opened(one):
            raise AssertionError(len(each))
    server, site = restored.server, "SELECT * FROM concepts_site"
    before = server.rows(EDITIONS), server.rows(site), digests(restored.media)
    for each in several[4 : 4 + COMMANDS]:
        one.write_bytes(each)
        done = command(server, restored.media, "restore_backup", "--overwrite", one)
        assert done.returncode == 1
        assert "is damaged, cut off, or no backup" in done.stderr
        assert "Traceback" not in done.stderr
    assert (server.rows(EDITIONS), server.rows(site), digests(restored.media)) == before
    summed_up("F23", refused=f"{len(several)}/{len(several)}", touched=0)


# F24 ---------------------------------------------------------------------------------------------


def test_f24_an_edition_stays_the_same_for_ever(lost: Lost, restored: Restored) -> None:
    """Recomputed in the backup, and on the other host before and after it was rendered."""
    server, rows = restored.server, "SELECT id, digest, document FROM concepts_edition ORDER BY id"

    def told(found: Iterable[Sequence[Any]]) -> dict[int, str]:
        editions = [*found]
        assert all(digest(document) == said for _, said, document in editions)
        return {pk: document for pk, _, document in editions}

    with opened(lost.backup) as archive:
        table = next(each for each in archive.manifest.tables if each.table == "concepts_edition")
        places = [table.columns.index(name) for name in ("id", "digest", "document")]
        before = told([row[place] for place in places] for row in archive.rows(table))
    assert told(server.rows(rows)) == before
    for section, slug, number, _ in server.rows(EDITIONS):
        assert Browser(server).get(f"/{section}/{slug}/editions/{number}/").status == 200
    assert command(server, restored.media, "migrate").returncode == 0
    assert told(server.rows(rows)) == before
    summed_up("F24", editions=len(before), documents_changed=0, digests_changed=0)
