"""Computed ratings: what the recorded facts alone say about schedule and cost.

Schedule: slip = (expected finish - planned finish) / planned duration, in percent; the expected finish is the
forecast (the plan where there is none), and never before today while the work is not finished.
Cost: variance = (forecast - budget) / budget, in percent, whole life, else of the financial year.
Bands: green up to and including `*_green`, amber up to and including `*_amber`, red above. An overdue milestone,
or an expected finish that has passed, is never green. Dimensions without facts have no rating: they say so.
Risk, where any open risk is rated (nothing else says that the register is kept): red when a threat in a red band has no response,
or exposure is above `exposure_amber` percent of the contingency; amber when a threat lies in a red band, a review or response is
overdue, or exposure is above `exposure_green` percent of the contingency; else green.
Scope, where there are change requests: all approved changes together, in percent of the budget or of the duration first approved
(the worse of both, whatever their sign): green up to and including `change_green`, amber up to and including `change_amber`, red
above; never green while a submitted change has passed the day by which it should be decided.
Overall is the worst of the known.

A reason is a code with its values (text, whole numbers, ISO days); `portfolio/wording.py` makes the sentence.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from decimal import Decimal

# From best to worst. Blue is finished, which nothing outweighs but an open rating.
ORDER = ("blue", "green", "amber", "red")
DIMENSIONS = ("schedule", "cost", "scope", "benefits", "risk", "resources")
# Where the planned duration is unknown, slip is judged in days: one week, one month, as published RAG guides have it.
GREEN_DAYS = 7
AMBER_DAYS = 30


@dataclass(frozen=True)
class Thresholds:
    """Where green and amber end, in percent of plan, of what was approved at first (changes) and of contingency (exposure); both
    included."""

    schedule_green: Decimal = Decimal(5)
    schedule_amber: Decimal = Decimal(10)
    cost_green: Decimal = Decimal(5)
    cost_amber: Decimal = Decimal(10)
    change_green: Decimal = Decimal(10)
    change_amber: Decimal = Decimal(20)
    exposure_green: Decimal = Decimal(80)
    exposure_amber: Decimal = Decimal(100)

    def as_data(self) -> dict[str, str]:
        """As stored with an update."""
        return {entry.name: str(getattr(self, entry.name)) for entry in fields(self)}


@dataclass(frozen=True)
class Facts:
    """What is recorded about a project on the day `on`. Money in one currency; `milestones_overdue` are the planned (or
    forecast, where later) days of milestones that should have been reached before `on` and were not."""

    on: date
    is_closed: bool = False
    is_cancelled: bool = False
    planned_start_on: date | None = None
    planned_finish_on: date | None = None
    forecast_finish_on: date | None = None
    actual_finish_on: date | None = None
    milestones_overdue: tuple[date, ...] = ()
    budget: Decimal | None = None
    forecast: Decimal | None = None
    spend: Decimal | None = None
    year_budget: Decimal | None = None
    year_forecast: Decimal | None = None


@dataclass(frozen=True)
class Computed:
    """A computed rating (empty: the facts say nothing) and its reason."""

    rag: str
    code: str
    values: Mapping[str, str | int] = field(default_factory=dict)

    def as_data(self) -> dict[str, object]:
        """As stored with an update."""
        return {"rag": self.rag, "reason": {"code": self.code, **self.values}}


NO_FACTS = Computed("", "no_facts")


def percent(part: Decimal | int, whole: Decimal | int) -> Decimal | None:
    """100 x part / whole to a tenth of a percent; None where the whole is not positive."""
    if whole <= 0:
        return None
    return (Decimal(100) * Decimal(part) / Decimal(whole)).quantize(Decimal("0.1"))


def band(part: Decimal | int, whole: Decimal | int, green: Decimal, amber: Decimal) -> str:
    """green, amber or red for part / whole; compares without rounding. `whole` must be positive."""
    share = Decimal(100) * Decimal(part)
    if share <= green * whole:
        return "green"
    return "amber" if share <= amber * whole else "red"


def worst(ratings: "list[str] | tuple[str, ...]") -> str:
    """The worst of the ratings, leaving out empty and grey ones; empty when none is left."""
    known = [rating for rating in ratings if rating in ORDER]
    return max(known, key=ORDER.index) if known else ""


def compute_schedule(facts: Facts, thresholds: Thresholds) -> Computed:
    """The schedule's rating; see the module for the rule."""
    if facts.actual_finish_on:
        return Computed("blue", "finished", {"on": facts.actual_finish_on.isoformat()})
    if not facts.planned_finish_on:
        return _overdue_only(facts)
    forecast = facts.forecast_finish_on or facts.planned_finish_on
    expected = max(forecast, facts.on) if forecast < facts.on else forecast
    slip = (expected - facts.planned_finish_on).days
    duration = (facts.planned_finish_on - facts.planned_start_on).days if facts.planned_start_on else 0
    rating = _days_band(slip, duration, thresholds)
    share = percent(slip, duration)
    values: dict[str, str | int] = {
        "days": slip,
        "finish": expected.isoformat(),
        "planned": facts.planned_finish_on.isoformat(),
    }
    if share is not None:
        values["percent"] = str(share)
    found = [Computed(rating, "slip" if slip > 0 else "on_time", values)]
    if forecast < facts.on:
        late = (facts.on - forecast).days
        found.append(
            Computed(worst(["amber", rating]), "finish_passed", values | {"finish": forecast.isoformat(), "late": late})
        )
    if facts.milestones_overdue:
        oldest = (facts.on - min(facts.milestones_overdue)).days
        rating = worst(["amber", _days_band(oldest, duration, thresholds)])
        found.append(Computed(rating, "milestones_overdue", {"count": len(facts.milestones_overdue), "days": oldest}))
    # Among equals the more telling one, which stands later.
    return max(enumerate(found), key=lambda item: (ORDER.index(item[1].rag), item[0]))[1]


