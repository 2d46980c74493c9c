"""Which rows of a comparison one edition changed of another: what an old link is told. Pure."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from concepts.documents import Data
from concepts.presenting import in_words


class Row(NamedTuple):
    """A row by its key, and what its heading reads."""

    key: str
    label: str


class Dropped(NamedTuple):
    """A row that is no longer there: the key of the one in its place ("" = none), or the reason."""

    key: str
    label: str
    successor: str
    reason: str
    successor_label: str = ""


@dataclass(frozen=True)
class RowsChanged:
    """What became of the rows of a document in another one of the same page.

    `changed` and `dropped` are rows of the older document, which had `total` in all; `added` are
    of the newer. `elsewhere` says whether anything differs that these do not tell.
    """

    total: int = 0
    changed: tuple[Row, ...] = ()
    added: tuple[Row, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    elsewhere: bool = False

    @property
    def touched(self) -> int:
        """How many rows of the older document no longer read as they did."""
        return len(self.changed) + len(self.dropped)


def rows_changed(before: Data, after: Data) -> RowsChanged:
    """What became of the rows of `before` in `after`, documents of one kind, in page order.

    A row changed when anything that it shows did: its heading and the words below it, what its
    cells say, for which sides, and whether they are marked as our own illustration. Neither the
    order of rows nor that of sides counts as a change of a row. A page without a table has no
    rows, and differs elsewhere or not at all.
    """
    olds, news = _Rows(before), _Rows(after)
    both = [key for key in news.shown if key in olds.shown]
    return RowsChanged(
        total=len(olds.shown),
        changed=tuple(news.row(key) for key in both if olds.shown[key] != news.shown[key]),
        added=tuple(news.row(key) for key in news.shown if key not in olds.shown),
        dropped=tuple(news.dropped(olds.row(key)) for key in olds.shown if key not in news.shown),
        elsewhere=_elsewhere(before, after, olds, news),
    )


class _Rows:
    """The rows of one document, and what it says of those that are gone."""

    def __init__(self, data: Data) -> None:
        headings = data.get("frozen", {}).get("dimensions", [])
        self.headings = {heading["key"]: heading for heading in headings}
        self.dimensions = {row["key"]: row["dimension"] for row in data.get("rows", [])}
        self.shown = {row["key"]: self._shown(row) for row in data.get("rows", [])}
        self.retired = {row["key"]: row for row in data.get("retired_rows", [])}

    def _shown(self, row: Data) -> tuple[Any, ...]:
        cells = {
            cell["side"]: (cell.get("text", ""), cell.get("illustration", False))
            for cell in row["cells"]
        }
        heading = self.headings.get(row["dimension"], {})
        return row["dimension"], heading.get("label"), heading.get("description"), cells

    def label(self, key: str) -> str:
        """What the heading of a row reads, or read when it was last there."""
        if key in self.dimensions:
            dimension = self.dimensions[key]
            return str(self.headings.get(dimension, {}).get("label") or in_words(dimension))
        return self.retired.get(key, {}).get("label") or in_words(key)

    def row(self, key: str) -> Row:
        return Row(key, self.label(key))

    def dropped(self, row: Row) -> Dropped:
        """What this document says of a row that an older one had."""
        retired = self.retired.get(row.key, {})
        successor = retired.get("successor", "")
        label = self.label(successor) if successor else ""
        return Dropped(*row, successor, retired.get("reason", ""), label)


def _elsewhere(before: Data, after: Data, olds: _Rows, news: _Rows) -> bool:
    gone_or_come = olds.shown.keys() ^ news.shown.keys()
    return _rest(before, gone_or_come) != _rest(after, gone_or_come) or any(
        _differ(before, after, name) for name in ("sources", "neighbours")
    )


def _rest(data: Data, told: set[str]) -> Data:
    """A document's own text without its rows, whose order stays, and without the rows `told`."""
    apart = {"schema", "kind", "rows", "retired_rows", "frozen"}
    rest = {name: value for name, value in data.items() if name not in apart}
    rest["rows"] = [row["key"] for row in data.get("rows", []) if row["key"] not in told]
    retired = data.get("retired_rows", [])
    rest["retired_rows"] = [row for row in retired if row["key"] not in told]
    return rest


def _differ(before: Data, after: Data, name: str) -> bool:
    """Whether something frozen of others that both have reads differently."""
    olds, news = (
        {(item.get("kind"), item.get("slug") or item.get("key")): item for item in frozen}
        for frozen in (data.get("frozen", {}).get(name, []) for data in (before, after))
    )
    return any(olds[key] != news[key] for key in olds.keys() & news.keys())
