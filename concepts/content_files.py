"""Content files: one document as Markdown with YAML front matter, and a folder of them.

    concepts/ distinctions/ organizations/ guides/ sources/     one `<slug>.md` each
    dimensions.yaml                                             all dimensions, one list

A file's `kind` and `slug` stand in its front matter; its name is free, but we write the slug.
Pure, apart from reading and writing the folder.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path as FilePath
from typing import Any, NamedTuple

from pydantic import ValidationError

from concepts import yaml_text
from concepts.documents import PAGE_DOCUMENTS, Data, Dimension, Document, Source
from concepts.parts import KEY_PATTERN, Model
from concepts.problems import Problem, about, problems_of
from concepts.rendering import TextError, images_in, normalized
from concepts.texts import Path, texts
from concepts.yaml_text import Reading, YamlError

FILE_LIMIT = 1_000_000
"""Bytes that a content file may have."""

FOLDERS = {
    "concept": "concepts",
    "distinction": "distinctions",
    "organization": "organizations",
    "guide": "guides",
    "source": "sources",
}
DIMENSIONS = "dimensions.yaml"

_MODELS: dict[str, type[Model]] = {**PAGE_DOCUMENTS, "source": Source}
_KINDS = {folder: kind for kind, folder in FOLDERS.items()}
_KEY_LINE = re.compile(r"^[ -]*(?:slug|key): *[\"']?([a-z0-9-]+)", re.MULTILINE)


class FileProblem(NamedTuple):
    """What is wrong with a file: which, on which line (None: in all of it), and how to mend it."""

    file: str
    line: int | None
    message: str

    def __str__(self) -> str:
        line = f", line {self.line}" if self.line else ""
        return f"{self.file}{line}: {self.message}"


class ContentError(Exception):
    """Content files that cannot be used. `problems` has everything that is wrong with them."""

    def __init__(self, problems: Iterable[FileProblem]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


@dataclass(frozen=True)
class FileDocument:
    """A document, the slugs it had before, and where in which file it stands."""

    name: str
    document: Document
    formerly: tuple[str, ...] = ()
    text: str = field(default="", repr=False)
    lines: dict[Path, int] = field(default_factory=dict, repr=False)

    @property
    def key(self) -> str:
        """What names the document among all, such as "concept:takt-time"."""
        return key_of(self.document)

    def at(self, problem: Problem) -> FileProblem:
        """The problem of the document as one of its file, on the line where its path leads."""
        return _placed(self.name, self.lines, problem)

    def naming(self, words: str, message: str) -> FileProblem:
        """A problem on the first line that holds these words."""
        return FileProblem(self.name, _line_of(self.text, words), message)


@dataclass
class Folder:
    """What a folder holds: its documents, its problems, and which keys the bad files mean."""

    files: list[FileDocument] = field(default_factory=list)
    problems: list[FileProblem] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)


def key_of(document: Document) -> str:
    """What names a document among all, such as "concept:takt-time"."""
    name = document.key if isinstance(document, Dimension) else document.slug
    return f"{document.kind}:{name}"


def _placed(name: str, lines: dict[Path, int], problem: Problem) -> FileProblem:
    path = problem.path
    while path and path not in lines:
        path = path[:-1]
    return FileProblem(name, lines.get(path) if path else None, problem.message)


def _line_of(text: str, words: str) -> int | None:
    found = re.search(re.escape(words) + r"(?![\w-])", text)
    return text.count("\n", 0, found.start()) + 1 if found else None


# Writing --------------------------------------------------------------------------------------


def dump(document: Document) -> str:
    """The one content file of a page or source: front matter without defaults, then the body."""
    data = _without_defaults(document)
    body = data.pop("body", "")
    end = f"\n{body}\n" if body else ""
    return f"---\n{yaml_text.write({'kind': document.kind, **data})}---\n{end}"


def dump_dimensions(dimensions: Iterable[Dimension]) -> str:
    """`dimensions.yaml`, in the order of their keys."""
    ordered = sorted(dimensions, key=lambda dimension: dimension.key)
    return yaml_text.write([_without_defaults(dimension) for dimension in ordered])


def _without_defaults(document: Document) -> Data:
    return document.model_dump(
        mode="json", by_alias=True, exclude_defaults=True, exclude={"kind", "frozen"}
    )


def write_folder(path: FilePath, documents: Iterable[Document]) -> list[str]:
    """Write each document into the folder, made where it is missing; returns the names.

    A file of the same name is written over, any other is left alone.

    Raises:
        ContentError: a symbolic link stands in the way: nothing outside the folder is written.
    """
    contents = contents_of(documents)
    links = [name for name in contents if _is_linked(path, name)]
    if links:
        message = "is a symbolic link, or in one: nothing is written outside the folder."
        raise ContentError(FileProblem(name, None, message) for name in links)
    for name, text in contents.items():
        file = path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode())
    return sorted(contents)


def _is_linked(path: FilePath, name: str) -> bool:
    return (path / name).is_symlink() or (path / name.split("/", maxsplit=1)[0]).is_symlink()


def contents_of(documents: Iterable[Document]) -> dict[str, str]:
    """The text of each file that a folder of these documents has, by the file's name in it."""
    contents: dict[str, str] = {}
    dimensions = []
    for document in documents:
        if isinstance(document, Dimension):
            dimensions.append(document)
        else:
            contents[f"{FOLDERS[document.kind]}/{document.slug}.md"] = dump(document)
    if dimensions:
        contents[DIMENSIONS] = dump_dimensions(dimensions)
    return contents


