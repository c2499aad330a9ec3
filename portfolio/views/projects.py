"""Pages of one project: its tabs, create, edit, archive, confide."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.roles import ACTION_WORDS
from core.prepared import Prepared, PreparedObjects
from core.views.conversation import talk_of
from core.views.editing import answer_button, answer_form, typed
from core.views.history import answer_history
from portfolio.access import ON_A_PROJECT, check_move, grounds, may_create_project, project_actions, project_for
from portfolio.actions.projects import (
    archive_project,
    confide_project,
    create_project,
    edit_project,
    unarchive_project,
)
from portfolio.as_of import project_at
from portfolio.forms.projects import ConfideForm, ProjectForm
from portfolio.formulas.milestones import slip_of
from portfolio.models import (
    CustomField,
    ExternalIdentifier,
    Milestone,
    Project,
    ProjectObjective,
)
from portfolio.models.asof import moment_of, read_day, trend_points
from portfolio.models.visibility import readers_of
from portfolio.tabs import additions_of
from portfolio.trail import project_trail
from portfolio.views.standing import ratings_of
from portfolio.views.status_reading import trend_of
from portfolio.wording import as_of_problem


def project_url(project: Project) -> str:
    """The page of a project."""
    return reverse("portfolio:project-detail", args=[project.reference])


# One project


def project_page(
    request: HttpRequest, reference: str, tab: str, action: str = "project.view"
) -> tuple[Project, dict[str, Any]]:
    """The project and what every tab of its page shows: head, ratings, tabs, the reader's actions, the as-of date."""
    project = project_for(request.user, reference, action)
    actions = project_actions(request.user, project)
    day = read_day(request.GET.get("as_of", ""))
    at = moment_of(day)
    shown = project if at is None else project_at(project, at)
    as_of = request.GET.get("as_of", "") if at is not None else ""
    today = day if at is not None else timezone.localdate()
    context = {
        "project": shown or project,
        "unknown_then": shown is None,
        "as_of": day if at is not None else None,
        "as_of_problem": as_of_problem(request.GET.get("as_of", ""), timezone.localdate()),
        "actions": actions if at is None else actions & {"project.view", "status.view", "history.view"},
        "ratings": ratings_of(shown, today=today, as_of=as_of) if shown else [],
        "tabs": tabs_of(project, tab, actions, as_of),
        "menu_items": menu_of(project, actions) if at is None else [],
        "page_title": project.title,
    }
    return project, context


TABS = [
    ("overview", gettext_lazy("Overview"), "portfolio:project-detail", "project.view"),
    ("updates", gettext_lazy("Status updates"), "portfolio:project-updates", "status.view"),
    ("milestones", gettext_lazy("Milestones"), "portfolio:project-milestones", "project.view"),
    ("registers", gettext_lazy("Registers"), "portfolio:project-registers", "project.view"),
    ("members", gettext_lazy("Team"), "portfolio:project-members", "project.view"),
    ("talk", gettext_lazy("Files and comments"), "portfolio:project-talk", "project.view"),
    ("history", gettext_lazy("History"), "portfolio:project-history", "history.view"),
    ("access", gettext_lazy("Why can I see this?"), "portfolio:project-access", "project.view"),
]
"""The tabs of a project: key, label, URL name, what the reader must be allowed to do."""
ADDED_AFTER = 5
"""So many of them stand before those that upper rooms add (`portfolio/tabs.py`)."""


def tabs_of(project: Project, active: str, actions: frozenset[str], as_of: str = "") -> list[dict[str, Any]]:
    """The tabs that this reader may use; a tab of a room that is not there yet is left out."""
    found = []
    added = [(one.key, one.label, one.url_name, one.action) for one in additions_of(project, actions)]
    for key, label, name, action in [*TABS[:ADDED_AFTER], *added, *TABS[ADDED_AFTER:]]:
        if action not in actions:
            continue
        try:
            url = reverse(name, args=[project.reference])
        except NoReverseMatch:
            continue
        found.append({"label": label, "url": f"{url}?as_of={as_of}" if as_of else url, "active": key == active})
    return found


