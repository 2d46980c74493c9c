"""Django's PostgreSQL backend, which remembers for a moment that nobody answered."""

from typing import Any

from django.db.backends.postgresql import base

from pomsite.postgresql import is_down, missed


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that is refused at once while the last attempt is fresh."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Connect. Raises psycopg's OperationalError, as Django's own does."""
        if is_down(self.alias):
            raise self.Database.OperationalError("The database did not answer a moment ago.")
        try:
            return super().get_new_connection(conn_params)
        except self.Database.OperationalError:
            missed(self.alias)
            raise
