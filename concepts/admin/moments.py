"""Moments as editors type and read them: in the site's time zone, which is always named."""

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format

YEARS = range(1970, 2200)
FAR = "This is too far away: choose another day."


def offset(moment: datetime) -> str:
    """How far the local time is from UTC at this moment: "UTC+02:00"."""
    sign = moment.astimezone(timezone.get_current_timezone()).strftime("%z")
    return "UTC" if sign in ("+0000", "-0000") else f"UTC{sign[:3]}:{sign[3:]}"


def zone(moment: datetime) -> str:
    """The time zone with its offset at this moment, once where they are the same word."""
    return ", ".join(dict.fromkeys((settings.TIME_ZONE, offset(moment))))


def zone_today() -> str:
    """The time zone that moments are typed in: "Europe/Berlin (UTC+02:00 today)"."""
    name, today = settings.TIME_ZONE, offset(timezone.now())
    return name if name == today else f"{name} ({today} today)"


def in_words(moment: datetime) -> str:
    """The moment with its zone: "3 November 2026, 08:00 (Europe/Berlin, UTC+01:00)"."""
    local = moment.astimezone(timezone.get_current_timezone())
    return f"{date_format(local, 'j F Y, H:i')} ({zone(moment)})"


class MomentField(forms.DateTimeField):
    """A local time. One that the clocks leave out, or strike twice, is refused: it says neither."""

    widget = forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    default_error_messages = {"invalid": "Type day and time, such as 2026-11-03 08:00."}

    def to_python(self, value: Any) -> datetime | None:
        """The moment in UTC.

        Raises:
            ValidationError: it is no moment, or not exactly one.
        """
        try:
            moment = super().to_python(value)
        except ValidationError as error:
            if error.code == "ambiguous_timezone" and error.params:
                raise ValidationError(_unclear(error.params["datetime"])) from error
            raise
        if moment and moment.year not in YEARS:
            raise ValidationError(FAR)
        return moment.astimezone(UTC) if moment else None


def _unclear(local: datetime) -> str:
    """Why a local time is not one moment."""
    zone = timezone.get_current_timezone()
    first, second = (local.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    day, time = date_format(local, "j F Y"), local.strftime("%H:%M")
    if first.strftime("%z") == second.strftime("%z"):
        return FAR
    if first.utctimetuple() < second.utctimetuple():
        return (
            f"On {day} the clocks go back and {time} comes twice ({offset(first)} and"
            f" {offset(second)}): choose a time that comes once."
        )
    return f"On {day} the clocks go forward and there is no {time}: choose another time."
