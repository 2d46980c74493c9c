"""Look at the shipped prose: `python tests/prose.py [SLUG ...]` lists what is to be mended.

Without a slug, all pages, and at the end their lengths and how easy they are to read, which are
reported and not enforced. `test_shipped_prose.py` holds that nothing is to be mended.
"""

import os
import re
import statistics
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
CONTENT = ROOT / "concepts" / "content"

if __name__ == "__main__":  # so that models can be imported
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pomsite.settings")
    import django

    django.setup()

from sums import wrong_sums  # noqa: E402

from concepts import content_files, rendering, texts  # noqa: E402
from concepts.documents import Concept, Distinction, Guide, Organization  # noqa: E402
from concepts.questions import parse_question  # noqa: E402

SHARED_AT_MOST = 12
"""Words of a sentence that two pages may share."""

AMERICAN = (
    "analog analyze analyzed analyzes analyzing artifact behavior behaviors center"
    " centers color colors defense favor favored favorite fiber fulfill fulfills gray honor"
    " humor inquiry jewelry judgment labor leveled leveling license's liter maneuver"
    " modeled modeling neighbor neighbors neighborhood odor offense plow program's rumor"
    " skillful theater traveled traveler traveling whiskey"
)
"""American forms; the pages are written in British English with -ize."""

SPELLED = re.compile(
    rf"\b(?:{'|'.join(AMERICAN.split())}|(?:organ|real|recogn|minim|maxim|optim|util|standard"
    r"|emphas|summar|special|general|character|critic|central|custom|mechan)is(?:e|ed|es|ing"
    r"|ation|ations))\b",
    re.IGNORECASE,
)

FILLER = re.compile(
    r"today's (?:fast|world|compet|dynamic)|fast-paced|ever-changing|plays? an? (?:vital|crucial"
    r"|key|important) role|it is important to note|in conclusion|delve|leverag|cutting-edge"
    r"|in the realm of|at the end of the day|game.chang|seamless|holistic|world-class|a testament"
    r"|unlock|when it comes to|not only .{1,80} but also",
    re.IGNORECASE,
)
"""Phrases that say nothing."""

Found = Iterator[str]


@cache
def pages() -> tuple[Any, ...]:
    """Return the shipped pages."""
    documents = (file.document for file in content_files.read_folder(CONTENT))
    return tuple(page for page in documents if type(page) in KINDS)


def words(text: str) -> list[str]:
    """Return the words of a Markdown text as readers see them."""
    return re.findall(r"[^\W_]+(?:['’.,-][^\W_]+)*", rendering.plain(text))


def sentences(text: str) -> list[str]:
    """Return the sentences of a Markdown text, without marks and citations."""
    return [part for part in re.split(r"(?<=[.!?:;])\s+", rendering.plain(text)) if part]


def within(name: str, text: str, least: int, most: int) -> Found:
    """Complain of a text that is shorter or longer."""
    count = len(words(text))
    if not least <= count <= most:
        yield f"{name} has {count} words, not {least} to {most}"


def cites(text: str) -> bool:
    """Tell whether the text cites anything."""
    return bool(rendering.citations_in(text))


# What each kind of page needs ---------------------------------------------------------------


def _concept(page: Concept) -> Found:
    yield from within("The body", page.body, 250, 700)
    linked = [link.key for link in rendering.links_in(page.body)]
    if len({key for key in linked if key.startswith("concept:")}) < 2:
        yield "The body links to fewer than two concepts"
    if not cites(page.body) and not cites(page.summary):
        yield "Nothing is cited"


def _distinction(page: Distinction) -> Found:
    yield from within("The body", page.body, 120, 900 if page.claims else 400)
    sides = {side.key for side in page.sides}
    for pair in page.practice:
        if {text.side for text in pair.texts if text.text} != sides:
            yield f"In practice: {pair.organization} lacks a side"
    counts = (
        ("organizations in practice", {pair.organization for pair in page.practice}, 3, 6),
        ("similarities", page.similarities, 2, 4),
        ("boundary cases", page.boundary_cases, 2, 6),
        ("misconceptions", page.misconceptions, 2, 6),
        ("questions", page.questions, 4, 6),
    )
    for name, found, least, most in counts:
        if not least <= len(found) <= most:
            yield f"{len(found)} {name}, not {least} to {most}"
    for name in ("principle", "explain", "scope"):
        if not getattr(page, name):
            yield f"No {name}"


def _organization(page: Organization) -> Found:
    yield from within("The body", page.body, 250, 500)


def _guide(page: Guide) -> Found:
    paragraphs = [part for part in page.body.split("\n\n") if part.strip()]
    if page.type == "area" and len(paragraphs) != 2:
        yield f"The body has {len(paragraphs)} paragraphs, not two"
    if page.type == "path":
        for step in page.steps:
            if not step.note:
                yield f"{step.page} has no note"


