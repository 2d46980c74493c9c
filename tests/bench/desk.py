"""How long the largest form of the desk takes to open and to save, through the whole site.

`make bench` runs it on a SQLite database of its own with the shipped content. Times depend on the
machine, so each is also given as a multiple of a bare page: the log-in form, same middleware.
"""

import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[2]
RUNS = 15
FLAGSHIP = "production-management-vs-operations-management"
CELL = "rows-3-cell_operations-management"


def median(act: Callable[[], object]) -> float:
    """Milliseconds that it takes, once it has been done once."""
    act()
    times = []
    for _ in range(RUNS):
        begun = time.perf_counter()
        act()
        times.append(time.perf_counter() - begun)
    return statistics.median(times) * 1000


def measure() -> dict[str, float]:
    """Milliseconds by what was done."""
    from admin_forms import address, fields
    from django.contrib.auth.models import User
    from django.test import Client
    from django.urls import reverse

    from concepts.models import Cell, Distinction

    form = address(Distinction.objects.get(slug=FLAGSHIP))
    client = Client(SERVER_NAME="localhost")
    client.force_login(User.objects.get())

    def save() -> None:
        """Save one changed cell of the form as it was opened."""
        text = f"{len(saved)} times saved."
        saved.append(text)
        sent = fields(client.get(form).content) | {CELL: text}
        begun = time.perf_counter()
        answer = client.post(form, sent)
        posts.append(time.perf_counter() - begun)
        assert answer.status_code == 302, "The form was refused."

    saved: list[str] = []
    posts: list[float] = []
    bare = median(lambda: Client(SERVER_NAME="localhost").get(reverse("admin:login")))
    opened = median(lambda: client.get(form))
    for _ in range(RUNS):
        save()
    assert Cell.objects.filter(text=saved[-1]).exists(), "The cell was not saved."
    return {
        "a bare page": bare,
        "open the flagship's form": opened,
        "save one cell of it": statistics.median(posts) * 1000,
    }


def main() -> None:
    """Fill a database, measure, print a line for each."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    call_command("prepare", stdout=open(os.devnull, "w"))  # noqa: PTH123, SIM115
    times = measure()
    bare = times["a bare page"]
    for what, milliseconds in times.items():
        print(f"{what:<26}{milliseconds:7.0f} ms{milliseconds / bare:7.1f} x")  # noqa: T201


if __name__ == "__main__":
    sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
    with TemporaryDirectory() as folder:
        os.environ["DATABASE_URL"] = f"sqlite:///{folder}/bench.sqlite3"
        os.environ["DJANGO_SETTINGS_MODULE"] = "pomsite.settings"
        main()
