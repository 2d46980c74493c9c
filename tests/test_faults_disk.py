"""A disk that is full, under the database and the media of a real server.

The scenario F11: what cannot be written is said, what was written before is read, and once there
is room again everything works without a repair. `make faults` runs the full figures.
"""

import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import documents as make
import psycopg
import pytest
from cluster import Cluster, cluster
from figures import rounds, summed_up
from server import IS_POSTGRES, Browser, Server, serving
from soundness import faults, media_faults
from upload_files import noise

from concepts.backups import opened
from concepts.content_files import write_folder

LEFT = (0, 4, 20, 60, 200)
"""Kilobytes that the disk still has."""

FILES = rounds(200, 20)
SMALL_WAL = ("max_wal_size=32MB", "min_wal_size=32MB", "wal_keep_size=0")
LINE = "A line that needs room on the disk.\r\n\r\n"


@contextmanager
def small_disk(megabytes: int) -> Iterator[Path]:
    """A disk of its own in memory; skips the test where none can be had."""
    with TemporaryDirectory(prefix="small-disk-") as name:
        options = ["-t", "tmpfs", "-o", f"size={megabytes}m,mode=755", "tmpfs", name]
        try:
            subprocess.run(["mount", *options], check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError):
            pytest.skip("A disk that is full needs a mount of a tmpfs, which only root may do.")
        try:
            yield Path(name)
        finally:
            subprocess.run(["umount", "--lazy", name], check=True)


@dataclass
class Place:
    """A server whose database and media lie on small disks, and what takes their room."""

    server: Server
    disks: list[Path]
    database: Cluster | None

    @property
    def media(self) -> Path:
        return Path(self.server.environment["MEDIA_ROOT"])

    def fill(self, left: int) -> None:
        """Take all room of the disks but some kilobytes."""
        for disk in self.disks:
            with (disk / "ballast").open("wb", buffering=0) as ballast:
                for size in (1024 * 1024, 4096):
                    try:
                        while True:
                            ballast.write(bytes(size))
                    except OSError:
                        pass
                ballast.truncate(max(0, ballast.tell() - left * 1024))

    def free(self) -> None:
        """Give it back; a PostgreSQL that ended itself is started again, as its service does."""
        for disk in self.disks:
            (disk / "ballast").unlink()
        if self.database and not self.answers:
            self.database.restart()

    @property
    def answers(self) -> bool:
        """Whether the database takes a new connection: a PostgreSQL without room may not."""
        with suppress(psycopg.OperationalError):
            return self.database is None or bool(self.database.rows("SELECT 1"))
        return False


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    with ExitStack() as stack:
        disk = stack.enter_context(small_disk(20))
        if not IS_POSTGRES:
            yield Place(stack.enter_context(serving(disk)), [disk], None)
            return
        other = stack.enter_context(small_disk(120))
        database = stack.enter_context(cluster(*SMALL_WAL, within=other))
        server = stack.enter_context(serving(disk, database=database.url()))
        yield Place(server, [disk, other], database)


