"""What is wrong with a document: where it is, and in our own words how to mend it. Pure."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import NamedTuple

from pydantic import ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from concepts.parts import DOI_PATTERN, KEY_PATTERN, PAGE_PATTERN, URL_PATTERN, Model
from concepts.texts import Path, model_in


class Problem(NamedTuple):
    """One thing that is wrong: where it is in the document's data, and a sentence about it."""

    path: Path
    message: str


def place(path: Path) -> str:
    """A path as an author reads it: ("rows", 0, "dimension") is "rows 1, dimension"."""
    words = "item" if isinstance(path[0], int) else ""
    for part in path:
        words += f" {part + 1}" if isinstance(part, int) else f", {part}"
    return words.removeprefix(", ")


def about(path: Path, message: str) -> Problem:
    """A problem whose message begins with a verb: "must be text"."""
    return Problem(path, f"'{place(path)}' {message}")


def problems_of(
    error: ValidationError, model: type[Model], *, at: Path = (), beside: Iterable[str] = ()
) -> list[Problem]:
    """Each error of pydantic, once, in our words.

    `at` is where the validated data stands; `beside` are more keys that a hint may name.
    """
    found: dict[Path, Problem] = {}
    for detail in error.errors(include_url=False):
        problem = _problem(detail, model, at, [*beside])
        found.setdefault(problem.path, problem)
    return list(found.values())


def _problem(detail: ErrorDetails, model: type[Model], at: Path, beside: list[str]) -> Problem:
    inside, owner = _walked(model, detail["loc"])
    path = (*at, *inside)
    if detail["type"] == "extra_forbidden":
        known = [*_fields(owner), *(beside if owner is model else [])]
        return about(path, f"is an unknown key. {_hint(str(path[-1]), known)}")
    if detail["type"] == "value_error":
        where = f"'{place(path)}': " if path else ""
        return Problem(path, f"{where}{detail['ctx']['error']}")
    return about(path, _words(detail))


def _fields(model: type[Model]) -> dict[str, FieldInfo]:
    """The fields of a model by the names that files use."""
    return {info.alias or name: info for name, info in model.model_fields.items()}


def _walked(model: type[Model], location: Path) -> tuple[Path, type[Model]]:
    """The path as far as it lies in the data, and the last model on it.

    Pydantic adds to the location which branch of a union it tried.
    """
    path: Path = ()
    inside: type[Model] | None = model
    for part in location:
        if isinstance(part, str) and inside is None:
            break
        path = (*path, part)
        if isinstance(part, str) and inside is not None:
            info = _fields(inside).get(part)
            if info is None:
                break
            model, inside = inside, model_in(info.annotation)
    return path, model


def _hint(name: str, known: list[str]) -> str:
    by_letters = {each.lower(): each for each in known if each != "frozen"}
    close = get_close_matches(name.lower(), by_letters, n=1)
    if close:
        return f"Did you mean '{by_letters[close[0]]}'?"
    return f"Known here: {', '.join(by_letters.values())}."


_WORDS = {
    "missing": "is missing: it is required",
    "string_type": "must be text, {instead}",
    "bool_type": "must be true or false, {instead}",
    "list_type": "must be a list, each item on a line that begins with '- ', {instead}",
    "model_type": "must be keys with values, {instead}",
    "literal_error": "must be {expected}, {instead}",
    "string_pattern_mismatch": "is not allowed as {found}: {form}",
    "string_too_short": "is empty: it needs a text",
    "string_too_long": "is too long: at most {max_length} characters",
    "too_short": "needs {min_length} items or more",
    "too_long": "has {actual_length} items: at most {max_length}",
}
"""What is said for each type of pydantic's errors."""


def _words(detail: ErrorDetails) -> str:
    value, context = detail["input"], detail.get("ctx", {})
    # The length of a text that was brought to its normal form first is told as that of a list.
    text = "string_" if isinstance(value, str) and detail["type"].startswith("too_") else ""
    words = _WORDS.get(f"{text}{detail['type']}", "cannot be used, {instead}")
    form = _FORMS.get(context.get("pattern", ""), "it has another form")
    return words.format(**context, instead=_instead(value), found=_cut(value), form=form)


def _cut(value: object) -> str:
    return repr(str(value)[:60])


def _instead(value: object) -> str:
    """What was found, and how to mend it where that is known."""
    match value:
        case None:
            return "and is empty"
        case bool():
            return "but reads as true or false (boolean): put it in quotes if it is text"
        case int() | float():
            return f"but reads as the number {value}: put it in quotes if it is text"
        case list():
            return "not a list"
        case dict():
            return "not keys with values: a text that holds ': ' needs quotes"
    return f"not {_cut(value)}"


_FORMS = {
    KEY_PATTERN: "small letters and digits, parts joined by single hyphens, such as takt-time",
    PAGE_PATTERN: "a kind and a slug, such as concept:takt-time",
    DOI_PATTERN: "it begins with 10. and a slash follows, such as 10.1287/opre.9.3.383",
    URL_PATTERN: "an address begins with http:// or https://",
}
