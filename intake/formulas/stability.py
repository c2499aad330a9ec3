"""Rank stability: how far one criterion's weight can move before the chosen set changes (FIELD 1.2).

A criterion's weight t goes from 0 to 1 while all others keep their proportions to each other and share 1 - t. A request's
score is then N(t) / D(t), with N = t m p + (1 - t) A and D = t m + (1 - t) B: p its points on the criterion, m 1 where it
has any and 0 where the criterion is left out for it, A and B the sums over the other criteria of w points and w (of the
answered), divided by 1 - w of the criterion. With s = t / (1 - t) two requests i and k have the same score where
    s^2 m_i m_k (p_i - p_k) + s (p_i m_i B_k + A_i m_k - p_k m_k B_i - A_k m_i) + (A_i B_k - A_k B_i) = 0,
which is linear where both have answered everything. The chosen set can change only at such crossings, so they are solved,
not sampled: those of a chosen with a not chosen request (and, where a funding line stops at the first that does not fit,
those of two not chosen ones, of which one fits into what is left). Where money decides, the set is chosen anew between one
crossing and the next until it differs.
"""

from collections.abc import Callable, Collection, Hashable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from intake.formulas.ranking import SAME_SCORE_DIGITS, Policy, fits

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Places = npt.NDArray[np.intp]
Chooser = Callable[[Places], Flags]
# Chosen -> pairs of sides: crossings of a request of the first with one of the second may change the choice.
Meeting = Callable[[Flags], list[tuple[Flags, Flags]]]

_CLOSE = 1e-9
# Crossings nearer to each other than this are one.
_SAME_CROSSING = 1e-10
_JUST = 1e-5  # of a weight: far below what anybody enters, enough to tell scores apart
# So many of the nearest crossings are looked at before all of them are put in order.
_NEAREST = 512


@dataclass(frozen=True)
class Swap:
    """What happens past a bound: which requests leave the chosen set and which enter it. `overtaken` and `overtaking` are
    the two whose scores cross there."""

    overtaken: Hashable
    overtaking: Hashable
    leaves: tuple[Hashable, ...]
    enters: tuple[Hashable, ...]


@dataclass(frozen=True)
class Interval:
    """A criterion's weight and the interval of it, both shares 0 to 1, within which the chosen set stays. `below`, `above`:
    what happens past that bound; None: the set stays down to 0 or up to 1. A bound equal to the weight means a tie: any
    move that way changes the set. A single point at which three scores or more are equal, after which the set is as before, is
    no bound."""

    criterion: str
    weight: float
    low: float
    high: float
    below: Swap | None
    above: Swap | None

    @property
    def margin(self) -> float | None:
        """The smallest move that changes the set, as a share; None where no move does."""
        moves = [self.weight - self.low] * (self.below is not None) + [self.high - self.weight] * (self.above is not None)
        return min(moves) if moves else None


@dataclass(frozen=True)
class Stability:
    """The chosen set at the present weights and one interval a criterion, in order."""

    chosen: tuple[Hashable, ...]
    intervals: tuple[Interval, ...]

    @property
    def tightest(self) -> Interval | None:
        """The criterion whose weight can move least; None where none matters."""
        moving = [(interval.margin, number) for number, interval in enumerate(self.intervals) if interval.margin is not None]
        return self.intervals[min(moving)[1]] if moving else None


def top_stability(
    points: Floats,
    weights: Sequence[float],
    *,
    top: int,
    keys: Sequence[Hashable],
    criteria: Sequence[str],
    must_do: Collection[Hashable] = (),
) -> Stability:
    """For the first `top` of the requests `keys`, in the caller's order among equals. `points` R x C, NaN where a criterion
    is left out for a request; `weights` C, normalised here. Must-dos are always among them and take up places; requests that
    are not eligible or have no score are left out by the caller. ValueError for shapes and weights that do not fit and for a
    request without a score."""
    contest = _Contest(points, weights, keys, criteria, must_do)
    places = max(0, top - len(contest.given))

    def choose(order: Places) -> Flags:
        chosen = np.zeros(len(order), dtype=np.bool_)
        chosen[order[:places]] = True
        return chosen

    return contest.stability(choose, lambda chosen: [(chosen, ~chosen)])


def funded_stability(
    points: Floats,
    weights: Sequence[float],
    *,
    costs: Sequence[Decimal],
    line: Decimal,
    policy: Policy,
    keys: Sequence[Hashable],
    criteria: Sequence[str],
    must_do: Collection[Hashable] = (),
) -> Stability:
    """As `top_stability` for the requests that a funding line reaches (`ranking.fund`), all in one currency, with their
    `costs`. Must-dos take the money first. Requests without a cost are left out by the caller."""
    if len(costs) != len(keys):
        raise ValueError("one cost a request")
    contest = _Contest(points, weights, keys, criteria, must_do)
    left = max(Decimal(0), line - sum((cost for cost, key in zip(costs, keys, strict=True) if key in must_do), Decimal(0)))
    asked = [cost for cost, key in zip(costs, keys, strict=True) if key not in must_do]

    def choose(order: Places) -> Flags:
        chosen = np.zeros(len(order), dtype=np.bool_)
        chosen[order] = fits([asked[place] for place in order], left, policy)
        return chosen

    def meeting(chosen: Flags) -> list[tuple[Flags, Flags]]:
        if policy == "skip":
            # What costs more than all there is never comes in and keeps nothing out.
            return [(chosen, ~chosen & np.array([cost <= left for cost in asked], dtype=np.bool_))]
        remains = left - sum((cost for cost, is_in in zip(asked, chosen, strict=True) if is_in), Decimal(0))
        fitting = np.array([cost <= remains for cost in asked], dtype=np.bool_)
        # Past the stop, what would still fit counts once nothing that does not stands before it.
        return [(chosen, ~chosen), (~chosen & ~fitting, ~chosen & fitting)]

    return contest.stability(choose, meeting)


