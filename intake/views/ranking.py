"""What a selection round shows: its rows with score, cost, what the money reaches, and what is hidden from the reader."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core import money
from intake.formulas.ranking import Funded, Funding, Item, Ranked, fund
from intake.models import RankedEntry, Request, SelectionRound

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


@dataclass(frozen=True)
class Line:
    """One row of the ranked list. `request` is None where the reader may not see it: it counts without its name."""

    entry: RankedEntry
    request: Request | None
    cost: Decimal | None
    currency: str
    funded: Funded

    @property
    def word(self) -> str:
        """What the money does for it."""
        return str(STATE_WORDS[self.funded.state])

    @property
    def tone(self) -> str:
        """The tag's class."""
        return TONES.get(self.funded.state, "")


def lines_of(chosen: SelectionRound, user: Any) -> tuple[list[Line], Funding]:
    """The ranked rows and the funding lines. Two queries."""
    entries = list(chosen.entries.select_related("request__type", "request__owner", "request__unit").order_by("position"))
    seen = set(Request.objects.visible_to(user).filter(entries__round=chosen).values_list("pk", flat=True))
    items = [
        Ranked(
            Item(entry.pk, None, entry.request.estimated_cost, entry.request.currency, entry.must_do),
            entry.position,
            entry.position,
            False,
        )
        for entry in entries
    ]
    lines = {chosen.currency: chosen.funding} if chosen.funding is not None else {}
    funding = fund(items, lines, policy=chosen.cut)  # type: ignore[arg-type]
    rows = [
        Line(
            entry,
            entry.request if entry.request_id in seen else None,
            entry.request.estimated_cost,
            entry.request.currency,
            funded,
        )
        for entry, funded in zip(entries, funding.rows, strict=True)
    ]
    return rows, funding


def finding(chosen: SelectionRound, rows: list[Line], funding: Funding) -> str:
    """What the funding line does, in one sentence."""
    use = next((line for line in funding.lines if line.currency == chosen.currency), None)
    if not rows:
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
        "all": len(rows),
        "left": money.short(max(use.left or Decimal(0), Decimal(0)), chosen.currency),
    }
    first = next((row for row in rows if row.entry.pk == use.first_over), None)
    if first is not None and use.needs is not None:
        words += " " + _("The next, %(request)s, needs %(needs)s more.") % {
            "request": first.request.reference if first.request else _("a confidential request"),
            "needs": money.short(use.needs, chosen.currency),
        }
    return words
