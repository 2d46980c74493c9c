"""Forms for what the desk keeps as JSON, made from the document's own types.

A field of the document becomes a tree of widgets: `Items` for a list, `Group` for a model,
`OfSides` for what each side of a comparison has, and Django's own for texts and choices. Its value
is the plain data that the schema reads, whatever the names of the inputs are; a part that says
nothing is left out. Everything works without script: `grid.js` only adds, moves and hides.
"""

import re
from collections.abc import Iterable
from typing import Any, Literal, get_args, get_origin

from django import forms
from django.contrib.admin.widgets import AdminTextareaWidget, AdminTextInputWidget
from django.db.models import F, Value
from django.db.models.functions import Concat
from django.template.loader import render_to_string
from django.utils.text import capfirst
from pydantic.fields import FieldInfo

from concepts.admin.fields import Checked, MarkdownWidget
from concepts.models import Page
from concepts.parts import KINDS, MARKDOWN, Model
from concepts.texts import model_in

EXTRA = 2
"""How many empty items stand at the end of a list where no script can add one."""

Names = dict[str, list[tuple[str, str]]]
"""What may be named: key and title of the sides, shared by all widgets of one field."""

SIDES = ("side", "outer")


def _default(info: FieldInfo) -> Any:
    """What stands in a field that nobody filled in, as plain data."""
    value = "" if info.is_required() else info.get_default(call_default_factory=True)
    return value.model_dump(mode="json") if isinstance(value, Model) else value


def _says_nothing(value: Any, default: Any) -> bool:
    said = value.strip() if isinstance(value, str) else value
    return said in ("", None, [], {}) or said == default


class Lines(AdminTextareaWidget):
    """Short texts, one a line."""

    def __init__(self) -> None:
        super().__init__({"rows": 2})

    def format_value(self, value: Any) -> str:
        return "\n".join(value or [])

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        return [line.strip() for line in data.get(name, "").split("\n") if line.strip()]


class Naming(AdminTextInputWidget):
    """The name of a page or side, with the known ones to choose from as one types."""

    def __init__(self, of: str) -> None:
        super().__init__({"class": "vTextField naming"})
        self.of = of

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        return super().get_context(name, value, {**(attrs or {}), "list": f"names-{self.of}"})


class Compound(forms.Widget):
    """A widget that is made of others. Its template is a template of the site."""

    use_fieldset = True
    template_name = ""

    def __init__(self, names: Names) -> None:
        super().__init__()
        self.names = names

    @property
    def inner(self) -> list[forms.Widget]:
        """The widgets that it is made of."""
        raise NotImplementedError

    @property
    def media(self) -> forms.Media:
        """What its parts need, and the script that adds and moves items."""
        own = forms.Media(js=["admin_desk/grid.js"])
        return sum((widget.media for widget in self.inner), own)

    @property
    def named(self) -> set[str]:
        """The kinds of thing that its parts name."""
        found = {widget.of for widget in self.inner if isinstance(widget, Naming)}
        return found.union(*(each.named for each in self.inner if isinstance(each, Compound)))

    def id_for_label(self, id_: str) -> str:
        """No single input is meant."""
        return ""

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        """Whether the form that was sent did not have it."""
        return f"{name}-FORM" not in data

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> Any:
        """Its parts within the template of the class."""
        attrs = self.build_attrs(self.attrs, attrs)
        nested = attrs.get("nested", False)
        context = {
            "name": name,
            "id": attrs.get("id", f"id_{name}"),
            "label": attrs.get("label", ""),
            "nested": nested,
            "known": {} if nested else {of: self._known(of) for of in sorted(self.named)},
            **self.parts_context(name, value, renderer),
        }
        return render_to_string(self.template_name, context)

    def _known(self, of: str) -> list[tuple[str, str]]:
        """What may be named, by its title."""
        if of == "side":
            return self.names.get("side", [])
        pages = Page.objects.filter(**{} if of == "page" else {"kind": of}).order_by("title")
        name = Concat("kind", Value(":"), "slug") if of == "page" else F("slug")
        return [*pages.values_list(name, "title")]

    def parts_context(self, name: str, value: Any, renderer: Any) -> dict[str, Any]:
        """What the template shows beside name, id and label."""
        raise NotImplementedError


