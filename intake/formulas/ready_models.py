"""Ready scoring models: WSJF, RICE, value / effort.

Each gives one number to rank by, higher first, comparable only inside one list. A missing input or a division by zero
gives None ("n/a").
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal

Number = Decimal | float | int

# WSJF's relative sizes.
FIBONACCI = (1, 2, 3, 5, 8, 13, 20)
WSJF_COLUMNS = ("value", "time_criticality", "risk_reduction", "size")
# RICE: massive, high, medium, low, minimal; high, medium, low.
RICE_IMPACTS = (3.0, 2.0, 1.0, 0.5, 0.25)
RICE_CONFIDENCES = (1.0, 0.8, 0.5)
RICE_LEAST_EFFORT = Decimal("0.5")  # person-months


def wsjf(
    value: Number | None, time_criticality: Number | None, risk_reduction: Number | None, size: Number | None
) -> float | None:
    """Weighted shortest job first: (user or business value + time criticality + risk reduction or opportunity enablement)
    / job size. Source: scaledagileframework.com/wsjf."""
    if value is None or time_criticality is None or risk_reduction is None:
        return None
    return value_per_effort(float(value) + float(time_criticality) + float(risk_reduction), size)


def columns_without_one(rows: Sequence[Mapping[str, Number | None]]) -> tuple[str, ...]:
    """The columns of a list of WSJF estimates in which something is estimated, but no 1: its estimates do not relate to the
    smallest job, as they should. Source: scaledagileframework.com/wsjf."""
    given = {column: [row[column] for row in rows if row.get(column) is not None] for column in WSJF_COLUMNS}
    return tuple(column for column, estimates in given.items() if estimates and 1 not in estimates)


def rice(reach: Number | None, impact: Number | None, confidence: Number | None, effort: Number | None) -> float | None:
    """reach x impact x confidence / effort. Reach: people or events per period (>= 0); impact: 3, 2, 1, 0.5 or 0.25;
    confidence: a share, 1, 0.8 or 0.5; effort: person-months, at least 0.5. 2000 x 2 x 0.8 / 4 = 800.
    Source: Intercom, who made it up."""
    if reach is None or impact is None or confidence is None:
        return None
    return value_per_effort(float(reach) * float(impact) * float(confidence), effort)


def value_per_effort(value: Number | None, effort: Number | None) -> float | None:
    """value / effort, both in any unit that the whole list shares; None where effort is zero or less."""
    if value is None or effort is None or effort <= 0:
        return None
    return float(value) / float(effort)
