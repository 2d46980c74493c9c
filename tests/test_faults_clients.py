"""Clients that send a byte a second, and editors who all type at once, on a real server.

The scenarios F17 and F25: everybody else is answered as ever, and who is slow is let go.
`make faults` runs the full figures.
"""

import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from figures import FULL, rounds, summed_up
from server import HOST, SMALL, Browser, Server, serving

READ = ["/concepts/", "/search/?q=stored", "/distinctions/goods-vs-services/", "/compare/?c=goods"]
PREVIEW = "/admin/markdown/preview/"
WORST = "- a\n  - b\n    - c *d* **e** `f` [g](concept:goods)\n" * 960
"""50 kB, of what costs most to show."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("clients")
    with serving(folder, SMALL) as running:
        yield running


@pytest.fixture(scope="module")
def four(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One with four workers; two do in the short form."""
    if not FULL:
        yield server
        return
    with serving(tmp_path_factory.mktemp("four"), SMALL, workers=4) as running:
        yield running


def p95(took: list[float]) -> float:
    return sorted(took)[int(len(took) * 0.95) - 1]


@dataclass
class Crowd:
    """What readers meet meanwhile."""

    statuses: Counter[int] = field(default_factory=Counter)
    took: list[float] = field(default_factory=list)

    def read(self, server: Server, seconds: float, *, least: int = 8) -> None:
        """Ask for one page after the other, for so long and so often."""
        browser, until = Browser(server), time.monotonic() + seconds
        while time.monotonic() < until or len(self.took) < least:
            answer = browser.get(READ[len(self.took) % len(READ)])
            self.statuses[answer.status] += 1
            self.took.append(answer.took)
            time.sleep(0.05)


# F17 ---------------------------------------------------------------------------------------------


def trickle(server: Server, what: str, over: threading.Event) -> tuple[float, bytes]:
    """Send one byte a second; after how many seconds it ended, and what was answered."""
    head = f" HTTP/1.1\r\nHost: {HOST}:{server.port}\r\nOrigin: {server.url}\r\n"
    begun = time.monotonic()
    with socket.create_connection((HOST, server.port)) as connection:
        connection.settimeout(1)
        if what == "body":
            head = f"POST /check-links/{head}Content-Length: 1000\r\n\r\n"
            connection.sendall(head.replace("\r\n\r\n", f"\r\n{FORM}\r\n\r\n").encode())
        elif what == "headers":
            connection.sendall(f"GET /concepts/{head}X-Long: ".encode())
        while not over.is_set():
            try:
                if what != "nothing":
                    connection.sendall(b"a")
                return time.monotonic() - begun, connection.recv(1000)
            except TimeoutError:
                continue
            except OSError:
                return time.monotonic() - begun, b""
    return time.monotonic() - begun, b"still open"


FORM = "Content-Type: application/x-www-form-urlencoded"


@pytest.mark.parametrize("what", ["headers", "body", "nothing"])
def test_f17_while_clients_send_a_byte_a_second_readers_are_answered(
    four: Server, what: str
) -> None:
    count, over, crowd = rounds(100, 24), threading.Event(), Crowd()
    before = threads_of(four)
    with ThreadPoolExecutor(count) as pool:
        slow = [pool.submit(trickle, four, what, over) for _ in range(count)]
        try:
            crowd.read(four, rounds(35, 0))
        finally:
            over.set()
    ended = [each.result() for each in slow]
    assert {*crowd.statuses} == {200}
    if what == "body":
        at_once = [each for each in ended if each[1].startswith(b"HTTP/1.1 408")]
        assert len(at_once) >= count - 3 * len(four.workers)
    assert Browser(four).get("/compare/?c=goods").status == 200
    longest = max(seconds for seconds, _ in ended)
    summed_up(f"F17 {what}", clients=count, readers=len(crowd.took), status_500=0,
              p95_seconds=round(p95(crowd.took), 2), slowest=round(max(crowd.took), 2),
              closed_after_seconds=round(longest, 1) if FULL else "not waited for")  # fmt: skip
    if FULL:
        assert p95(crowd.took) < 1
        assert not [each for each in ended if each[1] == b"still open"]
        assert longest <= 30
        assert threads_of(four) <= before + 4 * len(four.workers)


def threads_of(server: Server) -> int:
    """How many threads the workers have."""
    found = 0
    for pid in server.workers:
        with suppress(OSError):
            found += len([*Path(f"/proc/{pid}/task").iterdir()])
    return found


# F25 ---------------------------------------------------------------------------------------------


@dataclass
class Typist:
    """An editor who types on; after each pause the browser asks for a preview."""

    browser: Browser
    token: str
    statuses: Counter[int] = field(default_factory=Counter)
    made: list[float] = field(default_factory=list)
    """Seconds that each preview took; what was put off at once is none."""
    unclear: list[str] = field(default_factory=list)

    def type_on(self, over: threading.Event) -> None:
        form = {"csrfmiddlewaretoken": self.token, "content": WORST}
        while not over.is_set() or not self.statuses:
            answer = self.browser.post(PREVIEW, form)
            self.statuses[answer.status] += 1
            if answer.status == 200:
                self.made.append(answer.took)
            elif "this one follows" not in answer.text:
                self.unclear.append(answer.text[:200])
            over.wait(0.5)


def test_f25_while_editors_type_previews_are_made_or_put_off_and_readers_are_answered(
    server: Server,
) -> None:
    sessions = [Browser(server).log_in(f"editor{n}") for n in range(rounds(20, 6))]
    path = "/admin/concepts/concept/add/"
    tokens = [each.open_form(path)["csrfmiddlewaretoken"] for each in sessions]
    typists = [
        Typist(sessions[n % len(sessions)], tokens[n % len(sessions)])
        for n in range(rounds(30, 12))
    ]
    over, crowd = threading.Event(), Crowd()
    with ThreadPoolExecutor(len(typists)) as pool:
        typing = [pool.submit(typist.type_on, over) for typist in typists]
        try:
            crowd.read(server, rounds(30, 0))
        finally:
            over.set()
    for each in typing:
        each.result()
    statuses = sum((typist.statuses for typist in typists), Counter[int]())
    made = [seconds for typist in typists for seconds in typist.made]
    assert {*crowd.statuses} == {200}
    assert {*statuses} <= {200, 503}
    assert statuses[200] > 0
    assert [typist.unclear for typist in typists] == [[]] * len(typists)
    summed_up("F25", editors=len(typists), previews=dict(statuses), readers=len(crowd.took),
              p95_of_readers_seconds=round(p95(crowd.took), 2),
              p95_of_previews_seconds=round(p95(made), 2),
              slowest_preview=round(max(made), 2))  # fmt: skip
    if FULL:
        assert p95(crowd.took) < 1
        assert max(made) <= 2
