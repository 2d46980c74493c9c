"""Readers of exported questions, written apart from what writes them, and strict.

Golden files lie in `data/exports/`. After a change that is meant, look at the new files:

    RENEW_EXPORTS=1 .venv/bin/python -m pytest -n 0 tests/test_question_exports.py
    git diff tests/data/exports
"""

import csv
import io
import os
import re
import sqlite3
import xml.etree.ElementTree as ET
import zipfile
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple

GOLDEN = Path(__file__).parent / "data" / "exports"
QTI = "{http://www.imsglobal.org/xsd/ims_qtiasiv1p2}"


class Answer(NamedTuple):
    """An option as a program shows it, its reason, and what it counts in per cent."""

    text: str
    reason: str
    counts: float


class Read(NamedTuple):
    """A question as a program understands it; texts are HTML, but plain in a table."""

    key: str
    stem: str
    answers: list[Answer]
    name: str = ""
    category: str = ""
    feedback: str = ""
    single: bool = True


def same_as_golden(name: str, found: bytes) -> bool:
    """Whether an export is byte for byte its golden file, or has just been renewed."""
    path = GOLDEN / name
    if os.environ.get("RENEW_EXPORTS"):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(found)
    return path.read_bytes() == found


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.raised = 0
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)
        self.raised += tag == "sup"
        self.words.append(" " * (tag not in INLINE))

    def handle_endtag(self, tag: str) -> None:
        self.raised -= tag == "sup"
        self.words.append(" " * (tag not in INLINE))

    def handle_data(self, data: str) -> None:
        if not self.raised:
            self.words.append(data)


INLINE = {"a", "em", "strong", "code", "sup", "img"}


def words(html: str) -> str:
    """What a person reads, in one line, without the numbers of sources."""
    reader = _Words()
    reader.feed(html)
    reader.close()
    return " ".join("".join(reader.words).split())


def tags(html: str) -> set[str]:
    """The elements of the HTML."""
    reader = _Words()
    reader.feed(html)
    return set(reader.tags)


# GIFT -------------------------------------------------------------------------------------------

Marked = list[tuple[str, bool]]
"""Characters, and whether each was written behind a backslash."""
SPECIAL = "~=#{}:\\"


def _marked(text: str) -> Marked:
    found, rest = [], iter(text)
    for character in rest:
        if character != "\\":
            found.append((character, False))
            continue
        escaped = next(rest)
        assert escaped in SPECIAL + "n", f"a backslash before {escaped!r}"
        found.append(("\n" if escaped == "n" else escaped, True))
    return found


def _cut(marked: Marked, mark: str) -> tuple[Marked, Marked]:
    """What stands before and after the first mark that is not escaped."""
    wanted = [(character, False) for character in mark]
    for place in range(len(marked)):
        if marked[place : place + len(mark)] == wanted:
            return marked[:place], marked[place + len(mark) :]
    raise AssertionError(f"no {mark} in {''.join(character for character, _ in marked)!r}")


def _text(marked: Marked) -> str:
    bare = {character for character, escaped in marked if not escaped}
    assert not bare & set(SPECIAL), f"not escaped in {marked}"
    return "".join(character for character, _ in marked).strip()


def _html(marked: Marked) -> str:
    text = _text(marked)
    assert text.startswith("[html]"), text
    return text.removeprefix("[html]")


def _gift_answer(mark: str, part: Marked) -> Answer:
    reason: Marked = []
    if ("#", False) in part:
        part, reason = _cut(part, "#")
    counts = 100.0 if mark == "=" else 0.0
    if part[:1] == [("%", False)]:
        weight, part = _cut(part[1:], "%")
        assert mark == "~"
        written = _text(weight)
        assert re.fullmatch(r"-?\d{1,2}(\.\d+)?", written), written
        counts = float(written)
    return Answer(_html(part), _html(reason) if reason else "", counts)


def _gift_answers(inside: Marked) -> list[Answer]:
    starts = [place for place, pair in enumerate(inside) if pair in (("~", False), ("=", False))]
    assert _text(inside[: starts[0]]) == ""
    parts = zip(starts, [*starts[1:], None], strict=True)
    return [_gift_answer(inside[start][0], inside[start + 1 : end]) for start, end in parts]


def _gift_question(block: str, category: str) -> Read:
    comment, *lines = block.split("\n")
    key = re.fullmatch(r"// \[id:([a-z0-9-]+)\]", comment)
    assert key
    assert not any(line.strip().startswith("//") for line in lines)
    before, rest = _cut(_marked("\n".join(lines)), "::")
    name, rest = _cut(rest, "::")
    stem, rest = _cut(rest, "{")
    inside, after = _cut(rest, "}")
    assert before == after == []
    inside, feedback = _cut(inside, "####")
    single = ("=", False) in inside
    answers = _gift_answers(inside)
    return Read(key[1], _html(stem), answers, _text(name), category, _html(feedback), single)


def read_gift(file: bytes) -> list[Read]:
    """The questions of a GIFT file, which are parted by empty lines."""
    found, category = [], ""
    for block in re.split(r"\n\s*\n", file.decode().strip("\n")):
        if block.startswith("$CATEGORY: "):
            category = block.removeprefix("$CATEGORY: ")
            assert "\n" not in category
        else:
            found.append(_gift_question(block, category))
    return found


# Moodle XML -------------------------------------------------------------------------------------


def _said(element: ET.Element, path: str) -> str:
    found = element.findall(path)
    assert len(found) == 1, path
    return found[0].text or ""


