"""How long a search takes through the whole site, with 1,000 and with 10,000 pages.

It runs on a database of its own: a SQLite file, or one more on the PostgreSQL server that
DATABASE_URL names. Pages are made of sentences of the shipped content, so that words are as common
and as rare as in real ones; `scale.py` searches the shipped content in up to 100,000 pages. Times
depend on the machine and on what else it does: beside them stand the CPU time of this process, and
the time in which the index alone finds the best twenty.
"""

import os
import random
import re
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
CONTENT = ROOT / "concepts" / "content"
SIZES = (1_000, 10_000)
RUNS = 30
KINDS = ("concept", "concept", "concept", "distinction", "organization", "guide")
SEARCHES = {
    "a common word": ("/search/", "operations"),
    "a rare word": ("/search/", "heijunka"),
    "two words": ("/search/", "capacity demand"),
    "a typing error": ("/search/", "capasity"),
    "a suggestion": ("/search/suggest/", "ca"),
}


def sentences() -> list[str]:
    """The sentences of the shipped content, without markup."""
    text = "\n".join(file.read_text(encoding="utf-8") for file in sorted(CONTENT.glob("*/*.md")))
    plain = re.sub(r"\[@[^\]]*\]|\]\([^)]*\)|[\[\]*_`#\"]", "", text)
    found = re.findall(r"[A-Z][^.\n:]{40,300}\.", plain)
    return sorted(set(found))


def documents(known: list[str], first: int, last: int) -> Iterator[Any]:
    """Documents of every kind, about as long as the shipped ones, always the same."""
    from concepts.documents import PAGE_DOCUMENTS

    for number in range(first, last):
        chance = random.Random(number)
        some = chance.sample(known, 32)
        words = re.findall("[a-z]{4,}", " ".join(some))
        kind = KINDS[number % len(KINDS)]
        fields: dict[str, Any] = {
            "slug": f"page-{number}",
            "title": " ".join(chance.sample(words, 3)).capitalize(),
            "aliases": [" ".join(chance.sample(words, 2)) for _ in range(2)],
            "summary": some[0],
            "body": "\n\n".join(some[1:]),
        }
        if kind == "distinction":
            fields["sides"] = [{"key": key, "concept": key} for key in ("one", "other")]
        if kind == "guide":
            fields["type"] = "path"
        yield PAGE_DOCUMENTS[kind].model_validate(fields)


def milliseconds(act: Callable[[], object]) -> tuple[list[float], float]:
    """What it takes each time, once it has been done once, and the median of this process's CPU."""
    act()
    times, cpu = [], []
    for _ in range(RUNS):
        begun, own = time.perf_counter(), time.process_time()
        act()
        times.append((time.perf_counter() - begun) * 1000)
        cpu.append((time.process_time() - own) * 1000)
    return sorted(times), statistics.median(cpu)


ENGINES_OWN = {
    "sqlite": "SELECT rowid FROM concepts_search WHERE concepts_search MATCH %s"
    " ORDER BY rank LIMIT 20",
    "postgresql": "SELECT edition_id FROM concepts_searchentry, to_tsquery('simple', %s) AS asked"
    " WHERE vector @@ asked ORDER BY ts_rank(vector, asked) DESC LIMIT 20",
}
"""The best twenty, as the manual of each database has it."""


def engine_alone(query: str) -> Callable[[], None]:
    """What asks the database's own index, and no more, for what has all words of the query."""
    from django.db import connection

    from concepts.search.engines import ENGINES
    from concepts.search.words import parsed

    match = ENGINES[connection.vendor].expression(parsed(query).choices, every=True)

    def ask() -> None:
        with connection.cursor() as cursor:
            cursor.execute(ENGINES_OWN[connection.vendor], [match])
            cursor.fetchall()

    return ask


def alone(query: str) -> float:
    """Milliseconds that the index takes without the site."""
    return statistics.median(milliseconds(engine_alone(query))[0])


def measure(size: int) -> None:
    """Print a line for each search."""
    from django.test import Client

    client = Client(SERVER_NAME="localhost")
    for what, (path, query) in SEARCHES.items():
        answer = client.get(path, {"q": query})
        assert answer.status_code == 200, what
        assert b"Nothing is found" not in answer.content, f"{what} finds nothing"
        assert not answer.content.endswith(b"[]}"), f"{what} finds nothing"
        times, cpu = milliseconds(partial(client.get, path, {"q": query}))
        median, p95 = statistics.median(times), times[int(0.95 * RUNS)]
        line = f"{size:>7} pages  {what:<15}{median:7.1f} ms  p95{p95:7.1f}  CPU{cpu:7.1f}"
        print(f"{line}  index alone{alone(query):7.1f}")  # noqa: T201


def main(folder: str) -> None:
    """Fill a database of its own, measure at each size, and take it away again."""
    import django
    from django.db import connection

    django.setup()
    from bulk import write

    name = f"search_bench_{os.getpid()}"
    is_file = connection.vendor == "sqlite"
    connection.settings_dict["TEST"]["NAME"] = f"{folder}/{name}.sqlite3" if is_file else name
    own = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        known, done = sentences(), 0
        print(connection.vendor)  # noqa: T201
        for size in SIZES:
            made = documents(known, done, size)
            while some := list(islice(made, 200)):
                write(some)
            done = size
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")
            measure(size)
    finally:
        connection.creation.destroy_test_db(own, verbosity=0)


if __name__ == "__main__":
    sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
    with TemporaryDirectory() as temporary:
        os.environ["DATABASE_URL"] = (
            os.environ.get("DATABASE_URL") or f"sqlite:///{temporary}/none.sqlite3"
        )
        os.environ["DJANGO_SETTINGS_MODULE"] = "pomsite.settings"
        main(temporary)
