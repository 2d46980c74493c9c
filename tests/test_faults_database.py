"""A database that restarts, is down or slow, under a real server.

The scenarios F12 to F14: readers get the page or are told when to try again, nothing that was
answered is lost, and all is well afterwards without a restart. `make faults` runs the full figures.
"""

import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from cluster import Cluster, cluster
from django.conf import settings
from figures import FULL, rounds, summed_up
from server import IS_POSTGRES, SMALL, Answer, Browser, Server, serving
from small_site import PICTURE
from test_page_queries import ADDRESSES
from upload_files import picture

on_postgresql = pytest.mark.skipif(not IS_POSTGRES, reason="DATABASE_URL names no PostgreSQL")
on_sqlite = pytest.mark.skipif(IS_POSTGRES, reason="DATABASE_URL names a PostgreSQL")

LIMIT = rounds(10, 2)
"""Seconds after which a statement is ended: the figure of production, or less waiting."""

SLOW = "/search/?q=stored"


@dataclass
class Site:
    """A server on a PostgreSQL of its own, or on a file."""

    server: Server
    cluster: Cluster | None

    def stop(self) -> None:
        """Take the database away: stopped, or its file moved."""
        if self.cluster:
            self.cluster.stop("fast")
        else:
            move(self.file, self.aside)

    def start(self) -> None:
        """Put it back."""
        if self.cluster:
            self.cluster.start()
        else:
            move(self.aside, self.file)

    @property
    def file(self) -> Path:
        return Path(self.server.database.removeprefix("sqlite:///"))

    @property
    def aside(self) -> Path:
        return self.file.with_name("moved.sqlite3")


def move(file: Path, to: Path) -> None:
    file.rename(to)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("database-faults")
    with ExitStack() as stack:
        own = stack.enter_context(cluster()) if IS_POSTGRES else None
        address = own.url() if own else ""
        limits = {"STATEMENT_TIMEOUT": str(LIMIT)}
        with_picture(folder)
        server = stack.enter_context(serving(folder, SMALL, database=address, more=limits))
        yield Site(server, own)


def with_picture(folder: Path) -> None:
    """Put the picture of the small site where the server of this folder looks for it."""
    (folder / "media").mkdir()
    (folder / PICTURE.removeprefix("/")).write_bytes(picture())


@dataclass
class Log:
    """What each of several clients got, and when."""

    answers: list[tuple[float, str, Answer]] = field(default_factory=list)

    def statuses(self) -> Counter[int]:
        return Counter(answer.status for _, _, answer in self.answers)

    def slowest(self) -> float:
        return max(answer.took for _, _, answer in self.answers)

    def p95(self) -> float:
        took = sorted(answer.took for _, _, answer in self.answers)
        return took[int(len(took) * 0.95) - 1]

    def last_failure(self) -> float:
        """When an answer came last that was none."""
        return max((at for at, _, each in self.answers if each.status >= 500), default=0.0)


@contextmanager
def working(*jobs: Callable[[threading.Event], None]) -> Iterator[None]:
    """Jobs that go on until the end of the block; what one of them raises is raised there."""
    over = threading.Event()
    with ThreadPoolExecutor(len(jobs)) as pool:
        running = [pool.submit(job, over) for job in jobs]
        try:
            yield
        finally:
            over.set()
        for each in running:
            each.result()


def reading(server: Server, addresses: list[str], log: Log) -> Callable[[threading.Event], None]:
    """Ask for one address after the other."""

    def read(over: threading.Event) -> None:
        browser, number = Browser(server), 0
        while not over.is_set():
            path = addresses[number % len(addresses)]
            answer = browser.get(path)
            log.answers.append((time.monotonic(), path, answer))
            number += 1
            time.sleep(0.02)

    return read


def addresses_of(server: Server) -> list[str]:
    """One address of every class of pages, or all."""
    found = [each for several in ADDRESSES.values() for each in several[: None if FULL else 1]]
    return [address.replace(settings.SITE_URL, server.url) for address in found]


def is_told(answer: Answer) -> bool:
    """Whether it is the page, or 503 that says when to try again and nothing of the cause."""
    if answer.status == 503:
        text = answer.text.lower()
        silent = not any(word in text for word in ("traceback", "psycopg", "sqlite", "django"))
        return silent and answer.headers.get("retry-after", "").isdecimal()
    return answer.status == 200


@dataclass
class Asked:
    """What several addresses answered: what was neither page nor told, and how many were pages."""

    wrong: list[tuple[str, int, str]]
    pages: int
    slowest: float