def _rendered(
    widget: forms.Widget, name: str, value: Any, renderer: Any, label: str
) -> dict[str, Any]:
    inside = {"label": label, "nested": True} if isinstance(widget, Compound) else {}
    label += ", one a line" if isinstance(widget, Lines) else ""
    id_ = f"id_{name}"
    return {
        "label": label,
        "id": widget.id_for_label(id_),
        "html": widget.render(name, value, {"id": id_, **inside}, renderer),
        "is_checkbox": isinstance(widget, forms.CheckboxInput),
    }


class Group(Compound):
    """The fields of one model. It says nothing (None) while each stands at its default."""

    template_name = "admin/desk/parts_group.html"

    def __init__(self, model: type[Model], names: Names, *, without: str = "") -> None:
        super().__init__(names)
        fields = {key: info for key, info in model.model_fields.items() if key != without}
        self.defaults = {key: _default(info) for key, info in fields.items()}
        self.widgets = {key: widget_of(info, key, names) for key, info in fields.items()}

    @property
    def inner(self) -> list[forms.Widget]:
        return [*self.widgets.values()]

    def parts_context(self, name: str, value: Any, renderer: Any) -> dict[str, Any]:
        held = self.defaults | (value or {})
        parts = [
            {"key": key}
            | _rendered(widget, f"{name}-{key}", held[key], renderer, capfirst(_words(key)))
            for key, widget in self.widgets.items()
        ]
        return {"parts": parts}

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        value = {
            key: widget.value_from_datadict(data, files, f"{name}-{key}")
            for key, widget in self.widgets.items()
        }
        # A part that was left empty is what the schema makes of it.
        filled = {
            key: self.defaults[key] if part in (None, "") else part for key, part in value.items()
        }
        blank = all(_says_nothing(part, self.defaults[key]) for key, part in filled.items())
        return None if blank else filled


class Items(Compound):
    """Any number of the same, in an order of their own."""

    template_name = "admin/desk/parts_list.html"

    def __init__(self, item: forms.Widget, names: Names) -> None:
        super().__init__(names)
        self.item = item

    @property
    def inner(self) -> list[forms.Widget]:
        return [self.item]

    def parts_context(self, name: str, value: Any, renderer: Any) -> dict[str, Any]:
        def shown(index: int | str, number: int | str, held: Any) -> dict[str, Any]:
            label = f"Item {number}" if number else "New item"
            part = _rendered(self.item, f"{name}-{index}", held, renderer, label)
            return part | {"name": f"{name}-{index}", "number": number}

        held = value or []
        count = len(held)
        return {
            "items": [shown(index, index + 1, item) for index, item in enumerate(held)],
            "extra": [shown(count + more, "", None) for more in range(EXTRA)],
            "empty": shown("__n__", "", None),
        }

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[Any]:
        found = [
            (self._place(data, f"{name}-{index}"), index, value)
            for index in _indices(data, name)
            if f"{name}-{index}-DELETE" not in data
            and not _says_nothing(
                value := self.item.value_from_datadict(data, files, f"{name}-{index}"), None
            )
        ]
        return [value for *_, value in sorted(found, key=lambda each: each[:2])]

    @staticmethod
    def _place(data: Any, name: str) -> float:
        """Where somebody put the item; at the end, when nobody did."""
        place = data.get(f"{name}-ORDER", "").strip()
        return float(place) if re.fullmatch(r"[0-9]{1,5}", place) else float("inf")


def _indices(data: Iterable[str], name: str) -> list[int]:
    pattern = re.compile(rf"{re.escape(name)}-([0-9]{{1,4}})(?![0-9])")
    return sorted({int(found[1]) for key in data if (found := pattern.match(key))})


