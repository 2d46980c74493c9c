"""YAML: plain values, read back as they were written, by libyaml and by the parser in Python."""

from typing import Any

import pytest
import yaml
from documents import lines, texts
from hypothesis import given, settings
from hypothesis import strategies as st

from concepts import yaml_text
from concepts.yaml_text import YamlError, read, write

names = st.from_regex(r"\A[a-z][a-z_-]{0,5}\Z")
anything = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
values = st.recursive(
    texts | lines | anything | st.booleans() | st.integers(-(10**17), 10**17) | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=6,
)


@pytest.fixture(params=["CSafeLoader", "SafeLoader"])
def _parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both parsers: the one in C is missing where PyYAML was built without it."""
    monkeypatch.setattr(yaml_text, "_LOADER", getattr(yaml, request.param))


@pytest.mark.parametrize("loader", ["CSafeLoader", "SafeLoader"])
@settings(max_examples=80)
@given(value=st.dictionaries(names, values, min_size=1, max_size=3))
def test_what_is_written_is_read_back(loader: str, value: dict[str, Any]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(yaml_text, "_LOADER", getattr(yaml, loader))
        assert read(write(value)).value == value


@pytest.mark.usefixtures("_parser")
@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0471", "0471"),
        ("0x1F", "0x1F"),
        ("1_000", "1_000"),
        ("1:30", "1:30"),
        ("2026-11-25", "2026-11-25"),
        ("2026-11-25 10:00:00", "2026-11-25 10:00:00"),
        ("=", "="),
        ("12", 12),
        ("-3", -3),
        ("0.50", 0.5),
        ("1e3", 1000.0),
        ("yes", True),
        ("Off", False),
        ("'yes'", "yes"),
        ("~", None),
        ("null", None),
        ("", None),
    ],
)
def test_a_plain_word_is_read_as(text: str, value: Any) -> None:
    read_value = read(f"key: {text}\n").value["key"]
    assert (read_value, type(read_value)) == (value, type(value))


@pytest.mark.usefixtures("_parser")
@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("a: &x b", 3, "'a' has an anchor (&x)"),
        ("a: *x", 3, "'a' has an alias (*x)"),
        ("a: !x b", 3, "'a' has a tag (!x)"),
        ("b: 1\na:\n  - c: 1\n    c: 2", 6, "'a 1, c' stands there twice; keep one"),
        ("a: " + "[" * 5000, 3, "'a' is nested too deep: 12 levels at most"),
        ("a: " + "9" * 9000, 3, "'a' is too large a number, of 9000 digits"),
        ("a: b: c", 3, "This is not valid YAML: mapping values are not allowed"),
        ("a: 1\n--- \nb: 1", 4, "A second YAML document begins here: keep one."),
    ],
)
def test_what_is_not_read_is_told_with_its_line(text: str, line: int, message: str) -> None:
    with pytest.raises(YamlError) as refused:
        read(text, line=3)
    [(found, said)] = refused.value.problems
    assert (found, said[: len(message)]) == (line, message)


def test_every_value_has_its_line() -> None:
    text = "a: 1\nb:\n  - c: |\n      x\n    d: 2\n  - e: 3\n"
    assert read(text, line=10).lines == {
        (): 10,
        ("a",): 10,
        ("b",): 11,
        ("b", 0): 12,
        ("b", 0, "c"): 12,
        ("b", 0, "d"): 14,
        ("b", 1): 15,
        ("b", 1, "e"): 15,
    }


def test_nothing_is_none() -> None:
    assert (read("").value, read("# a\n").value) == (None, None)
