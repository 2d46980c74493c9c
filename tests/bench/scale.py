"""What a page costs on a site of 100 pages, of 1,000, 10,000 and 100,000.

`make bench` runs it on databases of its own: SQLite files, or more on the PostgreSQL server that
DATABASE_URL names. Sites are the shipped content many times over (`growing.py`). One process asks
each of them, through the whole site and with nothing kept; all take turns, so that whatever else
the machine does befalls all of them. Told are the lower quartiles of milliseconds: on SQLite of
CPU time, in which the database's is; on PostgreSQL of time as it passed.
"""

import argparse
import json
import math
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

ROOT = Path(__file__).resolve().parents[2]
SIZES = (100, 1_000, 10_000, 100_000)
ROUNDS, EACH = 3, 4
SLOW = 1500
"""What takes more milliseconds is measured once."""

FLAGSHIP = "/distinctions/production-management-vs-operations-management/"
EACH_SHIPPED, SHIPPED = "*", 100
"""Stands for the first pages of the site, one after the other, and how many these are."""
PAGES = {
    "each of 100 pages": EACH_SHIPPED,
    "a comparison": FLAGSHIP,
    "a concept": "/concepts/takt-time/",
    "an organization": "/organizations/{organization}/",
    "an area": "/areas/{area}/",
    "a path": "/paths/{path}/",
    "an edition": f"{FLAGSHIP}editions/1/",
    "its JSON": f"{FLAGSHIP}index.json",
    "its history": f"{FLAGSHIP}editions/",
    "to cite it": f"{FLAGSHIP}cite/",
    "what to read before": "/concepts/takt-time/before/",
    "in a frame": "/embed/concept/takt-time/",
    "a reading list": "/list/?i=concept:takt-time&i=concept:cycle-time",
}
LISTS = {
    "the start page": "/",
    "concepts": "/concepts/",
    "comparisons": "/distinctions/",
    "organizations": "/organizations/",
    "areas": "/areas/",
    "paths": "/paths/",
    "the glossary": "/glossary/",
    "sources": "/sources/",
    "the most cited source": "/sources/{source}/",
    "dimensions": "/dimensions/",
    "a dimension": "/dimensions/{dimension}/",
    "the map": "/map/",
    "an area on the map": "/map/?area={area}",
    "profiles": "/organizations/profiles/",
    "practice": "/practice/",
    "any two concepts": "/compare/?c=takt-time&c=cycle-time",
    "the feed": "/feed/",
}
WHOLE = {
    "the sitemap": "/sitemap.xml",
    "its first part": "/sitemap.xml?part=1",
    "the bibliography": "/sources/index.bib",
}
SEARCHES = {
    "a common word": "/search/?q=operations",
    "a rare word": "/search/?q=g000005+heijunka",
    "two words": "/search/?q=capacity+demand",
    "a typing error": "/search/?q=capasity",
    "a suggestion": "/search/suggest/?q=ca",
}
QUERIES = {
    what: parse_qs(urlsplit(address).query)["q"][0]
    for what, address in SEARCHES.items()
    if address.startswith("/search/?")
}
ACTS = {"publishing a page": "publish", "importing again": "import"}
DESK = {
    "the desk": "/admin/",
    "the desk's concepts": "/admin/concepts/concept/",
    "the desk's comparisons": "/admin/concepts/distinction/",
    "the desk's sources": "/admin/concepts/source/",
    "a form": "/admin/concepts/concept/{concept}/change/",
    "its page to publish": "/admin/concepts/concept/{concept}/publish/",
}


class Told(NamedTuple):
    """What one request cost, and what came."""

    cpu: float
    wall: float
    status: int
    size: int


# The process that asks one site ---------------------------------------------------------------


def _django() -> None:
    sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "tests" / "bench")]
    os.environ["DJANGO_SETTINGS_MODULE"] = "pomsite.settings"
    import django

    django.setup()


def _names() -> dict[str, str]:
    """Pages of the smallest site that stand in every larger one, and what most pages share."""
    from django.db.models import Count

    from concepts.models import Citation, Concept, Guide, Organization

    cited = Citation.objects.order_by().values("key").annotate(times=Count("id"))
    areas = Guide.objects.filter(type="area").annotate(known_by=Count("links_here"))
    return {
        "organization": Organization.objects.earliest("pk").slug,
        "area": areas.latest("known_by", "pk").slug,
        "path": Guide.objects.filter(type="path").earliest("pk").slug,
        "source": cited.order_by("-times", "key")[0]["key"],
        "dimension": "time-horizon",
        "concept": str(Concept.objects.get(slug="takt-time").pk),
    }


