"""The sentences of the overview: reasons, findings, movements. Figures in, words in the reader's language out."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from core import money
from core.rag import rating_of
from portfolio.models import DIMENSIONS
from reporting.collect.overview import Overview
from reporting.collect.overview_asked import MILESTONE_DAYS
from reporting.collect.since import DAYS, Since
from reporting.formulas.attention import WEIGHTS, Attention, Reason
from reporting.formulas.movement import Movement, Shift, Slip, Turn
from reporting.formulas.rating_counts import Counts, worst_of
from reporting.formulas.totals import Bridge, Money
from reporting.formulas.trend import Point


def count(number: int) -> str:
    """1,234 in the reader's locale."""
    return _count(get_language(), number)


@lru_cache(maxsize=4096)
def _count(_language: str | None, number: int) -> str:
    return number_format(number, use_l10n=True, force_grouping=True)


def day(value: date) -> str:
    """22 Nov 2026."""
    return _day(get_language(), value)


@lru_cache(maxsize=4096)
def _day(_language: str | None, value: date) -> str:
    return date_format(value, "j M Y")


def month(value: date) -> str:
    """Nov 25."""
    return date_format(value, "M y")


def day_month(value: date) -> str:
    """22 Nov."""
    return date_format(value, "j M")


def days(number: int) -> str:
    """1 day, 12 days."""
    return ngettext("%(n)s day", "%(n)s days", number) % {"n": count(number)}


def reason_words(reason: Reason, currency: str) -> str:
    """Why a project needs attention, in one short clause."""
    values = reason.values
    match reason.code:
        case "turned_red":
            return _("turned red from %(before)s") % {"before": str(rating_of(values["before"]).word).lower()}
        case "red":
            return _("still red")
        case "assurance_red":
            return _("assurance red")
        case "computed_worse":
            return _("facts say %(computed)s, declared %(declared)s") % {
                "computed": str(rating_of(values["computed"]).word).lower(),
                "declared": str(rating_of(values["declared"]).word).lower(),
            }
        case "decision_overdue":
            return ngettext("decision overdue", "%(n)s decisions overdue", values["count"]) % {"n": values["count"]}
        case "over_budget":
            return _("forecast %(amount)s (%(percent)s) over budget") % {
                "amount": money.short(values["amount"], currency),
                "percent": money.percent(values["percent"]),
            }
        case "slipped":
            return _("finish slipped %(days)s") % {"days": days(values["days"])}
        case "update_overdue":
            return _("update %(days)s overdue") % {"days": days(values["days"])}
        case "stale":
            return _("rating %(days)s old") % {"days": days(values["days"])}
        case _:
            return _("never reported")


def attention_title(found: Sequence[Attention], running: int) -> str:
    """What the list of projects that need attention finds."""
    if not found:
        return _("Nothing needs attention")
    # The weightiest reason of a project stands first, and the heaviest projects do.
    heavy = found[: bisect_right(found, -WEIGHTS["turned_red"], key=lambda item: -item.rank)]
    turned = sum(item.reasons[0].code == "turned_red" for item in heavy)
    title = ngettext(
        "%(n)s of %(all)s running projects needs attention", "%(n)s of %(all)s running projects need attention", len(found)
    ) % {"n": count(len(found)), "all": count(running)}
    if turned:
        title += _("; %(n)s turned red") % {"n": count(turned)}
    return title


def left_out(found: Overview) -> str:
    """How many running projects are counted elsewhere on the page but not here, because they may not be named."""
    number = found.running_count - found.freshness.total
    if not number:
        return ""
    return ngettext("; %(n)s confidential left out", "; %(n)s confidential left out", number) % {"n": count(number)}


def attention_note(found: Overview) -> str:
    """How to read the list, and whom it leaves out."""
    text = _("Most pressing first. Marks: declared, computed and assured rating.")
    number = found.running_count - found.freshness.total
    if number:
        text += " " + ngettext(
            "%(n)s confidential running project is counted above, but not listed.",
            "%(n)s confidential running projects are counted above, but not listed.",
            number,
        ) % {"n": count(number)}
    return text


