"""What must hold in a database and in a folder of media after any fault.

Asked of the database itself, beside the server: nothing here goes through the code that wrote it,
but for what a document names, which is read from the document.
"""

import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

from server import Server

from concepts.documents import PAGE_DOCUMENTS, digest
from concepts.models import Edition
from concepts.rendering import links_in
from concepts.search.indexing import _turned, names_of
from concepts.texts import references, texts

DRAWN = ("title", "summary", "body", "explain")
"""Columns of a page that stand in its document under the same name."""


def faults(server: Server) -> list[str]:
    """Everything that is broken or half: in the file, between tables, of pages and of editions."""
    is_postgres = server.database.startswith("postgres")
    broken = _broken_references(server) if is_postgres else _broken_file(server)
    return [*broken, *_half_pages(server), *_half_editions(server), *_misplaced(server)]


def media_faults(folder: Path) -> list[str]:
    """Names under which something is served that it is not; drafts (`.part`) are not served."""
    pictures = [path for path in folder.glob("*.*") if path.suffix != ".part"]
    wrong = [path for path in pictures if sha256(path.read_bytes()).hexdigest() != path.stem]
    return [f"{path.name} of {path.stat().st_size} bytes is not what its name says"
            for path in wrong]  # fmt: skip


def contents(server: Server) -> dict[str, str]:
    """A digest of all rows of each table."""
    return {table: _content(server, table) for table in _tables(server)}


# The database ---------------------------------------------------------------------------------


def _tables(server: Server) -> list[str]:
    if server.database.startswith("postgres"):
        sql = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
    else:
        sql = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1"
    return [name for [name] in server.rows(sql)]


def _content(server: Server, table: str) -> str:
    taken = sha256()
    for line in sorted(map(repr, server.rows(f"SELECT * FROM {table}"))):
        taken.update(f"{line}\n".encode())
    return taken.hexdigest()


def _broken_file(server: Server) -> Iterator[str]:
    said = [line for [line] in server.rows("PRAGMA integrity_check")]
    yield from (line for line in said if line != "ok")
    yield from (f"a broken reference: {row}" for row in server.rows("PRAGMA foreign_key_check"))
    # It fails where the index of search is not that of its rows.
    check = "INSERT INTO concepts_search(concepts_search, rank) VALUES ('integrity-check', 1)"
    server.rows(check)


REFERENCES = """
SELECT c.conrelid::regclass::text, a.attname, c.confrelid::regclass::text, b.attname
FROM pg_constraint c
JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
JOIN pg_attribute b ON b.attrelid = c.confrelid AND b.attnum = c.confkey[1]
WHERE c.contype = 'f'
"""


def _broken_references(server: Server) -> Iterator[str]:
    for table, column, other, key in server.rows(REFERENCES):
        lost = (
            f"SELECT count(*) FROM {table} t WHERE {column} IS NOT NULL"
            f" AND NOT EXISTS (SELECT 1 FROM {other} o WHERE o.{key} = t.{column})"
        )
        if count := server.one(lost):
            yield f"{count} broken references of {table}.{column}"


# Pages ----------------------------------------------------------------------------------------


def _half_pages(server: Server) -> Iterator[str]:
    """Pages that say something else than their last save in the log; saves of no page."""
    last = "SELECT max(id) FROM concepts_logentry WHERE kind IN ({}) GROUP BY object_id"
    kinds = ", ".join(f"'{kind}'" for kind in PAGE_DOCUMENTS)
    saved = dict(
        server.rows(
            f"SELECT object_id, document FROM concepts_logentry WHERE id IN ({last.format(kinds)})"
        )
    )
    pages = {
        pk: dict(zip(DRAWN, drawn, strict=True))
        for pk, *drawn in server.rows(f"SELECT id, {', '.join(DRAWN)} FROM concepts_page")
    }
    yield from (f"page {pk} has no save in the log" for pk in pages.keys() - saved.keys())
    yield from (f"a save of page {pk}, which is not there" for pk in saved.keys() - pages.keys())
    cells = _cells(server)
    for pk in pages.keys() & saved.keys():
        document = json.loads(saved[pk])
        for name, drawn in pages[pk].items():
            if drawn != document[name]:
                yield f"{name} of page {pk} is not that of its last save"
        if _said(document) != cells.get(pk, {}):
            yield f"cells of page {pk} are not those of its last save"


Cells = dict[tuple[str, str], str]


def _cells(server: Server) -> dict[int, Cells]:
    found: dict[int, Cells] = {}
    rows = server.rows(
        "SELECT r.distinction_id, r.key, s.key, c.text FROM concepts_cell c"
        " JOIN concepts_row r ON r.id = c.row_id JOIN concepts_side s ON s.id = c.side_id"
    )
    for page, row, side, text in rows:
        found.setdefault(page, {})[row, side] = text
    return found


def _said(document: dict[str, Any]) -> Cells:
    rows = document.get("rows", [])
    return {(row["key"], cell["side"]): cell["text"] for row in rows for cell in row["cells"]}


# Editions ---------------------------------------------------------------------------------------

PARTS = {
    "links": "concepts_link",
    "citations": "concepts_citation",
    "quizzes": "concepts_quiz",
    "entries": "concepts_searchentry",
    "names": "concepts_searchname",
}


def _half_editions(server: Server) -> Iterator[str]:
    """Editions that are not what their digest says, or lack rows that publishing makes of them."""
    parts = {
        what: dict(server.rows(f"SELECT edition_id, count(*) FROM {table} GROUP BY edition_id"))
        for what, table in PARTS.items()
    }
    for pk, said, text in server.rows("SELECT id, digest, document FROM concepts_edition"):
        if digest(text) != said:
            yield f"edition {pk} is not what its digest says"
            continue
        made = {what: counted.get(pk, 0) for what, counted in parts.items()}
        if made != (wanted := _made_of(json.loads(text))):
            yield f"edition {pk} has {made} and not {wanted}"


def _made_of(data: dict[str, Any]) -> dict[str, int]:
    """How many rows publishing makes of a document."""
    document = PAGE_DOCUMENTS[data["kind"]].model_validate(data)
    linked = {(place, to.key) for place, text in texts(document) for to in links_in(text)}
    edition = Edition()
    return {
        "links": len(references(document)) + len(linked),
        "citations": len(document.frozen.sources),
        "quizzes": int(bool(document.questions)),
        "entries": 1,
        "names": sum(len([*_turned(edition, *name)]) for name in names_of(data)),
    }


def _misplaced(server: Server) -> Iterator[str]:
    """Pages whose editions are not numbered 1, 2, 3, or do not follow each other without a gap."""
    pages: dict[int, list[tuple[int, Any, Any]]] = {}
    for page, *edition in server.rows(
        "SELECT page_id, number, published_at, superseded_at FROM concepts_edition"
        " ORDER BY page_id, number"
    ):
        pages.setdefault(page, []).append(tuple(edition))
    for page, editions in pages.items():
        numbers = [number for number, _, _ in editions]
        if numbers != [*range(1, len(numbers) + 1)]:
            yield f"editions of page {page} are numbered {numbers}"
        begun, ended = [each[1] for each in editions], [each[2] for each in editions]
        if begun[1:] != ended[:-1]:
            yield f"editions of page {page} leave a gap or overlap"
