"""Hand a draft over: whoever writes marks it as ready, whoever publishes may send it back."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from concepts import desk
from concepts.admin.base import editor
from concepts.admin.history import own_path
from concepts.admin.review import Review
from concepts.admin.terms import LineForm
from concepts.admin.verbs import CHANGED, VerbViews, looked_again
from concepts.desk import readiness


class MarkingViews(VerbViews):
    """Adds both to the admin of a kind of page."""

    def get_urls(self) -> list[Any]:
        return [
            own_path(self, "ready", "ready", self.ready_view),
            own_path(self, "send-back", "send-back", self.send_back_view),
            *super().get_urls(),
        ]

    def ready_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Show what would be published and what the checks say; on POST, mark exactly that."""
        page = self.asked_page(request, object_id, publishes=False)
        review = self.review(request, page)
        if review is None:
            return self.back(page)
        mark = readiness.mark_of(page.pk)
        form = LineForm(request.POST or None)
        if request.method == "POST" and form.is_valid() and _marked(request, review, mark, form):
            return self.back(page)
        return self.answer(
            request,
            "ready",
            page,
            f"Mark {review.document.title} as ready",
            verb="Mark as ready",
            form=form,
            review=review,
            mark=mark,
            **looked_again(request, review),
        )

    def send_back_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Ask for a line; on POST, say that the draft is not to be published as it is."""
        page = self.asked_page(request, object_id)
        mark = readiness.mark_of(page.pk)
        if mark is None or not mark.ready:
            messages.warning(request, f"{page.title} is not marked as ready: nothing to send back.")
            return self.back(page)
        form = LineForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            _record(request, page, readiness.SENT_BACK, form)
            messages.success(request, f"{page.title} is sent back.")
            return self.back(page)
        title = f"Send {page.title} back"
        return self.answer(
            request, "send-back", page, title, verb="Send back", form=form, mark=mark
        )


def _marked(
    request: HttpRequest, review: Review, mark: readiness.Mark | None, form: LineForm
) -> bool:
    """Whether it is marked; if not, the form says why."""
    if request.POST.get("expect") != review.digest:
        form.add_error(None, CHANGED)
    elif review.is_in_force:
        form.add_error(None, "Readers see exactly this already: there is nothing to publish.")
    else:
        if not _is_repeated(request, mark, form):
            _record(request, review.page, readiness.READY, form)
        messages.success(request, f"{review.page.title} is marked as ready.")
        return True
    return False


def _is_repeated(request: HttpRequest, mark: readiness.Mark | None, form: LineForm) -> bool:
    """Whether the button was pressed twice."""
    return bool(
        mark
        and mark.ready
        and not mark.changed_by
        and mark.entry.by == editor(request)
        and mark.entry.note == form.cleaned_data["note"]
    )


def _record(request: HttpRequest, page: Any, action: str, form: LineForm) -> None:
    desk.record(page, by=editor(request), action=action, note=form.cleaned_data["note"])
