"""Uploads of content files: judged before they are unpacked, and read in a private folder."""

import base64
import binascii
import json
import re
import stat
import zlib
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from django.core.files.uploadedfile import UploadedFile

from concepts.content_files import DIMENSIONS, FOLDERS, Folder, scan_folder

SENT = 5_000_000
"""Bytes of an upload as it is sent, below the most that any request may have."""
SIZE = 20_000_000
"""Bytes that all its files may have together once they are unpacked."""
MOST = 5_000
"""Files that it may hold."""
CARRIED = 700_000
"""Characters that an upload may have to be kept in a form: a request's limit is 1 MB."""

_ENTRY = b"PK\x01\x02"
_KIND = re.compile(r"^kind:[ \t]*[\"']?([a-z]+)", re.MULTILINE)
_LARGE = f"The upload is too large: unpacked, all files may have {SIZE // 1_000_000} MB together."

Files = dict[str, bytes]
"""What was uploaded, by its name in the folder of content."""


class PackingError(Exception):
    """An upload that is refused. The message is for the editor: what, and how to mend it."""


# In -------------------------------------------------------------------------------------------


def unpacked(uploads: list["UploadedFile[Any]"]) -> Files:
    """The content files of what was uploaded: .zip files as folders, others by their kind.

    Raises:
        PackingError: too large or too many, unsafe or equal names, a broken .zip.
    """
    files: Files = {}
    for file in uploads:
        found = _found(file.name or "", file.read())
        if twice := found.keys() & files.keys():
            raise PackingError(f"{min(twice)} is there twice: keep one of them.")
        files |= found
        if len(files) > MOST:
            raise PackingError(f"There are too many files: at most {MOST:,}.")
        if sum(map(len, files.values())) > SIZE:
            raise PackingError(_LARGE)
    return files


def _found(name: str, content: bytes) -> Files:
    is_zip = name.lower().endswith(".zip") or content.startswith(b"PK")
    return _unzipped(name, content) if is_zip else {_placed(name, content): content}


def _placed(name: str, content: bytes) -> str:
    """Where a file that came alone stands in a folder of content, by its kind."""
    name = name.rsplit("/", maxsplit=1)[-1]
    if name == DIMENSIONS:
        return name
    kind = _KIND.search(content[:5_000].decode(errors="replace"))
    folder = FOLDERS.get(kind[1]) if kind else None
    if not folder or not name.endswith(".md"):
        raise PackingError(
            f"{name[:80]} is no content file: its name ends in .md, and it begins with '---' and"
            " a line such as 'kind: concept'."
        )
    return f"{folder}/{_checked(name)}"


def _unzipped(name: str, content: bytes) -> Files:
    # The list of a .zip is read as a whole when it is opened: its length is judged before.
    if content.count(_ENTRY) > 2 * MOST:
        raise PackingError(f"{name} holds too many files: at most {MOST:,}.")
    try:
        with ZipFile(BytesIO(content)) as archive:
            return _without_top(_entries(name, archive))
    except (
        BadZipFile,
        EOFError,
        NotImplementedError,
        OSError,
        RuntimeError,
        ValueError,
        zlib.error,
    ):
        raise PackingError(f"{name[:80]} cannot be read as a .zip file: pack it anew.") from None


def _entries(name: str, archive: ZipFile) -> Files:
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    if len(entries) > MOST:
        raise PackingError(f"{name} holds {len(entries):,} files: at most {MOST:,}.")
    if sum(entry.file_size for entry in entries) > SIZE:
        raise PackingError(_LARGE)
    files: Files = {}
    left = SIZE
    for entry in entries:
        _check_entry(entry)
        if entry.filename in files:
            raise PackingError(f"{entry.filename[:80]} stands twice in {name}: keep one of them.")
        # What it says of its size is its own word: no more is unpacked than may be.
        with archive.open(entry) as opened:
            files[entry.filename] = opened.read(left + 1)
        left -= len(files[entry.filename])
        if left < 0:
            raise PackingError(_LARGE)
    return files


def _check_entry(entry: ZipInfo) -> None:
    _checked(entry.orig_filename)
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise PackingError(f"{entry.filename[:80]} is a symbolic link: put the file itself there.")
    if entry.flag_bits & 1:
        raise PackingError(f"{entry.filename[:80]} is encrypted: pack it without a password.")
    # Others can ask for a gigabyte of memory to be unpacked.
    if entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise PackingError(f"{entry.filename[:80]} is packed in a way that is not read here.")


def _checked(name: str) -> str:
    """The name, when it leads to no other place than inside its folder."""
    parts = name.split("/")
    plain = all(part not in ("", ".", "..") and len(part.encode()) <= 200 for part in parts)
    if not plain or not name.isprintable() or re.search(r"[\\:]", name) or len(parts) > 6:
        raise PackingError(f"'{name[:80]}' is no name of a content file.")
    return name


def _without_top(files: Files) -> Files:
    """Without the one folder that some programs pack all files into."""
    seen = [name for name in files if not name.startswith(("__MACOSX/", "."))]
    tops = {name.split("/", maxsplit=1)[0] for name in seen}
    if len(tops) != 1 or tops & {*FOLDERS.values()} or not all("/" in name for name in seen):
        return files
    return {name.split("/", maxsplit=1)[1]: files[name] for name in seen}


def scanned(files: Files) -> Folder:
    """What the files hold, read as any folder of content is, its faults included.

    Raises:
        PackingError: a name is both a file and a folder.
    """
    with TemporaryDirectory() as folder:
        for name, content in files.items():
            try:
                Path(folder, name).parent.mkdir(parents=True, exist_ok=True)
                Path(folder, name).write_bytes(content)
            except (FileExistsError, NotADirectoryError, IsADirectoryError):
                raise PackingError(f"{name[:80]} is both a file and a folder.") from None
        return scan_folder(Path(folder))


# From one form to the next ----------------------------------------------------------------------


def carried(files: Files) -> str:
    """The files as a text that a form carries to the next request, "" where that is too large.

    It needs no signature: what comes back is judged like any other upload, and is imported only
    when it does what the editor was shown.
    """
    try:
        data = json.dumps({name: content.decode() for name, content in files.items()}).encode()
    except UnicodeDecodeError:
        return ""
    if len(data) > SIZE:
        return ""
    packed = base64.b64encode(zlib.compress(data, 9)).decode()
    return packed if len(packed) <= CARRIED else ""


def read_carried(text: str) -> Files:
    """The files that a form carried.

    Raises:
        PackingError: it is not what `carried` wrote.
    """
    unpacker = zlib.decompressobj()
    try:
        data = unpacker.decompress(base64.b64decode(text, validate=True), 2 * SIZE)
        named: Any = json.loads(data) if unpacker.eof else None
        return {_checked(name): content.encode() for name, content in named.items()}
    except (binascii.Error, zlib.error, AttributeError, RecursionError, ValueError):
        raise PackingError("The upload did not arrive whole: choose the files again.") from None


# Out ------------------------------------------------------------------------------------------


def zipped(texts: dict[str, str]) -> bytes:
    """The files as a .zip, the same for the same texts."""
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, text in sorted(texts.items()):
            entry = ZipInfo(name)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, text.encode(), ZIP_DEFLATED)
    return out.getvalue()
