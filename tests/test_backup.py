"""`backup` and `restore_backup`: the whole site in one file and back, on either database."""

import resource
import sqlite3
import stat
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import small_site
from backing_up import backup, build, refused, say, state
from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import IntegrityError, connection, connections, models, transaction
from django.db.migrations.loader import MigrationLoader
from django.test import Client, override_settings
from django.utils import timezone
from samples import concept, publish

from concepts import clock, drafts, guards, search, stamp
from concepts.backups import tables
from concepts.models import Closure, Edition, LogEntry, Page, PreviewLink, Site, Withdrawal

pytestmark = pytest.mark.django_db(transaction=True)
on_sqlite = connection.vendor == "sqlite"

DRAWN = "cards/drawn.png"


@pytest.fixture(autouse=True)
def media(tmp_path: Path) -> Iterator[Path]:
    """Media of this test alone."""
    with override_settings(MEDIA_ROOT=tmp_path / "media"):
        yield tmp_path / "media"


@pytest.fixture
def site() -> dict[str, Edition]:
    """A page of every kind; one withdrawn, one with a closed, one with a scheduled edition."""
    return build()


# What is carried ------------------------------------------------------------------------------


def test_an_emptied_site_comes_back_row_by_row(site: Any, tmp_path: Path) -> None:
    before = state(tmp_path / "before.zip")
    assert before["concepts_edition"][0] == Edition.objects.count() > 8
    call_command("flush", interactive=False)
    assert not Edition.objects.exists()
    said = say("restore_backup", tmp_path / "before.zip")
    assert f"Restored (0 media are new): {Edition.objects.count()} editions" in said
    assert state(tmp_path / "after.zip") == before


def test_a_changed_site_is_what_it_was(site: Any, tmp_path: Path) -> None:
    before = state(tmp_path / "before.zip")
    page = Page.objects.get(slug="goods")
    publish(concept("goods", page, summary="Otherwise."))
    publish(concept("new"))
    User.objects.update(is_active=False)
    assert state(tmp_path / "changed.zip") != before
    say("restore_backup", tmp_path / "before.zip", overwrite=True)
    assert state(tmp_path / "after.zip") == before
    assert not Page.objects.filter(slug="new").exists()


def test_pages_read_as_before(site: dict[str, Edition], client: Client, tmp_path: Path) -> None:
    def texts() -> dict[str, bytes]:
        forms = ("", "index.json", "index.md")
        return {
            address: client.get(address).content
            for page, edition in site.items()
            for base in (page, edition.get_permanent_url())
            for address in (f"{base}{form}" for form in forms)
        }

    before = texts()
    backup(tmp_path / "file.zip")
    call_command("flush", interactive=False)
    stamp.forget()
    assert client.get(small_site.CONCEPT).status_code == 404
    say("restore_backup", tmp_path / "file.zip")
    assert texts() == before
    assert client.get("/concepts/gone/").status_code == 410
    assert client.get("/concepts/shut/editions/1/").status_code == 410
    assert client.get("/concepts/later/editions/2/").status_code == 404


def test_moments_keep_every_microsecond(site: Any, tmp_path: Path) -> None:
    moment = timezone.now().replace(microsecond=123_457)
    User.objects.update(date_joined=moment)
    backup(tmp_path / "file.zip")
    User.objects.update(date_joined=timezone.now())
    say("restore_backup", tmp_path / "file.zip", overwrite=True)
    assert User.objects.get().date_joined == moment


def test_who_may_log_in_still_may(site: Any, tmp_path: Path) -> None:
    backup(tmp_path / "file.zip")
    call_command("flush", interactive=False)
    say("restore_backup", tmp_path / "file.zip")
    assert User.objects.get().check_password("a long pass phrase")


def test_nobody_stays_logged_in(site: Any, client: Client, tmp_path: Path) -> None:
    client.force_login(User.objects.get(), "concepts.accounts.log_in.TokenBackend")
    assert Session.objects.count() == 1
    backup(tmp_path / "file.zip")
    say("restore_backup", tmp_path / "file.zip", overwrite=True)
    assert not Session.objects.exists()


def test_preview_links_end_and_their_addresses_open_no_other_draft(
    site: Any, tmp_path: Path
) -> None:
    page = Page.objects.get(slug="goods")
    backup(tmp_path / "file.zip")
    lost, now = drafts.make_link(page, by=None, label="Ben", days=9), time.time() * 1000
    address = drafts.address(lost)
    say("restore_backup", tmp_path / "file.zip", overwrite=True)
    assert not PreviewLink.objects.exists()
    made = drafts.make_link(page, by=None, label="Cleo", days=9)
    assert made.pk > max(lost.pk, now)  # so of no link that was made after the backup elsewhere
    assert drafts.address(made) != address
    assert Client().get(address).status_code == 404


def test_no_id_is_given_twice_though_its_row_is_gone(site: Any, tmp_path: Path) -> None:
    deleted = concept("draft")
    last = deleted.pk
    Page.objects.filter(pk=last).delete()
    assert LogEntry.objects.filter(object_id=last).exists()
    backup(tmp_path / "file.zip")
    call_command("flush", interactive=False)
    say("restore_backup", tmp_path / "file.zip")
    assert concept("another").pk > last


