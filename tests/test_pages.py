"""What readers see on each kind of page."""

import re

import pytest
from django.template.loader import render_to_string
from django.test import Client
from samples import comparison, concept, guide, organization, publish, row, source
from small_site import AREA, COMPARISON, CONCEPT, ORGANIZATION, PATH, build, section, text_of, words

from concepts import clock, desk, reading
from concepts.documents import data_of
from concepts.models import Source
from concepts.reading import FLAGSHIP

pytestmark = pytest.mark.django_db

BEAT = "/concepts/takt-time/"
INDEXES = ("/concepts/", "/distinctions/", "/organizations/", "/areas/", "/paths/")


# Comparisons


def test_a_comparison_begins_with_its_answer(client: Client) -> None:
    build()
    html = text_of(client, COMPARISON)
    assert words(html.split("<h1>")[1].split("</h1>")[0]) == "Goods vs services"
    assert words(html.split('<div class="answer">')[1].split("</div>")[0]) == "Goods can be stored."
    assert html.index('class="answer"') < html.index('class="toc"')


def test_a_comparison_has_its_parts_in_the_order_of_the_teaching(client: Client) -> None:
    build()
    sections = re.findall(r'<section class="s" id="([^"]+)">', text_of(client, COMPARISON))
    assert (
        sections
        == (
            "shared table principle explained scope timeline practice boundary disagree mistakes"
            " claims relations check explain sources edition next"
        ).split()
    )


def test_a_part_without_content_is_left_out(client: Client) -> None:
    publish(concept())
    sections = re.findall(r'<section class="s" id="([^"]+)">', text_of(client, BEAT))
    assert sections == ["edition"]


def test_the_table_is_a_true_table_with_its_headers(client: Client) -> None:
    build(2)
    table = section(text_of(client, COMPARISON), "table")
    assert re.findall(r'<th role="(\w+)" scope="(\w+)"', table) == [
        *[("columnheader", "col")] * 3,
        *[("rowheader", "row")] * 2,
    ]
    assert words(table).count("Stored.") == 2
    assert table.count("Our illustration.") == 2


def test_three_and_four_sides_have_a_lane_each(client: Client) -> None:
    names = ["goods", "services", "acts", "rights"]
    for slug in names:
        publish(concept(slug))
    for count, letters in ((3, "abc"), (4, "abcd")):
        slugs = names[:count]
        fields = {
            "slug": f"of-{count}",
            "title": " vs ".join(slugs),
            "sides": [{"key": slug, "concept": slug} for slug in slugs],
            "rows": [row("scope", **{slug: f"It is {slug}." for slug in slugs})],
        }
        publish(comparison(**fields))
        html = text_of(client, f"/distinctions/of-{count}/")
        lanes = re.findall(r'<td role="cell" class="(\w)"', html)
        assert lanes == list(letters)
        assert f'class="doc n{count}"' in html


def test_the_same_organization_stands_on_both_sides(client: Client) -> None:
    build()
    practice = section(text_of(client, COMPARISON), "practice")
    assert f'<a href="{ORGANIZATION}">A bank</a>' in practice
    assert [words(side) for side in re.findall(r"<p>(.*?)</p>", practice)] == [
        "The goods.",
        "The services.",
    ]


def test_a_claim_shows_its_verdict_and_leads_to_the_pages_that_treat_it(client: Client) -> None:
    build()
    claims = section(text_of(client, COMPARISON), "claims")
    assert '<span class="tag contradictory">contradictory</span> 1' in claims
    assert "<blockquote>Services are stored.</blockquote>" in claims
    assert f'See <a href="/concepts/services/">Services</a>, <a href="{ORGANIZATION}">' in claims


def test_a_scope_is_said_in_words(client: Client) -> None:
    build()
    scope = words(section(text_of(client, COMPARISON), "scope"))
    assert "Services is the wider one" in scope
    assert "things" in scope
    assert "As drawn." in scope


