"""Text search of PostgreSQL: columns that the database itself derives, one under a GIN index.

`simple` only, since the words are stems already.
"""

from concepts.search.engines.engine import Engine
from concepts.search.words import Phrase

_TABLE = "concepts_searchentry"
_DERIVED = "tsvector GENERATED ALWAYS AS"
_LEAD = "setweight(to_tsvector('simple', lead), 'A')"
_VECTOR = f"{_LEAD} || setweight(to_tsvector('simple', body), 'D')"
_ASKED = "to_tsquery('simple', %(match)s)"


def _phrase(phrase: Phrase) -> str:
    return "(" + " <-> ".join(f"'{word}'" for word in phrase) + ")"


ENGINE = Engine(
    install=[
        # Bytes are compared, so that a range of beginnings is one of the index, in any language.
        'ALTER TABLE concepts_searchname ALTER COLUMN turned TYPE text COLLATE "C"',
        f"ALTER TABLE {_TABLE} ADD COLUMN lead_vector {_DERIVED} ({_LEAD}) STORED",
        f"ALTER TABLE {_TABLE} ADD COLUMN vector {_DERIVED} ({_VECTOR}) STORED",
        # A planner that knew how common a word is would read every page rather than the index, and
        # would not know that unpacking a page's vector takes longer than all the rest.
        f"ALTER TABLE {_TABLE} ALTER COLUMN vector SET STATISTICS 0",
        f"CREATE INDEX search_entry_by_vector ON {_TABLE} USING gin (vector) WITH (fastupdate=off)",
    ],
    remove=[f"ALTER TABLE {_TABLE} DROP COLUMN vector, DROP COLUMN lead_vector"],
    mend=[],
    matching=f"SELECT edition_id AS id FROM {_TABLE} WHERE vector @@ {_ASKED}",
    # The vector of a long page is fetched from elsewhere and unpacked: 25 microseconds each.
    ranked=f"SELECT id, ts_rank('{{0.1, 0.2, 0.4, 1.0}}', vector, {_ASKED}, 1) AS rank"
    f" FROM found JOIN {_TABLE} ON edition_id = id WHERE true",
    leading=f"SELECT edition_id AS id, ts_rank(lead_vector, {_ASKED}, 1) AS rank FROM {_TABLE}"
    f" WHERE vector @@ {_ASKED} AND lead_vector @@ {_ASKED}",
    half=0.1,
    phrase=_phrase,
    either=" | ",
    both=" & ",
)
