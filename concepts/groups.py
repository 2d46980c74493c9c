"""Who may do what on the desk: three groups, each with all rights of the one before it."""

from django.apps import apps as installed
from django.apps.registry import Apps
from django.contrib.auth.management import create_permissions
from django.db import DEFAULT_DB_ALIAS

MAY_PUBLISH = "concepts.add_edition"
WRITTEN = "concept distinction organization guide source dimension sector".split()

WRITER = [
    *(f"concepts.{verb}_{model}" for model in WRITTEN for verb in ("add", "change", "view")),
    *(f"concepts.{verb}_previewlink" for verb in ("add", "change", "view")),
    *("concepts.view_edition", "concepts.view_logentry"),
]
EDITOR = [
    *WRITER,
    *(f"concepts.delete_{model}" for model in WRITTEN),
    *(MAY_PUBLISH, "concepts.add_withdrawal"),
]
ADMINISTRATOR = [
    *EDITOR,
    "concepts.add_closure",
    *(f"auth.{verb}_user" for verb in ("add", "change", "view")),
]
GROUPS = {"Writer": WRITER, "Editor": EDITOR, "Administrator": ADMINISTRATOR}


def make(apps: Apps = installed, using: str = DEFAULT_DB_ALIAS) -> None:
    """Make the groups, or bring them up to date: a migration that adds a right calls it again.

    A right whose model the migration's `apps` does not have yet is left out.
    """
    for label in ("auth", "concepts"):
        # Else a right exists only after the last migration.
        create_permissions(installed.get_app_config(label), apps=apps, using=using, verbosity=0)
    known = apps.get_model("auth", "Permission").objects.using(using).select_related("content_type")
    rights = {f"{right.content_type.app_label}.{right.codename}": right for right in known}
    for name, given in GROUPS.items():
        group, _ = apps.get_model("auth", "Group").objects.using(using).get_or_create(name=name)
        group.permissions.set([rights[right] for right in given if right in rights])
