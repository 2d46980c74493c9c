"""What a request costs the server, in CPU time, against a bare view of Django on the same server.

`make bench` runs it on a database of its own. Subjects take turns in one run, so that whatever
else the machine does befalls all of them; medians of the turns are told. CPU time is that of the
server's processes (user and system), not of the client, nor of PostgreSQL's.
"""

import http.client
import os
import re
import statistics
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
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


def resident(root: int) -> float:
    """Megabytes that a process and all below it hold, what they share counted once for each."""
    kilobytes = 0
    for pid in tree(root):
        found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
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
def bare(size: int) -> Iterator[tuple[int, int]]:
    """Port and process of a server with nothing but the constant view."""
    port = free_port()
    environment = {**os.environ, "BARE_SIZE": str(size), "PYTHONPATH": str(Path(__file__).parent)}
    environment.pop("DJANGO_SETTINGS_MODULE")
    process = subprocess.Popen(
        granian(port, "bare:application"), env=environment, stdout=subprocess.DEVNULL
    )
    try:
        ready = Subject("bare", port, process.pid, "/", 1)
        for _ in range(100):
            try:
                ask(ready, 1)
                break
            except OSError:
                subprocess.run(["sleep", "0.1"], check=True)
        yield port, process.pid
    finally:
        ended(process)


def fetched(port: int, path: str, headers: dict[str, str]) -> http.client.HTTPResponse:
    """One answer, read."""
    connection = http.client.HTTPConnection(HOST, port, timeout=60)
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    answer.read()
    return answer


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    """Print a line for each subject."""
    with TemporaryDirectory() as folder, serving(Path(folder), SHIPPED) as server:
        whole = http.client.HTTPConnection(HOST, server.port)
        whole.request("GET", FLAGSHIP)
        page = whole.getresponse().read()
        tag = fetched(server.port, FLAGSHIP, BROWSER).headers["ETag"]
        style = re.search(rb'href="(/static/css/site[^"]*)"', page)
        assert style
        with bare(len(page)) as (port, process):
            own = (server.port, server.process.pid)
            known = {"If-None-Match": tag}
            subjects = [
                Subject("a bare constant view of its size", port, process, "/", 2400),
                Subject("flagship, kept", *own, FLAGSHIP, 2400),
                Subject("flagship, 304", *own, FLAGSHIP, 2400, known, 304),
                Subject("flagship, made anew", *own, f"{FLAGSHIP}?swap=0", 80),
                Subject("the style sheet", *own, style[1].decode(), 2400),
            ]
            for subject in subjects:
                turn(subject)
                subject.costs.clear()
            for _ in range(TURNS):
                for subject in subjects:
                    turn(subject)
            say(f"{len(page)} bytes of HTML; medians of {TURNS} turns")
            for subject in subjects:
                rate = subjects[0].cost / subject.cost
                say(
                    f"{subject.name:34} {subject.cost:7.3f} ms of CPU"
                    f" {subject.size:7} bytes  {rate:6.0%} of the bare view's rate"
                )
            say(f"two workers hold {resident(server.process.pid):.0f} MB with their parent")


if __name__ == "__main__":
    main()
