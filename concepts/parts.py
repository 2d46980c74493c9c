"""The parts that documents are made of: text types, and the items of lists.

Pure: no database. Fields that hold Markdown are marked, so that `texts.py` finds them.
"""

import re
from datetime import date
from typing import Annotated, ClassVar, Literal, Self, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    JsonValue,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)

from concepts.questions import parse_question
from concepts.rendering import normalized

KEY_PATTERN = r"^[a-z0-9]+(-[a-z0-9]+)*$"
KEY_LENGTH = 80
PAGE_PATTERN = r"^(concept|distinction|organization|guide):[a-z0-9-]+$"
DOI_PATTERN = r"^(10\.\d{4,9}/\S+)?$"
URL_PATTERN = r"^(https?://\S+)?$"


def _line(value: str) -> str:
    value = normalized(value).strip()
    if "\n" in value:
        raise ValueError("must be one line of text")
    return value


def _is_day(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _day(value: str) -> str:
    if value and not _is_day(value):
        raise ValueError("must be a day such as 2026-11-25")
    return value


def _partial_day(value: str) -> str:
    is_date = re.fullmatch(r"\d{4}(-\d\d){0,2}", value) and _is_day((value + "-01-01")[:10])
    if value and not is_date:
        raise ValueError("must be a year, month or day such as 1913, 2024-02 or 2024-02-01")
    return value


def _decimal(value: str) -> str:
    if not re.fullmatch(r"-?\d+(\.\d+)?", value):
        raise ValueError("must be a number such as 12 or 0.5, written as text")
    return value


MARKDOWN = "markdown"
"""Marks the fields whose text is Markdown; `texts` finds them by it."""


def is_key(text: str) -> bool:
    """Whether it can be the key of anything, such as the slug of a page."""
    return len(text) <= KEY_LENGTH and bool(re.fullmatch(KEY_PATTERN, text))


Key = Annotated[str, StringConstraints(pattern=KEY_PATTERN, max_length=KEY_LENGTH)]
Line = Annotated[str, AfterValidator(_line), StringConstraints(max_length=500)]
Phrase = Annotated[Line, StringConstraints(max_length=100)]
Short = Annotated[Line, StringConstraints(max_length=50)]
Title = Annotated[Line, StringConstraints(min_length=1, max_length=200)]
Markdown = Annotated[
    str,
    AfterValidator(normalized),
    WithJsonSchema({"type": "string", "contentMediaType": "text/markdown"}),
    MARKDOWN,
]
Day = Annotated[
    str,
    AfterValidator(_day),
    WithJsonSchema({"type": "string", "pattern": r"^([0-9]{4}-[0-9]{2}-[0-9]{2})?$"}),
]
PartialDay = Annotated[str, AfterValidator(_partial_day)]
Decimal = Annotated[
    str,
    AfterValidator(_decimal),
    WithJsonSchema({"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$"}),
]
Kind = Literal["concept", "distinction", "organization", "guide"]
PageReference = Annotated[str, StringConstraints(pattern=PAGE_PATTERN)]
RelationType = Literal[
    "is-part-of",
    "is-kind-of",
    "contrasts-with",
    "depends-on",
    "uses",
    "constrains",
    "is-measured-by",
    "is-improved-by",
    "leads-to",
]
Verdict = Literal["supported", "imprecise", "contested", "contradictory", "unsupported", "garbage"]
Level = Literal["", "low", "medium", "high"]
Objective = Literal["quality", "speed", "dependability", "flexibility", "cost"]

KINDS: tuple[str, ...] = get_args(Kind)
RELATION_TYPES: tuple[str, ...] = get_args(RelationType)
VERDICTS: tuple[str, ...] = get_args(Verdict)


class Model(BaseModel):
    """Strict and closed: no unknown field, no silent conversion, no change after it is made."""

    model_config = ConfigDict(
        extra="forbid", strict=True, frozen=True, validate_by_name=True, validate_by_alias=True
    )

    identity: ClassVar[str] = ""
    """The field that names an item among its siblings ("" = its place in the list does)."""
    anchor: ClassVar[str] = ""
    """What the address of an item begins with: a row's is `row-<key>` (see `texts.py`)."""


def require_unique(values: list[str], what: str) -> None:
    """Raise ValueError when one of the values stands there twice."""
    twice = sorted({value for value in values if values.count(value) > 1})
    if twice:
        raise ValueError(f"{what} must be different, but {', '.join(twice)} stands there twice")


# Parts ------------------------------------------------------------------------------------


class Name(Model):
    """A person (family, given) or a body (literal), as CSL writes them."""

    family: Line = ""
    given: Line = ""
    literal: Line = ""

    @model_validator(mode="after")
    def _person_or_body(self) -> Self:
        if bool(self.family) == bool(self.literal):
            raise ValueError("a name needs either 'family' (and 'given') or 'literal'")
        return self


class Question(Model):
    """A question as a Markdown task list; each option carries its reason."""

    identity = "key"
    anchor = "question"
    key: Key
    text: Markdown
    row: Key | Literal[""] = ""

    @model_validator(mode="after")
    def _has_a_right_option(self) -> Self:
        parse_question(self.text)
        return self


class Misconception(Model):
    """What people get wrong (`claim`) and what holds."""

    identity = "key"
    anchor = "misconception"
    key: Key
    claim: Markdown
    correction: Markdown = ""


class Relation(Model):
    """How this concept stands to another one."""

    type: RelationType
    concept: Key
    note: Markdown = ""


class Variable(Model):
    """One symbol of a formula."""

    symbol: Line
    meaning: Markdown = ""
    unit: Line = ""


class Constant(Model):
    """A number that a curve is drawn with."""

    symbol: Line
    value: Decimal


class Curve(Model):
    """What a picture of the formula needs: its shape, its constants and the range of x."""

    shape: Literal[
        "economic-order-quantity", "queue-length", "learning-curve", "control-chart", "break-even"
    ]
    constants: list[Constant] = []
    low: Decimal
    high: Decimal


class Formula(Model):
    """A formula in one line, its variables, and what its picture needs."""

    text: Line
    variables: list[Variable] = []
    note: Markdown = ""
    curve: Curve | None = None


class WorkedExample(Model):
    """`check` is an arithmetic expression that must be true; `illustration` = invented numbers."""

    text: Markdown
    check: Line = ""
    illustration: bool = True


class Side(Model):
    """One of the concepts compared; cells are addressed by its key."""

    identity = "key"
    key: Key
    concept: Key


class Cell(Model):
    """What one side says of one dimension. Sources stand in the text as citation marks."""

    identity = "side"
    side: Key
    text: Markdown
    illustration: bool = False


class Row(Model):
    """One dimension of a comparison with one cell for each side."""

    identity = "key"
    anchor = "row"
    key: Key
    dimension: Key
    cells: list[Cell]


class ScopeArea(Model):
    """The words that stand in the area of one side."""

    identity = "side"
    side: Key
    words: list[Line] = []


class Scope(Model):
    """The scope picture: which side lies inside, overlaps or stands apart, in a few words each."""

    shape: Literal["inside", "overlapping", "apart"]
    outer: Key | Literal[""] = ""
    areas: list[ScopeArea] = []
    shared: list[Line] = []
    caption: Markdown = ""


class Event(Model):
    """One year of a history."""

    year: Line
    text: Markdown


class SideText(Model):
    """A text that belongs to one side."""

    identity = "side"
    side: Key
    text: Markdown


class Practice(Model):
    """The same organization on every side: the matched pair."""

    identity = "organization"
    organization: Key
    texts: list[SideText] = []


class BoundaryCase(Model):
    """A case that is both, neither, or depends."""

    case: Literal["both", "neither", "depends"]
    text: Markdown


class Position(Model):
    """Who holds what, where sources disagree; `sign` names the small drawing beside it."""

    name: Line = ""
    text: Markdown
    sign: Literal["", "successor", "inside", "overlapping", "apart", "joined", "growing"] = ""


class Claim(Model):
    """A sentence of a text under discussion, word for word, with our verdict and correction."""

    identity = "key"
    anchor = "claim"
    key: Key
    quote: Line
    in_short: Markdown = ""
    verdict: Verdict
    correction: Markdown
    see: list[PageReference] = []


class Retired(Model):
    """A key that is gone for good: its address still answers and says what stands in its place."""

    identity = "key"
    key: Key
    label: Line = ""
    successor: Key | Literal[""] = ""
    reason: Line = ""

    @model_validator(mode="after")
    def _says_why(self) -> Self:
        if not (self.successor or self.reason):
            raise ValueError("a retired key needs a successor or a reason")
        return self


class Volume(Model):
    """One of the four Vs: an editorial judgement with its reason."""

    level: Level = ""
    reason: Markdown = ""


class FourVs(Model):
    """Volume, variety, variation and visibility of an operation."""

    volume: Volume = Volume()
    variety: Volume = Volume()
    variation: Volume = Volume()
    visibility: Volume = Volume()


class Ranked(Model):
    """A performance objective; its place in the list is its rank."""

    identity = "objective"
    objective: Objective
    reason: Markdown = ""


class Step(Model):
    """One step of a transformation with its symbol of the flow process chart."""

    text: Line
    symbol: Literal["operation", "inspection", "delay", "transport", "storage"] = "operation"


class Illustration(Model):
    """A concept that can be seen in an organization, and how."""

    identity = "concept"
    concept: Key
    text: Markdown


class GuideStep(Model):
    """One page of a guide."""

    page: PageReference
    note: Markdown = ""


# What an edition freezes of things that are not its own --------------------------------------


class Neighbour(Model):
    """A page this one names, and the title it had when this edition was made."""

    kind: Kind
    slug: Key
    title: Line


class FrozenDimension(Model):
    """A dimension as it was named when the edition was made."""

    key: Key
    label: Line
    description: Line = ""


class FrozenSource(Model):
    """A cited source as CSL-JSON, and how far its reference was verified."""

    key: Key
    csl: dict[str, JsonValue]
    checked: Line = ""
    under_discussion: bool = False
    note: Markdown = ""


class Frozen(Model):
    """What an edition keeps of its neighbours, dimensions and sources."""

    neighbours: list[Neighbour] = []
    dimensions: list[FrozenDimension] = []
    sources: list[FrozenSource] = []
