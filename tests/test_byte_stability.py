"""An edition's page is the same bytes for ever, but for the block that tells of newer editions."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from samples import comparison, concept, guide, organization, publish, row, save, site_at
from small_site import (
    QUESTION,
    build,
    concept_fields,
    existing,
    organization_fields,
)

from concepts import clock, desk, publishing
from concepts.documents import PageDocument
from concepts.models import Dimension, Edition, Page, Source

pytestmark = pytest.mark.django_db

BEGUN = datetime(2040, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
NOW = BEGUN + 20 * DAY
PAGES = (
    "concept:goods",
    "concept:services",
    "concept:other1",
    "distinction:goods-vs-services",
    "distinction:goods-vs-other1",
    "organization:bank",
    "organization:bakery",
    "guide:foundations",
    "guide:first-steps",
)
VIEWS = ("?swap=1", "?hide=goods")
FORMS = (
    *("index.json", "index.md", "index.csv", "qr.svg", "card.png"),
    *("index.bib", "index.ris", "index.csl.json", "sources.bib", "sources.ris", "sources.csl.json"),
)
ASKED = [{"key": "q1", "text": QUESTION}]
STATUS = re.compile(rb'<div class="status".*?</div>\n', re.DOTALL)


def _bakery(**fields: Any) -> Page:
    own = {
        "title": "A bakery",
        "four_vs": {"volume": {"level": "low", "reason": "Few."}},
        "illustrates": [{"concept": "goods", "text": "Bread."}],
    }
    return organization("bakery", existing("organization", "bakery"), **own | fields)


def _bank(**fields: Any) -> Page:
    own = organization_fields(2) | fields
    return organization("bank", existing("organization", "bank"), **own)


def _other_comparison(**fields: Any) -> Page:
    sides = [{"key": slug, "concept": slug} for slug in ("goods", "other1")]
    cells = row("scope", goods="Things.", other1="Others.")
    own = {"slug": "goods-vs-other1", "title": "Goods vs others", "sides": sides, "rows": [cells]}
    return comparison(existing("distinction", "goods-vs-other1"), **{**own, **fields})


def fill() -> None:
    """Nine pages that name each other; half of them with a second edition two days later."""
    with site_at(BEGUN):
        build(1)
        publish(_bakery())
        publish(_other_comparison())
        build_again()
    with site_at(BEGUN + 2 * DAY):
        build(2)


def build_again() -> None:
    """Once more, so that each page has an edition after all of its neighbours."""
    for kind, slug in (key.split(":") for key in PAGES):
        page = existing(kind, slug)
        assert page
        publish(save(_changed(page, explain=f"Explain {slug}."), page))


def _changed(page: Page, **fields: Any) -> PageDocument:
    """What a page says on the desk, with some fields changed."""
    return desk.own(page).model_copy(update=fields)


@pytest.fixture(scope="module")
def filled(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The site, made once; what a test adds to it is taken back. It is 21 March 2040."""
    with django_db_blocker.unblock(), transaction.atomic():
        fill()
        with site_at(NOW):
            yield
        transaction.set_rollback(True)


@pytest.fixture
def site(filled: None, db: None) -> Client:
    """A reader of the site."""
    return Client()


Bodies = dict[str, bytes]


def bodies(site: Client, forms: tuple[str, ...] = ("",)) -> Bodies:
    """What stands at these addresses of every edition, and in the other views of comparisons."""
    found = {}
    for edition in Edition.objects.published().filter(closure=None):
        views = VIEWS if edition.kind == "distinction" and "" in forms else ()
        for form in (*forms, *views):
            address = f"{edition.get_permanent_url()}{form}"
            answer = site.get(address)
            assert answer.status_code == 200, address
            found[address] = answer.content
    return found


@pytest.fixture(scope="module")
def before(filled: None) -> Bodies:
    """What every edition said before anything happened to others."""
    return bodies(Client())


def page_of(key: str) -> Page:
    page = existing(*key.split(":"))
    assert page
    return page


def prefix(key: str) -> str:
    """What the addresses of a page's editions begin with."""
    [first] = Edition.objects.filter(page=page_of(key), number=1)
    return f"{first.get_absolute_url()}editions/"


# What may happen to others, each with the pages that get an edition or lose one by it ------------


def new_words_of_a_neighbour() -> set[str]:
    fields = concept_fields("services", 2) | {"title": "Acts", "summary": "What **acts** are."}
    publish(concept("services", existing("concept", "services"), **fields))
    return {"concept:services"}


def a_neighbour_gets_another_name() -> set[str]:
    fields = concept_fields("goods", 2) | {"title": "Wares"}
    publish(concept("wares", existing("concept", "goods"), **fields))
    return {"concept:wares"}


def a_neighbour_is_withdrawn() -> set[str]:
    publishing.withdraw(page_of("concept:services"), by=None, reason="Gone.")
    return {"concept:services"}


def a_neighbour_is_withdrawn_and_comes_back() -> set[str]:
    publishing.withdraw(page_of("concept:services"), by=None, reason="Gone.")
    publish(page_of("concept:services"))
    return {"concept:services"}


def an_organization_works_otherwise_and_another_one_opens() -> set[str]:
    levels = {name: {"level": "high", "reason": "All."} for name in ("volume", "visibility")}
    publish(_bakery(title="An arcade of bakeries", four_vs=levels))
    publish(organization("arcade", title="An arcade", four_vs=levels))
    publish(_bank(title="An abacus"))
    return {"organization:bakery", "organization:bank"}


