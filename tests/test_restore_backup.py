"""`restore_backup`: what it refuses, and hosts on which nothing is yet."""

import itertools
import json
import re
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from backing_up import (
    backup,
    build,
    elsewhere,
    refused,
    rewritten,
    say,
    state,
    with_manifest,
    without_rows,
)
from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import call_command, load_command_class
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.test import override_settings
from samples import concept, publish
from server import _database

from concepts import guards
from concepts.backups import BackupError, archive, opened, tables
from concepts.backups.taking import names_of
from concepts.models import Edition, Site

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def media(tmp_path: Path) -> Iterator[Path]:
    """Media of this test alone."""
    with override_settings(MEDIA_ROOT=tmp_path / "media"):
        yield tmp_path / "media"


@pytest.fixture
def site() -> Edition:
    """A page that is published, and somebody who may log in."""
    User.objects.create_user("ben")
    return publish(concept())


# What is refused ------------------------------------------------------------------------------


def test_a_database_that_is_not_empty_is_left_alone(site: Any, tmp_path: Path) -> None:
    backup(tmp_path / "file.zip")
    call_command("flush", interactive=False)
    User.objects.create_user("ben")
    problem = refused("restore_backup", tmp_path / "file.zip")
    assert problem.startswith("The database is not empty: it holds users, and so on.")
    assert not Edition.objects.exists()


def test_a_dry_run_changes_nothing(site: Any, tmp_path: Path) -> None:
    backup(tmp_path / "file.zip")
    concept("new")
    before = state(tmp_path / "before.zip"), Site.objects.get().counter
    said = say("restore_backup", tmp_path / "file.zip", overwrite=True, dry_run=True)
    assert said.startswith("Can be restored: ")
    assert (state(tmp_path / "after.zip"), Site.objects.get().counter) == before
    assert "is not empty" in refused("restore_backup", tmp_path / "file.zip", dry_run=True)


def test_a_row_that_the_database_refuses_undoes_everything(site: Any, tmp_path: Path) -> None:
    backup(tmp_path / "file.zip")
    before = state(tmp_path / "before.zip")
    with_orphan = rewritten(tmp_path / "file.zip", without_rows("concepts_page"))
    problem = refused("restore_backup", with_orphan, overwrite=True)
    assert problem.startswith("The database refused it: ")
    assert state(tmp_path / "after.zip") == before
    assert guards.missing(connection) == []


def test_editions_that_are_not_those_of_the_manifest_undo_everything(
    site: Any, tmp_path: Path
) -> None:
    manifest = backup(tmp_path / "file.zip")
    before = state(tmp_path / "before.zip")
    editions = {"count": manifest.editions.count, "sha256": "0" * 64}
    other = rewritten(tmp_path / "file.zip", with_manifest(editions=editions))
    problem = refused("restore_backup", other, overwrite=True)
    assert "as something else than the backup holds" in problem
    assert state(tmp_path / "after.zip") == before


def spoil_name(parts: dict[str, bytes]) -> None:
    parts["media/../../out.png"] = b""
    part = {"name": "media/../../out.png", "size": 0, "sha256": "0" * 64}
    with_manifest(media=[part])(parts)
    for name in [name for name in parts if name.startswith("media/0a")]:
        del parts[name]


def spoil_rows(parts: dict[str, bytes]) -> None:
    manifest = json.loads(parts[archive.MANIFEST])
    for table in manifest["tables"]:
        table["rows"] += table["table"] == "auth_user"
    parts[archive.MANIFEST] = json.dumps(manifest).encode()


SPOILT: dict[str, tuple[Callable[[dict[str, bytes]], None], str]] = {
    "no manifest": (lambda parts: parts.pop(archive.MANIFEST) and None, "manifest.json"),
    "manifest no JSON": (
        lambda parts: parts.update({archive.MANIFEST: b"["}),
        "JSONDecodeError",
    ),
    "manifest a list": (lambda parts: parts.update({archive.MANIFEST: b"[]"}), "TypeError"),
    "manifest without a field": (
        lambda parts: parts.update({archive.MANIFEST: b'{"format": "pom-backup/1"}'}),
        "its manifest is not in order (6 faults)",
    ),
    "a format of later": (
        with_manifest(format="pom-backup/2"),
        "is written as pom-backup/2, and this release reads pom-backup/1",
    ),
    "a part less": (
        lambda parts: parts.pop("tables/auth_user.jsonl") and None,
        "does not hold the files that its manifest lists",
    ),
    "a part more": (
        lambda parts: parts.update(more=b""),
        "does not hold the files that its manifest lists",
    ),
    "other bytes": (
        lambda parts: parts.update({"tables/auth_user.jsonl": b"[]\n"}),
        "tables/auth_user.jsonl is not what its manifest says",
    ),
    "a digest of its own": (
        without_rows("auth_user", digest="0" * 64),
        "tables/auth_user.jsonl is not what its manifest says",
    ),
    "a name that leads out": (spoil_name, "it holds a file named 'media/../../out.png'"),
    "a row less": (spoil_rows, "tables/auth_user.jsonl is not a table of 2 rows"),
    "a migration of later": (
        with_manifest(migrations=["concepts 9999_later"]),
        "this one lacks its migrations concepts 9999_later.",
    ),
    "fewer migrations": (
        with_manifest(migrations=["concepts 0001_initial"]),
        "The backup is older than this code.",
    ),
    "no tables": (
        lambda parts: (
            with_manifest(tables=[])(parts)
            or [parts.pop(name) for name in [*parts] if name.startswith("tables/")]
        ),
        "The tables of the backup are not those of its migrations.",
    ),
}