def _measured(act: Callable[[], Any], times: int) -> tuple[float, float, Any]:
    """The lower quartiles of CPU and passed milliseconds of so many times, and what came last."""
    costs, walls, came = [], [], None
    for _ in range(times):
        begun, own = time.perf_counter(), time.process_time()
        came = act()
        costs.append((time.process_time() - own) * 1000)
        walls.append((time.perf_counter() - begun) * 1000)
    return _quartile(costs), _quartile(walls), came


def _ask(client: Any, path: str, times: int) -> Told:
    """What a request costs that is answered anew, the look at the stamp included."""
    from concepts.views.shelf import shelf

    def asked() -> Any:
        shelf.clear()
        answer = client.get(path)
        answer.content  # noqa: B018
        return answer

    cpu, wall, answer = _measured(asked, times)
    return Told(cpu, wall, answer.status_code, len(answer.content))


def _ask_each_shipped(client: Any, times: int) -> Told:
    """What one of the shipped pages costs on average."""
    from concepts.models import Edition

    first = Edition.objects.as_of().order_by("pk")[:SHIPPED]
    told = [_ask(client, edition.get_absolute_url(), times) for edition in first]
    cpu, wall, status, size = (statistics.mean(column) for column in zip(*told, strict=True))
    return Told(cpu, wall, int(status), int(size))


def _act(name: str, times: int) -> Told:
    from publishing import ACTS

    cpu, wall, _ = _measured(ACTS[name], times)
    return Told(cpu, wall, 200, 0)


def _index_alone(query: str, times: int) -> Told:
    """What it takes the engine's index to find the best of a query."""
    from search import engine_alone

    cpu, wall, _ = _measured(engine_alone(query), times)
    return Told(cpu, wall, 200, 0)


def _quartile(found: Sequence[float]) -> float:
    return sorted(found)[len(found) // 4]


def ask_one_site() -> None:
    """Answer lines of [path, times] with what it cost."""
    _django()
    from django.contrib.auth.models import User
    from django.test import Client

    clients = {False: Client(SERVER_NAME="localhost"), True: Client(SERVER_NAME="localhost")}
    clients[True].force_login(User.objects.earliest("pk"))
    names = _names()
    for line in sys.stdin:
        kind, what, times = json.loads(line)
        if kind == "act":
            told = _act(what, times)
        elif kind == "index":
            told = _index_alone(what, times)
        elif what == EACH_SHIPPED:
            told = _ask_each_shipped(clients[False], times)
        else:
            told = _ask(clients[what.startswith("/admin/")], what.format(**names), times)
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()


# Sites of all sizes ---------------------------------------------------------------------------


def _python(address: str, *arguments: str) -> None:
    environment = {**os.environ, "DATABASE_URL": address}
    command = [sys.executable, *arguments]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)


class _Files:
    """SQLite files in a folder of their own."""

    def __init__(self, folder: str) -> None:
        self.folder = folder

    def address(self, name: str) -> str:
        return f"sqlite:///{self.folder}/{name}.sqlite3"

    def copy(self, name: str, of: str) -> None:
        shutil.copy(f"{self.folder}/{of}.sqlite3", f"{self.folder}/{name}.sqlite3")

    def make(self, name: str) -> None:
        """Nothing to do: the file comes with its tables."""

    def drop(self, name: str) -> None:
        """Nothing to do: the folder goes."""


class _Databases:
    """Databases on the PostgreSQL server of an address."""

    def __init__(self, address: str) -> None:
        self.server = address

    def address(self, name: str) -> str:
        return urlsplit(self.server)._replace(path=f"/{self._own(name)}").geturl()

    def copy(self, name: str, of: str) -> None:
        self._run(f"CREATE DATABASE {self._own(name)} TEMPLATE {self._own(of)}")

    def make(self, name: str) -> None:
        self._run(f"CREATE DATABASE {self._own(name)}")

    def drop(self, name: str) -> None:
        self._run(f"DROP DATABASE IF EXISTS {self._own(name)} WITH (FORCE)")

    def _own(self, name: str) -> str:
        return f"scale_{os.getpid()}_{name}"

    def _run(self, statement: str) -> None:
        import psycopg

        with psycopg.connect(self.server, autocommit=True) as connection:
            connection.execute(statement.encode())


@contextmanager
def sites(sizes: Sequence[int], given: str) -> Iterator[dict[int, str]]:
    """The addresses of databases with so many pages each; the smallest has the shipped ones."""
    with TemporaryDirectory() as folder:
        make = _Databases(given) if given.startswith("postgres") else _Files(folder)
        made = ["shipped"]
        try:
            make.make("shipped")
            for arguments in (["migrate", "--verbosity", "0"], ["prepare"]):
                _python(make.address("shipped"), "manage.py", *arguments)
            for size in sizes:
                begun, name = time.monotonic(), f"of_{size}"
                make.copy(name, "shipped")
                made.append(name)
                _python(make.address(name), "tests/bench/growing.py", str(size))
                say(f"{size:,} pages in {time.monotonic() - begun:.0f} s")
            yield {size: make.address(f"of_{size}") for size in sizes}
        finally:
            for name in made:
                make.drop(name)


