"""Simulations of exposure: asked for by a person, made by a worker, who claims them and can be killed at any moment.

The risks are those that the asker sees when the worker reads them; they are kept in the result with everything that was drawn
from, so that every figure can be explained and made again (same risks, seed, draws, version of numpy: same figures).
"""

import secrets
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import numpy as np
from django.db import transaction
from django.db.models import Count, F, Q, Sum
from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import ActionError
from core.jobs import soon
from core.locks import held
from portfolio.actions.risks import current_scale
from portfolio.formulas.simulation import (
    DRAWS,
    FEWEST_DRAWS,
    LEAST_CONFIDENCE,
    MOST_CONFIDENCE,
    MOST_DRAWS,
    MOST_SEED,
    Exposure,
    Peril,
    simulate_exposure,
)
from portfolio.models import Entry, Portfolio, Programme, Project, SharedImpact, Simulation
from portfolio.models.risk_figures import projects_in, risks_in, risks_of
from portfolio.models.risks import Sign

TASK = "portfolio.simulate"
MOST_WORK = 3_000_000_000
"""Risks × draws of one simulation: some 20 seconds of a worker."""
MOST_AT_ONCE = 3
"""Unfinished simulations of one person."""
TRIES = 3
"""How often a worker may die of one simulation."""

Scope = Portfolio | Programme | Project | None


@dataclass(frozen=True)
class Gathered:
    """The risks of a scope that can be drawn, as the result keeps them, and what was left out.

    An input: id, reference, title, sign, probability (0-100), low, likely, high, group, project (of a share, else ""). Amounts
    and probability are text. `left_out`: open ones by why (currency, unquantified), and how many are closed.
    """

    inputs: list[dict[str, Any]]
    left_out: dict[str, int]


def entries_in(scope: Scope, user: Any) -> Any:
    """The risks of a scope and of all that lies in it, as the person sees them; a project's own, without those that it shares."""
    return risks_of(user, Q(project=scope)) if isinstance(scope, Project) else risks_in(user, scope)


def seen_projects_in(scope: Scope, user: Any) -> Any:
    """The projects of a scope that the person sees, archived ones left out."""
    return Project.objects.visible_to(user).active().filter(projects_in(scope))


def currencies_of(user: Any) -> list[str]:
    """The currencies of open risks that the person sees and that state an amount, the commonest first. One query."""
    rows = Entry.objects.visible_to(user).open().filter(kind="risk").exclude(risk__impact_likely=None)
    found = rows.order_by().values("currency").annotate(count=Count("pk")).order_by("-count", "currency")
    return [row["currency"] for row in found]


def gather(scope: Scope, *, user: Any, currency: str) -> Gathered:
    """The risks to draw. Some six queries at any size.

    A risk of the scope costs its own amounts; without own amounts, or when it belongs above the scope, what the projects that
    share it state, which then happen together.
    """
    scale = current_scale()
    inside = entries_in(scope, user)
    risks = {
        entry.pk: entry
        for entry in inside.filter(is_open=True, currency=currency)
        .select_related("risk")
        .only("reference", "title", "kind", *(f"risk__{name}" for name in READ))
        .order_by("pk")
    }
    shares: dict[int, list[SharedImpact]] = {}
    seen = Entry.objects.visible_to(user).filter(kind="risk", is_open=True, currency=currency)
    bare = [pk for pk, entry in risks.items() if entry.risk.impact_likely is None]
    here = SharedImpact.objects.filter(entry__in=seen).exclude(impact_likely=None)
    here = here.filter(
        Q(entry__in=bare, project__in=Project.objects.visible_to(user))
        | (Q(project__in=seen_projects_in(scope, user)) & ~Q(entry__in=list(risks)))
    )
    for share in here.select_related("entry__risk", "project").order_by("entry_id", "project__reference"):
        shares.setdefault(share.entry_id, []).append(share)
    inputs, unquantified = [], 0
    for pk, entry in sorted((risks | {pk: parts[0].entry for pk, parts in shares.items()}).items()):
        probability = entry.risk.probability
        if probability is None:
            probability = scale.middle(entry.risk.current_likelihood)
        found = shares.get(pk) or [entry.risk]
        if probability is None or found[0].impact_likely is None:
            unquantified += 1
            continue
        inputs += [_input(entry, part, probability, len(found)) for part in found]
    counts = inside.aggregate(
        closed=Count("pk", filter=Q(is_open=False)), currency=Count("pk", filter=Q(is_open=True) & ~Q(currency=currency))
    )
    return Gathered(inputs, counts | {"unquantified": unquantified})


