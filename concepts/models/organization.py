"""Example organizations: banks, hospitals, manufacturers, service companies."""

from django.db import models

from concepts.models.fields import list_field, text_field
from concepts.models.page import Page


class Sector(models.Model):
    """What an organization is: an editable list, such as bank, hospital, manufacturer."""

    name = models.CharField(max_length=100, unique=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Organization(Page):
    """A real organization or an archetype, described as an operation."""

    sector = models.ForeignKey(
        Sector, on_delete=models.PROTECT, null=True, blank=True, related_name="organizations"
    )
    archetype = models.BooleanField(
        default=False, help_text="A typical organization that no real one stands behind."
    )
    transformed = list_field("Inputs that are transformed, one each.")
    transforming = list_field("Inputs that do the transforming, one each.")
    transformation = text_field("What happens, in one or two sentences.")
    steps = list_field("Steps of the transformation, each with its process-chart symbol.")
    outputs = list_field("What comes out, one each.")
    customers = text_field()
    four_vs = models.JSONField(blank=True, default=dict, help_text="Levels are our judgements.")
    objectives = list_field("Performance objectives, the most important first.")
    decisions = list_field("Key decisions, one each.")
    illustrates = list_field("Concepts that can be seen here, and how.")
    facts = list_field("Facts about a real organization, each with its source.")
    caveats = list_field("What a reader must know before believing it.")
