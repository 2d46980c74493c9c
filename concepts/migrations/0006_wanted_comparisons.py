import json
from typing import Any

import django.db.models.deletion
from django.db import migrations, models

from concepts import migrating


def count_questions(apps: Any, schema_editor: Any) -> None:
    """Count the questions of the editions that are there already."""
    using = schema_editor.connection.alias
    editions = apps.get_model("concepts", "Edition").objects.using(using)
    quiz = apps.get_model("concepts", "Quiz")
    counts = (
        (pk, len(json.loads(document)["questions"]))
        for pk, document in editions.values_list("pk", "document").iterator(chunk_size=100)
    )
    quiz.objects.using(using).bulk_create(
        [quiz(edition_id=pk, questions=count) for pk, count in counts if count]
    )


class Migration(migrating.Migration):
    dependencies = [("concepts", "0005_search")]

    operations = [
        migrations.CreateModel(
            name="Quiz",
            fields=[
                (
                    "edition",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="quiz",
                        serialize=False,
                        to="concepts.edition",
                    ),
                ),
                ("questions", models.PositiveIntegerField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("questions__gt", 0)), name="quiz_asks"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="WantedComparison",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "concepts",
                    models.CharField(
                        help_text="Numbers of their pages, rising: 12-45.",
                        max_length=100,
                        unique=True,
                    ),
                ),
                ("count", models.PositiveIntegerField()),
                ("last_day", models.DateField()),
            ],
            options={
                "ordering": ["-count", "-last_day", "concepts"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("count__gt", 0)), name="wanted_by_somebody"
                    )
                ],
            },
        ),
        migrations.RunPython(count_questions, migrations.RunPython.noop),
    ]
