"""A PostgreSQL of a test's own, which it may stop, slow down, fill and copy.

It listens on this machine alone, keeps its files in a folder of its own and is ended by its
process id. As root it runs as the system's user `postgres`, since PostgreSQL refuses root.
"""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import psycopg
import pytest
from server import HOST, free_port

USER = "postgres"
PLACES = ["/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql*/bin"]
"""Where systems put the programs of PostgreSQL, which are seldom on the PATH."""

QUICK = "fsync=off"
"""What is written outlives the process all the same: only the machine's own end would lose it."""

STOP = {"smart": signal.SIGTERM, "fast": signal.SIGINT, "immediate": signal.SIGQUIT}
"""What `pg_ctl stop -m` sends: wait for all clients, end them, or end as by a loss of power."""


class Cluster:
    """A running PostgreSQL; `settings` are lines of its configuration, such as `work_mem=1MB`."""

    def __init__(self, programs: Path, folder: Path, *settings: str) -> None:
        self.programs, self.folder, self.settings = programs, folder, settings
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def data(self) -> Path:
        """Where its files are."""
        return self.folder / "data"

    @property
    def log(self) -> str:
        """What it said."""
        return (self.folder / "log").read_text(errors="replace")

    def url(self, database: str = "site") -> str:
        """The address of a database, as DATABASE_URL wants it."""
        return f"postgres://{USER}@{HOST}:{self.port}/{database}"

    def run(self, program: str, *arguments: str) -> None:
        """Run one of PostgreSQL's programs as the user that the server runs as."""
        done = subprocess.run(
            [str(self.programs / program), *arguments],
            check=False, capture_output=True, text=True, cwd=self.folder, **_as_user(),
        )  # fmt: skip
        assert done.returncode == 0, done.stderr

    def start(self) -> None:
        """Start it, and wait until it answers."""
        told = [f"port={self.port}", f"listen_addresses={HOST}",
                f"unix_socket_directories={self.folder}", QUICK, *self.settings]  # fmt: skip
        options = [part for each in told for part in ("-c", each)]
        with (self.folder / "log").open("ab") as out:
            self.process = subprocess.Popen(
                [str(self.programs / "postgres"), "-D", str(self.data), *options],
                stdout=out, stderr=out, cwd=self.folder, **_as_user(),
            )  # fmt: skip
        for _ in range(600):
            if self._answers():
                return
            assert self.process.poll() is None, self.log
            time.sleep(0.05)
        raise AssertionError(self.log)

    def stop(self, mode: str = "fast") -> None:
        """Stop it, as `pg_ctl stop -m` does by these modes; nothing if it does not run."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(STOP[mode])
            self.process.wait(60)

    def restart(self, mode: str = "immediate") -> None:
        """Stop it and start it again on the same port."""
        self.stop(mode)
        self.start()

    def rows(self, sql: str, *values: Any, database: str = "site") -> list[Any]:
        """The rows of a statement, which is kept; several statements take no values."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            cursor: Any = connection.execute(sql, values or None)
            return cursor.fetchall() if cursor.description else []

    def one(self, sql: str, *values: Any, database: str = "site") -> Any:
        """The one value of a statement."""
        [[value]] = self.rows(sql, *values, database=database)
        return value

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url("postgres"), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True


@contextmanager
def cluster(*settings: str, within: Path | None = None) -> Iterator[Cluster]:
    """A new PostgreSQL with an empty database `site`; skips the test where it cannot run.

    `within` is where its folder is made, such as a small disk; its user must be able to reach it.
    """
    programs = _programs()
    with _folder(within) as folder:
        running = Cluster(programs, folder, *settings)
        running.run("initdb", "--auth=trust", f"--username={USER}", "--encoding=UTF8",
                    "--no-sync", "--pgdata", str(running.data))  # fmt: skip
        try:
            running.start()
            running.rows("CREATE DATABASE site", database="postgres")
            yield running
        finally:
            running.stop("immediate")


@contextmanager
def replica(of: Cluster, *settings: str) -> Iterator[Cluster]:
    """A streaming replica of a running one, which answers reads."""
    with _folder(None) as folder:
        running = Cluster(of.programs, folder, *settings)
        running.run("pg_basebackup", "--host", HOST, "--port", str(of.port), "--username", USER,
                    "--checkpoint=fast", "--wal-method=stream", "--write-recovery-conf",
                    "--pgdata", str(running.data))  # fmt: skip
        try:
            running.start()
            yield running
        finally:
            running.stop("immediate")


def _programs() -> Path:
    """The folder of PostgreSQL's programs, of the newest where several are installed."""
    found = [path for place in PLACES for path in Path("/").glob(place[1:])]
    if on_path := shutil.which("initdb"):
        found.append(Path(on_path).resolve().parent)
    found = [path for path in found if (path / "initdb").is_file()]
    if not found:
        pytest.skip("The programs of PostgreSQL (initdb, postgres) are not on this machine.")
    return max(found, key=_version)


def _version(programs: Path) -> float:
    said = subprocess.run(
        [programs / "postgres", "--version"], check=True, capture_output=True, text=True
    )
    return float("".join(each for each in said.stdout.split()[2] if each in "0123456789."))


def _as_user() -> dict[str, Any]:
    """How to start a program: root may not run PostgreSQL, anybody else may."""
    if os.geteuid():
        return {}
    return {"user": USER, "group": USER, "extra_groups": []}


@contextmanager
def _folder(within: Path | None) -> Iterator[Path]:
    """A folder of the server's user; not one of pytest's, which nobody else may enter."""
    folder = Path(mkdtemp(prefix="postgres-of-a-test-", dir=within))
    try:
        if not os.geteuid():
            try:
                shutil.chown(folder, USER, USER)
            except LookupError:
                pytest.skip("PostgreSQL refuses to run as root, and there is no user postgres.")
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
