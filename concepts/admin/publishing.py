"""Publish, schedule, cancel, withdraw: the verbs of `publishing.py` with a page each.

What the editor is shown travels with the form, so nothing else is published.
"""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html

from concepts import clock, publishing
from concepts.admin.base import editor
from concepts.admin.history import own_path
from concepts.admin.marking import MarkingViews
from concepts.admin.moments import in_words
from concepts.admin.review import Review, readable, state_of
from concepts.admin.terms import PublishForm, ReasonForm
from concepts.admin.verbs import CHANGED, RIGHT, looked_again
from concepts.comparison import differences
from concepts.desk import readiness
from concepts.models import Edition, Link, Page, in_force, standing
from concepts.publishing import PublishError

__all__ = ["RIGHT", "PublishingViews"]


class PublishingViews(MarkingViews):
    """Adds the verbs to the admin of a kind of page."""

    def get_urls(self) -> list[Any]:
        return [
            own_path(self, "publish", "publish", self.publish_view),
            own_path(self, "unschedule", "unschedule", self.unschedule_view),
            own_path(self, "withdraw", "withdraw", self.withdraw_view),
            *super().get_urls(),
        ]

    def publishing_context(self, request: HttpRequest, object_id: str) -> dict[str, Any]:
        """What the change form says above its fields, and the rights that its buttons need."""
        number = int(object_id) if object_id.isdecimal() else 0
        page = Page.objects.filter(pk=number).first()
        return {
            "state": state_of(page) if page else None,
            "may_publish": request.user.has_perm(RIGHT),
        }

    # Publish ----------------------------------------------------------------------------------

    def publish_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Show what would be published and what the checks say; on POST, publish exactly that."""
        page = self.asked_page(request, object_id)
        review = self.review(request, page)
        if review is None:
            return self.back(page)
        form = PublishForm(request.POST or None, warned=bool(review.warnings))
        if request.method == "POST" and (done := _published(request, review, form)):
            messages.success(request, done)
            return self.back(page)
        if request.method == "POST":
            # What was read before the refusal may be old by now.
            review = self.review(request, self.asked_page(request, object_id)) or review
        form.offer(review.significances)
        return self.answer(
            request,
            "publish",
            page,
            f"Publish {review.document.title}",
            verb="Publish",
            form=form,
            review=review,
            mark=readiness.mark_of(page.pk),
            **looked_again(request, review),
        )

    # Cancel a schedule --------------------------------------------------------------------------

    def unschedule_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Show the scheduled edition; on POST, take exactly that one away."""
        page = self.asked_page(request, object_id)
        stands = standing(page)
        edition = stands.scheduled
        sent = request.method == "POST"
        if edition is None or (sent and request.POST.get("edition") != str(edition.pk)):
            message = "The edition that you were shown is not scheduled any more. Nothing was done."
            messages.warning(request, message if sent else "No edition is scheduled.")
            return self.back(page)
        if sent:
            _unscheduled(request, edition)
            return self.back(page)
        return self.answer(
            request,
            "unschedule",
            page,
            f"Cancel the schedule of {edition}",
            verb="Cancel the schedule",
            standing=stands,
            changes=differences(readable(stands.current), readable(edition)),
        )

    # Withdraw -----------------------------------------------------------------------------------

    def withdraw_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Say what readers will find and ask for the reason; on POST, take the page back."""
        page = self.asked_page(request, object_id)
        stands = standing(page)
        if stands.current is None:
            messages.warning(request, f"{page.title} has no edition in force: nothing to withdraw.")
            return self.back(page)
        form = ReasonForm(request.POST or None)
        if request.method == "POST" and form.is_valid() and _withdrawn(request, page, form):
            return self.back(page)
        return self.answer(
            request,
            "withdraw",
            page,
            f"Withdraw {page.title}",
            verb="Withdraw",
            form=form,
            standing=stands,
            today=clock.now(),
            linking=_linking(page),
        )


def _published(request: HttpRequest, review: Review, form: PublishForm) -> str:
    """What came of it, in words; "" when it was refused, and the form says why."""
    expect, shown = request.POST.get("expect", ""), request.POST.get("shown", "")
    seen = request.POST.get("seen", "")
    if not form.is_valid():
        return ""
    try:
        by = editor(request)
        edition = publishing.publish(review.page, by=by, expect=expect, seen=seen, **form.terms)
    except PublishError as error:
        changed = expect != review.digest
        if repeated := review.repeated(shown, form.terms["at"], changed=changed):
            return _twice(repeated) + " The draft has changed since then." * changed
        form.add_error(None, CHANGED if changed else str(error))
        return ""
    known = (review.standing.current, review.standing.scheduled)
    return _twice(edition) if edition in known else _news(edition)


def _news(edition: Edition) -> str:
    if edition.published_at > clock.now():
        moment = in_words(edition.published_at)
        return format_html("Edition {} is scheduled for {}.", edition.number, moment)
    link = format_html('<a href="{}">{}</a>', edition.get_absolute_url(), edition.title)
    return format_html("Edition {} published: {}.", edition.number, link)


def _twice(edition: Edition) -> str:
    """Of what was there already: a second click, or the same text from somebody else."""
    begun = "in force since" if edition.published_at <= clock.now() else "scheduled for"
    by = f", published by {edition.by}" if edition.by else ""
    return (
        f"Edition {edition.number} says exactly this: it is {begun}"
        f" {in_words(edition.published_at)}{by}. No second one was made."
    )


def _unscheduled(request: HttpRequest, edition: Edition) -> None:
    try:
        publishing.unschedule(edition, by=editor(request))
    except PublishError as error:
        messages.error(request, str(error))
        return
    messages.success(
        request, f"The schedule of edition {edition.number} is cancelled. The log keeps its text."
    )


def _withdrawn(request: HttpRequest, page: Page, form: ReasonForm) -> bool:
    try:
        publishing.withdraw(page, by=editor(request), **form.cleaned_data)
    except PublishError as error:
        form.add_error(None, str(error))
        return False
    messages.success(request, f"{page.title} is withdrawn.")
    return True


def _linking(page: Page) -> list[Edition]:
    """The editions in force of other pages that name this one."""
    links = Link.objects.filter(in_force(clock.now(), "edition__"), target=page)
    editions = Edition.objects.filter(pk__in=links.values("edition")).exclude(page=page)
    return list(editions.order_by("title", "id").defer("document"))
