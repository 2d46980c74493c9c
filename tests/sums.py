"""Find the sums that a text works out, and tell which of them are wrong.

A sum is what stands around `=`, as in `27,000 s / 450 units = 60 s` or `210/60 = 3.5`. Units,
thousands' commas and typographic signs are understood; a result may be rounded as it is written.
"""

import math
import re
from collections.abc import Iterator
from itertools import pairwise

NUMBER = r"\d+(?:,\d{3})*(?:\.\d+)?"
WORD = r"\s(?!x\s)[a-z]+"
MORE = r"\s(?!x\s|and\s|or\s|is\s|to\s|of\s)[a-z]+"
UNIT = rf"(?:\s?%|{WORD}(?:{MORE}){{0,2}}(?=\s*[-+*/×÷−x=^)]))?"
TERM = rf"(?:sqrt)?\(*\s*-?\s*{NUMBER}{UNIT}\)*(?:\s?\^\s?[\d.]+)?\)*"
SIGN = r"\s*(?:[-+*/×÷−]|x(?=[\s(]))\s*"
SUM = re.compile(
    rf"(?<![\w.,]){TERM}(?:{SIGN}{TERM})*(?:\s*=\s*(?:about\s)?{TERM}(?:{SIGN}{TERM})*)+"
)


def _value(side: str) -> float:
    """Return what one side of a sum comes to."""
    text = re.sub(r"(?<=\d),(?=\d{3})", "", side).replace("about", "")
    text = re.sub(r"\s?%", "/100", text)
    text = text.replace("×", "*").replace("÷", "/").replace("−", "-").replace("^", "**")
    text = re.sub(r"(?<![a-z])x(?![a-z])", "*", text)
    text = re.sub(r"(?!sqrt)\b[a-z]+\b", "", text)
    if not re.fullmatch(r"(?:sqrt|[\d.\s+*/()-])+", text):
        raise ValueError(f"This is not arithmetic: {side}")
    # Nothing but figures, signs, brackets and sqrt is left.
    return float(eval(text, {"__builtins__": {}}, {"sqrt": math.sqrt}))


def _tolerance(side: str) -> float:
    """Return by how much the side may be off, being written to so many places."""
    figures = re.findall(NUMBER, side)
    if len(figures) != 1:
        return 1e-9
    places = len(figures[0].partition(".")[2])
    return 0.5 * 10**-places / (100 if "%" in side else 1) + 1e-9


SIXTIES = (1, 60, 3600, 1 / 60, 1 / 3600)
"""What is worked out in hours may be told in minutes or seconds."""

GOES_BEFORE = re.compile(r"[-+*/×÷−±]\s*(?:\w+\s+){0,4}$")
"""A sum that begins in the middle of another, between words: `labour 960 + other 240 = 1,200`."""


def _agree(left: str, right: str) -> bool:
    """Tell whether two sides of a sum are equal, as far as they are written."""
    off = max(_tolerance(left), _tolerance(right))
    found, told = _value(left), _value(right)
    return any(abs(found * factor - told) <= off for factor in SIXTIES)


def _balanced(side: str) -> str:
    """Return the side without a bracket that the words around it opened or close."""
    spare = side.count(")") - side.count("(")
    return side[: len(side) - spare] if spare > 0 else side[-spare:]


def sums(text: str) -> Iterator[tuple[str, str]]:
    """Yield the two sides of each sum in a plain text."""
    for found in SUM.finditer(text):
        if GOES_BEFORE.search(text[: found.start()]):
            continue
        sides = [_balanced(side.strip()) for side in found[0].split("=")]
        for left, right in pairwise(sides):
            if len(re.findall(NUMBER, left)) > 1:
                yield left, right


def wrong_sums(text: str) -> list[str]:
    """Return the sums in a plain text whose two sides differ."""
    return [f"{left} = {right}" for left, right in sums(text) if not _agree(left, right)]
