"""Editions: documents that never change, in force from one moment to another.

Two doors lead to them and no view filters by itself: `as_of` and `published`. Only the verbs of
`publishing.py` write here. The guards below and the triggers of `guards.py` refuse the rest.
"""

from datetime import datetime
from typing import Any, NoReturn, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.expressions import Combinable
from django.urls import reverse

from concepts import clock
from concepts.days import outside
from concepts.documents import PAGE_DOCUMENTS, Data, PageDocument
from concepts.models.fields import choices
from concepts.models.page import Page
from concepts.parts import KINDS
from concepts.stored import load

SIGNIFICANCES = ("meaning", "wording", "checked")


class FrozenError(Exception):
    """Somebody tried to change what never changes."""


class ClosedError(Exception):
    """The document of a closed edition was asked for."""


def in_force(moment: datetime | Combinable, through: str = "") -> Q:
    """What was in force at the moment, for an edition reached `through` a relation ("edition__").

    Over a relation to many it must stand in one `filter` with what else the edition must be.
    """
    until = f"{through}superseded_at"
    running = Q(**{f"{until}__isnull": True}) | Q(**{f"{until}__gt": moment})
    # By the column of the join: PostgreSQL then knows that most editions have no closure, and does
    # not think that the few it expects are a good place to begin from.
    begun = {f"{through}published_at__lte": moment, f"{through}closure__edition__isnull": True}
    return running & Q(**begun)


class EditionQuerySet(models.QuerySet["Edition"]):
    """The doors, and the guards of the ways that a queryset has to write.

    They do not stop raw SQL, `bulk_create(update_conflicts=True)` or a superuser of the database:
    the triggers stop the first two, and `check_content` finds what got past them.
    """

    def as_of(self, moment: datetime | None = None) -> Self:
        """What was in force at the moment (now, unless the reader says otherwise)."""
        return self.filter(in_force(moment or clock.now()))

    def published(self, moment: datetime | None = None) -> Self:
        """All that had come into force by the moment, ended and closed ones included."""
        return self.filter(published_at__lte=moment or clock.now())

    def addressed(self, kind: str, slug: str, moment: datetime | None = None) -> Self:
        """Editions of the page that owns this address: the one that had carried it by then."""
        carried = Edition.objects.published(moment).filter(kind=kind, slug=slug)
        # Not by the kind once more: without statistics SQLite would go through all of it.
        return self.filter(page__in=carried.values("page"))

    def update(self, **values: Any) -> int:
        if set(values) == {"superseded_at"}:
            return super().update(**values)
        raise FrozenError("An edition never changes; publish a new one.")

    def delete(self) -> NoReturn:
        raise FrozenError("Editions are not deleted; use the verbs of publishing.py.")

    def bulk_update(self, *args: Any, **options: Any) -> NoReturn:
        raise FrozenError("An edition never changes; publish a new one.")


