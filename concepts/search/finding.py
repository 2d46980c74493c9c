"""What a query finds among the editions in force at a moment."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

from django.db import connections, router

from concepts.models import Edition
from concepts.parts import KINDS
from concepts.presenting import Neighbour
from concepts.reading.neighbours import SHORT, neighbour
from concepts.search.engines import ENGINES
from concepts.search.excerpts import Excerpt, excerpt, has
from concepts.search.slips import corrected
from concepts.search.words import Query, parsed, placed_words

FIRST = 5
"""Results of a kind where all kinds are shown."""
PAGE = 20
"""Results of one kind on a page."""

MOST = 500
"""Pages that are counted, and ranked by all their words. Of more, so many are shown: those that
name what is asked for, then the best by their names and summaries, then some of the others."""

# A name counts by how much of it is asked for, and how much of what is asked for it holds. A page
# is also found when the query holds all words of one of its names, unless a phrase is asked for.
# `here` says whether a page has what is asked for, `whole` whether that is all of it. Of names more
# are taken, since a page keeps those of all its editions.
# CROSS: SQLite would go through all editions, and for each through all that match.
_SQL = """
WITH hit AS (
  SELECT edition_id, number, size, count(DISTINCT word) AS hits
  FROM concepts_searchname WHERE word IN ({words}) GROUP BY edition_id, number, size
), named AS (
  SELECT edition_id, max(CASE WHEN hits >= size THEN 1 ELSE 0 END) AS complete,
    max(hits * hits * CASE WHEN number < 2 THEN 1.0 ELSE 0.9 END / (size * %(terms)s)) AS score
  FROM hit GROUP BY edition_id ORDER BY complete DESC, score DESC, edition_id
  LIMIT 2 * %(most)s
), found AS MATERIALIZED (
  SELECT door.id FROM ({matching}) AS matching CROSS JOIN ({door}) AS door
  WHERE door.id = matching.id LIMIT %(most)s + 1
), measured AS MATERIALIZED (
  SELECT count(*) > %(most)s AS are_many FROM found
), more AS MATERIALIZED (
  SELECT door.id FROM ({matching}) AS matching CROSS JOIN ({door}) AS door
  WHERE %(kind)s <> '' AND {are_many} AND door.id = matching.id AND door.kind = %(kind)s
  LIMIT %(most)s + 1
), ranked AS (
  {ranked} AND NOT {are_many}
  UNION ALL SELECT id, rank FROM (
    {leading} AND {are_many} ORDER BY rank DESC, id LIMIT %(most)s
  ) AS by_lead
  UNION ALL SELECT id, 0.0 FROM found WHERE {are_many}
  UNION ALL SELECT id, 0.0 FROM more
), candidate AS (
  SELECT id, max(rank) AS rank, max(named) AS named, max(complete) AS complete, max(here) AS here
  FROM (
    SELECT id, rank, 0.0 AS named, 0 AS complete, 1 AS here FROM ranked
    UNION ALL SELECT edition_id, 0.0, score, complete,
      CASE WHEN {are_many} AND edition_id IN ({matching}) THEN 1 ELSE 0 END FROM named
  ) AS either GROUP BY id
), scored AS (
  SELECT door.id, door.kind, here * %(whole)s AS whole,
    rank / ({half} + rank) + 0.5 * here * %(whole)s + 2 * named + 0.8 * complete
    + CASE WHEN door.kind = 'distinction' AND named > 0 THEN %(compares)s ELSE 0 END AS score
  FROM candidate CROSS JOIN ({door}) AS door
  WHERE door.id = candidate.id AND (here = 1 OR complete * %(loose)s = 1)
), counted AS (
  SELECT kind, count(*) AS total, max(score) AS best, max(whole) AS whole
  FROM scored GROUP BY kind
), wanted AS ({wanted})
SELECT counted.kind, total, {are_many} AS are_many, (SELECT max(whole) FROM counted) AS whole,
  {short}, lead, body, passages