def health_title(declared: Counts, before: Counts) -> str:
    """What the overall ratings find, with the change."""
    title = ngettext("%(n)s project is red", "%(n)s projects are red", declared.red) % {"n": count(declared.red)}
    title += ngettext(", %(n)s amber", ", %(n)s amber", declared.amber) % {"n": count(declared.amber)}
    change = declared.red - before.red
    if change > 0:
        title += _("; %(n)s more red than before") % {"n": count(change)}
    elif change < 0:
        title += _("; %(n)s fewer red than before") % {"n": count(-change)}
    return title


def trend_title(points: Sequence[Point]) -> str:
    """How the number of red projects went since the first month known; their share, where more are rated than then."""
    known = [point for point in points if point.rated]
    first, last = known[0], known[-1]
    values = {"before": count(first.red), "now": count(last.red), "month": date_format(first.on, "M Y")}
    if abs(last.rated - first.rated) * 10 > first.rated:  # more reports would look like more trouble: shares compare
        before, now = first.red * 100 // first.rated, last.red * 100 // max(last.rated, 1)
        values |= {"before": money.percent(Decimal(before)), "now": money.percent(Decimal(now))}
        if now == before:
            return _("%(now)s of rated projects are red, as in %(month)s") % values
        if now > before:
            return _("Red rose from %(before)s to %(now)s of rated projects since %(month)s") % values
        return _("Red fell from %(before)s to %(now)s of rated projects since %(month)s") % values
    if last.red == first.red:
        return _("Red stands at %(now)s, as in %(month)s") % values
    if last.red > first.red:
        return _("Red rose from %(before)s to %(now)s since %(month)s") % values
    return _("Red fell from %(before)s to %(now)s since %(month)s") % values


def dimension_title(dimensions: dict[str, Counts]) -> str:
    """Which dimension hurts most."""
    worst, found = worst_of(dimensions)
    if not found.rated:
        return _("No dimension is rated yet")
    if not found.red:
        return _("No dimension is red")
    return ngettext(
        "%(dimension)s hurts most: red on %(n)s project", "%(dimension)s hurts most: red on %(n)s projects", found.red
    ) % {"dimension": DIMENSIONS[worst], "n": count(found.red)}


def bridge_title(bridge: Bridge) -> str:
    """How far the forecast is from the budget."""
    if not bridge.projects:
        return _("No project has both a budget and a forecast")
    amount = money.short(abs(bridge.variance), bridge.currency)
    percent = money.percent(abs(bridge.variance) / bridge.budget * 100, 1) if bridge.budget else _("n/a")
    if bridge.variance > 0:
        return _("Forecast is %(amount)s (%(percent)s) over budget") % {"amount": amount, "percent": percent}
    if bridge.variance < 0:
        return _("Forecast is %(amount)s (%(percent)s) under budget") % {"amount": amount, "percent": percent}
    return _("Forecast equals budget")


def bridge_subtitle(bridge: Bridge, today: date) -> str:
    """Measure, unit, scope, as-at."""
    words = ngettext(
        "Whole-life cost, %(currency)s, %(n)s project with both figures, as at %(day)s",
        "Whole-life cost, %(currency)s, %(n)s projects with both figures, as at %(day)s",
        bridge.projects,
    ) % {"currency": bridge.currency, "n": count(bridge.projects), "day": day(today)}
    if bridge.left_out:
        words += ngettext("; %(n)s without one of them left out", "; %(n)s without one of them left out", bridge.left_out) % {
            "n": count(bridge.left_out)
        }
    if any(step.row is not None for step in bridge.steps):
        words += _(". Bars compare the largest changes, from one zero line")
    return words


def movement_title(found: Movement) -> str:
    """What changed, counted."""
    if found.is_empty:
        return _("Nothing moved")
    parts = []
    for number, one, many in (
        (len(found.worse), "%(n)s rating got worse", "%(n)s ratings got worse"),
        (len(found.better), "%(n)s got better", "%(n)s got better"),
        (found.later, "%(n)s finish slipped", "%(n)s finishes slipped"),
        (len(found.entered), "%(n)s project entered", "%(n)s projects entered"),
        (len(found.left), "%(n)s left", "%(n)s left"),
    ):
        if number:
            parts.append(ngettext(one, many, number) % {"n": count(number)})
    return ", ".join(parts) if parts else _("Only money moved")


