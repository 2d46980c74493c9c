"""Backups in tests: a site with everything in it, what the commands say, changed files."""

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import small_site
from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.utils import timezone
from samples import concept, publish

from concepts import publishing
from concepts.backups import archive, opened
from concepts.models import Edition

Change = Callable[[dict[str, bytes]], Any]


def build() -> dict[str, Edition]:
    """A page of every kind; one withdrawn, one with a closed, one with a scheduled edition."""
    editions = small_site.build()
    anna = User.objects.create_superuser("anna", password="a long pass phrase")
    gone, shut, later = concept("gone"), concept("shut"), concept("later")
    publish(gone)
    publishing.withdraw(gone, by=anna, reason="Merged.")
    publishing.close(publish(shut), by=anna, reason="A court.")
    publish(later)
    publish(concept("later", later, summary="Soon."), at=timezone.now() + timedelta(days=1))
    return editions


def say(command: str, *arguments: Any, **options: Any) -> str:
    out = StringIO()
    call_command(command, *map(str, arguments), stdout=out, **options)
    return out.getvalue()


def refused(command: str, *arguments: Any, **options: Any) -> str:
    with pytest.raises(CommandError) as error:
        say(command, *arguments, **options)
    return str(error.value)


def backup(path: Path) -> archive.Manifest:
    say("backup", path)
    with opened(path) as made:
        return made.manifest


def state(path: Path) -> dict[str, tuple[int, str]]:
    """Every table but the one row that a restored site does not take over."""
    manifest = backup(path)
    return {each.table: (each.rows, each.sha256) for each in manifest.tables} | {
        "concepts_site": (1, "")
    }


def rewritten(path: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """A copy of a backup, rightly sealed, whose parts somebody changed."""
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    change(parts)
    copy = path.with_name("rewritten.zip")
    with copy.open("w+b") as file:
        with zipfile.ZipFile(file, "w") as new:
            for name, content in parts.items():
                new.writestr(name, content)
            new.comment = archive.WORDS + b"0" * archive.SEAL
        seal = archive._digest_before_seal(file)
        file.seek(-archive.SEAL, os.SEEK_END)
        file.write(seal)
    return copy


def with_manifest(**changes: Any) -> Callable[[dict[str, bytes]], None]:
    def change(parts: dict[str, bytes]) -> None:
        parts[archive.MANIFEST] = json.dumps(json.loads(parts[archive.MANIFEST]) | changes).encode()

    return change


def elsewhere(database: str, folder: Path, *arguments: Any) -> str:
    """What a command says in a process of its own, on another database."""
    environment = os.environ | {"DATABASE_URL": database, "MEDIA_ROOT": str(folder / "elsewhere")}
    command = [sys.executable, "manage.py", *map(str, arguments)]
    done = subprocess.run(
        command, check=False, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def without_rows(name: str, *, digest: str | None = None) -> Callable[[dict[str, bytes]], None]:
    """A backup that lacks the rows of a table, and knows it."""

    def change(parts: dict[str, bytes]) -> None:
        parts[f"tables/{name}.jsonl"] = b""
        manifest = json.loads(parts[archive.MANIFEST])
        for table in manifest["tables"]:
            if table["table"] == name:
                table |= {"rows": 0, "size": 0, "sha256": digest or sha256().hexdigest()}
        parts[archive.MANIFEST] = json.dumps(manifest).encode()

    return change
