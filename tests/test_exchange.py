"""Content files out of the desk and into it again: downloads, uploads, what is shown and done."""

import io
import re
import zipfile
from typing import Any

import documents as make
import pytest
from admin_forms import fields, log_in_writer, logged, news, user
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from exchanging import (
    IMPORT,
    archive,
    confirm,
    file_of,
    forms,
    problems,
    raw,
    states,
    upload,
    zipped,
)
from importing import GOOD, edit, everything, page
from pytest_django import DjangoAssertNumQueries

from concepts import desk
from concepts.admin import exchange, packing
from concepts.content_files import FOLDERS, contents_of, dump, parse_file, scan_folder, write_folder
from concepts.importing import import_folder
from concepts.models import Concept, Dimension, Distinction, Edition, LogEntry, Sector, Source

pytestmark = pytest.mark.django_db

EXPORT = "/admin/export/"
KINDS = "concept distinction organization guide source dimension".split()
WHERE = "which is not found, neither in this folder nor on the desk"
WRITE = [f"{verb}_{kind}" for verb in ("add", "change") for kind in KINDS] + ["add_sector"]


@pytest.fixture
def editor(client: Client) -> Client:
    return log_in_writer(client)


@pytest.fixture
def content(tmp_path: Any) -> None:
    """Two concepts, their comparison, a source and a dimension, as a command imported them."""
    write_folder(tmp_path, GOOD)
    import_folder(scan_folder(tmp_path))


# Out --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["concept", "distinction", "source", "dimension"])
def test_one_thing_is_exported_as_its_content_file(
    editor: Client, content: None, kind: str
) -> None:
    models = {"concept": Concept, "distinction": Distinction, "source": Source}
    obj: Any = models.get(kind, Dimension).objects.first()  # type: ignore[attr-defined]
    answer = editor.get(reverse(f"admin:concepts_{kind}_export", args=[obj.pk]))
    document = desk.document_of(obj)
    [(name, text)] = contents_of([document]).items()
    assert answer.content.decode() == text
    name = name.rsplit("/", maxsplit=1)[-1]
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'


def test_the_draft_is_exported_and_not_what_is_published(editor: Client, content: None) -> None:
    edit("goods", summary="A draft.")
    answer = editor.get(reverse("admin:concepts_concept_export", args=[page("goods").pk]))
    assert parse_file("concepts/goods.md", answer.content).document.summary == "A draft."  # type: ignore[union-attr]


def test_what_is_no_document_yet_is_not_exported_and_says_why(
    editor: Client, content: None
) -> None:
    compared = Distinction.objects.get()
    compared.sides.all().delete()
    answer = editor.get(
        reverse("admin:concepts_distinction_export", args=[compared.pk]), follow=True
    )
    assert news(answer) == ["It cannot be written yet. 'sides' needs 2 items or more"]


def test_what_is_not_there_is_not_found(editor: Client) -> None:
    assert editor.get("/admin/concepts/concept/99/export/").status_code == 404


def test_all_is_exported_as_a_folder_of_content(
    editor: Client, content: None, tmp_path: Any
) -> None:
    answer = editor.get(EXPORT)
    zipfile.ZipFile(io.BytesIO(answer.content)).extractall(tmp_path / "out")
    folder = scan_folder(tmp_path / "out")
    assert folder.problems == []
    assert sorted(file.name for file in folder.files) == [
        "concepts/goods.md",
        "concepts/services.md",
        "dimensions.yaml",
        "distinctions/goods-vs-services.md",
        "sources/little1961.md",
    ]
    assert [file.document for file in folder.files if file.key == "concept:goods"] == [GOOD[0]]


def test_what_is_left_out_of_the_export_of_all_is_said_in_it(editor: Client, content: None) -> None:
    Distinction.objects.get().sides.all().delete()
    made = zipfile.ZipFile(io.BytesIO(editor.get(EXPORT).content))
    assert "distinctions/goods-vs-services.md" not in made.namelist()
    assert "- distinction goods-vs-services: 'sides' needs 2" in made.read("README.md").decode()


def test_what_was_exported_imports_as_unchanged(editor: Client, content: None) -> None:
    file = SimpleUploadedFile("content.zip", editor.get(EXPORT).content)
    assert set(states(upload(editor, file)).values()) == {"unchanged"}