def test_verbs_go_on_after_a_restore(site: Any, tmp_path: Path) -> None:
    backup(tmp_path / "file.zip")
    call_command("flush", interactive=False)
    say("restore_backup", tmp_path / "file.zip")
    page = Page.objects.get(slug="goods")
    assert publish(concept("goods", page, summary="Otherwise.")).number == 2


def test_what_was_found_is_found(site: Any, tmp_path: Path) -> None:
    def found() -> list[tuple[str, int]]:
        groups = search.find("stored shelf", clock.now()).groups
        return [(group.kind, group.total) for group in groups]

    before = found()
    assert before
    backup(tmp_path / "file.zip")
    call_command("flush", interactive=False)
    assert not found()
    say("restore_backup", tmp_path / "file.zip")
    assert found() == before
    say("restore_backup", tmp_path / "file.zip", overwrite=True)
    assert found() == before


# The stamp, the guards ------------------------------------------------------------------------


def test_the_stamp_is_one_that_the_site_never_had(site: Any, tmp_path: Path) -> None:
    counter, moment = Site.objects.values_list("counter", "moment").get()
    backup(tmp_path / "file.zip")
    publish(concept("new"))
    later = Site.objects.get().moment
    stamp.current()
    say("restore_backup", tmp_path / "file.zip", overwrite=True)
    restored = Site.objects.get()
    assert restored.counter > counter + 10**9
    assert restored.moment == later > moment
    assert stamp.current().counter == restored.counter
    say("restore_backup", tmp_path / "file.zip", overwrite=True)
    assert Site.objects.get().counter > restored.counter


def test_maintenance_stays_as_it_is_here(site: Any, tmp_path: Path) -> None:
    backup(tmp_path / "file.zip")
    Site.objects.update(maintenance="A restore")
    say("restore_backup", tmp_path / "file.zip", overwrite=True)
    assert Site.objects.get().maintenance == "A restore"


def test_the_guards_are_back(site: Any, tmp_path: Path) -> None:
    backup(tmp_path / "file.zip")
    with connection.cursor() as cursor:
        table = "" if on_sqlite else " ON concepts_edition"
        cursor.execute(f"DROP TRIGGER guard_edition_delete{table}")
    say("restore_backup", tmp_path / "file.zip", overwrite=True)
    assert guards.missing(connection) == []
    for model in (Edition, Closure, Withdrawal):
        with pytest.raises(IntegrityError), transaction.atomic():
            model._base_manager.all().delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        models.QuerySet.update(Edition.objects.all(), note="Another")


