"""A file of the media storage, whole or not at all."""

import secrets
from pathlib import Path, PurePosixPath

from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage


def keep(name: str, content: bytes) -> None:
    """Store a file under its name, whole or not at all, unless it is there already.

    A file is written aside and renamed; what is no file system writes whole by itself. Raises
    what the storage raises.
    """
    if default_storage.exists(name):
        return
    file = ContentFile(content)
    if not isinstance(default_storage, FileSystemStorage):
        default_storage.save(name, file)
        return
    draft = str(PurePosixPath(name).with_name(f"{secrets.token_hex(16)}.part"))
    try:
        default_storage.save(draft, file)
        Path(default_storage.path(draft)).replace(default_storage.path(name))
    except OSError:
        default_storage.delete(draft)
        raise
