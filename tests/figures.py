"""How much of a fault scenario is run, and what it reached."""

import os
import sys

from server import IS_POSTGRES

FULL = os.environ.get("FAULTS") == "full"


def rounds(full: int, short: int) -> int:
    """How often: `make faults` runs the full figures."""
    return full if FULL else short


def summed_up(name: str, **figures: object) -> None:
    """Print what was reached: `pytest -s` shows it, and `make faults` does."""
    told = ", ".join(f"{what.replace('_', ' ')} {figure}" for what, figure in figures.items())
    sys.stdout.write(f"\n{name} on {'PostgreSQL' if IS_POSTGRES else 'SQLite'}: {told}\n")