def test_a_backup_judges_nothing_and_says_so(
    site: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with transaction.atomic(), guards.suspended(connection):
        models.QuerySet.update(Edition.objects.filter(slug="gone"), digest="0" * 64)
    say("backup", tmp_path / "file.zip", stderr=sys.stderr)
    assert "1 editions were tampered with: run check_content." in capsys.readouterr().err
    call_command("flush", interactive=False)
    problem = refused("restore_backup", tmp_path / "file.zip", stderr=sys.stderr)
    assert problem == "It is restored as it was, with 1 problems."
    assert "(gone) was tampered with" in capsys.readouterr().err
    assert Edition.objects.filter(slug="gone").exists()


# While others read and write ------------------------------------------------------------------


def in_a_thread(job: Callable[[], Any]) -> threading.Thread:
    def run() -> None:
        try:
            job()
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


@contextmanager
def meanwhile(monkeypatch: pytest.MonkeyPatch, module: Any, name: str, job: Any) -> Iterator[None]:
    """Do something once, in a connection of its own, when a function is first called."""
    original, jobs = getattr(module, name), [job]

    def called(*args: Any, **options: Any) -> Any:
        while jobs:
            thread = in_a_thread(jobs.pop())
            thread.join(30)
            assert not thread.is_alive()
        return original(*args, **options)

    with monkeypatch.context() as patched:
        patched.setattr(module, name, called)
        yield
    assert not jobs


def test_a_backup_is_of_one_moment_and_keeps_no_writer_waiting(
    site: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = state(tmp_path / "before.zip")
    with meanwhile(monkeypatch, tables, "columns", lambda: publish(concept("new"))):
        during = state(tmp_path / "during.zip")
    assert Page.objects.filter(slug="new").exists()
    assert during == before


def test_readers_go_on_while_a_backup_is_restored(
    site: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup(tmp_path / "file.zip")
    publish(concept("new"))
    read: list[int] = []

    def ask() -> None:
        read.extend(Client().get(path).status_code for path in ("/concepts/new/", "/concepts/"))

    with meanwhile(monkeypatch, tables, "editions", ask):
        say("restore_backup", tmp_path / "file.zip", overwrite=True)
    assert read == [200, 200]
    assert Client().get("/concepts/new/").status_code == 404


@pytest.mark.skipif(not on_sqlite, reason="a file of SQLite")
def test_a_connection_that_was_open_reads_what_was_restored(site: Any, tmp_path: Path) -> None:
    count = "SELECT count(*) FROM concepts_page"
    other = sqlite3.connect(settings.DATABASES["default"]["NAME"])
    backup(tmp_path / "file.zip")
    concept("new")
    [before] = other.execute(count).fetchone()
    say("restore_backup", tmp_path / "file.zip", overwrite=True)
    assert other.execute(count).fetchone() == (before - 1,)
    other.close()


# The file -------------------------------------------------------------------------------------


def test_only_its_owner_reads_the_file(site: Any, tmp_path: Path) -> None:
    backup(tmp_path / "file.zip")
    assert stat.S_IMODE((tmp_path / "file.zip").stat().st_mode) == 0o600
    assert [each.name for each in tmp_path.glob("file*")] == ["file.zip"]


def test_no_file_is_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "file.zip"
    path.write_text("Mine.")
    assert refused("backup", path) == (
        f"{path} exists, and no backup is overwritten: give another name."
    )
    assert path.read_text() == "Mine."


def test_two_backups_are_not_written_into_one_file(tmp_path: Path) -> None:
    (tmp_path / "file.zip.part").write_text("Half.")
    assert "another backup is being written there" in refused("backup", tmp_path / "file.zip")
    assert (tmp_path / "file.zip.part").read_text() == "Half."


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    assert "No such file or directory" in refused("backup", tmp_path / "none" / "file.zip")


def test_a_full_disk_leaves_nothing_half(site: Any, tmp_path: Path) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, before[1]))
    try:
        problem = refused("backup", tmp_path / "file.zip")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert "could not be written" in problem
    assert "Nothing is left of it." in problem
    assert [*tmp_path.glob("file*")] == []
    backup(tmp_path / "file.zip")


def test_a_database_that_is_not_migrated_is_not_backed_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    applied = MigrationLoader(connection).applied_migrations
    monkeypatch.setattr(
        "django.db.migrations.recorder.MigrationRecorder.applied_migrations",
        lambda _: {key: each for key, each in applied.items() if key[0] != "axes"},
    )
    assert "run manage.py migrate first" in refused("backup", tmp_path / "file.zip")
    assert [*tmp_path.glob("file*")] == []


def test_its_manifest_says_what_it_holds(site: Any, tmp_path: Path) -> None:
    manifest = backup(tmp_path / "file.zip")
    assert manifest.format == "pom-backup/1"
    assert manifest.made_by["database"] == connection.vendor
    assert manifest.editions.count == Edition.objects.count()
    assert "concepts 0001_initial" in manifest.migrations
    rows = {each.table: each.rows for each in manifest.tables}
    assert rows["auth_user"] == 1
    assert rows.keys().isdisjoint({"django_session", "concepts_previewlink", "axes_accessattempt"})


# Media ----------------------------------------------------------------------------------------


def test_media_come_back_and_what_is_drawn_is_left_out(site: Any, tmp_path: Path) -> None:
    name = small_site.PICTURE.removeprefix("/media/")
    for other in (DRAWN, "half.part", "folder/inner.png"):
        default_storage.save(other, ContentFile(b"bytes"))
    manifest = backup(tmp_path / "file.zip")
    assert [each.name for each in manifest.media] == [f"media/{name}", "media/folder/inner.png"]
    with override_settings(MEDIA_ROOT=tmp_path / "empty"):
        said = say("restore_backup", tmp_path / "file.zip", overwrite=True)
        assert "(2 media are new)" in said
        for each in (name, "folder/inner.png"):
            content = (tmp_path / "media" / each).read_bytes()
            assert (tmp_path / "empty" / each).read_bytes() == content
        assert len([p for p in (tmp_path / "empty").rglob("*") if p.is_file()]) == 2


def test_a_site_without_media_is_backed_up(tmp_path: Path) -> None:
    publish(concept())
    assert backup(tmp_path / "file.zip").media == []


def test_no_medium_is_overwritten(site: Any, media: Path, tmp_path: Path) -> None:
    name = small_site.PICTURE.removeprefix("/media/")
    backup(tmp_path / "file.zip")
    before = state(tmp_path / "before.zip")
    (media / name).write_bytes(b"Others.")
    problem = refused("restore_backup", tmp_path / "file.zip", overwrite=True)
    assert f"The storage has another file {name} than the backup" in problem
    assert (media / name).read_bytes() == b"Others."
    assert state(tmp_path / "after.zip") == before


def test_media_that_cannot_be_stored_leave_the_database_alone(
    site: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    backup(tmp_path / "file.zip")
    before = state(tmp_path / "before.zip")
    concept("new")
    changed = state(tmp_path / "changed.zip")
    with override_settings(MEDIA_ROOT=tmp_path / "empty"), monkeypatch.context() as patched:
        patched.setattr(Path, "replace", full)
        problem = refused("restore_backup", tmp_path / "file.zip", overwrite=True)
        assert "No space left on device. The database was not changed." in problem
        assert [*(tmp_path / "empty").iterdir()] == []
    assert state(tmp_path / "after.zip") == changed != before
