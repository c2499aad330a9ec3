"""Ready scoring models: WSJF, RICE, value / effort (DOMAIN 1.6).

Each gives one number to rank by, higher first, comparable only inside one list. A missing input or a division by zero
gives None ("n/a"). Checks return codes; the pages have the words.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

Number = Decimal | float | int

# WSJF's relative sizes.
FIBONACCI = (1, 2, 3, 5, 8, 13, 20)
WSJF_COLUMNS = ("value", "time_criticality", "risk_reduction", "size")
# RICE: massive, high, medium, low, minimal; high, medium, low.
RICE_IMPACTS = (3.0, 2.0, 1.0, 0.5, 0.25)
RICE_CONFIDENCES = (1.0, 0.8, 0.5)
RICE_LEAST_EFFORT = 0.5


@dataclass(frozen=True)
class WsjfEstimates:
    """One request's relative estimates (each of FIBONACCI); None where not yet given."""

    value: Number | None
    time_criticality: Number | None
    risk_reduction: Number | None
    size: Number | None


@dataclass(frozen=True)
class Advice:
    """What to mend in a list of estimates. Codes: off_scale (row and column are given), no_one (the column has no 1, so
    its estimates are not relative to the smallest), missing (row and column)."""

    code: str
    column: str
    row: int | None = None


def wsjf(
    value: Number | None, time_criticality: Number | None, risk_reduction: Number | None, size: Number | None
) -> float | None:
    """Weighted shortest job first: (user or business value + time criticality + risk reduction or opportunity enablement)
    / job size. [wsjf]"""
    if value is None or time_criticality is None or risk_reduction is None:
        return None
    return value_per_effort(float(value) + float(time_criticality) + float(risk_reduction), size)


def wsjf_advice(rows: Sequence[WsjfEstimates]) -> tuple[Advice, ...]:
    """Column by column: what is missing, what is not on the scale 1 2 3 5 8 13 20, and whether the column has at least one
    1 (asked only where something was given)."""
    found = []
    for column in WSJF_COLUMNS:
        given = [getattr(row, column) for row in rows]
        found += [Advice("missing", column, number) for number, cell in enumerate(given) if cell is None]
        found += [Advice("off_scale", column, n) for n, cell in enumerate(given) if cell is not None and cell not in FIBONACCI]
        if any(cell is not None for cell in given) and 1 not in given:
            found.append(Advice("no_one", column))
    return tuple(found)


def rice(reach: Number | None, impact: Number | None, confidence: Number | None, effort: Number | None) -> float | None:
    """reach x impact x confidence / effort. Reach: people or events per period (>= 0); impact: 3, 2, 1, 0.5 or 0.25;
    confidence: a share, 1, 0.8 or 0.5; effort: person-months, at least 0.5. 2000 x 2 x 0.8 / 4 = 800. [rice]"""
    if reach is None or impact is None or confidence is None:
        return None
    return value_per_effort(float(reach) * float(impact) * float(confidence), effort)


def rice_problems(
    reach: Number | None, impact: Number | None, confidence: Number | None, effort: Number | None
) -> dict[str, str]:
    """What RICE's rules do not allow, input -> code: missing, negative, off_scale (not one of RICE_IMPACTS or
    RICE_CONFIDENCES), too_small (effort below 0.5)."""
    given = {"reach": reach, "impact": impact, "confidence": confidence, "effort": effort}
    found = {name: "missing" for name, number in given.items() if number is None}
    if reach is not None and reach < 0:
        found["reach"] = "negative"
    if impact is not None and float(impact) not in RICE_IMPACTS:
        found["impact"] = "off_scale"
    if confidence is not None and float(confidence) not in RICE_CONFIDENCES:
        found["confidence"] = "off_scale"
    if effort is not None and float(effort) < RICE_LEAST_EFFORT:
        found["effort"] = "too_small"
    return found


def value_per_effort(value: Number | None, effort: Number | None) -> float | None:
    """value / effort, both in any unit that the whole list shares; None where effort is zero or less."""
    if value is None or effort is None or effort <= 0:
        return None
    return float(value) / float(effort)
