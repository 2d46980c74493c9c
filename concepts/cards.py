"""The picture of an edition that messengers show beside a link to it. Pure: texts in, PNG out.

It is lettered in the one face that Pillow brings, which draws the letters of English and little
else. Accents are left off; a text with other letters is not shown, since half of it would mislead.
"""

import hashlib
import io
import re
import unicodedata
from dataclasses import astuple, dataclass
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont

VERSION = 1
"""Raised when the drawing changes, so that cards are drawn anew."""

WIDTH, HEIGHT = 1200, 630
COLOURS = 64
PAPER, INK, SOFT, RULE = "#fcfdfd", "#15222c", "#51616c", "#cfd8dd"
LANES = ("#98340f", "#005c68", "#653a96", "#6b5000")
"""The colours of the sides by day."""

LINE, LEFT, RIGHT = 92, 150, 1136
"""Where the line of the process chart runs, and between where the text stands."""

TITLE_TOP, TITLE_BOTTOM, FOOT = 190, 426, 562
TITLE_SIZES = (88, 80, 72, 64, 56, 50, 44)
LEADING = 1.18
SENTENCE_SIZES = (36, 32, 28)
VS = "vs "
LONGEST = 400
"""Characters of a sentence beyond which none fits."""

END = b"IEND\xaeB`\x82"
"""How every whole PNG ends."""

SENTENCE_END = re.compile(r"(?:(?<=[.!?])|(?<=[.!?][\"”’)]))\s+(?=[\"“‘(]?[A-Z\d])")

NEAR = str.maketrans(
    {**dict.fromkeys("‐‑‒–—―−", "-"), "×": "x", "ß": "ss", "æ": "ae", "Æ": "AE", "œ": "oe"}
    | {"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ı": "i"}
)


@dataclass(frozen=True)
class Card:
    """What a card says: the kind of page, its title in parts, a sentence, the site, the edition.

    As many `lines` as `sides` are the names of these; an `aside` comes after them. `slug` stands
    in for a title that cannot be drawn.
    """

    kind: str
    lines: tuple[str, ...]
    aside: str
    slug: str
    sentence: str
    site: str
    edition: str
    sides: int = 0

    def key(self) -> str:
        """What names the picture among all others: 16 figures of what is drawn, and how."""
        return hashlib.sha256(repr((VERSION, astuple(self))).encode()).hexdigest()[:16]


def is_whole(content: bytes) -> bool:
    """Whether these are all the bytes of a picture, and not those of one half written."""
    return content.endswith(END)


def first_sentence(text: str) -> str:
    """A text up to the end of its first sentence."""
    return SENTENCE_END.split(text, maxsplit=1)[0]


# Letters --------------------------------------------------------------------------------------


@lru_cache
def _face(size: int) -> ImageFont.FreeTypeFont:
    face = ImageFont.load_default(size)
    if not isinstance(face, ImageFont.FreeTypeFont):
        raise TypeError("Pillow was built without FreeType.")
    return face


@lru_cache(maxsize=2048)
def _is_drawn(letter: str) -> bool:
    """Whether the face has the letter: what it lacks looks like what no face has."""
    face = _face(20)
    return letter == " " or bytes(face.getmask(letter)) != bytes(face.getmask("\ue123"))


def drawable(text: str) -> str:
    """The text in letters that can be drawn; "" when there are none for a part of it."""
    plain = unicodedata.normalize("NFKD", " ".join(text.translate(NEAR).split()))
    shown = "".join(c for c in plain if unicodedata.category(c) not in ("Mn", "Cf"))
    return shown if all(map(_is_drawn, shown)) else ""


def _pieces(word: str, face: ImageFont.FreeTypeFont, width: float) -> list[str]:
    """A word, in as many pieces as it takes to fit."""
    pieces = [""]
    for letter in word:
        if pieces[-1] and face.getlength(pieces[-1] + letter) > width:
            pieces.append("")
        pieces[-1] += letter
    return pieces


