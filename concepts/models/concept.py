"""Concepts and what relates them."""

from django.db import models

from concepts.models.fields import choices, position_field, text_field
from concepts.models.page import Page
from concepts.parts import RELATION_TYPES

PREREQUISITE = "prerequisite"


class Concept(Page):
    """An idea of the field. Its summary is its definition."""

    why_it_matters = text_field()
    formula = models.JSONField(null=True, blank=True)
    worked_example = models.JSONField(null=True, blank=True)


class Relation(models.Model):
    """How a concept stands to another, or that it is better read after it (a prerequisite)."""

    concept = models.ForeignKey(Concept, on_delete=models.CASCADE, related_name="relations")
    type = models.CharField(max_length=20, choices=choices([PREREQUISITE, *RELATION_TYPES]))
    target = models.ForeignKey(Concept, on_delete=models.PROTECT, related_name="related_from")
    note = text_field()
    position = position_field()

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["concept", "type", "target"], name="relation_once"),
            models.CheckConstraint(
                condition=~models.Q(concept=models.F("target")),
                name="relation_to_another_concept",
                violation_error_message="A concept cannot relate to itself.",
            ),
            models.CheckConstraint(
                condition=models.Q(type__in=[PREREQUISITE, *RELATION_TYPES]),
                name="relation_type_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.target_id}"
