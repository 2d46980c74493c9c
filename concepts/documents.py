"""What one page says, complete, as plain data: the one declared schema of the site.

Content files, the desk, editions, the JSON form, differences and previews are all these models.
The module is pure: it knows no database. A *document* is a pydantic model; its *data* is the dict
of plain values that its JSON holds, which is what pages are made from when an edition is read.

The order of the fields is the order of the page: references are numbered by it.
"""

import hashlib
import json
from typing import Annotated, Any, Literal, Self, overload

from pydantic import (
    Field,
    JsonValue,
    StringConstraints,
    TypeAdapter,
    field_validator,
    model_validator,
)

from concepts.parts import (
    DOI_PATTERN,
    URL_PATTERN,
    BoundaryCase,
    Claim,
    Day,
    Event,
    Formula,
    FourVs,
    Frozen,
    FrozenSource,
    GuideStep,
    Illustration,
    Key,
    Kind,
    Line,
    Markdown,
    Misconception,
    Model,
    Name,
    PartialDay,
    Phrase,
    Position,
    Practice,
    Question,
    Ranked,
    Relation,
    Retired,
    Row,
    Scope,
    Short,
    Side,
    Step,
    Title,
    WorkedExample,
    require_unique,
)

SCHEMA = 1

Data = dict[str, Any]

FIXED_WORDS = {"organization": {"profiles"}}
"""Slugs that no page of a kind may have: addresses of the site's own stand there."""


# Pages --------------------------------------------------------------------------------------


class Page(Model):
    """What every kind of page has. `frozen` is filled by the desk, never by a content file."""

    schema_: Literal[1] = Field(default=1, alias="schema")
    kind: Kind
    slug: Key
    title: Title
    aliases: list[Line] = []
    area: Key | Literal[""] = ""
    authors: list[Name] = []
    reviewed_on: Day = ""
    review_due: Day = ""
    summary: Markdown = ""


class PageEnd(Model):
    """What ends every page, after the fields of its kind."""

    questions: list[Question] = []
    explain: Markdown = ""
    frozen: Frozen = Frozen()

    @model_validator(mode="after")
    def _question_keys_differ(self) -> Self:
        require_unique([question.key for question in self.questions], "question keys")
        return self


class ConceptFields(Model):
    """What a concept has beside."""

    why_it_matters: Markdown = ""
    body: Markdown = ""
    prerequisites: list[Key] = []
    formula: Formula | None = None
    worked_example: WorkedExample | None = None
    misconceptions: list[Misconception] = []
    relations: list[Relation] = []

    @model_validator(mode="after")
    def _parts_differ(self) -> Self:
        require_unique([item.key for item in self.misconceptions], "misconception keys")
        require_unique(self.prerequisites, "prerequisites")
        require_unique([f"{r.type} {r.concept}" for r in self.relations], "relations")
        return self


class DistinctionFields(Model):
    """What a comparison has beside."""

    sides: list[Side] = Field(min_length=2, max_length=4)
    body: Markdown = ""
    similarities: list[Markdown] = []
    why_confused: Markdown = ""
    rows: list[Row] = []
    principle: Markdown = ""
    scope: Scope | None = None
    timeline: list[Event] = []
    practice: list[Practice] = []
    boundary_cases: list[BoundaryCase] = []
    positions: list[Position] = []
    misconceptions: list[Misconception] = []
    claims_note: Markdown = ""
    claims: list[Claim] = []
    untested_rows: list[Key] = []
    retired_rows: list[Retired] = []
    retired_sides: list[Retired] = []

    @model_validator(mode="after")
    def _parts_differ(self) -> Self:
        require_unique([side.key for side in self.sides], "side keys")
        require_unique([side.concept for side in self.sides], "sides")
        rows = [row.key for row in self.rows] + [row.key for row in self.retired_rows]
        require_unique(rows, "row keys, retired ones included,")
        sides = [side.key for side in self.sides] + [side.key for side in self.retired_sides]
        require_unique(sides, "side keys, retired ones included,")
        require_unique([item.key for item in self.misconceptions], "misconception keys")
        require_unique([item.key for item in self.claims], "claim keys")
        require_unique(self.untested_rows, "untested rows")
        require_unique([item.organization for item in self.practice], "organizations in practice")
        return self

    @model_validator(mode="after")
    def _one_cell_per_row_and_side(self) -> Self:
        sides = [side.key for side in self.sides]
        for row in self.rows:
            if [cell.side for cell in row.cells] != sides:
                raise ValueError(
                    f"row {row.key} needs one cell for each side, in order: {', '.join(sides)}"
                )
        return self


class OrganizationFields(Model):
    """What an organization has beside."""

    sector: Phrase = ""
    archetype: bool = False
    transformed: list[Markdown] = []
    transforming: list[Markdown] = []
    transformation: Markdown = ""
    steps: list[Step] = []
    outputs: list[Markdown] = []
    customers: Markdown = ""
    body: Markdown = ""
    four_vs: FourVs = FourVs()
    objectives: list[Ranked] = []
    decisions: list[Markdown] = []
    illustrates: list[Illustration] = []
    facts: list[Markdown] = []
    caveats: list[Markdown] = []

    @model_validator(mode="after")
    def _parts_differ(self) -> Self:
        require_unique([item.objective for item in self.objectives], "objectives")
        require_unique([item.concept for item in self.illustrates], "illustrated concepts")
        return self


class GuideFields(Model):
    """What a guide has beside."""

    type: Literal["area", "path"]
    position: int = Field(default=0, ge=0, le=999)
    body: Markdown = ""
    steps: list[GuideStep] = []

    @model_validator(mode="after")
    def _pages_differ(self) -> Self:
        require_unique([step.page for step in self.steps], "pages of a guide")
        return self