def asked(server: Server, paths: list[str], browser: Browser | None = None) -> Asked:
    browser = browser or Browser(server)
    answers = [(path, browser.get(path)) for path in paths]
    wrong = [(path, each.status, each.text[:200]) for path, each in answers if not is_told(each)]
    pages = sum(each.status == 200 for _, each in answers)
    return Asked(wrong, pages, max(each.took for _, each in answers))


def until(happened: Callable[[], bool]) -> float:
    """Wait for it; the seconds that it took. Raises AssertionError after a minute."""
    begun = time.monotonic()
    while not happened():
        assert time.monotonic() < begun + 60
        time.sleep(0.1)
    return time.monotonic() - begun


def until_well(server: Server, paths: list[str]) -> float:
    """Ask until each of these is a page; the seconds that it took."""
    browser = Browser(server)
    return until(lambda: all(browser.get(path).status == 200 for path in paths))


def concept_form(server: Server, slug: str) -> str:
    pk = server.one("SELECT id FROM concepts_page WHERE slug = ? AND kind = 'concept'", slug)
    return f"/admin/concepts/concept/{pk}/change/"


# F12 ---------------------------------------------------------------------------------------------


@dataclass
class Writer:
    """An editor who saves one text after the other, and what was answered."""

    browser: Browser
    path: str
    name: str
    answered: list[str] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)

    def write(self, over: threading.Event) -> None:
        number = 0
        while not over.is_set():
            form = self.browser.get(self.path)
            self.statuses[form.status] += 1
            if form.status != 200:
                time.sleep(0.1)
                continue
            number += 1
            word = f"{self.name}-{number:04}."
            answer = self.browser.post(self.path, form.fields | {"summary": word})
            self.statuses[answer.status] += 1
            if answer.status == 302:
                self.answered.append(word)
            else:
                assert answer.status in (200, 503), answer.text  # two write at one page
                assert word in answer.text  # it can be sent again


@on_postgresql
def test_f12_when_postgresql_restarts_all_goes_on_and_no_answered_save_is_lost(site: Site) -> None:
    server, own = site.server, site.cluster
    assert own
    slugs = ["goods", "services", "other1"]
    writers = [
        Writer(Browser(server).log_in(f"editor{n}"), concept_form(server, slugs[n % 3]), f"w{n}")
        for n in range(rounds(4, 2))
    ]
    paths = [*addresses_of(server), "/concepts/goods/", SLOW]
    log, before, window, down = Log(), {*server.workers}, 0.0, 0.0
    readers = [reading(server, paths[n:] + paths[:n], log) for n in range(rounds(20, 5))]
    with working(*readers, *(writer.write for writer in writers)):
        for _ in range(rounds(5, 1)):
            saved = [len(writer.answered) for writer in writers]
            time.sleep(rounds(5, 1))
            stopped = time.monotonic()
            own.restart("immediate")
            started = time.monotonic()
            time.sleep(rounds(10, 2))
            window = max(window, log.last_failure() - stopped)
            down = max(down, started - stopped)
            until_well(server, [SLOW, "/compare/?c=goods"])
            until(lambda had=saved: all(
                len(w.answered) > n for w, n in zip(writers, had, strict=True)
            ))  # fmt: skip
    assert [path for _, path, each in log.answers if not is_told(each)] == []
    assert {*server.workers} == before
    for writer in writers:
        assert {*writer.statuses} <= {200, 302, 503}
        words = "SELECT document FROM concepts_logentry WHERE document LIKE ?"
        found = " ".join(text for [text] in server.rows(words, f"%{writer.name}-%"))
        assert [word for word in writer.answered if word not in found] == []
    summed_up("F12", restarts=rounds(5, 1), answers=dict(log.statuses()),
              saves_answered=sum(len(w.answered) for w in writers), lost=0,
              down_seconds=round(down, 1), errors_for_seconds=round(window, 1))  # fmt: skip
    if FULL:
        assert window < down + 5


# F13 ---------------------------------------------------------------------------------------------


