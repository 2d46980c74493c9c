"""Who works on the desk, as tests of accounts need them: members, log-in, codes."""

from binascii import unhexlify
from typing import Any

import django_otp
from django.contrib.auth.models import Group, User
from django.test import Client
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from concepts import groups

PASSWORD = "a long pass phrase"
KEY = "3132333435363738393031323334353637383930"


def member(name: str, group: str = "", **fields: Any) -> User:
    """Somebody on the staff, in one of the three groups or in none."""
    groups.make()  # a flush of an earlier test takes them along
    made = User.objects.create_user(name, password=PASSWORD, is_staff=True, **fields)
    made.groups.set(Group.objects.filter(name=group))
    return made


def log_in(
    client: Client, name: str, password: str = PASSWORD, token: str = "", **meta: Any
) -> Any:
    """The answer to the log-in form."""
    sent = {"username": name, "password": password, "token": token, "next": "/admin/"}
    return client.post("/admin/login/", sent, **meta)


def is_in(client: Client) -> bool:
    """Whether the desk lets this browser in."""
    return client.get("/admin/").status_code == 200


def give_app(user: User, key: str = KEY) -> TOTPDevice:
    """An app in use."""
    return TOTPDevice.objects.create(user=user, name="app", key=key)


def code(key: str = KEY, step: int = 0) -> str:
    """What the app shows now, or so many half minutes later."""
    return f"{totp(unhexlify(key), drift=step):06d}"


def wrong_code(key: str = KEY) -> str:
    """Six digits that the app shows neither now nor soon."""
    right = {code(key, step) for step in range(-2, 4)}
    return next(digits for digits in ("123456", "234567", "345678") if digits not in right)


def enter(client: Client, user: User, device: TOTPDevice | None = None) -> Client:
    """A browser with a session that has shown the app, if there is one."""
    client.force_login(user)
    if device:
        session = client.session
        session[django_otp.DEVICE_ID_SESSION_KEY] = device.persistent_id
        session.save()
    return client
