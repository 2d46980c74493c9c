"""Importing and exporting in tests: a small good folder, and what the commands say."""

from io import StringIO
from pathlib import Path
from typing import Any

import documents as make
import pytest
from django.core import serializers
from django.core.management import CommandError, call_command

from concepts import desk
from concepts.content_files import write_folder
from concepts.documents import Document
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

GOODS = make.concept("goods", summary="Things.")
GOOD: list[Document] = [
    GOODS,
    make.concept("services", summary="Acts [@little1961]."),
    make.distinction(rows=[make.row()]),
    make.source(),
    make.dimension(),
]


def write(path: Path, *documents: Document) -> None:
    write_folder(path, documents)


def import_content(folder: Path, **options: Any) -> str:
    """What the command says."""
    return said("import_content", folder, **options)


def export_content(folder: Path, **options: Any) -> str:
    """What the command says."""
    return said("export_content", folder, **options)


def said(command: str, folder: Path, **options: Any) -> str:
    out = StringIO()
    call_command(command, str(folder), stdout=out, **options)
    return out.getvalue()


def refusal(folder: Path, **options: Any) -> str:
    """Why the folder is not imported."""
    with pytest.raises(CommandError) as refused:
        import_content(folder, **options)
    assert refused.value.returncode == 1
    return str(refused.value)


def everything() -> str:
    """All that the database holds of the site."""
    models = (Page, Concept, Distinction, Relation, Source, Dimension, LogEntry, Edition)
    rows = [row for model in models for row in model.objects.all()]
    return serializers.serialize("json", rows).strip()  # Django 6 ends it with a line


def page(slug: str) -> Page:
    return Page.objects.get(slug=slug)


def edit(name: str, **fields: Any) -> None:
    """What an editor does on the desk."""
    document = desk.own(page(name))
    desk.save(document.model_copy(update=fields), by=None, action="edit", page=page(name))
