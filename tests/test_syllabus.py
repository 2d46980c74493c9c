"""Addresses of this site are found in any text, read as what they lead to, and put back."""

import html
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concepts.choosing import Choice
from concepts.syllabus import (
    EMBED,
    LIST,
    Address,
    Part,
    Target,
    find,
    kept,
    part_of,
    past,
    replaced,
    targets,
)

SITE = "https://pom.example.edu"
PAGE = f"{SITE}/concepts/takt-time/"
ROW = f"{SITE}/distinctions/goods-vs-services/#row-scope"
AT_ROW = Address("/distinctions/goods-vs-services/", fragment="row-scope")
AT_PAGE = Address("/concepts/takt-time/")


def found(text: str) -> list[Address]:
    return [mention.address for mention in find(text, SITE).mentions]


def written(text: str) -> list[str]:
    return [text[m.start : m.end] for m in find(text, SITE).mentions]


# Finding --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        PAGE,
        f"Read {PAGE}.",
        f"(see {PAGE})",
        f"[Takt]({PAGE})",
        f'[Takt]({PAGE} "The title")',
        f"[takt]: {PAGE}",
        f"<{PAGE}>",
        f"**{PAGE}**",
        f"_{PAGE}_",
        f"“{PAGE}”, or so",
        f"Have you read {PAGE}?!",
        f"{PAGE};{PAGE}x"[: len(PAGE) + 1],
        f'<a href="{PAGE}">takt</a>',
        f"<a href='{PAGE}'>takt</a>",
        f"&lt;a href=&quot;{PAGE}&quot;&gt;takt&lt;/a&gt;",
        f"&lt;{PAGE}&gt;takt",
        f"{PAGE}&nbsp;takt",
        f"{PAGE}&quot;takt&quot;",
        f"{PAGE}&#39;takt",
        f"\\href{{{PAGE}}}{{takt}}",
        f"| Week 1 | {PAGE} |",
        f"读{PAGE}。",
        f"{PAGE}…",
        PAGE.replace("https:", "http:"),
        PAGE.replace("https:", "HTTPS:").replace("pom.", "POM."),
        PAGE.replace(".edu", ".edu:443"),
        PAGE.removeprefix("https://"),
        f"Link:{PAGE.removeprefix('https://')}",
        f'<a href="{PAGE.removeprefix("https:")}">takt</a>',
        PAGE.replace("takt-time", "takt\u00ad-\u200btime"),
        PAGE.replace("takt-time", "takt-<wbr>time"),
        PAGE.replace("takt-time", "takt%2Dtime"),
        PAGE.replace("-", "=\r\n-"),
    ],
)
def test_a_page_is_found_however_it_is_written(text: str) -> None:
    assert found(text) == [AT_PAGE]


@pytest.mark.parametrize(
    "text",
    [
        "pom.example.edu",
        "Write to office@pom.example.edu/concepts/takt-time/",
        "ftp://pom.example.edu/concepts/takt-time/",
        "https://pom.example.edu.evil.example/concepts/takt-time/",
        "https://pom.example.edu@evil.example/concepts/takt-time/",
        "https://evil.example/pom.example.edu/concepts/takt-time/",
        "https://evil.example/https://pom.example.edu/concepts/takt-time/",
        "https://not-pom.example.edu/concepts/takt-time/",
        "https://pom.example.edu:8000/concepts/takt-time/",
        "www.pom.example.edu/concepts/takt-time/",
        "/concepts/takt-time/",
        "https://evil.example/?x=pom.example.edu/concepts/takt-time/",
        "",
    ],
)
def test_what_leads_elsewhere_is_not_found(text: str) -> None:
    assert found(text) == []


def test_links_elsewhere_are_counted() -> None:
    text = f"https://a.example/ http://b.example/x?y=1 {PAGE} https://pom.example.edu.evil.example/"
    assert find(text, SITE).elsewhere == 3


