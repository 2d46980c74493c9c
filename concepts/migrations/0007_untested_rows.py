"""Rows of a comparison that no question is meant to test."""

from django.db import migrations, models

from concepts import migrating


class Migration(migrating.Migration):
    dependencies = [("concepts", "0006_wanted_comparisons")]

    operations = [
        migrations.AddField(
            model_name="distinction",
            name="untested_rows",
            field=models.JSONField(
                blank=True,
                default=list,
                help_text="Keys of rows that no question is meant to test.",
            ),
        ),
    ]
