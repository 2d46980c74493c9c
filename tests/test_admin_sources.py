"""Sources on the desk: the form by type, names, bibliographies taken in, who cites, what lacks."""

import json
from typing import Any

import pytest
from admin_forms import address, errors, fields, log_in_writer, logged, news, save, user
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries
from samples import concept, publish
from samples import source as make

from concepts import desk
from concepts.models import LogEntry, Source

pytestmark = pytest.mark.django_db

LIST = "/admin/concepts/source/"
IMPORT = f"{LIST}import/"
MISSING = f"{LIST}missing/"
REFERENCE = f"{LIST}reference/"


@pytest.fixture
def editor(client: Client) -> Client:
    return log_in_writer(client)


def sections(answer: Any) -> dict[str, list[str]]:
    """The names of the fields by the heading they stand under."""
    return {
        str(fieldset.name): [field.field.name for line in fieldset for field in line]
        for fieldset in answer.context["adminform"]
    }


# The form ---------------------------------------------------------------------------------------


def test_the_form_shows_the_fields_of_the_type_first(editor: Client) -> None:
    shown = sections(editor.get(address(make())))
    assert shown["None"] == [
        "slug", "type", "author", "issued", "title", "container_title", "volume", "issue", "page",
        "doi", "url",
    ]  # fmt: skip
    assert shown["Unusual for this type"] == []
    assert shown["Other fields"] == [
        "editor", "edition", "number", "genre", "publisher", "publisher_place", "isbn",
    ]  # fmt: skip


def test_a_value_that_the_type_does_not_have_stays_in_view(editor: Client) -> None:
    shown = sections(editor.get(address(make(edition="2"))))
    assert shown["Unusual for this type"] == ["edition"]


def test_no_value_is_lost_when_the_type_changes(editor: Client) -> None:
    source = make(volume="9", page="383-387")
    save(editor, source, type="book")
    source.refresh_from_db()
    assert (source.type, source.volume, source.page) == ("book", "9", "383-387")
    shown = sections(editor.get(address(source)))
    assert shown["Unusual for this type"] == ["container_title", "volume", "page"]


def test_a_refused_form_shows_the_fields_of_the_type_that_was_sent(editor: Client) -> None:
    answer = save(editor, make(), type="webpage", title="", number="12")
    assert sections(answer)["Unusual for this type"] == ["number"]
    assert sections(answer)["None"][-2:] == ["doi", "url"]


def test_a_new_source_is_a_book_or_of_the_type_that_is_asked_for(editor: Client) -> None:
    assert "publisher" in sections(editor.get(f"{LIST}add/"))["None"]
    assert "volume" in sections(editor.get(f"{LIST}add/?type=article-journal"))["None"]


def test_names_are_typed_one_a_line(editor: Client) -> None:
    source = make(author=[{"family": "Ober", "given": "Max"}, {"literal": "A Body"}])
    assert fields(editor.get(address(source)).content)["author"] == "Ober, Max\n{A Body}"
    save(editor, source, author="{A Body}\r\nIto, Rei\r\n\r\nPlato")
    source.refresh_from_db()
    assert source.author == [
        {"family": "", "given": "", "literal": "A Body"},
        {"family": "Ito", "given": "Rei", "literal": ""},
        {"family": "Plato", "given": "", "literal": ""},
    ]


def test_a_line_that_is_no_name_is_told(editor: Client) -> None:
    answer = save(editor, make(), author="Ober, Max\nRei Ito")
    assert errors(answer)[-1].startswith("'Rei Ito' is no name: write the family name, a comma")
    assert fields(answer.content)["author"] == "Ober, Max\nRei Ito"


def test_saving_a_source_as_it_is_changes_nothing(editor: Client) -> None:
    source = make(author=[{"family": "De Meyer"}, {"literal": "A {Body}"}])
    before = desk.source_document(source)
    save(editor, source)
    source.refresh_from_db()
    assert desk.source_document(source) == before


# The reference ----------------------------------------------------------------------------------


def test_the_form_shows_the_reference_as_readers_see_it(editor: Client) -> None:
    page = editor.get(address(make(title="A <b>Proof</b>"))).content.decode()
    assert "Little, J. D. C. (1961). A &lt;b&gt;Proof&lt;/b&gt;. <cite>Operations" in page


