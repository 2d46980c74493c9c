"""Texts in our Markdown: what they name, how they are shown, which are refused."""

import pytest

from concepts.rendering import (
    TEXT_LIMIT,
    Cite,
    Image,
    Target,
    TextError,
    citations_in,
    images_in,
    links_in,
    mark_id,
    normalized,
    plain,
    render,
)

TAKT = {"concept:takt-time": "/concepts/takt-time/"}


def inner(text: str, **given: object) -> str:
    """The HTML of a text of one paragraph, without the paragraph."""
    return render(text, **given).removeprefix("<p>").removesuffix("</p>\n")  # type: ignore[arg-type]


# Links --------------------------------------------------------------------------------------


def test_a_page_link_leads_to_the_address_of_its_page() -> None:
    shown = inner("[takt](concept:takt-time)", addresses=TAKT)
    assert shown == '<a href="/concepts/takt-time/">takt</a>'


def test_a_page_link_may_name_an_edition_and_a_place() -> None:
    shown = inner("[takt](concept:takt-time@2#formula)", addresses=TAKT)
    assert shown == '<a href="/concepts/takt-time/editions/2/#formula">takt</a>'


def test_a_link_to_a_page_without_address_is_shown_as_its_words() -> None:
    assert inner("See [the *draft*](guide:secret).") == "See the <em>draft</em>."


@pytest.mark.parametrize(
    ("href", "target"),
    [
        ("concept:takt-time", Target("concept", "takt-time", None, "")),
        ("distinction:a-b@12", Target("distinction", "a-b", 12, "")),
        ("organization:x#row-a--b", Target("organization", "x", None, "row-a--b")),
        ("guide:y@3#z", Target("guide", "y", 3, "z")),
        ("guide:y@0", Target("guide", "y@0", None, "")),
        ("guide:y@new", Target("guide", "y@new", None, "")),
        ("concept:Takt%20Time", Target("concept", "Takt%20Time", None, "")),
    ],
)
def test_a_page_link_is_read_into_its_parts(href: str, target: Target) -> None:
    assert links_in(f"[x]({href})") == [target]


def test_a_target_is_known_by_kind_and_slug() -> None:
    assert Target("concept", "takt-time", 2, "formula").key == "concept:takt-time"


def test_page_links_are_listed_in_order_as_often_as_they_stand() -> None:
    text = "- [a](concept:b) [c](concept:a)\n- [e](/f)\n\n|[d](concept:b)|\n|-|"
    assert [target.slug for target in links_in(text)] == ["b", "a", "b"]


def test_a_page_link_may_be_given_by_reference() -> None:
    assert links_in("[takt][t]\n\n[t]: concept:takt-time") == [Target("concept", "takt-time")]


@pytest.mark.parametrize(
    "text",
    ["`[a](concept:b) [@c]`", "    [a](concept:b) [@c]", "```\n[a](concept:b) [@c]\n```"],
)
def test_code_names_nothing(text: str) -> None:
    assert (links_in(text), citations_in(text)) == ([], [])


def test_a_link_to_another_site_is_external() -> None:
    shown = inner("[x](https://example.org/a?b=1&c=2#d)")
    assert shown == '<a href="https://example.org/a?b=1&amp;c=2#d" rel="noopener">x</a>'


@pytest.mark.parametrize(
    "href", ["/a/", "a/b", "#row-scope", "?q=x", "", "mailto:a@example.org", "/a:b", "./a"]
)
def test_an_own_or_mail_address_is_a_link(href: str) -> None:
    assert inner(f"[x]({href})") == f'<a href="{href}">x</a>'


@pytest.mark.parametrize(
    "href",
    [
        "javascript:alert(1)",
        "data:text/html;base64,PHNjcmlwdD4=",
        "ftp://example.org/",
        "//example.org/",
        "https:example.org",
        "https:///example.org",
        "https://bank.example@example.org/",
        "java&#x0A;script:alert(1)",
        "concepts:takt-time",
    ],
)
def test_any_other_address_is_shown_as_its_words(href: str) -> None:
    assert inner(f"[x]({href})") == "x"


# Citations ----------------------------------------------------------------------------------


