"""Sessions in the database, which tell a database that fails from a session that has ended."""

from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import UpdateError

from concepts import outages


class SessionStore(db.SessionStore):
    """Django's own, but for what it says when a session cannot be written."""

    def save(self, must_create: bool = False) -> None:
        """Write the session.

        Django takes every failure for a session that somebody ended, and answers 400. Raises the
        failure itself where it is an outage, so that 503 is answered, and else as Django does.
        """
        try:
            super().save(must_create)
        except UpdateError as error:
            cause: Any = error.__context__
            if outages.is_outage(cause):
                raise cause from cause.__cause__
            raise