KINDS: dict[type, Callable[[Any], Found]] = {
    Concept: _concept,
    Distinction: _distinction,
    Organization: _organization,
    Guide: _guide,
}


# What every page needs ----------------------------------------------------------------------


def _options(page: Any) -> Found:
    for question in page.questions:
        for option in parse_question(question.text).options:
            if not option.reason:
                yield f"Question {question.key}: “{option.text}” has no reason"


def _corrections(page: Any) -> Found:
    for item in getattr(page, "misconceptions", []):
        if not cites(item.correction):
            yield f"Misconception {item.key}: the correction cites nothing"


def _positions(page: Any) -> Found:
    for item in getattr(page, "positions", []):
        if not cites(item.text):
            yield f"Position {item.name}: nothing is cited"
    for event in getattr(page, "timeline", []):
        if not cites(event.text):
            yield f"Timeline {event.year}: nothing is cited"


def _links(page: Any) -> Found:
    """Complain of a concept that is linked twice in one text, and of links to the page itself."""
    linked = [link.key for link in rendering.links_in(page.body)]
    yield from (f"The body links to {key} twice" for key in {*linked} if linked.count(key) > 1)
    if f"{page.kind}:{page.slug}" in linked:
        yield "The body links to its own page"


def _wording(page: Any) -> Found:
    for place, text in texts.texts(page):
        if place.startswith("claim-"):  # it quotes
            continue
        plain = rendering.plain(text)
        for found in [*SPELLED.findall(plain), *FILLER.findall(plain)]:
            yield f"{place}: “{found}”"


def _sums(page: Any) -> Found:
    for place, text in texts.texts(page):
        yield from (f"{place}: {wrong} is wrong" for wrong in wrong_sums(rendering.plain(text)))


def problems(page: Any) -> list[str]:
    """Return what is to be mended on one page."""
    rules: Iterable[Callable[[Any], Found]] = (
        KINDS[type(page)],
        _options,
        _corrections,
        _positions,
        _links,
        _wording,
        _sums,
    )
    return [found for rule in rules for found in rule(page)]


def shared(among: Iterable[Any] = ()) -> dict[str, set[str]]:
    """Return every long sentence that stands on more than one page, with the pages."""
    found: dict[str, set[str]] = defaultdict(set)
    for page in among or pages():
        for place, text in texts.texts(page):
            if place.startswith("claim-") and place.endswith("quote"):
                continue
            for sentence in sentences(text):
                if len(words(sentence)) > SHARED_AT_MOST:
                    found[" ".join(words(sentence)).casefold()].add(f"{page.kind}:{page.slug}")
    return {sentence: where for sentence, where in found.items() if len(where) > 1}


# The report ---------------------------------------------------------------------------------


def syllables(word: str) -> int:
    """Return about how many syllables a word has: its groups of vowels, a silent e left out."""
    groups = re.findall(r"[aeiouy]+", re.sub(r"(?<=[^aeiouyl])e$", "", word.casefold()))
    return max(1, len(groups))


def reading_ease(text: str) -> float:
    """Return Flesch's reading ease (1948): 100 is very easy, 30 very hard."""
    found = words(text)
    per_sentence = len(found) / max(1, len(sentences(text)))
    return 206.835 - 1.015 * per_sentence - 84.6 * statistics.mean(map(syllables, found))


def write(line: str) -> None:
    """Print a line."""
    sys.stdout.write(f"{line}\n")


def report() -> None:
    """Print length and reading ease of each page's body, and the medians."""
    rows = [(reading_ease(page.body), len(words(page.body)), page) for page in pages() if page.body]
    for ease, length, page in sorted(rows, key=lambda row: row[0]):
        write(f"{ease:6.1f} {length:5} words  {page.kind}:{page.slug}")
    ease = statistics.median(row[0] for row in rows)
    length = statistics.median(row[1] for row in rows)
    write(f"Median of {len(rows)} bodies: reading ease {ease:.0f}, {length:.0f} words")


def main(slugs: list[str]) -> None:
    """Print what is to be mended on these pages (all, when none is named)."""
    chosen = [page for page in pages() if not slugs or page.slug in slugs]
    names = {f"{page.kind}:{page.slug}" for page in chosen}
    for page in chosen:
        for problem in problems(page):
            write(f"{page.kind}:{page.slug}: {problem}")
    for sentence, where in shared().items():
        if where & names:
            write(f"{', '.join(sorted(where))}: share “{sentence}”")
    if not slugs:
        report()


if __name__ == "__main__":
    main(sys.argv[1:])
