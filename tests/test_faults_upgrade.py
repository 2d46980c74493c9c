"""Databases that are migrated forth and back, killed at it, and used by older code meanwhile.

The scenarios F20 and F21: no row is lost, editions stay byte for byte what they were, a migration
that was killed is run again, and older code reads and saves on a newer schema. `make faults` runs
the full figures, with the shipped content and with the code of the repository's past.
"""

import io
import random
import re
import shutil
import signal
import subprocess
import sys
import tarfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from html import unescape
from pathlib import Path

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.migration import Migration
from django.db.models import Model
from figures import FULL, rounds, summed_up
from server import (
    FAULTS,
    IS_POSTGRES,
    PASSWORD,
    ROOT,
    SHIPPED,
    Browser,
    Server,
    prepared,
    serving,
)

from concepts import migrating

Hashes = dict[str, str]

OF_LATER = {
    "concepts_previewlink": "0003",
    "concepts_logentry.note": "0003",
    "concepts_wantedcomparison": "0006",
    "concepts_distinction.untested_rows": "0007",
    "concepts_site.maintenance": "0008",
}
"""What going back before a migration loses: it holds what no older column has room for."""

MADE_AGAIN = ("concepts_search", "concepts_quiz")
"""Tables that follow from the editions."""


def migrations() -> dict[str, Migration]:
    """Our migrations by their number, the oldest first."""
    known = MigrationLoader(None).disk_migrations
    return {name[:4]: known["concepts", name] for app, name in sorted(known) if app == "concepts"}


FIRST, *_, PREVIOUS, HEAD = migrations()


# What stands in a database ----------------------------------------------------------------------


def columns(server: Server) -> dict[str, list[str]]:
    """The tables of ours and of people, each with its columns, but for what is made again."""
    if IS_POSTGRES:
        of = "information_schema.columns WHERE table_schema = 'public'"
        found = server.rows(f"SELECT table_name, column_name FROM {of}")
    else:
        of = "sqlite_master AS t, pragma_table_info(t.name) AS c WHERE t.type = 'table'"
        found = server.rows(f"SELECT t.name, c.name FROM {of}")
    tables: dict[str, list[str]] = {}
    for table, column in sorted(found):
        if table.startswith(("concepts_", "auth_user")) and not table.startswith(MADE_AGAIN):
            tables.setdefault(table, []).append(column)
    return tables


def hashes(server: Server) -> Hashes:
    """The digest of each column: its values in the order of the table's key."""
    found = {}
    for table, names in columns(server).items():
        key = next(name for name in ("id", "page_ptr_id") if name in names)
        listed = ", ".join(f'"{name}"' for name in names)
        rows = server.rows(f'SELECT {listed} FROM {table} ORDER BY "{key}"')
        for place, name in enumerate(names):
            text = repr([row[place] for row in rows])
            found[f"{table}.{name}"] = sha256(text.encode()).hexdigest()
    return found


def lost(before: Hashes, now: Hashes) -> set[str]:
    """The tables and columns that differ, or are no more."""
    kept = {place for place in before if now.get(place) == before[place]}
    touched = {table_of(place) for place in kept}
    return {p if table_of(p) in touched else table_of(p) for p in before if p not in kept}


def table_of(place: str) -> str:
    return place.split(".", maxsplit=1)[0]


def lost_before(number: str) -> set[str]:
    """What a database has lost that stood at this migration."""
    return {place for place, since in OF_LATER.items() if since > number}


def fill_what_came_later(server: Server) -> None:
    """Write something into all that migrations added, so that its loss would be seen."""
    page, now = server.one("SELECT min(id) FROM concepts_page"), datetime.now(UTC)
    server.rows("UPDATE concepts_logentry SET note = slug")
    server.rows("""UPDATE concepts_distinction SET untested_rows = '["row-0"]'""")
    server.rows("UPDATE concepts_site SET maintenance = 'A new release is put in.'")
    wanted = "INSERT INTO concepts_wantedcomparison (concepts, count, last_day) VALUES (?, ?, ?)"
    server.rows(wanted, "1-2", 3, "2026-11-30")
    link = "INSERT INTO concepts_previewlink (label, page_id, made_at, expires_at)"
    server.rows(f"{link} VALUES ('A colleague', ?, ?, ?)", page, now, now + timedelta(days=9))