def test_citations_are_numbered_links_with_locator_and_id() -> None:
    numbers = {"little1961": 4, "harris1913": 12}
    shown = inner("L = λW [@little1961, p. 384; @harris1913].", prefix="body-", numbers=numbers)
    assert shown == (
        'L = λW<span class="cit">'
        '<a href="#s4" id="body-c1" aria-label="Source 4">4</a>, p. 384; '
        '<a href="#s12" id="body-c2" aria-label="Source 12">12</a></span>.'
    )


def test_a_citation_in_a_cell_is_found_at_the_cell() -> None:
    html = render("A [@b].", prefix="row-scope--goods--", numbers={"b": 4})
    assert html == ('<p>A<span class="cit"><a href="#s4" aria-label="Source 4">4</a></span>.</p>\n')
    assert mark_id("row-scope--goods--", 1) == "row-scope--goods"


def test_citations_without_locator_are_parted_by_commas() -> None:
    shown = inner("x[@a; @b]", numbers={"a": 1, "b": 2})
    assert '>1</a>, <a href="#s2"' in shown


def test_a_citation_of_an_unknown_source_is_shown_as_such() -> None:
    assert inner("x [@no-such, p. 3]") == 'x<span class="cit">[?no-such, p. 3]</span>'


def test_an_unknown_source_is_counted_so_that_ids_follow_the_order_of_citations() -> None:
    text = "x [@gone; @a] y [@a]"
    assert citations_in(text) == [Cite("gone", ""), Cite("a", ""), Cite("a", "")]
    shown = inner(text, numbers={"a": 1})
    assert [f'id="c{i}"' in shown for i in (1, 2, 3)] == [False, True, True]


def test_citations_in_notes_come_after_those_of_the_text() -> None:
    text = "a[^n] b [@second]\n\n[^n]: note [@third]\n\nc [@fourth, p. 3]"
    assert citations_in(text) == [
        Cite("second", ""),
        Cite("fourth", "p. 3"),
        Cite("third", ""),
    ]


@pytest.mark.parametrize(
    ("text", "cites"),
    [
        ("[@a2020]", [Cite("a2020", "")]),
        ("[@a, pp. 1-2, 7;\n@b ]", [Cite("a", "pp. 1-2, 7"), Cite("b", "")]),
        ("[@a, see @b]", [Cite("a", "see @b")]),
        ("*[@a]*!", [Cite("a", "")]),
        ("[see [@a]](/x)", [Cite("a", "")]),
        ("![alt [@a]](/media/x.png)", []),
        ("\\[@a]", []),
        ("[\\@a]", []),
        ("[@a](/x)", []),
        ("[@]", []),
        ("[@a; b]", []),
        ("a@b [x @c]", []),
    ],
)
def test_citations_are_read_from(text: str, cites: list[Cite]) -> None:
    assert citations_in(text) == cites


def test_a_link_never_stands_in_a_link() -> None:
    assert render("[see [@a]](/x)", numbers={"a": 1}).count("<a ") == 1


# Images -------------------------------------------------------------------------------------


PICTURE = f"/media/{'0a' * 32}.png"


def test_an_image_of_ours_is_shown_when_it_comes_into_view() -> None:
    shown = inner(f'![A *lane*]({PICTURE} "Lane")')
    how = 'loading="lazy" decoding="async"'
    assert shown == f'<img src="{PICTURE}" alt="A lane" title="Lane" {how}>'


def test_the_size_of_an_image_stands_behind_its_address() -> None:
    shown = inner(f"![A lane]({PICTURE}#1200x800)")
    how = 'alt="A lane" width="1200" height="800" loading="lazy" decoding="async"'
    assert shown == f'<img src="{PICTURE}" {how}>'


@pytest.mark.parametrize("alt", ["decorative", "Decorative", " *decorative* "])
def test_a_decorative_image_says_nothing(alt: str) -> None:
    assert 'alt=""' in inner(f"![{alt}]({PICTURE})")
    assert inner(f"A![{alt}](https://example.org/x.png)") == "A"
    assert plain(f"A ![{alt}]({PICTURE}) [![{alt}]({PICTURE})](/b) b") == "A b"


