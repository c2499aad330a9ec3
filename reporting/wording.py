"""Sentences that reports, their mails and their pages share."""

from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import money
from core.charts.milestones import slip_words
from core.mail import safe_file_name
from core.rag import rating_of
from portfolio.formulas.raid_counts import Item, Registers
from portfolio.registers import KINDS
from portfolio.wording_raid import news_of, signed_money
from reporting.formulas.changes import Asked, Changes, FinishMove, MoneyMove, Turn
from reporting.formulas.snapshot import Decision, Sheet, Snapshot, Total
from reporting.models import NTH, WEEKDAYS, ReportEdition


def day(value: date | None) -> str:
    """22 Nov 2026."""
    return date_format(value, "j M Y") if value else ""


def file_name(edition: ReportEdition) -> str:
    """What the PDF of an edition is called when it is saved."""
    schedule = edition.run.schedule
    return safe_file_name(f"{schedule.name} {schedule.local_day(edition.run.due_at).isoformat()}.pdf")


def period_words(kind: str, on: date) -> str:
    """Which week, month or quarter a report of this cadence is for."""
    if kind in ("weekly", "fortnightly"):
        year, week, _weekday = on.isocalendar()
        return _("week %(week)s, %(year)s") % {"week": week, "year": year}
    if kind == "monthly":
        return date_format(on, "F Y")
    if kind == "quarterly":
        return _("quarter %(quarter)s, %(year)s") % {"quarter": (on.month + 2) // 3, "year": on.year}
    return day(on)


def decisions_due(snapshot: Snapshot) -> list[Asked]:
    """Every decision asked for, the most urgent first."""
    found = [Asked(sheet, decision) for sheet in snapshot.sheets for decision in asked_of(sheet)]
    # What waits above the projects stands on the page of risks, where its line leads.
    found += [Asked(Sheet(0, "risks", item.above), asked_by(item)) for item in snapshot.waiting]
    return sorted(found, key=lambda one: (one.decision.due_on or date.max, one.sheet.reference))


def asked_of(sheet: Sheet) -> list[Decision]:
    """What a project asks to be decided: in its update, and in its registers."""
    asked = [*sheet.decisions, *(asked_by(item) for item in sheet.waiting)]
    return sorted(asked, key=lambda decision: decision.due_on or date.max)


def asked_by(item: Item) -> Decision:
    """A decision needed or a change request to decide, as a line of the decisions needed."""
    if item.kind != "change":
        return Decision(item.title, item.decider, item.due_on)
    what = change_size(item)
    words = _("Change request %(reference)s: %(title)s (%(size)s)") if what else _("Change request %(reference)s: %(title)s")
    return Decision(
        words % {"reference": item.reference, "title": item.title, "size": what}, item.decider, item.due_on
    )  # fmt: skip


def change_size(item: Item) -> str:
    """What a change request changes: "+£120k, 21 days later"."""
    parts = []
    if item.cost_change:
        parts.append(signed_money(item.cost_change, item.currency))
    if item.finish_change:
        words = ngettext("%(n)s day", "%(n)s days", abs(item.finish_change)) % {"n": abs(item.finish_change)}
        parts.append((_("%(days)s later") if item.finish_change > 0 else _("%(days)s earlier")) % {"days": words})
    return ", ".join(parts)


def registers_line(told: Registers | None, *, most: int = 5) -> str:
    """What the registers have to tell in one line, the most pressing first; empty where that is nothing."""
    return ", ".join(words for _kind, _what, words in news_of(told)[:most]) if told else ""


def stirred_words(sheet: Sheet) -> str:
    """What happened in the registers of a project since the last report: decided changes by name, then numbers."""
    told = sheet.registers
    if told is None:
        return ""
    parts = [
        _("%(reference)s %(state)s (%(size)s)")
        % {
            "reference": item.reference,
            "state": str(KINDS["change"].state(item.status).label).lower(),
            "size": change_size(item),
        }
        for item in told.changes_decided[:2]
    ]
    news = [words for kind, what, words in news_of(told) if what in ("raised", "new", "closed") and kind in ("risk", "issue")]
    return ", ".join([*parts, *news[:3]])


def finding(snapshot: Snapshot, changed: Changes) -> str:
    """What the reader should know before opening: "2 turned red, 3 decisions due"."""
    parts = []
    if red := len(changed.turned_red):
        parts.append(ngettext("%(n)s turned red", "%(n)s turned red", red) % {"n": red})
    elif red := sum(sheet.overall == "red" for sheet in snapshot.sheets):
        parts.append(ngettext("%(n)s red", "%(n)s red", red) % {"n": red})
    if due := len(decisions_due(snapshot)):
        parts.append(ngettext("%(n)s decision due", "%(n)s decisions due", due) % {"n": due})
    stale = sum(sheet.is_stale or not sheet.reported_on for sheet in snapshot.sheets)
    if stale and len(parts) < 2:
        parts.append(ngettext("%(n)s not up to date", "%(n)s not up to date", stale) % {"n": stale})
    if not parts:
        count = len(snapshot.sheets)
        parts.append(ngettext("%(n)s project on course", "all %(n)s projects on course", count) % {"n": count})
    return ", ".join(parts)


def subject(snapshot: Snapshot, changed: Changes) -> str:
    """The mail's subject: what it is, of when, and the finding."""
    return f"{snapshot.title}, {snapshot.period}: {finding(snapshot, changed)}"


def headline(snapshot: Snapshot, changed: Changes) -> str:
    """One or two sentences on overall health."""
    ratings = [row.overall for row in snapshot.rated]
    total, red, amber = len(ratings), ratings.count("red"), ratings.count("amber")
    if not total:
        return _("There is no project in this report.")
    if red:
        of_all = ngettext("%(red)s of %(total)s projects is red", "%(red)s of %(total)s projects are red", red)
        sentence = (of_all if total > 1 else _("The only project is red")) % {"red": red, "total": total}
        sentence += _(" and %(amber)s amber.") % {"amber": amber} if amber else "."
    elif amber:
        of_all = ngettext(
            "No project is red; %(amber)s of %(total)s is amber.", "No project is red; %(amber)s of %(total)s are amber.", amber
        )
        sentence = (of_all if total > 1 else _("The only project is amber.")) % {"amber": amber, "total": total}
    else:
        sentence = _("No project is red or amber.")
    if changed.since:
        worse, better = sum(turn.is_worse for turn in changed.turned), sum(turn.is_better for turn in changed.turned)
        sentence += " " + _("Since %(day)s, %(worse)s got worse and %(better)s better.") % {
            "day": day(changed.since),
            "worse": worse,
            "better": better,
        }
    return sentence


def turn_words(turn: Turn) -> str:
    """Amber → Red."""
    return f"{rating_of(turn.before).word} → {rating_of(turn.now).word}"


def finish_words(move: FinishMove) -> str:
    """The expected finish moved by how much, to when."""
    words = ngettext("%(n)s day", "%(n)s days", abs(move.days)) % {"n": abs(move.days)}
    template = _("finish %(days)s later, now %(day)s") if move.days > 0 else _("finish %(days)s earlier, now %(day)s")
    return template % {"days": words, "day": day(move.now)}


def money_words(move: MoneyMove) -> str:
    """The whole-life forecast or budget moved by how much, to what."""
    amount = money.short(abs(move.by), move.sheet.currency)
    now = money.short(move.now, move.sheet.currency)
    if move.figure == "forecast":
        template = _("forecast cost %(by)s up, now %(now)s") if move.by > 0 else _("forecast cost %(by)s down, now %(now)s")
    else:
        template = _("budget %(by)s up, now %(now)s") if move.by > 0 else _("budget %(by)s down, now %(now)s")
    return template % {"by": amount, "now": now}


def slip_of(sheet: Sheet) -> str:
    """How late the project is against its plan, in words; "" where unknown."""
    return slip_words(sheet.slip_days) if sheet.slip_days is not None else ""


def variance_words(total: Total) -> str:
    """Forecast against budget, in words."""
    if not total.variance:
        return _("on budget")
    amount = money.short(abs(total.variance), total.currency)
    return (_("%(amount)s over budget") if total.variance > 0 else _("%(amount)s under budget")) % {"amount": amount}


def gaps(sheet: Sheet) -> list[str]:
    """What a reader must know is missing or old."""
    found = []
    if sheet.reported_on is None:
        found.append(_("no status update yet"))
    elif sheet.is_stale:
        found.append(_("last update is %(days)s days old") % {"days": sheet.age_days})
    elif not sheet.ratings.get("overall"):
        found.append(_("no overall rating"))
    if sheet.budget is None:
        found.append(_("no budget"))
    if sheet.forecast is None:
        found.append(_("no forecast cost"))
    if sheet.finish_on is None:
        found.append(_("no finish date"))
    if not sheet.sponsor:
        found.append(_("no sponsor"))
    return found


def terms(snapshot: Snapshot) -> list[tuple[str, str]]:
    """The words of a report and what they mean, for its last page."""
    found = [
        (_("Declared"), _("The rating that the project manager gave in the last published update.")),
        (_("Computed from facts"), _("What dates and money alone say, by the thresholds of the project’s tier.")),
        (
            _("Delivery confidence"),
            _("The portfolio office’s own view of whether the project will deliver. Exempt: not published."),
        ),
        (
            _("Out of date"),
            _("The last update is older than the project’s tier allows, %(n)s days by default.")
            % {"n": snapshot.stale_after_days},
        ),
        (_("Finish"), _("The forecast finish, or the actual one; late or early is told against the planned finish.")),
        (
            _("Money"),
            _("Whole life, in each project’s own currency; amounts in different currencies are never added up."),
        ),
    ]
    if snapshot.hidden:
        found.append(
            (
                _("Confidential projects"),
                _(
                    "Named only to those who may see them. Fewer than three are left out of the totals: nobody can work them out."
                ),
            )
        )
    return found


def cadence_words(schedule: Any) -> str:
    """Every Monday at 08:00 (Europe/London)."""
    at = f"{schedule.at:%H:%M}"
    weekday = dict(WEEKDAYS).get(schedule.weekday, "")
    if schedule.kind in ("monthly", "quarterly"):
        if schedule.nth:
            on = _("on the %(nth)s %(weekday)s") % {"nth": dict(NTH)[schedule.nth], "weekday": weekday}
        elif schedule.monthday == -1:
            on = _("on the last day")
        else:
            on = _("on day %(day)s") % {"day": schedule.monthday}
        template = _("Every month %(on)s at %(at)s") if schedule.kind == "monthly" else _("Every quarter %(on)s at %(at)s")
        words = template % {"on": on, "at": at}
    elif schedule.kind == "weekly":
        words = _("Every %(weekday)s at %(at)s") % {"weekday": weekday, "at": at}
    elif schedule.kind == "fortnightly":
        words = _("Every second %(weekday)s at %(at)s") % {"weekday": weekday, "at": at}
    else:
        words = _("%(often)s at %(at)s") % {"often": schedule.get_kind_display(), "at": at}
    return f"{words} ({schedule.zone})"


def sheet_variance_words(sheet: Sheet) -> str:
    """How far the forecast is from the budget; nothing where the forecast is unknown."""
    if sheet.variance is None:
        return _("no budget to compare with") if sheet.budget is None else ""
    if not sheet.variance:
        return _("on budget")
    amount = money.short(abs(sheet.variance), sheet.currency)
    return (_("%(amount)s over budget") if sheet.variance > 0 else _("%(amount)s under budget")) % {"amount": amount}
