"""Keys are given once and never reused: what a text from outside lacks is retired by itself."""

from concepts.documents import Data, Distinction, PageDocument, data_of
from concepts.models import Edition, Page
from concepts.parts import Retired
from concepts.stored import load
from concepts.surroundings import KEYED, KeysOf, keys_in


def keys_had(page: Page) -> KeysOf:
    """The keys of rows and of sides that editions of the page have, or have had.

    Only the last edition counts, since each holds the keys of those before it.
    """
    last = _last(page) if page.pk else None
    return keys_in(load(last.document) if last else {})


def _last(page: Page) -> Edition | None:
    return Edition.objects.filter(page=page.pk).order_by("-number").first()


def with_retired(document: PageDocument, page: Page, *, reason: str) -> PageDocument:
    """The document with every row and side key of the page's last edition live or retired.

    A key that the edition had retired stays as it was; any other is retired for this reason, in
    one line. Only the last edition counts, as for `keys_had`.
    """
    last = _last(page)
    if last is None or not isinstance(document, Distinction):
        return document
    before, data = load(last.document), data_of(document)
    retired = {
        field: [*getattr(document, field), *_gone(data, before, live, field, reason)]
        for live, field in KEYED.values()
    }
    return document.model_copy(update=retired)


def _gone(data: Data, before: Data, live: str, retired: str, reason: str) -> list[Retired]:
    known = {item["key"] for item in (*data[live], *data[retired])}
    kept = [Retired(**item) for item in before[retired] if item["key"] not in known]
    fresh = [
        Retired(key=item["key"], label=_label(item, before), reason=reason)
        for item in before[live]
        if item["key"] not in known
    ]
    return [*kept, *fresh]


def _label(item: Data, before: Data) -> str:
    """What the row or side was called: its dimension's label, or its concept's title."""
    frozen = before["frozen"]
    if "dimension" in item:
        labels = {each["key"]: each["label"] for each in frozen["dimensions"]}
        return str(labels.get(item["dimension"], ""))
    concepts = [each for each in frozen["neighbours"] if each["kind"] == "concept"]
    titles = {each["slug"]: each["title"] for each in concepts}
    return str(titles.get(item["concept"], ""))
