"""Whether the site stays up and stays small: readers at half of what it can take, and an editor.

`python tests/bench/soak.py --minutes 30` runs it on a database of its own, a SQLite file or one
more on the PostgreSQL server that DATABASE_URL names, with the shipped content and a server as
`make serve` starts it. Readers first ask as fast as they can, which tells the rate that the site
and they reach on this machine; then they keep to half of it, while an editor saves and publishes
every few seconds by the desk's forms. It fails on an answer of 500 or more, on a lost request, and
when the server's processes grow by more than a fifth after they have warmed up.
"""

import argparse
import http.client
import os
import random
import re
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "tests" / "bench")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pomsite.settings")

import django  # noqa: E402

django.setup()

from rate import BROWSER, memory, say  # noqa: E402
from server import HOST, PASSWORD, SHIPPED, Browser, Server, serving  # noqa: E402

FLAGSHIP = "/distinctions/production-management-vs-operations-management/"
KNOWN = "If-None-Match"
ADDRESSES = {
    FLAGSHIP: 30,
    "/": 8,
    "/concepts/takt-time/": 8,
    "/distinctions/push-vs-pull/": 8,
    "/organizations/profiles/": 2,
    "/concepts/": 4,
    "/glossary/": 2,
    "/sources/": 2,
    "/dimensions/": 2,
    "/map/": 2,
    "/practice/?order=3": 2,
    f"{FLAGSHIP}?swap=1": 2,
    f"{FLAGSHIP}editions/1/": 5,
    f"{FLAGSHIP}editions/": 2,
    f"{FLAGSHIP}index.json": 3,
    f"{FLAGSHIP}editions/1/index.csv": 2,
    f"{FLAGSHIP}cite/?row=scope": 2,
    "/compare/?c=takt-time&c=cycle-time": 2,
    "/list/?i=concept:takt-time": 1,
    "/search/?q=capacity+demand": 4,
    "/search/?q=capasity": 1,
    "/search/suggest/?q=ca": 4,
    "/feed/": 2,
    "/sitemap.xml": 1,
    "/nowhere/": 1,
}
"""What readers ask for, and how often of a hundred times."""
ASKED_AGAIN = 0.3
"""So often a reader has the page already, and is told so when it is still the same."""
READERS, EVERY, WARM = 8, 5, 60
"""Readers at once; seconds between two publications; seconds until memory is judged."""
GROWTH = 1.2
EDITED = "takt-time"
EDITOR = (
    "from django.contrib.auth.models import User; editor = User.objects.get();"
    f" editor.set_password({PASSWORD!r}); editor.save()"
)


@dataclass
class Told:
    """What came of all requests so far."""

    statuses: Counter[int] = field(default_factory=Counter)
    times: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    published: int = 0
    memory: list[float] = field(default_factory=list)


class Reader:
    """Asks over one connection, now and then for what it has."""

    def __init__(self, port: int, seed: int) -> None:
        self.connection = http.client.HTTPConnection(HOST, port, timeout=60)
        self.chance = random.Random(seed)
        self.tags: dict[str, str] = {}

    def ask(self, told: Told) -> None:
        """One request; what came of it is noted."""
        [path] = self.chance.choices([*ADDRESSES], weights=[*ADDRESSES.values()])
        again = path in self.tags and self.chance.random() < ASKED_AGAIN
        begun = time.monotonic()
        try:
            self.connection.request(
                "GET", path, headers=BROWSER | ({KNOWN: self.tags[path]} if again else {})
            )
            answer = self.connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException) as error:
            self.connection.close()
            told.failures.append(f"{path}: {error!r}")
            return
        told.times.append(time.monotonic() - begun)
        told.statuses[answer.status] += 1
        if answer.status >= 500:
            told.failures.append(f"{path}: {answer.status}")
        if tag := answer.headers["ETag"]:
            self.tags[path] = tag


def read(port: int, seed: int, until: float, pause: float, told: Told) -> None:
    """Ask until the moment, once in `pause` seconds; late ones are not left out."""
    reader, due = Reader(port, seed), time.monotonic()
    while time.monotonic() < until:
        reader.ask(told)
        due += pause
        time.sleep(max(0.0, due - time.monotonic()))
    reader.connection.close()


