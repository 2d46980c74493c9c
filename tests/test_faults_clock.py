"""A worker whose clock is wrong, a server that was down when a page was due, and strange nights.

The scenario F16: a scheduled edition is published once, by the database's clock, and not before.
`make faults` runs the full figures.
"""

import time
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from figures import FULL, rounds, summed_up
from server import IS_POSTGRES, SMALL, Browser, Server, serving
from test_faults_database import until

LIBRARIES = [*Path("/usr/lib").glob("**/faketime/libfaketimeMT.so.1")]
needs_faketime = pytest.mark.skipif(not LIBRARIES, reason="libfaketime is not on this machine.")

PAGE = "/concepts/goods/"
SHOWS = [PAGE, f"{PAGE}index.json", f"{PAGE}index.md", "/concepts/", "/glossary/", "/feed/",
         f"{PAGE}feed/", f"{PAGE}editions/", "/search/?q=Scheduled", f"{PAGE}?print",
         f"/timemap{PAGE}"]  # fmt: skip
"""Where an edition of the page could be seen too early."""

COUNT = "SELECT count(*) FROM concepts_edition WHERE slug = 'goods'"

SCHEDULED = """
import sys
sys.path.insert(0, "tests")
from datetime import timedelta
from django.db.models.functions import Now
from samples import concept, publish
from concepts.models import Page, Site
page = Page.objects.get(kind="concept", slug="goods")
concept("goods", page, summary=f"Scheduled {word}.", area="foundations")
present = Site.objects.values_list(Now(), flat=True).get(pk=1)
edition = publish(page, at=present + timedelta(seconds={seconds}), note="{word}")
print(edition.published_at.isoformat())
"""


def faked(told: str) -> dict[str, str]:
    """An environment whose clock says something else."""
    return {
        "LD_PRELOAD": str(LIBRARIES[0]),
        "FAKETIME": told,
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "TZ": "UTC",
    }


def schedule(server: Server, word: str, seconds: float) -> datetime:
    """Let a new edition come into force so many seconds from now; when that is."""
    script = SCHEDULED.replace("{word}", word, 1).replace("{seconds}", str(seconds))
    script = script.replace("{word}", word).replace('f"', '"')
    done = server.run("manage.py", "shell", "--verbosity", "0", "-c", script)
    assert done.returncode == 0, done.stderr
    return datetime.fromisoformat(done.stdout.split()[-1])


@dataclass
class Watch:
    """What readers of one server saw of an edition, and when it was by the database's clock."""

    server: Server
    word: str
    due: datetime
    first: dict[str, timedelta] = field(default_factory=dict)

    def look(self, paths: Iterable[str]) -> None:
        for path in paths:
            answer = Browser(self.server).get(path)
            now = present(self.server)
            assert answer.status == 200, (path, answer.text)
            if self.word in answer.text or "editions/2/" in answer.text:
                self.first.setdefault(path, now - self.due)


def present(server: Server) -> datetime:
    """The time by the database's clock."""
    if IS_POSTGRES:
        told: datetime = server.one("SELECT clock_timestamp()")
        return told
    offset = server.environment.get("FAKETIME", "")
    if not offset:
        return datetime.now(UTC)
    done = server.run("-c", "from datetime import *; print(datetime.now(UTC).isoformat())")
    return datetime.fromisoformat(done.stdout.strip())


@needs_faketime
@pytest.mark.skipif(not IS_POSTGRES, reason="SQLite has no clock of its own: DATABASE_URL")
def test_f16_a_worker_whose_clock_is_wrong_shows_a_page_when_it_is_due(tmp_path: Path) -> None:
    skews = ["+1d", "-5m"] if FULL else ["+1d"]
    with ExitStack() as stack:
        right = stack.enter_context(serving(tmp_path, SMALL, workers=1))
        servers = [right]
        for number, skew in enumerate(skews):
            folder = tmp_path / f"skewed-{number}"
            folder.mkdir()
            servers.append(stack.enter_context(serving(
                folder, [], workers=1, database=right.database, more=faked(skew)
            )))  # fmt: skip
        due = schedule(right, "punctual", rounds(20, 8))
        watches = [Watch(server, "punctual", due) for server in servers]
        while present(right) < due:
            for watch in watches:
                watch.look(SHOWS)
        early = [path for watch in watches for path, at in watch.first.items() if at.days < 0]
        until(lambda: all(seen(watch) for watch in watches))
        count = right.one(COUNT)
    assert early == []
    assert count == 2
    last = max(at.total_seconds() for watch in watches for at in watch.first.values())
    summed_up("F16", clocks=skews, addresses=len(SHOWS), early=0,
              last_shown_after_seconds=round(last, 1))  # fmt: skip
    if FULL:
        assert last < 60


def seen(watch: Watch) -> bool:
    """Whether the page is shown now, at its address and to programs."""
    watch.look(SHOWS)
    return {PAGE, f"{PAGE}index.json", f"{PAGE}editions/"} <= watch.first.keys()


def test_f16_what_was_due_while_the_server_was_down_is_there_when_it_is_back(
    tmp_path: Path,
) -> None:
    with serving(tmp_path, SMALL) as server:
        due = schedule(server, "late", 12)
        server.kill()
        time.sleep(max(0, (due - present(server)).total_seconds()))
        server.start()
        watch = Watch(server, "late", due)
        took = until(lambda: seen(watch))
        count = server.one(COUNT)
    assert count == 2
    summed_up("F16 restart", shown_after_the_start_seconds=round(took, 1), doubles=0)


NIGHTS = {"clocks go back": "@2026-10-25 00:59:52", "leap day": "@2028-02-28 23:59:52"}
"""In UTC; in Berlin it is 2:59 then and in eight seconds 2:00."""


@needs_faketime
@pytest.mark.skipif(IS_POSTGRES, reason="The clock of PostgreSQL is that of another process.")
@pytest.mark.parametrize("night", NIGHTS if FULL else ["clocks go back"])
def test_f16_in_a_strange_night_a_page_is_shown_when_it_is_due(night: str, tmp_path: Path) -> None:
    zone = {"TIME_ZONE": "Europe/Berlin"}
    with serving(tmp_path, SMALL, more=zone | faked(begin(NIGHTS[night]))) as server:
        due = schedule(server, "punctual", 15)
        watch = Watch(server, "punctual", due)
        while present(server) < due:
            watch.look([PAGE])
        assert all(at.days >= 0 for at in watch.first.values())
        took = until(lambda: seen(watch))
        [stored] = server.rows("SELECT published_at FROM concepts_edition"
                               " WHERE slug = 'goods' ORDER BY number DESC LIMIT 1")  # fmt: skip
    assert datetime.fromisoformat(stored[0]).replace(tzinfo=UTC) == due
    summed_up(f"F16 {night}", early=0, shown_after_seconds=round(took, 1))


def begin(moment: str) -> str:
    """That moment now, and the clock going on from there in all processes alike."""
    begun = datetime.fromisoformat(f"{moment.removeprefix('@')}+00:00")
    return f"{(begun - datetime.now(UTC)).total_seconds():+.0f}s"
