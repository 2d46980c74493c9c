"""The picture of an edition: what it says, that anything can be drawn, how it is kept."""

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client, override_settings
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st
from PIL import Image
from samples import comparison, concept, publish

from concepts import cards, publishing
from concepts.cards import Card, drawable, first_sentence
from concepts.models import Edition
from concepts.views import describing

pytestmark = pytest.mark.django_db

CARD = Card(
    kind="Comparison",
    lines=("Goods", "services"),
    aside="",
    slug="goods-vs-services",
    sentence="Goods can be stored.",
    site="POM, explained",
    edition="Edition 1, 1 March 2040 · CC BY 4.0",
    sides=2,
)
RUST, TEAL, VIOLET = (0x98, 0x34, 0x0F), (0x00, 0x5C, 0x68), (0x65, 0x3A, 0x96)


def image(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def colours(content: bytes, box: tuple[int, int, int, int]) -> set[Any]:
    """The colours of a part of a picture."""
    part = image(content).convert("RGB").crop(box)
    return {colour for _, colour in part.getcolors(maxcolors=100_000) or []}


def near(colour: tuple[int, int, int], found: set[Any]) -> bool:
    """Whether a colour, as near as 64 colours come to it, is among those found."""
    return any(max(abs(a - b) for a, b in zip(colour, each, strict=True)) < 12 for each in found)


@pytest.fixture
def store(tmp_path: Path) -> Any:
    """A place of its own for pictures."""
    with override_settings(MEDIA_ROOT=tmp_path):
        yield tmp_path


# The drawing ----------------------------------------------------------------------------------


def test_a_card_is_a_small_png_of_the_size_that_messengers_show() -> None:
    content = cards.draw(CARD)
    drawn = image(content)
    assert (drawn.format, drawn.size, drawn.mode) == ("PNG", (1200, 630), "P")
    assert len(drawn.convert("RGB").getcolors(maxcolors=1000) or []) <= 64
    assert len(content) < 20_000
    assert cards.is_whole(content)
    assert not cards.is_whole(content[:-1])


def test_each_side_has_its_colour_and_the_foot_a_lane_for_each() -> None:
    content = cards.draw(CARD)
    names = colours(content, (150, 190, 1136, 400))
    assert near(RUST, names)
    assert near(TEAL, names)
    assert near(RUST, colours(content, (0, 615, 599, 630)))
    assert near(TEAL, colours(content, (601, 615, 1200, 630)))
    inside = image(content).convert("RGB").getpixel
    assert (near(RUST, {inside((300, 622))}), near(TEAL, {inside((900, 622))})) == (True, False)
    three = replace(CARD, lines=("A", "B", "C"), sides=3)
    assert near(VIOLET, colours(cards.draw(three), (801, 615, 1200, 630)))


def test_a_title_that_does_not_name_the_sides_is_in_ink() -> None:
    for lines, sides in ((("Two kinds of output",), 2), (("Goods", "services"), 3)):
        content = cards.draw(replace(CARD, lines=lines, sides=sides))
        names = colours(content, (150, 190, 1136, 400))
        assert not near(RUST, names)
        assert near((0x15, 0x22, 0x2C), names)


@pytest.mark.parametrize(
    "other",
    [
        {"kind": "Concept"},
        {"lines": ("Goods", "acts")},
        {"aside": "(things)"},
        {"sentence": "Otherwise."},
        {"site": "Another site"},
        {"edition": "Edition 2, 1 March 2040 · CC BY 4.0"},
        {"sides": 0},
    ],
)
def test_all_that_a_card_says_is_drawn_and_names_it(other: dict[str, Any]) -> None:
    changed = replace(CARD, **other)
    assert cards.draw(changed) != cards.draw(CARD)
    assert changed.key() != CARD.key()


def test_what_is_too_long_shrinks_wraps_and_is_cut() -> None:
    for title in ("Donaudampfschifffahrtsgesellschaft" * 5, "word " * 40, "x" * 200):
        content = cards.draw(replace(CARD, lines=(title,), sentence="long " * 600, sides=0))
        margins = colours(content, (1160, 112, 1200, 610)) | colours(content, (150, 545, 1200, 562))
        assert len(margins) == 1  # paper


def test_a_face_that_lacks_letters_draws_near_ones_or_the_words_of_the_address() -> None:
    assert drawable("Zürich – “café”, 3 × Ø") == "Zurich - “cafe”, 3 x O"
    assert drawable("L = λW") == ""
    assert drawable("مرحبا") == drawable("中") == drawable("😀") == ""
    assert drawable("a\u202eb\u200d\n c") == "ab c"
    unknown = cards.draw(replace(CARD, lines=("中文", "λ")))
    by_slug = replace(CARD, lines=("Goods vs services",))
    assert unknown == cards.draw(replace(by_slug, sides=2))
    assert cards.draw(replace(CARD, sentence="λ")) == cards.draw(replace(CARD, sentence=""))
    assert cards.draw(replace(CARD, aside="(λ)")) == cards.draw(by_slug)


@limits(max_examples=12)
@given(st.text(max_size=300), st.text(max_size=500), st.integers(0, 4))
def test_any_words_are_drawn(title: str, sentence: str, sides: int) -> None:
    lines = tuple(title.split(" vs "))
    drawn = cards.draw(replace(CARD, lines=lines, sentence=sentence, sides=sides))
    assert image(drawn).size == (1200, 630)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("One. Two.", "One."),
        ("What? “Yes.”", "What?"),
        ("He said “no.” Then he left.", "He said “no.”"),
        ("For e.g. bread at 1.5 euros. Then more.", "For e.g. bread at 1.5 euros."),
        ("No end", "No end"),
        ("", ""),
    ],
)
def test_the_first_sentence_is_what_a_card_says(text: str, first: str) -> None:
    assert first_sentence(text) == first


