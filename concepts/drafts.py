"""Drafts as readers would see them, and links that show one to somebody without an account."""

import logging
from datetime import timedelta

from django.contrib.auth.models import User
from django.core.signing import BadSignature, Signer
from django.urls import reverse

from concepts import clock, publishing, reading
from concepts.documents import Data, data_of
from concepts.models import Page, PreviewLink

SIGNER = Signer(salt="concepts.preview")
LONGEST = 30
"""Days that a link may last."""

logger = logging.getLogger(__name__)


def shown(page: Page) -> Data:
    """What the page's template would show if the draft were published now.

    Raises:
        PublishError: what stands on the desk is no valid document.
    """
    document, _ = publishing.shown(page)
    return reading.assemble_draft(data_of(document), at=clock.now(), page=page.pk)


def make_link(page: Page, *, by: User | None, label: str, days: int) -> PreviewLink:
    """Let whoever has the link's address read the page's draft for so many days.

    Raises:
        ValueError: it would last no whole day, or longer than `LONGEST`.
    """
    if not 1 <= days <= LONGEST:
        raise ValueError(f"A link lasts 1 to {LONGEST} days.")
    until = clock.now() + timedelta(days=days)
    link = PreviewLink.objects.create(page=page, by=by, label=label, expires_at=until)
    logger.info("%s made preview link %d to %s %d", by, link.pk, page.kind, page.pk)
    return link


def revoke_link(link: PreviewLink, *, by: User | None) -> None:
    """Close the link's address for ever; doing it again changes nothing."""
    live = PreviewLink.objects.filter(pk=link.pk, revoked_at=None)
    if live.update(revoked_at=clock.now()):
        logger.info("%s revoked preview link %d to page %d", by, link.pk, link.page_id)


def address(link: PreviewLink) -> str:
    """The link's path. It can be told again at any time: the token is the row's id, signed."""
    return reverse("preview", args=[SIGNER.sign(str(link.pk))])


def opened(token: str) -> PreviewLink | None:
    """The link of this token, with its page; None when it is wrong, has expired or was revoked."""
    try:
        number = int(SIGNER.unsign(token))
    except (BadSignature, ValueError):
        return None
    live = PreviewLink.objects.filter(expires_at__gt=clock.now(), revoked_at=None)
    return live.select_related("page").filter(pk=number).first()