def menu_of(project: Project, actions: frozenset[str]) -> list[dict[str, Any]]:
    """What the `…` menu of a project offers this reader."""
    items: list[dict[str, Any]] = []

    def add(action: str, label: str, name: str, icon: str, **more: Any) -> None:
        if action in actions:
            items.append({"label": label, "url": reverse(name, args=[project.reference]), "icon": icon, **more})

    if project.archived_at is None:
        add("project.edit", _("Objectives and identifiers"), "portfolio:project-links", "link")
        if project.is_confidential:
            add("project.confide", _("Open to everyone with a role"), "portfolio:project-confide", "lock-open")
        else:
            add("project.confide", _("Make confidential"), "portfolio:project-confide", "lock")
        add(
            "project.archive", _("Archive"), "portfolio:project-archive", "archive", method="post",
            confirm=_("Archive %(project)s? It leaves all lists and totals. Nothing is deleted, and you can bring it back.")
            % {"project": project},
        )  # fmt: skip
    else:
        add("project.archive", _("Bring back"), "portfolio:project-unarchive", "archive-restore", method="post")
    items.append({
        "label": _("Compare with others"),
        "url": f"{reverse('portfolio:project-compare')}?pk={project.pk}",
        "icon": "columns-2",
    })  # fmt: skip
    return items


LINKS = PreparedObjects(
    lambda project: ProjectObjective.objects.filter(project=project).select_related("objective"), project=int
)
IDENTIFIERS = Prepared(
    lambda project: ExternalIdentifier.objects.filter(project=project).values_list("system", "value"), project=int
)
AHEAD = Prepared(
    lambda project: Milestone.objects.filter(project=project, actual_on=None).values_list(
        "title", Coalesce("forecast_on", "planned_on")
    )[:5],
    project=int,
)


def project_detail(request: HttpRequest, reference: str) -> HttpResponse:
    """The overview of one project, today or as of a day."""
    project, context = project_page(request, reference, "overview")
    shown = context["project"]
    labels = dict(CustomField.objects.filter(key__in=shown.custom).values_list("key", "label")) if shown.custom else {}
    sees_status = "status.view" in context["actions"]
    context |= {
        "trend": trend_of(trend_points(project, moment_of(context["as_of"])) if sees_status else []),
        "objective_links": LINKS(project=project.pk),
        "identifiers": IDENTIFIERS(project=project.pk),
        "custom_facts": [{"label": labels.get(key, key), "value": value} for key, value in (shown.custom or {}).items()],
        "next_milestones": AHEAD(project=project.pk) if context["as_of"] is None else [],
        "slip": slip_of(shown.planned_finish_on, shown.actual_finish_on or shown.forecast_finish_on),
        "panels": panels_of(project, context["actions"]) if context["as_of"] is None else [],
    }
    return render(request, "portfolio/projects/project_detail.html", context)


def panels_of(project: Project, actions: frozenset[str]) -> list[dict[str, Any]]:
    """The panels that the page loads each by its address: the registers, and what upper rooms add to the overview."""
    registers = {"label": _("Registers"), "url": reverse("portfolio:project-registers-panel", args=[project.reference])}
    return [registers] + [
        {"label": one.label, "url": reverse(one.panel_url_name, args=[project.reference])}
        for one in additions_of(project, actions)
        if one.panel_url_name
    ]


def project_talk(request: HttpRequest, reference: str) -> HttpResponse:
    """Files and comments of a project."""
    project, context = project_page(request, reference, "talk")
    context |= talk_of(request, "project", project, context["actions"], open_=project.archived_at is None)
    return render(request, "portfolio/projects/project_talk.html", context | {"no_as_of": True})


def project_access(request: HttpRequest, reference: str) -> HttpResponse:
    """Why the reader sees the project, and what they may do."""
    project, context = project_page(request, reference, "access")
    context |= {
        "grounds": grounds(request.user, project),
        "action_words": [(action, ACTION_WORDS[action]) for action in ACTION_WORDS if action in ON_A_PROJECT],
        "no_as_of": True,
    }
    return render(request, "portfolio/projects/project_access.html", context)


