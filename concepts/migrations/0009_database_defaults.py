"""What the code of before these columns does not name when it inserts a row."""

from django.db import migrations, models

from concepts import migrating


class Migration(migrating.Migration):
    dependencies = [("concepts", "0008_maintenance")]

    operations = [
        migrations.AlterField(
            model_name="distinction",
            name="untested_rows",
            field=models.JSONField(
                blank=True,
                db_default=[],
                default=list,
                help_text="Keys of rows that no question is meant to test.",
            ),
        ),
        migrations.AlterField(
            model_name="logentry",
            name="note",
            field=models.TextField(
                blank=True,
                db_default="",
                default="",
                help_text="What its author said of it.",
            ),
        ),
    ]
