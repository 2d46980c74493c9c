"""Queries that are composed once for each form that they take.

Composing a query with unions and many joins costs Django several times what the database takes to
answer it. Such a query is written with a `Slot` wherever a value goes that changes from one
request to the next.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connections, models, router
from django.db.models import Expression, QuerySet


class Slot(Expression):
    """Stands in a query for a value that is given each time, by this name."""

    def __init__(self, name: str, output_field: "models.Field[Any, Any]") -> None:
        super().__init__(output_field=output_field)
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        """A parameter, whose value is this until one is given."""
        return "%s", [self]


class _Composed(NamedTuple):
    """A query as a database takes it, and what turns its values into Python's, by column."""

    sql: str
    parameters: Sequence[Any]
    converters: Mapping[int, tuple[list[Callable[..., Any]], Any]]


class Prepared:
    """A query by `values_list`, whose rows are tuples."""

    def __init__(self, query: QuerySet[Any, Any]) -> None:
        self.model = query.model
        self._query = query.query
        self._composed: dict[str, _Composed] = {}

    def rows(self, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """The rows with these values in the slots of their names."""
        using = router.db_for_read(self.model)
        connection = connections[using]
        if using not in self._composed:
            self._composed[using] = _composed(self._query.get_compiler(using))
        sql, parameters, converters = self._composed[using]
        given = [values[p.name] if isinstance(p, Slot) else p for p in parameters]
        with connection.cursor() as cursor:
            cursor.execute(sql, [_adapted(connection, value) for value in given])
            rows = list(cursor.fetchall())
        return [_converted(row, converters, connection) for row in rows] if converters else rows


def _composed(compiler: Any) -> _Composed:
    sql, parameters = compiler.as_sql()
    return _Composed(sql, parameters, compiler.get_converters(each[0] for each in compiler.select))


def _converted(
    row: tuple[Any, ...],
    converters: Mapping[int, tuple[list[Callable[..., Any]], Any]],
    connection: Any,
) -> tuple[Any, ...]:
    values = list(row)
    for column, (turned, expression) in converters.items():
        for turn in turned:
            values[column] = turn(values[column], expression, connection)
    return tuple(values)


def _adapted(connection: Any, value: Any) -> Any:
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return value
