"""What the code that is running would make of a page: a digest, taken once at start."""

import hashlib
from collections.abc import Iterator
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

from django.conf import settings

FOLDERS = ("concepts", "pomsite", "templates", "static")
LIBRARIES = ("Django", "markdown-it-py", "mdit-py-plugins", "nh3", "segno")
SHOWN = ("SITE_URL", "SITE_NAME", "CONTACT", "TIME_ZONE", "FRAME_ANCESTORS", "DEBUG")
"""Settings that a page shows, or that its headers carry."""


@lru_cache(maxsize=1)
def release() -> str:
    """The digest of code, templates, styles, libraries that render, and settings that are shown.

    Two processes that show a page alike share it; after a restart with other code it differs.
    """
    taken = hashlib.sha256()
    for told in _told():
        taken.update(told)
        taken.update(b"\0")
    return taken.hexdigest()[:16]


def _told() -> Iterator[bytes]:
    for name in LIBRARIES:
        yield f"{name} {version(name)}".encode()
    for name in SHOWN:
        yield f"{name} {getattr(settings, name)}".encode()
    base: Path = settings.BASE_DIR
    content = base / "concepts" / "content"  # what readers see of it comes from the database
    for folder in FOLDERS:
        for path in sorted((base / folder).rglob("*")):
            if path.is_file() and path.suffix != ".pyc" and content not in path.parents:
                yield path.relative_to(base).as_posix().encode()
                yield path.read_bytes()
