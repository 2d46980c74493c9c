"""Links to a page in the order in which they are taken, so that the first need no sorting."""

from django.db import migrations, models

from concepts import migrating


class Migration(migrating.Migration):
    dependencies = [("concepts", "0010_edition_by_section")]

    operations = [
        migrations.RemoveIndex(model_name="link", name="link_by_target"),
        migrations.AddIndex(
            model_name="link",
            index=models.Index(fields=["target", "relation", "id"], name="link_by_target_in_turn"),
        ),
    ]
