"""Guides of a section, A to Z, without looking at the others."""

from django.db import migrations, models

from concepts import migrating


class Migration(migrating.Migration):
    dependencies = [("concepts", "0009_database_defaults")]

    operations = [
        migrations.AddIndex(
            model_name="edition",
            index=models.Index(
                fields=["kind", "section", "title", "published_at", "superseded_at"],
                name="edition_by_section",
            ),
        ),
    ]