def wrapped(text: str, face: ImageFont.FreeTypeFont, width: float) -> list[str]:
    """The text in lines that are at most so wide."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if face.getlength(longer) <= width:
            lines[-1] = longer
        else:
            lines += _pieces(word, face, width)
    return [line for line in lines if line]


def _cut(lines: list[str], most: int, face: ImageFont.FreeTypeFont, width: float) -> list[str]:
    """The first lines; the last one says when there were more."""
    if len(lines) <= most:
        return lines
    last = lines[most - 1]
    while face.getlength(f"{last}…") > width:
        last = last[:-1]
    return [*lines[: most - 1], f"{last.rstrip(' ,;:-(')}…"]


# The drawing ----------------------------------------------------------------------------------

Line = tuple[str, str]
"""One line of letters and its colour."""


def _title(card: Card) -> list[Line]:
    """The parts of the title with their colours; what stands against what begins with "vs"."""
    names = [drawable(line) for line in card.lines]
    aside = drawable(card.aside)
    if not all(names) or bool(aside) != bool(card.aside):
        return [(card.slug.replace("-", " ").capitalize(), INK)]
    colours = LANES if card.sides == len(names) > 1 else (INK,) * len(names)
    shown = [names[0], *(f"{VS}{name}" for name in names[1:])]
    return [*zip(shown, colours, strict=False), *([(aside, SOFT)] if aside else [])]


def _fitted(parts: list[Line]) -> tuple[int, list[Line]]:
    """The largest size at which the title fits with its words whole, and its lines."""
    for size in TITLE_SIZES:
        face = _face(size)
        lines = [(line, colour) for text, colour in parts
                 for line in wrapped(text, face, RIGHT - LEFT)]  # fmt: skip
        words = {word for text, _ in parts for word in text.split()}
        whole = all(face.getlength(word) <= RIGHT - LEFT for word in words)
        if whole and len(lines) * size * LEADING <= TITLE_BOTTOM - TITLE_TOP:
            return size, lines
    most = int((TITLE_BOTTOM - TITLE_TOP) / (TITLE_SIZES[-1] * LEADING))
    cut = _cut([line for line, _ in lines], most, face, RIGHT - LEFT)
    return size, [(line, colour) for line, (_, colour) in zip(cut, lines, strict=False)]


def _draw_frame(draw: ImageDraw.ImageDraw, card: Card) -> None:
    """Mark and name of the site, the line that a page hangs on, and the lanes at its foot."""
    draw.line((0, 108, WIDTH, 108), fill=INK, width=3)
    draw.ellipse((LINE - 25, 29, LINE + 25, 79), outline=INK, width=6)
    draw.rectangle((LINE - 11, 44, LINE + 11, 64), fill=INK)
    name = drawable(card.site)
    draw.text((LEFT, 54), name, fill=INK, font=_face(34), anchor="lm", stroke_width=0.6)
    draw.line((LINE, 110, LINE, HEIGHT), fill=RULE, width=3)
    lanes = LANES[: card.sides] or (INK,)
    width = WIDTH / len(lanes)
    for number, colour in enumerate(lanes):
        left, right = round(number * width), round((number + 1) * width) - 1
        draw.rectangle((left, HEIGHT - 16, right, HEIGHT), fill=colour)
        if number == 1:  # the second side is drawn double
            draw.rectangle((left, HEIGHT - 11, right, HEIGHT - 6), fill=PAPER)


def _said(card: Card, room: float) -> tuple[int, list[Line]]:
    """The size at which all of the sentence fits below the title, and its lines; else its start."""
    text = drawable(card.sentence[:LONGEST])
    for size in SENTENCE_SIZES:
        face, most = _face(size), int(room / (size * LEADING))
        lines = wrapped(text, face, RIGHT - LEFT)
        if len(lines) <= most:
            break
    return size, [(line, INK) for line in _cut(lines, most, face, RIGHT - LEFT)]


def _draw_lines(draw: ImageDraw.ImageDraw, top: float, size: int, lines: list[Line]) -> float:
    """Letters from `top` down, those of titles bold; where the next may begin."""
    face = _face(size)
    for text, colour in lines:
        bold = size / 60 if size >= TITLE_SIZES[-1] and colour != SOFT else 0
        left = float(LEFT)
        if text.startswith(VS) and bold:  # it belongs to no side
            draw.text((left, top), VS, fill=SOFT, font=face)
            left += face.getlength(VS)
        draw.text((left, top), text.removeprefix(VS), fill=colour, font=face, stroke_width=bold)
        top += size * LEADING
    return top


def draw(card: Card) -> bytes:
    """The card as a PNG of 1200 x 630 in 64 colours."""
    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    on = ImageDraw.Draw(image)
    _draw_frame(on, card)
    _draw_lines(on, 140, 28, [(card.kind, SOFT)])
    size, title = _fitted(_title(card))
    on.ellipse((LINE - 13, TITLE_TOP + size / 2 - 4, LINE + 13, TITLE_TOP + size / 2 + 22), INK)
    top = _draw_lines(on, TITLE_TOP, size, title) + 22
    _draw_lines(on, top, *_said(card, FOOT - 18 - top))
    _draw_lines(on, FOOT, 26, [(drawable(card.edition), SOFT)])
    file = io.BytesIO()
    image.quantize(COLOURS, dither=Image.Dither.NONE).save(file, "PNG", optimize=True)
    return file.getvalue()