class _Contest:
    """Requests that contend for a place, with must-dos set apart."""

    def __init__(
        self,
        points: Floats,
        weights: Sequence[float],
        keys: Sequence[Hashable],
        criteria: Sequence[str],
        must_do: Collection[Hashable],
    ) -> None:
        every = np.asarray(points, dtype=np.float64)
        shares = np.array([float(weight) for weight in weights])
        if every.shape != (len(keys), len(criteria)) or shares.shape != (len(criteria),):
            raise ValueError("points must be requests x criteria, with one weight a criterion")
        if (shares < 0).any() or not shares.sum() > 0:
            raise ValueError("weights must not be below zero, nor all zero")
        contending = [number for number, key in enumerate(keys) if key not in must_do]
        self.given = tuple(key for key in keys if key in must_do)
        self.keys = [keys[number] for number in contending]
        self.criteria = criteria
        self.weights = shares / shares.sum()
        self.known = ~np.isnan(every[contending])
        self.points = np.nan_to_num(every[contending])
        if not (self.known @ self.weights > 0).all():
            raise ValueError("a request without a score cannot be ranked")

    def stability(self, choose: Chooser, meeting: Meeting) -> Stability:
        """The set that `choose` makes of the order, and how far each weight can move before it makes another."""
        chosen = choose(self.order(self.points @ self.weights, self.known @ self.weights))
        sides = [(np.flatnonzero(one), np.flatnonzero(other)) for one, other in meeting(chosen)]
        intervals = tuple(self._interval(column, chosen, sides, choose) for column in range(len(self.criteria)))
        return Stability(self.given + self._named(chosen), intervals)

    def _named(self, flags: Flags) -> tuple[Hashable, ...]:
        return tuple(key for key, flag in zip(self.keys, flags, strict=True) if flag)

    def order(self, numerator: Floats, denominator: Floats) -> Places:
        """Highest score first; equals in the caller's order."""
        score = np.divide(numerator, denominator, out=np.full(len(numerator), -1.0), where=denominator > 0)
        return np.argsort(-np.round(score, SAME_SCORE_DIGITS), kind="stable")

    def _interval(self, column: int, chosen: Flags, sides: list[tuple[Places, Places]], choose: Chooser) -> Interval:
        weight = float(self.weights[column])
        if weight >= 1 - _CLOSE:
            # With all the weight on one criterion the others have no proportions to keep: nothing can move.
            return Interval(self.criteria[column], weight, 0.0, 1.0, None, None)
        line = _Line(self, column)
        crossings = _Crossings.joined([line.crossings(one, other) for one, other in sides])
        low, below = self._bound(line, chosen, crossings.towards(0.0, weight), choose, end=0.0)
        high, above = self._bound(line, chosen, crossings.towards(1.0, weight), choose, end=1.0)
        return Interval(self.criteria[column], weight, low, high, below, above)

    def _bound(
        self, line: "_Line", chosen: Flags, crossings: Iterator["_Crossings"], choose: Chooser, end: float
    ) -> tuple[float, Swap | None]:
        """The first crossing on the way to `end` behind which the choice differs. Comes in groups of one weight."""
        here = next(crossings, None)
        while here is not None:
            following = next(crossings, None)
            at = float(here.where[0])
            beyond = float(following.where[0]) if following is not None else end
            middle = (at + beyond) / 2
            after = choose(line.order_at(middle))
            if (after != chosen).any():
                # Who leaves is read just behind it: on the way to the middle requests of one side may change their order.
                just = choose(line.order_at(min(max(middle, at - _JUST), at + _JUST)))
                after = just if (just != chosen).any() else after
                left, entered = chosen & ~after, after & ~chosen
                # Of several pairs that cross in one point, name one that changes places.
                best = int((1 * left[here.one] + 2 * entered[here.other]).argmax())
                overtaken, overtaking = self.keys[here.one[best]], self.keys[here.other[best]]
                return at, Swap(overtaken, overtaking, self._named(left), self._named(entered))
            here = following
        return end, None


