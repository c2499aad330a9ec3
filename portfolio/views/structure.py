"""Pages of portfolios, programmes and objectives: lists, one with the roll-up of its projects, create, edit, archive."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.access import may, require
from core.errors import ActionError
from core.lists import Column, Empty, Register, title_cell
from core.views.editing import answer_form, typed
from core.views.history import answer_history
from portfolio.access import portfolio_for, programme_for
from portfolio.actions import structure as actions
from portfolio.filters.structure import ObjectiveFilters, PortfolioFilters, ProgrammeFilters
from portfolio.forms.structure import ObjectiveForm, PortfolioForm, ProgrammeForm
from portfolio.models import Objective, Portfolio, Programme, Project
from portfolio.models.visibility import nested_in, scopes_of
from portfolio.views.projects import hidden_words

DETAIL = "portfolio/structure/structure_detail.html"
FORM = "portfolio/structure/structure_form.html"


def seen_projects(user: Any, lookup: str) -> Count:
    """How many of a row's projects, not archived, the person may see."""
    return Count("projects", filter=Q(projects__in=Project.objects.visible_to(user).active().values("pk")), distinct=True)


@dataclass(frozen=True)
class RollUp:
    """The projects of a portfolio, programme or objective that the reader may see, and a word about the others."""

    count: int
    lines: list[dict[str, Any]]
    ratings: list[dict[str, Any]]
    projects: list[Project]
    hidden: str
    url: str


def roll_up(user: Any, inside: Q, query: str) -> RollUp:
    """Count, sums per currency, ratings and the first projects that fit `inside`. Four queries."""
    seen = Project.objects.visible_to(user).active().filter(inside)
    lines = list(
        seen.order_by()
        .values("currency")
        .annotate(count=Count("pk"), budget=Sum("budget"), forecast=Sum("forecast"), spend=Sum("spend"))
        .order_by("-count")
    )
    ratings = list(seen.order_by().values("current_update__overall").annotate(count=Count("pk")).order_by("-count"))
    url = f"{reverse('portfolio:project-list')}?{query}"
    return RollUp(
        count=sum(line["count"] for line in lines),
        lines=lines,
        ratings=[{"value": row["current_update__overall"] or "", "count": row["count"]} for row in ratings],
        projects=list(seen.select_related("manager", "current_update", "current_assurance").order_by("reference")[:50]),
        hidden=hidden_words(Project.objects.active().filter(inside), user),
        url=url,
    )


# Portfolios


def portfolio_url(portfolio: Portfolio) -> str:
    """The page of a portfolio."""
    return reverse("portfolio:portfolio-detail", args=[portfolio.reference])


PORTFOLIOS = Register(
    name="portfolio:portfolio-list",
    title=gettext_lazy("Portfolios"),
    file_name="portfolios",
    rows=lambda user: Portfolio.objects.visible_to(user).select_related("parent", "owner").annotate(project_count=seen_projects(user, "portfolio")),
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
    ],
)  # fmt: skip


def portfolio_list(request: HttpRequest) -> HttpResponseBase:
    """All portfolios that the reader may see."""
    return PORTFOLIOS.answer(
        request, primary=adding(request, "portfolio.manage", "portfolio:portfolio-create", _("Add portfolio")), no_as_of=True
    )


def adding(request: HttpRequest, action: str, name: str, label: str) -> dict[str, Any] | None:
    """The primary action of a list, for those who may."""
    return {"label": label, "url": reverse(name)} if may(request.user, action) else None


def portfolio_detail(request: HttpRequest, reference: str) -> HttpResponse:
    """A portfolio, what lies inside it, and the roll-up of its projects."""
    portfolio = portfolio_for(request.user, reference)
    inside = nested_in(portfolio)
    children = Portfolio.objects.visible_to(request.user).active().filter(parent=portfolio)
    programmes = Programme.objects.visible_to(request.user).active().filter(portfolio=portfolio)
    scopes = scopes_of(request.user)
    context = {
        "it": portfolio,
        "facts": [
            {"label": _("Owner"), "value": portfolio.owner},
            {"label": _("Part of"), "value": portfolio.parent, "url": portfolio.parent and portfolio_url(portfolio.parent)},
        ],
        "parts": [
            {"title": _("Portfolios inside"), "rows": [(row, portfolio_url(row)) for row in children]},
            {"title": _("Programmes"), "rows": [(row, programme_url(row)) for row in programmes]},
        ],
        "roll_up": roll_up(
            request.user, Q(portfolio__in=inside) | Q(programme__portfolio__in=inside), f"portfolio={portfolio.pk}"
        ),
        "noun": "portfolio",
        "may_edit": may(request.user, "portfolio.manage") or portfolio.pk in scopes.ids("portfolios", "portfolio.manage"),
        "may_see_history": may(request.user, "history.view") or portfolio.pk in scopes.ids("portfolios", "history.view"),
    }
    return detail(request, context, portfolio.name, "portfolio")


