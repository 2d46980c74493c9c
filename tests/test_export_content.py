"""`export_content`: the desk, or what is in force, as the files that an import reads."""

from pathlib import Path

import documents as make
import pytest
from django.core.management import CommandError
from importing import GOOD, edit, export_content, import_content, write

from concepts import desk
from concepts.models import Distinction, Source

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two concepts, their comparison, a source and a dimension."""
    write(tmp_path / "content", *GOOD)
    return tmp_path / "content"


def contents(folder: Path) -> dict[str, bytes]:
    files = [file for file in folder.rglob("*") if file.is_file()]
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in files}


def test_an_export_is_what_was_imported_byte_for_byte(folder: Path, tmp_path: Path) -> None:
    import_content(folder)
    assert export_content(tmp_path / "out") == "Wrote 5 documents into 5 files.\n"
    assert contents(tmp_path / "out") == contents(folder)


def test_an_export_of_the_published_leaves_drafts_out(folder: Path, tmp_path: Path) -> None:
    import_content(folder, publish=True)
    edit("goods", summary="A draft.")
    desk.save(make.concept("draft"), by=None, action="edit")
    Source.objects.create(slug="uncited", title="Uncited")
    export_content(tmp_path / "out", published=True)
    assert contents(tmp_path / "out") == contents(folder)


def test_a_source_comes_back_from_an_edition_as_it_was(folder: Path, tmp_path: Path) -> None:
    authors = [{"family": "Little", "given": "J. D. C."}, {"literal": "ORSA"}]
    article = make.source(
        author=authors,
        issued="1961-06",
        type="article-journal",
        DOI="10.1287/opre.9.3.383",
        checked="read",
        body="A *classic*.",
        **{"container-title": "Operations Research"},
    )
    write(folder, article)
    import_content(folder, publish=True)
    export_content(tmp_path / "out", published=True)
    assert contents(tmp_path / "out") == contents(folder)


def test_an_export_does_not_mix_with_other_files(folder: Path, tmp_path: Path) -> None:
    import_content(folder)
    with pytest.raises(CommandError, match="is not empty"):
        export_content(folder)
    write(folder, make.concept("stale"))
    said = export_content(folder, force=True)
    assert said.endswith("Not from this export: concepts/stale.md.\n")


def test_an_export_writes_through_no_symbolic_link(folder: Path, tmp_path: Path) -> None:
    import_content(folder)
    target = tmp_path / "target.md"
    (folder / "concepts" / "goods.md").unlink()
    (folder / "concepts" / "goods.md").symlink_to(target)
    with pytest.raises(CommandError, match=r"concepts/goods\.md: is a symbolic link"):
        export_content(folder, force=True)
    assert not target.exists()


def test_a_page_that_is_no_document_yet_is_named(folder: Path, tmp_path: Path) -> None:
    import_content(folder)
    Distinction.objects.get().sides.filter(key="goods").delete()
    with pytest.raises(CommandError, match="distinction goods-vs-services cannot be written"):
        export_content(tmp_path / "out")
