"""The import target "cases": what a line of a business case amounts to in a year (docs/adr/0005-import.md), and its template.

The columns are those of the export of a case, so that a case goes out, is worked on in a spreadsheet and comes back.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import may
from core.errors import ActionError
from core.exports import Column
from core.formulas.mapping import Field
from core.imports.registry import Plan, ScopeOption, Target, Work, register
from intake.access import request_actions
from intake.actions.case_imports import apply_cases, plan_cases
from intake.actions.cases import is_open
from intake.actions.requests import editable_in
from intake.models import Request
from intake.models.cases import LineKind

_WHERE, _LINE, _FIGURE = gettext_lazy("Which case"), gettext_lazy("Which line"), gettext_lazy("What it amounts to")
_STORY = r"comment|note|source|assumption|explanation"
KINDS: dict[str, tuple[str, ...]] = {
    LineKind.CAPITAL: ("capital cost", "capital", "capex", "investment", "one off", "one off cost", "investitionskosten"),
    LineKind.REVENUE: (
        "running cost",
        "revenue cost",
        "revenue",
        "opex",
        "operating cost",
        "recurring",
        "recurring cost",
        "betriebskosten",
    ),
    LineKind.BENEFIT: ("benefit", "benefits", "saving", "savings", "income", "nutzen"),
}
FIELDS = (
    Field("scope", gettext_lazy("Request"), "text", ("Request", "Request reference", "Reference", "Belongs to", "Case of"),
          never=_STORY, longest=300, group=_WHERE),
    Field("option", gettext_lazy("Option"), "text", ("Option", "Alternative", "Scenario", "Variant", "Choice"), never=_STORY, longest=120,
          group=_WHERE),
    Field("title", gettext_lazy("Line"), "text", ("Line", "Line item", "Item", "Cost or benefit", "Cost item", "Name", "Title", "Position",
          "Description"), needed=True, never=_STORY + r"|option|kind|type", longest=120, group=_LINE),
    Field("kind", gettext_lazy("Kind"), "choice", ("Kind", "Type", "Kind of cost", "Cost type", "Capital or revenue", "Category", "Art"),
          choices={word: kind for kind, known in KINDS.items() for word in (str(kind), *known)}, never=_STORY, group=_LINE),
    Field("is_cashable", gettext_lazy("Cashable"), "boolean", ("Cashable", "Cash releasing", "Is cashable"), group=_LINE),
    Field("group", gettext_lazy("Group"), "text", ("Group", "Moves with", "Theme", "Gruppe"), longest=60, never=_STORY, group=_LINE),
    Field("year", gettext_lazy("Year"), "text", ("Year", "Financial year", "Fiscal year", "FY", "Jahr", "Année"), never=_STORY, longest=12,
          group=_FIGURE),
    Field("low", gettext_lazy("Low"), "money", ("Low", "Minimum", "Min", "Lowest", "Low estimate", "Best case"), never=_STORY, group=_FIGURE),
    Field("likely", gettext_lazy("Likely"), "money", ("Likely", "Most likely", "Amount", "Value", "Estimate", "Base", "Expected", "Cost"),
          never=_STORY + r"|low|high|min|max", group=_FIGURE),
    Field("high", gettext_lazy("High"), "money", ("High", "Maximum", "Max", "Highest", "High estimate", "Worst case"), never=_STORY,
          group=_FIGURE),
    Field("currency", gettext_lazy("Currency"), "currency", ("Currency", "Currency code", "Währung", "Devise"), group=_FIGURE),
)  # fmt: skip


def may_import_cases(user: Any) -> bool:
    """Whether the person may load cases: imports, and the office's editing of requests."""
    return may(user, "import.run") and may(user, "request.edit")


def may_write(user: Any, request: Request) -> bool:
    """Whether the person may write the case of a request in its present state: the page's rule."""
    if user is None:
        return True
    actions = request_actions(user, request)
    return "request.edit" in actions and request.state in editable_in(actions)


