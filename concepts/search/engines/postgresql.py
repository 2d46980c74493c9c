"""Text search of PostgreSQL: columns that the database itself derives, one under a GIN index.

`simple` only, since the words are stems already.
"""

from concepts.search.engines.engine import Engine
from concepts.search.words import Phrase

_TABLE = "concepts_searchentry"
_DERIVED = "tsvector GENERATED ALWAYS AS"
_LEAD = "setweight(to_tsvector('simple', lead), 'A')"
_VECTOR = f"{_LEAD} || setweight(to_tsvector('simple', body), 'D')"
_ARE_FEW = (
    f"(SELECT count(*) FROM (SELECT 1 FROM {_TABLE}, to_tsquery('simple', %(match)s) AS asked"
    " WHERE vector @@ asked LIMIT %(few)s + 1) AS few) <= %(few)s"
)
_RANK = (
    f"CASE WHEN {_ARE_FEW} THEN ts_rank('{{0.1, 0.2, 0.4, 1.0}}', vector, asked, 1)"
    " WHEN lead_vector @@ any_of THEN ts_rank(lead_vector, any_of, 1) END"
)


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
    found=f"MATERIALIZED (SELECT edition_id AS id, {_RANK} AS rank FROM {_TABLE},"
    " to_tsquery('simple', %(match)s) AS asked, to_tsquery('simple', %(any)s) AS any_of"
    " WHERE vector @@ asked)",
    ranked="SELECT id, rank FROM found WHERE rank IS NOT NULL ORDER BY rank DESC, id LIMIT %(few)s",
    # The vector of a long page is fetched from elsewhere and unpacked: 25 microseconds each.
    few=300,
    half=0.1,
    phrase=_phrase,
    either=" | ",
    both=" & ",
)