def test_f13_without_its_database_the_site_says_so_at_every_address(site: Site) -> None:
    server = site.server
    paths, anna = addresses_of(server), Browser(server).log_in("editor0")
    form_path = concept_form(server, "services")
    form = anna.open_form(form_path) | {"body": "Typed for an hour."}
    assert asked(server, paths * 2).pages == 2 * len(paths)
    site.stop()
    try:
        time.sleep(1.1)  # what was remembered of the stamp is older than its second
        warm = asked(server, paths)
        for pid in server.workers:
            os.kill(pid, signal.SIGKILL)
        until(lambda: are_alive(server))
        new = [asked(server, paths) for _ in range(rounds(3, 1))]
        desk = asked(server, ["/admin/", "/admin/login/", form_path], anna)
        sent = anna.post(form_path, form)
        ready, alive = (Browser(server).get(path) for path in ("/readyz", "/healthz"))
    finally:
        site.start()
    took = until_well(server, [*paths, "/readyz"])
    assert [found.wrong for found in (warm, desk, *new)] == [[]] * (2 + len(new))
    assert all(found.pages < len(paths) for found in new)
    assert (ready.status, alive.status) == (503, 200)
    assert '"database": {"ready": false' in ready.text
    assert sent.status == 503
    assert anna.post(form_path, form).status == 302
    assert "Typed for an hour." in server.one(
        "SELECT document FROM concepts_logentry ORDER BY id DESC LIMIT 1"
    )
    slowest = max(found.slowest for found in (warm, *new))
    summed_up("F13", addresses=len(paths), pages_of_warm_workers=warm.pages,
              pages_of_new_workers=new[0].pages, others_503=True, status_500=0,
              slowest_answer=round(slowest, 2), well_after_seconds=round(took, 1))  # fmt: skip
    if FULL:
        assert slowest < 3


def are_alive(server: Server) -> bool:
    """Whether new workers stand in the place of killed ones."""
    try:
        return all(Browser(server).get("/healthz").status == 200 for _ in range(10))
    except OSError:
        return False


@on_sqlite
def test_f13_a_file_that_was_moved_away_is_not_made_anew_and_is_whole_when_it_is_back(
    site: Site,
) -> None:
    site.stop()
    try:
        asked(site.server, addresses_of(site.server))
        assert not site.file.exists()
    finally:
        site.start()
    until_well(site.server, addresses_of(site.server))
    assert site.server.one("PRAGMA integrity_check") == "ok"


# F14 ---------------------------------------------------------------------------------------------

SLEEPING = """
ALTER TABLE concepts_searchentry RENAME TO real_searchentry;
CREATE VIEW concepts_searchentry AS
  SELECT t.* FROM real_searchentry t, (SELECT pg_sleep(30)) slept;
"""
AWAKE = """
DROP VIEW concepts_searchentry;
ALTER TABLE real_searchentry RENAME TO concepts_searchentry;
"""
SLEEPY_WRITES = """
CREATE FUNCTION sleep() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN PERFORM pg_sleep(30); RETURN NEW; END $$;
CREATE TRIGGER sleepy BEFORE INSERT ON concepts_logentry FOR EACH ROW EXECUTE FUNCTION sleep();
"""
QUICK_WRITES = "DROP TRIGGER sleepy ON concepts_logentry; DROP FUNCTION sleep();"


@contextmanager
def changed(own: Cluster, to: str, back: str) -> Iterator[None]:
    """A database of which something is changed for a while."""
    own.rows(to)
    try:
        yield
    finally:
        own.rows(back)


@on_postgresql
def test_f14_while_one_table_is_slow_its_pages_say_so_and_the_others_stay_quick(
    site: Site,
) -> None:
    server, own = site.server, site.cluster
    assert own
    paths = [path for path in addresses_of(server) if "/search/" not in path]
    slow, quick = Log(), Log()
    asks = [reading(server, [SLOW], slow)] * 12 + [reading(server, paths, quick)] * 2
    with changed(own, SLEEPING, AWAKE), working(*asks):
        time.sleep(LIMIT * rounds(3, 1) + 1)
    until_well(server, [SLOW])
    assert {*slow.statuses()} == {503}
    assert {*quick.statuses()} == {200}
    assert [path for _, path, each in slow.answers if not is_told(each)] == []
    summed_up("F14", slow_pages_asked=len(slow.answers), status_500=0, others=len(quick.answers),
              p95_of_others_seconds=round(quick.p95(), 2), slowest=round(quick.slowest(), 2),
              slowest_503=round(slow.slowest(), 1))  # fmt: skip
    if FULL:
        assert quick.p95() < 1


@on_postgresql
def test_f14_a_save_that_is_too_slow_is_given_back_and_can_be_sent_again(site: Site) -> None:
    server, own = site.server, site.cluster
    assert own
    anna, path = Browser(server).log_in("editor1"), concept_form(server, "other1")
    form = anna.open_form(path) | {"body": "Typed for two hours."}
    with changed(own, SLEEPY_WRITES, QUICK_WRITES):
        answer = anna.post(path, form)
        others = asked(server, ["/concepts/", "/about/", "/compare/?c=goods"])
    assert answer.status == 503
    assert answer.fields["body"] == "Typed for two hours."
    assert others.pages == 3
    assert anna.post(path, answer.fields).status == 302
    assert "Typed for two hours." in anna.open_form(path)["body"]
