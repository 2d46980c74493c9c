"""Fill an empty database with what a new site begins with."""

import secrets
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.management.base import BaseCommand

from concepts import groups
from concepts.models import Page


class Command(BaseCommand):
    """Give an empty database its first editor and the shipped content; leave any other alone."""

    help = "Import and publish the shipped content, and make the first editor, where none is yet."

    def handle(self, *args: Any, **options: Any) -> None:
        """Do what is missing; a second run finds nothing to do and says nothing."""
        if not User.objects.exists():
            self.create_first_editor()
        if not Page.objects.exists():
            content = settings.BASE_DIR / "concepts" / "content"
            call_command("import_content", str(content), publish=True, stdout=self.stdout)

    def create_first_editor(self) -> None:
        """Create the account and print its password, which is kept nowhere else."""
        groups.make()  # a flush takes them along
        password = secrets.token_urlsafe(15)
        User.objects.create_superuser("editor", password=password)
        self.stdout.write(f"The desk is at {settings.SITE_URL}/admin/, the first account on it is")
        self.stdout.write(f"    editor    {password}")
        self.stdout.write("The password is shown this once. Change it after the first log-in.")
        self.stdout.write("Whoever else is to edit or publish is added there, under People.")
