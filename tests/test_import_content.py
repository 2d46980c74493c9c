"""`import_content`: all or nothing, and never over an editor's change."""

from io import StringIO
from pathlib import Path

import documents as make
import pytest
from importing import GOOD, GOODS, edit, everything, import_content, page, refusal, write

from concepts import desk
from concepts.documents import PageDocument, digest
from concepts.models import (
    Concept,
    Dimension,
    Distinction,
    Edition,
    LogEntry,
    Page,
    Relation,
    Source,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two concepts, their comparison, a source and a dimension."""
    write(tmp_path / "content", *GOOD)
    return tmp_path / "content"


# Faults


def test_all_files_and_all_faults_are_told_at_once(folder: Path) -> None:
    (folder / "concepts" / "bad.md").write_text("---\nkind: concept\ntitel: Bad\n---\n")
    write(folder, make.concept("other", body="[x](concept:no-such) and [@nobody]."))
    nowhere = "which is not found, neither in this folder nor on the desk."
    assert refusal(folder).splitlines() == [
        "Nothing was imported. Mend these first:",
        "  concepts/bad.md: 'slug' is missing: it is required",
        "  concepts/bad.md: 'title' is missing: it is required",
        "  concepts/bad.md, line 3: 'titel' is an unknown key. Did you mean 'title'?",
        f"  concepts/other.md, line 7: A link leads to concept:no-such, {nowhere}",
        f"  concepts/other.md, line 7: A citation names nobody, {nowhere}",
    ]


def test_a_page_whose_file_has_faults_is_not_called_missing(folder: Path) -> None:
    (folder / "concepts" / "goods.md").write_text("---\nkind: concept\nslug: goods\n---\n")
    assert refusal(folder).splitlines()[1:] == [
        "  concepts/goods.md: 'title' is missing: it is required"
    ]


def test_very_many_faults_are_cut(tmp_path: Path) -> None:
    write(tmp_path, *(make.concept(f"c{n}", body="[x](concept:no)") for n in range(60)))
    lines = refusal(tmp_path).splitlines()
    assert len(lines) == 52
    assert lines[-1] == "  and 10 more"


@pytest.mark.parametrize(
    ("document", "place"),
    [
        (make.concept(prerequisites=["no"]), "'prerequisites 1' names concept:no"),
        (make.concept(relations=[{"type": "uses", "concept": "no"}]), "'relations 1, concept'"),
        (make.concept(area="no"), "'area' names guide:no"),
        (make.distinction(), "'sides 2, concept' names concept:services"),
        (
            make.distinction(rows=[make.row(dimension="no")]),
            "'rows 1, dimension' names dimension:no",
        ),
        (
            make.distinction(practice=[{"organization": "no"}]),
            "'practice 1, organization' names organization:no",
        ),
        (
            make.organization(illustrates=[{"concept": "no", "text": "It."}]),
            "'illustrates 1, concept' names concept:no",
        ),
        (make.guide(steps=[{"page": "distinction:no"}]), "'steps 1, page' names distinction:no"),
    ],
)
def test_what_the_structure_names_must_be_there(
    tmp_path: Path, document: PageDocument, place: str
) -> None:
    write(tmp_path, document)
    message = refusal(tmp_path)
    assert place in message
    assert ", line " in message


def test_an_area_is_no_reading_path(tmp_path: Path) -> None:
    write(tmp_path, make.guide("lean"), make.concept(area="lean"))
    assert "concepts/takt-time.md, line 5: 'area' names guide:lean, which is a reading path" in (
        refusal(tmp_path)
    )


def test_a_concept_does_not_relate_to_itself(tmp_path: Path) -> None:
    write(tmp_path, make.concept(prerequisites=["takt-time"]))
    assert "'prerequisites 1' names the concept itself" in refusal(tmp_path)


def test_a_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    assert "is no folder" in refusal(tmp_path / "nowhere")
    assert "holds no content files" in refusal(tmp_path)


# Good folders


def test_what_is_new_is_created_and_logged(folder: Path) -> None:
    created, *rest = import_content(folder).splitlines()
    names = "concept:goods, concept:services, dimension:scope, distinction:goods-vs-services"
    assert created == f"Created: 5 ({names}, source:little1961)."
    assert rest == ["Changed: 0.", "Unchanged: 0."]
    assert desk.own(page("goods")) == GOODS
    assert [*LogEntry.objects.values_list("action", flat=True)] == ["import"] * 5


def test_a_second_import_writes_nothing(folder: Path) -> None:
    import_content(folder)
    before = everything()
    said = import_content(folder)
    assert said.startswith("Created: 0.\nChanged: 0.\nUnchanged: 5")
    assert everything() == before


def test_only_what_differs_is_written(folder: Path) -> None:
    import_content(folder)
    write(folder, make.concept("goods", summary="Tangible things."))
    assert "Changed: 1 (concept:goods).\nUnchanged: 4" in import_content(folder)
    assert page("goods").summary == "Tangible things."
    assert LogEntry.objects.count() == 6


def test_pages_may_name_each_other_in_a_circle(tmp_path: Path) -> None:
    uses = [{"type": "uses", "concept": "b"}]
    write(
        tmp_path,
        make.concept("a", relations=uses, area="all"),
        make.concept("b", relations=[{"type": "uses", "concept": "a"}], body="[a](concept:a)"),
        make.guide("all", "area", steps=[{"page": "concept:a"}, {"page": "guide:all"}]),
    )
    import_content(tmp_path)
    assert [*Relation.objects.values_list("concept__slug", "target__slug")] == [
        ("a", "b"),
        ("b", "a"),
    ]


def test_what_the_folder_lacks_may_stand_on_the_desk(folder: Path, tmp_path: Path) -> None:
    import_content(folder)
    write(tmp_path / "more", make.concept("meal", prerequisites=["goods"], body="[@little1961]"))
    assert "Created: 1 (concept:meal)." in import_content(tmp_path / "more")


def test_what_is_not_in_the_folder_is_listed_and_stays(folder: Path) -> None:
    import_content(folder)
    (folder / "distinctions" / "goods-vs-services.md").unlink()
    (folder / "dimensions.yaml").unlink()
    assert (
        "On the desk and not in the folder: 2 (dimension:scope, distinction:goods-vs-services)."
        in import_content(folder)
    )
    assert Distinction.objects.count() == 1


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_sees_a_count(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Writing" not in import_content(folder, dry_run=True)
    monkeypatch.setattr("importing.StringIO", Terminal)
    assert "\rWriting 5 \nCreated: 5" in import_content(folder)


def test_a_dry_run_says_what_would_happen_and_does_nothing(folder: Path) -> None:
    before = everything()
    said = import_content(folder, dry_run=True, publish=True)
    assert "Created: 5" in said
    assert "Published: 3 pages" in said
    assert said.endswith("This was a dry run: nothing of it was done.\n")
    assert everything() == before


# Conflicts


def test_a_change_of_an_editor_stops_the_import(folder: Path) -> None:
    import_content(folder)
    edit("goods", summary="An editor's words.")
    write(folder, make.concept("goods", summary="The file's words."))
    write(folder, make.concept("services", summary="Deeds."))
    before = everything()
    message = refusal(folder)
    assert "concept:goods" in message
    assert "concept:services" not in message
    assert "--overwrite" in message
    assert everything() == before


def test_a_change_of_an_editor_survives_an_unchanged_file_as_well(folder: Path) -> None:
    import_content(folder)
    edit("goods", summary="An editor's words.")
    refusal(folder)
    assert page("goods").summary == "An editor's words."


def test_a_page_that_an_editor_made_is_a_conflict(folder: Path) -> None:
    desk.save(make.concept("goods"), by=None, action="edit")
    assert "concept:goods" in refusal(folder)


def test_changed_sources_and_dimensions_are_conflicts_too(folder: Path) -> None:
    import_content(folder)
    Source.objects.update(title="Another title")
    Dimension.objects.update(label="Another label")
    message = refusal(folder)
    assert "source:little1961" in message
    assert "dimension:scope" in message


def test_overwrite_writes_over_what_editors_changed(folder: Path) -> None:
    import_content(folder)
    edit("goods", summary="An editor's words.")
    said = import_content(folder, overwrite=True)
    assert "Written over what editors had changed: 1 (concept:goods)." in said
    assert page("goods").summary == "Things."
    assert "Unchanged: 5" in import_content(folder)


def test_what_came_from_the_desk_into_the_files_may_change_there(folder: Path) -> None:
    import_content(folder)
    edit("goods", summary="An editor's words.")
    write(folder, make.concept("goods", summary="An editor's words."))
    assert "Unchanged: 5" in import_content(folder)
    write(folder, make.concept("goods", summary="An editor's words, and the file's."))
    assert "Changed: 1 (concept:goods)." in import_content(folder)


def test_a_draft_that_is_no_document_yet_is_a_conflict(folder: Path) -> None:
    import_content(folder)
    Distinction.objects.get().sides.filter(key="goods").delete()
    assert "distinction:goods-vs-services" in refusal(folder)
    import_content(folder, overwrite=True)
    assert Distinction.objects.get().sides.count() == 2


def test_a_draft_that_is_no_document_yet_is_a_conflict_for_a_new_file_too(folder: Path) -> None:
    Distinction.objects.create(kind="distinction", slug="goods-vs-services", title="A draft")
    assert "distinction:goods-vs-services" in refusal(folder)


def test_a_field_that_the_schema_got_since_is_no_change_of_an_editor(folder: Path) -> None:
    import_content(folder)
    for entry in LogEntry.objects.all():
        older = entry.document.replace('"aliases":[],', "").replace('"description":"",', "")
        LogEntry.objects.filter(pk=entry.pk).update(document=older, digest=digest(older))
    write(folder, make.concept("goods", summary="Other things."), make.dimension(label="Bounds"))
    assert "Changed: 2 (concept:goods, dimension:scope)." in import_content(folder)


# New names


def rename(folder: Path, old: str, new: str) -> None:
    """Give a concept's file a new slug, and say what it was."""
    text = (folder / "concepts" / f"{old}.md").read_text()
    (folder / "concepts" / f"{old}.md").unlink()
    text = text.replace(f'slug: "{old}"', f'slug: "{new}"\nformerly: ["{old}"]')
    (folder / "concepts" / f"{new}.md").write_text(text)


def rewrite_sides(folder: Path, old: str, new: str) -> None:
    file = folder / "distinctions" / "goods-vs-services.md"
    file.write_text(file.read_text().replace(f'concept: "{old}"', f'concept: "{new}"'))


def test_formerly_renames_the_page_on_the_desk(folder: Path) -> None:
    import_content(folder)
    first = page("goods").pk
    rename(folder, "goods", "products")
    rewrite_sides(folder, "goods", "products")
    assert "Created: 0." in import_content(folder)
    assert page("products").pk == first
    assert not Page.objects.filter(slug="goods").exists()
    assert "Unchanged: 5" in import_content(folder)


def test_formerly_finds_the_page_by_a_slug_that_an_edition_carried(folder: Path) -> None:
    import_content(folder, publish=True)
    first = page("goods").pk
    rename(folder, "goods", "products")
    rewrite_sides(folder, "goods", "products")
    edit("goods", slug="wares")
    assert "concept:products" in refusal(folder)
    import_content(folder, overwrite=True)
    assert page("products").pk == first


def test_formerly_is_nothing_where_the_page_is_new(folder: Path) -> None:
    rename(folder, "goods", "products")
    rewrite_sides(folder, "goods", "products")
    assert "Created: 5" in import_content(folder)


def test_a_renamed_page_is_no_longer_there_under_its_old_name(folder: Path) -> None:
    import_content(folder)
    rename(folder, "goods", "products")
    message = refusal(folder)
    assert "distinctions/goods-vs-services.md, line 7: 'sides 1, concept' names" in message
    assert "concept:goods" in message


def test_formerly_of_a_page_beside_the_one_on_the_desk_is_a_conflict(folder: Path) -> None:
    import_content(folder)
    desk.save(make.concept("products"), by=None, action="edit")
    rename(folder, "goods", "products")
    rewrite_sides(folder, "goods", "products")
    assert "'formerly' names another page, concept:goods: a conflict" in refusal(folder)


def test_a_page_that_an_editor_renamed_is_a_conflict_and_no_new_page(folder: Path) -> None:
    import_content(folder, publish=True)
    edit("goods", slug="wares")
    assert "concept:goods" in refusal(folder)
    import_content(folder, overwrite=True)
    assert Concept.objects.count() == 2


# Publishing


def test_publish_publishes_what_was_created_with_one_moment(folder: Path) -> None:
    said = import_content(folder, publish=True)
    assert "Published: 3 pages, over " in said
    assert len({*Edition.objects.values_list("published_at", flat=True)}) == 1
    assert {*Edition.objects.values_list("note", flat=True)} == {"Imported"}


def test_publish_publishes_only_what_was_changed(folder: Path) -> None:
    import_content(folder, publish=True)
    write(folder, make.concept("goods", summary="Tangible things."))
    assert "Published: 1 pages, over 0 warnings." in import_content(folder, publish=True)
    assert [*Edition.objects.filter(number=2).values_list("slug", flat=True)] == ["goods"]


def test_publish_counts_the_warnings_it_publishes_over(tmp_path: Path) -> None:
    write(tmp_path, make.concept("goods"), make.concept("services", summary="Acts."))
    assert "Published: 2 pages, over 1 warnings." in import_content(tmp_path, publish=True)


def test_what_cannot_be_published_is_not_imported(folder: Path) -> None:
    image = "/media/" + "0" * 64 + ".png"
    write(folder, make.concept("goods", body=f"![]({image})"))
    before = everything()
    message = refusal(folder, publish=True)
    assert "Goods is not published. Body: " in message
    assert message.endswith("Nothing was imported.")
    assert everything() == before


def test_keys_that_an_edition_had_are_retired_by_the_import(folder: Path) -> None:
    import_content(folder, publish=True)
    write(folder, make.distinction(rows=[make.row("boundary")]))
    import_content(folder, publish=True)
    [retired] = desk.own(page("goods-vs-services")).retired_rows
    assert (retired.key, retired.label) == ("scope", "Scope")
    assert retired.reason == "The text that was imported does not have it."
    assert "Unchanged: 5" in import_content(folder)
