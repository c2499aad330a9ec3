"""TOPSIS: how near a request comes to the best of everything and how far it stays from the worst (Hwang & Yoon 1981; the worked
example of Tzeng & Huang 2011, Multiple Attribute Decision Making, is a test).

Each criterion's values are divided by their Euclidean norm (so that a criterion's own scale does not matter) and multiplied by its
weight. The ideal holds the best of each criterion, the anti-ideal the worst. With d+ and d- the distances to the two,
closeness = d- / (d+ + d-).
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def closeness(values: Floats, weights: Sequence[float], *, lower_is_better: Sequence[bool] = ()) -> Floats:
    """Of each row of `values` (requests x criteria, any unit, no gaps): 1 at the ideal, 0 at the anti-ideal, higher is better. Where
    all rows are the same there is neither, and each is 0.5. `weights` are normalised here; `lower_is_better` says so a criterion,
    none: higher is better everywhere. A row's closeness depends on the others: adding one moves all. ValueError for shapes, gaps and
    weights that do not fit."""
    table = np.asarray(values, dtype=np.float64)
    shares = np.array([float(weight) for weight in weights])
    turned = np.array(list(lower_is_better) or [False] * len(shares), dtype=np.bool_)
    if table.ndim != 2 or table.shape[1:] != shares.shape or turned.shape != shares.shape:
        raise ValueError("values must be requests x criteria, with one weight a criterion")
    if not np.isfinite(table).all():
        raise ValueError("a value is missing")
    if (shares < 0).any() or not shares.sum() > 0:
        raise ValueError("weights must not be below zero, nor all zero")
    if not len(table):
        return np.zeros(0)
    norms = np.sqrt((table * table).sum(axis=0))
    scaled = np.divide(table, norms, out=np.zeros_like(table), where=norms > 0) * (shares / shares.sum())
    highest, lowest = scaled.max(axis=0), scaled.min(axis=0)
    to_ideal = np.linalg.norm(scaled - np.where(turned, lowest, highest), axis=1)
    to_worst = np.linalg.norm(scaled - np.where(turned, highest, lowest), axis=1)
    both = to_ideal + to_worst
    found: Floats = np.divide(to_worst, both, out=np.full(len(table), 0.5), where=both > 0)
    return found
