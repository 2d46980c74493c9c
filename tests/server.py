"""A server of its own for a test: real processes, sessions and requests, and its own database.

It is ended by its process id. `FAULTS` and `SHIPPED` say what stands in its database.
"""

import http.client
import os
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode, urlsplit

import psycopg
from admin_forms import fields
from django.conf import settings

HOST = "127.0.0.1"
ROOT: Path = settings.BASE_DIR
IS_POSTGRES = os.environ.get("DATABASE_URL", "").startswith("postgres")
PASSWORD = "a long pass phrase"
FAULTS = [[str(Path(__file__).parent / "site_of_faults.py"), PASSWORD]]
SHIPPED = [["manage.py", "migrate", "--verbosity", "0"], ["manage.py", "prepare"]]


class Answer(NamedTuple):
    """What a request got."""

    status: int
    headers: dict[str, str]
    text: str
    took: float

    @property
    def fields(self) -> dict[str, str]:
        """What a browser would send of the page's form."""
        return fields(self.text.encode())


@dataclass
class Server:
    """A running server; `rows` asks its database beside it."""

    port: int
    database: str
    process: "subprocess.Popen[bytes]"
    log: Path

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    def rows(self, sql: str, *values: Any) -> list[Any]:
        """The rows of a query; changes are kept."""
        if IS_POSTGRES:
            with psycopg.connect(self.database) as connection:
                cursor: Any = connection.execute(sql.replace("?", "%s"), values)
                return cursor.fetchall() if cursor.description else []
        connection = sqlite3.connect(self.database.removeprefix("sqlite:///"), timeout=30)
        try:
            with connection:
                return connection.execute(sql, values).fetchall()
        finally:
            connection.close()

    def one(self, sql: str, *values: Any) -> Any:
        """The one value of a query."""
        [[value]] = self.rows(sql, *values)
        return value


@dataclass
class Browser:
    """Somebody with cookies, who logs in by the form."""

    server: Server
    cookies: dict[str, str] = field(default_factory=dict)

    def log_in(self, name: str) -> "Browser":
        form = self.get("/admin/login/").fields
        answer = self.post("/admin/login/", form | {"username": name, "password": PASSWORD})
        assert answer.status == 302, answer.text
        return self

    def get(self, path: str) -> Answer:
        return self._request("GET", path)

    def post(self, path: str, form: dict[str, str]) -> Answer:
        return self._request("POST", path, urlencode(form))

    def open_form(self, path: str) -> dict[str, str]:
        """What stands in the form of a page."""
        answer = self.get(path)
        assert answer.status == 200, (path, answer.status, answer.text)
        return answer.fields

    def hang_up(self, path: str, form: dict[str, str]) -> None:
        """Send a form and close the connection before the answer comes."""
        connection = self._sent("POST", path, urlencode(form))
        time.sleep(0.02)
        connection.close()

    def _request(self, method: str, path: str, body: str = "") -> Answer:
        begun = time.monotonic()
        connection = self._sent(method, path, body)
        try:
            answer = connection.getresponse()
            text = answer.read().decode(errors="replace")
        finally:
            connection.close()
        for cookie in answer.headers.get_all("Set-Cookie", []):
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(cookie).items()}
        return Answer(answer.status, dict(answer.headers), text, time.monotonic() - begun)

    def _sent(self, method: str, path: str, body: str) -> http.client.HTTPConnection:
        connection = http.client.HTTPConnection(HOST, self.server.port, timeout=60)
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        if method == "POST":
            headers |= {
                "Origin": self.server.url,
                "Content-Type": "application/x-www-form-urlencoded",
            }
        connection.request(method, path, body or None, headers)
        return connection


@contextmanager
def serving(folder: Path, filled_by: Iterable[list[str]] = FAULTS) -> Iterator[Server]:
    """A server on a new database that these commands of Python have filled, one after the other."""
    with _database(folder) as database:
        port = free_port()
        environment = os.environ | {
            "DATABASE_URL": database,
            "SITE_URL": f"http://{HOST}:{port}",
            "MEDIA_ROOT": str(folder / "media"),
            "TMPDIR": str(folder),  # for what its processes count
        }
        for arguments in filled_by:
            command = [sys.executable, *arguments]
            subprocess.run(
                command, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL
            )
        log = folder / "server.log"
        with log.open("wb") as out:
            process = subprocess.Popen(
                granian(port), cwd=ROOT, env=environment, stdout=out, stderr=out
            )
        server = Server(port, database, process, log)
        try:
            _wait(server)
            yield server
        finally:
            ended(process)


def granian(port: int, application: str = "pomsite.wsgi:application") -> list[str]:
    """What starts two workers, as `make serve` does."""
    program = str(Path(sys.executable).with_name("granian"))
    options = "--interface wsgi --no-ws --workers 2 --blocking-threads 4 --backpressure 64"
    return [program, *options.split(), "--host", HOST, "--port", str(port),
            "--workers-kill-timeout", "10", application]  # fmt: skip


@contextmanager
def _database(folder: Path) -> Iterator[str]:
    if not IS_POSTGRES:
        yield f"sqlite:///{folder / 'site.sqlite3'}"
        return
    base = os.environ["DATABASE_URL"]
    name = f"faults_{os.getpid()}_{os.environ.get('PYTEST_XDIST_WORKER', 'one')}"
    with psycopg.connect(base, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name}")
        connection.execute(f"CREATE DATABASE {name}")
        try:
            yield urlsplit(base)._replace(path=f"/{quote(name)}").geturl()
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as asked:
        asked.bind((HOST, 0))
        port: int = asked.getsockname()[1]
        return port


def _wait(server: Server) -> None:
    for _ in range(300):
        try:
            if Browser(server).get("/admin/login/").status == 200:
                return
        except OSError:
            pass
        assert server.process.poll() is None, server.log.read_text()
        time.sleep(0.1)
    raise AssertionError(server.log.read_text())


def ended(process: "subprocess.Popen[bytes]") -> None:
    """End a server, by force where it does not listen."""
    process.terminate()
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
