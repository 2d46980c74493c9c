"""A database that does not answer, for tests of what the site says then."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import OperationalError, connection

REFUSED = OperationalError("connection to server at db.example.edu failed: Connection refused")


@contextmanager
def down(error: Exception = REFUSED) -> Iterator[None]:
    """Every query fails."""

    def fail(*_: Any) -> None:
        raise type(error)(*error.args) from error.__cause__

    with connection.execute_wrapper(fail):
        yield
