"""Addresses of everything that readers see. Other people's links rest on them."""

from django.urls import path, register_converter

from concepts.parts import KEY_PATTERN
from concepts.reading import KIND_BY_SECTION
from concepts.views import machine, media, preview, reading


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
    path("sources/", reading.sources, name="sources"),
    path("sources/<key:slug>/", reading.source, name="source"),
    path("<section:section>/", reading.index, name="index"),
    path(PAGE, reading.page, name="page"),
    path(f"{PAGE}index.json", machine.page_json, name="page-json"),
    path(f"{PAGE}index.md", machine.page_markdown, name="page-markdown"),
    path(f"{PAGE}editions/", reading.history, name="history"),
    path(EDITION, reading.edition, name="edition"),
    path(f"{EDITION}index.json", machine.edition_json, name="edition-json"),
    path(f"{EDITION}index.md", machine.edition_markdown, name="edition-markdown"),
    path("media/<picture:name>", media.media, name="media"),
    path("preview/<str:token>/", preview.preview, name="preview"),
]
