"""The risks and changes of a pack, and the risks of one project."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from core import money
from portfolio.formulas.raid_counts import Item, Registers
from portfolio.registers import KINDS
from portfolio.wording_raid import exposure_words, movement_words, signed_money
from reporting import charts, wording
from reporting.formulas.snapshot import Snapshot


def risks(snapshot: Snapshot, common: Mapping[str, Any]) -> str:
    """The page of risks and changes: what they are worth, the weightiest, what ended, what was decided."""
    told = snapshot.registers or Registers()
    contingency: dict[str, Decimal] = {}
    places = {sheet.pk: sheet.title for sheet in snapshot.sheets}
    for sheet in snapshot.sheets:
        if sheet.contingency is not None:
            contingency[sheet.currency] = contingency.get(sheet.currency, Decimal(0)) + sheet.contingency
    kinds = {count.kind: count for count in told.counts}
    context = {
        "told": told,
        "since": snapshot.since,
        "lead": registers_words(snapshot),
        "counts": [{"label": kind.plural, "count": kinds[key]} for key, kind in KINDS.items() if key in kinds],
        "exposure": [
            {
                "currency": line.currency,
                "threats": signed_money(line.threats, line.currency),
                "opportunities": signed_money(line.opportunities, line.currency),
                "net": signed_money(line.net, line.currency),
                "contingency": money.short(contingency[line.currency], line.currency) if line.currency in contingency else "–",
                "short": line.currency in contingency and -line.net > contingency[line.currency],
            }
            for line in told.exposure
        ],
        "matrix": charts.matrix_of(snapshot),
        "top": top_risks(told.top, snapshot),
        "ended": [
            {
                "item": item,
                "noun": KINDS[item.kind].noun,
                "state": KINDS[item.kind].state(item.status).label,
                "place": places.get(item.project or 0, item.above or item.place),
                "became": _("Became %(entries)s") % {"entries": ", ".join(item.became)} if item.became else "",
            }
            for item in snapshot.ended
        ],
        "changes": [
            {
                "item": item,
                "state": KINDS["change"].state(item.status),
                "size": wording.change_size(item) or "–",
                "place": places.get(item.project or 0, item.above or item.place),
            }
            for item in told.changes_decided[:12]
        ],
        "waiting": [wording.asked_by(item) for item in snapshot.waiting[:10]],
    }
    return render_to_string("reports/risks.html", {**common, **context})


def top_risks(items: Sequence[Item], snapshot: Snapshot) -> list[dict[str, Any]]:
    """Risks as rows: score and movement, what, where, who, by when, worth."""
    places = {sheet.reference: sheet.title for sheet in snapshot.sheets}
    return [
        {
            "item": item,
            "moved": movement_words(item),
            "arrow": {"up": "↑", "down": "↓", "new": "•"}.get(item.movement, "→"),
            "place": places.get(item.place, item.above or item.place),
            "link": item.place if item.place in places else "",
            "late": item.is_overdue(snapshot.as_at),
            "worth": signed_money(item.exposure, item.currency) if item.exposure is not None else "–",
            "state": KINDS["risk"].state(item.status).label,
        }
        for item in items
    ]


def registers_words(snapshot: Snapshot) -> str:
    """One sentence on the registers, for page 1."""
    told = snapshot.registers
    if told is None:
        return ""
    found = wording.registers_line(told)
    worth = exposure_words(told.exposure)
    if worth:
        return (_("%(news)s. Exposure %(amount)s.") if found else _("%(news)sExposure %(amount)s.")) % {
            "news": found,
            "amount": worth,
        }
    return f"{found}." if found else ""
