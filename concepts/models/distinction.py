"""Comparisons: sides across, rows down, one cell for each row and side."""

from django.db import models

from concepts.models.concept import Concept
from concepts.models.fields import (
    choices,
    key_constraint,
    key_field,
    list_field,
    position_field,
    text_field,
)
from concepts.models.page import Page
from concepts.models.source import Dimension
from concepts.parts import VERDICTS

MOST_SIDES = 4


class Distinction(Page):
    """A comparison of two to four concepts. Its summary is the verdict."""

    similarities = list_field("What they share, two to four.")
    why_confused = text_field()
    principle = text_field("The one rule that generates the rows.")
    scope = models.JSONField(null=True, blank=True, help_text="Data of the scope picture.")
    timeline = list_field()
    practice = list_field("The same organization on every side.")
    boundary_cases = list_field("Both, neither, it depends.")
    positions = list_field("Who holds what, where sources disagree.")
    claims_note = text_field("What stands before the claims checked.")
    untested_rows = models.JSONField(
        blank=True,
        default=list,
        db_default=[],
        help_text="Keys of rows that no question is meant to test.",
    )
    retired_rows = list_field("Keys of rows that are gone, each with a successor or a reason.")
    retired_sides = list_field("Keys of sides that are gone, each with a successor or a reason.")


class Side(models.Model):
    """One of the things compared.

    Positions run from 0; negative ones stand only while sides change places within a transaction.
    That there are two at least is held by the document's schema, not by the database.
    """

    distinction = models.ForeignKey(Distinction, on_delete=models.CASCADE, related_name="sides")
    key = key_field("Given once and never reused: cells are addressed by it.")
    concept = models.ForeignKey(Concept, on_delete=models.PROTECT, related_name="sides")
    position = models.SmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["distinction", "key"], name="side_key_once"),
            models.UniqueConstraint(
                fields=["distinction", "concept"],
                name="sides_differ",
                violation_error_message="The sides of a comparison must be different concepts.",
            ),
            models.UniqueConstraint(fields=["distinction", "position"], name="side_position_once"),
            models.CheckConstraint(
                condition=models.Q(position__range=(-MOST_SIDES, MOST_SIDES - 1)),
                name="four_sides_at_most",
                violation_error_message="A comparison has four sides at most.",
            ),
            key_constraint("side_key_form"),
        ]

    def __str__(self) -> str:
        return self.key


class Row(models.Model):
    """One dimension of a comparison."""

    distinction = models.ForeignKey(Distinction, on_delete=models.CASCADE, related_name="rows")
    key = key_field("Given once and never reused: the row's address is #row- and this key.")
    dimension = models.ForeignKey(Dimension, on_delete=models.PROTECT, related_name="rows")
    position = position_field()

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["distinction", "key"], name="row_key_once"),
            key_constraint("row_key_form"),
        ]

    def __str__(self) -> str:
        return self.key


class Cell(models.Model):
    """What one side says of one dimension."""

    row = models.ForeignKey(Row, on_delete=models.CASCADE, related_name="cells")
    side = models.ForeignKey(Side, on_delete=models.CASCADE, related_name="cells")
    text = text_field("Sources stand in the text: [@slack2022, p. 12].")
    illustration = models.BooleanField(
        default=False, help_text="Our own example: it needs no source and the page says so."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["row", "side"],
                name="one_cell_per_row_and_side",
                violation_error_message="This row has a cell for this side already.",
            ),
        ]

    def __str__(self) -> str:
        return f"cell {self.pk}"


class Claim(models.Model):
    """A sentence of a text under discussion, word for word, checked."""

    distinction = models.ForeignKey(Distinction, on_delete=models.CASCADE, related_name="claims")
    key = key_field("Names it within its page.")
    quote = models.CharField(max_length=500, help_text="Word for word.")
    in_short = text_field("What it says, in our words.")
    verdict = models.CharField(max_length=20, choices=choices(VERDICTS))
    correction = text_field("What holds, with its sources.")
    see = list_field("Pages that treat it, such as concept:takt-time.")
    position = position_field()

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["distinction", "key"], name="claim_key_once"),
            models.CheckConstraint(
                condition=models.Q(verdict__in=VERDICTS), name="claim_verdict_known"
            ),
            key_constraint("claim_key_form"),
        ]

    def __str__(self) -> str:
        return self.key
