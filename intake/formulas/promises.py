"""Promised against now: how far a figure is from what was promised when the money was given."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Variance:
    """`change` is now - promised, `part` the change / |promised|; None where a figure is missing (or promised is 0)."""

    promised: Decimal | None
    now: Decimal | None

    @property
    def change(self) -> Decimal | None:
        """now - promised."""
        return None if self.promised is None or self.now is None else self.now - self.promised

    @property
    def part(self) -> Decimal | None:
        """The change as a fraction of what was promised; None for a promise of 0."""
        return None if self.change is None or not self.promised else self.change / abs(self.promised)
