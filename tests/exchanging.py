"""Exporting and importing in tests of the admin: uploads, and what the pages show of them."""

import io
import zipfile
from typing import Any

import html5lib
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from concepts.admin import packing
from concepts.content_files import contents_of, dump
from concepts.documents import Document

IMPORT = "/admin/import/"


def zipped(*documents: Document, **names: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("content.zip", packing.zipped(contents_of(documents)))


def archive(files: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as made:
        for name, content in files.items():
            made.writestr(zipfile.ZipInfo(name), content, compression)
    return out.getvalue()


def upload(editor: Client, *files: SimpleUploadedFile) -> Any:
    return editor.post(IMPORT, {"files": [*files]})


def file_of(document: Document, name: str = "any.md") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, dump(document).encode())


def confirm(editor: Client, answer: Any, *overwrite: str, **changes: Any) -> Any:
    """Send the form under what was shown, with these conflicts ticked."""
    [form, _] = forms(answer.content)
    return editor.post(IMPORT, form | {"overwrite": [*overwrite]} | changes, follow=True)


def forms(html: bytes) -> list[dict[str, str]]:
    """The hidden fields of each form of the page's content."""
    tree = html5lib.parse(html.decode(), namespaceHTMLElements=False)
    [main] = [each for each in tree.iter("div") if each.get("id") == "content-main"]
    return [
        {
            str(field.get("name")): str(field.get("value"))
            for field in form.iter("input")
            if field.get("type") == "hidden"
        }
        for form in main.iter("form")
    ]


def problems(answer: Any) -> list[str]:
    found: list[str] = answer.context["problems"]
    return found


def states(answer: Any) -> dict[str, str]:
    return {step.key: step.state for step in answer.context["shown"].outcome.steps}


def raw(name: str = "c.zip", content: bytes = b"") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)