def test_what_is_typed_is_shown_as_a_reference_before_it_is_saved(editor: Client) -> None:
    sent = fields(editor.get(address(make())).content) | {"title": "<b>Else</b>", "issued": "x"}
    answer = editor.post(REFERENCE, sent).content.decode()
    assert "Little, J. D. C. (n.d.). &lt;b&gt;Else&lt;/b&gt;. <cite>Operations" in answer
    assert "It lacks year:" in answer
    assert Source.objects.get().title == "A Proof"


def test_an_empty_form_has_a_reference_too(editor: Client) -> None:
    assert "It lacks author, title, year:" in editor.post(REFERENCE, {}).content.decode()


# Who cites --------------------------------------------------------------------------------------


def test_the_form_lists_where_editions_and_drafts_cite_it(editor: Client) -> None:
    source = make()
    make("little1961b")
    page = concept("takt-time", summary="It is so [@little1961, p. 4].")
    publish(page)
    concept("takt-time", page, summary="It is so.", body="Or [@little1961] so.")
    publish(concept("lead-time", summary="Another one [@little1961b]."))
    concept("cycle-time", body="And [@little1961, p. 5].")
    [draft, both] = editor.get(address(source)).context["cited_by"]
    assert (draft.page.slug, draft.number, draft.in_force) == ("cycle-time", None, [])
    form = reverse("admin:concepts_concept_change", args=[draft.page.pk])
    assert draft.draft == [("Explained", "p. 5", f"{form}#id_body")]
    assert (both.page.slug, both.number) == ("takt-time", 1)
    assert [place[:2] for place in both.in_force] == [("Definition", "p. 4")]
    assert both.in_force[0].address == "/concepts/takt-time/#summary--c1"
    assert [place.label for place in both.draft] == ["Explained"]


def test_a_page_that_cites_it_no_longer_is_not_listed(editor: Client) -> None:
    source = make()
    page = concept("takt-time", summary="It is so [@little1961].")
    concept("takt-time", page, summary="It is so.")
    assert editor.get(address(source)).context["cited_by"] == []


