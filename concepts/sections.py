"""The sections of each kind of page, in the order in which a reader meets them.

A section stands on the page, and in its contents, when one of its fields has something to show.
Its template is `concepts/_<name>.html`, its address `#<name>`.
"""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Section:
    """One section: its process-chart symbol (a class of the style sheet), title and short title."""

    name: str
    symbol: str
    title: str
    short: str = ""
    fields: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """What the contents call it."""
        return self.short or self.title

    @property
    def template(self) -> str:
        """The file of its inner markup."""
        return f"concepts/_{self.name}.html"


EXPLAINED = Section("explained", "op", "Explained", fields=("body",))
MISTAKES = Section("mistakes", "in", "Common mistakes", fields=("misconceptions",))
END = (
    Section("check", "in", "Check yourself", fields=("questions",)),
    Section("explain", "op", "Explain it", fields=("explain",)),
    Section("sources", "keep", "Sources", fields=("references",)),
    Section("edition", "keep", "Edition and licence", "Edition, licence"),
)
NEXT = Section("next", "go", "Next", fields=("ways", "mentions"))

SECTIONS: dict[str, tuple[Section, ...]] = {
    "distinction": (
        Section("shared", "op", "What they share", fields=("similarities", "why_confused")),
        Section("table", "op", "Side by side", fields=("rows", "retired_rows", "retired_sides")),
        Section(
            "principle", "op", "The principle behind the rows", "The principle", ("principle",)
        ),
        EXPLAINED,
        Section("scope", "op", "How far each one reaches", "How far each reaches", ("scope",)),
        Section("timeline", "op", "How it came about", fields=("timeline",)),
        Section(
            "practice",
            "go",
            "In practice: the same organization on every side",
            "In practice",
            ("practice",),
        ),
        Section("boundary", "in", "Boundary cases", fields=("boundary_cases",)),
        Section("disagree", "hold", "Where sources disagree", fields=("positions",)),
        MISTAKES,
        Section(
            "claims",
            "in",
            "A popular article, claim by claim",
            "An article, checked",
            ("claims", "claims_note"),
        ),
        Section("relations", "op", "How the terms relate", fields=("related",)),
        *END,
        Section(
            "next",
            "go",
            "Next: the nearest pairs that people confuse",
            "Next",
            ("nearest", "ways", "mentions"),
        ),
    ),
    "concept": (
        EXPLAINED,
        Section("formula", "op", "The formula", fields=("formula",)),
        Section("example", "op", "Worked example", fields=("worked_example",)),
        MISTAKES,
        Section("relations", "op", "How it relates", fields=("phrases",)),
        Section(
            "order",
            "op",
            "Before and after it",
            "Before and after",
            ("prerequisites", "built_on_it"),
        ),
        Section("compared", "go", "Compared with its neighbours", "Compared", ("compared",)),
        Section("seen", "go", "Seen in organizations", fields=("seen",)),
        *END,
        NEXT,
    ),
    "organization": (
        Section(
            "flow",
            "op",
            "What goes in, what happens, what comes out",
            "In, process, out",
            ("transformed", "transforming", "transformation", "steps", "outputs", "customers"),
        ),
        EXPLAINED,
        Section("four-vs", "op", "The four Vs", fields=("four_vs",)),
        Section("objectives", "op", "What it must be best at", "Best at what", ("objectives",)),
        Section("decisions", "op", "Key decisions", fields=("decisions",)),
        Section(
            "illustrates",
            "go",
            "Concepts you can see here",
            "Concepts to see here",
            ("illustrates",),
        ),
        Section("facts", "op", "Facts, each with its source", "Facts", ("facts",)),
        Section("caveats", "hold", "Read with care", fields=("caveats",)),
        Section("compared", "go", "Compared on both sides", "In comparisons", ("compared",)),
        *END,
        NEXT,
    ),
    "guide": (
        EXPLAINED,
        Section("steps", "go", "Step by step", fields=("steps",)),
        Section("members", "op", "Also in this area", fields=("members",)),
        *END,
        NEXT,
    ),
}


def sections(page: dict[str, Any]) -> list[Section]:
    """The sections that this page has something to show in."""
    return [
        section
        for section in SECTIONS[page["kind"]]
        if not section.fields or any(page[name] for name in section.fields)
    ]