def detail(request: HttpRequest, context: dict[str, Any], title: str, noun: str) -> HttpResponse:
    """The page of one portfolio, programme or objective."""
    it = context["it"]
    key = getattr(it, "reference", it.pk)
    context |= {
        "page_title": title,
        "no_as_of": True,
        "list_url": reverse(f"portfolio:{noun}-list"),
        "edit_url": reverse(f"portfolio:{noun}-edit", args=[key]),
        "history_url": reverse(f"portfolio:{noun}-history", args=[key]),
        "archive_url": reverse(f"portfolio:{noun}-archive", args=[key]) if hasattr(it, "archived_at") else "",
    }
    return render(request, DETAIL, context)


def portfolio_create(request: HttpRequest) -> HttpResponse:
    """Add a portfolio."""
    require(request.user, "portfolio.manage")
    return creating(
        request, PortfolioForm, actions.create_portfolio, portfolio_url, _("Add portfolio"), "portfolio:portfolio-list"
    )


def creating(request: HttpRequest, form: Any, act: Any, url: Any, title: str, back: str) -> HttpResponse:
    """The page that adds a row of the structure."""
    return answer_form(
        request,
        form(request.POST or None, user=request.user),
        lambda valid: act(values=valid.values()),
        done=url,
        template=FORM,
        context={"page_title": title, "cancel_url": reverse(back), "submit": title},
        said=_("%(it)s was added."),
    )


def editing(request: HttpRequest, it: Any, form: Any, act: Any, url: Any) -> HttpResponse:
    """The page that changes a row of the structure."""

    def remake(current: Any) -> Any:
        return form(instance=current, user=request.user)

    return answer_form(
        request,
        form(typed(request, lambda: remake(it)), instance=it, user=request.user),
        lambda valid: act(it, changes=valid.values(), version=valid.cleaned_data["version"] or 0),
        done=url,
        template=FORM,
        context={"page_title": _("Edit %(it)s") % {"it": it}, "cancel_url": url(it)},
        said=_("Your changes were saved."),
        remake=remake,
    )


def archiving(request: HttpRequest, it: Any, url: str) -> HttpResponse:
    """Archive a portfolio or programme, or bring it back."""
    archived = it.archived_at is None
    try:
        actions.archive_structure(it, archived=archived, at=timezone.now())
    except ActionError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, (_("%(it)s was archived.") if archived else _("%(it)s is back.")) % {"it": it})
    return redirect(url)


def portfolio_edit(request: HttpRequest, reference: str) -> HttpResponse:
    """Change a portfolio."""
    portfolio = portfolio_for(request.user, reference, "portfolio.manage")
    return editing(request, portfolio, PortfolioForm, actions.edit_portfolio, portfolio_url)


@require_POST
def portfolio_archive(request: HttpRequest, reference: str) -> HttpResponse:
    """Archive a portfolio, or bring it back."""
    portfolio = portfolio_for(request.user, reference, "portfolio.manage")
    return archiving(request, portfolio, portfolio_url(portfolio))


def portfolio_history(request: HttpRequest, reference: str) -> HttpResponseBase:
    """What was changed in a portfolio, by whom."""
    portfolio = portfolio_for(request.user, reference, "history.view")
    return answer_history(request, portfolio, [(Portfolio, {"pgh_obj_id": portfolio.pk})], back=portfolio_url(portfolio))


# Programmes


def programme_url(programme: Programme) -> str:
    """The page of a programme."""
    return reverse("portfolio:programme-detail", args=[programme.reference])


PROGRAMMES = Register(
    name="portfolio:programme-list",
    title=gettext_lazy("Programmes"),
    file_name="programmes",
    rows=lambda user: Programme.objects.visible_to(user).select_related("portfolio", "manager", "sponsor").annotate(project_count=seen_projects(user, "programme")),
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
    ],
)  # fmt: skip


def programme_list(request: HttpRequest) -> HttpResponseBase:
    """All programmes that the reader may see."""
    return PROGRAMMES.answer(
        request, primary=adding(request, "portfolio.manage", "portfolio:programme-create", _("Add programme")), no_as_of=True
    )


