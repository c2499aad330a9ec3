"""How stable a choice is: how far each weight can move before the funded (or the first N) requests change, in words. The same for
the page that draws it and for the API."""

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import money
from intake.actions.scores import build_model
from intake.formulas import scoring, stability
from intake.formulas.ranking import Policy
from intake.models import Request, RequestScore, ScoringModelVersion, SelectionRound
from intake.models.assessments import Eligibility
from intake.models.scoring import Kind
from intake.second_opinion import second_opinion

TOP = 5


# Below this many points a weight that is changed by a rounding changes the choice.
NARROW = 0.03


def stability_of(
    version: ScoringModelVersion,
    requests: Sequence[Request],
    *,
    names: Mapping[int, str],
    must_do: Collection[int] = (),
    top: int = TOP,
    funding: Decimal | None = None,
    currency: str = "",
    policy: Policy = "stop",
) -> dict[str, Any]:
    """How stable the choice of this set is: `finding`, `what` is chosen, `lines` (criterion, weight, low, high, margin, says),
    `chosen`, `left_out` (how many have no score or no cost) and `opinion` (what another method would choose). With `funding` the chosen are those that
    the money reaches, else the first `top`. `names` are what each request (by key) may be called to this reader. Three
    queries. {"reason": …} where it cannot be said."""
    if version.model.kind != Kind.WEIGHTED:
        return {"reason": _("%(kind)s has no weights to move.") % {"kind": version.model.get_kind_display()}}
    criteria = list(version.criteria.all())
    try:
        shares = scoring.weigh(build_model(version, criteria)).criteria
    except scoring.ScoringError:
        return {"reason": _("The model's weights cannot be used.")}
    counted = [one for one in criteria if shares[one.key] > 0]
    scores = {row.request_id: row for row in RequestScore.objects.filter(model_version=version, request__in=requests)}
    usable = [one for one in requests if _usable(one, scores.get(one.pk), funding, currency)]
    if len(usable) < 2 or len(counted) < 2:
        return {"reason": _("Two scored requests and two weighted criteria are needed to say how stable the choice is.")}
    points = np.array([_points(scores[one.pk], [criterion.key for criterion in counted]) for one in usable])
    common: dict[str, Any] = {
        "keys": [one.pk for one in usable],
        "criteria": [one.key for one in counted],
        "must_do": {key for key in must_do if key in {one.pk for one in usable}},
    }
    weights = [shares[one.key] for one in counted]
    if funding is not None:
        costs = [one.estimated_cost or Decimal(0) for one in usable]
        found = stability.funded_stability(points, weights, costs=costs, line=funding, policy=policy, **common)
    else:
        found = stability.top_stability(points, weights, top=min(top, len(usable)), **common)
    what = _("the funded requests") if funding is not None else _("the first %(top)s") % {"top": min(top, len(usable))}
    called = {criterion.key: criterion.name for criterion in counted}
    opinion = second_opinion(
        points,
        weights,
        usable,
        names=names,
        must_do=common["must_do"],
        top=top,
        funding=funding,
        currency=currency,
        policy=policy,
    )
    return told(found, called, names, what) | {
        "left_out": len(requests) - len(usable),
        "by_funding": funding is not None,
        "opinion": opinion,
    }


def told(found: stability.Stability, called: Mapping[str, str], names: Mapping[int, str], what: str) -> dict[str, Any]:
    """What was found, in words and lines, the weight that can move least first."""
    lines = [
        {
            "criterion": called[str(one.criterion)],
            "weight": one.weight,
            "low": one.low,
            "high": one.high,
            "margin": one.margin,
            "says": interval_words(one, called[str(one.criterion)], names),
        }
        for one in found.intervals
    ]
    ordered = sorted(lines, key=lambda line: line["margin"] if line["margin"] is not None else 2.0)
    return {
        "finding": finding_of(found, called, what),
        "what": what,
        "lines": ordered,
        "chosen": [names.get(int(str(key)), _("A confidential request")) for key in found.chosen],
    }


