"""What the processes of a site count together."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from pomsite import counters

FOLDER = counters.folder  # before the tests put another in its place

OTHER = """
import sys
from pathlib import Path
from typing import Any
import django
django.setup()
from pomsite import counters
counters.folder = lambda: Path(sys.argv[1])
for _ in range(3):
    counters.add('requests{name="page"}', 0.5)
counters.add("only-there")
print("counted", flush=True)
sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    place = tmp_path / "counters"
    monkeypatch.setattr(counters, "folder", lambda: place)
    counters.forget()
    yield
    monkeypatch.undo()
    counters.forget()


def other(place: Path) -> "subprocess.Popen[str]":
    """Another process that has counted, and waits."""
    process = subprocess.Popen(
        [sys.executable, "-c", OTHER, str(place)],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "pomsite.settings"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    assert process.stdout.readline() == "counted\n"
    return process


def test_how_often_and_how_much_are_added_up() -> None:
    counters.add("a")
    counters.add("a", 1.5)
    counters.add('b{x="y"}', 2)
    assert counters.totals() == {"a": (2, 1.5), 'b{x="y"}': (1, 2)}


def test_processes_are_added_up_while_they_live_and_when_they_have_ended() -> None:
    counters.add('requests{name="page"}', 0.25)
    process = other(counters.folder())
    wanted = {'requests{name="page"}': (4, 1.75), "only-there": (1, 0)}
    assert counters.totals() == wanted
    process.kill()
    process.communicate()
    assert counters.totals() == wanted
    counters.forget()  # as a process that begins anew, and clears up
    counters.add("anew")
    assert counters.totals() == wanted | {"anew": (1, 0)}
    # What this process forgot is over, too: it has let go of its first file.
    assert (counters.folder() / "ended.counts").stat().st_size == 2 * counters.WIDTH
    assert len([*counters.folder().glob("tmp*.counts")]) == 1


def test_nobody_else_may_read_them_and_a_folder_of_others_is_not_used(tmp_path: Path) -> None:
    counters.add("a")
    assert counters.folder().stat().st_mode & 0o777 == 0o700
    counters.folder().chmod(0o777)
    counters.forget()
    counters.add("b")
    assert counters._own.room is None
    assert counters.totals() == {"b": (1, 0)}


@pytest.mark.parametrize("kind", ["file", "link"])
def test_without_a_folder_a_process_counts_for_itself(tmp_path: Path, kind: str) -> None:
    if kind == "file":
        counters.folder().write_text("in the way")
    else:
        counters.folder().symlink_to(tmp_path)
    counters.add("a")
    counters.add("a")
    assert counters.totals() == {"a": (2, 0)}


def test_a_full_disk_takes_nothing_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "pwrite", lambda *_: 17)
    counters.add("a")
    assert counters.totals() == {"a": (1, 0)}
    monkeypatch.undo()


def test_what_is_too_long_or_too_much_is_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counters, "SLOTS", 2)
    for name in ("x" * counters.NAME, "y" * (counters.NAME + 1), "b", "c", "b"):
        counters.add(name)
    assert counters.totals() == {"x" * counters.NAME: (1, 0), "b": (2, 0)}


def test_a_child_process_has_a_file_of_its_own() -> None:
    counters.add("a")
    read, write = os.pipe()
    if not (pid := os.fork()):
        counters.add("a")
        os.write(write, json.dumps(counters._own.slots).encode())
        os._exit(0)
    os.waitpid(pid, 0)
    assert json.loads(os.read(read, 1000)) == {"a": [1, 0]}
    assert counters.totals() == {"a": (2, 0)}


def test_a_site_at_another_address_counts_apart(settings: Any) -> None:
    first = FOLDER()
    settings.SITE_URL = "https://other.example.edu"
    assert FOLDER() != first