def check_scope(mapped: set[str], options: Mapping[str, Any], user: Any) -> None:
    """Raise ActionError (field "scope") where rows would belong to nothing, or to a request whose case the person may not write."""
    reference = str(options.get("scope", "")).strip().split(" ")[0].upper()
    if not reference:
        if "scope" not in mapped:
            raise ActionError(_("No column says whose case it is: give the reference of the request."), field="scope")
        return
    rows = Request.objects.all() if user is None else Request.objects.visible_to(user)
    found = rows.filter(reference=reference).first()
    if found is None or not (is_open(found) and may_write(user, found)):
        words = _("There is no request “%(text)s” whose business case you may write now.")
        raise ActionError(words % {"text": reference}, field="scope")


def _plan(work: Work) -> Plan:
    return plan_cases(work, partial(may_write, work.user))


CASES = Target(
    key="cases",
    label=gettext_lazy("Business cases"),
    fields=FIELDS,
    allowed=may_import_cases,
    plan=_plan,
    apply=apply_cases,
    list_url="intake:request-list",
    scope=ScopeOption(
        label=gettext_lazy("Case of the request"),
        help_text=gettext_lazy("The reference of the request, such as REQ-0042, for rows that do not say it themselves."),
        finder=lambda: reverse("intake:case-find"),
        check=check_scope,
    ),
    is_dated=False,
    is_private=True,
)


def register_targets() -> None:
    """Called once when the room starts."""
    register(CASES)


# --- As a file ------------------------------------------------------------------------------------------------------


def columns() -> list[Column]:
    """The columns of a case as a file; the import recognises them."""
    return [
        Column(_("Request"), "request", "id"),
        Column(_("Option"), "option"),
        Column(_("Line"), "line"),
        Column(_("Kind"), "kind", "choice"),
        Column(_("Cashable"), "cashable", "boolean"),
        Column(_("Group"), "group"),
        Column(_("Year"), "year", "number"),
        Column(_("Low"), "low", "money"),
        Column(_("Likely"), "likely", "money"),
        Column(_("High"), "high", "money"),
        Column(_("Currency"), "currency"),
    ]


def rows_of(document: Mapping[str, Any], reference: str) -> list[dict[str, Any]]:
    """A line for each amount of a case."""
    kinds = dict(LineKind.choices)
    return [
        {
            "request": reference,
            "option": option["name"],
            "line": line["name"],
            "kind": str(kinds.get(line["kind"], line["kind"])),
            "cashable": line["is_cashable"],
            "group": line["group"],
            "year": amount["year"],
            **{end: Decimal(amount[end] or amount["likely"]) for end in ("low", "likely", "high")},
            "currency": document["currency"],
        }
        for option in document["options"]
        for line in option["lines"]
        for amount in line["amounts"]
    ]


def template_rows(reference: str, currency: str, on: date) -> list[dict[str, Any]]:
    """Examples to write over: a cost of each kind and a benefit, three years, with and without a range."""
    found = []
    for line, kind, group, first, figures in (
        (_("Build the system"), LineKind.CAPITAL, _("Supplier"), 0, [(80_000, 100_000, 140_000), (40_000, 50_000, 80_000)]),
        (_("Support and licences"), LineKind.REVENUE, _("Supplier"), 1, [(12_000, 12_000, 12_000), (12_000, 12_000, 12_000)]),
        (_("Fewer hours of overtime"), LineKind.BENEFIT, "", 1, [(40_000, 60_000, 75_000), (80_000, 120_000, 150_000)]),
    ):
        for number, (low, likely, high) in enumerate(figures):
            found.append(
                {
                    "request": reference,
                    "option": _("The proposal"),
                    "line": line,
                    "kind": str(LineKind(kind).label),
                    "cashable": True,
                    "group": group,
                    "year": on.year + first + number,
                    "low": Decimal(low),
                    "likely": Decimal(likely),
                    "high": Decimal(high),
                    "currency": currency,
                }
            )
    return found