def _overdue_only(facts: Facts) -> Computed:
    if not facts.milestones_overdue:
        return NO_FACTS
    oldest = (facts.on - min(facts.milestones_overdue)).days
    rating = "red" if oldest > AMBER_DAYS else "amber"
    return Computed(rating, "milestones_overdue", {"count": len(facts.milestones_overdue), "days": oldest})


def _days_band(days: int, duration: int, thresholds: Thresholds) -> str:
    if duration > 0:
        return band(days, duration, thresholds.schedule_green, thresholds.schedule_amber)
    return "green" if days <= GREEN_DAYS else "amber" if days <= AMBER_DAYS else "red"


def compute_cost(facts: Facts, thresholds: Thresholds) -> Computed:
    """The cost's rating; see the module for the rule. Spending more than the whole budget is red."""
    budget = facts.budget if facts.budget and facts.budget > 0 else None
    if budget and facts.spend is not None and facts.spend > budget:
        over = facts.spend - budget
        return Computed("red", "spend_over_budget", {"over": str(over), "percent": str(percent(over, budget))})
    for code, plan, forecast in (
        ("cost_variance", budget, facts.forecast),
        ("year_variance", facts.year_budget, facts.year_forecast),
    ):
        if plan and plan > 0 and forecast is not None:
            over = forecast - plan
            rating = band(over, plan, thresholds.cost_green, thresholds.cost_amber)
            return Computed(rating, code, {"over": str(over), "percent": str(percent(over, plan))})
    return NO_FACTS


@dataclass(frozen=True)
class RiskFacts:
    """What the register of risks says: open rated risks, threats in a red band and those of them without a response, reviews and
    responses overdue; the expected loss (not negative) and the contingency, in one currency (None: not known)."""

    rated: int = 0
    red: int = 0
    unanswered: int = 0
    overdue: int = 0
    exposure: Decimal | None = None
    contingency: Decimal | None = None