def test_an_option_says_whether_it_is_right_and_why_and_which_row_it_tests(client: Client) -> None:
    build()
    check = section(text_of(client, COMPARISON), "check")
    right, wrong = re.findall(r"<details.*?</details>", check, re.DOTALL)
    assert words(right.split("</summary>")[0]) == "A loaf"
    assert '<b class="yes">Yes.</b> <p>It waits on the shelf.' in right
    assert '<a href="#row-row1">Row: Dimension 1</a>' in right
    assert words(wrong) == "A haircutNot this one. Row: Dimension 1"


def test_a_comparison_says_how_its_sides_relate(client: Client) -> None:
    build()
    relations = words(section(text_of(client, COMPARISON), "relations"))
    assert relations.endswith("Goods contrasts with Services. Services contrasts with Goods.")


def test_a_comparison_leads_on_to_others_of_the_same_concepts(client: Client) -> None:
    build()
    sides = [{"key": "goods", "concept": "goods"}, {"key": "other", "concept": "other1"}]
    rows = [row("scope", goods="x", other="y")]
    publish(comparison(slug="near", title="Near", sides=sides, rows=rows))
    following = section(text_of(client, COMPARISON), "next")
    assert '<a href="/distinctions/near/">Near</a>' in following
    assert f'href="{COMPARISON}"' in section(text_of(client, "/distinctions/near/"), "next")


# References


def test_sources_are_numbered_in_the_order_of_their_first_use(client: Client) -> None:
    for key in ("aaa", "zzz"):
        source(key)
    publish(concept(summary="First. [@zzz]", body="Then. [@aaa; @zzz, p. 7]", why_it_matters="No."))
    html = text_of(client, BEAT)
    assert re.findall(r'<li id="s(\d)">.*?href="/sources/(\w+)/"', html, re.DOTALL) == [
        ("1", "zzz"),
        ("2", "aaa"),
    ]
    assert re.findall(r'<a href="#s(\d)"', html) == ["1", "2", "1"]


def test_each_reference_leads_back_to_every_place_that_cites_it(client: Client) -> None:
    source("zzz")
    publish(concept(summary="First. [@zzz]", body="Then. [@zzz, p. 7]"))
    html = text_of(client, BEAT)
    marks = re.findall(r'<a href="#s1" id="([\w-]+)"', html)
    uses = re.search(r'<span class="up">(.*?)</span>\s*</li>', html, re.DOTALL)
    assert uses
    assert re.findall(r'href="#([\w-]+)"', uses[1]) == marks == ["summary--c1", "body--c1"]
    assert "p. 7" in words(uses[1])


def test_a_text_under_discussion_is_marked_wherever_it_is_listed(client: Client) -> None:
    source("odd", under_discussion=True)
    publish(concept(summary="So it is said. [@odd]"))
    for address in (BEAT, "/sources/", "/sources/odd/"):
        assert "<b>Under discussion.</b>" in text_of(client, address)


def test_sources_are_listed_from_a_to_z_with_the_number_of_pages_that_cite_them(
    client: Client,
) -> None:
    source("zzz", author=[{"family": "Zipkin", "given": "P."}])
    source("aaa", author=[{"family": "Arrow", "given": "K."}])
    source("unused")
    publish(concept("one", summary="One. [@zzz; @aaa]"))
    publish(concept("two", summary="Two. [@zzz] Again. [@zzz]"))
    html = text_of(client, "/sources/")
    assert re.findall(r'href="/sources/(\w+)/"', html) == ["aaa", "zzz"]
    assert re.findall(r"Cited on (\d page\w?)", html) == ["1 page", "2 pages"]


def test_a_source_says_how_far_it_was_checked(client: Client) -> None:
    said = {
        "read": "The text or its abstract was read",
        "bibliography": "its text was not read",
        "known": "A classic of the field",
        "": "Not checked yet.",
    }
    for number, (checked, sentence) in enumerate(said.items()):
        source(f"key{number}", checked=checked)
        publish(concept(f"page-{number}", summary=f"Yes. [@key{number}]"))
        assert sentence in text_of(client, f"/sources/key{number}/")


