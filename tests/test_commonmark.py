"""Every example of the CommonMark specification without raw HTML, through the whole pipeline.

The examples are those of version 0.31 (https://spec.commonmark.org, CC BY-SA 4.0). What differs is
meant, and listed by the number of the example: each list says how the expected HTML is changed.
"""

import json
import re
from pathlib import Path
from typing import Any

import html5lib
import pytest
from markdown_it import MarkdownIt

from concepts.rendering import render

FOLDER = Path(__file__).parent / "data"
EXAMPLES = json.loads((FOLDER / "commonmark-0.31.json").read_text(encoding="utf-8"))
BLOCKS = {"blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "ul"}

# Images from other places than /media/ are shown as their words.
FOREIGN_IMAGES = {517, 520, 531, *range(572, 590), 591}
# Links to other sites carry rel="noopener".
OTHER_SITES = {20, 346, 480, 481, 501, 526, 538, 594, 595, 600, 603}
# Only http, https, mailto and relative addresses are linked; what names another scheme, or could
# be taken for one (500), is shown as its words.
OTHER_SCHEMES = {500, 596, 598, 599, 601}


def holds_raw_html(markdown: str) -> bool:
    tokens = MarkdownIt("commonmark").parse(markdown)
    inner = [child for token in tokens for child in token.children or ()]
    return any(token.type in ("html_block", "html_inline") for token in [*tokens, *inner])


def ours(number: int, html: str) -> str:
    """What we show where the specification shows this HTML."""
    if number in FOREIGN_IMAGES:
        return re.sub(r'<img src="[^"]*" alt="([^"]*)"[^>]*>', r"\1", html)
    if number in OTHER_SITES:
        return re.sub(r'<a href="http[^"]*"', r'\g<0> rel="noopener"', html)
    if number in OTHER_SCHEMES:
        return re.sub(r"</?a\b[^>]*>", "", html)
    return html


def canonical(html: str) -> list[Any]:
    """Return the tree of a fragment without the white space that no browser shows."""
    return content(html5lib.parseFragment(html, namespaceHTMLElements=False))


def content(element: Any) -> list[Any]:
    if element.tag == "pre":
        return [html5lib.serialize(element)]
    parts: list[Any] = [visible(element.text)]
    for child in element:
        parts.append((child.tag, sorted(child.attrib.items()), content(child)))
        parts.append(visible(child.tail))
    edges = [i for i, part in enumerate(parts) if isinstance(part, tuple) and part[0] in BLOCKS]
    beside = {0, len(parts) - 1} if element.tag in (*BLOCKS, "DOCUMENT_FRAGMENT") else set()
    beside |= {near for i in edges for near in (i - 1, i + 1)}
    return [part for i, part in enumerate(parts) if part and not (i in beside and part == " ")]


def visible(text: str | None) -> str:
    return re.sub(r"[ \t\n]+", " ", text or "")


WITHOUT_HTML = {
    example["example"]: example for example in EXAMPLES if not holds_raw_html(example["markdown"])
}


@pytest.mark.parametrize("number", WITHOUT_HTML)
def test_an_example_is_shown_as_the_specification_says(number: int) -> None:
    example = WITHOUT_HTML[number]
    shown = render(example["markdown"], level=1)
    assert canonical(shown) == canonical(ours(number, example["html"]))


@pytest.mark.parametrize("number", sorted(FOREIGN_IMAGES | OTHER_SITES | OTHER_SCHEMES))
def test_a_listed_example_differs_indeed(number: int) -> None:
    example = WITHOUT_HTML[number]
    assert canonical(render(example["markdown"], level=1)) != canonical(example["html"])


def test_all_examples_without_raw_html_are_tried() -> None:
    assert (len(EXAMPLES), len(WITHOUT_HTML)) == (652, 580)
