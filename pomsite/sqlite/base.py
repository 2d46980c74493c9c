"""Django's SQLite backend, which makes no empty file where a server's own was moved away.

An empty one would hide that the site's is missing, and mix with it when it is put back.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from django.db.backends.sqlite3 import base

_exists: ContextVar[bool] = ContextVar("exists", default=False)


@contextmanager
def existing() -> Iterator[None]:
    """Open only a file that is there; commands, which may begin a site, make one."""
    token = _exists.set(True)
    try:
        yield
    finally:
        _exists.reset(token)


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection to a file, which must be there where a request asks for it."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Connect. Raises OperationalError (SQLITE_CANTOPEN) where the file is missing."""
        if _exists.get():
            file = Path(conn_params["database"]).absolute().as_uri()
            conn_params = conn_params | {"database": f"{file}?mode=rw"}
        return super().get_new_connection(conn_params)
