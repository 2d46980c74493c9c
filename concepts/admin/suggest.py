"""Pages to link to and sources to cite, found while an editor types."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from typing import NamedTuple

from django.db.models import Exists, OuterRef
from django.http import HttpRequest, JsonResponse

from concepts.admin.preview import may_write, refused
from concepts.models import Edition, Page, Source
from concepts.parts import KINDS

SHOWN = 10
ASKED = 100
"""Characters of a question that are looked at."""


class Choice(NamedTuple):
    """One of the list: what is written, what is read, and what tells it from others."""

    value: str
    label: str
    hint: str
    names: str


def markdown_suggest(request: HttpRequest) -> JsonResponse:
    """Answer `{"results": [{"value": "concept:takt-time", "label": ..., "hint": ...}]}`.

    Every word of `q` is in the slug, the title, another name, or of a source in its authors.
    `kind` is `page` or `source`. One query each, whatever is asked.
    """
    if not may_write(request):
        return refused("Only editors who are logged in see suggestions.", 403)
    if request.method != "GET":
        return refused("Suggestions are asked for by GET.", 405)
    kind, asked = request.GET.get("kind", ""), request.GET.get("q", "")[:ASKED]
    if kind not in CHOICES:
        return refused("Say whether pages or sources are looked for: kind=page, kind=source.", 400)
    found = _best(CHOICES[kind](), asked)
    shown = [{"value": c.value, "label": c.label, "hint": c.hint} for c in found]
    return JsonResponse({"results": shown})


def _pages() -> Iterable[Choice]:
    """Every page of the desk, drafts too; a link to what is not published shows as its words."""
    in_force = Exists(Edition.objects.as_of().filter(page=OuterRef("pk")))
    rows = Page.objects.annotate(in_force=in_force).order_by("title", "kind", "slug")
    fields = ("kind", "slug", "title", "aliases", "in_force")
    for kind, slug, title, aliases, public in rows.values_list(*fields):
        hint = kind if public else f"{kind}, not published"
        yield Choice(f"{kind}:{slug}", title, hint, " ".join([slug, *aliases]))


def _sources() -> Iterable[Choice]:
    rows = Source.objects.order_by("slug").values_list("slug", "title", "author", "issued")
    for slug, title, author, issued in rows:
        names = [name.get("literal") or name.get("family") or "" for name in author]
        who = f"{names[0]} et al." if len(names) > 2 else " & ".join(names)
        yield Choice(slug, title, f"{who} {issued[:4]}".strip(), " ".join([slug, *names]))


CHOICES: dict[str, Callable[[], Iterable[Choice]]] = {"page": _pages, "source": _sources}


def _folded(text: str) -> str:
    """Small letters without accents: who types "muller" finds Müller."""
    bare = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter for letter in bare if not unicodedata.combining(letter))


def _best(choices: Iterable[Choice], asked: str) -> list[Choice]:
    """Those with every word that is asked for, first those that begin with it."""
    begin = next((f"{kind}:" for kind in KINDS if asked.startswith(f"{kind}:")), "")
    words = _folded(asked.removeprefix(begin)).split()
    ranked = []
    for choice in choices:
        label, names = _folded(choice.label), _folded(choice.names)
        if choice.value.startswith(begin) and all(word in f"{names} {label}" for word in words):
            ranked.append((_rank(" ".join(words), label, names), choice))
    return [choice for _, choice in sorted(ranked, key=lambda pair: pair[0])[:SHOWN]]


def _rank(asked: str, label: str, names: str) -> int:
    """0 for exactly this, 1 and 2 where a name begins with it, 3 where it stands within."""
    if asked in (label, names.partition(" ")[0]):
        return 0
    if label.startswith(asked) or names.startswith(asked):
        return 1
    return 2 if re.search(rf"\b{re.escape(asked)}", f"{label} {names}") else 3
