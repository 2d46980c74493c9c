"""A server of its own for a test: real processes, sessions and requests, and its own database.

It is ended by its process id. `FAULTS`, `SMALL` and `SHIPPED` say what stands in its database.
"""

import atexit
import http.client
import itertools
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode, urlsplit

import psycopg
from admin_forms import fields
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.backends.sqlite3._functions import register
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

HOST = "127.0.0.1"
ROOT: Path = settings.BASE_DIR
IS_POSTGRES = os.environ.get("DATABASE_URL", "").startswith("postgres")
PASSWORD = "a long pass phrase"
URL_ENCODED = "application/x-www-form-urlencoded"
FAULTS = [[str(Path(__file__).parent / "site_of_faults.py"), PASSWORD]]
SMALL = [[*FAULTS[0], "small"]]
SHIPPED = [["manage.py", "migrate", "--verbosity", "0"], ["manage.py", "prepare"]]


class Answer(NamedTuple):
    """What a request got."""

    status: int
    headers: dict[str, str]
    text: str
    took: float
    content: bytes = b""

    @property
    def fields(self) -> dict[str, str]:
        """What a browser would send of the page's form."""
        return fields(self.text.encode())


@dataclass
class Server:
    """A server, which can be killed and started again; `rows` asks its database beside it."""

    port: int
    database: str
    log: Path
    environment: dict[str, str]
    command: list[str]
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def workers(self) -> list[int]:
        """The ids of the processes that answer."""
        assert self.process
        return [pid for pid in _children(self.process.pid) if not _is_helper(pid)]

    def start(self) -> None:
        """Start it, and wait until it answers."""
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                self.command, cwd=ROOT, env=self.environment, stdout=out, stderr=out
            )
        wait_for(self)

    def kill(self) -> None:
        """End all its processes as a loss of power would, at once and without a word."""
        assert self.process
        for pid in [self.process.pid, *_children(self.process.pid)]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()

    def end(self) -> None:
        """End it as an operator does."""
        if self.process:
            ended(self.process)

    def run(self, *arguments: object) -> "subprocess.CompletedProcess[str]":
        """What a command of Python does beside it: `run("manage.py", "migrate")`."""
        return subprocess.run(
            [sys.executable, *map(str, arguments)],
            check=False,
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
        )

    def rows(self, sql: str, *values: Any) -> list[Any]:
        """The rows of a query; changes are kept."""
        if self.database.startswith("postgres"):
            with psycopg.connect(self.database) as connection:
                cursor: Any = connection.execute(sql.replace("?", "%s"), values)
                return cursor.fetchall() if cursor.description else []
        connection = sqlite3.connect(self.database.removeprefix("sqlite:///"), timeout=30)
        register(connection)  # constraints call functions of Django's
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

    def upload(self, file: bytes, token: str, **form: str) -> Answer:
        """Upload a picture as the scripts of the desk do; the token is that of any form."""
        sent = SimpleUploadedFile("a.png", file, "image/png")
        fields_ = {"csrfmiddlewaretoken": token, "alt": "A test.", **form, "image": sent}
        body = encode_multipart(BOUNDARY, fields_)
        return self._request("POST", "/admin/markdown/upload/", body, MULTIPART_CONTENT)

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

    def _request(
        self, method: str, path: str, body: str | bytes = "", content_type: str = URL_ENCODED
    ) -> Answer:
        begun = time.monotonic()
        connection = self._sent(method, path, body, content_type)
        try:
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        for cookie in answer.headers.get_all("Set-Cookie", []):
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(cookie).items()}
        text, took = content.decode(errors="replace"), time.monotonic() - begun
        return Answer(answer.status, dict(answer.headers), text, took, content)

    def _sent(
        self, method: str, path: str, body: str | bytes, content_type: str = URL_ENCODED
    ) -> http.client.HTTPConnection:
        connection = http.client.HTTPConnection(HOST, self.server.port, timeout=60)
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        if method == "POST":
            headers |= {"Origin": self.server.url, "Content-Type": content_type}
        connection.request(method, path, body or None, headers)
        return connection


@contextmanager
def serving(
    folder: Path,
    filled_by: Iterable[list[str]] = FAULTS,
    *,
    workers: int = 2,
    database: str = "",
    more: Mapping[str, str] | None = None,
    under: Sequence[str] = (),
) -> Iterator[Server]:
    """A server that runs: see `prepared`."""
    with prepared(
        folder, filled_by, workers=workers, database=database, more=more, under=under
    ) as server:
        server.start()
        yield server


