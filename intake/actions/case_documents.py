"""Read a business case as one document, with every figure: what its page shows, the API answers and a decision freezes."""

from typing import Any

from django.utils.translation import gettext as _

from intake.formulas.case_document import appraised
from intake.models import ApprovedCase, BusinessCase, CaseAmount, CaseEffort, CaseLine, CaseOption, Request

TERMS = [
    "base_year",
    "years",
    "first_month",
    "rate",
    "rate_terms",
    "price_terms",
    "inflation",
    "rate_low",
    "rate_high",
    "tax_note",
    "counts_effort",
    "shape",
    "seed",
    "draws",
]
WORDS = ["summary", "risk_of_doing", "risk_of_not_doing"]


def case_of(request: Request) -> BusinessCase | None:
    """The business case of the request, if there is one. One query."""
    return BusinessCase.objects.filter(request=request).first()


def document_of(case: BusinessCase) -> dict[str, Any]:
    """The case with its figures, as JSON. Five queries."""
    return appraised(inputs_of(case), effort_name=_("Effort"))


def inputs_of(case: BusinessCase) -> dict[str, Any]:
    """What was typed, as `intake/formulas/case_document.py` reads it. Five queries."""
    options = list(CaseOption.objects.filter(case=case))
    amounts: dict[int, list[CaseAmount]] = {}
    for amount in CaseAmount.objects.filter(line__option__case=case):
        amounts.setdefault(amount.line_id, []).append(amount)
    lines: dict[int, list[CaseLine]] = {}
    for line in CaseLine.objects.filter(option__case=case):
        lines.setdefault(line.option_id, []).append(line)
    efforts: dict[int, list[CaseEffort]] = {}
    for effort in CaseEffort.objects.filter(option__case=case):
        efforts.setdefault(effort.option_id, []).append(effort)
    return {
        "currency": case.request.currency,
        "terms": {name: _plain(getattr(case, name)) for name in TERMS},
        **{name: getattr(case, name) for name in WORDS},
        "rates": [{"role": rate.role, "rate": str(rate.rate)} for rate in case.rates.all()],
        "options": [
            {
                "key": str(option.pk),
                "name": option.name,
                "description": option.description,
                "is_do_nothing": option.is_do_nothing,
                "is_preferred": option.is_preferred,
                "lines": [_line(line, amounts.get(line.pk, [])) for line in lines.get(option.pk, [])],
                "efforts": [
                    {"role": row.role, "month": row.month_on.isoformat(), "hours": str(row.hours)}
                    for row in efforts.get(option.pk, [])
                ],
            }
            for option in options
        ],
    }


def stamp_of(case: BusinessCase) -> str:
    """What tells one state of the whole case from another: the versions of the terms and of every option. One query."""
    options = CaseOption.objects.filter(case=case).order_by("pk").values_list("pk", "version")
    return "-".join([f"case-{case.pk}-{case.version}", *(f"{pk}.{version}" for pk, version in options)])


def _line(line: CaseLine, amounts: list[CaseAmount]) -> dict[str, Any]:
    return {
        "key": str(line.pk),
        "name": line.name,
        "kind": line.kind,
        "is_cashable": line.is_cashable,
        "group": line.group,
        "amounts": [
            {"year": one.year, "low": _plain(one.low), "likely": str(one.likely), "high": _plain(one.high)} for one in amounts
        ],
    }


def _plain(value: Any) -> Any:
    """Decimals as texts without needless zeros; everything else as it is."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def preferred_of(document: dict[str, Any]) -> dict[str, Any] | None:
    """The option that the case stands for: the preferred one, else the best, else the first that does something."""
    options = document["options"]
    for choose in (
        lambda option: option["is_preferred"],
        lambda option: option["key"] == document.get("best") and not option["is_do_nothing"],
        lambda option: not option["is_do_nothing"],
        lambda option: True,
    ):
        if found := next((option for option in options if choose(option)), None):
            return dict(found)
    return None


def approved_case_of(request: Request) -> ApprovedCase | None:
    """The newest frozen case of the request. One query."""
    return ApprovedCase.objects.filter(request=request).select_related("frozen_by").first()


def case_basis(request: Request) -> dict[str, Any]:
    """The main figures of the newest frozen case, for whoever decides on them; empty where there is none. One query."""
    frozen = approved_case_of(request)
    if frozen is None:
        return {}
    option = next((one for one in frozen.document["options"] if one["name"] == frozen.option), None) or {}
    figures = option.get("figures", {})
    drawn = option.get("simulation") or {}
    terms = frozen.document["terms"]
    return {
        "approved_case": frozen.pk,
        "number": frozen.number,
        "frozen_at": frozen.frozen_at.isoformat(),
        "option": frozen.option,
        "currency": frozen.currency,
        "rate": terms["rate"],
        "rate_terms": terms["rate_terms"],
        "price_terms": terms["price_terms"],
        "base_year": terms["base_year"],
        "last_year": frozen.last_year,
        **{name: figures.get(name) for name in ("npv", "cost", "benefit", "pv_cost", "pv_benefit")},
        "irr": (figures.get("irr") or {}).get("value"),
        "irr_reason": (figures.get("irr") or {}).get("reason"),
        **{
            name: (figures.get(name) or {}).get("value")
            for name in ("payback", "discounted_payback", "roi", "profitability_index", "benefit_cost_ratio")
        },
        **{name: drawn.get(name) for name in ("p10", "p50", "p90", "chance_of_loss")},
    }
