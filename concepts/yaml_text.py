"""YAML as content files use it: plain values, read strictly and written in one way. Pure.

PyYAML's own loaders build whatever a tag or an alias asks for, keep the last of two equal keys,
and read `0471` as 313. So only its events are used, and the values are made here.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml
from yaml import events

from concepts.problems import Problem, about
from concepts.texts import Path

MOST_DEPTH = 12
MOST_DIGITS = 18

# libyaml reads some five times faster than the parser in Python, which stands in for it.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_NOTHING = re.compile(r"(~|null)?", re.IGNORECASE)
_TRUE = re.compile(r"true|yes|on", re.IGNORECASE)
_FALSE = re.compile(r"false|no|off", re.IGNORECASE)
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?(\d+\.\d*|\.\d+|\d+(\.\d*)?e[-+]?\d+|\.inf)|\.nan", re.IGNORECASE)


class YamlError(ValueError):
    """The text is no YAML of the kind that is read here: each problem with its line, or None."""

    def __init__(self, problems: list[tuple[int | None, str]]) -> None:
        super().__init__("; ".join(message for _, message in problems))
        self.problems = problems


@dataclass(frozen=True)
class Reading:
    """Plain values, and the line on which each of them begins, by its path."""

    value: Any
    lines: dict[Path, int]


def read(text: str, *, line: int = 1) -> Reading:
    """The value of a YAML text whose first line has this number in its file.

    Text, true and false, whole numbers and lists and mappings of them. What YAML reads as a date
    or an octal number is text as written.

    Raises:
        YamlError: a tag, an anchor, an alias, a key that stands twice, deep nesting, or no YAML.
    """
    reader = _Reader(text, line)
    try:
        value = reader.document()
    except yaml.MarkedYAMLError as error:
        raise YamlError([*reader.problems, reader.syntax(error)]) from None
    except yaml.YAMLError:
        raise YamlError([*reader.problems, (None, "This is not valid YAML.")]) from None
    if reader.problems:
        raise YamlError(reader.problems)
    return Reading(value, reader.lines)


@dataclass
class _Reader:
    text: str
    first: int
    lines: dict[Path, int] = field(default_factory=dict)
    problems: list[tuple[int | None, str]] = field(default_factory=list)

    def document(self) -> Any:
        self.events: Iterator[events.Event] = iter(yaml.parse(self.text, Loader=_LOADER))
        next(self.events)  # the beginning of the stream
        begin = next(self.events)
        if isinstance(begin, events.StreamEndEvent):
            return None
        value = self.value(next(self.events), ())
        next(self.events)  # the end of the document
        after = next(self.events)
        if not isinstance(after, events.StreamEndEvent):
            self.problem(after, Problem((), "A second YAML document begins here: keep one."))
        return value

    def syntax(self, error: yaml.MarkedYAMLError) -> tuple[int, str]:
        """The parser's error with its line, where it began, and what mostly helps."""
        mark = error.problem_mark or error.context_mark
        line = (mark.line if mark else 0) + self.first
        if "nesting" in str(error.problem):  # libyaml reads ahead, and stops before refuse_depth
            return line, self.too_deep([*self.lines][-1]).message
        began = f" {error.context}" if error.context else ""
        if error.context_mark and began:
            began += f" that began on line {error.context_mark.line + self.first}"
        advice = "Put a text that holds ': ', '#' or quotation marks in quotes, and close them."
        return line, f"This is not valid YAML: {error.problem}{began}. {advice}"

    def line(self, event: events.Event) -> int:
        return (event.start_mark.line if event.start_mark else 0) + self.first

    def problem(self, event: events.Event, problem: Problem) -> None:
        line = self.line(event)
        if line not in {number for number, _ in self.problems[-1:]}:  # one alias leads to many
            self.problems.append((line, problem.message))

    def value(self, event: events.Event, path: Path) -> Any:
        self.lines.setdefault(path, self.line(event))
        self.refuse_extras(event, path)
        match event:
            case events.ScalarEvent():
                return self.scalar(event, path)
            case events.SequenceStartEvent():
                self.refuse_depth(event, path)
                return self.sequence(path)
            case events.MappingStartEvent():
                self.refuse_depth(event, path)
                return self.mapping(path)
        return None

    def refuse_extras(self, event: events.Event, path: Path) -> None:
        tag = getattr(event, "tag", None)
        if isinstance(event, events.AliasEvent):
            self.problem(event, _at(path, f"has an alias (*{event.anchor}), {_WRITE_OUT}"))
        elif isinstance(event, events.NodeEvent) and event.anchor:
            self.problem(event, _at(path, f"has an anchor (&{event.anchor}), {_WRITE_OUT}"))
        if tag:
            self.problem(event, _at(path, f"has a tag ({tag}), which is not allowed: delete it"))

    def refuse_depth(self, event: events.Event, path: Path) -> None:
        if len(path) >= MOST_DEPTH:
            raise YamlError([*self.problems, (self.line(event), self.too_deep(path).message)])

    def too_deep(self, path: Path) -> Problem:
        names = tuple(part for part in path if isinstance(part, str))
        return _at(names, f"is nested too deep: {MOST_DEPTH} levels at most")

    def sequence(self, path: Path) -> list[Any]:
        values: list[Any] = []
        while not isinstance(event := next(self.events), events.SequenceEndEvent):
            values.append(self.value(event, (*path, len(values))))
        return values

    def mapping(self, path: Path) -> dict[str, Any]:
        values: dict[str, Any] = {}
        while not isinstance(event := next(self.events), events.MappingEndEvent):
            key = self.key(event, path)
            inner = (*path, key)
            if key in values:
                self.problem(event, _at(inner, "stands there twice; keep one"))
            self.lines.setdefault(inner, self.line(event))
            values[key] = self.value(next(self.events), inner)
        return values

    def key(self, event: events.Event, path: Path) -> str:
        if isinstance(event, events.ScalarEvent):
            self.refuse_extras(event, path)
            return str(event.value)
        self.problem(event, _at(path, "has a key that is no text"))
        self.value(event, (*path, "?"))
        return "?"

    def scalar(self, event: events.ScalarEvent, path: Path) -> Any:
        text = str(event.value)
        if not event.implicit[0]:  # in quotes, or a block
            return text
        if _INTEGER.fullmatch(text):
            return self.number(event, text, path)
        return _plain(text)

    def number(self, event: events.ScalarEvent, text: str, path: Path) -> int:
        if (digits := len(text.lstrip("+-"))) > MOST_DIGITS:
            self.problem(event, _at(path, f"is too large a number, of {digits} digits"))
            return 0
        return int(text)


