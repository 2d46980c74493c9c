"""A cache (Redis) that is stopped, or that accepts and never answers, under a real server.

The scenario F15: the site goes on without it, and nobody may try passwords more often for that.
`make faults` runs the full figures.
"""

import re
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from figures import FULL, rounds, summed_up
from server import HOST, SMALL, Browser, Server, ended, free_port, serving
from test_faults_database import Asked, addresses_of, asked, until, with_picture

from pomsite.caches import PAUSE

pytest.importorskip("redis", reason="The package redis is not installed.")
PROGRAM = shutil.which("redis-server") or shutil.which("valkey-server")
pytestmark = pytest.mark.skipif(not PROGRAM, reason="No redis-server is on this machine.")

LOG_IN = "/admin/login/"


@contextmanager
def redis(port: int, folder: Path) -> Iterator[None]:
    """A Redis of this test's own."""
    assert PROGRAM
    options = f"--port {port} --bind {HOST} --save --appendonly no --dir {folder}".split()
    with (folder / "redis.log").open("ab") as log:
        process = subprocess.Popen([PROGRAM, *options], stdout=log, stderr=log)
    try:
        until(lambda: "PONG" in said(port, "PING"))
        yield
    finally:
        ended(process)


def said(port: int, command: str) -> str:
    """What Redis answers to a command."""
    try:
        with socket.create_connection((HOST, port), timeout=2) as connection:
            connection.sendall(f"{command}\r\n".encode())
            return connection.recv(1000).decode()
    except OSError:
        return ""


def kept(port: int) -> int:
    """How many pages Redis keeps."""
    found = re.fullmatch(r":(\d+)\r\n", said(port, "DBSIZE"))
    return int(found[1]) if found else 0


@contextmanager
def mute(port: int) -> Iterator[None]:
    """Somebody who accepts every connection and never answers."""
    with socket.socket() as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((HOST, port))
        listening.listen(100)
        yield


@contextmanager
def absent(_: int) -> Iterator[None]:
    """Nobody listens."""
    yield


@pytest.fixture(scope="module")
def port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def server(port: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("cache-faults")
    with_picture(folder)
    with serving(folder, SMALL, more={"CACHE_URL": f"redis://{HOST}:{port}/0"}) as running:
        yield running


def anew(server: Server) -> None:
    """Let all pages be made again, as after a verb: no process has one of its own then."""
    server.rows("UPDATE concepts_site SET counter = counter + 1")
    time.sleep(1.1)  # for as long a process goes on with the stamp that it read


def asked_anew(server: Server, paths: list[str]) -> Asked:
    anew(server)
    return asked(server, paths)


@pytest.mark.parametrize("fault", [mute, absent] if FULL else [mute])
def test_f15_the_site_goes_on_without_its_cache_and_uses_it_again(
    server: Server, port: int, fault: Callable[[int], Any], tmp_path: Path
) -> None:
    paths = addresses_of(server)
    with redis(port, tmp_path):
        before = asked_anew(server, paths)
        ready = [uses_cache(server)]
        assert kept(port) > 0
    with fault(port):
        without = [asked_anew(server, paths) for _ in range(rounds(5, 1))]
        desk = asked(server, ["/admin/"], Browser(server).log_in("editor1"))
        tried = [wrong_password(server, number) for number in range(7)]
        ready.append(uses_cache(server))
        assert Browser(server).get("/readyz").status == 200
    server.rows("DELETE FROM axes_accessattempt")
    assert [each.wrong for each in (before, *without, desk)] == [[]] * (len(without) + 2)
    assert [each.pages for each in (before, *without)] == [len(paths)] * (len(without) + 1)
    assert ready == [True, False]
    assert tried == [200, 200, 200, 200, 429, 429, 429]
    slowest = max(each.slowest for each in without)
    summed_up(f"F15 {fault.__name__}", addresses=len(paths) * len(without), status_500=0,
              slowest_with_cache=round(before.slowest, 2),
              slowest_without=round(slowest, 2))  # fmt: skip
    if FULL:
        assert slowest < before.slowest + 1
        with redis(port, tmp_path):
            back = until(lambda: all(uses_cache(server) for _ in range(10)))
            assert asked_anew(server, paths).pages == len(paths)
            assert kept(port) > 0
        summed_up(f"F15 {fault.__name__}", used_again_after_seconds=round(back, 1))
        assert back < PAUSE * 2


def uses_cache(server: Server) -> bool:
    """Whether the worker that answers this time does."""
    return '"cache": {"ready": true' in Browser(server).get("/readyz").text


def wrong_password(server: Server, number: int) -> int:
    """Try to log in by a guess; the status of the answer."""
    browser = Browser(server)
    guess = {"username": "editor2", "password": f"guess number {number}"}
    answer = browser.get(LOG_IN)
    return browser.post(LOG_IN, answer.fields | guess).status
