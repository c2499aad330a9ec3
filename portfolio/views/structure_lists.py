"""The lists of portfolios, programmes and objectives."""

from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy

from core.columns import Column, title_cell
from core.lists import Empty, Register
from portfolio.filters.structure import ObjectiveFilters, PortfolioFilters, ProgrammeFilters
from portfolio.models import Objective, Portfolio, Programme, Project


def seen_projects(user: Any) -> Count:
    """How many of a row's projects, not archived, the person may see."""
    return Count("projects", filter=Q(projects__in=Project.objects.visible_to(user).active().values("pk")), distinct=True)


def portfolio_url(portfolio: Portfolio) -> str:
    """The page of a portfolio."""
    return reverse("portfolio:portfolio-detail", args=[portfolio.reference])


def programme_url(programme: Programme) -> str:
    """The page of a programme."""
    return reverse("portfolio:programme-detail", args=[programme.reference])


def objective_url(objective: Objective) -> str:
    """The page of an objective."""
    return reverse("portfolio:objective-detail", args=[objective.pk])


def seen_objectives(user: Any) -> "QuerySet[Objective]":
    """All objectives: the whole organisation may know them; counted are projects that the reader may see."""
    visible = Project.objects.visible_to(user).active().values("pk")
    return Objective.objects.select_related("parent").annotate(
        project_count=Count("project_links", filter=Q(project_links__project__in=visible), distinct=True)
    )


PORTFOLIOS = Register(
    name="portfolio:portfolio-list",
    title=gettext_lazy("Portfolios"),
    file_name="portfolios",
    rows=lambda user: Portfolio.objects.visible_to(user).select_related("parent", "owner").annotate(project_count=seen_projects(user)),
    filters=PortfolioFilters,
    link=portfolio_url,
    order="name",
    empty=Empty(gettext_lazy("No portfolios yet"), gettext_lazy("A portfolio groups programmes and projects. Portfolios can lie inside each other."), "briefcase"),
    columns=[
        Column("name", gettext_lazy("Portfolio"), "name", draw=lambda row: title_cell(portfolio_url(row), row.name, row.reference), order="name"),
        Column("reference", gettext_lazy("Reference"), "reference", "id", order="reference", shown=False),
        Column("parent", gettext_lazy("Part of"), "parent", order="parent__name"),
        Column("owner", gettext_lazy("Owner"), "owner", order="owner__name"),
        Column("projects", gettext_lazy("Projects"), "project_count", "number", order="project_count"),
        Column("changed", gettext_lazy("Changed"), "updated_at", "moment", order="updated_at", shown=False),
        Column("description", gettext_lazy("Description"), "description", "long", shown=False),
    ],
)  # fmt: skip

PROGRAMMES = Register(
    name="portfolio:programme-list",
    title=gettext_lazy("Programmes"),
    file_name="programmes",
    rows=lambda user: Programme.objects.visible_to(user).select_related("portfolio", "manager", "sponsor").annotate(project_count=seen_projects(user)),
    filters=ProgrammeFilters,
    link=programme_url,
    order="name",
    empty=Empty(gettext_lazy("No programmes yet"), gettext_lazy("A programme coordinates related projects to deliver outcomes and benefits."), "layers"),
    columns=[
        Column("name", gettext_lazy("Programme"), "name", draw=lambda row: title_cell(programme_url(row), row.name, row.reference), order="name"),
        Column("reference", gettext_lazy("Reference"), "reference", "id", order="reference", shown=False),
        Column("portfolio", gettext_lazy("Portfolio"), "portfolio", order="portfolio__name"),
        Column("manager", gettext_lazy("Manager"), "manager", order="manager__name"),
        Column("sponsor", gettext_lazy("Sponsor"), "sponsor", order="sponsor__name"),
        Column("projects", gettext_lazy("Projects"), "project_count", "number", order="project_count"),
        Column("changed", gettext_lazy("Changed"), "updated_at", "moment", order="updated_at", shown=False),
        Column("description", gettext_lazy("Description"), "description", "long", shown=False),
    ],
)  # fmt: skip

OBJECTIVES = Register(
    name="portfolio:objective-list",
    title=gettext_lazy("Objectives"),
    file_name="objectives",
    rows=seen_objectives,
    filters=ObjectiveFilters,
    link=objective_url,
    order="name",
    empty=Empty(gettext_lazy("No objectives yet"), gettext_lazy("The strategic objectives of the organisation: projects say which they serve, and how much."), "target"),
    columns=[
        Column("name", gettext_lazy("Objective"), "name", draw=lambda row: title_cell(objective_url(row), row.name), order="name"),
        Column("parent", gettext_lazy("Part of"), "parent", order="parent__name"),
        Column("is_active", gettext_lazy("In use"), "is_active", "boolean", order="is_active"),
        Column("projects", gettext_lazy("Projects"), "project_count", "number", order="project_count"),
        Column("description", gettext_lazy("Description"), "description", "long", shown=False),
    ],
)  # fmt: skip