def project_history(request: HttpRequest, reference: str) -> HttpResponseBase:
    """Everything that was changed on the project and its parts, also as a file."""
    project, context = project_page(request, reference, "history", "history.view")
    return answer_history(
        request,
        project,
        project_trail(request.user, project, context["actions"]),
        back=project_url(project),
        template="portfolio/projects/project_history.html",
        context=context,
    )


# Create and edit


def project_create(request: HttpRequest) -> HttpResponse:
    """Add a project."""
    if not may_create_project(request.user):
        raise PermissionDenied
    form = ProjectForm(request.POST or None, user=request.user)
    return answer_form(
        request,
        form,
        lambda valid: create_project(values=valid.values()),
        done=project_url,
        template="portfolio/projects/project_form.html",
        context={"page_title": _("Add project"), "cancel_url": reverse("portfolio:project-list"), "submit": _("Add project")},
        said=_("%(it)s was added."),
    )


def project_edit(request: HttpRequest, reference: str) -> HttpResponse:
    """Change a project. Two people who save at once are shown both versions."""
    project = project_for(request.user, reference, "project.edit")

    def remake(current: Project) -> ProjectForm:
        return ProjectForm(instance=current, user=request.user)

    def act(valid: ProjectForm) -> Project:
        check_move(request.user, project, valid.values())
        return edit_project(project, changes=valid.values(), version=valid.cleaned_data["version"] or 0)

    form = ProjectForm(typed(request, lambda: remake(project)), instance=project, user=request.user)
    return answer_form(
        request,
        form,
        act,
        done=lambda changed: page_after(request, changed),
        template="portfolio/projects/project_form.html",
        context={
            "page_title": _("Edit %(project)s") % {"project": project},
            "cancel_url": project_url(project),
            "project": project,
        },
        said=_("Your changes were saved."),
        remake=remake,
    )


@require_POST
def project_archive(request: HttpRequest, reference: str) -> HttpResponse:
    """Archive a project."""
    project = project_for(request.user, reference, "project.archive")
    return said_or_refused(
        request,
        project,
        lambda: archive_project(project, at=timezone.now()),
        _("%(project)s was archived.") % {"project": project},
    )


@require_POST
def project_unarchive(request: HttpRequest, reference: str) -> HttpResponse:
    """Bring an archived project back."""
    project = project_for(request.user, reference, "project.archive")
    return said_or_refused(
        request, project, lambda: unarchive_project(project), _("%(project)s is back.") % {"project": project}
    )


def said_or_refused(request: HttpRequest, project: Project, act: Any, said: str, *, back: str = "") -> HttpResponse:
    """Do one thing, say so or why not, and go back to the project (or to `back`)."""
    return answer_button(request, act, back=lambda: page_after(request, project, back), said=said)


def page_after(request: HttpRequest, project: Project, back: str = "") -> str:
    """The page of the project (or `back`); the list, with a word why, for who has just given up seeing the project."""
    if readers_of(project).filter(pk=request.user.pk).exists():
        return back or project_url(project)
    messages.info(request, _("You do not see it any more: you are no longer named on it."))
    return reverse("portfolio:project-list")


def project_confide(request: HttpRequest, reference: str) -> HttpResponse:
    """Make a project confidential, or open again."""
    project = project_for(request.user, reference, "project.confide")
    confidential = not project.is_confidential
    form = ConfideForm(request.POST or None) if confidential or request.method == "GET" else ConfideForm(request.POST)

    return answer_form(
        request,
        form,
        lambda valid: confide_project(
            project, confidential=confidential, by=request.user, stay_named=valid.cleaned_data["stay_named"]
        ),
        done=lambda changed: page_after(request, changed),
        template="portfolio/projects/project_confide.html",
        context={
            "project": project,
            "confidential": confidential,
            "page_title": project.title,
            "cancel_url": project_url(project),
        },
        said=_("%(it)s is confidential now.") if confidential else _("%(it)s is open now."),
    )
