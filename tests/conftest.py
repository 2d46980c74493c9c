"""What every test stands on."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client, override_settings
from hypothesis import settings as examples

# No time is asserted: what makes something for the first time, or shares its core, takes longer.
examples.register_profile("unhurried", deadline=None)
examples.load_profile("unhurried")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Put SQLite's test database into a file, as in production.

    In memory all threads would share one connection's locks, and no other process could open it.
    """
    from django.conf import settings

    database: dict[str, Any] = settings.DATABASES["default"]
    if database["ENGINE"] == "pomsite.sqlite":
        folder = tmp_path_factory.mktemp("database")
        database.setdefault("TEST", {})["NAME"] = folder / "test.sqlite3"


@pytest.fixture(scope="session", autouse=True)
def _own_pictures(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep what tests upload away from the site's own pictures."""
    with override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media")):
        yield


@pytest.fixture(autouse=True)
def _nothing_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget what an earlier test made, and remember the stamp until a verb: tests take long."""
    from django.core.cache import cache

    from concepts import stamp
    from concepts.reading import days
    from concepts.views.shelf import shelf

    cache.clear()
    shelf.clear()
    stamp.forget()
    days.forget()
    monkeypatch.setattr(stamp, "REMEMBERED", 3600.0)


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that runs other tests meanwhile is no crowd of readers."""
    from pomsite import crowding

    monkeypatch.setattr(crowding, "PATIENCE", 30.0)


@pytest.fixture(scope="session", autouse=True)
def _own_counters(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep what tests count away from a site that runs beside them."""
    from pomsite import counters

    place = tmp_path_factory.mktemp("counters", numbered=True) / "own"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(counters, "folder", lambda: place)
        counters.forget()
        yield


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Any) -> None:
    """Spare the tests what Argon2 is made to cost."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """At the end of `make faults`: which scenarios did not run on this machine, and why."""
    from figures import FULL
    from scenarios import told

    if FULL:
        stats = terminalreporter.stats
        others = [each for name in ("passed", "failed") for each in stats.get(name, ())]
        terminalreporter.section("fault scenarios")
        for line in told(stats.get("skipped", ()), others):
            terminalreporter.write_line(line)


@pytest.fixture
def editor(client: Client) -> Client:
    """The browser of somebody who may write and publish everything."""
    from admin_forms import log_in_writer

    return log_in_writer(client, "add_edition")


@pytest.fixture
def comparison(db: None) -> Any:
    """A comparison of goods and services on the desk, never published."""
    from admin_forms import make_comparison

    return make_comparison()
