from django.apps import AppConfig
from django.core.checks import Tags, register
from django.db.models.signals import post_migrate, pre_migrate


class ConceptsConfig(AppConfig):
    """The one app; it keeps the guards of editions, and the index of search, in place."""

    name = "concepts"
    verbose_name = "Concepts"

    def ready(self) -> None:
        """Migrations are the one thing that takes triggers away unasked (SQLite)."""
        from concepts import guards  # needs the models  # noqa: PLC0415
        from concepts.search import indexing  # noqa: PLC0415

        pre_migrate.connect(guards.before_migrate, sender=self)
        post_migrate.connect(guards.after_migrate, sender=self)
        post_migrate.connect(indexing.after_migrate, sender=self)
        register(guards.check_guards, Tags.database)
