"""FTS5: a virtual table over the entries, kept in step by triggers whoever writes them."""

from concepts.search.engines.engine import Engine
from concepts.search.words import Phrase

_TABLE = "concepts_searchentry"
_ADD = (
    "INSERT INTO concepts_search (rowid, lead, body) VALUES (new.edition_id, new.lead, new.body);"
)
_TAKE = (
    "INSERT INTO concepts_search (concepts_search, rowid, lead, body)"
    " VALUES ('delete', old.edition_id, old.lead, old.body);"
)
_MAKE = (
    "CREATE VIRTUAL TABLE IF NOT EXISTS concepts_search USING fts5(lead, body,"
    f" content='{_TABLE}', content_rowid='edition_id', tokenize='unicode61 remove_diacritics 0')"
)
_TRIGGERS = {"insert": _ADD, "delete": _TAKE, "update": f"{_TAKE} {_ADD}"}
_INSTALL = (
    _MAKE,
    *(
        f"CREATE TRIGGER IF NOT EXISTS search_{event} AFTER {event} ON {_TABLE} BEGIN {does} END"
        for event, does in _TRIGGERS.items()
    ),
)
_RANK = "-bm25(concepts_search, 4.0, 1.0)"  # FTS5's own is negative, the better the lower
_FOUND = "FROM concepts_search WHERE concepts_search MATCH"
_MATCHING = f"SELECT rowid AS id {_FOUND} %(match)s"
_RANKED = f"SELECT rowid AS id, {_RANK} AS rank {_FOUND}"
_LEADING = "'{lead} : (' || %(match)s || ')'"


def _phrase(phrase: Phrase) -> str:
    return f'"{" ".join(phrase)}"'


ENGINE = Engine(
    install=_INSTALL,
    remove=[
        *(f"DROP TRIGGER IF EXISTS search_{event}" for event in _TRIGGERS),
        "DROP TABLE IF EXISTS concepts_search",
    ],
    mend=_INSTALL,
    matching=_MATCHING,
    # +: FTS5 would be asked once for each row.
    ranked=f"{_RANKED} %(match)s AND +rowid IN (SELECT id FROM found)",
    leading=f"{_RANKED} {_LEADING}",
    half=5.0,
    phrase=_phrase,
    either=" OR ",
    both=" AND ",
)
