"""Pieces that the styles share: names in full, pages, days, sentences made of lists. Pure."""

import re
from collections.abc import Mapping, Sequence

from concepts.citations import ARTICLES, MONTHS, PARTS, Csl, Segment, date_parts, ranged

Sentence = list[Segment]

_SPAN = re.compile(r"(?<!\w)([A-Za-z]?)(\d+)–\1(\d+)(?!\w)")

INSIDE = (*ARTICLES, *PARTS)
"""Types whose works are parts of another one: their titles stand in quotation marks."""


def text(csl: Csl, field: str) -> str:
    """A field of the work; "" when it says nothing."""
    return str(csl.get(field) or "")


def plain(*parts: str) -> Sentence:
    """One segment of the parts, or no sentence when all are empty."""
    said = "".join(parts)
    return [Segment(said)] if said else []


def italic(said: str) -> Sentence:
    """The text in italics, or no sentence when it is empty."""
    return [Segment(said, italic=True)] if said else []


def full(name: Csl) -> str:
    """A name as one says it: Jane Doe."""
    return str(name.get("literal") or f"{name.get('given') or ''} {name['family']}".strip())


def full_inverted(name: Csl) -> str:
    """A name as it is looked up: Doe, Jane."""
    parts = (name.get("family"), name.get("given"))
    return str(name.get("literal") or ", ".join(str(part) for part in parts if part))


def listed(names: Sequence[str], last: str = ", and ") -> str:
    """ "A", "A, and B", "A, B, and C"; `last` stands before the last name."""
    return last.join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def several(value: str) -> bool:
    """Whether a page, volume or issue is a span or a list."""
    return bool(re.search(r"–|,\s*\d", value))


def pages(csl: Csl) -> str:
    """ "p. 17" or "pp. 133–140"; "" when no page is known."""
    found = ranged(csl.get("page"))
    return f"{'pp.' if several(found) else 'p.'} {found}" if found else ""


def shortened(span: str, *, least: int = 2) -> str:
    """Spans with a shorter end, "133–40", of at least so many digits.

    With `least=1` by the rule of Chicago: 71–72, 100–104, 107–8, 321–28, 1201–9. A letter before
    both pages is said once, "S57–86".
    """
    return _SPAN.sub(lambda found: f"{found[1]}{found[2]}–{_end(found[2], found[3], least)}", span)


def _end(start: str, end: str, least: int) -> str:
    if len(start) != len(end) or len(start) < 3 or (least == 1 and start.endswith("00")):
        return end
    same = next((i for i in range(len(start)) if start[i] != end[i]), len(start))
    # Chicago shows one digit only after a zero: 107–8, and else two: 321–28.
    shown = 1 if least == 1 and start[-2] == "0" and same == len(start) - 1 else 2
    return end[min(same, len(end) - shown) :]


def month_name(csl: Csl, names: Sequence[str] = MONTHS) -> str:
    """The month in words, when it is known."""
    month = [*date_parts(csl), 0, 0][1]
    return names[month - 1] if 1 <= month <= 12 else ""


def day_number(csl: Csl) -> str:
    """The day of the month in figures, when it is known."""
    day = [*date_parts(csl), 0, 0, 0][2]
    return str(day) if day and month_name(csl) else ""


def year(csl: Csl, undated: str = "") -> str:
    """The year, or what stands for none."""
    parts = date_parts(csl)
    return str(parts[0]) if parts else undated


def spaced(*parts: str) -> str:
    """The parts that say something, a space between them."""
    return " ".join(part for part in parts if part)


def first_named(types: Mapping[str, str]) -> dict[str, str]:
    """A table of a reader turned round: of several words for one type the first is written."""
    return {type_: word for word, type_ in reversed([*types.items()])}