def test_lists_lead_to_the_export_and_the_import(editor: Client) -> None:
    for kind in KINDS:
        html = editor.get(reverse(f"admin:concepts_{kind}_changelist")).content.decode()
        assert f'href="{EXPORT}"' in html
        assert f'href="{IMPORT}"' in html


# In: what is shown ------------------------------------------------------------------------------


def test_an_import_is_shown_and_nothing_is_done(editor: Client, content: None) -> None:
    before = everything()
    answer = upload(
        editor, zipped(make.concept("goods", summary="Tangible."), make.concept("meal"), *GOOD[1:])
    )
    assert states(answer) == {
        "concept:goods": "changed",
        "concept:meal": "created",
        "concept:services": "unchanged",
        "dimension:scope": "unchanged",
        "distinction:goods-vs-services": "unchanged",
        "source:little1961": "unchanged",
    }
    assert everything() == before


def test_the_difference_of_a_page_is_shown_by_row(editor: Client, content: None) -> None:
    cells = [{"side": "goods", "text": "Bread."}, {"side": "services", "text": "services"}]
    changed = make.distinction(rows=[make.row() | {"cells": cells}])
    [(_, changes)] = upload(editor, file_of(changed)).context["shown"].changed
    assert {change.place for change in changes} == {
        "row-scope--goods",
        *(change.place for change in changes if change.place.startswith("row-scope")),
    }
    assert "Row Scope" in {change.group for change in changes}


def test_loose_files_are_placed_by_their_kind(editor: Client) -> None:
    files = [file_of(document, f"f{n}.md") for n, document in enumerate(GOOD[:4])]
    files += [SimpleUploadedFile("dimensions.yaml", contents_of(GOOD)["dimensions.yaml"].encode())]
    assert set(states(upload(editor, *files)).values()) == {"created"}


@pytest.mark.parametrize("top", ["", "content-main/"])
def test_a_zip_may_have_one_folder_on_top(editor: Client, top: str) -> None:
    files = {f"{top}{name}": text.encode() for name, text in contents_of(GOOD).items()}
    files |= {"__MACOSX/._x": b"odd", f"{top}.DS_Store": b"odd", f"{top}README.md": b"Hello"}
    answer = upload(editor, SimpleUploadedFile("c.zip", archive(files)))
    assert set(states(answer).values()) == {"created"}


def test_all_problems_are_told_with_file_and_line(editor: Client) -> None:
    files = {
        "concepts/a.md": b"---\nkind: concept\nslug: a\ntitel: A\n---\n",
        "concepts/b.md": b'---\nkind: concept\nslug: b\ntitle: "B"\n---\n\n[@nobody]\n',
        "notes/c.md": b"x",
    }
    answer = upload(editor, SimpleUploadedFile("c.zip", archive(files)))
    assert problems(answer) == [
        "concepts/a.md: 'title' is missing: it is required",
        "concepts/a.md, line 4: 'titel' is an unknown key. Did you mean 'title'?",
        f"concepts/b.md, line 7: A citation names nobody, {WHERE}.",
        f"notes: is an unknown folder. Known: {', '.join(FOLDERS.values())}.",
    ]
    assert b"1 new" not in answer.content
    assert everything() == "[]"


def test_what_only_writing_finds_is_shown_before(editor: Client) -> None:
    answer = upload(editor, zipped(make.guide("lean"), make.concept(area="lean")))
    [problem] = problems(answer)
    assert problem.startswith("concepts/takt-time.md, line 5: 'area' names guide:lean, which is a")
    assert everything() == "[]"


def test_files_that_change_nothing_are_not_offered(editor: Client, content: None) -> None:
    html = upload(editor, zipped(*GOOD)).content.decode()
    assert "The desk says all of this already" in html
    assert "Import this" not in html


def test_markup_in_files_is_shown_as_text(editor: Client, content: None) -> None:
    evil = make.concept("goods", summary="<script>alert(1)</script>")
    assert b"<script>alert" not in upload(editor, file_of(evil)).content


# In: what is done -------------------------------------------------------------------------------