@contextmanager
def prepared(
    folder: Path,
    filled_by: Iterable[list[str]] = FAULTS,
    *,
    workers: int = 2,
    database: str = "",
    more: Mapping[str, str] | None = None,
    under: Sequence[str] = (),
) -> Iterator[Server]:
    """A server on a new database that these commands of Python have filled, one after the other.

    It is not started yet. `database` is the address of another one; `more` goes into its
    environment; `under` is the command that starts it, such as `prlimit --as=...`.
    """
    with nullcontext(database) if database else _database(folder) as address:
        port = free_port()
        environment = {
            **os.environ,
            "DATABASE_URL": address,
            "SITE_URL": f"http://{HOST}:{port}",
            "MEDIA_ROOT": str(folder / "media"),
            "TMPDIR": str(folder),  # for what its processes count
            "RUST_BACKTRACE": "0",  # with it, a worker that lacks memory hangs instead of ending
            **(more or {}),
        }
        serve = [sys.executable, "-m", "pomsite.serving", "--host", HOST, "--port", str(port)]
        command = [*under, *serve, "--workers", str(workers)]
        server = Server(port, address, folder / "server.log", environment, command)
        _fill(server, [*filled_by], is_own=not database)
        try:
            yield server
        finally:
            server.end()


def granian(
    port: int, application: str = "pomsite.wsgi:application", *, workers: int = 2
) -> list[str]:
    """What starts the workers, as `make serve` does."""
    program = str(Path(sys.executable).with_name("granian"))
    options = (
        "--interface wsgi --http 1 --no-ws --blocking-threads 4 --backpressure 64"
        " --http1-buffer-size 32768 --http1-header-read-timeout 10000"
    )
    return [program, *options.split(), "--host", HOST, "--port", str(port),
            "--workers", str(workers), "--workers-kill-timeout", "10",
            "--respawn-failed-workers", application]  # fmt: skip


def _children(pid: int) -> list[int]:
    """The processes that this one started, and theirs."""
    try:
        told = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except OSError:
        return []
    own = [int(each) for each in told.split()]
    return [*own, *(one for each in own for one in _children(each))]


def _is_helper(pid: int) -> bool:
    """Whether it only keeps books for Python's multiprocessing."""
    try:
        return b"resource_tracker" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return True


@contextmanager
def _database(folder: Path) -> Iterator[str]:
    if not IS_POSTGRES:
        yield f"sqlite:///{folder / 'site.sqlite3'}"
        return
    name = f"faults_{os.getpid()}_{next(_numbers)}"
    _on_postgres(f"DROP DATABASE IF EXISTS {name}", f"CREATE DATABASE {name}")
    try:
        yield urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{quote(name)}").geturl()
    finally:
        _on_postgres(f"DROP DATABASE {name} WITH (FORCE)")


def _on_postgres(*statements: str) -> None:
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


_numbers = itertools.count()
_copies: dict[str, str] = {}
"""Of databases as certain commands filled them; each is filled once in a process."""


def _fill(server: Server, commands: list[list[str]], *, is_own: bool) -> None:
    in_the_present = "FAKETIME" not in server.environment  # a copy is as old as its editions
    key = repr(commands) if is_own and in_the_present and commands in (FAULTS, SMALL) else ""
    if key in _copies:
        _copy(server.database, _copies[key], back=True)
        return
    for arguments in commands:
        done = server.run(*arguments)
        assert done.returncode == 0, done.stderr
    if key:
        _copies[key] = f"faults_{os.getpid()}_copy_{len(_copies)}"
        _copy(server.database, _copies[key])


def _copy(address: str, copy: str, *, back: bool = False) -> None:
    """Copy a database that nobody uses, or put the copy in its place."""
    if address.startswith("postgres"):
        one, other = address.rsplit("/", maxsplit=1)[1], copy
        if not back:
            atexit.register(_on_postgres, f"DROP DATABASE IF EXISTS {copy}")
        into, of = (one, other) if back else (other, one)
        _on_postgres(f"DROP DATABASE IF EXISTS {into}", f"CREATE DATABASE {into} TEMPLATE {of}")
        return
    one, other = address.removeprefix("sqlite:///"), f"{tempfile.gettempdir()}/{copy}"
    if not back:
        atexit.register(Path(other).unlink)
    into, of = (one, other) if back else (other, one)
    with closing(sqlite3.connect(of)) as source, closing(sqlite3.connect(into)) as target:
        source.backup(target)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as asked:
        asked.bind((HOST, 0))
        port: int = asked.getsockname()[1]
        return port


def wait_for(server: Server) -> None:
    """Wait until it answers, also after its workers were killed."""
    for _ in range(300):
        try:
            if Browser(server).get("/admin/login/").status in (200, 301):  # 301: to https
                return
        except OSError:
            pass
        assert server.process, "It was never started."
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
