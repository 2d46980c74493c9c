"""Guards of editions (PostgreSQL) and the row that every verb locks.

On SQLite the guards come when all migrations have run (`guards.after_migrate`): a later migration
could not alter a table while a trigger of another table names it.
"""

from typing import Any

from django.db import migrations

from concepts import guards, migrating


def make(apps: Any, schema_editor: Any) -> None:
    connection = schema_editor.connection
    if connection.vendor == "postgresql":
        guards.install(connection)
    guards.make_site(apps.get_model("concepts", "Site"), connection.alias)


def lift(apps: Any, schema_editor: Any) -> None:
    guards.lift(schema_editor.connection)


class Migration(migrating.Migration):
    dependencies = [("concepts", "0001_initial")]

    operations = [migrations.RunPython(make, lift)]