@pytest.mark.parametrize(
    "text",
    [
        ROW,
        ROW.replace("#", "\\#"),
        f"{ROW}:~:text=stored",
        ROW.replace("services/", "services"),
        ROW.replace("goods-", "goods-\n"),
        ROW.replace("goods-", "goods-\r\n      "),
        ROW.replace("goods-vs-", "goods-\nvs-\n"),
        ROW.replace("goods-", "goods-\n> "),
        ROW.replace("distinctions/", "distinctions/\n"),
        ROW.replace("#", "\n#"),
        f"<{ROW.replace('services', 'ser' + chr(10) + 'vices')}>",
    ],
)
def test_a_row_is_found_across_escapes_and_line_breaks(text: str) -> None:
    [only] = found(f"See {text}, please.")
    assert only._replace(path=only.path.rstrip("/") + "/") == AT_ROW
    assert written(f"See {text}, please.") in ([text], [text[1:-1]])


@pytest.mark.parametrize("more", ["and/or then", "and/ then", "#Week-2", "- [ ] next", "next/week"])
def test_the_next_line_is_not_taken_for_the_rest_of_an_address(more: str) -> None:
    assert written(f"{PAGE}\n{more}") == [PAGE]


def test_an_address_goes_on_after_a_line_break_as_far_as_the_site_has_such_addresses() -> None:
    assert found(f"{PAGE}\neditions/2/.") == [Address("/concepts/takt-time/editions/2/")]
    assert found(f"{PAGE}\neditions/2/\nnonsense/x") == [Address("/concepts/takt-time/editions/2/")]
    assert found(f"{SITE}/list/?i=concept:a\n&i=concept:b") == [
        Address("/list/", "i=concept:a&i=concept:b")
    ]


REDIRECTS = [
    "https://nam02.safelinks.protection.outlook.example/?url={}&data=05%7C01&reserved=0",
    "https://www.google.example/url?sa=D&q={}",
    "https://lms.example/mod/url/view.php?id=7&amp;redirect={}",
]


@pytest.mark.parametrize("redirect", REDIRECTS)
def test_a_redirect_that_shows_the_address_is_looked_into(redirect: str) -> None:
    link = redirect.format(quote(ROW, safe=""))
    assert found(f"a {link} b") == [AT_ROW]
    assert written(f"a {link} b") == [link]
    assert found(redirect.format(quote(quote(ROW, safe=""), safe=""))) == [AT_ROW]


def test_a_redirect_may_show_the_address_without_escapes() -> None:
    assert found(f"https://lms.example/?u={ROW}") == [AT_ROW]


def test_entities_are_read_only_where_they_are_whole() -> None:
    assert found(f"{SITE}/compare/?c=goods&amp;c=services") == [
        Address("/compare/", "c=goods&c=services")
    ]
    assert found(f"{SITE}/compare/?c=goods&copy=1") == [Address("/compare/", "c=goods&copy=1")]


@given(st.text())
def test_no_text_is_an_error(text: str) -> None:
    for each in (text, SITE + text, f"{SITE}/{text}", f"https://a.example/?u={SITE}/{text}"):
        result = find(each, SITE)
        for mention in result.mentions:
            targets(mention.address)
        assert replaced(each, result.mentions, {}) == each


KEYS = st.from_regex(r"[a-z0-9]{1,9}(-[a-z0-9]{1,9}){0,3}", fullmatch=True)
ADDRESSES = st.builds(
    lambda section, slug, edition, query, anchor: Address(
        f"/{section}/{slug}/{edition}", query, anchor
    ),
    st.sampled_from(["concepts", "distinctions", "organizations", "areas", "paths"]),
    KEYS,
    st.sampled_from(["", "editions/2/", "editions/12/index.json", "cite/"]),
    st.sampled_from(["", "swap=1", "hide=goods&swap=1"]),
    st.one_of(st.just(""), KEYS.map(lambda key: f"row-{key}")),
)
FRAMES = st.sampled_from(
    ["{}", "({})", "[x]({})", "<{}>", '<a href="{}">', "{}.", "'{}',", "**{}**", "\\url{{{}}}"]
)
ESCAPES = st.sampled_from(
    [str, html.escape, lambda text: text.replace("#", "\\#").replace("&", "\\&")]
)
# What of any text ends a link: it may not go on with the address, nor be one.
BETWEEN = st.text(alphabet="aé ,;!\u00a0\u201c读").map(lambda text: f" {text} ")