def test_a_source_lists_the_pages_that_cite_it_with_each_place(client: Client) -> None:
    build()
    html = text_of(client, "/sources/little1961/")
    assert f'<a href="{COMPARISON}#row-row1--goods">Row1, Goods</a> (p. 384)' in html
    for address, anchor in re.findall(r'href="(/(?!sources)[^"#]+)#([^"]+)"', html):
        assert f'id="{anchor}"' in text_of(client, address), (address, anchor)


def test_a_source_shows_what_the_newest_edition_that_cites_it_froze(client: Client) -> None:
    source("key", title="Old title")
    publish(concept("one", summary="One. [@key]"))
    Source.objects.update(title="New title")
    publish(concept("two", summary="Two. [@key]"))
    Source.objects.update(title="Draft title")
    html = text_of(client, "/sources/key/")
    assert "New title" in html
    assert "Draft title" not in html


def test_a_source_that_only_an_earlier_edition_cites_keeps_its_page(client: Client) -> None:
    source("key")
    page = concept(summary="Yes. [@key]")
    publish(page)
    publish(concept("takt-time", page, summary="Yes."))
    assert "No page cites it now" in text_of(client, "/sources/key/")
    assert "/sources/key/" not in text_of(client, "/sources/")


# Concepts, organizations, guides


def test_a_concept_shows_who_compares_it_builds_on_it_and_shows_it(client: Client) -> None:
    build()
    services = text_of(client, "/concepts/services/")
    goods = text_of(client, CONCEPT)
    assert f'href="{COMPARISON}"' in section(services, "compared")
    assert f'href="{CONCEPT}"' in section(services, "order")
    assert 'href="/concepts/services/"' in section(goods, "order").split("Leads to")[1]
    seen = section(services, "seen")
    assert f'href="{ORGANIZATION}"' in seen
    assert "Every teller serves." in seen


@pytest.mark.parametrize(
    ("type_", "there"),
    [
        ("is-part-of", "Includes"),
        ("is-kind-of", "Has as one kind"),
        ("depends-on", "Is needed for"),
        ("uses", "Is used by"),
        ("constrains", "Is constrained by"),
        ("is-measured-by", "Measures"),
        ("is-improved-by", "Improves"),
        ("leads-to", "Follows from"),
        ("contrasts-with", "Contrasts with"),
    ],
)
def test_a_relation_reads_both_ways(client: Client, type_: str, there: str) -> None:
    publish(concept("flow"))
    publish(concept(relations=[{"type": type_, "concept": "flow", "note": "In *short*."}]))
    here = words(section(text_of(client, BEAT), "relations"))
    back = words(section(text_of(client, "/concepts/flow/"), "relations"))
    assert here.casefold().endswith(
        f"{type_.replace('-', ' ')}flow – in short.".replace("is kind", "is a kind")
    )
    assert back.endswith(f"{there}Takt time – In short.")


def test_a_concept_leads_on_to_its_neighbours_in_its_area(client: Client) -> None:
    build()
    html = text_of(client, COMPARISON)
    way = re.search(r'<nav class="way".*?</nav>', html, re.DOTALL)
    assert way
    assert f'<a href="{AREA}">Foundations</a>' in way[0]
    assert f'<a href="{CONCEPT}" rel="prev">' in way[0]
    assert '<a href="/concepts/services/" rel="next">' in way[0]


def test_a_page_names_those_that_mention_it_and_no_other_list_shows(client: Client) -> None:
    publish(concept())
    publish(concept("flow", title="Flow", body="See [takt](concept:takt-time)."))
    publish(concept("pull", prerequisites=["takt-time"], body="[Takt](concept:takt-time)."))
    mentioned = section(text_of(client, BEAT), "next")
    assert '<a href="/concepts/flow/">Flow</a>' in mentioned
    assert "/concepts/pull/" not in mentioned


def test_an_organization_shows_what_goes_in_what_happens_and_what_comes_out(
    client: Client,
) -> None:
    build()
    html = text_of(client, ORGANIZATION)
    flow = words(section(html, "flow"))
    for part in ("Customers 0: goods.", "Tellers", "Serve.", "Identify checked", "Loans 0: goods."):
        assert part in flow
    assert "Volume: mediumHundreds a day." in words(section(html, "four-vs"))
    assert "QualityMoney." in words(section(html, "objectives"))
    assert "judgements, not data" in words(html)


