"""Fills an empty database with one published comparison: run in a process of its own."""

import os
import sys
from pathlib import Path

import django

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))
    os.environ["DJANGO_SETTINGS_MODULE"] = "pomsite.settings"
    django.setup()

    from django.core.management import call_command
    from samples import comparison, publish

    call_command("migrate", verbosity=0)
    publish(comparison())
