"""LaTeX as bibliographies use it, as plain text. Pure.

Accents, letters and signs become characters; of every other command its content stays. A pass or
two of regular expressions, since a reader of real LaTeX takes seconds for a hostile text and drops
what follows a percent sign.
"""

import re
import unicodedata
from typing import Final

_ACCENTS: Final = {
    "`": "\u0300", "'": "\u0301", "^": "\u0302", "~": "\u0303", "=": "\u0304", "u": "\u0306",
    ".": "\u0307", '"': "\u0308", "r": "\u030a", "H": "\u030b", "v": "\u030c", "d": "\u0323",
    "c": "\u0327", "k": "\u0328", "b": "\u0331",
}  # fmt: skip
_LETTERS: Final = {
    "ss": "ß", "o": "ø", "O": "Ø", "l": "ł", "L": "Ł", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ",
    "aa": "å", "AA": "Å", "dh": "ð", "DH": "Ð", "dj": "đ", "DJ": "Đ", "th": "þ", "TH": "Þ",
    "i": "ı", "j": "ȷ", "S": "§", "P": "¶", "copyright": "©", "pounds": "£", "euro": "€",
    "texteuro": "€", "ldots": "…", "dots": "…", "textellipsis": "…", "textendash": "–",
    "textemdash": "—", "textquoteleft": "‘", "textquoteright": "’", "textquotedblleft": "“",
    "textquotedblright": "”", "textquotesingle": "'", "textregistered": "®", "texttrademark": "™",
    "textbackslash": "\\", "textasciicircum": "^", "textunderscore": "_",
    "textbar": "|", "textless": "<", "textgreater": ">", "textdegree": "°", "degree": "°",
    "LaTeX": "LaTeX", "TeX": "TeX", "times": "×", "cdot": "·", "pm": "±", "leq": "≤", "geq": "≥",
    "rightarrow": "→", "infty": "∞", "sum": "∑",
}  # fmt: skip
_GREEK = "alpha beta gamma delta epsilon zeta eta theta iota kappa mu nu xi pi rho sigma tau"
_GREEK += " upsilon phi chi psi omega lambda"


def _greek() -> dict[str, str]:
    names = {name: "lamda" if name == "lambda" else name for name in _GREEK.split()}
    small = {n: unicodedata.lookup(f"GREEK SMALL LETTER {u}") for n, u in names.items()}
    large = {n.title(): unicodedata.lookup(f"GREEK CAPITAL LETTER {u}") for n, u in names.items()}
    return small | large


_KEPT: Final = {"{": "\ue000", "}": "\ue001", "$": "\ue002", " ": "\ue003", "~": "\ue004"}
"""What stands for a sign that was escaped until the others are gone (for private use only)."""
_NAMED_SIGNS: Final = {
    "textbraceleft": _KEPT["{"],
    "textbraceright": _KEPT["}"],
    "textdollar": _KEPT["$"],
    "textasciitilde": _KEPT["~"],
}
_COMMANDS: Final = {**_LETTERS, **_greek(), **_NAMED_SIGNS}

# An accent stands before its letter, or before braces around it; a letter that is a command is one.
_BASE = r"\s*(?:\{\s*(\\[ij](?![A-Za-z])|[^\W\d_])?\s*\}|(\\[ij](?![A-Za-z])|[^\W\d_]))"
_ACCENT = re.compile(rf"\\(?:([`'^~=.\"])|([uvHckdbr])(?![A-Za-z])){_BASE}")
_ADDRESS = re.compile(r"\\(?:url|href)\s*\{([^{}]*)\}")
_COMMAND = re.compile(r"\\([A-Za-z]+)\*?[ \t]*(\{\})?")
_SIGN = re.compile(r"\\([&%#_$ {}/,-])")


def text(value: str) -> str:
    """The value as text in one line."""
    if re.search(r"[\\{}$~`'-]", value):
        value = _ACCENT.sub(_accented, _ADDRESS.sub(r"\1", value))
        value = _COMMAND.sub(_command, _SIGN.sub(_sign, value))
        # Before the braces go: they part what would else be one dash or quotation mark.
        value = value.replace("---", "—").replace("--", "–").replace("``", "“").replace("''", "”")
        value = re.sub(r"[{}$]", "", value.replace("~", " "))
        for sign, stand_in in _KEPT.items():
            value = value.replace(stand_in, sign)
    return " ".join(unicodedata.normalize("NFC", value).split())


def _accented(found: re.Match[str]) -> str:
    base = found[3] or found[4] or ""
    return f"{base.removeprefix(chr(92))}{_ACCENTS[found[1] or found[2]]}" if base else ""


def _command(found: re.Match[str]) -> str:
    return _COMMANDS.get(found[1], "")


def _sign(found: re.Match[str]) -> str:
    return {"/": "", ",": _KEPT[" "], "-": "", **_KEPT}.get(found[1], found[1])


def verbatim(value: str) -> str:
    """An address or a number: it only loses `\\url{}`, braces, and the backslash before signs."""
    value = _SIGN.sub(_sign, _ADDRESS.sub(r"\1", value))
    value = re.sub(r"[{}]", "", value)
    for sign, stand_in in _KEPT.items():
        value = value.replace(stand_in, sign)
    return value.strip()