class OfSides(Compound):
    """What each side of the comparison has; what belonged to a side that is gone stands below."""

    template_name = "admin/desk/parts_group.html"

    def __init__(self, model: type[Model], names: Names) -> None:
        super().__init__(names)
        [(self.key, info)] = [each for each in model.model_fields.items() if each[0] != "side"]
        self.widget = widget_of(info, self.key, names)

    @property
    def inner(self) -> list[forms.Widget]:
        return [self.widget]

    def parts_context(self, name: str, value: Any, renderer: Any) -> dict[str, Any]:
        held = {item["side"]: item.get(self.key) for item in value or []}
        titles = dict(self.names.get("side", []))
        known = titles | {side: side for side in held if side not in titles}
        parts = [
            {"key": self.key}
            | _rendered(self.widget, f"{name}-{side}-{self.key}", held.get(side), renderer, title)
            for side, title in known.items()
        ]
        return {"parts": parts}

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[Any]:
        pattern = re.compile(rf"{re.escape(name)}-([a-z0-9-]+)-{self.key}")
        sides = [found[1] for key in data if (found := pattern.fullmatch(key))]
        values = {
            side: self.widget.value_from_datadict(data, files, f"{name}-{side}-{self.key}")
            for side in dict.fromkeys(sides)
        }
        return [
            {"side": side, self.key: value}
            for side, value in values.items()
            if not _says_nothing(value, None)
        ]


def _words(key: str) -> str:
    return key.replace("_", " ")


def _is_markdown(hint: Any, info: FieldInfo | None = None) -> bool:
    return MARKDOWN in [*getattr(hint, "__metadata__", ()), *(info.metadata if info else ())]


def _choice(options: tuple[str, ...], default: Any) -> forms.Select:
    """A choice whose first is none, unless one is the default."""
    named = [(option, _words(option).replace("-", " ")) for option in options if option]
    return forms.Select(choices=named if default else [("", "---------"), *named])


def _list_of(hint: Any, names: Names) -> forms.Widget:
    item = get_args(hint)[0]
    model = model_in(item)
    if model and model.identity == "side":
        return OfSides(model, names)
    if model:
        return Items(Group(model, names), names)
    return Items(MarkdownWidget(), names) if _is_markdown(item) else Lines()


def widget_of(info: FieldInfo, name: str, names: Names) -> forms.Widget:
    """What a field of a model is edited with, by its type and, where pages are named, its name."""
    hint = info.annotation
    if get_origin(hint) is list:
        return _list_of(hint, names)
    if model := model_in(hint):
        return Group(model, names)
    return _leaf(info, name)


def _leaf(info: FieldInfo, name: str) -> forms.Widget:
    hint = info.annotation
    if hint is bool:
        return forms.CheckboxInput()
    if get_origin(hint) is Literal:
        return _choice(get_args(hint), _default(info))
    if _is_markdown(hint, info):
        return MarkdownWidget()
    if name in (*KINDS, "page", *SIDES):
        return Naming("side" if name in SIDES else name)
    return AdminTextInputWidget()


class PartsFormField(forms.Field):
    """A JSON column of a page with a form of its own; its value is plain data.

    `names["side"]` are the key and title of each side, where the page is a comparison.
    """

    def __init__(self, *, checked: Checked, **options: Any) -> None:
        self.names: Names = {}
        widget = widget_of(checked.info, checked.name, self.names)
        super().__init__(**options, required=False, widget=widget)
        self.checked = checked
        hint = checked.info.annotation
        is_list = get_origin(hint) is list
        if isinstance(widget, Lines):
            self.help_text = f"{self.help_text} One a line.".strip()
        else:
            self.widget.attrs["label"] = str(self.label)
        self.empty: Any = [] if is_list else None if type(None) in get_args(hint) else {}

    def to_python(self, value: Any) -> Any:
        """The parts as the desk keeps them.

        Raises:
            ValidationError: they are not what the schema declares.
        """
        return self.checked(value) if value else self.empty

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Defaults that stand there and defaults that are left out are the same."""
        try:
            return bool(self.to_python(initial) != self.to_python(data))
        except forms.ValidationError:
            return True