@pytest.mark.parametrize(
    "src",
    [
        *("https://example.org/x.png", "//media/x.png", "data:image/png;,"),
        *("/media/../admin/", "/media/a.png", PICTURE.replace("png", "svg"), f"/on{PICTURE}"),
        *(f"{PICTURE}#0x8", f"{PICTURE}#1x10000", f"{PICTURE}#x", f"{PICTURE}?a", f"{PICTURE}#١x٢"),
    ],
)
def test_any_other_image_is_shown_as_its_words(src: str) -> None:
    assert inner(f"![A lane]({src})") == "A lane"


def test_images_are_listed_with_their_words() -> None:
    text = "![A *b*](/media/a.png) [![](https://example.org/b.png)](/c)"
    assert images_in(text) == [Image("/media/a.png", "A b"), Image("https://example.org/b.png", "")]


# Blocks -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("level", "tags"), [(3, ("h3", "h4")), (1, ("h1", "h2")), (6, ("h6",) * 2)]
)
def test_headings_begin_at_the_level_and_never_pass_the_sixth(
    level: int, tags: tuple[str, str]
) -> None:
    shown = render("# a\n\nb\n-", level=level)
    assert shown == f"<{tags[0]}>a</{tags[0]}>\n<{tags[1]}>b</{tags[1]}>\n"


def test_the_highest_heading_that_a_text_has_begins_at_the_level() -> None:
    assert render("## a\n\n> #### b") == ("<h3>a</h3>\n<blockquote>\n<h5>b</h5>\n</blockquote>\n")


def test_the_alignment_of_a_table_is_a_class() -> None:
    shown = render("|a|b|c|d|\n|:-|:-:|-:|-|\n|1|2|3|4|")
    assert '<tr>\n<td class="align-left">1</td>\n<td class="align-center">2</td>\n' in shown
    assert '<td class="align-right">3</td>\n<td>4</td>\n' in shown


def test_a_page_link_works_in_a_table() -> None:
    shown = render("|a|\n|-|\n|[takt](concept:takt-time)|", addresses=TAKT)
    assert '<td><a href="/concepts/takt-time/">takt</a></td>' in shown


def test_a_definition_list_is_one() -> None:
    assert render("Takt\n: A beat") == "<dl>\n<dt>Takt</dt>\n<dd>A beat</dd>\n</dl>\n"


def test_a_footnote_leads_there_and_back() -> None:
    shown = render("a[^x] b[^x]\n\n[^x]: note", prefix="row-a--b--")
    assert shown == (
        '<p>a<sup class="fn"><a href="#row-a--b--fn1" id="row-a--b--fn1-mark"'
        ' aria-label="Note 1">[1]</a></sup>'
        ' b<sup class="fn"><a href="#row-a--b--fn1" id="row-a--b--fn1-mark-2"'
        ' aria-label="Note 1">[1]</a></sup></p>\n'
        '<section class="notes"><ol><li id="row-a--b--fn1"><p>note'
        ' <a href="#row-a--b--fn1-mark" aria-label="Back to the text">↩\ufe0e</a>'
        ' <a href="#row-a--b--fn1-mark-2" aria-label="Back to the text">↩\ufe0e</a></p>\n'
        "</li></ol></section>"
    )


def test_a_class_that_a_text_asks_for_names_a_language_only() -> None:
    assert render("```py\nx\n```") == '<pre><code class="language-py">x\n</code></pre>\n'
    assert render('```py"onload=\nx\n```') == "<pre><code>x\n</code></pre>\n"


def test_html_is_shown_as_it_is_written() -> None:
    assert inner("<b id=main>x</b>") == "&lt;b id=main&gt;x&lt;/b&gt;"


def test_a_form_feed_written_as_a_reference_does_not_come_out() -> None:
    assert inner("a&#12;b") == "a b"


def test_a_prefix_holds_only_what_a_place_is_made_of() -> None:
    with pytest.raises(ValueError, match="a prefix of ids is made of"):
        render("x", prefix='"><')


