"""Every picture of a page, drawn from its document's data and from what surrounds it."""

from collections.abc import Callable, Sequence
from typing import Any

from concepts import rendering
from concepts.diagrams.drawing import Picture
from concepts.diagrams.flow import flow
from concepts.diagrams.neighbourhood import gathered, neighbourhood
from concepts.diagrams.profile import VS, Levels, against, profile
from concepts.diagrams.ranking import ranking
from concepts.diagrams.relations import Side, relations
from concepts.diagrams.scope import Area, scope

Page = dict[str, Any]
Pictures = dict[str, Any]
"""Pictures by name, and what is said of them."""


def levels(four_vs: dict[str, Any] | None) -> Levels:
    """The level of each V that a document's four Vs say."""
    told = four_vs or {}
    return {v: told[v]["level"] for v in VS if v in told and told[v]["level"]}


def _plain(texts: Sequence[str]) -> list[str]:
    return [plain for text in texts if (plain := rendering.plain(text))]


def _organization(page: Page, data: Page, others: Sequence[tuple[Any, Levels]]) -> Pictures:
    own = levels(data["four_vs"])
    other = against(own, others)
    profiles = [(data["title"], own)]
    if other:
        profiles.append((other[0].title, other[1]))
    facts = {
        "title": data["title"],
        "steps": page["steps"],
        "transformation": rendering.plain(data["transformation"]),
        **{name: _plain(data[name]) for name in ("transformed", "transforming", "outputs")},
    }
    return {
        "flow": flow(facts),
        "profile": profile(profiles),
        "against": other[0] if other else None,
        "ranking": ranking([item["objective"] for item in data["objectives"]]),
    }


def scope_of(data: Page) -> Picture | None:
    """The scope picture of a comparison, its sides called what its edition froze."""
    titles = {item["slug"]: item["title"] for item in data["frozen"]["neighbours"]}
    return _scope(
        [(side["key"], titles.get(side["concept"], "")) for side in data["sides"]], data["scope"]
    )


def _scope(sides: Sequence[tuple[str, str]], said: Page | None) -> Picture | None:
    """The picture that editors described, of sides each with its key and title."""
    if not said:
        return None
    words = {area["side"]: area["words"] for area in said["areas"]}
    areas = [
        Area(letter, title, words.get(key, ()))
        for letter, (key, title) in zip("ABCD", sides, strict=False)
    ]
    keys = [key for key, _ in sides]
    outer = keys.index(said["outer"]) if said["outer"] in keys else None
    return scope(said["shape"], areas, outer, said["shared"])


def _side(side: Page, page: Page) -> Side:
    own = [said for said in page["related"] if said["side"]["key"] == side["key"]]
    to = gathered((said["verb"], target) for said in own for target in said["pages"])
    return Side(side["letter"].upper(), side["concept"].title, side["concept"].page, to)


def _distinction(page: Page, data: Page, others: Sequence[tuple[Any, Levels]]) -> Pictures:
    titles = [(side["key"], side["concept"].title) for side in page["sides"]]
    return {
        "scope": _scope(titles, data["scope"]),
        "caption": rendering.plain(data["scope"]["caption"]) if data["scope"] else "",
        "relations": relations([_side(side, page) for side in page["sides"]]),
    }


def _concept(page: Page, data: Page, others: Sequence[tuple[Any, Levels]]) -> Pictures:
    found = [(phrase["verb"], to["page"]) for phrase in page["phrases"] for to in phrase["pages"]]
    return {"relations": neighbourhood(data["title"], found)}


_OWN: dict[str, Callable[[Page, Page, Sequence[tuple[Any, Levels]]], Pictures]] = {
    "concept": _concept,
    "distinction": _distinction,
    "organization": _organization,
}


def pictures(page: Page, data: Page, others: Sequence[tuple[Any, Levels]] = ()) -> Pictures:
    """Every picture of a page by name, each None where there is nothing to draw.

    `page` is what the template shows, `data` the document's own data. `others` are the profiles
    of other organizations: a page that has a `title`, and its levels.
    """
    own = _OWN.get(data["kind"])
    return own(page, data, others) if own else {}