_WRITE_OUT = "which is not allowed: write the value out at each key"


def _at(path: Path, message: str) -> Problem:
    return about(path, message) if path else Problem(path, f"This {message}.")


def _plain(text: str) -> str | bool | float | None:
    if _NOTHING.fullmatch(text):
        return None
    if _TRUE.fullmatch(text) or _FALSE.fullmatch(text):
        return bool(_TRUE.fullmatch(text))
    if _FLOAT.fullmatch(text):
        return float(text.lower().replace(".inf", "inf").replace(".nan", "nan"))
    return text


# Writing --------------------------------------------------------------------------------------

_LONG = 80
"""Characters from which on a text stands below its key, so that it needs no escapes."""

# What a reader of YAML would refuse, fold or take for a line break, and what hides in a line.
_BIDI = r"\u202a-\u202e\u2066-\u2069"
_ODD = rf"\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029{_BIDI}\ud800-\udfff\ufeff\ufffe\uffff"
_ESCAPED = re.compile(rf'["\\\t\n{_ODD}]')
_NO_BLOCK = re.compile(rf"\A\s|[ \t\n]\Z|^[ \t]+$|[{_ODD}]", re.MULTILINE)


def write(value: dict[str, Any] | list[Any]) -> str:
    """The one YAML text of plain values: what `read` reads back as the same, byte for byte."""
    return "".join(f"{line}\n" for line in _lines(value))


def _lines(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [line for key, inner in value.items() for line in _entry(key, inner)]
    return [line for inner in value for line in _item(inner)]


def _entry(key: str, value: Any) -> list[str]:
    first, *rest = _value(value)
    return [f"{key}: {first}" if first else f"{key}:", *rest]


def _item(value: Any) -> list[str]:
    if isinstance(value, dict) and value:
        first, *rest = _lines(value)
        return [f"- {first}", *(f"  {line}" if line else "" for line in rest)]
    first, *rest = _value(value)
    return [f"- {first}", *rest]


def _value(value: Any) -> list[str]:
    """What follows a key or a dash, and the lines below it."""
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, bool):
        return ["true" if value else "false"]
    if isinstance(value, int):
        return [str(value)]
    if not value:
        return [_EMPTY[type(value)]]
    return ["", *(f"  {line}" if line else "" for line in _lines(value))]


_EMPTY: dict[type, str] = {list: "[]", dict: "{}", type(None): "null"}


def _text(text: str) -> list[str]:
    if (len(text) > _LONG or "\n" in text) and not _NO_BLOCK.search(text):
        return ["|-", *(f"  {line}" if line else "" for line in text.split("\n"))]
    return [f'"{_ESCAPED.sub(_escape, text)}"']


def _escape(found: re.Match[str]) -> str:
    character = found[0]
    short = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t"}
    return short.get(character, f"\\u{ord(character):04x}")
