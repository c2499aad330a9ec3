"""What a selection round shows: its rows with score, cost, what the money reaches, and what is hidden from the reader."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core import money
from core.charts import Bubble, Chart, value_risk_bubbles
from intake.formulas.ranking import Funded, Funding, Item, LineUse, Ranked, fund, rank
from intake.formulas.ready_models import columns_without_one
from intake.models import ApprovedCase, RankedEntry, Request, RequestScore, SelectionRound
from intake.models.assessments import Eligibility
from intake.models.scoring import Kind
from intake.wording import criterion_names, sentence_of

STATE_WORDS = {
    "funded": gettext_lazy("Funded"),
    "must_do_over": gettext_lazy("Must be done, beyond the line"),
    "first_over": gettext_lazy("First over the line"),
    "over": gettext_lazy("Not reached"),
    "no_cost": gettext_lazy("No cost known"),
    "no_line": gettext_lazy("Other currency"),
    "not_eligible": gettext_lazy("Not eligible"),
}
TONES = {"funded": "is-green", "must_do_over": "is-amber", "first_over": "is-amber"}

# The columns that a round shows of each request, by the names of an entry.
READ = ["round", "position", "must_do", "reason", "request"] + [
    f"request__{name}" for name in ("reference", "title", "state", "estimated_cost", "currency")
]


@dataclass(frozen=True)
class Line:
    """One row of the ranked list. `request` is None where the reader may not see it: it counts without its name."""

    entry: RankedEntry
    request: Request | None
    cost: Decimal | None
    currency: str
    funded: Funded
    held: RequestScore | None = None
    sentence: str = ""
    case: ApprovedCase | None = None

    @property
    def cost_from(self) -> str:
        """Where the cost is from: the frozen business case, else the requester's estimate."""
        return str(self.case) if self.case else _("estimate") if self.cost is not None else ""

    @property
    def score(self) -> Decimal | None:
        """Points of 100; of a ready model its own figure."""
        return None if self.held is None else self.held.percent if self.held.figure is None else self.held.figure

    @property
    def word(self) -> str:
        """What the money does for it."""
        return str(STATE_WORDS[self.funded.state])

    @property
    def tone(self) -> str:
        """The tag's class."""
        return TONES.get(self.funded.state, "")


def lines_of(chosen: SelectionRound, user: Any) -> tuple[list[Line], Funding]:
    """The ranked rows and the funding lines. Three queries; four more for the scores."""
    entries = list(chosen.entries.select_related("request").only(*READ).order_by("position"))
    seen = set(Request.objects.visible_to(user).filter(entries__round=chosen).values_list("pk", flat=True))
    scores = scores_of(chosen, [entry.request_id for entry in entries])
    cases = cases_of([entry.request_id for entry in entries])
    items = [
        Ranked(item_of(entry, scores.get(entry.request_id), cases.get(entry.request_id)), entry.position, entry.position, False)
        for entry in entries
    ]
    lines = {chosen.currency: chosen.funding} if chosen.funding is not None else {}
    funding = fund(items, lines, policy=chosen.cut)  # type: ignore[arg-type]
    rows = [
        Line(
            entry,
            entry.request if entry.request_id in seen else None,
            item.item.cost,
            item.item.currency,
            funded,
            held=scores.get(entry.request_id) if entry.request_id in seen else None,
            case=cases.get(entry.request_id),
        )
        for entry, item, funded in zip(entries, items, funding.rows, strict=True)
    ]
    return rows, funding


def scores_of(chosen: SelectionRound, requests: Sequence[int]) -> dict[int, RequestScore]:
    """The scores of these requests by the round's model. Three queries, none where no model is set."""
    if chosen.model_version_id is None:
        return {}
    prefetch_related_objects([chosen], "model_version__criteria")
    rows = RequestScore.objects.filter(model_version=chosen.model_version_id, request__in=requests).defer("parts")
    return {row.request_id: row for row in rows}


def with_sentences(chosen: SelectionRound, rows: Sequence[Line]) -> list[Line]:
    """These rows, read with what their scores are made of, with the scores in words. One query, none without scores."""
    if not any(row.held for row in rows):
        return list(rows)
    names = criterion_names(chosen.model_version)
    return [replace(row, sentence=sentence_of(row.held.parts, names)) if row.held else row for row in rows]


def cases_of(requests: Sequence[int]) -> dict[int, ApprovedCase]:
    """The newest frozen business case of each of these requests. One query."""
    rows = ApprovedCase.objects.filter(request__in=requests).order_by("request_id", "-number").distinct("request_id")
    return {row.request_id: row for row in rows.defer("document")}