def test_looking_for_who_cites_takes_three_queries(
    editor: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    from concepts.admin.citing import cited_by

    make()
    for number in range(3):
        publish(concept(f"c{number}", summary="It is so [@little1961]."))
    with django_assert_num_queries(3):
        assert len(cited_by("little1961")) == 3


# What is missing --------------------------------------------------------------------------------


def incomplete() -> None:
    make("complete1961")
    make("undated", issued="")
    make("nobody1961", author=[], container_title="")
    publish(concept("takt-time", summary="It is so [@nobody1961]."))


def test_what_is_missing_is_listed_the_most_cited_first(editor: Client) -> None:
    incomplete()
    rows = editor.get(MISSING).context["rows"]
    assert [(row["row"].slug, row["lacks"], row["pages"]) for row in rows] == [
        ("nobody1961", ["author", "container"], 1),
        ("undated", ["year"], 0),
    ]


@pytest.mark.parametrize(
    ("lacks", "keys"),
    [
        ("any", ["nobody1961", "undated"]),
        ("year", ["undated"]),
        ("container", ["nobody1961"]),
        ("title", []),
    ],
)
def test_the_list_is_narrowed_to_what_lacks_something(
    editor: Client, lacks: str, keys: list[str]
) -> None:
    incomplete()
    listed = editor.get(LIST, {"lacks": lacks}).context["cl"].queryset
    assert sorted(source.slug for source in listed) == keys


# A bibliography ---------------------------------------------------------------------------------

TEXT = """\
@article{little, title={A Proof}, author={Little, John D. C.}, journal={Operations Research},
  year=1961, volume=9, doi={10.1287/opre.9.3.383}}
@book{ober, title={Lines}, author={Ober, Max}, year=1992, publisher={Press}}
@book{again, title={Lines!}, author={Ober, M.}, year=1992}
"""


def read(editor: Client, text: str = TEXT) -> Any:
    return editor.post(IMPORT, {"text": text})


def take(editor: Client, answer: Any, **changes: str) -> Any:
    named = {name.replace("_", "-"): value for name, value in changes.items()}
    return editor.post(IMPORT, fields(answer.content) | {"take": "1"} | named, follow=True)


def keys() -> list[str]:
    return [*Source.objects.order_by("slug").values_list("slug", flat=True)]


def test_a_bibliography_is_shown_before_anything_is_written(editor: Client) -> None:
    make(doi="10.1287/OPRE.9.3.383")
    shown = read(editor).context["proposals"]
    assert [(each.key, each.choice, each.same and each.same.by, each.twin) for each in shown] == [
        ("little1961a", "skip", "DOI", None),
        ("ober1992", "add", None, None),
        ("ober1992a", "skip", None, 2),
    ]
    assert shown[0].filled == ["volume"]
    assert "".join(part.text for part in shown[1].segments) == "Ober, M. (1992). Lines. Press."
    assert (keys(), logged()) == (["little1961"], [])


def test_what_is_proposed_is_taken_and_can_be_cited_at_once(editor: Client) -> None:
    make(doi="10.1287/opre.9.3.383")
    answer = take(editor, read(editor))
    assert news(answer) == ["1 added, 0 filled in, 2 left out. They can be cited at once."]
    assert (keys(), logged()) == (
        ["little1961", "ober1992"],
        [("edit", "source", "ober1992", "writer")],
    )
    page = concept("takt-time", summary="It is so [@ober1992].")
    [frozen] = desk.compose(page).frozen.sources
    assert frozen.key == "ober1992"
    assert editor.get(LIST, {"q": "Lines"}).context["cl"].queryset.get().slug == "ober1992"


def test_the_gaps_of_a_known_source_are_filled_and_nothing_else(editor: Client) -> None:
    make(doi="10.1287/opre.9.3.383", title="A proof of it", issued="1961-05")
    take(editor, read(editor), choice_1="fill", choice_2="skip")
    source = Source.objects.get()
    assert (source.title, source.issued, source.volume) == ("A proof of it", "1961-05", "9")
    assert logged() == [("edit", "source", "little1961", "writer")]


def test_filling_what_has_no_gap_writes_nothing(editor: Client) -> None:
    make(doi="10.1287/opre.9.3.383", volume="9")
    answer = take(editor, read(editor), choice_1="fill", choice_2="skip")
    assert news(answer) == ["0 added, 0 filled in, 3 left out. They can be cited at once."]
    assert logged() == []


def test_a_citekey_may_be_chosen(editor: Client) -> None:
    take(editor, read(editor), key_2="lines-1992")
    assert keys() == ["lines-1992", "little1961"]


FORM = "Small letters and digits, parts joined by single hyphens, such as little1961."


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("little1961", "This citekey is taken: choose another."),
        ("Lines 1992", FORM),
        ("", FORM),
        ("a" * 81, FORM),
    ],
)  # fmt: skip
def test_a_bad_citekey_is_refused_at_its_entry(editor: Client, key: str, message: str) -> None:
    answer = take(editor, read(editor), key_2=key, choice_3="add")
    shown = answer.context["proposals"]
    assert [(each.error, each.choice) for each in shown] == [
        ("", "add"),
        (message, "add"),
        ("", "add"),
    ]
    assert shown[1].key == key
    assert keys() == []
    take(editor, answer, key_2="ober1992")
    assert keys() == ["little1961", "ober1992", "ober1992a"]


def test_what_was_not_shown_is_not_written(editor: Client) -> None:
    shown = read(editor)
    answer = take(editor, shown, text=TEXT.replace("Max", "Moritz"))
    assert answer.context["problems"][0].startswith("The text or the desk has changed")
    make(doi="10.1287/opre.9.3.383")
    answer = take(editor, shown)
    assert answer.context["problems"][0].startswith("The text or the desk has changed")
    assert keys() == ["little1961"]


def test_a_citekey_that_was_taken_meanwhile_is_refused(editor: Client) -> None:
    shown = read(editor)
    make("ober1992", title="Something else")
    answer = take(editor, shown)
    assert [each.error for each in answer.context["proposals"]][1] == (
        "This citekey is taken: choose another."
    )
    assert Source.objects.get().title == "Something else"


