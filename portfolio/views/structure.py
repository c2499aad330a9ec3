"""Pages of portfolios, programmes and objectives: one shape for the three of them, with the roll-up of their projects."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, Sum
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.access import may, require
from core.lists import Register
from core.views.conversation import talk_of
from core.views.editing import answer_button, answer_form, typed
from core.views.history import answer_history
from portfolio.access import objective_for, portfolio_for, programme_for, structure_actions
from portfolio.actions.structure import archive_structure, create_structure, edit_structure
from portfolio.forms.structure import ObjectiveForm, PortfolioForm, ProgrammeForm
from portfolio.models import Objective, Portfolio, Programme, Project
from portfolio.models.visibility import nested_in
from portfolio.trail import structure_trail
from portfolio.views.project_list import hidden_words
from portfolio.views.project_registers import own_registers
from portfolio.views.structure_lists import (
    OBJECTIVES,
    PORTFOLIOS,
    PROGRAMMES,
    objective_url,
    portfolio_url,
    programme_url,
)

FORM = "portfolio/structure/structure_form.html"

RAG_ORDER = ["red", "amber", "green", "blue", "grey", ""]


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
    ratings = {
        row["current_update__overall"] or "": row["count"]
        for row in seen.order_by().values("current_update__overall").annotate(count=Count("pk"))
    }
    url = f"{reverse('portfolio:project-list')}?{query}"
    return RollUp(
        count=sum(line["count"] for line in lines),
        lines=lines,
        ratings=[{"value": value, "count": ratings[value]} for value in sorted(ratings, key=RAG_ORDER.index)],
        projects=list(seen.select_related("manager", "current_update", "current_assurance").order_by("reference")[:50]),
        hidden=hidden_words(Project.objects.active().filter(inside), user),
        url=url,
    )


def _of_portfolio(user: Any, it: Portfolio) -> dict[str, Any]:
    """What lies in a portfolio."""
    inside = nested_in(it)
    children = Portfolio.objects.visible_to(user).active().filter(parent=it)
    programmes = Programme.objects.visible_to(user).active().filter(portfolio=it)
    return {
        "facts": [
            {"label": _("Owner"), "value": it.owner},
            {"label": _("Part of"), "value": it.parent, "url": it.parent and portfolio_url(it.parent)},
        ],
        "parts": [
            {"title": _("Portfolios inside"), "rows": [(row, portfolio_url(row)) for row in children]},
            {"title": _("Programmes"), "rows": [(row, programme_url(row)) for row in programmes]},
        ],
        "roll_up": roll_up(user, Q(portfolio__in=inside) | Q(programme__portfolio__in=inside), f"portfolio={it.pk}"),
    }


def _of_programme(user: Any, it: Programme) -> dict[str, Any]:
    """What lies in a programme."""
    return {
        "facts": [
            {"label": _("Programme manager"), "value": it.manager},
            {"label": _("Sponsor"), "value": it.sponsor},
            {"label": _("Portfolio"), "value": it.portfolio, "url": it.portfolio and portfolio_url(it.portfolio)},
        ],
        "roll_up": roll_up(user, Q(programme=it), f"programme={it.pk}"),
    }


def _of_objective(user: Any, it: Objective) -> dict[str, Any]:
    """What serves an objective."""
    return {
        "facts": [
            {"label": _("Part of"), "value": it.parent, "url": it.parent and objective_url(it.parent)},
            {"label": _("In use"), "value": _("Yes") if it.is_active else _("No")},
        ],
        "parts": [{"title": _("Objectives inside"), "rows": [(row, objective_url(row)) for row in it.children.all()]}],
        "roll_up": roll_up(user, Q(pk__in=it.project_links.values("project")), f"objective={it.pk}"),
    }


@dataclass(frozen=True)
class Shape:
    """What differs between the three. `find(user, key, action)` is the room's door; `told(user, it)` the page's own part."""

    noun: str
    model: Any
    find: Callable[..., Any]
    manage: str
    form: Any
    register: Register
    url: Callable[[Any], str]
    told: Callable[[Any, Any], dict[str, Any]]
    add: Any

    def found(self, request: HttpRequest, key: dict[str, Any], *action: str) -> Any:
        """The object that the address names, or 404 / 403."""
        return self.find(request.user, *key.values(), *action)


SHAPES = {
    shape.noun: shape
    for shape in (
        Shape(
            "portfolio", Portfolio, portfolio_for, "portfolio.manage", PortfolioForm, PORTFOLIOS, portfolio_url, _of_portfolio,
            gettext_lazy("Add portfolio"),
        ),
        Shape(
            "programme", Programme, programme_for, "portfolio.manage", ProgrammeForm, PROGRAMMES, programme_url, _of_programme,
            gettext_lazy("Add programme"),
        ),
        Shape(
            "objective", Objective, objective_for, "objective.manage", ObjectiveForm, OBJECTIVES, objective_url, _of_objective,
            gettext_lazy("Add objective"),
        ),
    )
}  # fmt: skip


def structure_list(request: HttpRequest, noun: str) -> HttpResponseBase:
    """All portfolios, programmes or objectives that the reader may see."""
    shape = SHAPES[noun]
    primary = {"label": shape.add, "url": reverse(f"portfolio:{noun}-create")} if may(request.user, shape.manage) else None
    load = None
    if primary and may(request.user, "import.run"):
        load = {"label": _("Import"), "url": f"{reverse('core:import-list')}?target={noun}s", "icon": "upload"}
    return shape.register.answer(request, primary=primary, second=load, menu_items=[load] if load else [], no_as_of=True)


def structure_detail(request: HttpRequest, noun: str, **key: Any) -> HttpResponse:
    """A portfolio, programme or objective: what lies inside it, the roll-up of its projects, files and comments."""
    shape = SHAPES[noun]
    it = shape.found(request, key)
    actions = structure_actions(request.user, it)
    talks = hasattr(it, "archived_at")
    context = {
        "it": it,
        "noun": noun,
        "page_title": it.name,
        "no_as_of": True,
        "may_edit": shape.manage in actions,
        "may_see_history": "history.view" in actions,
        "list_url": reverse(f"portfolio:{noun}-list"),
        "edit_url": reverse(f"portfolio:{noun}-edit", kwargs=key),
        "history_url": reverse(f"portfolio:{noun}-history", kwargs=key),
        "archive_url": reverse(f"portfolio:{noun}-archive", kwargs=key) if talks else "",
    }
    if talks:
        context |= own_registers(request.user, it)
        context |= talk_of(request, noun, it, actions, open_=it.archived_at is None)
    return render(request, "portfolio/structure/structure_detail.html", context | shape.told(request.user, it))


def crumbs(noun: str, it: Any = None) -> list[dict[str, Any]]:
    """The list, and the page of what is changed."""
    shape = SHAPES[noun]
    above = [{"label": shape.register.title, "url": reverse(f"portfolio:{noun}-list")}]
    return [*above, {"label": str(it), "url": shape.url(it)}] if it else above


def structure_create(request: HttpRequest, noun: str) -> HttpResponse:
    """Add a portfolio, programme or objective."""
    shape = SHAPES[noun]
    require(request.user, shape.manage)
    return answer_form(
        request,
        shape.form(request.POST or None, user=request.user),
        lambda valid: create_structure(shape.model, values=valid.values()),
        done=shape.url,
        template=FORM,
        context={
            "page_title": shape.add,
            "cancel_url": reverse(f"portfolio:{noun}-list"),
            "submit": shape.add,
            "crumbs": crumbs(noun),
        },
        said=_("%(it)s was added."),
    )


def structure_edit(request: HttpRequest, noun: str, **key: Any) -> HttpResponse:
    """Change a portfolio, programme or objective. Two people who save at once are shown both versions."""
    shape = SHAPES[noun]
    it = shape.found(request, key, shape.manage)

    def remake(current: Any) -> Any:
        return shape.form(instance=current, user=request.user)

    return answer_form(
        request,
        shape.form(typed(request, lambda: remake(it)), instance=it, user=request.user),
        lambda valid: edit_structure(it, changes=valid.values(), version=valid.cleaned_data["version"] or 0),
        done=shape.url,
        template=FORM,
        context={"page_title": _("Edit %(it)s") % {"it": it}, "cancel_url": shape.url(it), "crumbs": crumbs(noun, it)},
        said=_("Your changes were saved."),
        remake=remake,
    )


@require_POST
def structure_archive(request: HttpRequest, noun: str, **key: Any) -> HttpResponse:
    """Archive a portfolio or programme, or bring it back."""
    shape = SHAPES[noun]
    it = shape.found(request, key, shape.manage)
    archived = it.archived_at is None
    return answer_button(
        request,
        lambda: archive_structure(it, archived=archived, at=timezone.now()),
        back=shape.url(it),
        said=(_("%(it)s was archived.") if archived else _("%(it)s is back.")) % {"it": it},
    )


def structure_history(request: HttpRequest, noun: str, **key: Any) -> HttpResponseBase:
    """What was changed in a portfolio, programme or objective, by whom."""
    shape = SHAPES[noun]
    it = shape.found(request, key, "history.view")
    return answer_history(request, it, structure_trail(it), back=shape.url(it))
