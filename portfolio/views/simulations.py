"""Simulations of exposure: ask for one, one's own list, wait, read the result."""

from typing import Any

import django_filters as filters
from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from core.columns import Column, title_cell
from core.exports import export_names, export_response, form_of
from core.lists import Empty, Register
from core.views.editing import answer_form, whole_number
from portfolio.access import simulation_for
from portfolio.actions.simulations import ask_simulation, currencies_of
from portfolio.forms.simulations import SimulationForm
from portfolio.models import Portfolio, Programme, Project, Simulation
from portfolio.simulations import EVERYTHING, UNSEEN, Reading, curve_columns, curve_rows, risk_columns, scope_url, scope_words
from portfolio.views.risk_map import tabs_of

ROWS_SHOWN = 20
STATES = {"waiting": "queued", "running": "running", "done": "finished", "failed": "failed"}


class SimulationFilters(filters.FilterSet):
    """Filters of one's own simulations."""

    q = filters.CharFilter(label=gettext_lazy("Search"), method="search")
    state = filters.ChoiceFilter(label=gettext_lazy("State"), choices=Simulation.State.choices)

    class Meta:
        model = Simulation
        fields: list[str] = []

    def search(self, rows: "QuerySet[Simulation]", name: str, value: str) -> "QuerySet[Simulation]":
        """By the scope's name or reference, if it is still to be seen."""
        words = {"project__title", "project__reference", "programme__name", "programme__reference"}
        words |= {"portfolio__name", "portfolio__reference"}
        found = Q(pk__in=[])
        for word in words:
            found |= Q(**{f"{word}__icontains": value.strip()})
        return rows.filter(found, is_seen=True)


def simulation_url(row: Simulation) -> str:
    """The page of a simulation."""
    return reverse("portfolio:simulation-detail", args=[row.pk])


def rows(user: Any) -> "QuerySet[Simulation]":
    """One's own, without what they found (that is large), and whether the scope is still to be seen."""
    seen = Q(project=None, programme=None, portfolio=None)
    for model in (Project, Programme, Portfolio):
        seen |= Q(**{f"{model._meta.model_name}__in": model.objects.visible_to(user).values("pk")})
    found = Simulation.objects.filter(asked_by=user).defer("result").select_related("portfolio", "programme", "project")
    return found.annotate(is_seen=ExpressionWrapper(seen, output_field=BooleanField()))


def name_of(row: Any) -> str:
    """What a row of the list is about."""
    if row.scope is None:
        return str(EVERYTHING)
    return str(row.scope) if row.is_seen else str(UNSEEN)


SIMULATIONS = Register(
    name="portfolio:simulation-list",
    title=gettext_lazy("My simulations"),
    file_name="simulations",
    rows=rows,
    filters=SimulationFilters,
    link=simulation_url,
    order="-asked",
    empty=Empty(
        gettext_lazy("No simulation yet"),
        gettext_lazy("A simulation draws what all open risks may cost together, and says how much contingency is enough."),
        "chart-spline",
    ),
    columns=[
        Column("scope", gettext_lazy("Of"), name_of, draw=lambda row: title_cell(simulation_url(row), name_of(row))),
        Column("state", gettext_lazy("State"), lambda row: row.get_state_display(), "choice", order="state"),
        Column("currency", gettext_lazy("Currency"), "currency", order="currency"),
        Column("confidence", gettext_lazy("Confidence, %"), "confidence", "number", order="confidence"),
        Column("draws", gettext_lazy("Draws"), "draws", "number", order="draws"),
        Column("seed", gettext_lazy("Seed"), "seed", "id", shown=False),
        Column("asked", gettext_lazy("Asked"), "asked_at", "moment", order="asked_at"),
        Column("failure", gettext_lazy("Why it failed"), "failure", "long", shown=False),
    ],
)


@require_safe
def simulation_list(request: HttpRequest) -> HttpResponseBase:
    """One's own simulations."""
    primary = {"label": _("Simulate"), "url": reverse("portfolio:simulation-create"), "icon": "dices"}
    return SIMULATIONS.answer(request, no_as_of=True, primary=primary, tabs=tabs_of("portfolio:simulation-list"))