FROM counted LEFT JOIN wanted ON wanted.kind = counted.kind
LEFT JOIN concepts_edition AS edition ON edition.id = wanted.id
LEFT JOIN concepts_searchentry AS entry ON entry.edition_id = wanted.id
ORDER BY best DESC, counted.kind, score DESC, edition.id
"""

_ARE_MANY = "(SELECT are_many FROM measured)"

# No window: SQLite takes several times as long for one as for the best of each kind by itself.
_WANTED = """
SELECT * FROM (
  SELECT id, kind, score FROM scored WHERE kind = %({kind})s
  ORDER BY score DESC, id LIMIT %(size)s OFFSET %(after)s
) AS {kind}
"""


class Result(NamedTuple):
    """A page, and the passage in which what was asked for stands."""

    page: Neighbour
    excerpt: Excerpt


@dataclass(frozen=True)
class Group:
    """Pages of one kind, the best first: how many there are, and those that are shown.

    Where not all are `counted`, there are at least so many.
    """

    kind: str
    total: int
    counted: bool
    results: list[Result]


@dataclass(frozen=True)
class Found:
    """What a query finds, the kind with the best page first.

    `whole` says whether some page has all that was asked for; `meant` is what it was corrected
    to, when only that was found; `more` that the query held more words than were looked for; `many`
    that more than `MOST` pages have it.
    """

    groups: list[Group] = field(default_factory=list)
    many: bool = False
    whole: bool = False
    meant: str = ""
    more: bool = False

    @property
    def total(self) -> int:
        """How many pages were found, or at least so many, where they are many."""
        return sum(group.total for group in self.groups)


class _Row(NamedTuple):
    """One row of the statement; a kind of which nothing is wanted has one without a page."""

    kind: str
    total: int
    many: bool
    whole: int
    page: Neighbour | None
    lead: str
    body: str
    passages: str


class _Part(NamedTuple):
    """Which results are wanted: of one kind or of all (""), how many after how many."""

    kind: str
    size: int
    after: int


def find(text: str, at: datetime, kind: str = "", page: int = 1) -> Found:
    """The pages in force that have all words of the query, in one statement.

    Where none has, words that nobody has written are corrected, and where that does not help,
    pages are taken that have some of the words: four statements at most.
    """
    query = parsed(text)
    if not query.terms:
        return Found()
    size = PAGE if kind else FIRST
    part = _Part(kind, size, (page - 1) * size)
    rows, meant = list(_rows(query, at, part)), ""
    if not (rows and rows[0].whole):
        better = corrected(query)
        others = list(_rows(better, at, part)) if better else []
        if better and others and (others[0].whole or not rows):
            shown = next((row for row in others if row.page), None)
            meant = _meant(text, query, better, shown) if shown else ""
            rows, query = others, better
        rows = rows or list(_rows(query, at, part, every=False))
    many, whole = (bool(rows[0].many), bool(rows[0].whole)) if rows else (False, False)
    return Found(list(_groups(rows, query, kind)), many, whole, meant, query.more)


def _rows(query: Query, at: datetime, part: _Part, *, every: bool = True) -> Iterator[_Row]:
    """What is found, with the best of every kind among it, whatever part is wanted."""
    in_force = Edition.objects.as_of(at).order_by().values("id", "kind")
    door, moments = in_force.query.sql_with_params()
    connection = connections[router.db_for_read(Edition)]
    engine = ENGINES[connection.vendor]
    kinds = {f"kind{n}": kind for n, kind in enumerate([part.kind] if part.kind else KINDS)}
    stems = {f"word{n}": stem for n, stem in enumerate(query.stems)}
    times = {f"moment{n}": moment for n, moment in enumerate(moments)}
    statement = _SQL.format(
        words=", ".join(f"%({name})s" for name in stems),
        door=door % tuple(f"%({name})s" for name in times),
        short=", ".join(f"edition.{column}" for column in SHORT),
        matching=engine.matching,
        ranked=engine.ranked,
        leading=engine.leading,
        half=engine.half,
        are_many=_ARE_MANY,
        wanted=" UNION ALL ".join(_WANTED.format(kind=name) for name in kinds),
    )
    values = {
        **kinds,
        **stems,
        **times,
        "match": engine.expression(query.choices, every=every),
        "most": MOST,
        "kind": part.kind,
        "terms": len(query.terms),
        "loose": int(all(len(term.phrase) == 1 for term in query.terms)),
        "compares": 2 * query.compares,
        "whole": int(every),
        "size": part.size,
        "after": part.after,
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        for kind, total, many, whole, *short, lead, body, passages in cursor.fetchall():
            page = neighbour(short) if short[0] else None
            yield _Row(kind, total, many, whole, page, lead, body, passages)


def _groups(rows: list[_Row], query: Query, asked: str) -> Iterator[Group]:
    """Of many, those of the kind that was asked for are counted up to `MOST`; each kind is told."""
    terms = query.choices
    others = dict.fromkeys(KINDS if rows and rows[0].many else ())
    for kind, some in groupby(rows, key=lambda row: row.kind):
        members = list(some)
        shown = [
            Result(row.page, excerpt(row.lead, row.body, json.loads(row.passages), terms))
            for row in members
            if row.page
        ]
        others.pop(kind, None)
        total = members[0].total
        counted = not members[0].many or (kind == asked and total <= MOST)
        yield Group(kind, total, counted, shown)
    for kind in others:
        yield Group(kind, 0, kind == asked, [])


def _meant(text: str, query: Query, better: Query, best: _Row) -> str:
    """The query as it was typed, with the corrections that the best page bears out.

    A correction that stands in no page in force is told to nobody.
    """
    said = [best.lead, *best.body.split("\n")]
    instead: dict[str, str] = {}
    for typed, term in zip(query.terms, better.terms, strict=True):
        if typed != term:
            choices = [" ".join(term.words), *term.others]
            borne = (
                choice
                for choice, phrase in zip(choices, term.choices, strict=True)
                if any(has(line, phrase) for line in said)
            )
            instead[typed.words[0]] = next(borne, typed.words[0])
    pieces, end = [], 0
    for word in placed_words(text):
        pieces += [text[end : word.start], instead.get(word.letters, text[word.start : word.end])]
        end = word.end
    return "".join([*pieces, text[end:]])
