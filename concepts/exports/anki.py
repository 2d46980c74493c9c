"""Questions as a deck of Anki, written by genanki into memory: no file is left behind."""

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from hashlib import sha256
from itertools import count
from typing import Any

import genanki

from concepts.exports.markup import zipped
from concepts.exports.questions import Item, Option, Source, by_source

CSS = """\
.card { font: 1.1em/1.5 sans-serif; max-width: 40em; margin: 0 auto; padding: 0.5em }
li { margin: 0.3em 0 }
.from { font-size: 0.8em }
"""
MODEL = genanki.Model(
    1_732_500_417,  # never another: Anki knows notes of one kind by it
    "Question with a reason for every option",
    # Nor other fields in another order: Anki would take them for another kind, and update nothing.
    fields=[{"name": name} for name in ("Question", "Options", "Answer", "From", "Key")],
    templates=[
        {
            "name": "Question",
            "qfmt": "{{Question}}{{Options}}",
            "afmt": '{{Question}}<hr id="answer">{{Answer}}<p class="from">{{From}}</p>',
        }
    ],
    css=CSS,
)


class _Note(genanki.Note):  # type: ignore[misc]
    """The note of a question, which changed when its edition came into force."""

    def __init__(self, item: Item, place: int) -> None:
        self.changed = item.source.published.timestamp()
        fields = [
            item.stem.html,
            _listed(option.text.html for option in item.options),
            _listed(map(_answer, item.options)),
            item.source.credit,
            item.key,
        ]
        super().__init__(model=MODEL, fields=fields, guid=item.key, due=place)

    def write_to_db(self, cursor: Any, timestamp: float, deck_id: int, id_gen: Any) -> None:
        """As genanki does, but never dated later: Anki updates a note from what changed later."""
        super().write_to_db(cursor, self.changed, deck_id, id_gen)


def deck(items: Sequence[Item]) -> bytes:
    """The questions as a package with a deck for each page.

    A question's guid is its key, so that a second import adds nothing, and one of a later edition
    changes the note that is there. The same questions give the same bytes where SQLite is the same.
    """
    decks = [_deck(source, asked) for source, asked in by_source(items).items()]
    latest = max(item.source.published.timestamp() for item in items)
    with closing(sqlite3.connect(":memory:")) as database:
        genanki.Package(decks).write_to_db(database.cursor(), latest, count(int(latest * 1000)))
        database.commit()
        collection = database.serialize()
    return zipped({"collection.anki2": collection, "media": b"{}"})


def _deck(source: Source, items: Sequence[Item]) -> genanki.Deck:
    number = int.from_bytes(sha256(source.key.encode()).digest()[:6])
    made = genanki.Deck(number, "::".join(_name(part) for part in (source.site, source.title)))
    for place, item in enumerate(items):
        made.add_note(_Note(item, place))
    return made


def _name(part: str) -> str:
    """A part of a deck's name: a deck in another is written with "::" between."""
    return part.replace("::", ":")


def _listed(parts: Iterable[str]) -> str:
    inside = "".join(f"<li>{part}</li>" for part in parts)
    return f'<ol type="A">{inside}</ol>'


def _answer(option: Option) -> str:
    verdict = "Yes." if option.right else "Not this one."
    return f"{option.text.html}<div><b>{verdict}</b> {option.reason.html}</div>"
