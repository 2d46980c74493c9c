"""A site of any size for measuring: the shipped content, many times over.

Every copy has addresses, titles and sources of its own, and its pages name each other as the
shipped ones do; areas and dimensions are shared, and so is the source that is cited most. Copies
are written row by row and not by the desk's verbs, but say what publishing would have written: the
first is made by the same code, and the others differ from it in nothing but their number.
"""

import os
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    import django

    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    os.environ["DJANGO_SETTINGS_MODULE"] = "pomsite.settings"
    django.setup()

from django.core.management.color import no_style
from django.db import connection, models, transaction

from concepts.documents import PAGE_DOCUMENTS, Data, canonical, digest
from concepts.extracting import extract
from concepts.models import (
    Citation,
    Concept,
    Distinction,
    Edition,
    Guide,
    Link,
    Organization,
    Page,
    Quiz,
    SearchEntry,
    SearchName,
    Source,
)

PLACE, OF_SOURCES = "gnnnnnn", "gmmmmmm"
"""What stands in the first copy where the others have their numbers."""
SHARING = 5
"""How many copies cite the same sources."""
STEP = 20_000
"""Between the ids of one copy and the next."""
AT_ONCE = 5

Table = type[models.Model]
KINDS: list[type[Page]] = [Concept, Distinction, Organization, Guide]
TABLES: list[Table] = [
    Source, Page, Concept, Distinction, Organization, Guide, Edition, Link, Citation, Quiz,
    SearchEntry, SearchName,
]  # fmt: skip
"""What a copy has rows in, in an order in which they can be written."""
NAMING = ("slug", "concept", "organization", "prerequisites")
"""Fields of a document that hold the slug of a page."""
LINK = re.compile(r"((?:concept|distinction|organization|guide):)([a-z0-9-]+)")


# The first copy -------------------------------------------------------------------------------


class _Names:
    """The pages and sources that each copy has of its own."""

    def __init__(self) -> None:
        pages = Page.objects.exclude(guide__type="area").values_list("slug", flat=True)
        self.slugs = set(pages)
        cited = Counter(Citation.objects.values_list("key", flat=True))
        self.keys = set(Source.objects.values_list("slug", flat=True)) - {
            cited.most_common(1)[0][0]
        }

    def page(self, slug: str) -> str:
        return f"{slug}-{PLACE}" if slug in self.slugs else slug

    def source(self, key: str) -> str:
        return f"{key}{OF_SOURCES}" if key in self.keys else key

    def text(self, text: str) -> str:
        """A text with its links and citations turned to what the copy has."""
        linked = LINK.sub(lambda found: found[1] + self.page(found[2]), text)
        return re.sub(r"@([a-z0-9-]+)", lambda found: f"@{self.source(found[1])}", linked)

    def data(self, value: Any, name: str = "") -> Any:
        """A part of a document, whatever it holds."""
        if isinstance(value, dict):
            return {key: self.data(each, key) for key, each in value.items()}
        if isinstance(value, list):
            return [self.data(each, name) for each in value]
        if not isinstance(value, str):
            return value
        if name in NAMING:
            return self.page(value)
        return self.source(value) if name in ("key", "id") else self.text(value)


def _copied(names: _Names, edition: Edition) -> None:
    """One page of the first copy, with its edition and what that is found by."""
    data: Data = names.data(edition.data())
    data["title"] = f"{data['title']} {PLACE}"
    document = PAGE_DOCUMENTS[edition.kind].model_validate(data)
    model = next(kind for kind in KINDS if kind.__name__.lower() == edition.kind)
    page = model.objects.get(pk=edition.page_id)
    page.pk = page.id = None
    page.slug, page.title = data["slug"], data["title"]
    page.save(force_insert=True)
    text = canonical(document)
    copy = Edition.objects.get(pk=edition.pk)
    copy.pk, copy.page, copy._state.adding = None, page, True
    copy.slug, copy.title, copy.document, copy.digest = page.slug, page.title, text, digest(text)
    copy.save()


