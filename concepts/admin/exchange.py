"""Content files out of the desk and into it again, for editors: what the commands do on a server.

An import is tried first, in a transaction that is taken back. The editor sees what it did; then
the second form carries the upload again, and it is done if it still does exactly that.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.views.decorators.http import require_safe

from concepts import desk
from concepts.admin.base import ModelAdmin, editor, messages_of
from concepts.admin.bodies import sized
from concepts.admin.packing import (
    SENT,
    Files,
    PackingError,
    carried,
    read_carried,
    scanned,
    unpacked,
    zipped,
)
from concepts.comparison import Change, differences
from concepts.content_files import ContentError, FileProblem, Folder, contents_of
from concepts.documents import Document, data_of
from concepts.importing import Outcome, Overwrite, Step, import_folder

KINDS = ("concept", "distinction", "organization", "guide", "source", "dimension")
MOST_PROBLEMS = 100
MOST_DIFFERENCES = 100
TOO_LARGE = f"The upload is too large: at most {SENT // 1_000_000} MB, as a .zip or as files."
NOTHING = "Choose the files first: .md files of pages and sources, or a .zip of a whole folder."
OTHER = (
    "Nothing was imported: the files or the desk have changed since this was shown. Look at what"
    " the import would do now."
)
BUSY = (
    "Nothing was imported: the database did not take it, perhaps as somebody else is saving."
    " Try again."
)


EXPORT = [f"concepts.view_{kind}" for kind in KINDS]
IMPORT = [f"concepts.{verb}_{kind}" for verb in ("add", "change") for kind in KINDS]
IMPORT += ["concepts.add_sector"]  # an organization brings its own
"""The rights on all that content files hold."""


# Out ------------------------------------------------------------------------------------------


def _download(name: str, content: str | bytes, type_: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=type_)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


class ExportViews(ModelAdmin):
    """Adds the content file of one thing, and lists from which all can be had."""

    change_list_template = "admin/desk/list.html"

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(require_safe(self.export_view))
        name = f"concepts_{self.opts.model_name}_export"
        return [path("<int:object_id>/export/", view, name=name), *super().get_urls()]

    def export_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """What the desk says of one thing, as its content file."""
        obj = self.get_object(request, str(object_id))
        if not self.has_view_permission(request, obj):
            raise PermissionDenied
        if obj is None:
            raise Http404
        try:
            [(name, text)] = contents_of([desk.document_of(obj)]).items()
        except desk.DeskError as error:
            messages.error(request, f"It cannot be written yet. {' '.join(messages_of(error))}")
            address = f"admin:concepts_{self.opts.model_name}_change"
            return HttpResponseRedirect(reverse(address, args=[object_id]))
        return _download(name.rsplit("/", maxsplit=1)[-1], text, "text/markdown; charset=utf-8")


@require_safe
def export_all(request: HttpRequest) -> HttpResponse:
    """All that is on the desk as a folder of content files in a .zip."""
    if not request.user.has_perms(EXPORT):
        raise PermissionDenied
    documents, unwritten = desk.everything()
    texts = contents_of(documents)
    if unwritten:
        texts["README.md"] = _left_out(unwritten)
    return _download("content.zip", zipped(texts), "application/zip")


def _left_out(unwritten: list[desk.Unwritten]) -> str:
    lines = [
        f"- {page.kind} {page.slug}: {' '.join(messages_of(error))}" for page, error in unwritten
    ]
    head = "These pages are not in it, because they cannot be written as content files yet:"
    return "\n".join([head, "", *lines, ""])


# In -------------------------------------------------------------------------------------------


@dataclass
class Shown:
    """What an import would do, as an editor sees it."""

    outcome: Outcome
    conflicts: list[tuple[Step, list[Change]]] = field(default_factory=list)
    changed: list[tuple[Step, list[Change]]] = field(default_factory=list)
    unseen: int = 0
    """How many of the changed ones are listed without their differences."""

    @property
    def is_idle(self) -> bool:
        """Whether there is nothing to import."""
        return all(step.state == "unchanged" for step in self.outcome.steps)


def _shown(outcome: Outcome) -> Shown:
    shown = Shown(outcome)
    steps = [step for step in outcome.steps if step.state in ("changed", "overwritten")]
    for number, step in enumerate(sorted(steps, key=lambda step: not step.is_conflict)):
        seen = number < MOST_DIFFERENCES
        shown.unseen += not seen
        pair = (step, differences(_data(step.before), data_of(step.after)) if seen else [])
        (shown.conflicts if step.is_conflict else shown.changed).append(pair)
    return shown


def _data(document: Document | None) -> Any:
    return data_of(document) if document else None


def _imported(
    request: HttpRequest, folder: Folder, *, overwrite: Overwrite, expect: str | None
) -> tuple[Outcome, bool]:
    """What importing the folder does, and whether it was done: only as it was expected."""
    with transaction.atomic():
        outcome = import_folder(folder, overwrite=overwrite, by=editor(request))
        done = expect == outcome.digest
        transaction.set_rollback(not done)
    return outcome, done


@sized(SENT)
def import_files(request: HttpRequest, *, too_large: bool = False) -> HttpResponse:
    """Ask for files; show what they would do; on the second POST, do exactly that."""
    if not request.user.has_perms(IMPORT):
        raise PermissionDenied
    if too_large:
        return _answer(request, [TOO_LARGE], status=413)
    if request.method != "POST":
        return _answer(request, [])
    try:
        files = _files(request)
        folder = scanned(files)
        if not (folder.files or folder.problems):
            raise PackingError(NOTHING)
        return _tried(request, files, folder)
    except PackingError as error:
        return _answer(request, [str(error)])
    except ContentError as error:
        return _answer(request, _told(error.problems))
    except DatabaseError:
        return _answer(request, [BUSY])


def _tried(request: HttpRequest, files: Files, folder: Folder) -> HttpResponse:
    expect = request.POST.get("expect")
    ticked: Collection[str] = request.POST.getlist("overwrite")
    if expect:
        outcome, done = _imported(request, folder, overwrite=ticked, expect=expect)
        if done:
            messages.success(request, _news(outcome))
            return HttpResponseRedirect(reverse("admin:index"))
    outcome, _ = _imported(request, folder, overwrite=True, expect=None)
    problems = [OTHER] if expect else []
    return _answer(request, problems, shown=_shown(outcome), carried=carried(files), ticked=ticked)


def _files(request: HttpRequest) -> Files:
    given = request.FILES.getlist("files")
    if given:
        return unpacked(given)
    if text := request.POST.get("carried"):
        return read_carried(text)
    raise PackingError(NOTHING)


def _told(problems: list[FileProblem]) -> list[str]:
    ordered = sorted(problems, key=lambda problem: (problem.file, problem.line or 0))
    return [str(problem) for problem in ordered]


def _news(outcome: Outcome) -> str:
    kept = [step for step in outcome.steps if step.state == "kept"]
    counts = {
        "created": len(outcome.created),
        "changed": len(outcome.changed),
        "unchanged": len(outcome.unchanged),
        "kept as the desk has it": len(kept),
    }
    return f"Imported: {', '.join(f'{n} {what}' for what, n in counts.items() if n)}."


def _answer(
    request: HttpRequest, problems: list[str], *, status: int = 200, **more: Any
) -> HttpResponse:
    context = {
        **admin.site.each_context(request),
        "title": "Import content files",
        "problems": problems[:MOST_PROBLEMS],
        "more": len(problems[MOST_PROBLEMS:]),
        "may_export": request.user.has_perms(EXPORT),
        **more,
    }
    return TemplateResponse(request, "admin/desk/import_files.html", context, status=status)
