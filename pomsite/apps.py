"""Django's admin, set up for this site."""

from django.contrib.admin.apps import AdminConfig


class DeskConfig(AdminConfig):
    """The admin, with a site that knows the second factor."""

    default_site = "concepts.accounts.site.DeskSite"