@pytest.mark.parametrize("how", SPOILT)
def test_what_is_wrong_with_a_backup_is_said_before_anything_is_touched(
    how: str, site: Any, tmp_path: Path
) -> None:
    change, why = SPOILT[how]
    backup(tmp_path / "file.zip")
    before = state(tmp_path / "before.zip")
    assert why in refused(
        "restore_backup", rewritten(tmp_path / "file.zip", change), overwrite=True
    )
    assert state(tmp_path / "after.zip") == before


def test_a_byte_that_changed_or_was_lost_anywhere_is_found(site: Any, tmp_path: Path) -> None:
    backup(tmp_path / "file.zip")
    content, one = (tmp_path / "file.zip").read_bytes(), tmp_path / "damaged.zip"
    for place in range(0, len(content), len(content) // 20):
        for damaged in (
            content[:place],
            content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :],
        ):
            one.write_bytes(damaged)
            with pytest.raises(BackupError, match="is damaged, cut off, or no backup"), opened(one):
                pass


def test_a_file_that_is_missing_is_named(tmp_path: Path) -> None:
    path = tmp_path / "none.zip"
    assert refused("restore_backup", path) == f"{path} cannot be read: No such file or directory."
    with pytest.raises(BackupError), opened(tmp_path):
        pass


# Elsewhere ------------------------------------------------------------------------------------


def older(parts: dict[str, bytes]) -> None:
    """The backup as the code before migration 0008 would have made it."""
    loader = MigrationLoader(connection)
    nodes = [node for node in loader.graph.leaf_nodes() if node[0] != "concepts"]
    nodes.append(("concepts", "0007_untested_rows"))
    then = tables.carried(loader.project_state(nodes).apps)
    names = {model._meta.db_table: tables.columns(model) for model in then}
    manifest = json.loads(parts[archive.MANIFEST])
    plan = (loader.graph.forwards_plan(node) for node in nodes)
    manifest["migrations"] = names_of({*itertools.chain(*plan)})
    for table in manifest["tables"]:
        places = [table["columns"].index(name) for name in names[table["table"]]]
        rows = map(json.loads, parts[table["name"]].splitlines())
        content = b"".join(archive.written([row[place] for place in places]) for row in rows)
        parts[table["name"]] = content
        digest = sha256(content).hexdigest()
        table |= {"columns": names[table["table"]], "size": len(content), "sha256": digest}
    parts[archive.MANIFEST] = json.dumps(manifest).encode()


def test_a_backup_goes_into_sqlite_and_back_as_it_was(tmp_path: Path) -> None:
    """Run on PostgreSQL, this is from one database into the other and back."""
    build()
    before, folder = state(tmp_path / "before.zip"), tmp_path / "elsewhere"
    database = f"sqlite:///{tmp_path / 'new.sqlite3'}"
    said = elsewhere(database, folder, "restore_backup", tmp_path / "before.zip")
    assert "Restored (1 media are new)" in said
    elsewhere(database, folder, "backup", tmp_path / "there.zip")
    call_command("flush", interactive=False)
    say("restore_backup", tmp_path / "there.zip")
    assert state(tmp_path / "after.zip") == before


def test_an_older_backup_is_brought_up_to_date_in_a_new_database(tmp_path: Path) -> None:
    build()
    before = state(tmp_path / "before.zip")
    old = rewritten(tmp_path / "before.zip", older)
    assert "The backup is older than this code." in refused("restore_backup", old, overwrite=True)
    with _database(tmp_path) as database:
        elsewhere(database, tmp_path, "restore_backup", old)
        elsewhere(database, tmp_path, "check_content")
        elsewhere(database, tmp_path, "backup", tmp_path / "there.zip")
    with opened(tmp_path / "there.zip") as there:
        found = {each.table: (each.rows, each.sha256) for each in there.manifest.tables}
    more = {"auth_permission", "auth_group_permissions", "django_content_type", "concepts_site"}
    assert {name for name in before if found[name] != before[name]} <= more


# Documentation --------------------------------------------------------------------------------


def test_documented_commands_are_five_at_most_and_exist() -> None:
    text = (settings.BASE_DIR / "docs" / "backups.md").read_text(encoding="utf-8")
    steps = text.partition("## The five commands")[2].partition("\n## ")[0]
    assert len(re.findall(r"^ {4}\S", steps, re.MULTILINE)) == 5
    documented = re.findall(r"manage\.py (\w+)((?: --[\w-]+)*)", text)
    assert {name for name, _ in documented} == {"backup", "restore_backup", "check_content"}
    for name, options in documented:
        parser = load_command_class("concepts", name).create_parser("manage.py", name)
        assert {*options.split()} <= {*parser._option_string_actions}
