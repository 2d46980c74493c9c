from typing import Any

import django.db.models.deletion
from django.db import migrations, models

from concepts import migrating
from concepts.search.engines import ENGINES


def install(apps: Any, schema_editor: Any) -> None:
    for statement in ENGINES[schema_editor.connection.vendor].install:
        schema_editor.execute(statement, params=None)


def remove(apps: Any, schema_editor: Any) -> None:
    for statement in ENGINES[schema_editor.connection.vendor].remove:
        schema_editor.execute(statement, params=None)


class Migration(migrating.Migration):
    """The editions that are there already are indexed after migrating (`search.indexing`)."""

    dependencies = [("concepts", "0004_groups")]

    operations = [
        migrations.CreateModel(
            name="SearchEntry",
            fields=[
                (
                    "edition",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="search_entry",
                        serialize=False,
                        to="concepts.edition",
                    ),
                ),
                ("lead", models.TextField(help_text="Of title, other names and summary.")),
                ("body", models.TextField(help_text="Of the passages, a line each.")),
                (
                    "passages",
                    models.JSONField(help_text="[[anchor, place in words, plain text], ...]"),
                ),
            ],
            options={"verbose_name_plural": "search entries"},
        ),
        migrations.CreateModel(
            name="SearchName",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=500)),
                (
                    "number",
                    models.PositiveSmallIntegerField(
                        help_text="0 and 1: title; from 2 on: other names."
                    ),
                ),
                (
                    "size",
                    models.PositiveSmallIntegerField(
                        help_text="Different words of the name that count."
                    ),
                ),
                (
                    "word",
                    models.CharField(
                        help_text="Stem of the word that is put first.", max_length=50
                    ),
                ),
                (
                    "turned",
                    models.TextField(help_text="The folded name, beginning with this word."),
                ),
                (
                    "first",
                    models.BooleanField(help_text="The name itself begins with this word."),
                ),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="search_names",
                        to="concepts.edition",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["word", "edition", "number", "size"], name="search_name_by_word"
                    ),
                    models.Index(fields=["turned"], name="search_name_by_beginning"),
                ],
            },
        ),
        migrations.CreateModel(
            name="SearchWord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("slip", models.CharField(max_length=90)),
                ("word", models.CharField(max_length=90)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("slip", "word"), name="search_word_once_under_a_slip"
                    )
                ],
            },
        ),
        migrations.RunPython(install, remove),
    ]