READ = ("sign", "probability", "current_likelihood", "impact_low", "impact_likely", "impact_high", "correlation_group")


def _input(entry: Entry, part: Any, probability: Decimal, count: int) -> dict[str, Any]:
    """One line to draw: a risk, or what it means for one project that shares it."""
    likely: Decimal = part.impact_likely
    group = entry.risk.correlation_group.strip()
    return {
        "id": entry.pk,
        "reference": entry.reference,
        "title": entry.title,
        "project": part.project.reference if isinstance(part, SharedImpact) else "",
        "sign": entry.risk.sign,
        "probability": str(probability),
        "low": str(likely if part.impact_low is None else part.impact_low),
        "likely": str(likely),
        "high": str(likely if part.impact_high is None else part.impact_high),
        "group": group or (entry.reference if count > 1 else ""),
    }


def perils_of(inputs: list[dict[str, Any]]) -> list[Peril]:
    """What the formula draws from the lines of a result. Groups are the same whatever their capitals."""
    return [
        Peril(
            Decimal(line["probability"]) / 100,
            Decimal(line["low"]),
            Decimal(line["likely"]),
            Decimal(line["high"]),
            is_opportunity=line["sign"] == Sign.OPPORTUNITY,
            group=line["group"].casefold(),
        )
        for line in inputs
    ]


def contingency_of(scope: Scope, *, user: Any, currency: str) -> dict[str, Any]:
    """The contingency in store of the scope's projects that the person sees, in the currency; None where none states one."""
    found = seen_projects_in(scope, user).filter(currency=currency).order_by()
    sums = found.aggregate(
        amount=Sum("contingency"), stated=Count("pk", filter=Q(contingency__isnull=False)), projects=Count("pk")
    )
    return sums | {"amount": None if sums["amount"] is None else str(sums["amount"])}


@transaction.atomic
def ask_simulation(
    *,
    scope: Scope,
    currency: str,
    by: Any,
    at: datetime,
    draws: int = DRAWS,
    confidence: Decimal | int = 80,
    seed: int | None = None,
) -> Simulation:
    """Ask a worker for a simulation; without a seed a random one is kept. The scope is one that the person sees.

    Raises ActionError (by field) for figures out of range, nothing to draw, too much to draw, or too many unfinished ones.
    """
    words = {"least": f"{FEWEST_DRAWS:,}", "most": f"{MOST_DRAWS:,}"}
    if not FEWEST_DRAWS <= draws <= MOST_DRAWS:
        raise ActionError(_("Draw %(least)s to %(most)s times.") % words, field="draws")
    if not LEAST_CONFIDENCE <= confidence <= MOST_CONFIDENCE:
        words = {"least": str(LEAST_CONFIDENCE), "most": str(MOST_CONFIDENCE)}
        raise ActionError(_("A confidence is %(least)s to %(most)s%%.") % words, field="confidence")
    if seed is not None and not 0 <= seed <= MOST_SEED:
        raise ActionError(_("A seed is a whole number from 0 to %(most)s.") % {"most": MOST_SEED}, field="seed")
    User.objects.select_for_update(no_key=True).get(pk=by.pk)  # two clicks at one moment count one after the other
    if Simulation.objects.filter(asked_by=by).exclude(state__in=("done", "failed")).count() >= MOST_AT_ONCE:
        raise ActionError(_("Wait until one of your simulations is done: three of them are being made."))
    _check_size(gather(scope, user=by, currency=currency).inputs, draws, currency)
    made = Simulation(
        currency=currency,
        seed=secrets.randbelow(2**32) if seed is None else seed,
        draws=draws,
        confidence=confidence,
        asked_by=by,
        asked_at=at,
    )
    if scope is not None:
        setattr(made, type(scope)._meta.model_name or "", scope)
    made.save()
    soon(TASK, made.pk)
    return made


def _check_size(inputs: list[dict[str, Any]], draws: int, currency: str) -> None:
    """Raise ActionError where there is nothing to draw, or too much."""
    if not inputs:
        message = _("None of the open risks that you see here has a probability and an amount in %(currency)s.")
        raise ActionError(message % {"currency": currency}, field="currency")
    if len(inputs) * draws > MOST_WORK:
        words = {"risks": f"{len(inputs):,}", "most": f"{MOST_WORK // len(inputs) // 1000 * 1000:,}"}
        raise ActionError(_("With %(risks)s risks, draw at most %(most)s times.") % words, field="draws")