def _declare_plurals() -> None:
    """Never called: makemessages reads the sentences that movement_title picks from a table."""
    ngettext("%(n)s rating got worse", "%(n)s ratings got worse", 1)
    ngettext("%(n)s got better", "%(n)s got better", 1)
    ngettext("%(n)s finish slipped", "%(n)s finishes slipped", 1)
    ngettext("%(n)s project entered", "%(n)s projects entered", 1)
    ngettext("%(n)s left", "%(n)s left", 1)


def since_words(since: Since) -> str:
    """What the changes are counted from."""
    if since.run_id:
        return _("since the report of %(day)s") % {"day": day(since.day)}
    if since.is_chosen:
        return _("since %(day)s") % {"day": day(since.day)}
    return _("in the last %(days)s") % {"days": days(DAYS)}


def turn_words(turn: Turn) -> str:
    """Whose rating it is, where that is not the manager's."""
    return _("assurance") if turn.kind == "assured" else ""


def slip_words(slip: Slip) -> str:
    """12 days later, to 3 Mar 2027."""
    if slip.days > 0:
        return _("%(days)s later, to %(day)s") % {"days": days(slip.days), "day": day(slip.now)}
    return _("%(days)s earlier, to %(day)s") % {"days": days(-slip.days), "day": day(slip.now)}


def shift_words(shift: Shift) -> str:
    """Forecast +£1.2m to £4.5m."""
    words: dict[str, Any] = {
        "change": ("+" if shift.amount > 0 else "") + money.short(shift.amount, shift.row.currency),
        "now": money.short(shift.now, shift.row.currency),
    }
    if shift.field == "budget":
        return _("budget %(change)s, now %(now)s") % words
    return _("forecast %(change)s, now %(now)s") % words


def trend_words(change: int, since: date) -> str:
    """+3 since 22 Oct."""
    if not change:
        return _("no change")
    sign = "+" if change > 0 else money.MINUS
    return _("%(change)s since %(day)s") % {"change": f"{sign}{count(abs(change))}", "day": date_format(since, "j M")}


def milestones_title(found: Overview) -> str:
    """How many come soon and how many are missed."""
    title = ngettext(
        "%(n)s milestone in the next %(days)s days", "%(n)s milestones in the next %(days)s days", found.milestones_ahead
    ) % {"n": count(found.milestones_ahead), "days": MILESTONE_DAYS}
    if found.milestones_missed:
        title += ngettext("; %(n)s is overdue", "; %(n)s are overdue", found.milestones_missed) % {
            "n": count(found.milestones_missed)
        }
    return title


def decisions_title(found: Overview) -> str:
    """How many decisions are asked for and how many are late."""
    if not found.decisions:
        return _("No decision is waiting")
    title = ngettext("%(n)s decision is needed", "%(n)s decisions are needed", len(found.decisions)) % {
        "n": len(found.decisions)
    }
    if found.decisions_overdue:
        title += ngettext("; %(n)s is overdue", "; %(n)s are overdue", found.decisions_overdue) % {
            "n": count(found.decisions_overdue)
        }
    return title


def against_budget(line: Money) -> str:
    """+3.4% against budget, where both are known (168 of 169 projects)."""
    if not line.compared:
        return _("no project states both budget and forecast")
    values = {"over": percent_over(line.variance_percent), "n": count(line.compared), "all": count(line.projects)}
    if line.compared == line.projects:
        return _("%(over)s against budget") % values
    return (
        ngettext(
            "%(over)s against budget on the %(n)s of %(all)s project that has both",
            "%(over)s against budget on the %(n)s of %(all)s projects that have both",
            line.compared,
        )
        % values
    )


def percent_over(value: Decimal | None) -> str:
    """+4.1% or n/a."""
    if value is None:
        return _("n/a")
    return ("+" if value > 0 else "") + money.percent(value, 1)
