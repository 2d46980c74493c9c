"""What a request costs the server, in CPU time, against a bare view of Django on the same server.

`make bench` runs it on a database of its own. Subjects take turns in one run, so that whatever
else the machine does befalls all of them; medians of the turns are told. CPU time is that of the
server's processes (user and system), not of the client, nor of PostgreSQL's.
"""

import http.client
import math
import os
import re
import statistics
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pomsite.settings")

import django  # noqa: E402

django.setup()

from server import HOST, SHIPPED, ended, free_port, granian, serving  # noqa: E402

FLAGSHIP = "/distinctions/production-management-vs-operations-management/"
TURNS, CLIENTS = 7, 8
KEPT, COLD, MEMORY = 0.7 if os.environ.get("CACHE_URL") else 1.4, 20, 130
"""The aims: of the bare view's rate, times its cost, megabytes."""
TICK = os.sysconf("SC_CLK_TCK")
BROWSER = {"Accept-Encoding": "gzip, deflate, br", "Accept": "text/html,*/*;q=0.8"}


@dataclass
class Subject:
    """What is asked for, of whom, how often in one turn, and what each turn cost."""

    name: str
    port: int
    server: int
    path: str
    requests: int
    aim: float = math.inf
    """How many times what the first costs it may cost at most."""
    headers: dict[str, str] = field(default_factory=dict)
    status: int = 200
    costs: list[float] = field(default_factory=list)
    size: int = 0

    @property
    def cost(self) -> float:
        """Milliseconds of CPU time a request."""
        return statistics.median(self.costs)


def tree(root: int) -> list[int]:
    """The ids of a process and of all below it."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            told = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(stat.parent.name)] = int(told[1])
    found = [root]
    for pid in found:
        found += [child for child, parent in parents.items() if parent == pid]
    return found


def cpu(root: int) -> float:
    """Seconds of CPU time that a process and all below it have had."""
    ticks = 0
    for pid in tree(root):
        told = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(told[11]) + int(told[12])
    return ticks / TICK


def memory(root: int) -> float:
    """Megabytes that a process and all below it hold; what they share counts once (PSS)."""
    kilobytes = 0
    for pid in tree(root):
        with suppress(OSError):  # it has ended meanwhile
            found = re.search(r"Pss:\s+(\d+)", Path(f"/proc/{pid}/smaps_rollup").read_text())
            kilobytes += int(found[1]) if found else 0
    return kilobytes / 1024


def ask(subject: Subject, times: int) -> None:
    """So many requests over one connection."""
    connection = http.client.HTTPConnection(HOST, subject.port, timeout=60)
    for _ in range(times):
        connection.request("GET", subject.path, headers=BROWSER | subject.headers)
        answer = connection.getresponse()
        body = answer.read()
        assert answer.status == subject.status, (subject.name, answer.status)
    head = sum(len(name) + len(value) + 4 for name, value in answer.getheaders())
    subject.size = len(body) + head
    connection.close()


def turn(subject: Subject) -> None:
    """One turn of a subject."""
    each = subject.requests // CLIENTS
    before = cpu(subject.server)
    with ThreadPoolExecutor(CLIENTS) as pool:
        for done in [pool.submit(ask, subject, each) for _ in range(CLIENTS)]:
            done.result()
    subject.costs.append((cpu(subject.server) - before) * 1000 / (each * CLIENTS))


@contextmanager
def another(application: str, path: str, **given: str) -> Iterator[tuple[int, int]]:
    """Port and process of a server with an application of this folder."""
    port = free_port()
    environment = {**os.environ, "PYTHONPATH": f"{Path(__file__).parent}:{ROOT}", **given}
    process = subprocess.Popen(
        granian(port, f"{application}:application"),
        cwd=ROOT,
        env=environment | {"SITE_URL": f"http://{HOST}:{port}"},
        stdout=subprocess.DEVNULL,
    )
    try:
        ready = Subject(application, port, process.pid, path, 1)
        for _ in range(200):
            try:
                ask(ready, 1)
                break
            except OSError:
                subprocess.run(["sleep", "0.1"], check=True)
        yield port, process.pid
    finally:
        ended(process)


@dataclass
class Fetched:
    """One answer, read."""

    headers: http.client.HTTPMessage
    text: str


def fetched(port: int, path: str, headers: dict[str, str]) -> Fetched:
    """Ask once."""
    connection = http.client.HTTPConnection(HOST, port, timeout=60)
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    return Fetched(answer.headers, answer.read().decode(errors="replace"))


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def measured(subjects: list[Subject]) -> None:
    """Let the subjects take turns, after one that is not counted."""
    for subject in subjects:
        turn(subject)
        subject.costs.clear()
    for _ in range(TURNS):
        for subject in subjects:
            turn(subject)


def judged(figure: float, most: float) -> str:
    """Whether an aim is reached."""
    return "reached" if figure <= most else f"MISSED by {figure / most - 1:.0%}"


def told(subjects: list[Subject]) -> None:
    """Print what each subject costs, and how that compares with the first."""
    for subject in subjects:
        times = subject.cost / subjects[0].cost
        rate = f"{1 / times:6.0%} of its rate" if times < 2 else f"{times:6.1f} times its cost"
        aimed = f"  {judged(times, subject.aim)}" if subject.aim < math.inf else ""
        say(
            f"{subject.name:44} {subject.cost:7.3f} ms of CPU {subject.size:7} bytes  {rate}{aimed}"
        )


def main() -> None:
    """Print a line for each subject."""
    with ExitStack() as running:
        folder = running.enter_context(TemporaryDirectory())
        server = running.enter_context(serving(Path(folder), SHIPPED))
        own = (server.port, server.process.pid)
        page = fetched(server.port, FLAGSHIP, {})
        tag = fetched(server.port, FLAGSHIP, BROWSER).headers["ETag"]
        style = re.search(r'href="(/static/css/site[^"]*)"', page.text)
        assert style
        size = str(len(page.text.encode()))
        bare = running.enter_context(another("bare", "/", BARE_SIZE=size))
        changed, first = (
            running.enter_context(
                another("anew", FLAGSHIP, ANEW=how, DATABASE_URL=server.database, TMPDIR=folder)
            )
            for how in ("elsewhere", "first")
        )
        subjects = [
            Subject("a bare constant view of its size", *bare, "/", 2400),
            Subject("flagship, kept", *own, FLAGSHIP, 2400, 1 / KEPT),
            Subject("flagship, 304", *own, FLAGSHIP, 2400, 1 / 1.8, {"If-None-Match": tag}, 304),
            Subject("flagship, after a change elsewhere", *changed, FLAGSHIP, 200, COLD),
            Subject("flagship, made, Markdown and packing kept", *first, FLAGSHIP, 80, COLD),
            Subject("the style sheet", *own, style[1], 2400),
        ]
        measured(subjects)
        say(f"{size} bytes of HTML; medians of {TURNS} turns")
        told(subjects)
        held = memory(own[1])
        say(f"two workers and their parent hold {held:.0f} MB  {judged(held, MEMORY)}")
        say(f"those of the bare view hold {memory(bare[1]):.0f} MB")


if __name__ == "__main__":
    main()
