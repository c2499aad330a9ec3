"""What the overview's sections show, ready for their templates: frozen, so that equal parts are drawn once."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import money
from core.templatetags import pmo
from reporting.collect import overview_charts as charts
from reporting.collect import overview_words as words
from reporting.collect.overview import Overview
from reporting.collect.overview_asked import Approved
from reporting.formulas.attention import Attention
from reporting.formulas.totals import Bridge, Money, Step

ATTENTION = 10
MOVED = 6
Link = Callable[..., str]  # the address of the rows behind a figure: link("declared", "red")


@dataclass(frozen=True)
class Figure:
    """A key figure: `trend` is a change in words, `direction` up, down or flat, `tone` good, bad or nothing."""

    label: str
    value: str
    url: str
    trend: str = ""
    direction: str = ""
    tone: str = ""
    note: str = ""
    spark: str = ""


def figures(found: Overview, link: Link) -> tuple[Figure, ...]:
    """The six key figures, each with the address of its rows."""
    ratings, before, since = found.ratings, found.ratings_before, found.since.day
    declared, fresh = ratings.declared, found.freshness
    running = ngettext("%(n)s running", "%(n)s running", found.running_count) % {"n": words.count(found.running_count)}
    stale = _("%(stale)s stale, %(never)s never reported") % {
        "stale": words.count(fresh.stale), "never": words.count(fresh.never),
    }  # fmt: skip
    return (
        Figure(
            _("Projects"), words.count(len(found.rows)), link("projects"), note=running,
            **_trend(len(found.rows) - len(found.before), since),
        ),
        Figure(
            _("Declared red"), words.count(declared.red), link("declared", "red"),
            note=_("%(n)s amber") % {"n": words.count(declared.amber)}, spark=charts.spark(found, "red", _("Red at month ends")),
            **_trend(declared.red - before.declared.red, since, good="down"),
        ),
        Figure(
            _("Facts say worse"), words.count(ratings.computed_worse), link("disagree"),
            spark=charts.spark(found, "disagree", _("Facts worse than declared at month ends")),
            **_trend(ratings.computed_worse - before.computed_worse, since, good="down"),
        ),
        *_forecast(found, link),
        Figure(
            _("Updates overdue"), words.count(found.late_count), link("late"),
            note=ngettext("of %(n)s running project", "of %(n)s running projects", fresh.total) % {"n": words.count(fresh.total)}
            + words.left_out(found),
        ),
        Figure(
            _("Fresh ratings"), money.percent(fresh.fresh * 100 / fresh.total) if fresh.total else "–", link("fresh"), note=stale
        ),
    )  # fmt: skip


def _trend(change: int, since: date, *, good: str = "") -> dict[str, str]:
    direction = "up" if change > 0 else "down" if change < 0 else "flat"
    tone = "" if not good or not change else "good" if direction == good else "bad"
    return {"trend": words.trend_words(change, since), "direction": direction, "tone": tone}


def _forecast(found: Overview, link: Link) -> tuple[Figure, ...]:
    if not found.money:
        return ()
    first, others = found.money[0], len(found.money) - 1
    more = ngettext("and %(n)s more currency", "and %(n)s more currencies", others) % {"n": others} if others else ""
    return (
        Figure(
            _("Forecast cost"),
            pmo.money(first.stated_forecast, first.currency),
            link("variance", first.currency), trend=words.against_budget(first), note=more,
        ),
    )  # fmt: skip


@dataclass(frozen=True)
class Line:
    """A project that needs attention. `reasons`: pairs of code and words; `ratings`: declared, computed, assured."""

    reference: str
    title: str
    manager: str
    reasons: tuple[tuple[str, str], ...]
    ratings: tuple[str | None, ...]


def reasons_of(item: Attention) -> tuple[tuple[str, str], ...]:
    """Code and words of each reason."""
    return tuple((reason.code, words.reason_words(reason, item.row.currency)) for reason in item.reasons)


def attention_lines(found: Overview) -> tuple[Line, ...]:
    """The most pressing projects."""
    people = found.picture.names.people
    return tuple(
        Line(
            item.row.reference, item.row.title, people.get(item.row.manager_id, ""), reasons_of(item),
            (item.row.overall, item.row.computed_overall, item.row.assurance),
        )
        for item in found.attention[:ATTENTION]
    )  # fmt: skip


@dataclass(frozen=True)
class Moved:
    """A project that moved: `text` says how, or `before` and `now` are its ratings."""

    reference: str
    title: str
    text: str = ""
    before: str = ""
    now: str = ""


@dataclass(frozen=True)
class Column:
    """One list of the changes; `more` leads to the whole where it is cut."""

    heading: str
    lines: tuple[Moved, ...]
    url: str = ""
    more: str = ""


def changes(found: Overview, link: Link) -> tuple[Column, ...]:
    """What moved since the day compared with, in six lists."""
    moved = found.movement

    def turned(turns: Any) -> list[Moved]:
        return [Moved(turn.row.reference, turn.row.title, words.turn_words(turn), turn.before, turn.now) for turn in turns]

    def said(moves: Any, say: Callable[[Any], str]) -> list[Moved]:
        return [Moved(move.row.reference, move.row.title, say(move)) for move in moves]

    def named(rows: Any) -> list[Moved]:
        return [Moved(row.reference, row.title, row.reference) for row in rows]

    def column(heading: str, found: Any, draw: Callable[[Any], list[Moved]], figure: str, more: str) -> Column:
        lines = tuple(draw(found[:MOVED]))
        if len(found) <= len(lines):
            return Column(heading, lines)
        return Column(heading, lines, link(figure), more % {"n": words.count(len(found))})

    return (
        column(_("Got worse"), moved.worse, turned, "worse", _("All %(n)s that got worse")),
        column(_("Got better"), moved.better, turned, "better", _("All %(n)s that got better")),
        column(
            _("Finish moved"),
            moved.slips,
            lambda moves: said(moves, words.slip_words),
            "moved-finish",
            _("All %(n)s that moved"),
        ),
        column(
            _("Money moved"),
            moved.shifts,
            lambda moves: said(moves, words.shift_words),
            "moved-money",
            _("All %(n)s that moved"),
        ),
        column(_("New"), moved.entered, named, "entered", _("All %(n)s that entered")),
        column(_("Left"), moved.left, named, "left", _("All %(n)s that left")),
    )


@dataclass(frozen=True)
class BridgeLine:
    """A row between budget and forecast. `start` and `width` of its bar in percent of the drawing; no bar: no width."""

    label: str
    reference: str
    amount: Decimal
    start: str = "0"
    width: str = ""


def bridge_lines(bridge: Bridge) -> tuple[BridgeLine, ...]:
    """The named contributions with their bars, from one zero line, then all others together.

    The bars compare the named ones with each other: budget, forecast and the sum of all others are hundreds of times as
    large, and beside them nothing else could be seen.
    """
    named = [step.amount for step in bridge.steps if step.row is not None]
    low, high = min([Decimal(0), *named]), max([Decimal(0), *named])
    span = (high - low) or Decimal(1)

    def place(amount: Decimal) -> Decimal:
        return (amount - low) / span * 100

    def line(step: Step) -> BridgeLine:
        if step.row is None:
            label = ngettext("%(n)s other", "%(n)s others", step.projects) % {"n": words.count(step.projects)}
            return BridgeLine(label, "", step.amount)
        start, end = sorted((place(Decimal(0)), place(step.amount)))
        return BridgeLine(
            step.row.title, step.row.reference, step.amount, f"{start:.1f}", f"{max(end - start, Decimal('0.5')):.1f}"
        )

    return tuple(line(step) for step in bridge.steps)


def changes_lines(bridge: Bridge, found: Approved) -> tuple[tuple[str, Decimal, str], ...]:
    """The rows before the budget: what it was without the approved changes, and these, with the address of their list. None
    where no change was approved."""
    if not found.changes:
        return ()
    label = ngettext("%(n)s approved change", "%(n)s approved changes", found.changes) % {"n": words.count(found.changes)}
    on = ngettext("on %(n)s project", "on %(n)s projects", found.projects) % {"n": words.count(found.projects)}
    url = f"{reverse('portfolio:change-list')}?open=all&status=approved&status=implemented"
    return (
        (_("Before approved changes"), bridge.budget - found.amount, ""),
        (f"{label} {on}", found.amount, url),
    )


@dataclass(frozen=True)
class MoneyLine:
    """The totals of one currency, with the addresses of their rows. `over`: forecast against budget, in words."""

    line: Money
    url: str
    variance_url: str
    over: str


def money_lines(found: Overview, link: Link) -> tuple[MoneyLine, ...]:
    """One line a currency."""
    return tuple(
        MoneyLine(
            line, link("money", line.currency), link("variance", line.currency), words.percent_over(line.variance_percent)
        )
        for line in found.money
    )
