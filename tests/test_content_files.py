"""Content files: written in one way, read strictly, and every fault told in words."""

from pathlib import Path

import documents as make
import pytest
from hypothesis import HealthCheck, given, settings

from concepts.content_files import (
    FILE_LIMIT,
    ContentError,
    FileDocument,
    dump,
    dump_dimensions,
    parse_dimensions,
    parse_file,
    read_folder,
    scan_folder,
    write_folder,
)
from concepts.documents import Dimension, PageDocument, Source, canonical

SHIPPED = Path(__file__).parent.parent / "concepts" / "content"
HEAD = "---\nkind: concept\nslug: takt-time\ntitle: Takt time\n"

quick = settings(max_examples=40, suppress_health_check=list(HealthCheck))


def read(text: str, name: str = "concepts/takt-time.md") -> FileDocument:
    return parse_file(name, text.encode())


def told(text: str, name: str = "concepts/takt-time.md") -> list[str]:
    """What is said about a file with faults."""
    return told_of(text.encode(), name)


def told_of(content: bytes, name: str = "concepts/takt-time.md") -> list[str]:
    with pytest.raises(ContentError) as refused:
        parse_file(name, content)
    return [str(problem) for problem in refused.value.problems]


# Round trips


@quick
@given(make.pages)
def test_a_page_comes_back_from_its_file_byte_for_byte(document: PageDocument) -> None:
    text = dump(document)
    back = read(text, "a.md").document
    assert canonical(back) == canonical(document)
    assert dump(back) == text


@quick
@given(make.sources)
def test_a_source_comes_back_from_its_file_byte_for_byte(document: Source) -> None:
    text = dump(document)
    back = read(text, "sources/a.md").document
    assert back == document
    assert dump(back) == text


@quick
@given(make.dimensions)
def test_dimensions_come_back_from_their_file_byte_for_byte(document: Dimension) -> None:
    text = dump_dimensions([document])
    [back] = parse_dimensions("dimensions.yaml", text.encode())
    assert back.document == document
    assert dump_dimensions([document]) == text


def test_the_shipped_files_are_written_as_we_write_them(tmp_path: Path) -> None:
    write_folder(tmp_path, [file.document for file in read_folder(SHIPPED)])
    names = sorted(file.relative_to(tmp_path) for file in tmp_path.rglob("*.*"))
    assert [n for n in names if (tmp_path / n).read_bytes() != (SHIPPED / n).read_bytes()] == []
    assert len(names) == len([*SHIPPED.rglob("*.md"), *SHIPPED.glob("*.yaml")])


@pytest.mark.parametrize(
    "text",
    [
        "one\ttab",
        "a \u2028 b \u2029 c",
        "say \"yes\" and 'no'",
        "back\\slash \\n \\u2028",
        "    indented code",
        "above\n---\nbelow",
        "---\nfirst",
        "yes",
        "0471",
        "2026-11-25",
        "~",
        "a line with two spaces  \nand the next",
        "a\n   \nb",
        "ends in a tab\t\nx",
        "😀 👩\u200d🔬",
        "שלום \u202eabc\u202c",
        "\ufeffmark",
        "# heading\n\n- a: b\n- *c\n- &d\n- !e",
        "x" * 200,
        "y " * 60 + "z",
        "% a\n@ b\n` c",
        "\u00a0nbsp",
    ],
)
def test_odd_text_survives_in_front_matter_and_body(text: str) -> None:
    document = make.concept(summary=text, body=text)
    file = read(dump(document))
    assert (file.document, dump(file.document)) == (document, dump(document))


def test_a_file_reads_like_this() -> None:
    document = make.distinction(
        summary='Goods "last".',
        rows=[make.row(goods="First line.\n\nSecond line.", services="Acts.")],
        body="The body.",
    )
    assert dump(document) == FILE


FILE = """---
kind: "distinction"
slug: "goods-vs-services"
title: "Goods vs services"
summary: "Goods \\"last\\"."
sides:
  - key: "goods"
    concept: "goods"
  - key: "services"
    concept: "services"
rows:
  - key: "scope"
    dimension: "scope"
    cells:
      - side: "goods"
        text: |-
          First line.

          Second line.
      - side: "services"
        text: "Acts."
---

The body.
"""


def test_dimensions_stand_in_the_order_of_their_keys() -> None:
    text = dump_dimensions(
        [make.dimension("scope"), make.dimension("aim", description="What for.")]
    )
    assert text == (
        '- key: "aim"\n  label: "Aim"\n  description: "What for."\n'
        '- key: "scope"\n  label: "Scope"\n'
    )


# What is read


