"""Which editions of a page stand: the one in force and the one that is scheduled."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from concepts import clock
from concepts.models.edition import Edition
from concepts.models.page import Page


@dataclass(frozen=True)
class Standing:
    """The edition of a page that is in force, closed or not, and the one that is scheduled."""

    current: Edition | None = None
    scheduled: Edition | None = None

    @property
    def name(self) -> str:
        """Names the two, so that an editor's form can say which ones it showed."""
        return "-".join(str(each.pk if each else 0) for each in (self.current, self.scheduled))


def standing(page: Page, moment: datetime | None = None) -> Standing:
    """What stands of the page at the moment (now), in one query."""
    moment = moment or clock.now()
    running = Q(superseded_at__isnull=True) | Q(superseded_at__gt=moment)
    editions = Edition.objects.filter(running, page=page).select_related("closure", "by")
    by_turn = {edition.published_at <= moment: edition for edition in editions}
    return Standing(by_turn.get(True), by_turn.get(False))
