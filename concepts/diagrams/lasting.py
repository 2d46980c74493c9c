"""What links lead to as a page gets new editions: one follows, one stays."""

from concepts.diagrams.drawing import Mark, Picture, arrow, box, picture, text

BOX, GAP, TALL = 112.0, 32.0, 56.0
TOP = 62.0
NUMBERS = (1, 2, 3)

LABEL = (
    "Editions 1, 2 and 3 of a page follow each other. The link to the page leads to edition 3, "
    "the newest. The permanent link to edition 1 still leads to edition 1."
)


def lasting() -> Picture:
    """Three editions of a page, the link to the page above them and a permanent link below."""
    first, *_, last = (number * (BOX + GAP) for number in range(len(NUMBERS)))
    marks: list[Mark] = []
    for place, number in enumerate(NUMBERS):
        marks += _edition(place * (BOX + GAP), number, newest=number == NUMBERS[-1])
    follows, stays = last + BOX / 2, first + BOX / 2
    under = TOP + TALL
    marks += [
        text(last + BOX, 14, "The link to the page", "t B e"),
        text(last + BOX, 32, "follows the newest edition", "B e"),
        *arrow((follows, 40), (follows, TOP - 4), "Bs f"),
        *arrow((stays, under + 30), (stays, under + 4), "As f"),
        text(first, under + 46, "A permanent link", "t A"),
        text(first, under + 64, "stays at its edition, also to a row or a cell", "A"),
    ]
    return picture("Two kinds of links", LABEL, under + 70, marks)


def _edition(x: float, number: int, *, newest: bool) -> list[Mark]:
    middle = x + BOX / 2
    told = "newest" if newest else "as it was"
    marks = [
        box(x, TOP, BOX, TALL, "S Is f" if newest else "S Ls"),
        text(middle, TOP + 24, f"Edition {number}", "t mid"),
        text(middle, TOP + 44, told, "u m mid"),
    ]
    if not newest:
        marks += arrow((x + BOX + 5, TOP + TALL / 2), (x + BOX + GAP - 5, TOP + TALL / 2), "Ls")
    return marks