def test_a_file_may_be_written_by_hand() -> None:
    text = (
        HEAD + "aliases: [cycle, beat]\nreviewed_on: 2026-11-25\nsummary: >\n  a\n  b\n---\nBody\n"
    )
    document = read(text).document
    assert document == make.concept(
        aliases=["cycle", "beat"], reviewed_on="2026-11-25", summary="a b", body="Body"
    )


def test_a_number_with_a_leading_zero_stays_as_written() -> None:
    assert read(HEAD + "aliases: [0471, 0x1F, 1:30, 1_000]\n---\n").document == make.concept(
        aliases=["0471", "0x1F", "1:30", "1_000"]
    )


def test_formerly_is_beside_the_document() -> None:
    file = read(HEAD + "formerly: [beat, cycle]\n---\n")
    assert (file.formerly, file.document) == (("beat", "cycle"), make.concept())


def test_a_byte_order_mark_and_windows_line_ends_are_accepted() -> None:
    text = "\ufeff" + (HEAD + "---\n\nOne\nTwo\n").replace("\n", "\r\n")
    assert read(text).document == make.concept(body="One\nTwo")


def test_every_key_that_is_missing_is_named() -> None:
    assert told("---\nkind: distinction\n---\n", "distinctions/a.md") == [
        "distinctions/a.md: 'slug' is missing: it is required",
        "distinctions/a.md: 'title' is missing: it is required",
        "distinctions/a.md: 'sides' is missing: it is required",
    ]


QUOTE = "put it in quotes if it is text"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("titel: A", "is an unknown key. Did you mean 'title'?"),
        ("formely: [a]", "is an unknown key. Did you mean 'formerly'?"),
        ("title: B", "stands there twice; keep one"),
        ("summary: yes", f"must be text, but reads as true or false (boolean): {QUOTE}"),
        ("summary: 1913", f"must be text, but reads as the number 1913: {QUOTE}"),
        ("summary: 1.5", f"must be text, but reads as the number 1.5: {QUOTE}"),
        ("summary:", "must be text, and is empty"),
        ("summary: [a]", "must be text, not a list"),
        ("summary: a: b", "This is not valid YAML: mapping values are not allowed"),
        ("summary: {a: b}", "not keys with values: a text that holds ': ' needs quotes"),
        ("aliases: a", "must be a list, each item on a line that begins with '- ', not 'a'"),
        ("area: The Area", "is not allowed as 'The Area': small letters and digits, parts joined"),
        ("reviewed_on: 2026-13-01", "must be a day such as 2026-11-25"),
        ("worked_example: a", "must be keys with values, not 'a'"),
        ("relations: [{type: likes, concept: a}]", "'relations 1, type' must be 'is-part-of', "),
        ("authors: [{}]", "'authors 1': a name needs either 'family' (and 'given') or 'literal'"),
        ("questions: [{key: a, text: b}]", "'questions 1': a question needs two options or more"),
        ("schema: 2", "must be 1, but reads as the number 2"),
        ("frozen: {}", "is filled by the desk: leave it out"),
        ("body: a", "stands below the front matter, not in it"),
        ("formerly: beat", "must be a list of slugs, such as [takt-time]"),
        ("formerly: [1]", "must be a list of slugs, such as [takt-time]"),
        ("summary: &a b", "has an anchor (&a), which is not allowed: write the value out"),
        ("summary: *a", "has an alias (*a), which is not allowed: write the value out"),
        ("summary: !!str b", "has a tag (tag:yaml.org,2002:str), which is not allowed: delete it"),
        ("aliases: " + "[" * 20 + "]" * 20, "is nested too deep: 12 levels at most"),
        ("aliases: " + "[" * 5000, "is nested too deep: 12 levels at most"),
        ("order: " + "9" * 5000, "is too large a number, of 5000 digits"),
        ("? [a]\n: b", "This has a key that is no text."),
    ],
)
def test_a_fault_is_told_with_its_line_and_how_to_mend_it(line: str, message: str) -> None:
    [problem] = told(f"{HEAD}{line}\n---\n")
    assert problem.startswith("concepts/takt-time.md, line 5: ")
    assert message in problem
    assert "This" in message or f"'{line.split(':', maxsplit=1)[0]}" in problem


def test_all_faults_of_a_file_are_told_at_once() -> None:
    problems = told("---\nkind: concept\nslug: A B\ntitle:\ntitel: x\nsummary: no\n---\n")
    assert [problem.split("'")[:2] for problem in problems] == [
        ["concepts/takt-time.md, line 3: ", "slug"],
        ["concepts/takt-time.md, line 4: ", "title"],
        ["concepts/takt-time.md, line 6: ", "summary"],
        ["concepts/takt-time.md, line 5: ", "titel"],
    ]


