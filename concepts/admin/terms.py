"""What is asked of the one who publishes, schedules, withdraws, closes or hands over a draft."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from concepts.admin.moments import MomentField, zone_today
from concepts.models.edition import SIGNIFICANCES
from concepts.rendering import TextError, normalized

MEANINGS = {
    "meaning": "Meaning: the page says something else than before. Pages that build on it are"
    " asked to look again.",
    "wording": "Wording: it says the same in better words. Nobody has to look again.",
    "checked": "Checked: nothing but the day of review has changed.",
}
NOW, LATER = "now", "later"


class Prose(forms.CharField):
    """A few lines of plain text, in the normal form that all texts of the site have."""

    widget = forms.Textarea({"rows": 2, "cols": 80})

    def to_python(self, value: Any) -> str:
        """The text without what no page may hold.

        Raises:
            ValidationError: it holds control characters.
        """
        try:
            return normalized(super().to_python(value) or "").strip()
        except TextError as error:
            raise ValidationError(str(error)) from error


class PublishForm(forms.Form):
    """On what terms an edition is published, and when it comes into force."""

    note = Prose(
        label="What changed",
        help_text="One or two sentences for readers of the page's history.",
    )
    significance = forms.ChoiceField(
        label="What kind of change it is",
        choices=[(value, MEANINGS[value]) for value in SIGNIFICANCES],
        widget=forms.RadioSelect,
    )
    override = Prose(
        label="Why it is published in spite of the warnings",
        required=False,
        help_text="Kept with the edition.",
        error_messages={"required": "There are warnings: mend them, or say why it is published."},
    )
    when = forms.ChoiceField(
        label="When readers see it",
        choices=[(NOW, "Now"), (LATER, "From a moment on")],
        initial=NOW,
        widget=forms.RadioSelect,
    )
    at = MomentField(label="The moment", required=False)

    def __init__(self, *args: Any, warned: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["override"].required = warned
        moment = self.fields["at"]
        moment.help_text = f"In the time zone {zone_today()}. Empty for now."

    def offer(self, significances: list[str]) -> None:
        """Show only the kinds of change that this one can be; choose it when it is the only one."""
        field = self.fields["significance"]
        field.choices = [(value, MEANINGS[value]) for value in significances]  # type: ignore[attr-defined]
        if len(significances) == 1:
            field.initial = significances[0]

    def clean(self) -> dict[str, Any]:
        """Now has no moment; later has one."""
        cleaned = {**(super().clean() or self.cleaned_data)}
        at, when = cleaned.get("at"), cleaned.get("when")
        if when == NOW and at:
            self.add_error("when", "You typed a moment but chose now: choose one of the two.")
        if when == LATER and not at and "at" not in self.errors:
            self.add_error("at", "Type the moment from which readers see it, or choose now.")
        return cleaned

    @property
    def terms(self) -> dict[str, Any]:
        """What `publishing.publish` takes."""
        return {name: value for name, value in self.cleaned_data.items() if name != "when"}


class ReasonForm(forms.Form):
    """Why something is taken from readers."""

    reason = Prose(help_text="Readers of the page's address see it.")


class LineForm(forms.Form):
    """A line from the one who hands a draft over."""

    note = Prose(label="A line about it", widget=forms.Textarea({"rows": 1, "cols": 80}))


class CloseForm(ReasonForm):
    """Closing cannot be taken back: the name of the page is typed, so that no slip does it."""

    slug = forms.CharField(label="The page's slug")

    def __init__(self, *args: Any, slug: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.expected = slug
        self.fields["slug"].help_text = f"To confirm, type {slug}"

    def clean_slug(self) -> str:
        """Exactly this page's."""
        slug = str(self.cleaned_data["slug"])
        if slug != self.expected:
            raise ValidationError(f"This is not the slug of the page: type {self.expected}")
        return slug
