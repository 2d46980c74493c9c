"""Looks for what got past the guards, and sums up what the checks say of the desk."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from concepts import desk, guards
from concepts.checks import check
from concepts.documents import digest
from concepts.models import Edition, Page, Site
from concepts.problems import place
from concepts.stored import load


class Command(BaseCommand):
    """Reads everything and changes nothing."""

    help = "Checks guards, digests and numbers of all editions, and counts what pages lack."

    def handle(self, *_: Any, **options: Any) -> None:
        """Print every problem; fail when editions or their guards are not what they must be."""
        found = [*problems()]
        for problem in found:
            self.stderr.write(problem)
        editions = Edition.objects.count()
        self.stdout.write(f"{editions} editions: {len(found)} problems.")
        self._report_pages(options["verbosity"])
        if found:
            raise CommandError("The editions or their guards are not what they must be.")

    def _report_pages(self, verbosity: int) -> None:
        counts: Counter[str] = Counter()
        for page in Page.objects.order_by("kind", "slug"):
            for severity, where, message in _findings(page):
                counts[severity] += 1
                if severity == "error" or verbosity > 1:
                    self.stdout.write(f"{severity}: {page.kind}:{page.slug}, {where}: {message}")
        summary = f"{counts['error']} errors, {counts['warning']} warnings"
        how = " (--verbosity 2 lists these)" if counts["warning"] and verbosity < 2 else ""
        self.stdout.write(f"{Page.objects.count()} pages on the desk: {summary}{how}.")


def problems() -> Iterator[str]:
    """What is wrong with the guards, the digests and the numbers of editions."""
    yield from _unguarded()
    yield from _tampered()
    yield from _gaps()


def _unguarded() -> Iterator[str]:
    yield from (f"Guard {name} is missing: run migrate." for name in _missing())
    if not Site.objects.filter(pk=1).exists():
        yield "The site's row is missing: run migrate."


def _missing() -> list[str]:
    return guards.missing(connections[Edition.objects.db])


def _tampered() -> Iterator[str]:
    """Editions whose bytes are not those of their digest, or whose columns say something else."""
    for edition in Edition.objects.iterator(chunk_size=100):
        name = f"Edition {edition.number} of page {edition.page_id} ({edition.slug})"
        if digest(edition.document) != edition.digest:
            yield f"{name} was tampered with: its digest is another."
            continue
        data = load(edition.document)
        said = {key: data[key] for key in ("kind", "slug", "title")}
        if any(getattr(edition, key) != value for key, value in said.items()):
            yield f"{name} was tampered with: it is listed as something else than it says."


def _gaps() -> Iterator[str]:
    """Pages whose editions are not numbered 1, 2, 3 in the order of their moments."""
    numbers: dict[int, list[int]] = {}
    editions = Edition.objects.order_by("published_at").values_list("page_id", "number")
    for page, number in editions.iterator():
        numbers.setdefault(page, []).append(number)
    for page, found in numbers.items():
        if found != [*range(1, len(found) + 1)]:
            yield f"Editions of page {page} are numbered {', '.join(map(str, found))}."


def _findings(page: Page) -> Iterator[tuple[str, str, str]]:
    try:
        yield from check(desk.compose(page), page)
    except desk.DeskError as error:
        yield from (("error", place(path), message) for path, message in error.problems)