def test_what_the_verb_refuses_leaves_nothing_behind(editor: Client) -> None:
    known, new = (desk.source_document(make(key)) for key in ("known1961", "new1961"))
    Source.objects.get(slug="new1961").delete()
    with pytest.raises(desk.DeskError, match="known1961 is taken"):
        desk.take_sources(add=[new, known], fill=[], by=None)
    with pytest.raises(desk.DeskError, match="gone1961 is no longer on the desk"):
        desk.take_sources(add=[new], fill=[("gone1961", known)], by=None)
    assert (keys(), LogEntry.objects.count()) == (["known1961"], 0)


def test_a_file_is_read_like_a_text(editor: Client) -> None:
    own = [{"id": "k", "type": "book", "title": "Lines", "author": [{"literal": "Ünion"}]}]
    file = SimpleUploadedFile(
        "sources.json", json.dumps(own, ensure_ascii=False).encode("utf-8-sig")
    )
    shown = editor.post(IMPORT, {"file": file, "text": ""})
    take(editor, shown)
    assert keys() == ["union"]


def test_a_file_in_another_encoding_is_refused(editor: Client) -> None:
    file = SimpleUploadedFile("sources.bib", "@book{a, title={ü}}".encode("latin-1"))
    assert editor.post(IMPORT, {"file": file}).context["problems"] == [
        "The file is not UTF-8: save it in this encoding and try again."
    ]


def test_a_bad_text_is_refused_and_stays_in_the_form(editor: Client) -> None:
    text = "@book{a, title={<script>alert(1)</script>}"
    answer = read(editor, text)
    assert answer.context["problems"][0].startswith("The entry at line 1 (@book{a, title={<script>")
    assert fields(answer.content)["text"] == text
    assert b"<script>alert" not in answer.content


def test_very_many_problems_are_cut(editor: Client) -> None:
    text = "\n".join(f"@book{{k{n}, year=1}}" for n in range(30))
    context = read(editor, text).context
    assert (len(context["problems"]), context["more"]) == (20, 10)


def test_markup_in_an_entry_is_shown_as_text(editor: Client) -> None:
    answer = read(editor, "@book{<i>k</i>, title={<script>alert(1)</script>}}")
    assert b"<script>alert" not in answer.content
    assert b"&lt;script&gt;alert(1)&lt;/script&gt;" in answer.content


def test_a_text_that_is_too_large_is_told_before_it_is_read(editor: Client) -> None:
    answer = editor.post(IMPORT, {"text": "x" * 1_200_000})
    assert (answer.status_code, answer.context["problems"]) == (
        413,
        ["This is too large: give at most 500 kB at a time."],
    )


def test_the_import_needs_the_token_of_its_form(editor: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = editor.cookies
    assert strict.post(IMPORT, {"text": TEXT}).status_code == 403


# Rights -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rights", "seen"),
    [
        ((), []),
        (("view_source",), ["missing", "reference"]),
        (("add_source",), ["reference"]),
        (("change_source", "view_source"), ["missing", "reference"]),
        (("add_source", "change_source", "view_source"), ["import", "missing", "reference"]),
        (("add_concept", "change_concept", "view_concept"), []),
    ],
)
def test_each_view_asks_for_its_rights(
    client: Client, rights: tuple[str, ...], seen: list[str]
) -> None:
    client.force_login(user("somebody", *rights))
    answers = {
        "import": client.get(IMPORT),
        "missing": client.get(MISSING),
        "reference": client.post(REFERENCE, {}),
    }
    assert [name for name, answer in answers.items() if answer.status_code == 200] == seen
    assert {answer.status_code for answer in answers.values()} <= {200, 403}
    assert client.post(IMPORT, {"text": TEXT}).status_code == (200 if "import" in seen else 403)


def test_who_is_not_logged_in_is_sent_to_the_log_in(client: Client) -> None:
    for path in (IMPORT, MISSING):
        assert client.get(path).headers["Location"] == f"/admin/login/?next={path}"
    assert client.post(IMPORT, {"text": TEXT}).status_code == 302
    assert client.post(REFERENCE, {}).status_code == 302


def test_a_reference_is_not_asked_for_by_its_address(editor: Client) -> None:
    assert editor.get(REFERENCE).status_code == 405
