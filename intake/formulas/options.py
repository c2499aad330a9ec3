"""Comparing the options of a case: ranked by NPV, each held against doing nothing."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from intake.formulas.appraisal import Appraisal, Basis, Irr, appraise, irr
from intake.formulas.cashflows import ZERO, CaseError, Line


@dataclass(frozen=True)
class Option:
    """One way to meet the need. At most one of a case's options is to do nothing (which may have costs of its own)."""

    key: str
    name: str
    lines: tuple[Line, ...]
    is_do_nothing: bool = False


@dataclass(frozen=True)
class RankedOption:
    """An option in its place (1 is best; the same NPV shares a place).

    `incremental_npv` is its NPV less that of doing nothing, `incremental_irr` the rate at which the two are worth the
    same; both None for doing nothing itself and where the case lacks that option.
    """

    option: Option
    rank: int
    appraisal: Appraisal
    incremental_npv: Decimal | None
    incremental_irr: Irr | None


@dataclass(frozen=True)
class Comparison:
    """The options, best first. `preferred` is the key of the one with the highest NPV, None where several share it."""

    ranked: tuple[RankedOption, ...]
    preferred: str | None
    has_do_nothing: bool


def compare_options(
    options: Iterable[Option], basis: Basis, *, scenario: str = "likely", cashable_only: bool = False
) -> Comparison:
    """The options ranked by NPV under one basis. Raises CaseError for bad lines or rates, or several_do_nothing."""
    appraised = [(option, appraise(option.lines, basis, scenario=scenario, cashable_only=cashable_only)) for option in options]
    nothing = [appraisal for option, appraisal in appraised if option.is_do_nothing]
    if len(nothing) > 1:
        raise CaseError("several_do_nothing")
    appraised.sort(key=lambda pair: -pair[1].npv)
    ranked: list[RankedOption] = []
    for place, (option, appraisal) in enumerate(appraised, 1):
        rank = ranked[-1].rank if ranked and ranked[-1].appraisal.npv == appraisal.npv else place
        against = nothing[0] if nothing and not option.is_do_nothing else None
        ranked.append(
            RankedOption(
                option,
                rank,
                appraisal,
                appraisal.npv - against.npv if against else None,
                _incremental_irr(appraisal, against) if against else None,
            )
        )
    first = [row.option.key for row in ranked if row.rank == 1]
    return Comparison(tuple(ranked), first[0] if len(first) == 1 else None, bool(nothing))


def _incremental_irr(appraisal: Appraisal, against: Appraisal) -> Irr:
    longest = max(len(appraisal.years), len(against.years))
    one, other = ([row.flow.net for row in found.years] + [ZERO] * longest for found in (appraisal, against))
    return irr([one[t] - other[t] for t in range(longest)])