def programme_detail(request: HttpRequest, reference: str) -> HttpResponse:
    """A programme and the roll-up of its projects."""
    programme = programme_for(request.user, reference)
    scopes = scopes_of(request.user)

    def held(action: str) -> bool:
        on = programme.pk in scopes.ids("programmes", action) or programme.portfolio_id in scopes.ids("portfolios", action)
        return may(request.user, action) or on

    context = {
        "it": programme,
        "facts": [
            {"label": _("Programme manager"), "value": programme.manager},
            {"label": _("Sponsor"), "value": programme.sponsor},
            {
                "label": _("Portfolio"),
                "value": programme.portfolio,
                "url": programme.portfolio and portfolio_url(programme.portfolio),
            },
        ],
        "roll_up": roll_up(request.user, Q(programme=programme), f"programme={programme.pk}"),
        "noun": "programme",
        "may_edit": held("portfolio.manage"),
        "may_see_history": held("history.view"),
    }
    return detail(request, context, programme.name, "programme")


def programme_create(request: HttpRequest) -> HttpResponse:
    """Add a programme."""
    require(request.user, "portfolio.manage")
    return creating(
        request, ProgrammeForm, actions.create_programme, programme_url, _("Add programme"), "portfolio:programme-list"
    )


def programme_edit(request: HttpRequest, reference: str) -> HttpResponse:
    """Change a programme."""
    programme = programme_for(request.user, reference, "portfolio.manage")
    return editing(request, programme, ProgrammeForm, actions.edit_programme, programme_url)


@require_POST
def programme_archive(request: HttpRequest, reference: str) -> HttpResponse:
    """Archive a programme, or bring it back."""
    programme = programme_for(request.user, reference, "portfolio.manage")
    return archiving(request, programme, programme_url(programme))


def programme_history(request: HttpRequest, reference: str) -> HttpResponseBase:
    """What was changed in a programme, by whom."""
    programme = programme_for(request.user, reference, "history.view")
    return answer_history(request, programme, [(Programme, {"pgh_obj_id": programme.pk})], back=programme_url(programme))


# Objectives


def objective_url(objective: Objective) -> str:
    """The page of an objective."""
    return reverse("portfolio:objective-detail", args=[objective.pk])


def seen_objectives(user: Any) -> "QuerySet[Objective]":
    """All objectives: the whole organisation may know them; counted are projects that the reader may see."""
    visible = Project.objects.visible_to(user).active().values("pk")
    return Objective.objects.select_related("parent").annotate(
        project_count=Count("project_links", filter=Q(project_links__project__in=visible), distinct=True)
    )


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


def objective_list(request: HttpRequest) -> HttpResponseBase:
    """All objectives."""
    return OBJECTIVES.answer(
        request, primary=adding(request, "objective.manage", "portfolio:objective-create", _("Add objective")), no_as_of=True
    )


def objective_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """An objective and the roll-up of the projects that serve it."""
    objective = get_object_or_404(Objective.objects.select_related("parent"), pk=pk)
    context = {
        "it": objective,
        "facts": [
            {"label": _("Part of"), "value": objective.parent, "url": objective.parent and objective_url(objective.parent)},
            {"label": _("In use"), "value": _("Yes") if objective.is_active else _("No")},
        ],
        "parts": [{"title": _("Objectives inside"), "rows": [(row, objective_url(row)) for row in objective.children.all()]}],
        "roll_up": roll_up(request.user, Q(pk__in=objective.project_links.values("project")), f"objective={objective.pk}"),
        "noun": "objective",
        "may_edit": may(request.user, "objective.manage"),
        "may_see_history": may(request.user, "history.view"),
    }
    return detail(request, context, objective.name, "objective")


def objective_create(request: HttpRequest) -> HttpResponse:
    """Add an objective."""
    require(request.user, "objective.manage")
    return creating(
        request, ObjectiveForm, actions.create_objective, objective_url, _("Add objective"), "portfolio:objective-list"
    )


def objective_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change an objective."""
    require(request.user, "objective.manage")
    return editing(request, get_object_or_404(Objective, pk=pk), ObjectiveForm, actions.edit_objective, objective_url)


def objective_history(request: HttpRequest, pk: int) -> HttpResponseBase:
    """What was changed in an objective, by whom."""
    require(request.user, "history.view")
    objective = get_object_or_404(Objective, pk=pk)
    return answer_history(request, objective, [(Objective, {"pgh_obj_id": pk})], back=objective_url(objective))
