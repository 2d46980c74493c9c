"""Backups: the whole site in one file, verified before it is believed, restored all or nothing.

The same rows are written on both databases, so a backup of one is restored into the other.
"""

from concepts.backups.archive import Archive, BackupError, Manifest, opened
from concepts.backups.restoring import check, restore
from concepts.backups.taking import write

__all__ = ["Archive", "BackupError", "Manifest", "check", "opened", "restore", "write"]