# Reading one file -------------------------------------------------------------------------------


def parse_file(name: str, content: bytes) -> FileDocument:
    """The document of a content file; `name` is its path in the folder: concepts/takt-time.md.

    Raises:
        ContentError: with everything that is wrong with the file.
    """
    text = _decoded(name, content)
    header, body, below = _parted(name, text)
    reading = _read_yaml(name, header, line=2)
    reading.lines.setdefault(("body",), below)
    if not isinstance(reading.value, dict):
        raise _error(name, 1, f"The front matter {_EXPECTED}")
    return _page_or_source(name, text, reading, body)


def parse_dimensions(name: str, content: bytes) -> list[FileDocument]:
    """The dimensions of `dimensions.yaml`.

    Raises:
        ContentError: with everything that is wrong with the file.
    """
    text = _decoded(name, content)
    reading = _read_yaml(name, text, line=1)
    if not isinstance(reading.value, list):
        raise _error(name, 1, "must be a list: '- key: ...', 'label: ...' below it, and so on")
    problems: list[FileProblem] = []
    files = []
    for number, data in enumerate(reading.value):
        try:
            document = Dimension.model_validate(data, by_alias=True, by_name=False)
        except ValidationError as error:
            wrong = problems_of(error, Dimension, at=(number,))
            problems += [_placed(name, reading.lines, problem) for problem in wrong]
        else:
            lines = {path[1:]: n for path, n in reading.lines.items() if path[:1] == (number,)}
            files.append(FileDocument(name, document, text=text, lines=lines))
    if problems:
        raise ContentError(problems)
    return files


_EXPECTED = "must be keys with values, such as 'kind: concept', 'slug: ...' and 'title: ...'."


def _error(name: str, line: int | None, message: str) -> ContentError:
    return ContentError([FileProblem(name, line, message)])


def _decoded(name: str, content: bytes) -> str:
    """The text, with LF and without a byte order mark."""
    _check_size(name, len(content))
    try:
        text = content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        raise _not_utf8(name, content, error) from None
    if not text.strip():
        raise _error(name, None, "The file is empty: it needs front matter, or delete it.")
    wrong = [(n, odd) for n, line in enumerate(text.split("\n"), 1) if (odd := _odd(line))]
    if wrong:
        message = "The control character U+{:04X} is not allowed: delete it."
        raise ContentError(FileProblem(name, n, message.format(ord(odd))) for n, odd in wrong)
    return text


def _not_utf8(name: str, content: bytes, error: UnicodeDecodeError) -> ContentError:
    before = content[: error.start]
    column = error.start - before.rfind(b"\n")
    byte = f"byte {column} of it (0x{content[error.start]:02X})"
    message = f"{byte} is not UTF-8: save the file in the encoding UTF-8."
    return _error(name, before.count(b"\n") + 1, message)


