"""Addresses of everything that readers see. Other people's links rest on them."""

from django.urls import path, register_converter

from concepts.parts import KEY_PATTERN
from concepts.reading import KIND_BY_SECTION
from concepts.views import compare, days, machine, media, practice, preview, reading, ways
from concepts.views.accessibility import accessibility
from concepts.views.map import before, concept_map
from concepts.views.profiles import profiles
from concepts.views.search import search, suggest


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


class PictureConverter(SectionConverter):
    """The name of an uploaded picture: the digest of its bytes, and its format."""

    regex = r"[0-9a-f]{64}\.(?:png|jpg|webp)"


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
    path("sources/", reading.sources, name="sources"),
    path("sources/<key:slug>/", reading.source, name="source"),
    path("compare/", compare.compare, name="compare"),
    path("practice/", practice.practice, name="practice"),
    path("map/", concept_map, name="map"),
    path("organizations/profiles/", profiles, name="profiles"),
    path("search/", search, name="search"),
    path("search/suggest/", suggest, name="suggest"),
    path("<section:section>/", reading.index, name="index"),
    path(PAGE, reading.page, name="page"),
    path(f"{PAGE}index.json", machine.page_json, name="page-json"),
    path(f"{PAGE}index.md", machine.page_markdown, name="page-markdown"),
    path(f"{PAGE}before/", before, name="before"),
    path(f"{PAGE}editions/", reading.history, name="history"),
    path(EDITION, reading.edition, name="edition"),
    path(f"{EDITION}index.json", machine.edition_json, name="edition-json"),
    path(f"{EDITION}index.md", machine.edition_markdown, name="edition-markdown"),
    path(f"{EDITION}qr.svg", machine.qr, name="qr"),
    path("on/", days.on, name="on"),  # and `/on/<day>/...`: pomsite/middleware.py
    path("robots.txt", machine.robots, name="robots"),
    path("media/<picture:name>", media.media, name="media"),
    path("preview/<str:token>/", preview.preview, name="preview"),
]
