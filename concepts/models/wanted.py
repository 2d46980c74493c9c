"""Comparisons that readers asked for and that nobody has written yet."""

from django.db import models
from django.db.models import Q


class WantedComparison(models.Model):
    """Some concepts, how often they were asked for together, and on which day last.

    Nothing is kept of who asked. `concepts.wanted` holds the table small.
    """

    concepts = models.CharField(
        max_length=100, unique=True, help_text="Numbers of their pages, rising: 12-45."
    )
    count = models.PositiveIntegerField()
    last_day = models.DateField()

    class Meta:
        ordering = ["-count", "-last_day", "concepts"]
        constraints = [models.CheckConstraint(condition=Q(count__gt=0), name="wanted_by_somebody")]

    def __str__(self) -> str:
        return f"{self.concepts}, {self.count} times"

    @property
    def pages(self) -> list[int]:
        """The numbers of the concepts' pages."""
        return [int(page) for page in self.concepts.split("-")]