def _check_size(name: str, size: int) -> None:
    if size > FILE_LIMIT:
        message = f"The file is too large: its size is {size:,} bytes, the limit {FILE_LIMIT:,}."
        raise _error(name, None, f"{message} Look for a pasted picture or one very long line.")


def _odd(line: str) -> str:
    """The first character that no text may hold, or ""."""
    return next((c for c in line if _is_odd(c)), "") if not line.isprintable() else ""


@cache
def _is_odd(character: str) -> bool:
    try:
        normalized(character)
    except TextError:
        return True
    return False


def _parted(name: str, text: str) -> tuple[str, str, int]:
    """What stands between the first two lines `---`, what follows, and the line it begins on."""
    if not re.match(r"---[ \t]*\n", text):
        raise _error(name, 1, "The front matter is missing: the first line must be '---'.")
    lines = text.split("\n")
    marks = (number for number, line in enumerate(lines) if number and line.rstrip() == "---")
    end = next(marks, 0)
    if not end:
        message = "The front matter is not closed: end it with a line '---', then the body."
        raise _error(name, 1, message)
    return "\n".join([*lines[1:end], ""]), "\n".join(lines[end + 1 :]), end + 2


def _read_yaml(name: str, text: str, *, line: int) -> Reading:
    try:
        return yaml_text.read(text, line=line)
    except YamlError as error:
        raise ContentError(FileProblem(name, *problem) for problem in error.problems) from None


def _page_or_source(name: str, text: str, reading: Reading, body: str) -> FileDocument:
    data: Data = dict(reading.value)
    model, problems = _model(name, data)
    formerly = data.pop("formerly", [])
    problems += _front_matter_problems(model, data, formerly)
    try:
        document: Any = model.model_validate({**data, "body": body}, by_alias=True, by_name=False)
    except ValidationError as error:
        problems += problems_of(error, model, beside=["formerly"])
    if problems:
        raise ContentError(_placed(name, reading.lines, problem) for problem in problems)
    file = FileDocument(name, document, tuple(formerly), text, reading.lines)
    _check_images(file)
    return file


def _model(name: str, data: Data) -> tuple[type[Model], list[Problem]]:
    """The model of the file's kind; where that is wrong, the one of its folder."""
    here = _KINDS.get(name.split("/", maxsplit=1)[0], "")
    kind = data.get("kind", "")
    if kind in ([here] if here else [*_MODELS]):
        return _MODELS[kind], []
    wanted = f"{here}, as the file stands in {FOLDERS[here]}/" if here else " or ".join(_MODELS)
    problem = about(("kind",), f"must be {wanted}" if "kind" in data else "is missing")
    data["kind"] = here or "concept"
    return _MODELS[data["kind"]], [problem]


def _front_matter_problems(model: type[Model], data: Data, formerly: Any) -> list[Problem]:
    problems = []
    if data.pop("frozen", None) is not None:
        problems.append(about(("frozen",), "is filled by the desk: leave it out"))
    if data.pop("body", None) is not None:
        problems.append(about(("body",), "stands below the front matter, not in it"))
    if not isinstance(formerly, list) or not all(_is_slug(slug) for slug in formerly):
        problems.append(about(("formerly",), "must be a list of slugs, such as [takt-time]"))
    elif formerly and model is Source:
        problems.append(about(("formerly",), "renames pages: a source keeps its key"))
    return problems


def _is_slug(value: object) -> bool:
    return isinstance(value, str) and bool(re.fullmatch(KEY_PATTERN, value))


def _check_images(file: FileDocument) -> None:
    problems = list(_text_problems(file))
    if problems:
        raise ContentError(problems)


def texts_of(document: Document) -> list[tuple[str, str]]:
    """(place, Markdown) of every text of a document, a source's note included."""
    if isinstance(document, Source):
        return [("body", document.body)]
    return [] if isinstance(document, Dimension) else texts(document)


def _text_problems(file: FileDocument) -> Iterator[FileProblem]:
    """Texts that cannot be shown, and images from elsewhere."""
    for place, text in texts_of(file.document):
        try:
            images = images_in(text)
        except TextError as error:
            yield file.naming(text.split("\n")[0], f"'{place}': {error}")
            continue
        for image in images:
            if image.attributes is None:
                yield file.naming(image.src, _foreign(image.src))


