"""A published site in which every text that anybody can write is one of the hostile texts."""

import copy
import json
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from typing import Any

import small_site
from check_fragment import build
from pydantic import BaseModel, ValidationError
from samples import concept, guide, organization, publish, save, source

from concepts import desk, publishing
from concepts.documents import Concept, Distinction, Guide, Organization
from concepts.markdown import TextError, parsed
from concepts.models import Dimension, Page, Source

FILE = Path(__file__).parent / "data" / "hostile_markdown.jsonl"
CASES = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]
LONGEST = 3_000
"""Characters of a text: how long ones fare, each alone, `test_hostile_markdown.py` shows."""


def _is_shown(text: str) -> bool:
    try:
        return bool(parsed(text)) and len(text) <= LONGEST
    except (TextError, UnicodeError):
        return False


TEXTS = [text for text in map(build, CASES) if _is_shown(text)]
WORST = "\"><script>alert(1)</script><img src=x onerror=alert(1)>'${7*7}{{7*7}}"
"""What stands wherever a line may stand that is no page's."""

Place = tuple[Any, ...]


def places(fields: Any, at: Place = ()) -> Iterator[Place]:
    """Where texts stand that are no keys: they have a capital, a space or a sign."""
    if isinstance(fields, dict):
        for name, value in fields.items():
            yield from places(value, (*at, name))
    elif isinstance(fields, list):
        for number, value in enumerate(fields):
            yield from places(value, (*at, number))
    elif isinstance(fields, str) and not fields.replace("-", "").replace(":", "").islower():
        yield at


def put(fields: Any, at: Place, value: Any) -> Any:
    """The fields with another value at a place."""
    fields = copy.deepcopy(fields)
    inner = fields
    for step in at[:-1]:
        inner = inner[step]
    inner[at[-1]] = value
    return fields


def spoiled(fields: dict[str, Any], form: type[BaseModel], texts: Iterator[str]) -> dict[str, Any]:
    """The fields with hostile texts wherever the schema takes one."""
    for at in list(places(fields)):
        for _ in range(4):
            tried = put(fields, at, next(texts))
            try:
                form.model_validate(tried)
            except (ValidationError, UnicodeError):
                continue
            fields = tried
            break
    return fields


def without_slug(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if name != "slug"}


def fill(size: int = 3) -> dict[str, str]:
    """Publish it, twice each page, and withdraw one; the addresses of its pages by their kinds."""
    texts = cycle(TEXTS)
    small_site.build(size)
    Source.objects.update(title=WORST, body=WORST, caveat=WORST, publisher=WORST)
    Source.objects.update(author=[{"family": WORST, "given": WORST}], container_title=WORST)
    Dimension.objects.update(label=WORST[:80], description=WORST)
    for changed in Source.objects.all():
        desk.record(changed, by=None, action="edit")
    every = small_site.existing
    comparison = {**small_site.comparison_fields(size), "authors": [{"literal": WORST}]}
    bank = small_site.organization_fields(size)
    shown = spoiled(comparison, Distinction, texts)
    pages = [
        concept(slug, every("concept", slug), **_spoiled_concept(slug, size, texts))
        for slug in ("goods", "services", "other1")
    ]
    pages += [
        save(Distinction.model_validate(shown), every("distinction", "goods-vs-services")),
        organization(
            "bank",
            every("organization", "bank"),
            **without_slug(spoiled({"slug": "bank", **bank}, Organization, texts)),
        ),
    ]
    for slug, type_ in (("foundations", "area"), ("first-steps", "path")):
        steps = [{"page": "concept:goods", "note": "Begin here."}]
        own = {"slug": slug, "type": type_, "title": "A way", "summary": "In.", "body": "Read."}
        own |= {"steps": steps}
        own = without_slug(spoiled(own, Guide, texts))
        pages.append(guide(slug, every("guide", slug), **own))
    written = "".join(json.dumps(desk.own(page).model_dump(), default=str) for page in pages)
    left = [text for text in TEXTS if json.dumps(text.strip())[1:-1] not in written]
    pages += [concept(f"more-{number}", body=text) for number, text in enumerate(left)]
    for page in pages:
        publish(page, note=WORST)
        desk.record(page, by=None, action="ready", note=WORST)
    gone = concept("gone", title=WORST)
    publish(gone)
    publishing.withdraw(gone, by=None, reason=WORST)
    source("unused1999", title=WORST)
    return {"concept": "/concepts/goods/", "gone": "/concepts/gone/"}


def _spoiled_concept(slug: str, size: int, texts: Iterator[str]) -> dict[str, Any]:
    fields = {"slug": slug, "title": "Goods", **small_site.concept_fields(slug, size)}
    return without_slug(spoiled(fields, Concept, texts))


def everything() -> list[str]:
    """The titles of all pages, to see that they are hostile indeed."""
    return list(Page.objects.values_list("title", flat=True))