@dataclass
class Desk:
    """An editor at work, and what was answered to what."""

    place: Place
    browser: Browser
    page: int
    answers: Counter[str] = field(default_factory=Counter)
    saved: str = ""

    def address(self, verb: str) -> str:
        return f"/admin/concepts/concept/{self.page}/{verb}/"

    def noted(self, what: str, status: int, *expected: int) -> int:
        self.answers[f"{what} {status}"] += 1
        assert status in expected, (what, status)
        return status

    def save(self, size: int) -> int:
        """Save a long text; what is not saved is given back."""
        form = self.browser.get(self.address("change"))
        if self.noted("form", form.status, 200, 503) == 503:
            return 503
        word = uuid4().hex
        # PostgreSQL would pack a text that repeats itself.
        body = "\r\n\r\n".join([f"{word}.", *(uuid4().hex for _ in range(size))])
        answer = self.browser.post(self.address("change"), form.fields | {"body": body})
        if self.noted("save", answer.status, 302, 503) == 503:
            assert "Traceback" not in answer.text
            assert answer.fields["body"].startswith(word)
        else:
            self.saved = word
        return answer.status

    def publish(self) -> int:
        form = self.browser.get(self.address("publish"))
        if self.noted("form", form.status, 200, 503) == 503:
            return 503
        if "expect" not in form.fields:
            return 302  # what the desk says is in force already
        terms = {"note": "A test.", "significance": "meaning", "override": "A test."}
        answer = self.browser.post(self.address("publish"), form.fields | terms)
        return self.noted("publish", answer.status, 302, 503)

    def upload(self) -> int:
        form = self.browser.get(self.address("change"))
        if self.noted("form", form.status, 200, 503) == 503:
            return 503
        answer = self.browser.upload(noise(300, 200), form.fields["csrfmiddlewaretoken"])
        return self.noted("upload", answer.status, 200, 503, 507)

    def log_in(self) -> int:
        form = self.browser.get("/admin/login/")
        status = form.status
        if status == 200:
            words = {"username": "editor9", "password": "a long pass phrase"}
            status = Browser(self.place.server).post("/admin/login/", form.fields | words).status
        return self.noted("log-in", status, 302, 403, 503)

    def read(self, *paths: str) -> None:
        """Readers read on, for as long as there is a database to read from."""
        for path in paths:
            answer = self.browser.get(path)
            self.noted("read", answer.status, 200, *([] if self.place.answers else [503]))

    def command(self, *arguments: object) -> bool:
        """Whether a command did its work; if not, it says why in words."""
        done = self.place.server.run("manage.py", *arguments)
        assert "Traceback" not in done.stderr, done.stderr
        self.answers[f"{arguments[0]} {'done' if done.returncode == 0 else 'refused'}"] += 1
        return done.returncode == 0


AFTERWARDS = [302, 302, 302, 200]
PAGES = ["/", "/concepts/", "/concepts/goods/", "/distinctions/goods-vs-services/"]
CARD = "/concepts/goods/editions/1/card.png"


def page_id(server: Server, slug: str) -> int:
    return int(server.one("SELECT id FROM concepts_page WHERE slug = ?", slug))


def test_f11_a_full_disk_loses_nothing_and_is_said(place: Place, tmp_path: Path) -> None:
    server, count = place.server, rounds(15, 1)
    page = page_id(server, "page-1")
    desk = Desk(place, Browser(server).log_in("editor1"), page)
    backup = place.disks[0] / "backup.zip"
    assert desk.save(1) == 302
    for number in range(count):
        other = Desk(place, desk.browser, page_id(server, f"page-{number % 9 + 2}"), desk.answers)
        place.fill(LEFT[number % len(LEFT)])
        for size in (1_500, 50, 1):  # until there is room for nothing
            saves = (desk.save(size) for _ in range(100))
            assert 503 in saves, "The disk never was full."
        desk.upload()
        other.save(1)
        other.publish()
        desk.log_in()
        desk.read(*PAGES, CARD)
        # What fits into the room that is left is done, and all else leaves nothing behind.
        imported = desk.command("import_content", "--publish", files(tmp_path, number))
        backed_up = desk.command("backup", backup)
        place.free()
        assert {*place.disks[0].glob("backup*")} == ({backup} if backed_up else set())
        if backed_up:
            with opened(backup):
                backup.unlink()
        assert [*faults(server), *media_faults(place.media), *left_over(place.media)] == []
        body = server.one("SELECT body FROM concepts_page WHERE id = ?", page)
        assert body.startswith(desk.saved)
        new = "SELECT count(*) FROM concepts_page WHERE slug LIKE ?"
        assert server.one(new, f"new-{number}-%") == (FILES if imported else 0)
        assert [desk.save(1), desk.publish(), other.publish(), desk.upload()] == AFTERWARDS
        desk.read(*PAGES, CARD)
    assert desk.command("import_content", "--publish", files(tmp_path, count))
    summed_up("F11", times_full=count, answers=dict(sorted(desk.answers.items())), status_500=0,
              corrupt=0, half=0)  # fmt: skip


def files(path: Path, number: int) -> Path:
    """A folder of content files, other ones for each number."""
    folder = path / str(number)
    write_folder(folder, [make.concept(f"new-{number}-{n}", body=LINE * 20) for n in range(FILES)])
    return folder


def left_over(media: Path) -> list[str]:
    """Drafts, and files without a byte."""
    files = [path for path in media.rglob("*") if path.is_file()]
    return [p.name for p in files if p.suffix == ".part" or not p.stat().st_size]