def run_simulation(*, simulation_id: int, clock: Callable[[], datetime]) -> bool:
    """Make a simulation that waits, or that a killed worker left; whether there was anything to do. Twice makes it once."""
    with held("simulation", simulation_id) as alone:
        if not alone:
            return False
        row = Simulation.objects.select_related("asked_by", "portfolio", "programme", "project").get(pk=simulation_id)
        if row.is_over:
            return False
        if row.tries >= TRIES:
            _end(row, clock(), state=Simulation.State.FAILED, failure=_("Its worker was stopped three times while making it."))
            return True
        claimed = Simulation.objects.filter(pk=row.pk, state=row.state, claim=row.claim)
        claim = uuid.uuid4()
        taken = {
            "state": Simulation.State.RUNNING,
            "claim": claim,
            "claimed_at": clock(),
            "progress": 0,
            "tries": F("tries") + 1,
        }
        if claimed.update(**taken) != 1:
            return False
        row.claim, row.state = claim, Simulation.State.RUNNING
        try:
            result = _result(row, at=clock())
        except ActionError as refused:
            _end(row, clock(), state=Simulation.State.FAILED, failure=str(refused)[:300])
        else:
            _end(row, clock(), state=Simulation.State.DONE, result=result, progress=100)
        return True


def fail_simulation(*, simulation_id: int, at: datetime) -> None:
    """Record that it broke in a way nobody foresaw."""
    failure = _("Something unforeseen went wrong. Ask again; if it happens again, tell the portfolio office.")
    unfinished = Simulation.objects.filter(pk=simulation_id).exclude(state__in=("done", "failed"))
    unfinished.update(state=Simulation.State.FAILED, failure=failure, finished_at=at)


def _end(row: Simulation, at: datetime, **values: Any) -> None:
    """The end, unless somebody else has claimed it."""
    Simulation.objects.filter(pk=row.pk, claim=row.claim, state=row.state).update(finished_at=at, **values)


def _result(row: Simulation, *, at: datetime) -> dict[str, Any]:
    """Read the risks with the asker's rights of now, draw, and write everything down. Raises ActionError."""
    scope, user = row.scope, row.asked_by
    if not user.is_active or (scope is not None and not type(scope).objects.visible_to(user).filter(pk=scope.pk).exists()):
        raise ActionError(_("You may not see what it is about any more."))
    found = gather(scope, user=user, currency=row.currency)
    _check_size(found.inputs, row.draws, row.currency)
    contingency = contingency_of(scope, user=user, currency=row.currency)
    in_store = None if contingency["amount"] is None else Decimal(contingency["amount"])
    told = 0

    def tell(done: int, total: int) -> None:
        nonlocal told
        part = done * 100 // total
        if part >= told + 5:
            told = part
            Simulation.objects.filter(pk=row.pk, claim=row.claim, state=row.state).update(progress=min(part, 99))

    exposure = simulate_exposure(
        perils_of(found.inputs),
        seed=row.seed,
        draws=row.draws,
        confidence=row.confidence,
        contingency=in_store,
        progress=tell,
    )
    return {
        "as_at": at.isoformat(),
        "numpy": np.__version__,
        "left_out": found.left_out,
        "contingency": contingency,
        "figures": figures_of(exposure),
        "risks": [
            line | {name: str(getattr(part, name)) for name in PARTS}
            for line, part in zip(found.inputs, exposure.parts, strict=True)
        ],
    }


PARTS = ("mean", "share", "contribution", "without", "certain")
PLAIN = ("mean", "deviation", "standard_error", "exact_mean", "exact_deviation", "chance_of_nothing", "needed")


def figures_of(exposure: Exposure) -> dict[str, Any]:
    """The figures as JSON: decimals as text."""
    percentiles = [
        {
            "percent": f"{one.percent.normalize():f}",
            "value": str(one.value),
            "low": str(one.low),
            "high": str(one.high),
        }
        for one in exposure.percentiles
    ]
    return {name: str(getattr(exposure, name)) for name in PLAIN} | {
        "covered": None if exposure.covered is None else str(exposure.covered),
        "covered_error": None if exposure.covered_error is None else str(exposure.covered_error),
        "percentiles": percentiles,
        "curve": [[step, str(value)] for step, value in exposure.curve],
        "bins": [[str(start), str(end), count] for start, end, count in exposure.bins],
    }