class Concept(PageEnd, ConceptFields, Page):
    """An idea of the field; its summary is its definition."""

    kind: Literal["concept"] = "concept"


class Distinction(PageEnd, DistinctionFields, Page):
    """A comparison; its summary is the verdict."""

    kind: Literal["distinction"] = "distinction"


class Organization(PageEnd, OrganizationFields, Page):
    """An example organization, seen as an operation."""

    kind: Literal["organization"] = "organization"

    @field_validator("slug")
    @classmethod
    def _slug_is_free(cls, slug: str) -> str:
        if slug in FIXED_WORDS["organization"]:
            raise ValueError(f"must not be {slug!r}: a page of the site's own stands there")
        return slug


class Guide(PageEnd, GuideFields, Page):
    """An area of the field or a reading path."""

    kind: Literal["guide"] = "guide"


PageDocument = Concept | Distinction | Organization | Guide
PAGE_DOCUMENTS: dict[str, type[PageDocument]] = {
    "concept": Concept,
    "distinction": Distinction,
    "organization": Organization,
    "guide": Guide,
}


class Dimension(Model):
    """A row heading that comparisons share, so that rows of different pages line up."""

    kind: Literal["dimension"] = "dimension"
    key: Key
    label: Title
    description: Line = ""


class Source(Model):
    """A source with the fields of CSL, named as CSL names them; `note` is for readers."""

    schema_: Literal[1] = Field(default=1, alias="schema")
    kind: Literal["source"] = "source"
    slug: Key
    type: Literal[
        "article-journal",
        "article-magazine",
        "article-newspaper",
        "book",
        "chapter",
        "paper-conference",
        "report",
        "standard",
        "thesis",
        "webpage",
    ] = "book"
    title: Annotated[Line, StringConstraints(min_length=1)]
    author: list[Name] = []
    editor: list[Name] = []
    issued: PartialDay = ""
    container_title: Line = Field(default="", alias="container-title")
    edition: Short = ""
    volume: Short = ""
    issue: Short = ""
    page: Short = ""
    number: Phrase = ""
    genre: Phrase = ""
    publisher: Annotated[Line, StringConstraints(max_length=300)] = ""
    publisher_place: Annotated[Line, StringConstraints(max_length=200)] = Field(
        default="", alias="publisher-place"
    )
    doi: Annotated[Line, StringConstraints(max_length=200, pattern=DOI_PATTERN)] = Field(
        default="", alias="DOI"
    )
    isbn: Annotated[Line, StringConstraints(max_length=30)] = Field(default="", alias="ISBN")
    url: Annotated[Line, StringConstraints(pattern=URL_PATTERN)] = Field(default="", alias="URL")
    checked: Literal["", "read", "bibliography", "known"] = ""
    under_discussion: bool = False
    caveat: Line = ""
    body: Markdown = ""

    def csl(self) -> dict[str, JsonValue]:
        """The source as one item of CSL-JSON (its id is the citekey)."""
        own = {"schema_", "kind", "slug", "checked", "under_discussion", "caveat", "body"}
        item: dict[str, JsonValue] = {"id": self.slug}
        item |= self.model_dump(by_alias=True, exclude=own, exclude_defaults=True)
        item["type"] = self.type
        if self.issued:
            parts: list[JsonValue] = [int(part) for part in self.issued.split("-")]
            item["issued"] = {"date-parts": [parts]}
        return item

    def frozen(self) -> FrozenSource:
        """What readers see of the source: what an edition that cites it keeps."""
        return FrozenSource(
            key=self.slug,
            csl=self.csl(),
            checked=self.checked,
            under_discussion=self.under_discussion,
            note=self.body,
        )

    @classmethod
    def thawed(cls, frozen: FrozenSource) -> Self:
        """The source as an edition kept it: without what `frozen` left out, the caveat."""
        csl: Data = {**frozen.csl}
        issued = csl.pop("issued", {"date-parts": [[]]})["date-parts"][0]
        own = {
            "slug": csl.pop("id"),
            "issued": "-".join(f"{part:0{2 if n else 4}}" for n, part in enumerate(issued)),
            "checked": frozen.checked,
            "under_discussion": frozen.under_discussion,
            "body": frozen.note,
        }
        return cls.model_validate({**csl, **own})


Document = Concept | Distinction | Organization | Guide | Source | Dimension

_PAGES: TypeAdapter[PageDocument] = TypeAdapter(
    Annotated[PageDocument, Field(discriminator="kind")]
)


# Text and data --------------------------------------------------------------------------------


def parse(text: str) -> PageDocument:
    """The page document that this JSON holds.

    Raises:
        pydantic.ValidationError: the JSON is not a document of schema 1.
    """
    return _PAGES.validate_json(text)


def data_of(document: Document) -> Data:
    """The document as plain values, complete, under the names that its JSON uses."""
    return document.model_dump(mode="json", by_alias=True)


def canonical(document: Document) -> str:
    """The one JSON text of a document: sorted keys, no spaces, UTF-8, no floats."""
    return json.dumps(data_of(document), sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def digest(text: str) -> str:
    """SHA-256 of the bytes of a canonical text, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def section_of(data: Data) -> str:
    """The first part of the address of a page: what its kind, or a guide's type, is called."""
    return f"{data['type'] if data['kind'] == 'guide' else data['kind']}s"


@overload
def own_content(document: PageDocument) -> PageDocument: ...
@overload
def own_content(document: Document) -> Document: ...
def own_content(document: Document) -> Document:
    """The document without what was frozen of its neighbours: what a content file holds."""
    if isinstance(document, Source | Dimension):
        return document
    return document.model_copy(update={"frozen": Frozen()})