def item_of(entry: RankedEntry, held: RequestScore | None, case: ApprovedCase | None = None) -> Item:
    """An entry as the formulas know it; the cost is that of the frozen case, else the estimate."""
    return Item(
        key=entry.pk,
        score=None if held is None or held.percent is None else float(held.percent),
        cost=case.cost if case else entry.request.estimated_cost,
        currency=case.currency if case else entry.request.currency,
        must_do=entry.must_do,
        is_eligible=held is None or held.eligibility != Eligibility.NOT_ELIGIBLE,
    )


def order_by_score(chosen: SelectionRound) -> dict[int, int]:
    """Request -> place by score, what must be done first; those without a score keep their order behind."""
    entries = list(chosen.entries.select_related("request").order_by("position"))
    scores = scores_of(chosen, [entry.request_id for entry in entries])
    requests: dict[Any, int] = {entry.pk: entry.request_id for entry in entries}
    return {
        requests[row.item.key]: row.place for row in rank([item_of(entry, scores.get(entry.request_id)) for entry in entries])
    }


def bubbles_of(chosen: SelectionRound, rows: Sequence[Line]) -> Chart:
    """Value against risk of the requests that the reader may see and that have both; area is the cost."""
    shown = [row for row in rows if row.request and row.held and row.held.value is not None and row.held.risk is not None]
    bubbles = [
        Bubble(
            label=row.request.title,  # type: ignore[union-attr]
            value=round(float(row.held.value) * 10, 1),  # type: ignore[union-attr, arg-type]
            risk=round(float(row.held.risk) * 10, 1),  # type: ignore[union-attr, arg-type]
            size=row.cost if row.cost is not None and row.currency == chosen.currency else Decimal(0),
            mark=str(row.entry.position),
            word=row.word,
            tone={"is-green": "green", "is-amber": "amber"}.get(row.tone, "grey"),
        )
        for row in shown
    ]
    good = sum(bubble.value >= 50 and bubble.risk < 50 for bubble in bubbles)
    title = ngettext(
        "%(good)d of %(all)d scored request promises much at little risk",
        "%(good)d of %(all)d scored requests promise much at little risk",
        len(bubbles),
    ) % {"good": good, "all": len(bubbles)}
    return value_risk_bubbles(
        title=title,
        subtitle=_("Value and risk, 0 to 100, by %(model)s; area: cost; number: place in the ranking")
        % {"model": chosen.model_version},
        bubbles=bubbles,
        words=lambda amount: money.short(amount, chosen.currency),
        heads=(_("Request"), _("Value"), _("Risk"), _("Cost"), _("Funding")),
        quadrants=(_("Do"), _("Consider"), _("Consider"), _("Think again")),
        width=860,
        height=460,
    )


def finding(chosen: SelectionRound, count: int, use: LineUse | None, first: Line | None) -> str:
    """What the funding line does, in one sentence. `first`: the first of the `count` rows that does not fit."""
    if not count:
        return ""
    if use is None or use.line is None:
        return _("No funding line is set: the list is ranked without one.")
    words = ngettext(
        "%(line)s reaches %(count)d request of %(all)d and leaves %(left)s.",
        "%(line)s reaches %(count)d requests of %(all)d and leaves %(left)s.",
        use.funded,
    ) % {
        "line": money.short(use.line, chosen.currency),
        "count": use.funded,
        "all": count,
        "left": money.short(max(use.left or Decimal(0), Decimal(0)), chosen.currency),
    }
    if first is not None and use.needs is not None:
        words += " " + _("The next, %(request)s, needs %(needs)s more.") % {
            "request": first.request.reference if first.request else _("a confidential request"),
            "needs": money.short(use.needs, chosen.currency),
        }
    return words


def advice(chosen: SelectionRound) -> str:
    """What to mend in the estimates of a round ranked by WSJF, in one sentence: its columns without a 1. Two queries,
    of such a round only."""
    version = chosen.model_version
    if version is None or version.model.kind != Kind.WSJF:
        return ""
    parts = RequestScore.objects.filter(model_version=version, request__entries__round=chosen).values_list("parts", flat=True)
    found = columns_without_one([{one["key"]: one["measure"] for one in part["criteria"]} for part in parts])
    if not found:
        return ""
    names = dict(version.criteria.values_list("key", "name"))
    return _("No request has a 1 for %(criteria)s: give 1 to the smallest of the list and estimate the others against it.") % {
        "criteria": ", ".join(f"“{names.get(column, column)}”" for column in found)
    }