@require_http_methods(["GET", "HEAD", "POST"])
def simulation_create(request: HttpRequest) -> HttpResponse:
    """Ask for a simulation; `?scope=PRJ-0042` fills the form in, `?like=7` as another one was asked for."""
    currencies = currencies_of(request.user)
    form = SimulationForm(request.POST or None, user=request.user, currencies=currencies, initial=_initial(request, currencies))
    return answer_form(
        request,
        form,
        lambda valid: ask_simulation(**valid.cleaned_data, by=request.user, at=timezone.now()),
        done=simulation_url,
        template="portfolio/simulations/simulation_form.html",
        context={
            "page_title": _("Simulate the exposure"),
            "submit": _("Simulate"),
            "cancel_url": reverse("portfolio:simulation-list"),
            "nothing": not currencies,
            "no_as_of": True,
        },
    )


def _initial(request: HttpRequest, currencies: list[str]) -> dict[str, Any]:
    """What the form starts with."""
    found: dict[str, Any] = {"scope": request.GET.get("scope", "")[:300]}
    if like := whole_number(request.GET.get("like")):
        row = simulation_for(request.user, like)
        scope = row.scope
        found |= {name: getattr(row, name) for name in ("currency", "draws", "seed")}
        found |= {"confidence": f"{row.confidence.normalize():f}", "scope": scope.reference if scope else ""}
    elif request.GET.get("currency") in currencies:
        found["currency"] = request.GET["currency"]
    elif found["scope"]:
        for model in (Project, Programme, Portfolio):
            scope = model.objects.visible_to(request.user).filter(reference=found["scope"]).first()
            if getattr(scope, "currency", "") in currencies:
                found["currency"] = scope.currency
    return found


@require_safe
def simulation_detail(request: HttpRequest, pk: int) -> HttpResponseBase:
    """How far it is, why it failed, or what it found, also as a file."""
    row = simulation_for(request.user, pk)
    context: dict[str, Any] = {"it": row, "no_as_of": True, "again_url": f"{reverse('portfolio:simulation-create')}?like={pk}"}
    if row.state != Simulation.State.DONE:
        context |= {"page_title": _("Simulation"), "scope": scope_words(row, request.user)}
        return render(request, "portfolio/simulations/simulation_wait.html", context)
    reading = Reading(row, request.user)
    if asked := request.GET.get("export"):
        if asked.startswith("curve"):
            return export_response(curve_columns(), curve_rows(reading), name=f"curve-{pk}", form=form_of(asked))
        return export_response(
            risk_columns(reading.confidence), reading.risks, name=f"simulated-risks-{pk}", form=form_of(asked)
        )
    context |= {
        "page_title": reading.scope,
        "reading": reading,
        "finding": reading.finding(),
        "scope_url": scope_url(row.scope) if row.scope and reading.scope == str(row.scope) else "",
        "tiles": reading.tiles(),
        "checks": reading.checks(),
        "percentiles": reading.percentile_rows(),
        "curve": reading.curve(),
        "histogram": reading.histogram(),
        "tornado": reading.tornado(),
        "risks": reading.risks[:ROWS_SHOWN],
        "more": max(len(reading.risks) - ROWS_SHOWN, 0),
        "left_out": reading.left_out_words(),
        "exports": [
            (label, f"?export={name}")
            for stem, words in (("risks", _("Risks")), ("curve", _("Curve")))
            for form, name in export_names(stem)
            for label in [f"{words}, {form.upper()}"]
        ],
    }
    return render(request, "portfolio/simulations/simulation_detail.html", context)


@require_safe
def simulation_progress(request: HttpRequest, pk: int) -> JsonResponse:
    """How far it is, for the page that waits (static/js/progress.js)."""
    row = simulation_for(request.user, pk)
    message = row.failure or (_("Waiting for a worker") if row.state == Simulation.State.WAITING else _("Drawing"))
    answer: dict[str, Any] = {
        "state": STATES[row.state],
        "message": message,
        "redirect": simulation_url(row) if row.is_over else "",
    }
    if row.state == Simulation.State.RUNNING:
        answer |= {"done": row.progress, "total": 100}
    return JsonResponse(answer)