def an_area_gets_another_title_and_fewer_steps() -> set[str]:
    area = existing("guide", "foundations")
    publish(guide("foundations", area, type="area", title="The ground", steps=[]))
    return {"guide:foundations"}


def a_path_leads_another_way() -> set[str]:
    steps = [{"page": "concept:services"}, {"page": "distinction:goods-vs-other1"}]
    publish(guide("first-steps", existing("guide", "first-steps"), steps=steps))
    return {"guide:first-steps"}


def others_come_that_name_everything() -> set[str]:
    relations = [{"type": "uses", "concept": "goods"}, {"type": "leads-to", "concept": "services"}]
    text = "[goods](concept:goods), [a bank](organization:bank), [@little1961]."
    named = {"prerequisites": ["goods", "other1"], "relations": relations, "area": "foundations"}
    publish(concept("aaa", title="AAA", body=text, questions=ASKED, **named))
    steps = [{"page": key} for key in PAGES if not key.startswith("guide")]
    publish(guide("aab", title="AAB", steps=steps))
    sides = [{"key": slug, "concept": slug} for slug in ("goods", "services", "aaa")]
    cells = row("scope", goods="1", services="2", aaa="3")
    practice = [{"organization": "bank", "texts": [{"side": "goods", "text": "Cash."}]}]
    own = {"slug": "aac", "title": "AAC", "sides": sides, "rows": [cells], "practice": practice}
    publish(comparison(**own))
    return set()


def another_comparison_of_the_same_sides_changes() -> set[str]:
    publish(_other_comparison(title="Another title", summary="Another verdict."))
    return {"distinction:goods-vs-other1"}


def sources_and_dimensions_are_edited() -> set[str]:
    Source.objects.all().update(title="Another Proof", issued="1962", body="Read again.")
    Dimension.objects.all().update(label="Another label", description="Other words.")
    publish(concept("aad", title="AAD", body="[@little1961]"))
    return set()


def drafts_are_written_and_deleted() -> set[str]:
    for key in PAGES:
        desk.save(
            _changed(page_of(key), title="A draft"), by=None, action="edit", page=page_of(key)
        )
    concept("draft", prerequisites=["goods"]).delete()
    return set()


def an_edition_is_scheduled_and_taken_away() -> set[str]:
    soon = clock.now() + DAY
    edition = publish(concept("goods", page_of("concept:goods"), summary="Soon."), at=soon)
    publishing.unschedule(edition, by=None)
    return set()


HAPPEN: list[Callable[[], set[str]]] = [
    new_words_of_a_neighbour,
    a_neighbour_gets_another_name,
    a_neighbour_is_withdrawn,
    a_neighbour_is_withdrawn_and_comes_back,
    an_organization_works_otherwise_and_another_one_opens,
    an_area_gets_another_title_and_fewer_steps,
    a_path_leads_another_way,
    others_come_that_name_everything,
    another_comparison_of_the_same_sides_changes,
    sources_and_dimensions_are_edited,
    drafts_are_written_and_deleted,
    an_edition_is_scheduled_and_taken_away,
]


@pytest.mark.parametrize("happens", HAPPEN)
def test_what_happens_to_others_changes_no_byte_of_an_edition(
    site: Client, before: Bodies, happens: Callable[[], set[str]]
) -> None:
    own = tuple(prefix(key) for key in happens())
    with site_at(NOW + DAY):
        after = bodies(site)
    changed = {address for address, body in before.items() if after[address] != body}
    assert {address for address in changed if not address.startswith(own)} == set()
    assert {
        address for address in before if without(before, address) != without(after, address)
    } == set()


def without(found: Bodies, address: str) -> bytes:
    """The page without its status block."""
    return STATUS.sub(b"", found[address])


def test_a_new_edition_of_the_very_page_changes_the_status_block_of_the_old_ones(
    site: Client, before: Bodies
) -> None:
    new_words_of_a_neighbour()
    with site_at(NOW + DAY):
        after = bodies(site)
    own = {address for address in before if address.startswith("/concepts/services/")}
    assert {address for address in before if before[address] != after[address]} == own
    assert all(STATUS.search(after[address]) for address in own)


def test_other_forms_of_an_edition_do_not_change_at_all(site: Client) -> None:
    then = bodies(site, FORMS)
    for happens in HAPPEN:
        if happens not in (a_neighbour_gets_another_name, a_neighbour_is_withdrawn):
            happens()
    with site_at(NOW + DAY):
        after = bodies(site, FORMS)
    assert {address for address in then if then[address] != after[address]} == set()


def test_a_closed_edition_takes_its_words_out_of_the_pages_that_told_them(
    site: Client, before: Bodies
) -> None:
    """The one thing that changes the editions of others: what must be gone is gone there too."""
    [closed] = Edition.objects.filter(slug="services", number=3)
    publishing.close(closed, by=None, reason="By order.")
    after = bodies(site)
    changed = {address for address in after if without(before, address) != without(after, address)}
    assert changed
    assert not any(address.startswith(closed.get_absolute_url()) for address in changed)
    assert closed.get_absolute_url().encode() not in b"".join(after[each] for each in changed)
