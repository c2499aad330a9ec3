"""Page 1 of a pack: the headline, counts and money, what changed, the decisions due and the red projects."""

from collections import Counter
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import money
from core.charts.milestones import slip_words
from portfolio.formulas.discretion import FEWEST
from reporting import wording
from reporting.formulas.changes import Changes
from reporting.formulas.snapshot import Sheet, Snapshot, totals
from reporting.pdf.risks import registers_words

ORDER = ("red", "amber", "green", "blue", "grey")


def summary(snapshot: Snapshot, changed: Changes, changes_shown: int, decisions_shown: int, reds_shown: int) -> str:
    """The page, with so many changes, decisions and red projects on it."""
    count = Counter(row.overall for row in snapshot.rated)
    turned = Counter(turn.now for turn in changed.turned)
    gone = Counter(turn.before for turn in changed.turned)
    lines = change_lines(changed)
    decisions = wording.decisions_due(snapshot)
    more = len(decisions) - decisions_shown
    context = {
        "document_title": snapshot.title,
        "paper": snapshot.paper,
        "snapshot": snapshot,
        "changed": changed,
        "period": snapshot.period[:1].upper() + snapshot.period[1:],
        "headline": wording.headline(snapshot, changed),
        "counts": [
            {
                "rating": rating,
                "number": count[rating],
                "note": _move_words(turned[rating] - gone[rating]) if changed.since else "",
            }
            for rating in ORDER
        ],
        "totals": [_total(total) for total in totals(snapshot.priced)[:4]],
        "lines": lines[:changes_shown],
        "more_lines": ngettext("%(n)s more change is on the project pages.", "%(n)s more changes are on the project pages.", n)
        % {"n": n}
        if (n := len(lines) - changes_shown) > 0
        else "",
        "decisions": [
            {
                "decision": one.decision,
                "sheet": one.sheet,
                "late": one.decision.due_on is not None and one.decision.due_on < snapshot.as_at,
            }
            for one in decisions[:decisions_shown]
        ],
        "more_decisions": ngettext(
            "%(n)s more decision is on the project pages.", "%(n)s more decisions are on the project pages.", more
        )
        % {"n": more}
        if more > 0
        else "",
        "reds": _reds(snapshot)[:reds_shown],
        "registers": registers_words(snapshot),
        "notes": _notes(snapshot),
    }
    return render_to_string("reports/summary.html", context)


def _reds(snapshot: Snapshot) -> list[dict[str, Any]]:
    """The red projects with what the figures say, the longest slip first."""
    reds = [sheet for sheet in snapshot.sheets if sheet.overall == "red"]
    reds.sort(key=lambda sheet: (-max(sheet.slip_days or 0, 0), sheet.title))
    return [
        {
            "sheet": sheet,
            "finish": slip_words(sheet.slip_days) if sheet.slip_days else "",
            "cost": wording.sheet_variance_words(sheet) if sheet.variance else "",
        }
        for sheet in reds
    ]


def _move_words(by: int) -> str:
    if not by:
        return _("unchanged")
    return _("%(n)s more") % {"n": by} if by > 0 else _("%(n)s fewer") % {"n": -by}


def _total(total: Any) -> dict[str, Any]:
    left_out = []
    if total.without_budget:
        left_out.append(_("%(n)s without budget") % {"n": total.without_budget})
    if total.without_forecast:
        left_out.append(_("%(n)s without forecast") % {"n": total.without_forecast})
    has_budget, has_forecast = total.without_budget < total.projects, total.without_forecast < total.projects
    return {
        "total": total,
        "budget": money.short(total.budget, total.currency) if has_budget else "–",
        "forecast": money.short(total.forecast, total.currency) if has_forecast else "–",
        "spend": money.short(total.spend, total.currency),
        "words": wording.variance_words(total) if has_budget and has_forecast else "–",
        "left_out": ", ".join(left_out),
    }


def change_lines(changed: Changes) -> list[dict[str, Any]]:
    """What changed, one line a project, the weightiest first: ratings, then finish and cost, then who came and went."""
    lines: dict[str, dict[str, Any]] = {}

    def add(sheet: Sheet, words: str, rating: str = "", *, linked: bool = True) -> None:
        line = lines.setdefault(
            sheet.reference,
            {"reference": sheet.reference if linked else "", "title": sheet.title, "rating": "", "said": []},
        )
        line["rating"] = line["rating"] or rating
        line["said"].append(words)

    for turn in changed.turned:
        add(turn.sheet, wording.turn_words(turn), turn.now)
    for asked in changed.asked:
        add(asked.sheet, _("asks for a decision"))
    for move in changed.finishes:
        add(move.sheet, wording.finish_words(move))
    for shift in changed.money:
        add(shift.sheet, wording.money_words(shift))
    for sheet in changed.stirred:
        add(sheet, wording.stirred_words(sheet))
    for sheet in changed.entered:
        add(sheet, _("new in this report"))
    for sheet in changed.left:
        add(sheet, _("no longer in this report"), linked=False)
    return [line | {"words": "; ".join(dict.fromkeys(line["said"]))} for line in lines.values()]


def _notes(snapshot: Snapshot) -> list[str]:
    notes = []
    gaps = sum(bool(wording.gaps(sheet)) for sheet in snapshot.sheets)
    if gaps:
        notes.append(
            ngettext(
                "The figures of %(n)s project are incomplete or out of date: see the last page.",
                "The figures of %(n)s projects are incomplete or out of date: see the last page.",
                gaps,
            )
            % {"n": gaps}
        )
    if 0 < len(snapshot.hidden) < FEWEST:
        n = len(snapshot.hidden)
        notes.append(
            ngettext(
                "%(n)s confidential project is not named here; its rating and amounts are left out of all figures.",
                "%(n)s confidential projects are not named here; their ratings and amounts are left out of all figures.",
                n,
            )
            % {"n": n}
        )
    elif snapshot.hidden:
        n = len(snapshot.hidden)
        notes.append(
            ngettext(
                "The totals count %(n)s confidential project that is not named here.",
                "The totals count %(n)s confidential projects that are not named here.",
                n,
            )
            % {"n": n}
        )
    return notes