class Edition(models.Model):
    """One frozen document of one page."""

    page = models.ForeignKey(Page, on_delete=models.PROTECT, related_name="editions")
    kind = models.CharField(max_length=20, choices=choices(KINDS))
    section = models.CharField(max_length=20, help_text="First part of its address.")
    number = models.PositiveIntegerField()
    slug = models.CharField(max_length=80)
    title = models.CharField(max_length=200)
    summary = models.TextField(blank=True, help_text="Plain text.")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the document's bytes.")
    note = models.TextField(blank=True, help_text="What changed.")
    significance = models.CharField(max_length=10, choices=choices(SIGNIFICANCES))
    override = models.TextField(blank=True, help_text="Why it was published over warnings.")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    published_at = models.DateTimeField(help_text="In force from this moment on.")
    superseded_at = models.DateTimeField(null=True, help_text="Until; null: further notice.")
    # The last column, so that a scan of the dates does not read every document (SQLite).
    document = models.TextField(help_text="Canonical JSON.")

    objects = EditionQuerySet.as_manager()

    class Meta:
        ordering = ["page", "number"]
        constraints = [
            models.UniqueConstraint(fields=["page", "number"], name="edition_number_once"),
            models.UniqueConstraint(
                fields=["page"],
                condition=Q(superseded_at__isnull=True),
                name="edition_one_until_further_notice",
            ),
            models.UniqueConstraint(
                fields=["kind", "slug"],
                condition=Q(superseded_at__isnull=True),
                name="edition_one_at_an_address",
            ),
            models.CheckConstraint(
                condition=Q(superseded_at__gt=models.F("published_at")),
                name="edition_ends_after_it_began",
            ),
            models.CheckConstraint(
                condition=Q(significance__in=SIGNIFICANCES), name="edition_significance_known"
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="edition_number_from_one"),
        ]
        indexes = [
            models.Index(fields=["kind", "slug", "published_at"], name="edition_by_address"),
            models.Index(
                fields=["kind", "title", "published_at", "superseded_at"], name="edition_by_title"
            ),
            models.Index(
                fields=["kind", "section", "title", "published_at", "superseded_at"],
                name="edition_by_section",
            ),
            models.Index(fields=["published_at"], name="edition_by_beginning"),
            models.Index(
                fields=["superseded_at"],
                condition=Q(superseded_at__isnull=False),
                name="edition_by_end",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}, edition {self.number}"

    def save(self, *args: Any, **options: Any) -> None:
        if not self._state.adding:
            raise FrozenError("An edition never changes; publish a new one.")
        super().save(*args, **options)

    def get_absolute_url(self) -> str:
        """The page's address, which shows whatever edition is in force."""
        return reverse("page", args=[self.section, self.slug])

    def delete(self, *args: Any, **options: Any) -> NoReturn:
        raise FrozenError("Editions are not deleted; use the verbs of publishing.py.")

    def get_permanent_url(self) -> str:
        """This edition's own address, under the slug that it froze, on no past day either."""
        return outside(reverse("edition", args=[self.section, self.slug, self.number]))

    def data(self) -> Data:
        """The document as plain values, lifted to the current schema.

        Raises:
            ClosedError: the edition was closed for legal reasons.
        """
        if hasattr(self, "closure"):
            raise ClosedError(self)
        return load(self.document)

    def thawed(self) -> PageDocument:
        """The document as its schema's model, for whoever writes it elsewhere.

        Raises:
            ClosedError: the edition was closed for legal reasons.
        """
        return PAGE_DOCUMENTS[self.kind].model_validate(self.data())


class Ruling(models.Model):
    """A decision about an edition, in a row of its own, since the edition never changes."""

    reason = models.TextField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        abstract = True
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="%(class)s_has_reason")]

    def __str__(self) -> str:
        return self.reason


class Withdrawal(Ruling):
    """Why the page's last edition ended with none after it."""

    edition = models.OneToOneField(Edition, on_delete=models.CASCADE, related_name="withdrawal")


class Closure(Ruling):
    """Why an edition's document is shown to nobody any more."""

    edition = models.OneToOneField(Edition, on_delete=models.CASCADE, related_name="closure")


class Link(models.Model):
    """A page that an edition names: in its text, or in a role such as side or prerequisite."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="links")
    target = models.ForeignKey(Page, on_delete=models.PROTECT, related_name="links_here")
    relation = models.CharField(max_length=20, help_text="text, side, prerequisite, uses, ...")
    place = models.CharField(max_length=300, blank=True, help_text="Where in the text.")
    note = models.TextField(blank=True, help_text="Plain text.")

    class Meta:
        ordering = ["id"]
        # With the id, by which the first so many of very many are taken without sorting all.
        indexes = [models.Index(fields=["target", "relation", "id"], name="link_by_target_in_turn")]

    def __str__(self) -> str:
        return f"{self.relation} {self.target_id}"


class Citation(models.Model):
    """A source that an edition cites, as it froze it, with every place and locator."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="citations")
    key = models.CharField(max_length=80)
    places = models.JSONField(default=list, help_text="[[place, locator], ...]")
    source = models.JSONField(help_text="The frozen source: key, csl, checked, note.")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "key"], name="citation_once_per_edition")
        ]
        indexes = [models.Index(fields=["key"], name="citation_by_key")]

    def __str__(self) -> str:
        return self.key


class Site(models.Model):
    """The one row that every verb locks: a counter of the verbs and their latest moment."""

    counter = models.PositiveBigIntegerField(default=0)
    moment = models.DateTimeField()
    maintenance = models.TextField(
        blank=True, default="", db_default="", help_text="Why nobody may write; empty: all may."
    )

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="site_is_one_row")]

    def __str__(self) -> str:
        return f"{self.counter} verbs"
