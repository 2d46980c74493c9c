"""Addresses of everything that readers see. Other people's links rest on them."""

import re

from django.urls import path, register_converter

from concepts.citing import FORMS
from concepts.parts import KEY_PATTERN, KINDS
from concepts.reading import KIND_BY_SECTION
from concepts.views import (
    bibliography,
    changes,
    cite,
    compare,
    days,
    describing,
    exporting,
    machine,
    media,
    memento,
    practice,
    preview,
    reading,
    ways,
)
from concepts.views.accessibility import accessibility
from concepts.views.developers import developers
from concepts.views.embed import embed
from concepts.views.lists import list_, list_qr
from concepts.views.map import before, concept_map
from concepts.views.oembed import oembed
from concepts.views.profiles import profiles
from concepts.views.search import search, suggest
from concepts.views.security import security
from concepts.views.share import edition_share, share
from concepts.views.syllabus import check_links
from concepts.views.teachers import teachers


class SectionConverter:
    """The first part of a page's address."""

    regex = "|".join(KIND_BY_SECTION)

    def to_python(self, value: str) -> str:
        """The section itself."""
        return value

    def to_url(self, value: str) -> str:
        """The section itself."""
        return value


class KeyConverter(SectionConverter):
    """A slug or a citekey."""

    regex = KEY_PATTERN.strip("^$")


class KindConverter(SectionConverter):
    """A kind of page, in the singular."""

    regex = "|".join(KINDS)


class PictureConverter(SectionConverter):
    """The name of an uploaded picture: the digest of its bytes, and its format."""

    regex = r"[0-9a-f]{64}\.(?:png|jpg|webp)"


class ExportConverter(SectionConverter):
    """A file for learning platforms."""

    regex = "|".join(map(re.escape, exporting.FILES))


class CitationConverter(SectionConverter):
    """The ending of a file of citations."""

    regex = "|".join(map(re.escape, FORMS))


class NumberConverter:
    """The number of an edition, written in one way only."""

    regex = "[1-9][0-9]{0,5}"

    def to_python(self, value: str) -> int:
        """The number."""
        return int(value)

    def to_url(self, value: int) -> str:
        """The number in figures."""
        return str(value)


register_converter(SectionConverter, "section")
register_converter(KeyConverter, "key")
register_converter(KindConverter, "kind")
register_converter(ExportConverter, "export")
register_converter(CitationConverter, "citation")
register_converter(NumberConverter, "number")
register_converter(PictureConverter, "picture")

PAGE = "<section:section>/<key:slug>/"
EDITION = f"{PAGE}editions/<number:number>/"

urlpatterns = [
    path("", reading.home, name="home"),
    path("about/", ways.about, name="about"),
    path("accessibility/", accessibility, name="accessibility"),
    path("dimensions/", ways.dimensions, name="dimensions"),
    path("dimensions/<key:slug>/", ways.dimension, name="dimension"),
    path("glossary/", ways.glossary, name="glossary"),
    path("sources/", bibliography.sources, name="sources"),
    path("sources/index.<citation:form>", bibliography.bibliography, name="bibliography"),
    path("sources/<key:slug>/", bibliography.source, name="source"),
    path(
        "sources/<key:slug>/index.<citation:form>",
        bibliography.source_citation,
        name="source-citation",
    ),
    path("compare/", compare.compare, name="compare"),
    path("practice/", practice.practice, name="practice"),
    path("check-links/", check_links, name="check-links"),
    path("teachers/", teachers, name="teachers"),
    path("list/", list_, name="list"),
    path("list/qr.svg", list_qr, name="list-qr"),
    path("map/", concept_map, name="map"),
    path("organizations/profiles/", profiles, name="profiles"),
    path("search/", search, name="search"),
    path("search/suggest/", suggest, name="suggest"),
    path("<section:section>/", reading.index, name="index"),
    path(PAGE, reading.page, name="page"),
    path(f"{PAGE}index.json", machine.page_json, name="page-json"),
    path(f"{PAGE}index.md", machine.page_markdown, name="page-markdown"),
    path(f"{PAGE}index.csv", machine.page_csv, name="page-csv"),
    path(f"{PAGE}before/", before, name="before"),
    path(f"{PAGE}editions/", changes.history, name="history"),
    path(f"{PAGE}editions/<number:first>..<number:second>/", changes.changes, name="changes"),
    path(EDITION, reading.edition, name="edition"),
    path(f"{EDITION}index.json", machine.edition_json, name="edition-json"),
    path(f"{EDITION}index.md", machine.edition_markdown, name="edition-markdown"),
    path(f"{EDITION}index.csv", machine.edition_csv, name="edition-csv"),
    path(f"{EDITION}qr.svg", machine.qr, name="qr"),
    path(f"{PAGE}cite/", cite.cite, name="cite"),
    path(f"{EDITION}cite/", cite.edition_cite, name="edition-cite"),
    path(f"{PAGE}index.<citation:form>", cite.page_citation, name="page-citation"),
    path(f"{EDITION}index.<citation:form>", cite.edition_citation, name="edition-citation"),
    path(
        f"{PAGE}sources.<citation:form>",
        bibliography.page_bibliography,
        name="page-bibliography",
    ),
    path(
        f"{EDITION}sources.<citation:form>",
        bibliography.edition_bibliography,
        name="edition-bibliography",
    ),
    path(f"{PAGE}share/", share, name="share"),
    path(f"{EDITION}share/", edition_share, name="edition-share"),
    path(f"{PAGE}export/<export:file>", exporting.page_export, name="page-export"),
    path(f"{EDITION}export/<export:file>", exporting.edition_export, name="edition-export"),
    path("list/export/<export:file>", exporting.list_export, name="list-export"),
    path("embed/<kind:kind>/<key:slug>/", embed, name="embed"),
    path("oembed", oembed, name="oembed"),
    path(f"{EDITION}card.png", describing.card, name="card"),
    path("feed/", describing.feed, name="feed"),
    path(f"{PAGE}feed/", describing.page_feed, name="page-feed"),
    path("sitemap.xml", describing.sitemap, name="sitemap"),
    path("on/", days.on, name="on"),  # and `/on/<day>/...`: pomsite/middleware.py
    path("schema/<str:name>.json", machine.schema, name="schema"),
    path("developers/", developers, name="developers"),
    path("timegate/<path:address>", memento.timegate, name="timegate"),
    path("timemap/<path:address>", memento.timemap, name="timemap"),
    path("robots.txt", machine.robots, name="robots"),
    path(".well-known/security.txt", security, name="security"),
    path("media/<picture:name>", media.media, name="media"),
    path("preview/<str:token>/", preview.preview, name="preview"),
]
