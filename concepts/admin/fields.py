"""Form fields made from the document's own types: what the schema refuses, its field says.

No rule stands here: each field holds the type that the schema declares for it.
"""

import re
from typing import Any, get_args, get_origin

import pydantic
from django import forms
from django.contrib.admin.widgets import AdminTextareaWidget
from django.core.exceptions import ValidationError
from django.urls import reverse
from markdownx.widgets import AdminMarkdownxWidget

from concepts import yaml_text
from concepts.parts import MARKDOWN, Model
from concepts.problems import problems_of
from concepts.rendering import TextError, normalized
from concepts.texts import model_in

TYPED = {"\n\n": "An empty line between two.", "\n": "One a line."}
"""How texts are typed, by what stands between two of them."""


class MarkdownWidget(AdminMarkdownxWidget):  # type: ignore[misc]
    """A text area with live preview through our own guarded view (`preview.py`).

    The mark `data-markdownx-init` tells markdownx's script to leave the field alone until
    `markdown.js` takes it off: a form of a hundred fields asks for the previews that are seen.
    """

    def __init__(self) -> None:
        super().__init__({"rows": 2})

    @staticmethod
    def add_markdownx_attrs(attrs: dict[str, Any]) -> dict[str, Any]:
        """The attributes that markdownx's script reads. Uploads go where they are refused."""
        preview = reverse("markdownx_markdownify")
        return {
            **AdminMarkdownxWidget.add_markdownx_attrs(attrs),
            "data-markdownx-urls-path": preview,
            "data-markdownx-upload-urls-path": preview,
            "data-markdownx-init": "",
        }

    class Media:
        css = {"all": ["admin_desk/desk.css"]}
        js = ["admin_desk/markdown.js"]


class Checked:
    """A validator that asks the schema's own type of one field of a document."""

    def __init__(self, document: type[Model], name: str) -> None:
        self.name = name
        self.info = document.model_fields[name]
        only: Any = {name: (self.info.annotation, self.info)}
        self.model: type[Model] = pydantic.create_model("Only", __base__=Model, **only)

    def __call__(self, value: Any) -> Any:
        """The value as the schema writes it, in plain values.

        Raises:
            ValidationError: what the schema refuses, in words.
        """
        return self.data(value)[self.name]

    def data(self, value: Any, *, brief: bool = False) -> dict[str, Any]:
        """The value under its name; `brief` leaves out what stands at its default."""
        try:
            checked = self.model.model_validate({self.name: value})
        except pydantic.ValidationError as error:
            problems = problems_of(error, self.model)
            raise ValidationError([problem.message for problem in problems]) from error
        return checked.model_dump(mode="json", exclude_defaults=brief)


class MarkdownField(forms.CharField):
    """Markdown as the schema allows it, brought to its normal form."""

    widget = MarkdownWidget

    def __init__(self, *, checked: Checked, **options: Any) -> None:
        super().__init__(**options, strip=False)
        self.checked = checked

    def to_python(self, value: Any) -> str:
        """The text with single line ends, so that a browser's own are no change."""
        return str(self.checked(super().to_python(value)))


class PartsField(forms.CharField):
    """Parts that the desk keeps as JSON: plain blocks where they are texts, YAML otherwise."""

    def __init__(self, *, checked: Checked, **options: Any) -> None:
        widget = AdminTextareaWidget({"rows": 2, "class": "parts"})
        super().__init__(**options, widget=widget, required=False, strip=False)
        self.checked = checked
        hint = checked.info.annotation
        item = get_args(hint)[0] if get_origin(hint) is list else None
        base, *metadata = get_args(item) or (item,)
        self.separator = "\n\n" if MARKDOWN in metadata else "\n" if base is str else ""
        model = model_in(hint)
        typed = f"Typed as YAML: {_keys(model)}." if model else TYPED[self.separator]
        self.help_text = f"{self.help_text} {typed}".strip()
        self.empty: Any = [] if item else None if type(None) in get_args(hint) else {}

    def prepare_value(self, value: Any) -> str:
        """What the text area shows: what was typed, or the parts as text that reads back equal."""
        if isinstance(value, str):
            return value
        if not value:
            return ""
        parts = self.checked.data(value, brief=True).get(self.checked.name, {})
        return self._as_blocks(parts) or yaml_text.write(parts)

    def _as_blocks(self, parts: Any) -> str:
        """The texts with a line end or an empty line between, "" where that would mislead."""
        text = self.separator.join(parts) if self.separator else ""
        return text if text and self._read(text) == parts else ""

    def _read(self, text: str) -> Any:
        if not text.strip():
            return self.empty
        if self.separator and not text.lstrip().startswith("- "):
            blocks = re.split(r"\n\s*\n" if self.separator == "\n\n" else r"\n", text)
            return [block.strip() for block in blocks if block.strip()]
        return yaml_text.read(text).value

    def to_python(self, value: Any) -> Any:
        """The parts as the desk keeps them.

        Raises:
            ValidationError: it is no YAML, or not what the schema declares.
        """
        try:
            parts = self._read(normalized(value or ""))
        except yaml_text.YamlError as error:
            raise ValidationError([_at_line(*problem) for problem in error.problems]) from error
        except TextError as error:
            raise ValidationError(str(error)) from error
        return self.checked(parts) if parts else self.empty

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Two ways of writing the same parts are no change."""
        try:
            return bool(self.to_python(self.prepare_value(initial)) != self.to_python(data))
        except ValidationError:
            return True


def _keys(model: type[Model]) -> str:
    """The keys of a part, those of what it holds in brackets."""
    inner = {name: model_in(info.annotation) for name, info in model.model_fields.items()}
    return ", ".join(name + (f" ({_keys(held)})" if held else "") for name, held in inner.items())


def _at_line(line: int | None, message: str) -> str:
    return f"Line {line}: {message}" if line else message