class Migrator:
    """A process that migrates a server's database, and dies where it is told: `upgrading.py`."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("upgrading.py"))],
            cwd=ROOT, env=server.environment, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip

    def to(self, number: str, *, killed_at: int = 0) -> tuple[int, int]:
        """Exit code, and number of statements, of a process that migrates to this migration."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(f"{number} {killed_at}\n")
        self.process.stdin.flush()
        code, statements = map(int, self.process.stdout.readline().split())
        return code, statements

    def end(self) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait(30)


@contextmanager
def migrated(folder: Path, filled_by: list[list[str]]) -> Iterator[Migrator]:
    """A database as a site has it, and what migrates it."""
    with prepared(folder, filled_by) as server:
        fill_what_came_later(server)
        migrator = Migrator(server)
        try:
            yield migrator
        finally:
            migrator.end()


@pytest.fixture(scope="module")
def migrator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Migrator]:
    """Of a small site, which each test leaves at the newest migration."""
    with migrated(tmp_path_factory.mktemp("small"), FAULTS) as made:
        yield made


# F20 ---------------------------------------------------------------------------------------------


def test_f20_forth_and_back_no_row_is_lost_and_editions_stay_as_they_are(
    migrator: Migrator,
) -> None:
    walk(migrator, [PREVIOUS, HEAD, FIRST, HEAD])


@pytest.mark.skipif(not FULL, reason="`make faults` migrates the shipped content")
def test_f20_the_shipped_content_is_migrated_step_by_step_and_back(tmp_path: Path) -> None:
    with migrated(tmp_path, SHIPPED) as migrator:
        steps = sorted(migrations())
        walk(migrator, [PREVIOUS, HEAD, *reversed(steps[:-1]), *steps[1:]])
        assert migrator.to("zero")[0] == migrator.to(HEAD)[0] == 0
        assert migrator.server.rows("SELECT id, counter FROM concepts_site") == [(1, 0)]


def walk(migrator: Migrator, path: list[str]) -> None:
    """Migrate a database along a path that ends at the newest; compare it after each step."""
    server, lowest, quiz = migrator.server, HEAD, "SELECT * FROM concepts_quiz ORDER BY edition_id"
    before, questions = hashes(server), server.rows(quiz)
    for number in path:
        lowest = min(lowest, number)
        assert migrator.to(number)[0] == 0
        assert lost(before, hashes(server)) == lost_before(lowest)
    assert server.rows(quiz) == questions
    checked = server.run("manage.py", "check_content")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    editions = server.one("SELECT count(*) FROM concepts_edition")
    assert editions == server.one("SELECT count(*) FROM concepts_searchentry") > 0
    summed_up("F20", way=" ".join(path), editions=editions, columns=len(before), different=0)


def test_f20_a_migration_that_was_killed_is_run_again(migrator: Migrator) -> None:
    """Killed before a statement, which is drawn, on the way forth and on the way back."""
    server, oldest = migrator.server, "0002" if FULL else "0006"
    code, statements = migrator.to(oldest)
    assert code == 0
    before, killed = hashes(server), 0
    for killed_at in random.Random(20).sample(range(1, statements), rounds(60, 1)):
        for target in (HEAD, oldest):
            code, _ = migrator.to(target, killed_at=killed_at)
            assert code in (0, -signal.SIGKILL)
            killed += code != 0
            assert migrator.to(target)[0] == 0, killed_at
            assert lost(before, hashes(server)) == set(), killed_at
    assert migrator.to(HEAD)[0] == 0
    assert killed
    summed_up("F20", killed=killed, run_again=f"{killed}/{killed}", different=0)


@pytest.mark.skipif(not FULL, reason="`make faults` kills by the clock, too")
def test_f20_a_migration_that_is_killed_at_any_moment_is_run_again(migrator: Migrator) -> None:
    """Also while the database ends a transaction, which is no statement."""
    server, chance, killed = migrator.server, random.Random(2020), 0
    assert migrator.to("0002")[0] == 0
    before = hashes(server)
    command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    begun = time.monotonic()
    subprocess.run(command, cwd=ROOT, env=server.environment, check=True)
    whole = time.monotonic() - begun
    for _ in range(20):
        assert migrator.to("0002")[0] == 0
        with subprocess.Popen(command, cwd=ROOT, env=server.environment) as process:
            time.sleep(whole * (0.3 + 0.7 * chance.random()))
            process.kill()
        killed += process.returncode != 0
        assert migrator.to(HEAD)[0] == 0
        assert lost(before, hashes(server)) == set()
    summed_up("F20", killed_by_the_clock=killed, run_again=f"{killed}/{killed}", different=0)