def test_a_fault_deep_inside_has_the_line_where_it_stands() -> None:
    rows = "rows:\n  - key: a\n    dimension: b\n    cells:\n      - side: c\n        text: no\n"
    sides = "sides:\n  - {key: c, concept: c}\n  - {key: d, concept: d}\n"
    head = "---\nkind: distinction\nslug: a\ntitle: A\n"
    [problem] = told(head + sides + rows + "---\n", "distinctions/a.md")
    assert problem.startswith("distinctions/a.md, line 13: 'rows 1, cells 1, text' must be text")


def test_yaml_that_is_none_is_told_with_both_its_lines() -> None:
    [problem] = told('---\nkind: concept\ntitle: "open\nslug: a\n---\n')
    assert "line 5: This is not valid YAML: found unexpected end of stream" in problem
    assert "that began on line 3" in problem


@pytest.mark.parametrize("kind", ["concept", "page", "[concept]", "no"])
def test_a_file_stands_in_the_folder_of_its_kind(kind: str) -> None:
    name = "guides/a.md"
    problems = told(f"---\nkind: {kind}\nslug: a\ntitle: A\ntype: path\n---\n", name)
    assert problems == [f"{name}, line 2: 'kind' must be guide, as the file stands in guides/"]


def test_a_source_is_not_renamed() -> None:
    text = "---\nkind: source\nslug: a\ntitle: A\nformerly: [b]\n---\n"
    assert told(text, "sources/a.md") == [
        "sources/a.md, line 5: 'formerly' renames pages: a source keeps its key"
    ]


EMPTY = ": The file is empty: it needs front matter, or delete it."


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", EMPTY),
        ("\n \n", EMPTY),
        ("# A", ", line 1: The front matter is missing: the first line must be '---'."),
        (HEAD, ", line 1: The front matter is not closed: end it with a line '---', then"),
        ("---\n- a\n---\n", ", line 1: The front matter must be keys with values, such as"),
        (HEAD + "---\n\na\x00\x1b\n\x85\n", ", line 7: The control character U+0000 is not"),
    ],
)
def test_a_file_that_is_none_is_told(text: str, message: str) -> None:
    assert told(text)[0].startswith(f"concepts/takt-time.md{message}")


def test_bytes_that_are_no_utf_8_are_told_with_their_line() -> None:
    [problem] = told_of((HEAD + "---\n\nCaf").encode() + b"\xe9\n")
    assert problem.startswith("concepts/takt-time.md, line 7: byte 4 of it (0xE9) is not UTF-8")


def test_images_from_elsewhere_are_refused_with_their_line() -> None:
    own = f"/media/{'a' * 64}.png"
    body = f"![ok]({own})\n\n![x](/media/a.png)\n![y](https://example.org/a.png)"
    problems = told(f"{HEAD}---\n\n{body}\n")
    assert [problem.split(" is not")[0] for problem in problems] == [
        "concepts/takt-time.md, line 9: The image '/media/a.png'",
        "concepts/takt-time.md, line 10: The image 'https://example.org/a.png'",
    ]


def test_images_in_front_matter_are_looked_at_too() -> None:
    [problem] = told(HEAD + 'summary: "![x](../secret.png)"\n---\n')
    assert "line 5: The image '../secret.png' is not allowed" in problem


def test_a_text_that_cannot_be_shown_is_refused() -> None:
    [problem] = told(f"{HEAD}---\n\n{'> ' * 30}deep\n")
    assert problem.startswith("concepts/takt-time.md, line 7: 'body': Lists, quotes or emphasis")


def test_faults_of_dimensions_are_told() -> None:
    content = b"- key: a\n  label: A\n- label: 1\n- x\n- key: b\n  label: B\n  lable: B\n"
    with pytest.raises(ContentError) as refused:
        parse_dimensions("dimensions.yaml", content)
    number = f"must be text, but reads as the number 1: {QUOTE}"
    assert [str(problem) for problem in refused.value.problems] == [
        "dimensions.yaml, line 3: 'item 2, key' is missing: it is required",
        f"dimensions.yaml, line 3: 'item 2, label' {number}",
        "dimensions.yaml, line 4: 'item 3' must be keys with values, not 'x'",
        "dimensions.yaml, line 7: 'item 4, lable' is an unknown key. Did you mean 'label'?",
    ]


# Folders


def found(path: Path) -> list[str]:
    return [str(problem) for problem in scan_folder(path).problems]


def put(path: Path, name: str, text: str = "") -> None:
    (path / name).parent.mkdir(parents=True, exist_ok=True)
    (path / name).write_text(text or HEAD + "---\n")


