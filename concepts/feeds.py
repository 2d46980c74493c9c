"""What happened, as Atom (RFC 4287): one entry for each new edition, and for each withdrawal."""

import re
from datetime import UTC, datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed

from concepts import describing
from concepts.reading import News, Piece
from concepts.templatetags.site import absolute

NEVER = datetime(1970, 1, 1, tzinfo=UTC)
NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _clean(text: str) -> str:
    """The text without what no XML may hold: editors' notes come from anywhere."""
    return NOT_IN_XML.sub("", text)


class _Feed(Atom1Feed):
    def latest_post_date(self) -> datetime:
        """When what the feed says last changed: closing an edition changes it as well."""
        moment: datetime = self.feed["changed"]
        return moment


def atom(news: News) -> str:
    """The news of the site, or of the page that they are of, as the text of a feed."""
    site = _clean(settings.SITE_NAME)
    page = news.page
    own = [page.section, page.slug] if page else []
    feed = _Feed(
        title=f"{_clean(news.title)} – {site}" if page else site,
        link=absolute(reverse("page" if page else "home", args=own)),
        description="New editions, which rows they changed, and whether the meaning did.",
        language=describing.LANGUAGE,
        author_name=site,
        feed_url=absolute(reverse("page-feed" if page else "feed", args=own)),
        feed_copyright=f"CC BY 4.0, {describing.LICENSE}",
        changed=news.last or NEVER,
    )
    for piece in news.pieces:
        _add(feed, piece)
    return feed.writeString("utf-8")


def _add(feed: Atom1Feed, piece: Piece) -> None:
    """An entry, known for ever by the permanent address of its edition."""
    edition = piece.edition
    own = [edition.section, edition.slug]
    address = link = absolute(edition.get_permanent_url())
    title, category = str(edition), edition.significance if edition.number > 1 else "new"
    if piece.reason is not None:
        address, link = f"{address}#withdrawn", absolute(reverse("history", args=own))
        title, category = f"{edition.title}: withdrawn", "withdrawn"
    content = render_to_string("concepts/_news.html", {"piece": piece, "link": link})
    feed.add_item(
        title=_clean(title),
        link=link,
        description=_clean(" ".join(content.split())),
        unique_id=address,
        pubdate=piece.at,
        updateddate=piece.at,
        categories=[category],
    )