def _foreign(src: str) -> str:
    return (
        f"The image {src[:80]!r} is not allowed: only /media/<sha256>.<ext>,"
        " the address that the desk gives an image when it is uploaded."
    )


# Reading a folder -------------------------------------------------------------------------------


def read_folder(path: FilePath) -> list[FileDocument]:
    """Every document of a folder, in the order of its files' names.

    Raises:
        ContentError: with everything that is wrong with any of the files.
    """
    folder = scan_folder(path)
    if folder.problems:
        raise ContentError(folder.problems)
    return folder.files


def scan_folder(path: FilePath) -> Folder:
    """What `read_folder` reads, beside everything that is wrong; nothing is raised.

    Nothing outside the folder is read: symbolic links are refused.
    """
    folder = Folder()
    for file, name in _listed(path, folder):
        try:
            folder.files += _read(file, name)
        except ContentError as error:
            folder.problems += error.problems
            folder.broken |= _meant(file, name)
    folder.problems += [*_twice(folder.files), *_renaming_problems(folder.files)]
    return folder


def _read(file: FilePath, name: str) -> list[FileDocument]:
    _check_size(name, file.stat().st_size)
    content = file.read_bytes()
    return parse_dimensions(name, content) if name == DIMENSIONS else [parse_file(name, content)]


def _listed(root: FilePath, folder: Folder) -> Iterator[tuple[FilePath, str]]:
    """Every content file with its name in the folder; what is none of them becomes a problem."""
    for entry in _entries(root):
        if entry.name in _KINDS and entry.is_dir() and not entry.is_symlink():
            inside = [(file, f"{entry.name}/{file.name}") for file in _entries(entry)]
        else:
            inside = [(entry, entry.name)]
        for file, name in inside:
            if problem := _misplaced(file, name):
                folder.problems.append(FileProblem(name, None, problem))
            elif name == DIMENSIONS or "/" in name:
                yield file, name


def _entries(path: FilePath) -> list[FilePath]:
    return sorted(entry for entry in path.iterdir() if not entry.name.startswith((".", "_")))


def _misplaced(file: FilePath, name: str) -> str:
    """Why this is no content file, or "". Beside them, the folder may hold a README, a licence."""
    if file.is_symlink():
        return "is a symbolic link, which is not followed: nothing outside the folder is read."
    if "/" not in name and file.is_dir():
        return f"is an unknown folder. Known: {', '.join(_KINDS)}."
    if "/" in name and not (file.is_file() and file.suffix == ".md"):
        return "is no content file: each is one file whose name ends in .md."
    if "/" not in name and file.suffix in {".md", ".yaml", ".yml"}:
        return "" if name in {DIMENSIONS, "README.md"} else "stands outside the folders of content."
    return ""


def _meant(file: FilePath, name: str) -> set[str]:
    """The keys that a file with faults seems to hold, so that others may name them."""
    kind = _KINDS.get(name.split("/", maxsplit=1)[0], "dimension")
    with file.open("rb") as opened:
        text = opened.read(FILE_LIMIT).decode(errors="replace")
    return {f"{kind}:{slug}" for slug in (*_KEY_LINE.findall(text), file.stem)}


def _twice(files: list[FileDocument]) -> Iterator[FileProblem]:
    first: dict[str, FileDocument] = {}
    for file in files:
        other = first.setdefault(file.key, file)
        if other is not file:
            field_name = "key" if isinstance(file.document, Dimension) else "slug"
            message = f"of {file.key} stands there twice: it is taken already in {other.name}"
            yield file.at(about((field_name,), message))


def _renaming_problems(files: list[FileDocument]) -> Iterator[FileProblem]:
    """An old name is no page of the folder, and only one page had it."""
    pages = {file.key: file.name for file in files}
    renamed: dict[str, str] = {}
    for file in files:
        for slug in file.formerly:
            old = f"{file.document.kind}:{slug}"
            first = renamed.setdefault(old, file.name)
            if old in pages:
                message = f"names {slug}, which is a page of this folder, {pages[old]}"
            elif first != file.name:
                message = f"names {slug}, and so does {first}"
            else:
                continue
            yield file.at(about(("formerly",), f"{message}: a conflict or a cycle of new names"))
