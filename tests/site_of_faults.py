"""Fills an empty database for the server of `server.py`: run in a process of its own."""

import os
import sys
from pathlib import Path

import django

EDITORS = 20
PAGES = 100 if os.environ.get("FAULTS") == "full" else 12


def fill(password: str, size: str = "") -> None:
    """Editors who may do everything, a comparison, and concepts that are published.

    A `small` site has a page of every class instead.
    """
    from django.contrib.auth.hashers import make_password
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from samples import comparison, concept, publish, row
    from small_site import build

    call_command("migrate", verbosity=0)
    hashed = make_password(password)
    User.objects.bulk_create(
        User(username=f"editor{n}", password=hashed, is_staff=True, is_superuser=True)
        for n in range(EDITORS)
    )
    if size == "small":
        build(1)
        return
    body = "\n\n".join(f"Line {n}." for n in range(12))
    for number in range(PAGES):
        concept(f"page-{number}", body=body)
    rows = [row(f"row-{n}", goods=f"Goods {n}.", services=f"Services {n}.") for n in range(4)]
    publish(comparison(rows=rows, body=body, similarities=["Both one.", "Both two."]))


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))
    os.environ["DJANGO_SETTINGS_MODULE"] = "pomsite.settings"
    django.setup()
    fill(*sys.argv[1:])