# The address ----------------------------------------------------------------------------------


def test_a_card_is_drawn_once_kept_and_never_asked_for_again(
    client: Client, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edition = publish(comparison())
    address = f"{edition.get_permanent_url()}card.png"
    answer = client.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    [kept] = (store / "cards").iterdir()
    assert kept.name.startswith(edition.digest)
    assert kept.read_bytes() == answer.content == cards.draw(describing._card(edition))
    monkeypatch.setattr(cards, "draw", None)
    assert client.get(address).content == answer.content
    assert client.head(address)["Content-Length"] == str(len(answer.content))


def test_a_card_says_title_first_sentence_site_edition_and_date() -> None:
    edition = publish(concept("takt", title="Takt (beat)", summary="The *rate*. More."))
    day = f"{edition.published_at:%-d %B %Y}"
    assert describing._card(edition) == Card(
        kind="Concept",
        lines=("Takt",),
        aside="(beat)",
        slug="takt",
        sentence="The rate.",
        site="POM, explained",
        edition=f"Edition 1, {day} · CC BY 4.0",
        sides=0,
    )
    assert describing._card(publish(comparison())).lines == ("Goods", "services")
    assert describing._card(Edition.objects.get(kind="distinction")).sides == 2


def test_another_drawing_or_name_of_the_site_has_a_card_of_its_own(
    client: Client, store: Path, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    address = f"{publish(concept()).get_permanent_url()}card.png"
    first = client.get(address).content
    settings.SITE_NAME = "Renamed"
    assert client.get(address).content != first
    monkeypatch.setattr(cards, "VERSION", cards.VERSION + 1)
    client.get(address)
    assert len(list((store / "cards").iterdir())) == 3


def test_a_storage_that_cannot_be_written_or_read_still_has_cards(
    client: Client, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: Any) -> None:
        raise PermissionError

    monkeypatch.setattr(default_storage, "save", refuse)
    address = f"{publish(concept()).get_permanent_url()}card.png"
    assert client.get(address).status_code == 200
    monkeypatch.setattr(default_storage, "open", refuse)
    assert client.get(address).status_code == 200


def test_a_card_that_is_half_written_is_neither_shown_nor_overwritten(
    client: Client, store: Path
) -> None:
    address = f"{publish(concept()).get_permanent_url()}card.png"
    whole = client.get(address).content
    [kept] = (store / "cards").iterdir()
    kept.write_bytes(whole[:100])
    assert client.get(address).content == whole
    assert [each.read_bytes() for each in (store / "cards").iterdir()] == [whole[:100]]


def test_of_two_that_draw_at_once_one_picture_is_kept(
    client: Client, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edition = publish(concept())
    says = describing._card(edition)
    name = f"cards/{edition.digest}-{says.key()}.png"
    draw = cards.draw

    def slowly(card: Card) -> bytes:
        default_storage.save(name, ContentFile(b"of the other\n" + cards.END))
        return draw(card)

    monkeypatch.setattr(cards, "draw", slowly)
    answer = client.get(f"{edition.get_permanent_url()}card.png")
    assert answer.content == draw(says)
    assert [kept.name for kept in (store / "cards").iterdir()] == [name.removeprefix("cards/")]


def test_only_what_has_come_into_force_and_is_open_has_a_card(client: Client, store: Path) -> None:
    page = concept("beat")
    first = publish(page)
    publish(concept("takt", page))
    draft = concept("draft")
    own = "/concepts/{}/editions/{}/card.png"
    assert client.get(own.format("beat", 1)).status_code == 200
    moved = client.get(own.format("takt", 1) + "?a=b")
    assert (moved.status_code, moved["Location"]) == (301, own.format("beat", 1) + "?a=b")
    assert client.get(own.format("takt", 3)).status_code == 404
    assert client.get(own.format(draft.slug, 1)).status_code == 404
    publishing.withdraw(page, by=None, reason="It passed.")
    assert client.get(own.format("takt", 2)).status_code == 200
    publishing.close(first, by=None, reason="A court.")
    assert client.get(own.format("beat", 1)).status_code == 410
    assert client.post(own.format("takt", 2)).status_code == 405


def test_a_card_is_no_picture_of_the_editors(client: Client, store: Path) -> None:
    client.get(f"{publish(concept()).get_permanent_url()}card.png")
    [kept] = (store / "cards").iterdir()
    assert client.get(f"/media/cards/{kept.name}").status_code == 404
