"""The cache in Redis, which may fail without anybody noticing."""

import logging
import pickle
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from server import HOST, free_port

from pomsite import caches
from pomsite.caches import Forgiving


@pytest.fixture(autouse=True)
def _asked_anew() -> Iterator[None]:
    caches.forget()
    yield
    caches.forget()


def redis(port: int) -> Forgiving:
    return Forgiving(f"redis://{HOST}:{port}/0", {})


@contextmanager
def silent() -> Iterator[tuple[int, list[Any]]]:
    """A server that takes connections and never says a word: its port, and the connections."""
    with socket.create_server((HOST, 0)) as server:
        taken: list[Any] = []

        def take() -> None:
            while True:
                try:
                    taken.append(server.accept()[0])
                except OSError:
                    return

        thread = threading.Thread(target=take, daemon=True)
        thread.start()
        try:
            yield server.getsockname()[1], taken
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join()
            for connection in taken:
                connection.close()


def test_where_nobody_listens_nothing_is_kept_and_nothing_fails() -> None:
    cache = redis(free_port())
    cache.set("page", b"text")
    assert cache.get("page") is None
    assert cache.get("page", "instead") == "instead"
    assert cache.add("page", b"text") is False
    assert cache.has_key("page") is False
    assert cache.get_many(["page"]) == {}
    assert cache.set_many({"page": b"text"}) == []
    assert cache.delete("page") is False
    assert cache.touch("page") is False
    assert cache.get_or_set("page", "made") == "made"
    cache.delete_many(["page"])
    cache.clear()
    with pytest.raises(ValueError, match="page"):
        cache.incr("page")


def test_every_operation_of_djangos_client_is_forgiven() -> None:
    own = {"get_client", "__init__", "_get_connection_pool_index", "_get_connection_pool"}
    operations = {
        name for name, value in vars(caches.RedisCacheClient).items() if callable(value)
    } - own
    assert operations == {*caches.WITHOUT, "get", "incr"}
    assert operations <= vars(caches.Client).keys()


def test_who_never_answers_is_asked_once_and_then_left_alone(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with silent() as (port, taken), caplog.at_level(logging.WARNING):
        cache, other = redis(port), redis(port)  # each thread has a client of its own
        for each in (cache, other, cache):
            assert each.get("page") is None
            each.set("page", b"text")
        assert len(taken) == 1
    [record] = caplog.records
    assert record.getMessage() == "The cache does not answer (TimeoutError)."


def test_after_the_pause_one_asks_again_while_the_others_go_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with silent() as (port, taken):
        cache = redis(port)
        cache.get("page")
        now = time.monotonic() + caches.PAUSE + 1
        monkeypatch.setattr(caches.time, "monotonic", lambda: now)
        threads = [threading.Thread(target=redis(port).get, args=["page"]) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(taken) == 2


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    program = shutil.which("redis-server")
    if not program:
        pytest.skip("redis-server is not on this machine.")
    port = free_port()
    folder = tmp_path_factory.mktemp("redis")
    options = ["--port", str(port), "--bind", HOST, "--save", "", "--dir", str(folder)]
    process = subprocess.Popen([program, *options], stdout=subprocess.DEVNULL)
    try:
        for _ in range(100):
            with socket.socket() as asked:
                if asked.connect_ex((HOST, port)) == 0:
                    break
            time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait()


def test_a_server_that_runs_keeps_what_it_is_given(running: int) -> None:
    cache = redis(running)
    cache.set("page", {"body": b"text"})
    assert redis(running).get("page") == {"body": b"text"}
    assert cache.add("page", b"other") is False
    assert cache.get_many(["page", "none"]) == {"page": {"body": b"text"}}
    cache.set("count", 1)
    assert cache.incr("count") == 2
    assert cache.delete("count") is True


def test_a_server_that_came_back_is_used_again(
    running: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = redis(running)
    cache.set("page", b"text")
    caches._failing[cache._servers[0]] = time.monotonic() + caches.PAUSE
    assert cache.get("page") is None
    later = time.monotonic() + 2 * caches.PAUSE
    monkeypatch.setattr(caches.time, "monotonic", lambda: later)
    assert cache.get("page") == b"text"
    assert caches._failing == {}


def test_a_refusal_is_a_miss_and_no_reason_to_stay_away(
    running: int, caplog: pytest.LogCaptureFixture
) -> None:
    cache = redis(running)
    cache._cache.get_client(write=True).config_set("maxmemory", "1")
    try:
        cache.set("page", pickle.dumps(b"text"))
    finally:
        cache._cache.get_client(write=True).config_set("maxmemory", "0")
    assert "The cache refuses (OutOfMemoryError)." in caplog.messages
    cache.set("page", b"text")
    assert cache.get("page") == b"text"
