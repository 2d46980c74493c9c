"""One page of every class that readers see, on a small site with a past: for tests of quality."""

from datetime import UTC, datetime, timedelta

from samples import comparison, concept, publish, row, site_at
from small_site import AREA, COMPARISON, CONCEPT, ORGANIZATION, PATH, build

from concepts import publishing
from concepts.models import Edition, Page

BEGUN = datetime(2040, 3, 1, 12, tzinfo=UTC)
NOW = BEGUN + timedelta(days=8)
PAST = "/on/2040-03-01"
THREE, FOUR, LONG = "/distinctions/of-three/", "/distinctions/of-four/", "/concepts/long/"

LIST = (
    "/list/?i=distinction:goods-vs-services@1!row-row1&i=distinction:goods-vs-services!question-q1"
    "&i=distinction:of-three!row-scope&i=distinction:of-four!row-scope&i=organization:bank"
    "&i=concept:fad&i=concept:fad@1&i=concept:shut@1&i=concept:long&i=concept:nothing"
    "&i=distinction:goods-vs-services!row-old&i=distinction:goods-vs-services@1!question-q1"
)

PAGES: dict[str, list[str]] = {
    "home": ["/", f"{PAST}/"],
    "about": ["/about/"],
    "accessibility": ["/accessibility/"],
    "developers": ["/developers/"],
    "on": ["/on/", "/on/?day=2040-02-30"],
    "index": ["/concepts/", "/distinctions/", "/organizations/", "/areas/", "/paths/"],
    "page": [
        *(COMPARISON, f"{COMPARISON}?swap=1", f"{COMPARISON}?hide=goods", PAST + COMPARISON),
        *(THREE, FOUR, f"{FOUR}?hide=other1", CONCEPT, LONG, ORGANIZATION, AREA, PATH),
        *("/concepts/fad/", f"{CONCEPT}?on=2039-01-01", f"{PAST}/concepts/nothing/"),
    ],
    "before": ["/concepts/services/before/"],
    "history": [f"{COMPARISON}editions/", "/concepts/fad/editions/", "/concepts/shut/editions/"],
    "changes": [f"{COMPARISON}editions/1..2/", f"{COMPARISON}editions/2..2/"],
    "edition": [f"{COMPARISON}editions/{number}/" for number in (1, 2)]
    + ["/concepts/fad/editions/1/", "/concepts/shut/editions/1/"],
    "share": [f"{COMPARISON}share/", f"{COMPARISON}share/?row=row1", f"{CONCEPT}share/"],
    "edition-share": [f"{COMPARISON}editions/1/share/", "/concepts/fad/editions/1/share/"],
    "embed": [
        *("/embed/distinction/goods-vs-services/", "/embed/distinction/of-four/?part=table"),
        *("/embed/distinction/goods-vs-services/?row=row1&edition=1", "/embed/concept/long/"),
        *("/embed/distinction/goods-vs-services/?row=old", "/embed/concept/fad/"),
        *("/embed/organization/bank/", "/embed/guide/first-steps/", "/embed/concept/nothing/"),
    ],
    "cite": [
        *(f"{COMPARISON}cite/", f"{COMPARISON}cite/?row=row1&side=goods", f"{FOUR}cite/"),
        *(f"{COMPARISON}cite/?row=old", f"{CONCEPT}cite/", "/concepts/long/cite/"),
    ],
    "edition-cite": [f"{COMPARISON}editions/1/cite/", "/concepts/fad/editions/1/cite/"],
    "sources": ["/sources/"],
    "source": ["/sources/little1961/"],
    "dimensions": ["/dimensions/"],
    "dimension": ["/dimensions/dimension1/"],
    "glossary": ["/glossary/"],
    "profiles": ["/organizations/profiles/", "/organizations/profiles/?o=bank"],
    "map": ["/map/", "/map/?area=foundations"],
    "compare": ["/compare/", "/compare/?c=goods&c=other1", "/compare/?c=nothing"],
    "check-links": ["/check-links/"],
    "teachers": ["/teachers/"],
    "practice": ["/practice/", "/practice/?area=foundations", "/practice/?area=nothing"],
    "list": [
        "/list/",
        f"{LIST}&t=Week+one",
        f"{LIST}&pick=distinction:goods-vs-services@1",
        "/list/?i=junk&add=elsewhere",
    ],
    "search": ["/search/", "/search/?q=stored", "/search/?q=storred", f"{PAST}/search/?q=zzz"],
    "page-export": [f"{ORGANIZATION}export/questions.csv"],  # it has none, and says so
    "list-export": ["/list/export/questions.csv"],
    "": ["/nothing/"],
}
"""Addresses of pages for people by the names of `concepts.urls`; "" has none."""

OTHER = set(
    "page-json page-markdown edition-json edition-markdown qr media suggest robots preview list-qr"
    " page-citation edition-citation page-bibliography edition-bibliography source-citation"
    " bibliography card feed page-feed sitemap page-csv edition-csv schema timegate timemap"
    " edition-export oembed security".split()
)
"""Names that answer with no page, and the preview, whose page is one of those above."""

EVERY = [address for addresses in PAGES.values() for address in addresses]


def fill() -> None:
    """Publish the site: it began on 1 March 2040 and changed two days later."""
    with site_at(BEGUN):
        build(1)
        publish(concept("fad", title="A fad"))
        shut = publish(concept("shut"))
    with site_at(BEGUN + timedelta(days=2)):
        build(2)
        _of_several(THREE, ["goods", "services", "other1"])
        _of_several(FOUR, ["goods", "services", "other1", "other2"])
        long_word = "Donaudampfschifffahrtsgesellschaft" * 3
        publish(concept("long", title=long_word, summary=f"A {long_word}."))
        publishing.withdraw(Page.objects.get(slug="fad"), by=None, reason="It passed.")
        publishing.close(shut, by=None, reason="By order of a court.")


def _of_several(address: str, slugs: list[str]) -> Edition:
    sides = [{"key": slug, "concept": slug} for slug in slugs]
    rows = [row("scope", **{slug: f"It is {slug}, as far as one can say." for slug in slugs})]
    slug = address.split("/")[2]
    return publish(comparison(slug=slug, title=" vs ".join(slugs), sides=sides, rows=rows))
