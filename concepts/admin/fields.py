"""Form fields made from the document's own types: what the schema refuses, its field says.

No rule stands here: each field holds the type that the schema declares for it.
"""

from typing import Any

import pydantic
from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from markdownx.widgets import AdminMarkdownxWidget

from concepts.parts import Model
from concepts.problems import problems_of


class MarkdownWidget(AdminMarkdownxWidget):  # type: ignore[misc]
    """A text area with live preview, links, citations and pictures through our own guarded views.

    The mark `data-markdownx-init` tells markdownx's script to leave the field alone until
    `markdown.js` takes it off: a form of a hundred fields asks for the previews that are seen.
    """

    def __init__(self) -> None:
        super().__init__({"rows": 2})

    @staticmethod
    def add_markdownx_attrs(attrs: dict[str, Any]) -> dict[str, Any]:
        """The addresses that the scripts ask: they stand at the field, as markdownx has it."""
        return {
            **AdminMarkdownxWidget.add_markdownx_attrs(attrs),
            "data-markdownx-urls-path": reverse("markdownx_markdownify"),
            "data-markdownx-upload-urls-path": reverse("markdownx_upload"),
            "data-suggest-path": reverse("markdown_suggest"),
            "data-markdownx-init": "",
        }

    class Media:
        css = {"all": ["admin_desk/desk.css", "admin_desk/writing.css"]}
        js = [f"admin_desk/{name}.js" for name in ("markdown", "writing", "offer", "pick", "image")]


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