def test_a_folder_is_read_in_the_order_of_its_names(tmp_path: Path) -> None:
    documents = [make.source(), make.concept("b"), make.concept("a"), make.dimension()]
    write_folder(tmp_path, documents)
    assert [file.name for file in read_folder(tmp_path)] == [
        "concepts/a.md",
        "concepts/b.md",
        "dimensions.yaml",
        "sources/little1961.md",
    ]


def test_a_file_may_have_another_name_than_its_slug(tmp_path: Path) -> None:
    put(tmp_path, "concepts/other.md")
    assert [file.key for file in read_folder(tmp_path)] == ["concept:takt-time"]


def test_a_readme_and_hidden_files_are_no_content(tmp_path: Path) -> None:
    for name in ("README.md", "LICENSE", ".git/config", "concepts/.a.md.swp", "concepts/_note"):
        put(tmp_path, name, "x")
    assert (found(tmp_path), read_folder(tmp_path)) == ([], [])


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("concept/a.md", "concept: is an unknown folder. Known: concepts, distinctions,"),
        ("a.md", "a.md: stands outside the folders of content."),
        ("dimension.yaml", "dimension.yaml: stands outside the folders of content."),
        ("concepts/a.txt", "concepts/a.txt: is no content file: each is one file whose name ends"),
        ("concepts/b/c.md", "concepts/b: is no content file: each is one file whose name ends"),
    ],
)
def test_what_would_be_overlooked_is_told(tmp_path: Path, name: str, message: str) -> None:
    put(tmp_path, name)
    assert [problem.startswith(message) for problem in found(tmp_path)] == [True]


def test_symbolic_links_are_not_followed(tmp_path: Path) -> None:
    put(tmp_path / "elsewhere", "a.md")
    content = tmp_path / "content"
    put(content, "concepts/b.md", HEAD + "---\n")
    (content / "concepts" / "a.md").symlink_to(tmp_path / "elsewhere" / "a.md")
    (content / "guides").symlink_to(tmp_path / "elsewhere")
    (content / "dimensions.yaml").symlink_to(tmp_path / "elsewhere" / "a.md")
    message = "is a symbolic link, which is not followed: nothing outside the folder is read."
    names = ["concepts/a.md", "dimensions.yaml", "guides"]
    assert found(content) == [f"{name}: {message}" for name in names]


def test_a_file_over_the_limit_is_refused_unread(tmp_path: Path) -> None:
    put(tmp_path, "concepts/a.md", "x" * (FILE_LIMIT + 1))
    [problem] = found(tmp_path)
    size = "its size is 1,000,001 bytes, the limit 1,000,000."
    assert problem.startswith(f"concepts/a.md: The file is too large: {size}")


def test_a_slug_stands_once_in_a_folder(tmp_path: Path) -> None:
    put(tmp_path, "concepts/one.md")
    put(tmp_path, "concepts/two.md")
    put(tmp_path, "dimensions.yaml", "- {key: a, label: A}\n- {key: a, label: B}\n")
    twice = "stands there twice: it is taken already in"
    assert found(tmp_path) == [
        f"concepts/two.md, line 3: 'slug' of concept:takt-time {twice} concepts/one.md",
        f"dimensions.yaml, line 2: 'key' of dimension:a {twice} dimensions.yaml",
    ]


def named(slug: str, *formerly: str) -> str:
    return f"---\nkind: concept\nslug: {slug}\ntitle: A\nformerly: [{', '.join(formerly)}]\n---\n"


@pytest.mark.parametrize(
    ("one", "two", "message"),
    [
        (named("one", "two"), named("two"), "'formerly' names two, which is a page"),
        (named("one", "one"), named("two"), "'formerly' names one, which is a page"),
        (named("one", "old"), named("two", "old"), "'formerly' names old, and so does"),
    ],
)
def test_an_old_name_is_one_page_and_none_that_is_there(
    tmp_path: Path, one: str, two: str, message: str
) -> None:
    put(tmp_path, "concepts/one.md", one)
    put(tmp_path, "concepts/two.md", two)
    [problem] = found(tmp_path)
    assert f"line 5: {message}" in problem


def test_a_file_with_faults_is_taken_for_the_page_it_means(tmp_path: Path) -> None:
    put(tmp_path, "concepts/file.md", "---\nkind: concept\nslug: name\n---\n")
    put(tmp_path, "dimensions.yaml", "- key: scope\n")
    assert scan_folder(tmp_path).broken == {
        "concept:file",
        "concept:name",
        "dimension:dimensions",
        "dimension:scope",
    }
