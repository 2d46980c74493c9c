"""A form that was sent is put on top of what the desk says now, field by field.

Of each field there are three states: what the form was opened on (base), what was sent (mine) and
what the desk says now (theirs). What one side left alone, the other decides; texts that both
changed come together line by line, lists item by item. Only where that is not possible the editor
is asked: the field keeps mine, its error shows what became of base, and the form is from then on
opened on theirs, so that saving again is a choice.
"""

from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.forms.fields import BaseTemporalField
from django.forms.formsets import DELETION_FIELD_NAME
from django.forms.models import InlineForeignKeyField
from django.template.loader import render_to_string
from django.utils.functional import cached_property

from concepts.admin.meanwhile import Meanwhile, Values
from concepts.comparison import differences, merge_documents, merge_lists, merge_text, words
from concepts.comparison.words import Piece, brief
from concepts.documents import PAGE_DOCUMENTS

if TYPE_CHECKING:
    ModelForm = forms.ModelForm[Any]
else:
    ModelForm = forms.ModelForm

HELD = "*"
"""Under which a form's values keep the name of what would go with its row (see `held`)."""

UNSAID = (
    "This form does not say what it was opened on, so it cannot be told apart from what others"
    " saved meanwhile. Open the page anew in another window and bring over what you typed."
)


class Fate(NamedTuple):
    """What became of one field of a form that was sent.

    `opened_on` is what the form is opened on when it is shown again.
    """

    value: Any
    opened_on: Any
    come: bool = False
    clash: bool = False


def plain(value: Any) -> Any:
    """An initial value as JSON holds it."""
    return value.isoformat() if isinstance(value, date) else value


def as_sent(field: forms.Field, value: Any) -> Any:
    """A value of the desk as the field's widget would give it."""
    if isinstance(field, forms.ModelChoiceField):
        return "" if value is None else str(value)
    return field.prepare_value(value)


def is_changed(field: forms.Field, base: Any, sent: Any) -> bool:
    """Whether what was sent says something else; line ends and ways of writing do not count."""
    typed = field.to_python(base) if isinstance(field, BaseTemporalField) else base
    return field.has_changed(typed, sent)


def merged(kind: str, name: str, field: forms.Field, base: Any, mine: Any, theirs: Any) -> Fate:
    """Put one field together. `mine` is as the widget gives it, the others are as JSON."""
    if _same(base, theirs) or not is_changed(field, theirs, mine):
        return Fate(mine, theirs)
    if not is_changed(field, base, mine):
        return Fate(as_sent(field, theirs), theirs, come=True)
    try:
        typed = field.to_python(mine)
    except ValidationError:
        return Fate(mine, base)  # to be mended first: until then nothing is put together
    both = _together(kind, name, base, typed, theirs)
    if both is None or isinstance(field, forms.ChoiceField):
        return Fate(mine, theirs, clash=True)
    return Fate(as_sent(field, both), theirs, come=True)


def _same(base: Any, theirs: Any) -> bool:
    return base == theirs or (base in (None, "") and theirs in (None, ""))


def _together(kind: str, name: str, base: Any, mine: Any, theirs: Any) -> Any:
    if isinstance(mine, str) and isinstance(theirs, str):
        return merge_text(base or "", mine, theirs)
    if kind in PAGE_DOCUMENTS and isinstance(theirs, list | dict):
        states = [{"kind": kind, name: value} for value in (base, mine, theirs)]
        data, clashes = merge_documents(*states)
        return None if clashes else data[name]
    if isinstance(mine, list) and isinstance(theirs, list):
        return merge_lists(base or [], mine, theirs)
    return None


