"""Why nobody may write at present, in the site's one row."""

from django.db import migrations, models

from concepts import migrating


class Migration(migrating.Migration):
    dependencies = [("concepts", "0007_untested_rows")]

    operations = [
        migrations.AddField(
            model_name="site",
            name="maintenance",
            field=models.TextField(
                blank=True,
                db_default="",
                default="",
                help_text="Why nobody may write; empty: all may.",
            ),
        ),
    ]
