"""Processes that are killed while they save, publish and answer, on a real server.

The scenarios F06, F07 and F19: what was answered is there, nothing is half, and the others go on.
`make faults` runs the full figures.
"""

import http.client
import json
import os
import random
import re
import resource
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from figures import FULL, rounds, summed_up
from server import Browser, Server, serving, wait_for
from soundness import faults, media_faults
from upload_files import bomb, noise

from concepts.cards import is_whole

GONE = (OSError, http.client.HTTPException)
"""What a client meets whose server is killed."""

ESTABLISHED = "01"
"""As Linux writes the state of a connection."""

Form = dict[str, str]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("killed")


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[Server]:
    with serving(folder) as running:
        yield running


def admin_address(server: Server, slug: str, verb: str) -> str:
    kind, pk = server.rows("SELECT kind, id FROM concepts_page WHERE slug = ?", slug)[0]
    return f"/admin/concepts/{kind}/{pk}/{verb}/"


@dataclass
class Writer:
    """An editor who writes on, one numbered text after the other, until the server is gone."""

    browser: Browser
    work: Callable[["Writer"], None]
    number: int = 0
    answered: list[int] = field(default_factory=list)
    took: float = 0.0
    """Seconds of the last answer that was waited for."""
    sending: threading.Event = field(default_factory=threading.Event)
    sent: Form = field(default_factory=dict)
    kept: list[str] = field(default_factory=list)

    def write_on(self) -> None:
        try:
            while True:
                self.number += 1
                self.work(self)
                self.answered.append(self.number)
        except GONE:
            pass

    @property
    def word(self) -> str:
        return f"Number {self.number}."


def kill_at_work(
    server: Server, writers: list[Writer], chance: random.Random, *, least: int = 0
) -> None:
    """All write; within 50 ms of a request the server dies, and is started again.

    Where answers take longer, so may the server. Before that, each was answered this often.
    """
    before = [len(writer.answered) + least for writer in writers]
    for writer in writers:
        writer.sending.clear()
    threads = [threading.Thread(target=writer.write_on) for writer in writers]
    for thread in threads:
        thread.start()
    try:
        while any(len(w.answered) < n for w, n in zip(writers, before, strict=True)):
            assert all(thread.is_alive() for thread in threads), "One of them was refused."
            time.sleep(0.002)
        watched = chance.choice(writers)
        if least:
            watched.sending.clear()
        assert watched.sending.wait(60)
        time.sleep(chance.random() * max(0.05, 1.5 * watched.took))
    finally:
        server.kill()
        for thread in threads:
            thread.join()
    server.start()


# F06 ---------------------------------------------------------------------------------------------


def saving(path: str, *fields: str) -> Callable[[Writer], None]:
    """Open a form, and save the same new text in each of these fields."""

    def save(writer: Writer) -> None:
        form = writer.browser.open_form(path) | dict.fromkeys(fields, writer.word)
        writer.sending.set()
        answer = writer.browser.post(path, form)
        assert answer.status == 302, answer.text
        writer.took = answer.took

    return save


def uploading(token: str) -> Callable[[Writer], None]:
    """Upload a picture that nobody has uploaded before, of about 100 kB."""

    def upload(writer: Writer) -> None:
        file = noise(200, 170, writer.number)
        writer.sending.set()
        answer = writer.browser.upload(file, token)
        assert answer.status == 200, answer.text
        writer.kept.append(re.findall(r"/media/([^#]+)#", answer.text)[0])

    return upload


def saved_numbers(server: Server, path: str) -> list[int]:
    """Which texts the log has of a page, in the order of their saves."""
    sql = "SELECT document FROM concepts_logentry WHERE object_id = ? ORDER BY id"
    rows = server.rows(sql, int(path.split("/")[4]))
    said = [json.loads(text)["summary"] for [text] in rows]
    return [int(each.split()[1].strip(".")) for each in said if each.startswith("Number ")]


def test_f06_what_was_saved_is_there_after_a_kill_and_nothing_is_half(
    server: Server, folder: Path
) -> None:
    chance, count = random.Random(6), rounds(200, 1)
    concept = admin_address(server, "page-0", "change")
    compared = admin_address(server, "goods-vs-services", "change")
    anna, ben, carla = (Browser(server).log_in(f"editor{n}") for n in range(3))
    form = ben.open_form(compared)
    cells = [name for name in form if "-cell_" in name and "__prefix__" not in name]
    token = carla.open_form(concept)["csrfmiddlewaretoken"]
    writers = {
        concept: Writer(anna, saving(concept, "summary", "body", "explain")),
        compared: Writer(ben, saving(compared, "summary", "body", *cells)),
        "": Writer(carla, uploading(token)),
    }
    for _ in range(count):
        kill_at_work(server, [*writers.values()], chance, least=1)
        assert [*faults(server), *media_faults(folder / "media")] == []
        for path, writer in writers.items():
            if path:
                numbers = saved_numbers(server, path)
                assert set(writer.answered) <= set(numbers)
                assert numbers == sorted(set(numbers))
            else:
                assert all((folder / "media" / name).exists() for name in writer.kept)
    answered = sum(len(writer.answered) for path, writer in writers.items() if path)
    saved = sum(len(saved_numbers(server, path)) for path in writers if path)
    summed_up("F06", kills=count, saves_answered=answered, saved_unanswered=saved - answered,
              pictures=len(writers[""].kept), lost=0, half=0)  # fmt: skip


