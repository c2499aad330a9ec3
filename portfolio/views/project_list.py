"""The list of all projects that the reader may see: its columns, its file, and what totals leave unnamed."""

from collections.abc import Callable
from typing import Any

from django.db.models import Count, F, Func, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.access import may
from core import money
from core.columns import Cell, Column, severity, title_cell
from core.lists import Bulk, Empty, Register
from core.templatetags import pmo
from portfolio.access import may_create_project
from portfolio.filters.projects import ProjectFilters, is_stale, stale_limits
from portfolio.formulas.discretion import FEWEST
from portfolio.formulas.milestones import slip_of
from portfolio.models import CustomField, Project
from portfolio.models.structure import Phase
from portfolio.views.projects import project_url


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