def read_moodle(file: bytes) -> list[Read]:
    """The questions of a Moodle XML file."""
    root = ET.fromstring(file)
    assert root.tag == "quiz"
    found, category = [], ""
    for question in root:
        assert question.tag == "question"
        if question.get("type") == "category":
            category = _said(question, "category/text")
            continue
        assert question.get("type") == "multichoice"
        formats = {part.get("format") for part in question.iter() if part.find("text") is not None}
        assert formats == {None, "html"}  # a name is plain
        answers = [
            Answer(_said(a, "text"), _said(a, "feedback/text"), float(a.get("fraction", "")))
            for a in question.findall("answer")
        ]
        read = Read(
            _said(question, "idnumber"),
            _said(question, "questiontext/text"),
            answers,
            _said(question, "name/text"),
            category,
            _said(question, "generalfeedback/text"),
            {"true": True, "false": False}[_said(question, "single")],
        )
        found.append(read)
    return found


# CSV --------------------------------------------------------------------------------------------


def read_csv(file: bytes) -> list[Read]:
    """The questions of a table; an apostrophe that makes a cell harmless is left."""
    text = file.decode("utf-8-sig")
    assert file.startswith(b"\xef\xbb\xbf")
    found = []
    for row in csv.DictReader(io.StringIO(text, newline=""), strict=True):
        assert None not in row
        most = sum(name.startswith("Option ") for name in row)
        right = row["Right"].split(", ")
        answers = [
            Answer(row[f"Option {n}"], row[f"Reason {n}"], 100 / len(right) * (str(n) in right))
            for n in range(1, most + 1)
            if row[f"Option {n}"]
        ]
        found.append(Read(row["Key"], row["Question"], answers, category=row["Page"]))
    return found


# Anki -------------------------------------------------------------------------------------------


def read_anki(file: bytes) -> list[Read]:
    """The notes of a package, as its database has them."""
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        assert archive.testzip() is None
        assert archive.read("media") == b"{}"
        database = sqlite3.connect(":memory:")
        database.deserialize(archive.read("collection.anki2"))
    found = []
    for guid, fields in database.execute("SELECT guid, flds FROM notes ORDER BY id"):
        question, options, answer, credit, key = fields.split("\x1f")
        assert key == guid
        texts = re.findall(r"<li>(.*?)</li>", options, re.DOTALL)
        told = re.findall(r"<li>(.*?)<div><b>(.*?)</b> (.*?)</div></li>", answer, re.DOTALL)
        assert texts == [text for text, _, _ in told]
        counts = {"Yes.": 100.0, "Not this one.": 0.0}
        answers = [Answer(text, reason, counts[verdict]) for text, verdict, reason in told]
        found.append(Read(guid, question, answers, feedback=credit))
    database.close()
    return found


# Common Cartridge -------------------------------------------------------------------------------


def opened(file: bytes) -> dict[str, bytes]:
    """The files of a ZIP."""
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def _qti(element: ET.Element, path: str) -> list[ET.Element]:
    return element.findall("/".join(QTI + name for name in path.split("/")))


def _qti_answers(item: ET.Element) -> tuple[list[str], list[str]]:
    """Which options are right, and which reason each one shows, by the conditions."""
    right: list[str] = []
    reasons: dict[str, str] = {}
    for condition in _qti(item, "resprocessing/respcondition"):
        scores = [score.text for score in _qti(condition, "setvar")]
        assert scores in ([], ["100"])
        if both := _qti(condition, "conditionvar/and"):
            right = [each.text or "" for each in _qti(both[0], "varequal")]
            others = [each.text or "" for each in _qti(both[0], "not/varequal")]
            assert scores
            assert not set(right) & set(others)
            continue
        (test,) = _qti(condition, "conditionvar/varequal")
        assert test.get("respident") == _qti(item, "presentation/response_lid")[0].get("ident")
        right += [test.text or ""] if scores else []
        for shown in _qti(condition, "displayfeedback"):
            reasons[test.text or ""] = shown.get("linkrefid", "")
    names = [e.get("ident", "") for e in item.iter(f"{QTI}response_label")]
    return right, [reasons.get(name, "") for name in names]


def read_quiz(file: bytes) -> list[Read]:
    """The questions of a cartridge's quiz."""
    root = ET.fromstring(opened(file)["quiz/assessment.xml"])
    found = []
    for item in root.iter(f"{QTI}item"):
        ((_, profile),) = [
            [part.text for part in field] for field in item.iter(f"{QTI}qtimetadatafield")
        ]
        (wanted,) = _qti(item, "presentation/response_lid")
        single = {"Single": True, "Multiple": False}[wanted.get("rcardinality", "")]
        assert profile == f"cc.multiple_{'choice' if single else 'response'}.v0p1"
        feedback = {
            each.get("ident"): _qti(each, "flow_mat/material/mattext")[0].text or ""
            for each in _qti(item, "itemfeedback")
        }
        labels = list(item.iter(f"{QTI}response_label"))
        right, reasons = _qti_answers(item)
        assert {reason for reason in reasons if reason} == set(feedback)
        answers = [
            Answer(
                _qti(label, "material/mattext")[0].text or "",
                feedback.get(reason, ""),
                100 / len(right) * (label.get("ident") in right),
            )
            for label, reason in zip(labels, reasons, strict=True)
        ]
        stem = _qti(item, "presentation/material/mattext")[0].text or ""
        found.append(
            Read(item.get("ident", ""), stem, answers, item.get("title", ""), single=single)
        )
    return found
