"""A real server on a real PostgreSQL, whose readers read from a streaming replica of it."""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest
from cluster import Cluster, cluster, replica
from server import FAULTS, Browser, Server, serving

from pomsite.postgresql import PAUSE

PAGE = "/concepts/page-0/"


@dataclass
class Site:
    """The server, and the two that it asks."""

    server: Server
    main: Cluster
    copy: Cluster
    versions: Iterator[int] = field(default_factory=count)

    def publish(self) -> str:
        """Change the page and publish it, as an editor does; returns what it says since."""
        summary = f"Version {next(self.versions)}."
        browser = Browser(self.server).log_in("editor0")
        pk = self.server.one("SELECT id FROM concepts_page WHERE slug = 'page-0'")
        change, publish = (
            f"/admin/concepts/concept/{pk}/{verb}/" for verb in ("change", "publish")
        )
        form = browser.open_form(change) | {"summary": summary}
        assert browser.post(change, form).status == 302
        form = browser.open_form(publish) | {"note": summary, "significance": "meaning"}
        answer = browser.post(publish, form | {"override": "On purpose."})
        assert answer.status == 302, answer.text
        return summary

    def shown(self) -> tuple[int, str, str]:
        """Status, summary and tag of the page."""
        answer = Browser(self.server).get(PAGE)
        found = re.search(r"Version \d+\.", answer.text)
        return answer.status, found[0] if found else "", answer.headers.get("etag", "")

    def comes_to_show(self, summary: str) -> str:
        """Wait until the page says this; returns its tag.

        The tag is that of the answer: another worker may remember an older stamp for a second.
        """
        answers: list[tuple[int, str, str]] = []

        def says() -> bool:
            answers.append(self.shown())
            return answers[-1][1] == summary

        until(says)
        return answers[-1][2]


def until(true: Callable[[], bool]) -> None:
    for _ in range(150):
        if true():
            return
        time.sleep(0.1)
    raise AssertionError


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder: Path = tmp_path_factory.mktemp("replicated")
    with cluster("fsync=off") as main, replica(main, "wal_retrieve_retry_interval=200ms") as copy:
        more = {"DATABASE_REPLICA_URL": copy.url()}
        with serving(folder, FAULTS, database=main.url(), more=more) as server:
            yield Site(server, main, copy)


@contextmanager
def lagging(copy: Cluster) -> Iterator[None]:
    """The replica hears of all that happens, and shows none of it."""
    copy.rows("SELECT pg_wal_replay_pause()")
    until(lambda: copy.one("SELECT pg_get_wal_replay_pause_state()") == "paused")
    try:
        yield
    finally:
        copy.rows("SELECT pg_wal_replay_resume()")


def test_what_is_published_comes_to_be_shown(site: Site) -> None:
    site.comes_to_show(site.publish())


def test_a_replica_that_lags_shows_the_old_page_under_its_old_tag(site: Site) -> None:
    before = site.publish()
    tag = site.comes_to_show(before)
    time.sleep(1.1)  # then both workers show it
    with lagging(site.copy):
        after = site.publish()
        for _ in range(15):  # past the second for which a stamp is remembered, in both workers
            assert site.shown() == (200, before, tag)
            time.sleep(0.1)
    newer = site.comes_to_show(after)
    assert newer != tag
    time.sleep(1.1)
    for _ in range(10):
        assert site.shown() == (200, after, newer)


def test_the_desk_never_waits_for_the_replica(site: Site) -> None:
    with lagging(site.copy):
        summary = site.publish()
        pk = site.server.one("SELECT id FROM concepts_page WHERE slug = 'page-0'")
        editor = Browser(site.server).log_in("editor1")
        assert editor.open_form(f"/admin/concepts/concept/{pk}/change/")["summary"] == summary


def test_without_the_database_readers_are_answered_by_the_replica(site: Site) -> None:
    site.main.stop("fast")
    try:
        for path in ("/", "/glossary/", "/search/?q=line", "/sitemap.xml"):
            assert Browser(site.server).get(path).status == 200, path
        assert Browser(site.server).get("/readyz").status == 503
    finally:
        site.main.start()
    time.sleep(PAUSE)  # which each of the workers takes
    until(lambda: Browser(site.server).get("/readyz").status == 200)
    site.comes_to_show(site.publish())


def test_without_the_replica_readers_are_answered_by_the_database(site: Site) -> None:
    site.comes_to_show(site.publish())
    site.copy.stop("immediate")
    try:
        paths = 10 * [PAGE, "/", "/glossary/", "/search/?q=line"]
        assert {Browser(site.server).get(path).status for path in paths} == {200}
        site.comes_to_show(site.publish())
        ready = Browser(site.server).get("/readyz")
        assert (ready.status, '"replica": {"ready": false' in ready.text) == (200, True)
    finally:
        site.copy.start()
    site.comes_to_show(site.publish())


def test_the_server_logged_no_fault_of_its_own(site: Site) -> None:
    assert "Internal Server Error" not in site.server.log.read_text()
