"""Pages of projects: the list, one project and its tabs, create, edit, archive, confide, compare."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, F, Func, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from accounts.access import may
from accounts.roles import ACTION_WORDS
from core import money
from core.errors import ActionError
from core.lists import Bulk, Cell, Column, Empty, Register, severity, title_cell
from core.prepared import Prepared, PreparedObjects
from core.templatetags import pmo
from core.views.conversation import talk_of
from core.views.editing import answer_form, typed
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
from portfolio.filters.projects import ProjectFilters, is_stale, stale_limits
from portfolio.forms.projects import ConfideForm, ProjectForm
from portfolio.formulas.discretion import FEWEST
from portfolio.formulas.milestones import slip_of
from portfolio.models import (
    CustomField,
    ExternalIdentifier,
    Milestone,
    Project,
    ProjectObjective,
)
from portfolio.models.asof import moment_of, read_day, trend_points
from portfolio.models.structure import Phase
from portfolio.models.visibility import readers_of
from portfolio.tabs import additions_of
from portfolio.trail import project_trail
from portfolio.views.standing import ratings_of
from portfolio.views.status_reading import trend_of
from portfolio.wording import as_of_problem


def project_url(project: Project) -> str:
    """The page of a project."""
    return reverse("portfolio:project-detail", args=[project.reference])


# The list


def rows(user: Any) -> "QuerySet[Project]":
    """Projects the person may see. Each column names what it reads and joins."""
    return Project.objects.visible_to(user)


def draw_title(project: Project) -> Cell:
    sub = project.reference if not project.is_confidential else f"{project.reference} · {_('Confidential')}"
    return title_cell(f"{project.reference}/", project.title, sub)


def declared(project: Project) -> str:
    return project.current_update.overall if project.current_update else ""


def late_words() -> Callable[[Project], str]:
    """What says that the rating of a running project is out of date, or was never given. One query for the thresholds."""
    limits = stale_limits()

    def words(project: Project) -> str:
        if not is_stale(project, limits):
            return ""
        return _("out of date") if project.current_update_id else _("never reported")

    return words


def expected_finish(project: Project) -> Any:
    return project.actual_finish_on or project.forecast_finish_on


EXPECTED_FINISH = Coalesce("actual_finish_on", "forecast_finish_on")
"""The same as SQL: a list is sorted by what its cells show."""


def finish_writer() -> Callable[[Project], Cell]:
    """Draws the day on which a project ended or is to end, and how far that is from the plan. Files hold the forecast alone, so
    that it comes back as one."""
    return Column("", "", expected_finish, "date", note=slip_words).writer()


def slip_words(project: Project) -> str:
    slip = slip_of(project.planned_finish_on, expected_finish(project))
    return _("%(days)s d") % {"days": pmo.signed(slip)} if slip else ""


def over_words(project: Project) -> str:
    """How far the forecast is over (or under) the budget."""
    if not project.budget or project.forecast is None or project.budget == project.forecast:
        return ""
    return f"{pmo.signed(round((project.forecast - project.budget) / project.budget * 100, 1))}%"


PHASES = dict(Phase.choices)


FILED = [
    Column("purpose", gettext_lazy("Purpose"), "purpose", "long", reads=("purpose",)),
    Column("description", gettext_lazy("Description"), "description", "long", reads=("description",)),
    Column("benefits_summary", gettext_lazy("Benefits summary"), "benefits_summary", "long", reads=("benefits_summary",)),
    Column("year_label", gettext_lazy("Financial year"), "year_label", reads=("year_label",)),
    Column("year_budget", gettext_lazy("Budget, financial year"), "year_budget", "money", reads=("year_budget",)),
    Column("year_forecast", gettext_lazy("Forecast, financial year"), "year_forecast", "money", reads=("year_forecast",)),
    Column("is_confidential", gettext_lazy("Confidential"), "is_confidential", "boolean", reads=("is_confidential",)),
]  # fmt: skip


def filed(rows: "QuerySet[Project]") -> list[Column]:
    """What the file of all projects holds besides the page's columns: texts, and each further field but those that keep what an
    import could not read. Two queries."""
    keys = set(rows.order_by().annotate(one=Func(F("custom"), function="jsonb_object_keys")).values_list("one", flat=True))
    further = CustomField.objects.filter(key__in=keys).exclude(key__endswith="-as-given").values_list("key", "label", "kind")
    return FILED + [Column(key, label, further_value(key), kind, reads=("custom",)) for key, label, kind in further]


def further_value(key: str) -> Callable[[Project], Any]:
    """Reads a further field of a project."""
    return lambda project: project.custom.get(key)


PROJECTS = Register(
    name="portfolio:project-list",
    title=gettext_lazy("Projects"),
    file_name="projects",
    rows=rows,
    filters=ProjectFilters,
    link=project_url,
    order="reference",
    filed=filed,
    totals=("budget", "forecast", "spend"),
    empty=Empty(
        gettext_lazy("No projects yet"),
        gettext_lazy("Every project of the portfolio is listed here. Add one, or import the list that you have."),
        icon="folder-kanban",
    ),
    columns=[
        Column("title", gettext_lazy("Project"), "title", draw=draw_title, order="title", reads=("title", "reference", "is_confidential")),
        Column("reference", gettext_lazy("Reference"), "reference", "id", order="reference", shown=False, reads=("reference",)),
        Column("rating", gettext_lazy("Declared"), declared, "rag", order=severity("current_update__overall"), join="current_update", notes=late_words, reads=("current_update__overall", "current_update__effective_at", "phase", "tier", "archived_at")),
        Column("computed", gettext_lazy("Computed"), "current_update.computed_overall", "rag", order=severity("current_update__computed_overall"), join="current_update", reads=("current_update__computed_overall",)),
        Column("assurance", gettext_lazy("Assured"), "current_assurance.rating", "rag", order=severity("current_assurance__rating"), join="current_assurance", reads=("current_assurance__rating",)),
        Column("phase", gettext_lazy("Phase"), lambda p: PHASES[p.phase], "choice", order="phase", reads=("phase",)),
        Column("tier", gettext_lazy("Tier"), "tier", "number", order="tier", shown=False, reads=("tier",)),
        Column("manager", gettext_lazy("Manager"), "manager", order="manager__name", join="manager", reads=("manager__name", "manager__email")),
        Column("sponsor", gettext_lazy("Sponsor"), "sponsor", order="sponsor__name", shown=False, join="sponsor", reads=("sponsor__name", "sponsor__email")),
        Column("unit", gettext_lazy("Unit"), "unit", order="unit__name", shown=False, join="unit", reads=("unit__name",)),
        Column("portfolio", gettext_lazy("Portfolio"), "portfolio", order="portfolio__name", shown=False, join="portfolio", reads=("portfolio__name",)),
        Column("programme", gettext_lazy("Programme"), "programme", order="programme__name", shown=False, join="programme", reads=("programme__name",)),
        Column("category", gettext_lazy("Category"), "category", order="category", shown=False, reads=("category",)),
        Column("tags", gettext_lazy("Tags"), "tags", "list", shown=False, reads=("tags",)),
        Column("planned_start_on", gettext_lazy("Planned start"), "planned_start_on", "date", order="planned_start_on", shown=False, reads=("planned_start_on",)),
        Column("planned_finish_on", gettext_lazy("Planned finish"), "planned_finish_on", "date", order="planned_finish_on", shown=False, reads=("planned_finish_on",)),
        Column("finish", gettext_lazy("Forecast finish"), "forecast_finish_on", "date", draws=finish_writer, order=EXPECTED_FINISH, reads=("planned_finish_on", "forecast_finish_on", "actual_finish_on")),
        Column("forecast_start_on", gettext_lazy("Forecast start"), "forecast_start_on", "date", order="forecast_start_on", shown=False, reads=("forecast_start_on",)),
        Column("actual_start_on", gettext_lazy("Actual start"), "actual_start_on", "date", order="actual_start_on", shown=False, reads=("actual_start_on",)),
        Column("actual_finish_on", gettext_lazy("Actual finish"), "actual_finish_on", "date", order="actual_finish_on", shown=False, reads=("actual_finish_on",)),
        Column("budget", gettext_lazy("Budget"), "budget", "money", order="budget", reads=("budget", "currency")),
        Column("forecast", gettext_lazy("Forecast"), "forecast", "money", note=over_words, order="forecast", reads=("budget", "forecast", "currency")),
        Column("spend", gettext_lazy("Spend to date"), "spend", "money", order="spend", shown=False, reads=("spend", "currency")),
        Column("contingency", gettext_lazy("Contingency"), "contingency", "money", order="contingency", shown=False, reads=("contingency", "currency")),
        Column("benefits", gettext_lazy("Planned benefits, whole life"), "benefits", "money", order="benefits", shown=False, reads=("benefits", "currency")),
        Column("currency", gettext_lazy("Currency"), "currency", order="currency", shown=False, reads=("currency",)),
        Column("updated", gettext_lazy("Last update"), "current_update.effective_at", "date", order="current_update__effective_at", join="current_update", reads=("current_update__effective_at",)),
        Column("changed", gettext_lazy("Changed"), "updated_at", "moment", order="updated_at", shown=False, reads=("updated_at",)),
    ],
    bulk=[
        Bulk("compare", gettext_lazy("Compare"), "columns-2", "portfolio:project-compare"),
        Bulk("tag", gettext_lazy("Add a tag"), "tag", "portfolio:project-bulk"),
        Bulk("archive", gettext_lazy("Archive"), "archive", "portfolio:project-bulk"),
    ],
)  # fmt: skip


WHEN_SEEN = gettext_lazy(
    "A project appears here once you manage or sponsor it, are named on its team, or have a role that sees it."
)


def project_list(request: HttpRequest) -> HttpResponseBase:
    """All projects that the reader may see."""
    primary = (
        {"label": _("Add project"), "url": reverse("portfolio:project-create")} if may_create_project(request.user) else None
    )
    hidden = "" if request.GET else hidden_words(Project.objects.active(), request.user)
    second = {"label": _("Import a file"), "url": reverse("core:import-list")} if may(request.user, "import.run") else None
    unseen = {} if primary else {"empty_title": _("No project that you may see"), "empty_text": WHEN_SEEN}
    return PROJECTS.answer(request, primary=primary, second=second, hidden=hidden, no_as_of=True, **unseen)


def hidden_words(projects: Any, user: Any) -> str:
    """What totals leave unnamed: "and 4 confidential projects, £3.1m". Empty when there are none. One query.

    Amounts stand where FEWEST of them or more state one: a sum of one would tell that project's budget.
    """
    lines = list(
        projects.hidden_in_totals(user)
        .order_by()
        .values("currency")
        .annotate(count=Count("pk"), stated=Count("budget"), budget=Sum("budget"))
    )
    count = sum(line["count"] for line in lines)
    if not count:
        return ""
    amounts = ", ".join(
        money.short(line["budget"], line["currency"]) for line in lines if line["budget"] and line["stated"] >= FEWEST
    )
    words = ngettext("and %(count)d confidential project", "and %(count)d confidential projects", count) % {"count": count}
    return f"{words}, {amounts}" if amounts else words


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
    context = {
        "project": shown or project,
        "unknown_then": shown is None,
        "as_of": day if at is not None else None,
        "as_of_problem": as_of_problem(request.GET.get("as_of", ""), timezone.localdate()),
        "actions": actions if at is None else actions & {"project.view", "status.view", "history.view"},
        "ratings": ratings_of(shown, today=day if at is not None else timezone.localdate()) if shown else [],
        "tabs": tabs_of(project, tab, actions, request.GET.get("as_of") if at is not None else None),
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


def tabs_of(project: Project, active: str, actions: frozenset[str], as_of: str | None = None) -> list[dict[str, Any]]:
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
    try:
        act()
    except ActionError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, said)
    return redirect(page_after(request, project, back))


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