@dataclass(frozen=True)
class Template:
    """The rows of the first copy by their tables, and the last ids before them."""

    rows: dict[Table, list[tuple[Any, ...]]]
    before: dict[Table, int]

    def pages(self) -> int:
        """How many pages each copy has."""
        return len(self.rows[Page])


def template() -> Template:
    """The first copy, which is not kept in the database: that must hold the shipped site alone."""
    names = _Names()
    before = {table: _last(table) for table in TABLES}
    with transaction.atomic():
        for source in Source.objects.filter(slug__in=names.keys):
            source.pk, source.slug = None, names.source(source.slug)
            source.save(force_insert=True)
        for edition in Edition.objects.as_of().order_by("pk"):
            if edition.slug in names.slugs:
                _copied(names, edition)
        for edition in Edition.objects.filter(pk__gt=before[Edition]).order_by("pk"):
            extract(edition, edition.thawed())
        rows = {table: _rows(table, before[table]) for table in TABLES}
        transaction.set_rollback(True)
    return Template(rows, before)


def _columns(table: Table) -> list[Any]:
    return list(table._meta.local_concrete_fields)


def _last(table: Table) -> int:
    """The last id of a table; of a kind of page, that of all pages."""
    table = Page if issubclass(table, Page) else table
    return table._base_manager.aggregate(last=models.Max("pk"))["last"] or 0


def _rows(table: Table, after: int) -> list[tuple[Any, ...]]:
    columns = ", ".join(f'"{field.column}"' for field in _columns(table))
    name, key = table._meta.db_table, table._meta.pk.column
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT {columns} FROM {name} WHERE "{key}" > %s ORDER BY 1', [after])
        return list(cursor.fetchall())


# The others -----------------------------------------------------------------------------------


def _turned(made: Template, table: Table, number: int) -> Iterator[list[Any]]:
    """The rows of one copy in one table."""
    columns = _columns(table)
    own, sources = f"g{number:06}", f"g{number // SHARING:06}"
    ids = {
        place: made.before[of]
        for place, field in enumerate(columns)
        if (of := table if field.primary_key and not field.related_model else field.related_model)
        in made.before
    }
    ahead = STEP * (number // SHARING if table is Source else number)
    names = [field.column for field in columns]
    for row in made.rows[table]:
        values = [
            each.replace(PLACE, own).replace(OF_SOURCES, sources) if isinstance(each, str) else each
            for each in row
        ]
        for place, last in ids.items():
            if values[place] is not None and values[place] > last:
                values[place] += ahead
        if table is Edition:
            text = values[names.index("document")]
            values[names.index("digest")] = sha256(text.encode()).hexdigest()
        yield values


def grow(made: Template, first: int, last: int) -> None:
    """Write the copies with these numbers; they begin with `SHARING`."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")
    for start in range(first, last, AT_ONCE):
        numbers = range(start, min(start + AT_ONCE, last))
        with transaction.atomic():
            for table in TABLES:
                some = [n for n in numbers if table is not Source or n % SHARING == 0]
                _write(table, (row for n in some for row in _turned(made, table, n)))
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), TABLES):
            cursor.execute(statement)
        if connection.vendor == "postgresql":  # which does so by itself, SQLite does not
            cursor.execute("ANALYZE")


def _write(table: Table, rows: Iterable[list[Any]]) -> None:
    columns = ", ".join(f'"{field.column}"' for field in _columns(table))
    into = f"{table._meta.db_table} ({columns})"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {into} FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        places = ", ".join(["%s"] * len(_columns(table)))
        cursor.executemany(f"INSERT INTO {into} VALUES ({places})", rows)


def main(pages: int) -> None:
    """Grow the shipped site in the database of DATABASE_URL to so many pages."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous = OFF")
    made = template()
    missing = max(0, pages - Page.objects.count())
    grow(made, SHARING, SHARING - (-missing // made.pages()))


if __name__ == "__main__":
    main(int(sys.argv[1]))
