"""The second factor: an app that shows codes, and recovery codes for when it is lost."""

import logging
import re
from base64 import b32encode
from binascii import unhexlify
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, User
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone
from django_otp import verify_token
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from concepts.groups import MAY_PUBLISH

CODES = 10
log = logging.getLogger(__name__)


def is_missing(user: AbstractBaseUser | AnonymousUser) -> bool:
    """Whether this session must show a second factor before it may do anything.

    `user` is that of the request, which django-otp's middleware has marked.
    """
    required = settings.SECOND_FACTOR_REQUIRED and user.has_perm(MAY_PUBLISH)  # type: ignore[union-attr]
    return bool(required) and not user.is_verified()  # type: ignore[union-attr]


def verified(user: Any, typed: str) -> Any:
    """The device that a code is of, or None; a code counts once, and waits after a wrong one.

    Six digits are the app's, all else is a recovery code: no device suffers for the other.
    """
    token = re.sub(r"[\s-]", "", typed).lower()
    model = TOTPDevice if re.fullmatch(r"[0-9]{6}", token) else StaticDevice
    device = model.objects.filter(user=user, confirmed=True).first()
    return verify_token(user, device.persistent_id, token) if device else None


@transaction.atomic
def enrol(*, user: User, key: str, typed: str) -> Any:
    """Take an app into use that shows the codes of `key`, in place of any before it.

    None, and nothing changes, when `typed` is not its code now.
    """
    User.objects.select_for_update().get(pk=user.pk)  # two of these at once would leave two apps
    device = TOTPDevice.objects.create(user=user, name="app", key=key)
    if not device.verify_token(re.sub(r"\s", "", typed)):
        transaction.set_rollback(True)
        return None
    TOTPDevice.objects.filter(user=user).exclude(pk=device.pk).delete()
    log.info("%s set up a second factor.", user)
    return device


@transaction.atomic
def new_codes(*, user: User) -> list[str]:
    """Ten recovery codes in place of all before; they are shown once."""
    User.objects.select_for_update().get(pk=user.pk)
    # The device stays: a session may rest on it.
    device, _ = StaticDevice.objects.get_or_create(user=user, defaults={"name": "recovery codes"})
    device.throttle_reset()
    device.token_set.all().delete()
    codes = [StaticToken.random_token() for _ in range(CODES)]
    StaticToken.objects.bulk_create(StaticToken(device=device, token=code) for code in codes)
    log.info("%s made new recovery codes.", user)
    return codes


def codes_left(user: User) -> int:
    """How many recovery codes are unused."""
    return int(StaticToken.objects.filter(device__user=user).count())


@transaction.atomic
def reset(*, user: User, by: User) -> None:
    """Take somebody's second factor away, and end all sessions that rested on it."""
    for model in (TOTPDevice, StaticDevice):
        model.objects.filter(user=user).delete()
    end_sessions(user)
    log.warning("%s reset the second factor of %s.", by, user)


def end_sessions(user: User, but: str | None = None) -> None:
    """End somebody's sessions, except one; it reads all of the desk's sessions, which are few."""
    live = Session.objects.filter(expire_date__gt=timezone.now()).exclude(session_key=but)
    own = [one.pk for one in live if one.get_decoded().get(SESSION_KEY) == str(user.pk)]
    Session.objects.filter(pk__in=own).delete()


def shown_key(key: str) -> str:
    """A key as it is typed into an app: base32, in groups of four."""
    return " ".join(re.findall(".{4}", b32encode(unhexlify(key)).decode()))