def test_what_was_shown_is_done_and_logged_by_name(editor: Client, content: None) -> None:
    shown = upload(editor, zipped(make.concept("goods", summary="Tangible."), make.concept("meal")))
    answer = confirm(editor, shown)
    assert answer.redirect_chain == [("/admin/", 302)]
    assert news(answer) == ["Imported: 1 created, 1 changed."]
    assert page("goods").summary == "Tangible."
    assert logged()[-2:] == [
        ("import", "concept", "meal", "writer"),
        ("import", "concept", "goods", "writer"),
    ]
    assert not Edition.objects.exists()


def test_all_that_is_exported_comes_back(editor: Client, content: None) -> None:
    exported = editor.get(EXPORT).content
    for model in (Distinction, Concept, Source, Dimension):
        model.objects.all().delete()
    confirm(editor, upload(editor, SimpleUploadedFile("c.zip", exported)))
    assert editor.get(EXPORT).content == exported


def test_files_that_are_too_many_to_be_carried_are_chosen_again(
    editor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packing, "CARRIED", 100)
    shown = upload(editor, zipped(*GOOD))
    assert "carried" not in forms(shown.content)[0]
    confirm(editor, shown, files=zipped(*GOOD))
    assert Concept.objects.count() == 2


def test_other_files_than_were_shown_are_not_imported(
    editor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packing, "CARRIED", 100)
    answer = confirm(editor, upload(editor, zipped(*GOOD)), files=zipped(make.concept("meal")))
    assert problems(answer)[0].startswith(
        "Nothing was imported: the files or the desk have changed"
    )
    assert states(answer) == {"concept:meal": "created"}
    assert everything() == "[]"


def test_an_upload_that_was_changed_in_the_form_is_not_imported(editor: Client) -> None:
    shown = upload(editor, file_of(make.concept("meal")))
    other = packing.carried({"concepts/meal.md": dump(make.concept("meal", body="Evil.")).encode()})
    assert problems(confirm(editor, shown, carried=other))[0].startswith("Nothing was imported")
    assert everything() == "[]"


@pytest.mark.parametrize(
    "carried", ["%", "AAAA", "eJyLVnIyVrJSKkktLlGqBQAhZwRJ", packing.carried({})[:-4]]
)
def test_what_was_not_carried_whole_is_refused(editor: Client, carried: str) -> None:
    answer = editor.post(IMPORT, {"carried": carried, "expect": "x"})
    assert problems(answer) == ["The upload did not arrive whole: choose the files again."]


def test_a_desk_that_changed_meanwhile_is_shown_anew(editor: Client, content: None) -> None:
    shown = upload(editor, file_of(make.concept("goods", summary="Tangible.")))
    edit("goods", body="An editor's words.")
    answer = confirm(editor, shown)
    assert problems(answer)[0].startswith("Nothing was imported")
    assert states(answer) == {"concept:goods": "overwritten"}
    assert page("goods").summary == "Things."


def test_a_second_click_imports_nothing_twice(editor: Client) -> None:
    shown = upload(editor, file_of(make.concept("meal")))
    confirm(editor, shown)
    answer = confirm(editor, shown)
    assert problems(answer)[0].startswith("Nothing was imported")
    assert LogEntry.objects.count() == 1


# Conflicts --------------------------------------------------------------------------------------


@pytest.fixture
def conflicts(content: None) -> SimpleUploadedFile:
    """Files over two concepts that editors changed, and one more page."""
    for slug in ("goods", "services"):
        edit(slug, summary=f"An editor's {slug}.")
    return zipped(
        *(make.concept(slug, summary=f"The file's {slug}.") for slug in ("goods", "services")),
        make.concept("meal"),
    )


def test_what_editors_changed_is_shown_with_its_difference(
    editor: Client, conflicts: SimpleUploadedFile
) -> None:
    answer = upload(editor, conflicts)
    shown = answer.context["shown"].conflicts
    assert [step.key for step, _ in shown] == ["concept:goods", "concept:services"]
    struck = [piece.text for piece in shown[0][1][0].pieces if piece.state == "struck"]
    assert struck == ["An editor"]
    assert 'name="overwrite" value="concept:goods">' in answer.content.decode()