@given(st.lists(st.tuples(ADDRESSES, FRAMES, ESCAPES, BETWEEN), max_size=8))
def test_what_is_put_into_a_text_is_found_there_and_replaced_there(parts: list[Any]) -> None:
    pieces = [
        (before + frame.format(escape(f"{SITE}{address}")))
        for address, frame, escape, before in parts
    ]
    text = " ".join(pieces)
    assert found(text) == [address for address, *_ in parts]
    mentions = find(text, SITE).mentions
    pins = {address: f"{SITE}/paths/pinned/" for address, *_ in parts}
    expected = " ".join(
        before + frame.format(f"{SITE}/paths/pinned/") for _, frame, _, before in parts
    )
    assert replaced(text, mentions, pins) == expected


# What an address leads to ---------------------------------------------------------------------


def target(number: int | None = None, part: str = "", **fields: Any) -> Target:
    choice = Choice("distinction", "a-vs-b", number, part)
    return Target(choice, **{"section": "distinctions", **fields})


@pytest.mark.parametrize(
    ("address", "meant"),
    [
        (Address("/distinctions/a-vs-b/"), target()),
        (Address("/distinctions/a-vs-b"), target()),
        (Address("/distinctions/a-vs-b/", "swap=1", "row-scope--a"), target(part="row-scope--a")),
        (Address("/distinctions/a-vs-b/", "on=2026-09-01"), target(day="2026-09-01")),
        (Address("/distinctions/a-vs-b/", "on=1&on=2"), target(day="1 2")),
        (Address("/on/2026-09-01/distinctions/a-vs-b/"), target(day="2026-09-01")),
        (Address("/on/yesterday/distinctions/a-vs-b/"), target(day="yesterday")),
        (Address("/distinctions/a-vs-b/editions/2/"), target(number=2)),
        (Address("/distinctions/a-vs-b/editions/2"), target(number=2)),
        (Address("/distinctions/a-vs-b/editions/2/", "on=2026-09-01"), target(number=2)),
        (Address("/distinctions/a-vs-b/editions/1..3/"), target(number=1, other=3)),
        (Address("/distinctions/a-vs-b/editions/"), target(form="editions/")),
        (Address("/distinctions/a-vs-b/editions/2x/"), target(form="editions/2x/")),
        (Address("/distinctions/a-vs-b/index.csv"), target(form="index.csv")),
        (
            Address("/distinctions/a-vs-b/editions/2/index.json"),
            target(number=2, form="index.json"),
        ),
        (Address("/distinctions/a-vs-b/feed/"), target(form="feed/")),
        (
            Address("/distinctions/a-vs-b/cite/", "row=scope&side=a"),
            target(form="cite/", part="row-scope--a"),
        ),
        (
            Address("/embed/distinction/a-vs-b/", "edition=2&row=scope"),
            target(section="", number=2, part="row-scope", form=EMBED),
        ),
        (
            Address("/embed/distinction/a-vs-b/", "edition=02"),
            target(section="", form=EMBED),
        ),
        (
            Address("/list/", "i=distinction:a-vs-b@2!row-scope&t=Week+1"),
            target(section="", number=2, part="row-scope", form=LIST),
        ),
    ],
)
def test_an_address_is_read_as_what_it_leads_to(address: Address, meant: Target) -> None:
    assert targets(address) == [meant]


