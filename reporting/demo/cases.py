"""Business cases of the demonstration, made from each request's estimates; and a request that became a project."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone

from intake.actions.case_documents import approved_case_of
from intake.actions.cases import (
    Amount,
    EffortRow,
    LineRow,
    add_option,
    edit_case,
    edit_option,
    start_case,
    write_efforts,
    write_lines,
)
from intake.actions.conversion import CarriedField, Plan, RiskRow, TeamRow, convert_request
from intake.actions.templates import add_standard_templates, fitting_template
from intake.actions.tiering import current_tiering, facts_of
from intake.formulas.templates import due_on
from intake.formulas.tiering import suggested, tier_of
from intake.models import Request
from intake.models.requests import State
from reporting.demo.people import People

LOW, HIGH = Decimal("0.9"), Decimal("1.35")
HUNDRED = Decimal(100)
# What one of several ways to do it costs and brings, beside the proposal.
CHEAPER = (Decimal("0.55"), Decimal("0.45"))


def summary_of(request: Request, cost: Decimal, benefit: Decimal, first: int) -> str:
    """What the case says in words: no more than its figures do."""
    if benefit > cost:
        return f"**{request.title}** brings more over six years than it costs, and it is done by {first + 2}."
    return f"**{request.title}** costs more than it saves: it is done for other reasons, and by {first + 2}."


def write_case(request: Request, at: datetime) -> None:
    """A case with three options, ranges, effort and words; nothing for a request without an estimate."""
    cost, benefit = request.estimated_cost, request.estimated_benefit
    if not cost or benefit is None:
        return
    case = start_case(request, at=at)
    first = at.year + 1
    case = edit_case(
        case,
        changes={
            "base_year": first,
            "years": 6,
            "rate": Decimal("3.5"),
            "rate_low": Decimal(2),
            "rate_high": Decimal(6),
            "summary": summary_of(request, cost, benefit, first),
            "risk_of_doing": "The work needs people whom other projects need as well; a late start moves the benefits by a year.",
            "risk_of_not_doing": request.need[:500],
        },
        version=None,
        move_figures=True,
    )
    proposal, nothing = case.options.get(is_preferred=True), case.options.get(is_do_nothing=True)
    keep = {first + t: _rounded(cost * Decimal("0.06")) for t in range(6)}
    write_lines(nothing, rows=[LineRow("Keeping what we have going", "revenue", amounts=_exact(keep))], version=None)
    proposal = edit_option(proposal, changes={"name": "Do it as asked"}, version=None)
    write_lines(proposal, rows=_lines(cost, benefit, first), version=None)
    write_efforts(proposal, rows=_effort(cost, first), version=None)
    steps = add_option(
        case, values={"name": "Only the first step", "description": "Half the scope now; the rest is asked for again."}
    )
    write_lines(steps, rows=_lines(cost * CHEAPER[0], benefit * CHEAPER[1], first), version=None)


def _rounded(amount: Decimal) -> Decimal:
    """To the hundred, as people estimate."""
    return (amount / HUNDRED).quantize(Decimal(1)) * HUNDRED


def _exact(amounts: Mapping[int, Decimal]) -> dict[int, Amount]:
    return {year: Amount(amount) for year, amount in amounts.items()}


def _around(amount: Decimal, low: Decimal = LOW, high: Decimal = HIGH) -> Amount:
    likely = _rounded(amount)
    return Amount(likely, _rounded(likely * low), _rounded(likely * high))


def _lines(cost: Decimal, benefit: Decimal, first: int) -> list[LineRow]:
    part = Decimal
    capital = {first: _around(cost * part("0.45")), first + 1: _around(cost * part("0.30"))}
    running = {first + t: _around(cost * part("0.05"), high=part("1.2")) for t in range(1, 6)}
    saved = {first + t: _around(benefit * part("0.15"), part("0.6"), part("1.15")) for t in range(1, 6)}
    time = {first + t: _around(benefit * part("0.0625"), part("0.3"), part("1.3")) for t in range(2, 6)}
    return [
        LineRow("Building or buying it", "capital", True, "Delivery", capital),
        LineRow("Running it", "revenue", True, "", running),
        LineRow("Money saved", "benefit", True, "", saved),
        LineRow("People's time saved", "benefit", False, "", time),
    ]


def _effort(cost: Decimal, first: int) -> list[EffortRow]:
    hours = max(Decimal(20), min(_rounded(cost / 4000), Decimal(300)))
    months = [date(first, month, 1) for month in range(1, 10)]
    return [
        EffortRow("Business analyst", Decimal(58), dict.fromkeys(months[:6], hours)),
        EffortRow("Project manager", Decimal(72), dict.fromkeys(months, hours / 2)),
        EffortRow("Tester", Decimal(49), dict.fromkeys(months[5:], hours)),
    ]


def convert_some(requests: Sequence[Request], people: People, at: datetime) -> None:
    """The standard templates; and two of the approved requests become projects."""
    add_standard_templates()
    approved = [request for request in requests if request.state == State.APPROVED and request.estimated_cost]
    chosen = approved[: min(2, len(approved) - 1)]  # one is left to be converted by hand
    for number, request in enumerate(chosen):
        _convert(request, people, at, number)


def _convert(request: Request, people: People, at: datetime, number: int) -> None:
    frozen, questionnaire = approved_case_of(request), current_tiering()
    answers = {question["key"]: 0 for question in questionnaire.document["questions"]}
    answers |= suggested(questionnaire.document, facts_of(request, frozen))
    tiering = tier_of(questionnaire.document, answers)
    template = fitting_template(request, tiering.tier)
    start = timezone.localdate(at).replace(day=1)
    milestones = [(row["title"], due_on(start, row)) for row in template.milestones] if template else []
    budget = frozen.cost if frozen else request.estimated_cost
    plan = Plan(
        values={
            "title": request.title,
            "purpose": request.purpose,
            "description": request.need,
            "category": request.type.name,
            "unit": request.unit,
            "sponsor": request.sponsor,
            "manager": people.managers[number % len(people.managers)],
            "tier": tiering.tier,
            "planned_start_on": start,
            "planned_finish_on": milestones[-1][1] if milestones else None,
            "currency": request.currency,
            "budget": budget,
            "forecast": (budget * Decimal("1.06")).quantize(Decimal(1)) if budget and number == 0 else None,
            "benefits": frozen.benefit if frozen else request.estimated_benefit,
            "benefits_summary": request.helps_how,
        },
        carried=[
            CarriedField("title", "Title", request.title, "From the request: its title."),
            CarriedField("budget", "Approved budget, whole life", str(budget), "Whole-life cost of the frozen business case."),
        ],
        milestones=milestones,
        team=[TeamRow(row["role"], note=row["note"]) for row in template.roles] if template else [],
        risks=[RiskRow(**row) for row in template.risks] if template else [],
        sections=template.sections if template else [],
        template=template,
        approved_case=frozen,
        tiering=tiering,
        tiering_version=questionnaire.number,
    )
    convert_request(request, plan=plan, by=people.analyst, at=at, tell=False)
