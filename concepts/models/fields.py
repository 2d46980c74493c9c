"""Fields and constraints that several models share."""

from collections.abc import Iterable

from django.core.validators import RegexValidator
from django.db import models

from concepts.parts import KEY_LENGTH, KEY_PATTERN

validate_key = RegexValidator(
    KEY_PATTERN, "Small letters and digits, parts joined by single hyphens, such as takt-time."
)


def key_field(help_text: str, *, blank: bool = False) -> "models.CharField[str, str]":
    """A slug or key as the site's addresses write it."""
    return models.CharField(
        max_length=KEY_LENGTH, validators=[validate_key], help_text=help_text, blank=blank
    )


def text_field(help_text: str = "") -> "models.TextField[str, str]":
    """Markdown that may be empty while a page is being written."""
    return models.TextField(blank=True, default="", help_text=help_text)


def list_field(help_text: str = "") -> "models.JSONField":
    """A list of parts that nothing points at, kept as the document's own JSON."""
    return models.JSONField(blank=True, default=list, help_text=help_text)


def position_field() -> "models.PositiveSmallIntegerField[int, int]":
    """Where a part stands among its siblings."""
    return models.PositiveSmallIntegerField(default=0, help_text="Order on the page.")


def key_constraint(name: str, field: str = "key") -> models.CheckConstraint:
    """The database's own guard of the form that `validate_key` explains to editors."""
    return models.CheckConstraint(
        condition=models.Q(**{f"{field}__regex": KEY_PATTERN}),
        name=name,
        violation_error_message=str(validate_key.message),
    )


def choices(values: Iterable[str]) -> list[tuple[str, str]]:
    """The values of a schema's list as choices of a form, readable."""
    return [(value, value.replace("-", " ")) for value in values]
