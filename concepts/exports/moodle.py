"""Questions as Moodle XML."""

from collections.abc import Iterator, Sequence

from concepts.exports.markup import cdata, document, element, words
from concepts.exports.questions import Item, Source, by_source, fractions


def moodle_xml(items: Sequence[Item]) -> bytes:
    """The questions, each with its key as its ID number, in a category for each page."""
    return document(element("quiz", *_parts(items)))


def _parts(items: Sequence[Item]) -> Iterator[str]:
    for source, asked in by_source(items).items():
        yield element("question", element("category", words("text", category(source))), **CATEGORY)
        yield from map(_question, asked)


CATEGORY = {"type": "category"}


def category(source: Source) -> str:
    """The path of a page's category, in which a slash of a name is written twice."""
    names = (name.replace("/", "//") for name in (source.site, source.title))
    return "/".join(["$course$", "top", *names])


def _html(name: str, html: str, *beside: str, **attributes: str) -> str:
    text = f"<text>{cdata(html)}</text>" if html else "<text></text>"
    return element(name, text, *beside, format="html", **attributes)


def _question(item: Item) -> str:
    answers = (
        _html(
            "answer",
            option.text.html,
            _html("feedback", option.reason.html),
            fraction=fraction,
        )
        for option, fraction in zip(item.options, fractions(item), strict=True)
    )
    return element(
        "question",
        element("name", words("text", item.title)),
        _html("questiontext", item.stem.html),
        _html("generalfeedback", item.source.credit),
        words("defaultgrade", "1"),
        words("penalty", "0.3333333"),
        words("hidden", "0"),
        words("idnumber", item.key),
        words("single", "false" if item.several else "true"),
        words("shuffleanswers", "true"),
        words("answernumbering", "abc"),
        *answers,
        type="multichoice",
    )