def test_f20_every_migration_is_whole_or_not_there() -> None:
    """The database would else have what the list of applied migrations does not say, or miss it."""
    ours = migrations()
    assert [n for n, each in ours.items() if not isinstance(each, migrating.Migration)] == []
    assert [n for n, each in ours.items() if not each.atomic] == []


def test_f20_every_migration_can_be_taken_back() -> None:
    against = [
        f"{number}: {operation.describe()}"
        for number, each in migrations().items()
        for operation in each.operations
        if not operation.reversible
    ]
    assert against == []


# F21 ---------------------------------------------------------------------------------------------


def models_at(number: str) -> dict[str, type[Model]]:
    """Our models as code of that migration knows them."""
    loader = MigrationLoader(connection)
    others = [node for node in loader.graph.leaf_nodes() if node[0] != "concepts"]
    state = loader.project_state([*others, ("concepts", migrations()[number].name)])
    return {m.__name__: m for m in state.apps.get_app_config("concepts").get_models()}


def columns_of(model: type[Model]) -> dict[str, str]:
    """A table's columns with their types."""
    fields = model._meta.local_fields
    return {field.column: field.db_type(connection) or "" for field in fields}


def takes(new: str, old: str) -> bool:
    """Whether a column of one type takes all that fits into one of the other."""
    lengths = [re.findall(r"^varchar\((\d+)\)$", kind) for kind in (new, old)]
    if all(lengths):
        return int(lengths[0][0]) >= int(lengths[1][0])
    return new == old


def limits_of(model: type[Model]) -> set[str]:
    """What the database refuses of a table's rows, by name."""
    unique = {field.name for field in model._meta.local_fields if field.unique}
    return unique | {constraint.name for constraint in model._meta.constraints}


OLDER = [number for number in sorted(migrations()) if "0002" <= number < HEAD]


@pytest.mark.django_db
@pytest.mark.parametrize("number", OLDER)
def test_f21_a_newer_schema_has_all_that_older_code_asks_for_and_demands_no_more(
    number: str,
) -> None:
    """A column that came later is empty unless told, or filled by the database."""
    newest, against = models_at(HEAD), []
    for name, old in models_at(number).items():
        new, table = newest[name], old._meta.db_table
        assert new._meta.db_table == table
        with connection.cursor() as cursor:
            there = connection.introspection.get_table_description(cursor, table)
        known, types = columns_of(old), columns_of(new)
        changed = [c for c, kind in known.items() if not takes(types.get(c, ""), kind)]
        against += [f"{table}.{c} is not what it was" for c in changed]
        demanded = [c.name for c in there if not c.null_ok and c.default is None]
        against += [f"{table}.{c} is demanded" for c in demanded if c not in known]
        against += [f"{table}: {limit}" for limit in limits_of(new) - limits_of(old)]
    assert against == []


@pytest.mark.django_db
def test_f21_what_older_code_writes_is_there_and_what_it_does_not_know_stays() -> None:
    from concepts.models import Distinction, LogEntry, Site

    old = models_at("0002")
    entry = old["LogEntry"]._default_manager.create(
        kind="concept", object_id=1, slug="a", action="edit", digest="0" * 64, document="{}"
    )
    assert LogEntry.objects.get(pk=entry.pk).note == ""
    made = old["Distinction"]._default_manager.create(kind="distinction", slug="a", title="A")
    assert Distinction.objects.get(pk=made.pk).untested_rows == []
    Distinction.objects.filter(pk=made.pk).update(untested_rows=["row-1"])
    Site.objects.update(maintenance="A new release is put in.")
    for model, pk in (("Distinction", made.pk), ("Site", 1)):
        old[model]._default_manager.get(pk=pk).save()
    assert Distinction.objects.get(pk=made.pk).untested_rows == ["row-1"]
    assert Site.objects.get().maintenance == "A new release is put in."