# Measuring ------------------------------------------------------------------------------------


class Asker:
    """The process that asks one site."""

    def __init__(self, address: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, __file__, "--ask"],
            env={**os.environ, "DATABASE_URL": address},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def told(self, kind: str, what: str, times: int) -> Told:
        """What it costs."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps([kind, what, times]) + "\n")
        self.process.stdin.flush()
        return Told(*json.loads(self.process.stdout.readline()))

    def close(self) -> None:
        """End it."""
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait()


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def compared(askers: Sequence[Asker], kind: str, what: str, rounds: int) -> list[Told]:
    """What it costs each site, by turns, the best of the rounds; what takes long is told once."""
    for asker in askers:  # what is made once, such as rendered texts, is made
        asker.told(kind, what, 1)
    first = [asker.told(kind, what, 1) for asker in askers]
    if max(told.wall for told in first) > SLOW:
        return first
    turns = [[asker.told(kind, what, EACH) for asker in askers] for _ in range(rounds)]
    return [min(turn[n] for turn in turns) for n in range(len(askers))]


def line(what: str, told: Sequence[Told], costs: Sequence[float], most: float) -> str:
    """A line of the table: each size, and the largest as a multiple of the smallest."""
    marks = "" if len({each.status for each in told}) == 1 else "  DIFFERENT ANSWERS"
    figures = "".join(f"{cost:11.1f}" for cost in costs)
    growth = costs[-1] / costs[0]
    marks += "  MISSED" if growth > most else ""
    return f"{what:24}{figures}{growth:8.2f} x{told[-1].size:11,}{marks}"


TWICE, PAGE_ALONE = 2.0, 5.0
"""A search may take at most so many times what the index alone takes, on the largest site, where
that is longer than so many ms, which a page of results takes in any case."""


def against_the_index(
    costs: Mapping[str, Sequence[float]], alone: Sequence[Sequence[float]]
) -> None:
    """Say how many times as much a search costs as what the database's index does of it."""
    say("\nSearch, times the index alone (at most 2 x on the largest site)")
    for what, index in zip(QUERIES, alone, strict=True):
        times = [mine / its for mine, its in zip(costs[what], index, strict=True)]
        mark = "  MISSED" if times[-1] > TWICE and index[-1] > PAGE_ALONE else ""
        say(f"{what:24}{''.join(f'{each:11.1f}' for each in times)}{mark}")


GROUPS = {
    "Pages (at most 1.2 x)": ("page", PAGES, 1.2),
    "Lists (at most 2 x)": ("page", LISTS, 2.0),
    "Whole files, which grow": ("page", WHOLE, math.inf),
    "Search": ("page", SEARCHES, math.inf),
    "The index alone, by its best twenty": ("index", QUERIES, math.inf),
    "The desk": ("page", DESK, math.inf),
    "Publishing with all guards; importing what is there already": ("act", ACTS, math.inf),
}
"""What is measured: how it is asked, and how many times the smallest the largest may cost."""


def main(sizes: Sequence[int], rounds: int, there: Sequence[str]) -> None:
    """Print a table for each group; of the sites that are `there`, when they are named."""
    given = there[0] if there else os.environ.get("DATABASE_URL", "")
    by_cpu = not given.startswith("postgres")
    searches: dict[str, list[float]] = {}
    with ExitStack() as stack:
        if not there:
            there = [*stack.enter_context(sites(sizes, given)).values()]
        askers = [stack.enter_context(closing(Asker(each))) for each in there]
        say(f"{'SQLite, ms of CPU time' if by_cpu else 'PostgreSQL, ms'}")
        for title, (kind, subjects, most) in GROUPS.items():
            say(f"\n{title:24}{''.join(f'{size:11,}' for size in sizes)}   growth       bytes")
            costs: dict[str, list[float]] = {}
            for what, asked in subjects.items():
                told = compared(askers, kind, asked, rounds)
                costs[what] = [each.cpu if by_cpu else each.wall for each in told]
                say(line(what, told, costs[what], most))
            if kind == "index":
                against_the_index(searches, [*costs.values()])
            searches |= costs


if __name__ == "__main__":
    if sys.argv[1:] == ["--ask"]:
        ask_one_site()
    else:
        options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
        options.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="pages of sites")
        options.add_argument("--rounds", type=int, default=ROUNDS, help="turns of each site")
        options.add_argument("--at", nargs="+", default=(), help="databases that have them already")
        asked = options.parse_args()
        main(asked.sizes, asked.rounds, asked.at)