# F07 ---------------------------------------------------------------------------------------------


def publishing(change: str, publish: str, address: str) -> Callable[[Writer], None]:
    """Save a new text with links, publish it, and sometimes have the edition's card drawn."""

    def act(writer: Writer) -> None:
        body = f"{writer.word} It is no [good](concept:goods), see [page 2](concept:page-2)."
        form = writer.browser.open_form(change) | {"summary": writer.word, "body": body}
        assert writer.browser.post(change, form).status == 302
        form = writer.browser.open_form(publish)
        terms = {"note": writer.word, "significance": "meaning", "override": "A test."}
        writer.sent = form | terms
        writer.sending.set()
        answer = writer.browser.post(publish, writer.sent)
        assert answer.status == 302, answer.text
        writer.took = answer.took
        if writer.number % 8 == 0:
            numbers = editions_by_digest(writer.browser.server, publish)
            writer.sending.set()
            permanent = f"{address}editions/{numbers[writer.sent['expect']]}/"
            assert writer.browser.get(f"{permanent}card.png").status == 200

    return act


def editions_by_digest(server: Server, path: str) -> dict[str, int]:
    """The number of each edition of a page; raises AssertionError where one stands twice."""
    sql = "SELECT digest, number FROM concepts_edition WHERE page_id = ?"
    rows = server.rows(sql, int(path.split("/")[4]))
    assert len(dict(rows)) == len(rows)
    return dict(rows)


def test_f07_an_edition_is_whole_or_absent_after_a_kill_and_can_be_published_then(
    server: Server,
) -> None:
    chance, count, found = random.Random(7), rounds(200, 1), 0
    pages = {"/concepts/page-1/": "page-1", "/distinctions/goods-vs-services/": "goods-vs-services"}
    paths = {at: [admin_address(server, slug, verb) for verb in ("change", "publish")]
             for at, slug in pages.items()}  # fmt: skip
    writers = {
        at: Writer(Browser(server).log_in(f"editor{number}"), publishing(*paths[at], at))
        for number, at in enumerate(paths)
    }
    for _ in range(count):
        kill_at_work(server, [*writers.values()], chance)
        assert faults(server) == []
        for at, writer in writers.items():
            found += published_at_last(server, writer, paths[at][1])
            newest = editions_by_digest(server, paths[at][1]).values()
            assert shown(writer.browser, at, max(newest))
        assert faults(server) == []
    summed_up("F07", kills=count, publishes_killed=2 * count, committed_before_the_kill=found,
              editions=server.one("SELECT count(*) FROM concepts_edition"), half=0)  # fmt: skip


def published_at_last(server: Server, writer: Writer, path: str) -> bool:
    """Send what was on its way once more; whether it had arrived before."""
    wanted, before = writer.sent["expect"], editions_by_digest(server, path)
    answer = writer.browser.post(path, writer.sent)
    after = editions_by_digest(server, path)
    if answer.status == 302:
        assert wanted in after
        assert len(after) - len(before) == (wanted not in before)
        return wanted in before
    # A save came between the form and the kill: then the desk says so, and nothing is published.
    assert answer.status == 200
    assert after == before
    return False


def shown(browser: Browser, address: str, number: int) -> bool:
    """Whether readers see the page, its newest edition and, where it was drawn, a whole card."""
    permanent = f"{address}editions/{number}/"
    paths = [address, permanent, *([f"{permanent}card.png"] if number % 8 == 0 else [])]
    for _ in range(100):  # a process that did not publish it remembers the stamp for a second
        answers = [browser.get(path) for path in paths]
        if all(answer.status == 200 for answer in answers):
            break
        time.sleep(0.05)
    assert [answer.status for answer in answers] == [200 for _ in paths]
    return all(is_whole(answer.content) for answer in answers[2:])


# F19 ---------------------------------------------------------------------------------------------


@dataclass
class Crowd:
    """Clients, each of which asks again as soon as it was answered."""

    editors: list[Browser]
    path: str
    over: threading.Event = field(default_factory=threading.Event)
    answers: list[int] = field(default_factory=list)
    broken: list[float] = field(default_factory=list)
    """When requests began whose connection broke."""

    def ask_on(self, number: int) -> None:
        while not self.over.is_set():
            begun = time.monotonic()
            try:
                answer = self.editors[number % len(self.editors)].get(self.path)
            except GONE:
                self.broken.append(begun)
                time.sleep(0.1)
            else:
                self.answers.append(answer.status)


