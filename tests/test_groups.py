"""The three groups and their rights."""

from importlib import import_module
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from concepts import groups

pytestmark = pytest.mark.django_db

WRITTEN = ["concept", "dimension", "distinction", "guide", "organization", "sector", "source"]
WRITER = {
    *(f"{verb}_{model}" for verb in ("add", "change", "view") for model in WRITTEN),
    *("add_previewlink", "change_previewlink", "view_previewlink"),
    *("view_edition", "view_logentry"),
}
EDITOR = WRITER | {f"delete_{model}" for model in WRITTEN} | {"add_edition", "add_withdrawal"}
ADMINISTRATOR = EDITOR | {"add_closure", "add_user", "change_user", "view_user"}


def rights(name: str) -> list[str]:
    """What a group may do."""
    known = Group.objects.get(name=name).permissions.all()
    return sorted(f"{right.content_type.app_label}.{right.codename}" for right in known)


def labelled(codenames: set[str]) -> list[str]:
    """The rights with the app that each is of: accounts are Django's, all else is ours."""
    return sorted(
        f"{'auth' if codename.endswith('_user') else 'concepts'}.{codename}"
        for codename in codenames
    )


@pytest.mark.parametrize(
    ("name", "given"), [("Writer", WRITER), ("Editor", EDITOR), ("Administrator", ADMINISTRATOR)]
)
def test_a_group_has_exactly_its_rights(name: str, given: set[str]) -> None:
    groups.make()
    assert rights(name) == labelled(given)


def test_making_the_groups_again_puts_back_what_was_changed_and_keeps_who_is_in_them() -> None:
    groups.make()
    writer = Group.objects.get(name="Writer")
    writer.permissions.clear()
    groups.make()
    assert (rights("Writer"), Group.objects.get(name="Writer").pk) == (labelled(WRITER), writer.pk)


def test_the_migration_makes_the_groups_and_takes_them_away_again() -> None:
    migration = import_module("concepts.migrations.0004_groups")
    apps = MigrationLoader(connection).project_state(("concepts", "0004_groups")).apps
    editor = SimpleNamespace(connection=connection)  # a real one cannot begin within a test
    migration.remove(apps, editor)
    assert Group.objects.count() == 0
    migration.make(apps, editor)
    assert rights("Administrator") == labelled(ADMINISTRATOR)
    assert Group.objects.count() == 3
