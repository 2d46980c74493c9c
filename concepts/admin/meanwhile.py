"""What a form of the desk was opened on, and who saved the same thing meanwhile.

Every change form carries the values it was opened on as JSON in one hidden field. Whoever forges
them can only do what they may do anyway: overwrite what the desk says.
"""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from pydantic import TypeAdapter, ValidationError

from concepts.models import LogEntry

OPENED = "_opened"
"""The name of the hidden field."""

STATE = "concepts.meanwhile"
"""Under which a request keeps its `Meanwhile`."""

NEWEST = "concepts.newest"
"""Under which it keeps the log's newest entry, from before the page was read."""

NO_SAVES = ("ready", "send-back", "confirm", "publish", "unschedule")
"""Actions whose entries of the log change nothing on the desk."""

Values = dict[str, Any]
"""The values of one form by the names of its fields, as JSON holds them."""

Forms = dict[str, dict[str, Values]]
"""The values of all forms of a page, by prefix and id. The page's own form has neither ("")."""

_FORMAT = TypeAdapter(tuple[int, Forms])


@dataclass
class Meanwhile:
    """One POST of a change form: what the form was opened on and what was saved since.

    `forms` is None where the form does not say; then nothing can be merged or saved. `come`
    collects what was taken over from others, in words.
    """

    forms: Forms | None
    since: list[LogEntry]
    me: int | None
    come: dict[str, None] = field(default_factory=dict)

    def values(self, prefix: str = "", pk: str = "") -> Values:
        """What one form was opened on, nothing where it was not there yet."""
        return (self.forms or {}).get(prefix, {}).get(pk, {})

    def tell(self, what: str) -> None:
        """Note that this came in from others."""
        self.come[what] = None

    @property
    def who(self) -> str:
        """Who saved since the form was opened, and when."""
        latest = {self._name(entry): entry.at for entry in reversed(self.since)}
        told = [f"{name} ({_when(at)})" for name, at in latest.items()]
        return " and ".join(filter(None, [", ".join(told[:-1]), *told[-1:]])) or "Somebody"

    def _name(self, entry: LogEntry) -> str:
        if entry.by is None:
            return "An import" if entry.action == "import" else "Somebody"
        return "You, in another window," if entry.by_id == self.me else entry.by.get_username()

    @property
    def news(self) -> str:
        """What came in from whom, "" when nothing did."""
        taken = "; ".join(self.come)
        said = f"{self.who} saved this, too, while you were writing. Taken over from there: {taken}"
        return f"{said}." if taken else ""


def _when(moment: datetime) -> str:
    local = timezone.localtime(moment)
    today = local.date() == timezone.localdate()
    return date_format(local, "H:i" if today else "j F Y, H:i")


def log_of(kind: str, pk: str, since: int = 0) -> list[LogEntry]:
    """The saves of a thing since that entry of the log, the newest first, without their texts."""
    entries = LogEntry.objects.filter(kind=kind, object_id=pk, pk__gt=since)
    saves = entries.exclude(action__in=NO_SAVES)
    return list(saves.select_related("by").defer("document"))


def newest(kind: str, pk: str) -> int:
    """The id of the newest entry of the log on a thing, 0 when there is none."""
    entry = LogEntry.objects.filter(kind=kind, object_id=pk).values_list("pk", flat=True).first()
    return entry or 0


def read(request: HttpRequest, kind: str, pk: str) -> Meanwhile:
    """What the POST says it was opened on, and what was saved since."""
    opened = _opened(request)
    if opened is None:
        return Meanwhile(None, [], request.user.pk)
    entry, forms = opened
    return Meanwhile(forms, log_of(kind, pk, entry), request.user.pk)


def opened_on(request: HttpRequest) -> Forms:
    """The values that a POST says it was opened on, none where it does not say."""
    _, forms = _opened(request) or (0, {})
    return forms


def _opened(request: HttpRequest) -> tuple[int, Forms] | None:
    try:
        return _FORMAT.validate_json(request.POST.get(OPENED, ""))
    except ValidationError:
        return None


def written(entry: int, forms: Forms) -> str:
    """What the hidden field holds."""
    return json.dumps([entry, forms], ensure_ascii=False, separators=(",", ":"))
