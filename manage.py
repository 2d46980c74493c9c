#!/usr/bin/env python
"""The site's commands: `.venv/bin/python manage.py help` lists them."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pomsite.settings")
    # A command may take its time: no visitor waits for it.
    os.environ["STATEMENT_TIMEOUT"] = os.environ.get("STATEMENT_TIMEOUT") or "0"
    execute_from_command_line(sys.argv)
