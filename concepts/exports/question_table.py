"""Questions as a table, one a row."""

from collections.abc import Sequence

from concepts.exports.questions import Item
from concepts.exports.tables import Table, csv_of


def question_csv(items: Sequence[Item]) -> bytes:
    """The questions as CSV; right options are told by their numbers, from 1: "1" or "1, 3"."""
    return csv_of(question_table(items)).encode()


def question_table(items: Sequence[Item]) -> Table:
    """Key, page, question, every option, which are right, the reason of each, and the address.

    There are as many columns for options as the longest question has; the rest stays empty.
    """
    most = max(len(item.options) for item in items)
    numbers = range(1, most + 1)
    header = [
        *("Key", "Page", "Question"),
        *(f"Option {number}" for number in numbers),
        "Right",
        *(f"Reason {number}" for number in numbers),
        "Address",
    ]
    return Table(header, [_row(item, most) for item in items])


def _row(item: Item, most: int) -> list[str]:
    free = [""] * (most - len(item.options))
    right = [str(number) for number, option in enumerate(item.options, 1) if option.right]
    return [
        *(item.key, item.source.title, item.stem.plain),
        *(option.text.plain for option in item.options),
        *free,
        ", ".join(right),
        *(option.reason.plain for option in item.options),
        *free,
        item.address,
    ]
