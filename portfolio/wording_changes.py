"""Change control in sentences: why this route, who was passed over, how the votes stand, what a change moves."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import money
from portfolio.formulas.changes import Cumulative, Size, Tally
from portfolio.models import ApprovalRoute
from portfolio.models.approvals import Deciders, Skipped
from portfolio.models.changes import Approver


def amount_words(amount: Decimal | None, currency: str) -> str:
    """+£20,000, −£5 or "none"."""
    if not amount:
        return _("none")
    return ("+" if amount > 0 else "") + money.exact(amount, currency)


def days_words(days: int | None) -> str:
    """ "30 days later", "5 days earlier" or "none"."""
    if not days:
        return _("none")
    if days > 0:
        return ngettext("%(n)d day later", "%(n)d days later", days) % {"n": days}
    return ngettext("%(n)d day earlier", "%(n)d days earlier", -days) % {"n": -days}


def held_words(amount: Decimal | None, days: int | None, currency: str) -> str:
    """How much of a change the forecast holds already; "" for none of it."""
    parts = ([amount_words(amount, currency)] if amount else []) + ([days_words(days)] if days else [])
    return (
        _("In the forecast already: %(parts)s. Approval moves the forecast by the rest.") % {"parts": ", ".join(parts)}
        if parts
        else ""
    )


def size_words(size: Size) -> str:
    """How big a change is, as its route sees it."""
    percent = _("a cost that no budget measures") if size.percent is None else money.percent(size.percent, 1)
    days = ngettext("%(n)d day", "%(n)d days", size.days) % {"n": size.days}
    if size.percent is None:
        return _("%(cost)s and %(days)s") % {"cost": percent, "days": days}
    return _("%(percent)s of the budget and %(days)s") % {"percent": percent, "days": days}


def limits_words(route: ApprovalRoute) -> str:
    """Up to which size the route takes changes."""
    parts = []
    if route.most_percent is not None:
        parts.append(_("%(percent)s of the budget") % {"percent": money.percent(route.most_percent, 2)})
    if route.most_days is not None:
        parts.append(ngettext("%(n)d day", "%(n)d days", route.most_days) % {"n": route.most_days})
    return _("up to %(limits)s") % {"limits": _(" and ").join(parts)} if parts else _("any size")


def route_words(route: ApprovalRoute | None, size: Size) -> str:
    """Which route and why."""
    if route is None:
        return _("%(size)s: no route takes a change of this size, so the board decides.") % {"size": size_words(size)}
    return _("%(size)s: “%(route)s” is the first route that takes it (%(limits)s).") % {
        "size": size_words(size),
        "route": route.name,
        "limits": limits_words(route),
    }


def skipped_words(skipped: Skipped) -> str:
    """Why an approver was passed over."""
    who = Approver(skipped.approver)
    if skipped.why == "submitter":
        return {
            Approver.MANAGER: _("The project manager submits it, and nobody decides their own change."),
            Approver.SPONSOR: _("The sponsor submits it, and nobody decides their own change."),
        }[who]
    if skipped.why == "inactive":
        return {
            Approver.MANAGER: _("The project manager, %(person)s, cannot sign in any more."),
            Approver.SPONSOR: _("The sponsor, %(person)s, cannot sign in any more."),
        }[who] % {"person": skipped.person}
    return {Approver.MANAGER: _("There is no project manager."), Approver.SPONSOR: _("There is no sponsor.")}[who]


def deciders_words(found: Deciders) -> str:
    """Who decides, and for whom they step in."""
    if found.is_board:
        who = ngettext(
            "The board decides: %(n)d person may vote.", "The board decides: %(n)d people may vote.", len(found.people)
        ) % {"n": len(found.people)}
    else:
        words = {Approver.MANAGER: _("%(person)s decides as manager."), Approver.SPONSOR: _("%(person)s decides as sponsor.")}
        who = words[Approver(found.approver)] % {"person": found.people[0]}
    return " ".join([*map(skipped_words, found.skipped), who])


def tally_words(found: Tally) -> str:
    """How the votes stand and what is missing."""
    said = _("%(approve)d for, %(reject)d against, %(abstain)d abstained.") % {
        "approve": found.approve,
        "reject": found.reject,
        "abstain": found.abstain,
    }
    if found.missing:
        return (
            said
            + " "
            + ngettext("%(n)d more vote is needed.", "%(n)d more votes are needed.", found.missing) % {"n": found.missing}
        )
    if not found.result:
        return said + " " + _("Neither side has more votes: a further vote, or one that is changed, decides.")
    return said


def option_rows(options: list[dict[str, Any]], currency: str) -> list[dict[str, str]]:
    """Options as they are read: name, text, cost and days in words."""
    return [
        {
            "name": option.get("name", ""),
            "text": option.get("text", ""),
            "cost": "" if option.get("cost") is None else amount_words(Decimal(option["cost"]), currency),
            "days": "" if option.get("days") is None else days_words(option["days"]),
        }
        for option in options or []
    ]


def figures_rows(before: dict[str, Any] | None, after: dict[str, Any] | None, currency: str) -> list[dict[str, str]]:
    """The figures that a change moves: name, before, after, the difference in words. Empty without figures."""
    if not before or not after:
        return []
    names = [
        ("budget", _("Budget")),
        ("forecast", _("Forecast")),
        ("benefits", _("Benefits")),
        ("planned_finish_on", _("Planned finish")),
        ("forecast_finish_on", _("Forecast finish")),
    ]
    found = []
    for key, label in names:
        was, now = before.get(key), after.get(key)
        row = {"label": label, "before": _none(), "after": _none(), "change": _("nothing to move")}
        if was is not None and now is not None:
            if key.endswith("_on"):
                first, last = date.fromisoformat(was), date.fromisoformat(now)
                row |= {"before": date_format(first, "j M Y"), "after": date_format(last, "j M Y")}
                row["change"] = days_words((last - first).days)
            else:
                low, high = Decimal(was), Decimal(now)
                row |= {"before": money.exact(low, currency), "after": money.exact(high, currency)}
                row["change"] = amount_words(high - low, currency)
        found.append(row)
    return found


def _none() -> str:
    return "–"


def cumulative_title(found: Cumulative, currency: str) -> str:
    """The finding: what all approved changes together did to what was approved at first."""
    if not found.count:
        return _("No approved change so far")
    changes = ngettext("%(n)d approved change", "%(n)d approved changes", found.count) % {"n": found.count}
    parts = []
    if found.cost:
        amount = money.short(abs(found.cost), currency)
        if found.percent is not None:
            amount = f"{amount} ({money.percent(abs(found.percent), 1)})"
        parts.append((_("%(amount)s more") if found.cost > 0 else _("%(amount)s less")) % {"amount": amount})
    if found.days:
        parts.append(days_words(found.days))
    if not parts:
        return _("%(changes)s: neither budget nor finish moved") % {"changes": changes}
    return _("%(changes)s: %(moves)s than first approved") % {"changes": changes, "moves": _(" and ").join(parts)}


def change_reason(reason: Mapping[str, Any], currency: str) -> str:
    """Why the dimension "scope" has its computed rating; values of `portfolio/formulas/health.py:compute_scope`."""
    parts = []
    if number := int(reason.get("approved", 0)):
        moved = []
        if (cost := Decimal(str(reason.get("cost", 0)))) and "percent" in reason:
            percent = money.percent(abs(Decimal(str(reason["percent"]))))
            moved.append(f"{'+' if cost > 0 else '−'}{money.short(abs(cost), currency)} ({percent})")
        if (days := int(reason.get("days", 0))) and "days_percent" in reason:
            moved.append(f"{days_words(days)} ({money.percent(abs(Decimal(str(reason['days_percent']))))})")
        words = ngettext("%(n)d approved change", "%(n)d approved changes", number) % {"n": number}
        what = _(" and ").join(moved) or _("neither budget nor finish moved")
        parts.append(_("%(changes)s: %(moves)s against what was approved at first.") % {"changes": words, "moves": what})
    if number := int(reason.get("late", 0)):
        words = ngettext(
            "%(n)d change request should have been decided by now.",
            "%(n)d change requests should have been decided by now.",
            number,
        )
        parts.append(words % {"n": number})
    return " ".join(parts)
