"""A migration that is there whole or not at all, whenever its process is killed."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.recorder import MigrationRecorder
from django.db.migrations.state import ProjectState


class Migration(migrations.Migration):
    """Records itself in the transaction in which it changes the schema.

    Django does so after it where indexes or foreign keys were put off to the end, and always on the
    way back. Killed in between, the next `migrate` would fail on what is there, or gone, already.
    """

    def apply(
        self,
        project_state: ProjectState,
        schema_editor: BaseDatabaseSchemaEditor,
        collect_sql: bool = False,
    ) -> ProjectState:
        """Leave nothing for later: then Django records it before the end of the transaction."""
        state = super().apply(project_state, schema_editor, collect_sql)
        if not collect_sql:
            for statement in schema_editor.deferred_sql:
                schema_editor.execute(statement, None)
            schema_editor.deferred_sql.clear()
        return state

    def unapply(
        self,
        project_state: ProjectState,
        schema_editor: BaseDatabaseSchemaEditor,
        collect_sql: bool = False,
    ) -> ProjectState:
        """Take it off the list of those that are applied; Django finds that done."""
        state = super().unapply(project_state, schema_editor, collect_sql)
        if not collect_sql:
            MigrationRecorder(schema_editor.connection).record_unapplied(self.app_label, self.name)
        return state
