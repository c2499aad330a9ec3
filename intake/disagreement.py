"""Where the judges of a round of comparisons differ, pair by pair and judge by judge. The same for the page that draws it and for the
API."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from intake.actions.weightings import judges_that_count
from intake.formulas import ahp
from intake.models import Judge, WeightingRound
from intake.wording import comparison_words, times

APART = 1.5  # a factor from which judges are said to differ


@dataclass(frozen=True)
class Judged:
    """What the judges who submitted say together and each on their own, in the order of `judges` and of the round's items."""

    names: list[str]
    judges: list[Judge]
    matrices: list[ahp.Matrix]
    result: ahp.GroupAssessment

    @property
    def people(self) -> list[str]:
        """What the judges are called."""
        return [str(judge.user) for judge in self.judges]

    @property
    def cells(self) -> tuple[ahp.CellSpread, ...]:
        """The pairs, the most disputed first; none where nobody could differ."""
        return self.result.disagreement.cells if len(self.judges) > 1 and len(self.names) > 1 else ()

    @property
    def title(self) -> str:
        """What the map says."""
        if not self.cells or self.cells[0].spread <= APART:
            return _("Judges see it alike")
        worst = self.cells[0]
        return _("Judges differ most on %(pair)s") % {"pair": comparison_of(self.names, (worst.row, worst.column))}

    @property
    def furthest(self) -> str:
        """Who stands apart, if anybody does."""
        found = self.result.disagreement
        away = None if found.furthest is None else found.remoteness[found.furthest]
        if found.furthest is None or away is None or away < APART:
            return ""
        return _("%(person)s is furthest from the others: a factor of %(times)s on a typical pair.") % {
            "person": self.people[found.furthest],
            "times": times(away),
        }

    def ends_of(self, cell: ahp.CellSpread) -> str:
        """Who sees a pair at its lowest and who at its highest."""
        first, second = self.names[cell.row], self.names[cell.column]
        return _("%(low)s: %(lowest)s. %(high)s: %(highest)s.") % {
            "low": self.people[cell.lowest_judge],
            "lowest": comparison_words(first, second, cell.lowest),
            "high": self.people[cell.highest_judge],
            "highest": comparison_words(first, second, cell.highest),
        }


def judged(row: WeightingRound) -> Judged | None:
    """What the judges of a round say; None before the first has submitted. Two queries."""
    counted = judges_that_count(row)
    if not counted:
        return None
    matrices = [matrix for _judge, matrix in counted]
    result = ahp.assess_group(matrices, [float(judge.weight) for judge, _matrix in counted])
    return Judged([item["name"] for item in row.items], [judge for judge, _matrix in counted], matrices, result)


def comparison_of(names: list[str], cell: ahp.Cell) -> str:
    """A pair by its names."""
    return _("“%(first)s” against “%(second)s”") % {"first": names[cell[0]], "second": names[cell[1]]}
