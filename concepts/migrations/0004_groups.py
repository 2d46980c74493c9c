from typing import Any

from django.conf import settings
from django.db import migrations

from concepts import groups, migrating


def make(apps: Any, schema_editor: Any) -> None:
    groups.make(apps, schema_editor.connection.alias)


def remove(apps: Any, schema_editor: Any) -> None:
    known = apps.get_model("auth", "Group").objects.using(schema_editor.connection.alias)
    known.filter(name__in=groups.GROUPS).delete()


class Migration(migrating.Migration):
    dependencies = [
        ("concepts", "0003_notes_and_preview_links"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [migrations.RunPython(make, remove)]