class MergingForm(ModelForm):
    """A form that is merged when it says what it was opened on.

    Whoever makes it sets `meanwhile` and `opened_on`; both stay None where nothing is there to be
    merged with: in a new form, and in one that is only shown.
    """

    meanwhile: Meanwhile | None = None
    opened_on: Values | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.settled: Values = {}
        """Values that were decided elsewhere: an order is merged as a whole."""
        self.refusals: list[tuple[str | None, str]] = []
        """What is wrong beyond single fields: a field's name or None, and the message."""

    class Media:
        css = {"all": ["css/differences.css", "admin_desk/merging.css"]}

    @property
    def kind(self) -> str:
        """What the log calls the thing."""
        return str(self._meta.model._meta.model_name)

    @property
    def title(self) -> str:
        """What an editor calls the part that the form is for, "" for the page itself."""
        return ""

    def held(self) -> str | None:
        """The name of the state of what is deleted with the row; None where nothing is."""
        return None

    @property
    def own_fields(self) -> dict[str, forms.Field]:
        """The fields that an editor fills in."""
        key = self._meta.model._meta.pk.name
        return {
            name: field
            for name, field in self.fields.items()
            if name not in (key, DELETION_FIELD_NAME)
            and not isinstance(field, InlineForeignKeyField)
            and not field.disabled
        }

    def sent(self, name: str) -> Any:
        """What was sent of a field, as its widget gives it."""
        return self.fields[name].widget.value_from_datadict(
            self.data, self.files, self.add_prefix(name)
        )

    def now(self, name: str) -> Any:
        """What the desk says of a field, as JSON holds it."""
        return plain(self.get_initial_for_field(self.fields[name], name))

    def values(self) -> Values:
        """What the form is opened on when it is shown (again)."""
        values = {name: self.now(name) for name in self.own_fields}
        values |= {name: fate.opened_on for name, fate in self.fates.items()}
        held = self.held()
        return values | ({} if held is None else {HELD: held})

    # What was sent --------------------------------------------------------------------------

    @cached_property
    def fates(self) -> dict[str, Fate]:
        """What became of each field."""
        opened = self.opened_on
        if not self.is_bound or opened is None:
            return {}
        return {name: self._fate(opened, name, field) for name, field in self.own_fields.items()}

    def _fate(self, opened: Values, name: str, field: forms.Field) -> Fate:
        theirs = self.now(name)
        if name in self.settled:
            return Fate(self.settled[name], theirs)
        if name not in opened or self._is_missing(name, field):
            # A side that was added meanwhile has fields that this form did not have.
            return Fate(as_sent(field, theirs), theirs)
        return merged(self.kind, name, field, opened[name], self.sent(name), theirs)

    def _is_missing(self, name: str, field: forms.Field) -> bool:
        html_name = self.add_prefix(name)
        return bool(field.widget.value_omitted_from_data(self.data, self.files, html_name))

    def _widget_data_value(self, widget: forms.Widget, html_name: str) -> Any:
        """Where Django asks what was sent: it is answered with what was put together."""
        name = html_name.removeprefix(f"{self.prefix}-") if self.prefix else html_name
        if name in self.fates:
            return self.fates[name].value
        return super()._widget_data_value(widget, html_name)  # type: ignore[misc]

    @property
    def is_to_be_deleted(self) -> bool:
        """Whether the editor ticked it away."""
        return f"{self.prefix}-{DELETION_FIELD_NAME}" in self.data

    @cached_property
    def is_changed_while_deleted(self) -> bool:
        """Whether somebody else changed what this editor takes away."""
        if not self.opened_on or not self.is_to_be_deleted:
            return False
        held = self.opened_on.get(HELD) != self.held()
        return held or any(
            not _same(self.opened_on.get(name), self.now(name))
            for name in self.own_fields
            if name not in self.settled
        )

    # What is said of it ---------------------------------------------------------------------

    def full_clean(self) -> None:
        """Clean what was put together, and say where it could not be."""
        super().full_clean()
        if not self.is_bound or self.meanwhile is None:
            return
        for name, fate in self.fates.items():
            if fate.come:
                self.meanwhile.tell(self.words_for(name))
            if fate.clash:
                self.add_error(name, self._shown("_clash", name))
        for where, message in [*self.refusals, *self._gone_fields()]:
            self.add_error(where, message)
        if self.is_changed_while_deleted:
            self.add_error(None, self._shown("_changed", *self.own_fields))

    def words_for(self, name: str) -> str:
        """What the news call a field."""
        label = str(self.fields[name].label or name)
        return f"{self.title}: {label}" if self.title else label

    def _shown(self, template: str, *names: str) -> str:
        """The message with what somebody else made of these fields."""
        context = {"who": self.who, "changes": [c for name in names for c in self._changes(name)]}
        return render_to_string(f"admin/desk/{template}.html", context)

    @property
    def who(self) -> str:
        """Who saved meanwhile."""
        return self.meanwhile.who if self.meanwhile else ""

    def _changes(self, name: str) -> list[dict[str, Any]]:
        """What became of a field since the form was opened: each place with its words."""
        field, theirs = self.fields[name], self.now(name)
        base = (self.opened_on or {}).get(name)
        if _same(base, theirs):
            return []
        label = str(field.label or name)
        if isinstance(theirs, list | dict) and self.kind in PAGE_DOCUMENTS:
            found = differences(*({"kind": self.kind, name: value} for value in (base, theirs)))
            return [{"label": f"{c.group} {c.label}".strip(), "pieces": c.shown} for c in found]
        before, after = (readable(field, value) for value in (base, theirs))
        return [{"label": label, "pieces": _pieces(before, after), "whole": after}]

    def _gone_fields(self) -> list[tuple[str | None, str]]:
        """Texts that were typed into fields that are gone: a side was taken away meanwhile."""
        opened = self.opened_on or {}
        gone = {name: base for name, base in opened.items() if name not in self.fields}
        typed = {name: self.data.get(self.add_prefix(name), "") for name in gone}
        return [
            (None, render_to_string("admin/desk/_gone_field.html", {"who": self.who, "text": text}))
            for name, text in typed.items()
            if isinstance(gone[name], str) and text and lines(text) != gone[name] and name != HELD
        ]


def lines(text: str) -> str:
    """A text as the desk has it: a browser sends line ends of its own."""
    return text.replace("\r\n", "\n")


def readable(field: forms.Field, value: Any) -> str:
    """A value as it is read: the name of what is chosen, the text itself."""
    if isinstance(field, forms.ChoiceField):
        return chosen(field, value)
    if isinstance(value, bool):
        return "ticked" if value else "not ticked"
    if isinstance(value, list):
        return "\n".join(map(str, value))
    return "" if value is None else str(value)


def chosen(field: Any, value: Any) -> str:
    """The label of a choice."""
    labels = {str(key): str(label) for key, label in field.choices}
    return labels.get(str("" if value is None else value), "")


def _pieces(before: str, after: str) -> list[Piece]:
    if "\n" in before + after or min(len(before), len(after)) > 30:
        return brief(words(before, after))
    # Short values are read more easily beside each other than word by word.
    return [Piece(before, "struck"), Piece(after, "added")]
