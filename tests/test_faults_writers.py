"""Eight processes that write at once into one SQLite file, while readers read, on a real server.

The scenario F18: nobody is told that the database is locked. `make faults` runs the full figures.
"""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest
from figures import FULL, rounds, summed_up
from server import IS_POSTGRES, Browser, Server, serving
from soundness import faults

pytestmark = pytest.mark.skipif(IS_POSTGRES, reason="F18 is about SQLite, which has one writer")

WRITERS, READERS = 8, 4
SECONDS, WRITES = rounds(60, 1), rounds(2_000, 40)
"""How long they write at least, and how often."""

PAGES = ["/", "/concepts/", "/distinctions/goods-vs-services/", "/search/?q=goods"]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Eight processes answer in the full form, two in the short one."""
    with serving(tmp_path_factory.mktemp("writers"), workers=rounds(WRITERS, 2)) as running:
        yield running


@dataclass
class Work:
    """What writers and readers did, until it is enough."""

    server: Server
    begun: float = field(default_factory=time.monotonic)
    saves: list[float] = field(default_factory=list)
    reads: list[float] = field(default_factory=list)
    failed: threading.Event = field(default_factory=threading.Event)

    @property
    def goes_on(self) -> bool:
        is_enough = len(self.saves) >= WRITES and time.monotonic() - self.begun >= SECONDS
        return not is_enough and not self.failed.is_set()

    def write(self, number: int) -> int:
        """Save another text of one's own page again and again; how often it was."""
        browser, count = Browser(self.server).log_in(f"editor{number}"), 0
        slug = f"page-{number}"
        pk = self.server.one("SELECT id FROM concepts_page WHERE slug = ?", slug)
        path = f"/admin/concepts/concept/{pk}/change/"
        try:
            while self.goes_on:
                form = browser.open_form(path) | {"summary": f"Save {count + 1}."}
                answer = browser.post(path, form)
                assert answer.status == 302, answer.text
                self.saves.append(answer.took)
                count += 1
        except BaseException:
            self.failed.set()
            raise
        return count

    def read(self, number: int) -> None:
        browser, place = Browser(self.server), number
        while self.goes_on:
            answer = browser.get(PAGES[place % len(PAGES)])
            assert answer.status == 200, answer.text
            self.reads.append(answer.took)
            place += 1
            time.sleep(0.05)


def p95(times: list[float]) -> float:
    """Milliseconds within which 95 of a hundred were answered."""
    return round(sorted(times)[int(len(times) * 0.95)] * 1000)


def test_f18_of_eight_writers_nobody_hears_that_the_database_is_locked(server: Server) -> None:
    work = Work(server)
    with ThreadPoolExecutor(WRITERS + READERS) as pool:
        writing = [pool.submit(work.write, number) for number in range(WRITERS)]
        reading = [pool.submit(work.read, number) for number in range(READERS)]
        counts = [writer.result() for writer in writing]
        assert [reader.result() for reader in reading] == [None] * READERS
    took = time.monotonic() - work.begun
    for number, count in enumerate(counts):
        sql = "SELECT summary FROM concepts_page WHERE slug = ?"
        assert server.one(sql, f"page-{number}") == f"Save {count}."
    assert "locked" not in server.log.read_text()
    assert faults(server) == []
    slow = p95(work.reads)
    summed_up("F18", writers=WRITERS, writes=len(work.saves), seconds=round(took), not_saved=0,
              p95_of_a_save_ms=p95(work.saves), reads=len(work.reads),
              p95_of_a_read_ms=slow)  # fmt: skip
    if FULL:
        assert slow < 300