def connections_of(pids: list[int], port: int) -> int:
    """How many clients these workers hold, or have not looked at yet."""
    inodes = {"0"}
    for link in (link for pid in pids for link in Path(f"/proc/{pid}/fd").iterdir()):
        with suppress(OSError):
            inodes.add(link.readlink().name.strip("socket:[]"))
    own = f":{port:04X}"
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return sum(
        line[9] in inodes and line[1].endswith(own) and line[3] == ESTABLISHED for line in lines
    )


def wait_until(holds: Callable[[], bool]) -> None:
    """Wait for what must come about within two minutes on any machine."""
    until = time.monotonic() + 120
    while not holds():
        assert time.monotonic() < until, "It did not come about."
        time.sleep(0.01)


def is_cleared_away(pid: int) -> bool:
    """Whether a killed process has let go of its files and connections, which it does before it
    waits to be collected."""
    try:
        return "State:\tZ" in Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return True


def kill_one(server: Server) -> tuple[int, float, float, float]:
    """Kill a worker.

    How many requests it held, when it was stopped, when nothing was left of it, and how long until
    another took its place.
    """
    victim, other = server.workers
    os.kill(victim, signal.SIGSTOP)  # it must not answer while it is looked at
    stopped = time.monotonic()
    held = connections_of([victim], server.port)
    os.kill(victim, signal.SIGKILL)
    wait_until(lambda: is_cleared_away(victim))
    gone = time.monotonic()
    wait_until(lambda: {*server.workers} - {victim, other} != set())
    new = [*{*server.workers} - {victim, other}]
    wait_until(lambda: connections_of(new, server.port) > connections_of([], server.port))
    assert other in server.workers
    return held, stopped, gone, time.monotonic() - stopped


def test_f19_when_a_worker_is_killed_the_others_go_on_and_it_is_back(server: Server) -> None:
    held, failed, back = 0, 0, 0.0
    editors = [Browser(server).log_in(f"editor{n}") for n in range(5)]
    path = admin_address(server, "page-4", "change")
    count, most = rounds(10, 1), rounds(50, 12)
    for number in range(count):
        crowd = Crowd(editors, path)
        with ThreadPoolExecutor(most) as pool:
            clients = [pool.submit(crowd.ask_on, number) for number in range(most)]
            try:
                wait_until(lambda c=crowd: len(c.answers) >= 20)
                had, stopped, gone, took = kill_one(server)
                answered = len(crowd.answers)
                wait_until(lambda c=crowd, n=answered: len(c.answers) >= n + 20)
            finally:
                crowd.over.set()
        assert [client.result() for client in clients] == [None] * most
        assert {*crowd.answers} == {200}  # nobody was logged out
        assert len([begun for begun in crowd.broken if begun <= stopped]) <= had
        # What arrives while the dead process is cleared away is lost with it.
        assert all(begun <= gone for begun in crowd.broken)
        held, failed, back = held + had, failed + len(crowd.broken), max(back, took)
        if number + 1 < count:
            time.sleep(6)  # two kills of one worker within 5.5 s are a crash loop to granian
    summed_up("F19", kills=count, requests_of_the_killed=held, failed=failed,
              back_after_seconds=round(back, 1), sessions_lost=0)  # fmt: skip
    if FULL:
        assert back < 5


BOMBS: list[bytes] = [bomb(30_000), bomb(13_300, bits=8, color=2), bomb(5_000, bits=8, color=2)]
"""What would take 900, 700 and 100 MB; only the last has no more dots than are taken."""

ROOM = 90 * 1024 * 1024
"""Bytes of addresses that a worker may take beside what it has: less than such a picture needs."""


def addresses(pid: int) -> int:
    """Bytes of addresses that a process has."""
    pages = Path(f"/proc/{pid}/statm").read_text().split()[0]
    return int(pages) * resource.getpagesize()


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="only Linux limits others' memory")
def test_f19_a_worker_without_memory_refuses_pictures_and_goes_on(server: Server) -> None:
    """As under `ulimit -v`: what cannot be had is said, and where a worker dies, it is back."""
    editors, path = [Browser(server).log_in(f"editor{n}") for n in range(8)], "/concepts/"
    form = admin_address(server, "page-4", "change")
    tokens = [editor.open_form(form)["csrfmiddlewaretoken"] for editor in editors]
    for pid in server.workers:
        limit = addresses(pid) + ROOM
        resource.prlimit(pid, resource.RLIMIT_AS, (limit, limit))
    before = server.workers

    def upload(number: int) -> int:
        with suppress(*GONE):
            answer = editors[number % 8].upload(BOMBS[number % 3], tokens[number % 8])
            assert answer.status == 200 or "error" in json.loads(answer.text), answer.text
            return answer.status
        return 0

    with ThreadPoolExecutor(8) as pool:
        answers = Counter(pool.map(upload, range(rounds(120, 24))))
    wait_for(server)
    for _ in range(20):
        assert editors[0].get(path).status == 200
    assert editors[0].get(form).status == 200
    assert {*answers} <= {0, 200, 400, 503, 507}
    summed_up("F19 without memory", uploads=sum(answers.values()), answers=dict(answers),
              workers_that_died=len({*before} - {*server.workers}))  # fmt: skip