def test_what_is_kept_depends_on_all_that_was_given() -> None:
    text = "# [x](concept:takt-time) [@a]"
    given = [
        {},
        {"addresses": TAKT},
        {"addresses": {"concept:takt-time": "/on/2026-01-01/concepts/takt-time/"}},
        {"numbers": {"a": 1}},
        {"numbers": {"a": 2}},
        {"numbers": {"a": 2}, "prefix": "body-"},
        {"level": 2},
    ]
    shown = [render(text, **arguments) for arguments in given]
    assert len(set(shown)) == len(given)
    assert [render(text, **arguments) for arguments in given] == shown


# Plain text ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("# Head\n\n- *one*\n- [two](concept:b) `c`", "Head one two c"),
        ("Stocks wait [@a, p. 3].\nQueues too[^n].\n\n[^n]: Not this.", "Stocks wait. Queues too."),
        ("[@a]", ""),
        ("![A lane](/media/a.png) & <b>", "A lane & <b>"),
        ("a\\\nb  \nc", "a b c"),
        ("|a|b|\n|-|-|\n|1|2|", "a b 1 2"),
        ("```\ncode\n```", "code"),
        ("left \u202eright", "left right"),
    ],
)
def test_plain_text_is_one_line_without_markup(text: str, line: str) -> None:
    assert plain(text) == line


# What comes in ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("e\u0301", "é"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("\n \n\t\n    code\n\n", "    code"),
        ("a  \nb \t\n", "a  \nb"),
        ("\ttab", "\ttab"),
        ("", ""),
        (" \n", ""),
    ],
)
def test_a_text_is_stored_in_one_form(text: str, stored: str) -> None:
    assert normalized(text) == stored
    assert normalized(stored) == stored


@pytest.mark.parametrize(
    ("character", "name"),
    [
        ("\x00", "U+0000"),
        ("\x07", "U+0007"),
        ("\x0c", "U+000C"),
        ("\x7f", "U+007F"),
        ("\x85", "U+0085"),
        ("\ud800", "U+D800"),
        ("\ufdd0", "U+FDD0"),
        ("\uffff", "U+FFFF"),
        ("\U0010fffe", "U+10FFFE"),
    ],
)
def test_a_character_that_no_text_may_hold_is_named_with_its_line(
    character: str, name: str
) -> None:
    message = f"Line 3 holds the character {name}, which no text may: delete it."
    for refuse in (normalized, render, plain, citations_in):
        with pytest.raises(TextError) as refused:
            refuse(f"a\r\nb\n c{character}")
        assert str(refused.value) == message


def test_invisible_characters_that_writing_needs_are_kept() -> None:
    text = "zero\u200bwidth\u200djoin\ufeff \u2066end\u2069"
    assert normalized(text) == text


def test_a_text_of_the_greatest_size_is_shown_and_one_byte_more_is_refused() -> None:
    assert len(render("é" * (TEXT_LIMIT // 2))) == TEXT_LIMIT // 2 + len("<p></p>\n")
    for refuse in (normalized, render):
        with pytest.raises(TextError, match="has 65,537 bytes, the limit is 65,536"):
            refuse("é" * (TEXT_LIMIT // 2) + "a")


def test_a_text_that_would_grow_too_much_is_refused() -> None:
    with pytest.raises(TextError, match="would grow to .* bytes of HTML, the limit is 500,260"):
        render("[a]: /" + "x" * 10_000 + "\n\n" + "[a]" * 4_999 + "b" * 8)


@pytest.mark.parametrize(
    "text", ["- " * 8 + "a", "> " * 14 + "a", "*a **b " * 7 + "c" + "** b*" * 7]
)
def test_a_text_that_nests_too_deeply_is_refused_and_not_cut(text: str) -> None:
    with pytest.raises(TextError, match="nest too deeply: at most 12 levels"):
        render(text)


def test_six_lists_may_stand_in_each_other() -> None:
    assert render("- " * 6 + "a").count("<ul>") == 6


@pytest.mark.parametrize(("text", "what"), [("[", "opening brackets"), ("a\n", "lines")])
def test_a_text_that_would_take_too_long_is_refused(text: str, what: str) -> None:
    with pytest.raises(TextError, match=f"has 10,001 {what}, the limit is"):
        render(text * 10_001)


def test_a_table_is_not_filled_up_without_end() -> None:
    text = "|" + "a|" * 100 + "\n|" + "-|" * 100 + "\n" + "|x|\n" * 150
    assert render(text).count("<tr>") == 102