def compute_risk(facts: RiskFacts, thresholds: Thresholds) -> Computed:
    """The rating of the dimension risk; see the module for the rule. Without a contingency exposure says nothing."""
    if not facts.rated:
        return NO_FACTS
    values: dict[str, str | int] = {
        "rated": facts.rated, "red": facts.red, "unanswered": facts.unanswered, "overdue": facts.overdue,
    }  # fmt: skip
    found = ["green"]
    if facts.red:
        found.append("red" if facts.unanswered else "amber")
    if facts.overdue:
        found.append("amber")
    if facts.exposure is not None and facts.contingency is not None and facts.exposure > 0:
        values["exposure"], values["contingency"] = str(facts.exposure), str(facts.contingency)
        if (share := percent(facts.exposure, facts.contingency)) is None:
            found.append("red")
        else:
            values["percent"] = str(share)
            found.append(band(facts.exposure, facts.contingency, thresholds.exposure_green, thresholds.exposure_amber))
    return Computed(worst(found), "risks", values)


@dataclass(frozen=True)
class ScopeFacts:
    """What change control says: approved changes, what they come to in money and days and in percent of what was approved at first
    (None: nothing to measure by), and submitted ones that have passed the day by which they should be decided."""

    approved: int = 0
    cost: Decimal = Decimal(0)
    days: int = 0
    percent: Decimal | None = None
    days_percent: Decimal | None = None
    late: int = 0


def compute_scope(facts: ScopeFacts, thresholds: Thresholds) -> Computed:
    """The rating of the dimension scope; see the module for the rule."""
    shares = [abs(share) for share in (facts.percent, facts.days_percent) if share is not None] if facts.approved else []
    found = [band(share, 100, thresholds.change_green, thresholds.change_amber) for share in shares]
    if facts.late:
        found.append("amber")
    if not found:
        return NO_FACTS
    values: dict[str, str | int] = {
        "approved": facts.approved, "cost": str(facts.cost), "days": facts.days, "late": facts.late,
    }  # fmt: skip
    for name in ("percent", "days_percent"):
        if (share := getattr(facts, name)) is not None:
            values[name] = str(share.quantize(Decimal("0.1")))
    return Computed(worst(found), "changes", values)


def compute(facts: Facts, thresholds: Thresholds, registers: Mapping[str, Computed] | None = None) -> dict[str, Computed]:
    """The computed rating of every dimension and of "overall".

    `registers` adds what other registers know (risk, scope, benefits, resources); dimensions in neither have no rating.
    """
    if facts.is_cancelled:
        return dict.fromkeys(DIMENSIONS, NO_FACTS) | {"overall": Computed("grey", "cancelled")}
    known = {"schedule": compute_schedule(facts, thresholds), "cost": compute_cost(facts, thresholds)} | dict(registers or {})
    found = {dimension: known.get(dimension, NO_FACTS) for dimension in DIMENSIONS}
    if facts.is_closed:
        return found | {"overall": Computed("blue", "closed")}
    rating = worst([computed.rag for computed in found.values()])
    if not rating:
        return found | {"overall": Computed("grey", "no_data")}
    if rating not in ("amber", "red"):
        return found | {"overall": Computed(rating, "none_worse")}
    decisive = [dimension for dimension, computed in found.items() if computed.rag == rating]
    return found | {"overall": Computed(rating, "worst", {"dimensions": ",".join(decisive)})}


def disagreements(declared: Mapping[str, str], computed: Mapping[str, str]) -> dict[str, str]:
    """Where a declared rating needs a reason: dimension (or "overall") -> why, "differs" or "better_than_worst".

    Both map dimensions and "overall" to ratings. A computed rating that is empty or grey cannot be disagreed with;
    an overall rating better than the worst declared dimension needs a reason too.
    """
    found = {name: "differs" for name, rag in computed.items() if rag in ORDER and declared.get(name) and declared[name] != rag}
    lowest = worst([declared.get(dimension, "") for dimension in DIMENSIONS])
    overall = declared.get("overall", "")
    if "overall" not in found and lowest and overall in ORDER and ORDER.index(overall) < ORDER.index(lowest):
        found["overall"] = "better_than_worst"
    return found