OLDER_CODE = {
    "0008": "816dbcc93389acd32c96079037ef5b7173fadc60",
    "0007": "6284dd5845c3ed5ffc730c0e3b81ae6222a20169",
}
"""The last commit that runs, by the newest migration that its code knows."""


def unpacked(commit: str, folder: Path) -> Path:
    """The code of a commit, put into a folder, to be served as today's is."""
    git = ["git", "-C", str(ROOT), "archive", commit]
    packed = subprocess.run(git, check=False, capture_output=True)
    if packed.returncode:
        pytest.skip("git or this commit is missing: clone the repository with its past")
    with tarfile.open(fileobj=io.BytesIO(packed.stdout)) as archive:
        archive.extractall(folder, filter="data")
    shutil.copy(ROOT / "pomsite" / "serving.py", folder / "pomsite")  # some had no program of it
    return folder


def crawl(browser: Browser, most: int = 250) -> dict[str, int]:
    """The status of the addresses that are found by following links from the first page."""
    found, waiting = {}, ["/", "/search/?q=stock", "/about/"]
    while waiting and len(found) < most:
        path = waiting.pop(0)
        answer = browser.get(path)
        found[path] = answer.status
        links = {unescape(link) for link in re.findall(r'href="(/[^"#]*)', answer.text)}
        waiting += sorted(links - {*found, *waiting})
    return found


def write(browser: Browser, slug: str, word: str) -> None:
    """Save and publish a comparison, and begin a new one and a new concept."""
    pk = browser.server.one("SELECT id FROM concepts_page WHERE slug = ?", slug)
    change, publish = (
        f"/admin/concepts/distinction/{pk}/{verb}/" for verb in ("change", "publish")
    )
    assert browser.post(change, browser.open_form(change) | {"why_confused": word}).status == 302
    terms = {"note": word, "significance": "wording", "override": "A test."}
    assert browser.post(publish, browser.open_form(publish) | terms).status == 302
    compared = "SELECT id FROM concepts_page WHERE kind = 'concept' ORDER BY id LIMIT 2"
    concepts = [str(pk) for [pk] in browser.server.rows(compared)]
    sides = {f"sides-{n}-{name}": value for n in (0, 1)
             for name, value in {"concept": concepts[n], "key": f"side-{n}"}.items()}  # fmt: skip
    for kind, more in {"concept": {}, "distinction": sides}.items():
        add = f"/admin/concepts/{kind}/add/"
        new = {"title": word, "slug": f"new-{kind}", "summary": "New."}
        answer = browser.post(add, browser.open_form(add) | new | more)
        assert answer.status == 302, re.findall("errorlist.*", answer.text)


@pytest.mark.skipif(not FULL, reason="`make faults` runs older code on the newest schema")
@pytest.mark.parametrize("known", OLDER_CODE)
def test_f21_older_code_reads_and_saves_on_the_newest_schema(known: str, tmp_path: Path) -> None:
    old_code = unpacked(OLDER_CODE[known], tmp_path / "code")
    slug = "make-to-stock-vs-make-to-order"
    untested = "SELECT untested_rows FROM concepts_distinction ORDER BY page_ptr_id"
    under = ["env", "-C", str(old_code)]
    with serving(tmp_path, SHIPPED, under=under) as server:
        password = Argon2PasswordHasher().encode(PASSWORD, "a salt of a test")
        server.rows("UPDATE auth_user SET password = ?", password)
        before, editor = server.rows(untested), Browser(server).log_in("editor")
        read = [*crawl(Browser(server)).items()]
        write(editor, slug, "By older code.")
        read += crawl(Browser(server)).items()
        server.end()
        with serving(tmp_path, [], database=server.database) as newer:
            shown = Browser(newer).get(f"/distinctions/{slug}/")
            assert "By older code." in shown.text
            read += crawl(Browser(newer)).items()
        assert server.rows(untested)[: len(before)] == before
        checked = server.run("manage.py", "check_content")
        assert checked.returncode == 0, checked.stdout + checked.stderr
    assert [(path, status) for path, status in read if status >= 500] == []
    answers = Counter(status for _, status in read)
    summed_up("F21", code=f"of {known}", answers=dict(answers), status_500=0, lost=0)