@dataclass(frozen=True)
class _Crossings:
    """Weights at which the request `one` and the request `other` have the same score."""

    where: Floats
    one: Places
    other: Places

    @classmethod
    def joined(cls, parts: Sequence["_Crossings"]) -> "_Crossings":
        return cls(
            np.concatenate([part.where for part in parts]),
            np.concatenate([part.one for part in parts]),
            np.concatenate([part.other for part in parts]),
        )

    def taken(self, places: Places | Flags) -> "_Crossings":
        return _Crossings(self.where[places], self.one[places], self.other[places])

    def towards(self, end: float, weight: float) -> Iterator["_Crossings"]:
        """Those on the way from the present weight to 0 or 1, the nearest first, in groups of one weight each."""
        found = self.taken((self.where >= weight) & (self.where < 1) if end else (self.where <= weight) & (self.where > 0))
        away = np.abs(found.where - weight)
        if len(away) > _NEAREST:
            # Mostly the nearest few decide: only they are put in order at first. The last group may be cut, so it waits.
            limit = float(np.partition(away, _NEAREST)[_NEAREST])
            near = away < limit - _SAME_CROSSING
            yield from found.taken(near)._groups(away[near])
            found, away = found.taken(~near), away[~near]
        yield from found._groups(away)

    def _groups(self, away: Floats) -> Iterator["_Crossings"]:
        order = np.argsort(away, kind="stable")
        ordered, away = self.taken(order), away[order]
        starts = np.flatnonzero(np.diff(away, prepend=-1.0) > _SAME_CROSSING)
        for start, stop in pairwise([*starts.tolist(), len(away)]):
            yield ordered.taken(np.arange(start, stop))


class _Line:
    """All scores as functions of one criterion's weight."""

    def __init__(self, contest: _Contest, column: int) -> None:
        self.contest = contest
        self.weight = float(contest.weights[column])
        others = contest.weights.copy()
        others[column] = 0.0
        others /= 1 - self.weight
        self.known = contest.known[:, column].astype(np.float64)
        self.scored = contest.points[:, column] * self.known
        self.rest = contest.points @ others
        self.rest_known = contest.known @ others
        self.is_complete = bool(contest.known.all())

    def order_at(self, weight: float) -> Places:
        """The order when the criterion has this weight."""
        return self.contest.order(
            weight * self.scored + (1 - weight) * self.rest, weight * self.known + (1 - weight) * self.rest_known
        )

    def crossings(self, one: Places, other: Places) -> _Crossings:
        """Where requests of the two sides have the same score."""
        i, k = one[:, np.newaxis], other[np.newaxis, :]
        if self.is_complete:
            linear, constant = self.scored[i] - self.scored[k], self.rest[i] - self.rest[k]
            roots = np.divide(-constant, linear, out=np.full_like(linear, -1.0), where=np.abs(linear) > 1e-12)
            now = self.weight * linear + (1 - self.weight) * constant
            found = [roots]
        else:
            square = self.scored[i] * self.known[k] - self.scored[k] * self.known[i]
            linear = (
                self.scored[i] * self.rest_known[k]
                + self.rest[i] * self.known[k]
                - self.scored[k] * self.rest_known[i]
                - self.rest[k] * self.known[i]
            )
            constant = self.rest[i] * self.rest_known[k] - self.rest[k] * self.rest_known[i]
            now = self._now(i) - self._now(k)
            found = list(_roots(square, linear, constant))
        parts = []
        for roots in found:
            row, place = np.nonzero(roots >= 0)
            where = roots[row, place] / (1 + roots[row, place])
            parts.append(_Crossings(where, one[row], other[place]))
        # What counts as the same score at present crosses exactly here, whichever side rounding puts it on.
        row, place = np.nonzero(np.abs(now) <= 10.0**-SAME_SCORE_DIGITS)
        parts.append(_Crossings(np.full(len(row), self.weight), one[row], other[place]))
        return _Crossings.joined(parts)

    def _now(self, places: Places) -> Floats:
        known = self.weight * self.known[places] + (1 - self.weight) * self.rest_known[places]
        scored = self.weight * self.scored[places] + (1 - self.weight) * self.rest[places]
        return np.divide(scored, known, out=np.full_like(known, -1.0), where=known > 0)


def _roots(square: Floats, linear: Floats, constant: Floats) -> tuple[Floats, Floats]:
    """Both roots of square s^2 + linear s + constant; -1 where there is none (a function that is zero everywhere, of two
    requests with equal answers, has none)."""
    scale = np.maximum(np.maximum(np.abs(square), np.abs(linear)), np.abs(constant))
    square, linear, constant = (np.where(np.abs(part) <= 1e-12 * scale, 0.0, part) for part in (square, linear, constant))
    inside = linear * linear - 4 * square * constant
    # A double root is a touch; rounding may put it a hair below zero.
    inside = np.where(np.abs(inside) <= 1e-14 * scale * scale, 0.0, inside)
    # The form that subtracts nothing: q / a and c / q. For a = 0 the second is the linear root.
    q = -(linear + np.copysign(np.sqrt(np.maximum(inside, 0.0)), linear)) / 2
    real = inside >= 0
    first: Floats = np.divide(q, square, out=np.full_like(q, -1.0), where=real & (square != 0))
    second: Floats = np.divide(constant, q, out=np.full_like(q, -1.0), where=real & (q != 0))
    return first, second
