"""What another method would choose: the same points and weights by TOPSIS, held against the weighted mean. The same for the page and
for the API."""

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from intake.formulas import ranking, topsis
from intake.models import Request

# So many rows are told at most; who enters or leaves comes first among them.
TOLD = 50


def second_opinion(
    points: npt.NDArray[np.float64],
    weights: Sequence[float],
    requests: Sequence[Request],
    *,
    names: Mapping[int, str],
    must_do: Collection[int],
    top: int,
    funding: Decimal | None,
    currency: str,
    policy: ranking.Policy,
) -> dict[str, Any] | None:
    """The choice of `requests` (with their `points`, R x C, NaN where a criterion is left out) by both methods: `finding`; `rows`, by
    place, of those that either method chooses (name, place, other_place, closeness 0 to 1, chosen, other_chosen, differs);
    `incomplete`: how many are left out of the comparison because a criterion is; `more`: rows not told. None for fewer than two that
    can be compared. `names` are what each request (by key) may be called to this reader."""
    whole: npt.NDArray[np.bool_] = ~np.any(np.isnan(points), axis=1)
    compared = [one for one, is_whole in zip(requests, whole, strict=True) if is_whole]
    if len(compared) < 2:
        return None
    shares = np.array(weights) / sum(weights)

    def placed(scores: npt.NDArray[np.float64]) -> dict[int, tuple[int, bool]]:
        items = [
            ranking.Item(one.pk, float(score), one.estimated_cost, currency, must_do=one.pk in must_do)
            for one, score in zip(compared, scores, strict=True)
        ]
        return _placed(items, top, funding, policy)

    near = topsis.closeness(points[whole], weights)
    by_mean, by_topsis = placed(points[whole] @ shares), placed(near)
    rows: list[dict[str, Any]] = []
    for one, score in zip(compared, near, strict=True):
        (place, chosen), (other_place, other_chosen) = by_mean[one.pk], by_topsis[one.pk]
        if chosen or other_chosen:
            rows.append(
                {
                    "name": names.get(one.pk, _("A confidential request")),
                    "place": place,
                    "other_place": other_place,
                    "closeness": float(score),
                    "chosen": chosen,
                    "other_chosen": other_chosen,
                    "differs": chosen != other_chosen,
                }
            )
    told = sorted(sorted(rows, key=lambda row: (not row["differs"], row["place"]))[:TOLD], key=lambda row: row["place"])
    return {
        "finding": _finding(sum(row["differs"] and row["other_chosen"] for row in rows), sum(row["differs"] for row in rows)),
        "rows": told,
        "more": len(rows) - len(told),
        "incomplete": len(requests) - len(compared),
    }


def _placed(
    items: Sequence[ranking.Item], top: int, funding: Decimal | None, policy: ranking.Policy
) -> dict[int, tuple[int, bool]]:
    """Place and whether it is chosen, by key. All items are in one currency."""
    ranked = ranking.rank(items)
    if funding is None:
        return {int(str(row.item.key)): (row.place, row.item.must_do or row.place <= top) for row in ranked}
    funded = ranking.fund(ranked, {items[0].currency: funding}, policy)
    return {int(str(row.ranked.item.key)): (row.ranked.place, row.is_in) for row in funded.rows}


def _finding(enters: int, differs: int) -> str:
    if not differs:
        return _("TOPSIS would choose the same")
    leaves = differs - enters
    coming = ngettext("%(count)d other request", "%(count)d other requests", enters) % {"count": enters}
    going = ngettext("%(count)d of the chosen", "%(count)d of the chosen", leaves) % {"count": leaves}
    if enters and leaves:
        return _("TOPSIS would choose %(coming)s instead of %(going)s") % {"coming": coming, "going": going}
    if enters:
        return _("TOPSIS would choose %(coming)s as well") % {"coming": coming}
    return _("TOPSIS would leave out %(going)s") % {"going": going}