def test_what_is_ticked_is_written_over_and_the_rest_is_kept(
    editor: Client, conflicts: SimpleUploadedFile
) -> None:
    answer = confirm(editor, upload(editor, conflicts), "concept:services")
    assert news(answer) == ["Imported: 1 created, 1 changed, 1 kept as the desk has it."]
    assert page("goods").summary == "An editor's goods."
    assert page("services").summary == "The file's services."
    assert page("meal")
    conflicts.seek(0)
    assert states(upload(editor, conflicts)) == {
        "concept:goods": "overwritten",
        "concept:meal": "unchanged",
        "concept:services": "unchanged",
    }


def test_nothing_ticked_keeps_all_that_editors_changed(
    editor: Client, conflicts: SimpleUploadedFile
) -> None:
    confirm(editor, upload(editor, conflicts))
    summaries = [*Concept.objects.order_by("slug").values_list("summary", flat=True)]
    assert summaries == ["An editor's goods.", "", "An editor's services."]


def test_a_page_that_is_no_document_yet_is_a_conflict_without_a_difference(
    editor: Client, content: None
) -> None:
    Distinction.objects.get().sides.all().delete()
    answer = upload(editor, file_of(GOOD[2]))
    [(step, _)] = answer.context["shown"].conflicts
    assert (step.key, step.before) == ("distinction:goods-vs-services", None)
    assert "it cannot be shown as a document" in answer.content.decode()


def test_only_so_many_problems_and_differences_are_shown(
    editor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = {f"concepts/c{n}.md": b"x" for n in range(130)}
    answer = upload(editor, raw(content=archive(bad)))
    assert (len(problems(answer)), answer.context["more"]) == (100, 30)
    monkeypatch.setattr(exchange, "MOST_DIFFERENCES", 1)
    confirm(editor, upload(editor, zipped(make.concept("a"), make.concept("b"))))
    again = zipped(make.concept("a", summary="A."), make.concept("b", summary="B."))
    shown = upload(editor, again).context["shown"]
    assert ([len(changes) for _, changes in shown.changed], shown.unseen) == ([1, 0], 1)


# Rights -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("missing", WRITE)
def test_an_import_needs_every_right_to_add_and_change(client: Client, missing: str) -> None:
    client.force_login(user("somebody", *(right for right in WRITE if right != missing)))
    assert client.get(IMPORT).status_code == 403
    assert upload(client, zipped(*GOOD)).status_code == 403
    assert everything() == "[]"


def test_these_rights_are_enough(client: Client) -> None:
    client.force_login(user("somebody", *WRITE))
    confirm(client, upload(client, zipped(*GOOD, make.organization(sector="bank"))))
    assert Sector.objects.get().name == "bank"


@pytest.mark.parametrize("missing", KINDS)
def test_an_export_of_all_needs_to_see_all(client: Client, missing: str) -> None:
    client.force_login(user("somebody", *(f"view_{kind}" for kind in KINDS if kind != missing)))
    assert client.get(EXPORT).status_code == 403
    assert client.post(EXPORT).status_code == 405


def test_an_export_needs_to_see_its_kind(client: Client, content: None) -> None:
    client.force_login(user("somebody", "view_source"))
    assert client.get(f"/admin/concepts/concept/{page('goods').pk}/export/").status_code == 403
    source = Source.objects.get()
    assert client.get(f"/admin/concepts/source/{source.pk}/export/").status_code == 200


def test_an_import_needs_the_token_of_its_form(editor: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = editor.cookies
    assert strict.post(IMPORT, {"files": [zipped(*GOOD)]}).status_code == 403
    token = fields(strict.get(IMPORT).content)["csrfmiddlewaretoken"]
    sent = {"files": [zipped(*GOOD)], "csrfmiddlewaretoken": token}
    assert strict.post(IMPORT, sent).status_code == 200


def test_an_export_asks_for_each_kind_once_and_a_few_times_for_each_page(
    editor: Client, content: None, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(26):
        editor.get(EXPORT)


def test_no_folder_is_left_behind(editor: Client, tmp_path: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    upload(editor, zipped(*GOOD))
    assert [*tmp_path.iterdir()] == []
    assert re.search("5 new", upload(editor, zipped(*GOOD)).content.decode())
