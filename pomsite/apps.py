"""Django's admin, set up for this site."""

from django.contrib.admin.apps import AdminConfig


class DeskConfig(AdminConfig):
    """The admin, with a site that knows the second factor; and queries are timed."""

    default_site = "concepts.accounts.site.DeskSite"

    def ready(self) -> None:
        """Begin before the first connection is made."""
        super().ready()
        from pomsite import operations  # needs the models  # noqa: PLC0415

        operations.watch_queries()
