"""No text stops a process: whatever reads what strangers or editors send stays within two seconds.

Markdown has its own tests (`test_hostile_markdown.py`). A time of the processor is asserted, since
it is what is promised; a pattern that grows with the square of its text takes many times as long.
A third of the texts is tried, with FAULTS=full all.
"""

import logging
import os
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime

import pytest

from concepts import choosing, days, embedding, references, syllabus
from concepts.admin import packing
from concepts.comparison import words as compared
from concepts.questions import parse_question
from concepts.references import names
from concepts.search import words
from concepts.syllabus import Address
from concepts.views.memento import FULL_ADDRESS
from concepts.yaml_text import read as read_yaml
from pomsite.logs import Line, OfRequest, without_secrets
from pomsite.middleware import PAST, coding_of
from pomsite.wsgi import CHARSET

SITE = "https://pom.example.edu"
NOW = datetime(2040, 1, 1, tzinfo=UTC)
UNITS = (
    *(
        " ",
        "a",
        "-",
        "a-",
        "a--",
        "(",
        "[",
        "{",
        "{}",
        "<",
        "|",
        ";",
        ", ",
        "\n",
        "\t ",
        ".",
        "0",
        "'",
    ),
    *(
        "/",
        "//",
        "/a?",
        "\\",
        "\\'",
        "@",
        "@a{",
        "@article{a,",
        "a@",
        "%",
        "%25",
        "=\r\n",
        "&",
        "&amp;",
    ),
    *(
        "&#",
        "#row-",
        '"',
        '" ',
        "“",
        "‘",
        "’a",
        "x.",
        "x'",
        "e\u0301",
        "- [ ] ",
        "- [x] a\n",
        "- ",
        "? ",
    ),
    *(
        f"{SITE}/",
        f"{SITE}/concepts/a",
        "/concepts/a-",
        "/concepts/a/editions/1",
        "concept:a!",
        "://",
    ),
    *(
        "TY  - ",
        "TY  - BOOK\nER  - \n",
        "br,",
        "br;q=",
        ";charset=",
        "&i=a",
        "a: b\n",
        "a: ",
        "- - ",
        "ed ",
    ),
    *(
        "and ",
        "{a",
        "\\url{",
        "$",
        "<wbr>",
        "\u00ad",
        "?u=https://a/",
        "[a](",
        "<p>",
        "http:/",
        "on/",
    ),
)
TRIED = UNITS if os.environ.get("FAULTS") == "full" else UNITS[::3]
READERS: dict[str, tuple[int, Callable[[str], object]]] = {
    # How many characters get there at most, and what reads them
    "an item of a list": (60_000, lambda text: choosing.understood([text, f"concept:{text}"])),
    "an address for a list": (60_000, choosing.in_address),
    "an address for a list, after its host": (60_000, lambda t: choosing.in_address(f"{SITE}/{t}")),
    "a title of a list": (60_000, choosing.title),
    "a syllabus": (100_000, lambda text: syllabus.find(text, SITE)),
    "a link of a syllabus": (100_000, lambda text: syllabus.find(f"{SITE}/{text}", SITE)),
    "a target": (60_000, lambda t: syllabus.targets(Address(f"/concepts/{t}", f"i={t}", t))),
    "a query": (60_000, words.parsed),
    "a day": (60_000, lambda text: days.read(text, NOW)),
    "a row of a frame": (60_000, lambda t: embedding.asked([t], [t], [t])),
    "an anchor": (60_000, lambda text: embedding.at_anchor(f"row-{text}", None)),
    "an address of a TimeGate": (60_000, lambda text: FULL_ADDRESS.fullmatch(f"http:/{text}")),
    "a past day": (60_000, lambda text: PAST.fullmatch(f"/on/{text}")),
    "codings": (60_000, coding_of.__wrapped__),
    "a charset": (60_000, lambda text: CHARSET.sub("", text)),
    "a line of the log": (60_000, without_secrets),
    "references": (100_000, references.read),
    "a reference": (
        100_000,
        lambda t: references.read(f"@book{{a, title={{{t}}}, edition={{{t}}}}}"),
    ),
    "a reference in RIS": (
        100_000,
        lambda t: references.read(f"TY  - BOOK\nET  - {t}\nTI  - {t}\n"),
    ),
    "names": (60_000, names.read),
    "a question": (60_000, parse_question),
    "front matter": (60_000, read_yaml),
    "a file that came alone": (60_000, lambda t: packing._placed("a.md", t.encode())),
    "words to compare": (60_000, lambda text: compared(text[::-1], text)),
}
"""Whatever reads a text by patterns."""


def slowest(read: Callable[[str], object], texts: list[str]) -> tuple[float, str]:
    """The seconds of the processor that the worst text took, and how it begins."""
    worst = (0.0, "")
    for text in texts:
        begun = time.process_time()
        with suppress(
            ValueError, packing.PackingError, LookupError, embedding.NoPart, days.NoDay
        ):  # a refusal is right, too
            read(text)
        worst = max(worst, (time.process_time() - begun, text[:30]))
    return worst


@pytest.mark.parametrize("reader", READERS)
def test_no_text_takes_two_seconds_to_read(reader: str) -> None:
    length, read = READERS[reader]
    took, text = slowest(read, [(unit * length)[:length] + "!" for unit in TRIED])
    assert took < 2, text


def test_a_line_of_the_log_is_not_as_long_as_what_was_sent() -> None:
    told = {"msg": "%s: %s", "args": ("Not Found", "/" + "a" * 50_000), "name": "django.request"}
    record = logging.makeLogRecord(told)
    assert OfRequest().filter(record)
    assert len(Line().format(record)) < 2_200
