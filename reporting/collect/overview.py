"""The portfolio overview: everything the page says, from a number of queries that does not grow with the portfolio.

`read_picture` (overview_picture.py) takes the projects that the reader may see as they stood; `overview` narrows them to a selection
and computes, block by block, so that of thousands of projects only those near a changed one are looked at again.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from itertools import chain
from operator import attrgetter, itemgetter
from typing import Any

from django.utils import timezone

from portfolio.formulas.discretion import priced_together, rated_together
from portfolio.models import DIMENSIONS
from portfolio.models.asof import Standing
from portfolio.models.kept import ratings_kept
from reporting.collect.blocks import Blocks, blocks_of
from reporting.collect.overview_asked import (
    Approved,
    DecisionLine,
    MilestoneLine,
    Near,
    changes_approved,
    late_updates,
    read_decisions,
    read_milestones,
)
from reporting.collect.overview_counts import (
    ENDED,
    Freshness,
    Named,
    Present,
    Ratings,
    dimensions_of,
    freshness_together,
    ratings_of,
    ratings_together,
)
from reporting.collect.overview_picture import Picture, Selection, narrowed
from reporting.collect.since import Since, end_of
from reporting.formulas.attention import Attention, Limits, attention_of, ranked
from reporting.formulas.movement import Movement, moved, movements_together
from reporting.formulas.rating_counts import Counts, together
from reporting.formulas.totals import Bridge, Money, bridge, bridges_together, totals, totals_together
from reporting.formulas.trend import Point, month_ends, trend, until_over

SHOWN = 8
PK = itemgetter(Standing._fields.index("pk"))


@dataclass(frozen=True)
class Overview:
    """What the page says, and from what."""

    picture: Picture
    selection: Selection
    since: Since
    rows: tuple[Standing, ...]
    before: tuple[Standing, ...]
    seen: tuple[Standing, ...]
    rated: tuple[Standing, ...]
    priced: tuple[Standing, ...]
    hidden_count: int
    running_count: int
    ratings: Ratings
    ratings_before: Ratings
    dimensions: dict[str, Counts]
    money: list[Money]
    late: dict[int, int]
    freshness: Freshness
    attention: list[Attention]
    movement: Movement
    milestones_near: list[Near]  # the earliest first
    milestones_missed: int
    decisions: list[DecisionLine]
    trend: list[Point]
    limits: dict[int, Limits]
    blocks: Blocks = field(repr=False)

    @cached_property
    def by_pk(self) -> dict[int, Standing]:
        """Those that may be shown by name."""
        return dict(zip(map(PK, self.seen), self.seen, strict=True))

    @cached_property
    def milestones(self) -> list[MilestoneLine]:
        """The next ones to come."""
        return self.milestone_lines(self.milestones_near[self.milestones_missed :][:SHOWN])

    @cached_property
    def milestones_open(self) -> list[MilestoneLine]:
        """All that are missed or near."""
        return self.milestone_lines(self.milestones_near)

    @property
    def milestones_ahead(self) -> int:
        """How many come near and are not missed."""
        return len(self.milestones_near) - self.milestones_missed

    def milestone_lines(self, near: Iterable[Near]) -> list[MilestoneLine]:
        """With their projects."""
        return [MilestoneLine(self.by_pk[project], title, planned, due) for project, title, planned, due in near]

    @cached_property
    def bridges(self) -> list[Bridge]:
        """From budget to forecast, one a currency, the largest first."""
        return [self.bridge_in(line.currency) for line in self.money]

    def bridge_in(self, currency: str) -> Bridge:
        """From budget to forecast in one currency."""
        hidden = self.picture.hidden
        parts = self.blocks(("bridge", currency), lambda rows: bridge(rows, currency, unnamed=hidden), self.priced)
        return bridges_together(parts)

    def changed_in(self, currency: str) -> Approved:
        """What change requests added to the budgets that the bridge starts from, in one currency, as far as it was approved
        then. Confidential changes, and those of projects without a name, are told of nowhere. One query at most."""
        amount, count, projects = Decimal(0), 0, 0
        for project, (cost, changes) in changes_approved(self.picture, currency).items():
            row = self.by_pk.get(project)
            if row and row.currency == currency and row.budget is not None and row.forecast is not None:
                amount += cost
                count += changes
                projects += 1
        return Approved(amount, count, projects)

    @property
    def late_count(self) -> int:
        """Projects whose update is overdue."""
        return len(self.late)

    @cached_property
    def decisions_overdue(self) -> int:
        """Decisions whose day has passed."""
        return sum(line.overdue for line in self.decisions)

    @property
    def has_figures(self) -> bool:
        """Whether there is anything to show."""
        return bool(self.rows)


def overview(picture: Picture, selection: Selection, since: Since) -> Overview:
    """Everything on the page, and what changed after `since`. Six queries at most, one more with an objective."""
    hidden, limits, today = picture.hidden, picture.names.limits, picture.today
    by_block = blocks_of(picture.mine, hidden, selection, today, *limits.items())
    rows = narrowed(picture, selection)
    past = narrowed(picture, selection, picture.rows_at(since.moment))
    over = not selection.phase  # ratings of projects that are over do not count, unless a phase is chosen

    def named(rows: Sequence[Standing]) -> Named:
        return Named.of(rows, hidden, over=over)

    now = by_block("now", lambda rows: Present.at(named(rows), limits, today), rows)
    then = by_block(("then", since.moment), named, past)
    seen, running, unnamed, before = joined(now, "seen"), joined(now, "running"), joined(now, "unnamed"), joined(then, "seen")
    # Those without a name are few: which of their ratings and amounts may be told follows from all of them together.
    told = enough([row for row in unnamed if not over or row.phase not in ENDED])
    told_then = enough([row for row in joined(then, "unnamed") if not over or row.phase not in ENDED])
    priced = priced_together(unnamed, lambda _row: True, lambda row, names: row._replace(**dict.fromkeys(names)))
    pks = tuple(map(PK, running))
    late, milestones = late_updates(picture, set(pks)), read_milestones(picture, set(pks))
    decisions = read_decisions(picture, running, by_block)
    waiting = Counter([line.row.pk for line in decisions if line.overdue])
    was, pks_seen = dict(zip(map(PK, before), before, strict=True)), tuple(map(PK, seen))
    ratings = ratings_together([*(block.ratings for block in now), ratings_of(told)])
    dimensions = [*(block.dimensions for block in now), dimensions_of(told)]
    return Overview(
        picture=picture,
        selection=selection,
        since=since,
        rows=rows,
        before=past,
        seen=seen,
        rated=(*joined(now, "rated"), *told),
        priced=(*seen, *priced),
        hidden_count=len(unnamed),
        running_count=len(running) + sum(row.phase not in ENDED for row in unnamed),
        ratings=ratings,
        ratings_before=ratings_together([*(block.ratings for block in then), ratings_of(told_then)]),
        dimensions={"overall": ratings.declared} | {name: together(part[name] for part in dimensions) for name in DIMENSIONS},
        money=totals_together([*(block.money for block in now), totals(priced)]),
        late=late,
        freshness=freshness_together([block.freshness for block in now]),
        attention=ranked(
            by_block(
                ("attention", since.moment),
                lambda *columns: attention_of(*columns, limits=limits, today=today, zone=timezone.get_current_timezone()),
                running,
                *(tuple(map(found.get, pks)) for found in (was, late, waiting)),
            )
        ),
        movement=movements_together(
            by_block(("movement", since.moment), moved, seen, tuple(map(was.get, pks_seen))), pks_seen, was
        ),
        milestones_near=milestones,
        milestones_missed=bisect_left(milestones, today, key=itemgetter(3)),
        decisions=decisions,
        trend=read_trend(picture, selection, (*seen, *enough(unnamed)), ratings, by_block),
        limits=limits,
        blocks=by_block,
    )


def joined(blocks: Iterable[Any], name: str) -> tuple[Standing, ...]:
    """The rows that the blocks hold under this name."""
    return tuple(chain.from_iterable(map(attrgetter(name), blocks)))


def enough(unnamed: Sequence[Standing]) -> tuple[Standing, ...]:
    """Rows without a name, where there are enough of them to tell of their ratings; else none."""
    return rated_together(unnamed, lambda _row: True)


def read_trend(
    picture: Picture, selection: Selection, rows: tuple[Standing, ...], ratings: Ratings, by_block: Blocks
) -> list[Point]:
    """The ratings of these projects at the last month ends and now (`ratings`), the oldest first. One query at most."""
    *days, today = month_ends(picture.today)
    ends = [(day, end_of(day).moment) for day in days]
    kept = ratings_kept(picture.clock, tuple(moment for _day, moment in ends))

    def known(rows: Sequence[Standing], found: Sequence[bytes | None]) -> bytes:
        return b"".join(
            until_over(packed, ends, row.actual_finish_on, row.reported_at)
            if row.phase in ENDED and not selection.phase
            else packed
            for row, packed in zip(rows, found, strict=True)
            if packed
        )

    packed = by_block(("trend", *ends), known, rows, tuple(map(kept.get, map(PK, rows))))
    declared = ratings.declared
    now = Point(today, declared.red, declared.amber, declared.green, ratings.computed_worse, declared.rated)
    return [*trend(b"".join(packed), tuple(days)), now]