def _usable(one: Request, score: RequestScore | None, funding: Decimal | None, currency: str) -> bool:
    if score is None or score.percent is None or score.eligibility == Eligibility.NOT_ELIGIBLE:
        return False
    return funding is None or (one.estimated_cost is not None and one.currency == currency)


def _points(score: RequestScore, keys: Sequence[str]) -> list[float]:
    held = {part["key"]: part.get("points") for part in score.parts["criteria"]}
    return [float("nan") if held.get(key) is None else float(held[key]) for key in keys]


def interval_words(one: stability.Interval, name: str, names: Mapping[int, str]) -> str:
    """What happens past each bound of a weight."""
    parts = []
    if one.above is not None:
        words = {"name": name, "bound": _percent(one.high), "change": swap_words(one.above, names)}
        parts.append(_("Above %(bound)s: %(change)s.") % words)
    if one.below is not None:
        words = {"name": name, "bound": _percent(one.low), "change": swap_words(one.below, names)}
        parts.append(_("Below %(bound)s: %(change)s.") % words)
    return " ".join(parts) or _("Any weight leaves the choice as it is.")


def swap_words(swap: stability.Swap, names: Mapping[int, str]) -> str:
    """Who leaves and who comes in."""

    def called(keys: Sequence[Any]) -> str:
        return ", ".join(f"“{names.get(int(str(key)), _('a confidential request'))}”" for key in keys)

    if swap.leaves and swap.enters:
        return _("%(enters)s instead of %(leaves)s") % {"enters": called(swap.enters), "leaves": called(swap.leaves)}
    if swap.enters:
        return ngettext("%(enters)s comes in", "%(enters)s come in", len(swap.enters)) % {"enters": called(swap.enters)}
    return ngettext("%(leaves)s drops out", "%(leaves)s drop out", len(swap.leaves)) % {"leaves": called(swap.leaves)}


def finding_of(found: stability.Stability, called: Mapping[str, str], what: str) -> str:
    """The tightest weight, in one sentence."""
    tight = found.tightest
    if tight is None or tight.margin is None:
        return _("No change of a single weight changes %(what)s") % {"what": what}
    points = round(100 * tight.margin)
    words = {"what": what, "name": called[str(tight.criterion)], "points": points}
    if tight.margin < 0.005:
        return _("A tie: the least change of “%(name)s” changes %(what)s") % words
    if tight.margin < NARROW:
        narrow = ngettext(
            "A close call: %(points)d point of weight on “%(name)s” changes %(what)s",
            "A close call: %(points)d points of weight on “%(name)s” change %(what)s",
            points,
        )
        return narrow % words
    return (
        ngettext(
            "Every weight can move by %(points)d point before %(what)s change; “%(name)s” is the tightest",
            "Every weight can move by %(points)d points before %(what)s change; “%(name)s” is the tightest",
            points,
        )
        % words
    )


def _percent(share: float) -> str:
    return money.percent(100 * share)


def round_stability_of(user: Any, chosen: SelectionRound) -> dict[str, Any]:
    """How stable the ranking of a round by score is, as `stability_of`, to this reader. Six queries. `by_hand`: what those requests
    are called to the reader whose place in the round was given by hand, which moving a weight does not change."""
    entries = list(chosen.entries.select_related("request").order_by("position"))
    requests = [entry.request for entry in entries]
    seen = Request.objects.visible_to(user).filter(pk__in=[one.pk for one in requests])
    names = {one.pk: one.title for one in seen.only("pk", "title")}
    if chosen.model_version is None:
        return {"reason": _("The round has no scoring model: choose one, then weights can be moved.")}
    by_hand = [entry.request_id for entry in entries if entry.reason and not entry.must_do]
    found = stability_of(
        chosen.model_version,
        requests,
        names=names,
        must_do={entry.request_id for entry in entries if entry.must_do},
        funding=chosen.funding,
        currency=chosen.currency,
        policy="skip" if chosen.cut == "skip" else "stop",
    )
    return found | {"by_hand": [names.get(key, _("A confidential request")) for key in by_hand]}
