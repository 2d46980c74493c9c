"""Migrates the database of DATABASE_URL as it is told, and kills itself where it is told.

Run in a process of its own. Each line of its input is `NAME KILLED_AT`: to which migration of ours,
and before which statement it ends as by `kill -9` (0: it lives). For each it writes one line,
`EXIT STATEMENTS`: how the process that did it ended (-9: killed), and how many statements it sent.
"""

import os
import signal
import sys
import tempfile
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django


class Killed:
    """Counts what a process says to its database, and ends it before a certain statement."""

    def __init__(self, at: int, told: Path) -> None:
        self.at, self.told, self.count = at, told, 0

    def __call__(self, execute: Callable[..., Any], *arguments: Any) -> Any:
        self.count += 1
        self.told.write_text(str(self.count))
        if self.count == self.at:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(*arguments)


def migrate(name: str, killed: Killed) -> None:
    from django.core.management import call_command
    from django.db import connection

    with connection.execute_wrapper(killed):
        call_command("migrate", "concepts", name, verbosity=0)
    connection.close()


def in_a_process_of_its_own(name: str, killed: Killed) -> int:
    """Exit code of a fork that migrates; minus the signal that ended it."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    code = 1
    try:
        migrate(name, killed)
        code = 0
    except Exception:  # noqa: BLE001 (whatever it is, it ends here)
        traceback.print_exc()
    finally:
        os._exit(code)


def obey(told: Path) -> None:
    for line in sys.stdin:
        name, killed_at = line.split()
        exit_code = in_a_process_of_its_own(name, Killed(int(killed_at), told))
        sys.stdout.write(f"{exit_code} {told.read_text()}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))
    os.environ["DJANGO_SETTINGS_MODULE"] = "pomsite.settings"
    django.setup()
    with tempfile.TemporaryDirectory() as folder:
        obey(Path(folder) / "statements")
