"""Anki takes a deck in twice without a duplicate, and what changed since with the new text."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from anki.collection import Collection, ImportAnkiPackageRequest
from test_question_exports import BEGUN, PLAIN, asking, of, sample, shipped

from concepts.exports.anki import deck
from concepts.exports.questions import Item

LATER = BEGUN + timedelta(seconds=1)


class Anki:
    """A collection of somebody who learns, and what happens when a package is opened."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.collection = Collection(str(folder / "collection.anki2"))

    def takes(self, items: Sequence[Item]) -> dict[str, int]:
        """How many notes of a package were new, updated or there already."""
        path = self.folder / "deck.apkg"
        path.write_bytes(deck(items))
        log = self.collection.import_anki_package(
            ImportAnkiPackageRequest(package_path=str(path))
        ).log
        kinds = ("new", "updated", "duplicate", "conflicting")
        return {kind: len(getattr(log, kind)) for kind in kinds if len(getattr(log, kind))}

    def note(self, question: str) -> Any:
        """The note of the question with this key."""
        (found,) = self.collection.find_notes(f"Key:{question}")
        return self.collection.get_note(found)

    def decks(self) -> set[str]:
        return {each.name for each in self.collection.decks.all_names_and_ids()} - {"Default"}


@pytest.fixture
def anki(tmp_path: Path) -> Iterator[Anki]:
    opened = Anki(tmp_path)
    yield opened
    opened.collection.close()


def test_a_second_import_makes_no_duplicate(anki: Anki) -> None:
    assert anki.takes(of(sample())) == {"new": 2}
    assert anki.takes(of(sample())) == {"duplicate": 2}
    assert anki.collection.note_count() == anki.collection.card_count() == 2
    assert anki.decks() == {"POM, explained", "POM, explained::Stock & flow"}


def test_a_later_edition_changes_the_notes_that_are_there(anki: Anki) -> None:
    anki.takes(of(sample()))
    note = anki.note("concept-stock--q1")
    better = asking(PLAIN.replace("loaf", "brick"), title="Stock & flow")
    assert anki.takes(of(better, number=4, published=LATER)) == {"updated": 1}
    assert anki.collection.note_count() == 2
    changed = anki.note("concept-stock--q1")
    assert changed.id == note.id
    assert changed.guid == "concept-stock--q1"
    assert "<li>A brick</li>" in changed["Options"]
    assert "</a>, edition 4, POM" in changed["From"]
    assert anki.takes(of(sample())) == {"duplicate": 2}  # an older edition takes nothing back
    assert "brick" in anki.note("concept-stock--q1")["Options"]


def test_a_note_is_as_old_as_its_edition_whatever_it_is_packed_with(anki: Anki) -> None:
    later = of(asking(PLAIN), key="concept-other", title="Other", published=LATER)
    anki.takes([*of(sample()), *later])
    modified = {
        note.guid: note.mod
        for note in map(anki.collection.get_note, anki.collection.find_notes(""))
    }
    assert modified == {
        "concept-stock--q1": int(BEGUN.timestamp()),
        "concept-stock--q2": int(BEGUN.timestamp()),
        "concept-other--q1": int(LATER.timestamp()),
    }


def test_pages_published_at_the_same_moment_do_not_stand_in_each_others_way(anki: Anki) -> None:
    other = of(asking(PLAIN), key="concept-other", title="Other")
    assert anki.takes(of(sample())) == {"new": 2}
    assert anki.takes(other) == {"new": 1}
    assert anki.takes([*of(sample()), *other]) == {"duplicate": 3}
    decks = {"POM, explained::Stock & flow", "POM, explained::Other"}
    assert anki.decks() - {"POM, explained"} == decks


def test_every_page_shares_one_type_of_note(anki: Anki) -> None:
    before = {each.name for each in anki.collection.models.all_names_and_ids()}
    anki.takes([item for page in shipped() for item in of(page)])
    after = {each.name for each in anki.collection.models.all_names_and_ids()}
    assert after - before == {"Question with a reason for every option"}
    assert anki.collection.note_count() == sum(len(page.questions) for page in shipped())


def test_the_front_asks_and_the_back_answers_with_every_reason(anki: Anki) -> None:
    anki.takes(of(sample()))
    (found,) = anki.collection.find_cards("Key:concept-stock--q1")
    card = anki.collection.get_card(found)
    front = '<ol type="A"><li>A haircut</li><li>A loaf</li></ol>'
    assert card.question().endswith(f"Which one is <em>stored</em>?{front}")
    assert "It waits" not in card.question()
    back = card.answer()
    assert "<li>A haircut<div><b>Not this one.</b> It is gone when it is done.</div></li>" in back
    assert "<li>A loaf<div><b>Yes.</b> It waits on the shelf.</div></li>" in back
    assert 'href="https://pom.example.edu/concepts/stock/editions/3/"' in back


def test_new_cards_come_in_the_order_of_the_page(anki: Anki) -> None:
    anki.takes(of(sample()))
    cards = [anki.collection.get_card(card) for card in anki.collection.find_cards("")]
    due = sorted(cards, key=lambda card: card.due)
    assert [card.note().guid for card in due] == ["concept-stock--q1", "concept-stock--q2"]


def test_a_title_makes_no_decks_of_its_own(anki: Anki) -> None:
    anki.takes(of(asking(PLAIN, title="std::sort")))
    assert anki.decks() == {"POM, explained", "POM, explained::std:sort"}
