"""What waits for editors: the sections of the desk's front page, a list of each, and confirm."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from concepts import desk, wanted, work
from concepts.admin.base import editor, messages_of
from concepts.admin.history import own_path, seen
from concepts.admin.terms import LineForm
from concepts.admin.verbs import RIGHT, VerbViews
from concepts.desk import readiness
from concepts.models import Page
from concepts.parts import KINDS

SHOWN = 6
"""How many items of a section stand on the front page."""

PER_PAGE = 50


@dataclass
class Viewer:
    """Somebody who may see pages of these kinds."""

    kinds: list[str]

    @cached_property
    def marks(self) -> work.Marks:
        """The open marks of all pages, looked up once for several sections."""
        return readiness.marks()


@dataclass(frozen=True)
class Section:
    """One list: `items` asks for it; `nothing` is said where it is empty."""

    name: str
    title: str
    nothing: str
    items: Callable[[Viewer], list[Any]]

    @property
    def template(self) -> str:
        """What shows one of its items."""
        return f"admin/waiting/_{self.name}.html"


SECTIONS = [
    Section(
        "ready",
        "Ready to be published",
        "No draft is marked as ready.",
        lambda viewer: work.ready(viewer.kinds, viewer.marks),
    ),
    Section(
        "drafts",
        "Drafts that differ from what is published",
        "No draft differs from what is published.",
        lambda viewer: work.drafts(viewer.kinds, viewer.marks),
    ),
    Section(
        "new",
        "Never published",
        "Every page has been published.",
        lambda viewer: work.never_published(viewer.kinds, viewer.marks),
    ),
    Section(
        "scheduled",
        "Scheduled",
        "No edition is scheduled.",
        lambda viewer: work.scheduled(viewer.kinds),
    ),
    Section(
        "due",
        "Due for review",
        f"No review is due within {work.SOON.days} days.",
        lambda viewer: work.due(viewer.kinds),
    ),
    Section(
        "stale",
        "Built on what changed its meaning",
        "No page is built on one whose meaning changed since.",
        lambda viewer: work.stale(viewer.kinds),
    ),
    Section(
        "broken",
        "Links that lead nowhere",
        "Every link between pages leads somewhere.",
        lambda viewer: work.broken(viewer.kinds),
    ),
    Section(
        "sources",
        "Sources that changed since they were published",
        "Every page shows its sources as they are.",
        lambda viewer: work.outdated(viewer.kinds),
    ),
    Section(
        "wanted",
        "Comparisons that readers asked for",
        "No reader asked for a comparison that is not there.",
        lambda viewer: wanted.wanted(viewer.kinds),
    ),
]


@dataclass(frozen=True)
class Listed:
    """A section with what is in it."""

    section: Section
    items: list[Any]

    @property
    def shown(self) -> list[Any]:
        """What stands of it on the front page."""
        return self.items[:SHOWN]


def _viewer(request: HttpRequest) -> Viewer:
    user = request.user
    may = [kind for kind in KINDS if user.has_perm(f"concepts.change_{kind}")]
    return Viewer([kind for kind in KINDS if kind in may or user.has_perm(f"concepts.view_{kind}")])


def front(request: HttpRequest) -> dict[str, Any]:
    """What the front page shows to somebody: sections with items, and what is said of the rest."""
    viewer = _viewer(request)
    listed = [Listed(section, section.items(viewer)) for section in SECTIONS if viewer.kinds]
    return {
        "listed": [each for each in listed if each.items],
        "nothing": [each.section.nothing for each in listed if not each.items],
        "may_publish": request.user.has_perm(RIGHT),
        "may_compare": request.user.has_perm("concepts.add_distinction"),
    }


@require_safe
def work_list(request: HttpRequest, section: str) -> HttpResponse:
    """One section whole, with what differs where a meaning changed."""
    viewer = _viewer(request)
    if not viewer.kinds:
        raise PermissionDenied
    found = next((each for each in SECTIONS if each.name == section), None)
    if found is None:
        raise Http404
    part = Paginator(found.items(viewer), PER_PAGE).get_page(request.GET.get("p"))
    items = list(part)
    context = {
        **admin.site.each_context(request),
        "title": found.title,
        "section": found,
        "part": part,
        "items": work.with_differences(items) if section == "stale" else items,
        "may_publish": request.user.has_perm(RIGHT),
        "may_compare": request.user.has_perm("concepts.add_distinction"),
    }
    return TemplateResponse(request, "admin/waiting/list.html", context)


class ConfirmViews(VerbViews):
    """Adds to the admin of a kind of page that somebody says: it still holds."""

    def get_urls(self) -> list[Any]:
        return [own_path(self, "confirm", "confirm", self.confirm_view), *super().get_urls()]

    def confirm_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Show what changed on the pages that this one is built on; on POST, confirm just that."""
        page = seen(self, request, object_id)
        may_change = self.has_change_permission(request, page)
        if request.method == "POST" and not may_change:
            raise PermissionDenied
        form = LineForm(request.POST or None)
        if request.method == "POST" and form.is_valid() and _confirmed(request, page, form):
            return self.back(page)
        [stale] = work.with_differences([work.stale_page(page)])
        return self.answer(
            request,
            "confirm",
            page,
            f"Does {page.title} still hold?",
            verb="It still holds",
            form=form,
            stale=stale,
            may_change=may_change,
        )


def _confirmed(request: HttpRequest, page: Page, form: LineForm) -> bool:
    """Whether it is; if not, the form says why."""
    note, seen_names = form.cleaned_data["note"], request.POST.get("seen", "").split()
    try:
        work.confirm(page, by=editor(request), note=note, seen=seen_names)
    except work.WorkError as error:
        form.add_error(None, str(error))
        return False
    except desk.DeskError as error:
        form.add_error(None, messages_of(error))
        return False
    messages.success(request, f"{page.title} is confirmed.")
    return True
