"""The rows of a page that was sent, put on top of the rows that the desk has now.

Rows are known by their ids. What others added stands in the form, what others took away leaves
it; only what this editor typed into a row that is gone stays, as a new row, with the choice.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.formsets import DELETION_FIELD_NAME, INITIAL_FORM_COUNT, TOTAL_FORM_COUNT
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils.functional import cached_property
from django.utils.text import capfirst

from concepts.admin.known import KnownFormSet
from concepts.admin.meanwhile import Meanwhile, Values
from concepts.admin.merging import MergingForm, chosen, is_changed, plain
from concepts.comparison import merge_lists

PLACES = ("position", "place")
"""Fields that say where a row stands."""


class MergingPartForm(MergingForm):
    """One row of a page: a side, a row of the table, a question."""

    @property
    def title(self) -> str:
        return title_of(self._meta.model, self.own_fields, {**self.initial})

    def words_for(self, name: str) -> str:
        if name in PLACES:
            return f"Order of the {self._meta.model._meta.verbose_name_plural}"
        return super().words_for(name)


def title_of(model: Any, fields: Mapping[str, forms.Field], values: Values) -> str:
    """What an editor calls a row: by its key, or by what it is about."""
    kind = capfirst(str(model._meta.verbose_name))
    names = (
        chosen(field, values.get(name))
        for name, field in fields.items()
        if isinstance(field, forms.ModelChoiceField)
    )
    name = next(filter(None, names), "") or values.get("key") or ""
    return f"{kind} {name}".strip()


class MergingFormSet(KnownFormSet):
    """Rows of one kind. `order` names the field with their places."""

    meanwhile: Meanwhile | None = None
    order = "position"
    data: Any
    model: Any
    prefix: str

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(data, *args, **kwargs)
        self.opened_on: dict[str, Values] | None = None
        self.come: set[str] = set()
        self.refusals: dict[int, tuple[str | None, str]] = {}
        self.disordered = False
        if self.is_bound and self.meanwhile and self.meanwhile.forms is not None:
            self.opened_on = self.meanwhile.forms.get(self.prefix, {})
            self.data = self._on_top_of_now()

    # Which rows there are -------------------------------------------------------------------

    def _on_top_of_now(self) -> Any:
        """What was sent, with exactly the rows that the desk has now and the new ones."""
        sent = self._sent_ids()
        now = {str(row.pk): row for row in self.get_queryset()}
        gone = [index for index, pk in sent.items() if pk and pk not in now]
        come = [pk for pk in now if pk not in sent.values()]
        if not gone and not come:
            return self.data
        self.come = {*come}
        kept = [index for index, pk in sent.items() if pk in now]
        typed = [index for index in gone if self._is_typed_in(index, sent[index])]
        fresh = [i for i, pk in sent.items() if not pk and not self._is_there(i, come, now)]
        self._say_what_came([now[pk] for pk in come], [sent[i] for i in gone if i not in typed])
        self._refuse(typed, fresh, start=len(kept) + len(come), now=[now[pk] for pk in come])
        return self._arranged([*kept, *come], [*typed, *fresh])

    def _sent_ids(self) -> dict[int, str]:
        """The id of each row that was sent, "" for a new one."""
        total = self.data.get(f"{self.prefix}-{TOTAL_FORM_COUNT}", "")
        count = min(int(total), self.absolute_max) if str(total).isdecimal() else 0
        key = self.model._meta.pk.name
        return {i: self.data.get(f"{self.add_prefix(i)}-{key}", "") for i in range(count)}

    def _is_typed_in(self, index: int, pk: str) -> bool:
        """Whether this editor changed a row that somebody else took away. Its place is no text."""
        prefix, base = self.add_prefix(index), (self.opened_on or {}).get(pk, {})
        return f"{prefix}-{DELETION_FIELD_NAME}" not in self.data and any(
            is_changed(field, base[name], self._sent(field, f"{prefix}-{name}"))
            for name, field in self._fields.items()
            if name in base and name != self.order
        )

    def _sent(self, field: forms.Field, name: str) -> Any:
        return field.widget.value_from_datadict(self.data, self.files, name)

    @property
    def _fields(self) -> dict[str, forms.Field]:
        fields: dict[str, forms.Field] = self.form.base_fields
        return fields

    def _is_there(self, index: int, come: Iterable[str], now: Mapping[str, Any]) -> bool:
        """Whether the desk has got the new row already: its answer was lost, or two agreed."""
        row = self._namesake(index, [now[pk] for pk in come])
        if row is None:
            return False
        told = self.get_form_kwargs(None)
        form = self.form(data=self.data, prefix=self.add_prefix(index), instance=row, **told)
        return all(
            not is_changed(field, form.now(name), form.sent(name))
            for name, field in form.own_fields.items()
            if name != self.order
        )

    def _namesake(self, index: int, rows: Iterable[Any]) -> Any:
        key = self.data.get(f"{self.add_prefix(index)}-key", "").strip()
        return next((row for row in rows if key and getattr(row, "key", None) == key), None)

    def _say_what_came(self, come: Iterable[Any], gone: Iterable[str]) -> None:
        base = self.opened_on or {}
        for row in come:
            if str(row.pk) not in base:
                values = {name: plain(getattr(row, name, None)) for name in self._fields}
                ids = {name: getattr(row, f"{name}_id", None) for name in self._fields}
                known = {name: value for name, value in ids.items() if value is not None}
                self._tell(f"{self._title(values | known)} (new)")
        for pk in gone:
            self._tell(f"{self._title(base.get(pk, {}))} (taken away)")

    def _tell(self, what: str) -> None:
        if self.meanwhile:
            self.meanwhile.tell(what)

    @property
    def who(self) -> str:
        """Who saved meanwhile."""
        return self.meanwhile.who if self.meanwhile else ""

    def _title(self, values: Values) -> str:
        return title_of(self.model, self._fields, values)

    def _refuse(
        self, typed: Sequence[int], fresh: Sequence[int], *, start: int, now: Sequence[Any]
    ) -> None:
        """Say of which new rows the editor must decide. `start` is the index of the first."""
        who = self.who
        for index in range(start, start + len(typed)):
            context = {"who": who, "name": f"{self.add_prefix(index)}-{DELETION_FIELD_NAME}"}
            self.refusals[index] = (None, render_to_string("admin/desk/_gone_row.html", context))
        for index, source in enumerate(fresh, start + len(typed)):
            if row := self._namesake(source, now):
                kind = self.model._meta.verbose_name
                message = f"{who} added a {kind} with the key {row.key} meanwhile. Change the key"
                self.refusals[index] = ("key", f"{message} of yours, or remove yours.")

    def _arranged(self, initial: Sequence[int | str], extra: Sequence[int]) -> QueryDict:
        """The data with these rows: an index is one that was sent, an id one that was not."""
        data = QueryDict(mutable=True)
        sent = self._by_index()
        key = self.model._meta.pk.name
        for index, source in enumerate([*initial, *extra]):
            prefix = self.add_prefix(index)
            for name, values in sent.get(source, {}).items():
                data.setlist(f"{prefix}-{name}", values)
            if isinstance(source, str):
                data[f"{prefix}-{key}"] = source
            if index >= len(initial):
                data.pop(f"{prefix}-{key}", None)
        data[f"{self.prefix}-{INITIAL_FORM_COUNT}"] = str(len(initial))
        data[f"{self.prefix}-{TOTAL_FORM_COUNT}"] = str(len(initial) + len(extra))
        return data

    def _by_index(self) -> dict[int | str, dict[str, list[Any]]]:
        pattern = re.compile(rf"{re.escape(self.prefix)}-(\d+)-(.+)", re.DOTALL)
        found: dict[int | str, dict[str, list[Any]]] = {}
        for name, values in self.data.lists():
            if match := pattern.fullmatch(name):
                found.setdefault(int(match[1]), {})[match[2]] = values
        return found

    # The forms ------------------------------------------------------------------------------

    def _construct_form(self, i: int, **kwargs: Any) -> Any:
        form: Any = super()._construct_form(i, **kwargs)  # type: ignore[misc]
        if self.opened_on is None:
            return form
        form.meanwhile = self.meanwhile
        form.refusals = [self.refusals[i]] if i in self.refusals else []
        if form.instance.pk:
            pk = str(form.instance.pk)
            form.opened_on = {} if pk in self.come else self.opened_on.get(pk, {})
        return form

    @cached_property
    def forms(self) -> Any:
        """The forms, with their order put together."""
        made = super().forms
        if self.opened_on is not None:
            self._settle_order()
        return made

    def clean(self) -> None:
        super().clean()
        who = self.who
        if any(getattr(form, "is_changed_while_deleted", False) for form in self.initial_forms):
            raise ValidationError(
                f"{who} changed what you take away. Look at it below; save again to take it away."
            )
        if self.disordered:
            raise ValidationError(
                f"{who} changed the order, too. Yours stands in the form; save again to keep it."
            )

    # Their order ----------------------------------------------------------------------------

    def _settle_order(self) -> None:
        """Merge the order as a whole where both moved the same rows."""
        places = {id(form): self._places(form) for form in self.forms if self.order in form.fields}
        old = [form for form in self.initial_forms if form.opened_on]
        if not any(_differ(*places[id(form)]) for form in old):
            return
        fresh = [f for f in self.extra_forms if places[id(f)][1] is not None]
        base = self._sorted(old, places, 0)
        mine = self._sorted([*old, *fresh], places, 1)
        theirs = self._sorted(self.initial_forms, places, 2)
        order = merge_orders(*([id(form) for form in each] for each in (base, mine, theirs)))
        self.disordered = order is None
        first = min(place[2] or 0 for place in places.values() if place[2] is not None)
        for form in [*self.initial_forms, *fresh]:
            place = places[id(form)][1] if order is None else order.index(id(form)) + first
            form.settled[self.order] = places[id(form)][2] if place is None else place

    def _places(self, form: Any) -> tuple[int | None, int | None, int | None]:
        """Where a row stood, where it was sent to and where it stands now."""
        sent = form.sent(self.order)
        mine = int(sent) if str(sent or "").isdecimal() else None
        base = (form.opened_on or {}).get(self.order)
        theirs = form.now(self.order) if form.instance.pk else None
        return base, mine if form.instance.pk is None or form.opened_on else None, theirs

    @staticmethod
    def _sorted(forms_: Iterable[Any], places: Mapping[int, Any], state: int) -> list[Any]:
        return sorted(forms_, key=lambda form: places[id(form)][state] or 0)


def _differ(base: int | None, mine: int | None, theirs: int | None) -> bool:
    return mine is not None and len({base, mine, theirs}) == 3


def merge_orders(base: list[int], mine: list[int], theirs: list[int]) -> list[int] | None:
    """The order with both moves; what is new stands behind what it was put behind.

    None: both moved the same things differently.
    """
    common = {*base} & {*mine} & {*theirs}
    old, my, their = ([item for item in items if item in common] for items in (base, mine, theirs))
    order = their if my == old else my if old == their else merge_lists(old, my, their)
    if order is None or sorted(order) != sorted(old):
        return None
    order = [*order]
    for items in (theirs, mine):
        _insert_new(order, items, behind={*theirs} - common)
    return order


def _insert_new(order: list[int], items: list[int], *, behind: set[int]) -> None:
    for number, item in enumerate(items):
        if item in order:
            continue
        before = next((each for each in reversed(items[:number]) if each in order), None)
        at = 0 if before is None else order.index(before) + 1
        while at < len(order) and order[at] in behind and item not in behind:
            at += 1  # what others put at the same spot comes first
        order.insert(at, item)