def test_each_item_of_a_reading_list_is_read_and_a_bad_one_is_told() -> None:
    good, bad = targets(Address("/list/", "i=concept:a&i=nonsense"))
    assert good == Target(Choice("concept", "a"), form=LIST)
    assert isinstance(bad, str)
    assert "nonsense" in bad


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/distinctions/",
        "/organizations/profiles/",
        "/sources/little1961/",
        "/Concepts/a/",
        "/x",
    ],
)
def test_other_addresses_name_no_page(path: str) -> None:
    assert targets(Address(path)) == []


def test_only_editions_and_past_days_are_fixed() -> None:
    assert not target().is_fixed
    assert not target(day="yesterday").is_fixed
    assert target(day="2026-09-01").is_fixed
    assert target(number=2).is_fixed


def test_a_past_day_is_taken_off_an_address() -> None:
    assert past("/on/2026-09-01/concepts/") == ("2026-09-01", "/concepts/")
    assert past("/on/2026-09-01") == ("2026-09-01", "/")
    assert past("/concepts/on/") == ("", "/concepts/on/")


# Writing --------------------------------------------------------------------------------------


def test_a_link_is_put_back_with_the_escapes_of_its_text() -> None:
    pins = {AT_ROW: f"{SITE}/distinctions/x/editions/2/?a=1&b=2#row-scope"}
    text = r"\href{https://pom.example.edu/distinctions/goods-vs-services/\#row-scope}{x}"
    mentions = find(text, SITE).mentions
    there = r"\href{https://pom.example.edu/distinctions/x/editions/2/?a=1\&b=2\#row-scope}{x}"
    assert replaced(text, mentions, pins) == there
    text = f'<a href="{SITE}/list/?i=concept:a&amp;i=concept:b">'
    [mention] = find(text, SITE).mentions
    pins = {mention.address: f"{SITE}/list/?i=concept:a@1&i=concept:b@2"}
    expected = f'<a href="{SITE}/list/?i=concept:a@1&amp;i=concept:b@2">'
    assert replaced(text, [mention], pins) == expected


def test_of_a_query_all_is_kept_but_which_edition_was_meant() -> None:
    assert kept("on=2026-09-01&swap=1&edition=3&hide=a&on") == "swap=1&hide=a"


# Parts ----------------------------------------------------------------------------------------

DATA = {
    "kind": "distinction",
    "sides": [{"key": "goods"}, {"key": "services"}],
    "rows": [{"key": "scope"}],
    "questions": [{"key": "inside"}],
    "misconceptions": [],
    "claims": [{"key": "s1"}],
    "retired_rows": [
        {"key": "old", "label": "Old row", "successor": "scope", "reason": ""},
        {"key": "gone", "label": "", "successor": "", "reason": "Nobody asked."},
    ],
    "retired_sides": [{"key": "acts", "label": "Acts", "successor": "services", "reason": ""}],
}


@pytest.mark.parametrize(
    ("anchor", "part"),
    [
        ("row-scope", Part("Scope")),
        ("row-scope--goods", Part("Scope, Goods")),
        ("row-scope--nothing", Part("Scope, Nothing", there=False)),
        ("row-nothing", Part("Nothing", there=False)),
        ("row-old", Part("Old row", dropped=True, successor="row-scope")),
        ("row-old--goods", Part("Old row", dropped=True, successor="row-scope")),
        ("row-gone", Part("Gone", dropped=True, reason="Nobody asked.")),
        ("row-scope--acts", Part("Acts", dropped=True, successor="row-scope--services")),
        ("question-inside", Part("Check yourself")),
        ("question-scope", Part("Check yourself", there=False)),
        ("misconception-m1", Part("Common mistakes", there=False)),
        ("claim-s1", Part("Claim s1")),
        ("claim-old", Part("Claim old", there=False)),
    ],
)
def test_what_stands_at_an_anchor_is_told(anchor: str, part: Part) -> None:
    assert part_of(DATA, anchor) == part


def test_a_page_without_a_table_has_no_rows() -> None:
    assert not part_of({"kind": "concept", "questions": []}, "row-scope").there
