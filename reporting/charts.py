"""Drawings of a report, from its frozen figures."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.charts import Chart, MatrixCell, MatrixSide, Moved, risk_matrix
from reporting import wording
from reporting.formulas.matrix import SIGNS, Matrix
from reporting.formulas.snapshot import Snapshot


def matrix_of(snapshot: Snapshot) -> Chart | None:
    """The risk matrix of the whole report, threats and opportunities mirrored; None where no open risk is rated."""
    matrix = snapshot.matrix
    if matrix is None or not any(matrix.total(sign) for sign in SIGNS):
        return None
    since = wording.day(snapshot.since) if snapshot.since else ""
    words = {"threat": (_("Threats"), _("Threat")), "opportunity": (_("Opportunities"), _("Opportunity"))}
    return risk_matrix(
        title=finding_of(matrix),
        subtitle=_("Current rating of open risks; arrows: moved since %(day)s.") % {"day": since},
        likelihood=list(matrix.likelihood),
        impact=list(matrix.impact),
        sides=[_side(matrix, sign, *words[sign]) for sign in SIGNS],
        before=since,
    )


def _side(matrix: Matrix, sign: str, label: str, noun: str) -> MatrixSide:
    counts = {(spot.likelihood, spot.impact): spot for spot in matrix.spots if spot.sign == sign}
    last = max(len(matrix.bands) - 1, 1)
    fields = []
    for row, places in enumerate(matrix.cells, 1):
        line = []
        for column, place in enumerate(places, 1):
            band, tone = matrix.bands[place]
            spot = counts.get((row, column))
            # Red and green say how bad a threat is; how good an opportunity is says the depth of the accent.
            look = {"tone": tone} if sign == "threat" else {"depth": 0.06 + 0.34 * place / last}
            line.append(MatrixCell(band, count=spot.count if spot else 0, before=spot.before if spot else 0, **look))  # type: ignore[arg-type]
        fields.append(line)
    moves = [Moved(shift.start, shift.end, shift.count) for shift in matrix.shifts if shift.sign == sign]
    return MatrixSide(f"{label}: {matrix.total(sign)}", noun, fields, moves, mirrored=sign == "opportunity")


def finding_of(matrix: Matrix) -> str:
    """What the matrix shows, in a sentence."""
    threats, worst = matrix.total("threat"), matrix.worst()
    if not threats:
        return _("No open threat is rated")
    words = ngettext(
        "%(high)d of %(count)d open threat is rated %(band)s", "%(high)d of %(count)d open threats are rated %(band)s", threats
    )
    return words % {"high": worst, "count": threats, "band": matrix.bands[-1][0].lower()}
