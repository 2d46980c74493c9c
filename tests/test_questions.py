"""Questions as Markdown task lists."""

import pytest

from concepts.questions import Option, parse_question


def test_a_question_is_a_stem_and_options_with_their_reasons() -> None:
    parsed = parse_question(
        "Which name\nfits?\n\n"
        "- [x] Production\n\n  It makes goods.\n\n  - at short range\n"
        "- [ ] Both"
    )
    assert parsed.stem == "Which name\nfits?"
    assert parsed.options == (
        Option("Production", True, "It makes goods.\n\n- at short range"),
        Option("Both", False, ""),
    )


def test_a_list_inside_a_reason_is_no_option() -> None:
    parsed = parse_question("Q\n\n- [x] A\n  - [ ] not an option\n- [ ] B")
    assert [option.text for option in parsed.options] == ["A", "B"]


def test_one_option_is_not_enough() -> None:
    with pytest.raises(ValueError, match="two options or more"):
        parse_question("Q\n\n- [x] A")


def test_one_option_must_be_right() -> None:
    with pytest.raises(ValueError, match="at least one right option"):
        parse_question("Q\n\n- [ ] A\n- [ ] B")


def test_a_line_that_belongs_to_no_option_is_named() -> None:
    with pytest.raises(ValueError, match="'stray'"):
        parse_question("Q\n\n- [x] A\nstray\n- [ ] B")