def all_read(port: int, seconds: float, rate: float) -> Told:
    """What comes of readers who ask so often a second together; 0 is as fast as they can."""
    told, until = Told(), time.monotonic() + seconds
    pause = READERS / rate if rate else 0.0
    with ThreadPoolExecutor(READERS) as pool:
        for done in [pool.submit(read, port, n, until, pause, told) for n in range(READERS)]:
            done.result()
    return told


def publish(editor: Browser, form: str, told: Told, number: int) -> None:
    """Change the text of a page by its form, and publish it."""
    sent = editor.open_form(f"{form}change/")
    why = re.sub(r"\n\nChanged for the [0-9]+th time\.$", "", sent["body"])
    answer = editor.post(
        f"{form}change/", sent | {"body": f"{why}\n\nChanged for the {number}th time."}
    )
    assert answer.status == 302, answer.status
    shown = editor.open_form(f"{form}publish/")
    terms = {"note": "Soaked.", "significance": "wording", "override": "A measurement."}
    answer = editor.post(f"{form}publish/", shown | terms)
    assert answer.status == 302, answer.status
    told.published += 1


def edit(server: Server, told: Told, ended: threading.Event) -> None:
    """Publish again and again until it is ended."""
    editor = Browser(server).log_in("editor")
    pk = server.one(f"SELECT id FROM concepts_page WHERE slug = '{EDITED}' AND kind = 'concept'")
    number = 0
    while not ended.wait(EVERY):
        number += 1
        try:
            publish(editor, f"/admin/concepts/concept/{pk}/", told, number)
        except (AssertionError, KeyError, OSError, http.client.HTTPException) as error:
            told.failures.append(f"publishing: {error!r}")


def weigh(server: Server, told: Told, ended: threading.Event, every: float) -> None:
    """Note how much memory the server takes, again and again."""
    assert server.process
    while not ended.wait(every):
        told.memory.append(memory(server.process.pid))
        say(f"  {len(told.memory) * every:6.0f} s  {told.memory[-1]:6.1f} MB")


def soak(server: Server, minutes: float) -> list[str]:
    """Print what came of it; returns what was wrong."""
    all_read(server.port, 5, 0)
    most = len(all_read(server.port, 15, 0).times) / 15
    say(f"as fast as they can: {most:.0f} requests a second; now half of that")
    behind, ended = Told(), threading.Event()
    every = max(5.0, min(30.0, minutes * 6))
    beside = [
        threading.Thread(target=edit, args=(server, behind, ended)),
        threading.Thread(target=weigh, args=(server, behind, ended, every)),
    ]
    for thread in beside:
        thread.start()
    told = all_read(server.port, minutes * 60, most / 2)
    ended.set()
    for thread in beside:
        thread.join()
    return summed_up(told, behind, minutes, every)


def summed_up(told: Told, behind: Told, minutes: float, every: float) -> list[str]:
    """Print the figures; returns what is wrong with them."""
    times = sorted(told.times)
    p50, p95, p99 = (times[int(part * (len(times) - 1))] * 1000 for part in (0.5, 0.95, 0.99))
    statuses = ", ".join(f"{status}: {count}" for status, count in sorted(told.statuses.items()))
    warm = behind.memory[min(int(WARM // every), len(behind.memory) // 2) :]
    growth = max(warm) / warm[0]
    say(f"{len(times)} answers in {minutes:g} minutes, {len(times) / minutes / 60:.0f} a second")
    say(f"by status {statuses}; published {behind.published} times")
    say(f"p50 {p50:.1f} ms, p95 {p95:.1f} ms, p99 {p99:.1f} ms, longest {times[-1] * 1000:.0f} ms")
    say(f"memory {warm[0]:.1f} MB when warm, {max(warm):.1f} MB at most: {growth:.0%}")
    wrong = [*told.failures, *behind.failures]
    if growth > GROWTH:
        wrong.append(f"memory grew to {growth:.0%}")
    if not behind.published:
        wrong.append("nothing was published")
    return wrong


def main() -> None:
    """Soak a server of its own; exit with 1 when something was wrong."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--minutes", type=float, default=30, help="how long (30)")
    minutes = asked.parse_args().minutes
    filled_by = [*SHIPPED, ["manage.py", "shell", "-c", EDITOR]]
    with TemporaryDirectory() as folder, serving(Path(folder), filled_by) as server:
        wrong = soak(server, minutes)
    for each in wrong[:20]:
        say(f"WRONG: {each}")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