def test_an_area_shows_its_steps_and_what_else_belongs_to_it(client: Client) -> None:
    build()
    publish(concept("late", title="Late", area="foundations"))
    html = text_of(client, AREA)
    assert re.findall(r'<li><a href="([^"]+)', section(html, "steps"))[:2] == [CONCEPT, COMPARISON]
    assert "Begin <em>here</em>." in section(html, "steps")
    assert re.findall(r'<li><a href="([^"]+)', section(html, "members")) == ["/concepts/late/"]


def test_a_draft_is_shown_by_the_code_that_shows_an_edition(client: Client) -> None:
    build()
    page = concept("new", summary="Not *yet*.", prerequisites=["goods"])
    draft = reading.assemble(data_of(desk.compose(page)), at=clock.now(), page=page.pk)
    html = render_to_string("concepts/page.html", {"page": draft, "section": "concepts"})
    assert "Not <em>yet</em>." in html
    assert f'<a href="{CONCEPT}">Goods</a>' in html
    assert "A draft that nobody but editors" in html


# Ways in


def flagship() -> None:
    kind, slug = FLAGSHIP
    assert kind == "distinction"
    publish(comparison(slug=slug, title="P vs O", summary="One is *wider*."))


def test_the_first_page_asks_the_question_and_answers_it_first(client: Client) -> None:
    flagship()
    html = text_of(client, "/")
    assert "What is the difference between production and operations management?" in html
    assert '<p class="answer">One is wider.</p>' in html
    assert html.index("One is wider.") < html.index("<section")


def test_the_first_page_follows_the_flagship_when_it_is_renamed(client: Client) -> None:
    page = comparison(slug=FLAGSHIP[1], summary="One is wider.")
    publish(page)
    publish(comparison(page, slug="renamed", summary="One is much wider."))
    assert '<a href="/distinctions/renamed/">' in text_of(client, "/")


def test_the_first_page_stands_without_the_flagship_and_without_any_page(client: Client) -> None:
    assert "Production and operations management, explained" in text_of(client, "/")


def test_the_first_page_leads_to_areas_comparisons_organizations_and_paths(
    client: Client,
) -> None:
    build(2)
    html = text_of(client, "/")
    for address in (AREA, COMPARISON, ORGANIZATION, PATH, *INDEXES):
        assert f'href="{address}"' in html
    assert "4 concepts" in html


def test_concepts_are_listed_by_area_with_their_definitions(client: Client) -> None:
    build()
    publish(concept("lonely", title="Lonely", summary="Of *no* area."))
    html = text_of(client, "/concepts/")
    assert '<a href="/concepts/goods/">Goods</a><p>What goods are.</p>' in re.sub(
        r"\s*\n\s*", "", section(html, "foundations")
    )
    assert "Of no area." in section(html, "others")


def test_organizations_are_listed_by_sector(client: Client) -> None:
    publish(organization("a", sector="hospital"))
    publish(organization("b", sector="Bank"))
    publish(organization("c"))
    html = text_of(client, "/organizations/")
    assert re.findall(r"<h2[^>]*>([^<]+)", html) == ["Bank", "Hospital", "Others"]


def test_an_empty_index_says_so(client: Client) -> None:
    for address in INDEXES:
        assert "Nothing is published here yet." in text_of(client, address)


def test_a_guide_that_is_a_path_stands_among_paths_only(client: Client) -> None:
    publish(guide("way"))
    assert "/paths/way/" in text_of(client, "/paths/")
    assert "/paths/way/" not in text_of(client, "/areas/")


# When something is wrong


def test_a_page_that_is_not_found_offers_ways_in(client: Client) -> None:
    html = text_of(client, "/nothing/", 404)
    assert "No page has had this address" in html
    for address in ("/concepts/", "/distinctions/", "/organizations/", "/"):
        assert f'href="{address}"' in html


def test_the_page_of_a_fault_needs_neither_data_nor_database() -> None:
    assert "Something went wrong here" in render_to_string("500.html")
