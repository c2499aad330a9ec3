"""The organisation's risk scales: likelihood levels with anchors in percent, impact levels by dimension, a colour for every cell.

Levels count from 1, the lowest. Percentages are 0 to 100. The colour map is a table of cells and not a product, because
organisations colour cells one by one (as NSW Health does); the default map follows likelihood × impact with 0-4 low, 5-12 medium, 15-25
high.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from math import ceil
from typing import Any

SMALLEST, LARGEST = 3, 7
TONES = ("green", "amber", "red")
DIMENSIONS = ("cost", "time", "quality", "reputation", "safety")
MOST_DIMENSIONS = 10
LONGEST = 200
KEY = re.compile(r"[a-z][a-z0-9_]{0,19}")


class ScaleError(ValueError):
    """The document is no scale. `code` says what is wrong (portfolio/wording_risks.py has the sentences), `place` where:
    "likelihood", "impact", "dimensions", "bands" or "cells", with the level or row counted from 1."""

    def __init__(self, code: str, place: str, number: int = 0) -> None:
        super().__init__(f"{code} in {place} {number}")
        self.code, self.place, self.number = code, place, number


@dataclass(frozen=True)
class Likelihood:
    """One level of likelihood: more than `low` and up to `high` percent."""

    label: str
    low: Decimal
    high: Decimal

    @property
    def middle(self) -> Decimal:
        """The middle of the anchor in percent: the probability that is taken when none is given."""
        return (self.low + self.high) / 2


@dataclass(frozen=True)
class Dimension:
    """What an impact can be on; `anchors` say in words what each level of it means."""

    key: str
    label: str
    anchors: tuple[str, ...]


@dataclass(frozen=True)
class Band:
    """A colour of the map. Bands are ordered, the lowest first; `tone` is green, amber or red."""

    key: str
    label: str
    tone: str


@dataclass(frozen=True)
class Scale:
    """All of it. `cells[likelihood - 1][impact - 1]` is the key of a band."""

    likelihood: tuple[Likelihood, ...]
    impact: tuple[str, ...]
    dimensions: tuple[Dimension, ...]
    bands: tuple[Band, ...]
    cells: tuple[tuple[str, ...], ...]

    @property
    def size(self) -> int:
        """Levels of likelihood, and of impact."""
        return len(self.likelihood)

    def band(self, key: str) -> Band | None:
        """The band of this key."""
        return next((band for band in self.bands if band.key == key), None)

    def band_of(self, likelihood: int | None, impact: int | None) -> Band | None:
        """The band of a cell; None where a level is missing or not on the scale."""
        if not likelihood or not impact or likelihood > self.size or impact > len(self.impact):
            return None
        return self.band(self.cells[likelihood - 1][impact - 1])

    def middle(self, likelihood: int | None) -> Decimal | None:
        """The middle of a level's anchor in percent."""
        if not likelihood or likelihood > self.size:
            return None
        return self.likelihood[likelihood - 1].middle

    def level_of(self, percent: Decimal) -> int:
        """The level whose anchor holds a probability (upper ends belong to it). Raises ValueError outside 0 to 100."""
        if not 0 <= percent <= 100:
            raise ValueError("A probability is 0 to 100%.")
        return next(number for number, level in enumerate(self.likelihood, 1) if percent <= level.high)

    def rank(self, likelihood: int | None, impact: int | None) -> int:
        """How much a rating weighs, 0 (none) to 100: first by its band, inside a band by its score."""
        band = self.band_of(likelihood, impact)
        if band is None:
            return 0
        inside = Decimal(score(likelihood, impact) or 0) / (self.size * len(self.impact))
        return ceil((self.bands.index(band) + inside) * 100 / len(self.bands))

    def document(self) -> dict[str, Any]:
        """The scale as JSON; `read_scale` reads it back."""
        return {
            "likelihood": [
                {"label": level.label, "low": _number(level.low), "high": _number(level.high)} for level in self.likelihood
            ],
            "impact": list(self.impact),
            "dimensions": [{"key": it.key, "label": it.label, "anchors": list(it.anchors)} for it in self.dimensions],
            "bands": [{"key": band.key, "label": band.label, "tone": band.tone} for band in self.bands],
            "cells": [list(row) for row in self.cells],
        }


def score(likelihood: int | None, impact: int | None) -> int | None:
    """Likelihood × impact, 1 to 49; None where one is missing."""
    return likelihood * impact if likelihood and impact else None


def highest(impacts: Mapping[str, int | None]) -> int | None:
    """The impact of a risk: the highest of its dimensions; None without any."""
    return max((level for level in impacts.values() if level), default=None)


def read_scale(document: Any) -> Scale:
    """The scale that a document describes. Raises `ScaleError` with the first thing that is wrong."""
    if not isinstance(document, Mapping):
        raise ScaleError("not_a_scale", "likelihood")
    likelihood = _likelihoods(_list(document, "likelihood"))
    impact = tuple(_text(label, "impact", number) for number, label in enumerate(_list(document, "impact"), 1))
    if len(impact) != len(likelihood):
        raise ScaleError("not_square", "impact")
    _once([label.casefold() for label in impact], "impact")
    dimensions = _dimensions(_list(document, "dimensions"), len(impact))
    bands = _bands(_list(document, "bands"))
    return Scale(likelihood, impact, dimensions, bands, _cells(_list(document, "cells"), len(impact), bands))


def product_cells(size: int, bands: Sequence[str], limits: Sequence[int]) -> list[list[str]]:
    """A map by likelihood × impact: the first band up to the first limit and so on, the last band above the last one."""

    def band(product: int) -> str:
        return next((key for key, limit in zip(bands, limits, strict=False) if product <= limit), bands[-1])

    return [[band(row * column) for column in range(1, size + 1)] for row in range(1, size + 1)]


def resized(scale: Scale, size: int) -> Scale:
    """The scale with another number of levels, to start from: even anchors and a map of the same shape. Levels that both have
    the same place in keep their words."""
    if size == scale.size:
        return scale
    near = [scaled(number, size, scale.size) for number in range(1, size + 1)]
    steps = [Decimal(100 * number // size) for number in range(size + 1)]
    words = [scale.likelihood[at - 1].label for at in near]
    return Scale(
        tuple(Likelihood(label, *steps[at : at + 2]) for at, label in enumerate(_distinct(words))),
        tuple(_distinct([scale.impact[at - 1] for at in near])),
        tuple(Dimension(it.key, it.label, tuple(it.anchors[at - 1] for at in near)) for it in scale.dimensions),
        scale.bands,
        tuple(tuple(scale.cells[row - 1][column - 1] for column in near) for row in near),
    )


def scaled(level: int, before: int, after: int) -> int:
    """A level of a scale of `before` levels on one of `after` levels: the ends stay ends, between them in proportion, halves
    upwards (the cautious side)."""
    return 1 + (2 * (level - 1) * (after - 1) + (before - 1)) // (2 * (before - 1))


def mapping(before: Scale, after: Scale) -> tuple[dict[int, int], dict[int, int]]:
    """Likelihood and impact levels of one scale -> those of another one. Of the same size: as they are. Else a likelihood goes
    to the level that holds the middle of its anchor, an impact in proportion."""
    if before.size == after.size:
        same = {level: level for level in range(1, before.size + 1)}
        return same, dict(same)
    levels = range(1, before.size + 1)
    likelihood = {level: after.level_of(before.likelihood[level - 1].middle) for level in levels}
    return likelihood, {level: scaled(level, before.size, after.size) for level in levels}


def _list(document: Mapping[str, Any], name: str) -> list[Any]:
    found = document.get(name)
    if not isinstance(found, list):
        raise ScaleError("missing", name)
    return found


def _text(value: Any, place: str, number: int) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > LONGEST:
        raise ScaleError("label", place, number)
    return value.strip()


def _once(keys: Iterable[str], place: str) -> None:
    seen: set[str] = set()
    for number, key in enumerate(keys, 1):
        if key in seen:
            raise ScaleError("twice", place, number)
        seen.add(key)


def _percent(value: Any, number: int) -> Decimal:
    try:
        percent = Decimal(str(value))
    except InvalidOperation:
        raise ScaleError("percent", "likelihood", number) from None
    if isinstance(value, bool) or not percent.is_finite() or not 0 <= percent <= 100:
        raise ScaleError("percent", "likelihood", number)
    return percent


def _likelihoods(rows: list[Any]) -> tuple[Likelihood, ...]:
    if not SMALLEST <= len(rows) <= LARGEST:
        raise ScaleError("size", "likelihood")
    found: list[Likelihood] = []
    for number, row in enumerate(rows, 1):
        if not isinstance(row, Mapping):
            raise ScaleError("label", "likelihood", number)
        level = Likelihood(
            _text(row.get("label"), "likelihood", number), _percent(row.get("low"), number), _percent(row.get("high"), number)
        )
        if level.low != (found[-1].high if found else 0):
            raise ScaleError("gap", "likelihood", number)
        if level.high <= level.low:
            raise ScaleError("order", "likelihood", number)
        found.append(level)
    if found[-1].high != 100:
        raise ScaleError("end", "likelihood", len(found))
    _once([level.label.casefold() for level in found], "likelihood")
    return tuple(found)


def _dimensions(rows: list[Any], size: int) -> tuple[Dimension, ...]:
    if not 1 <= len(rows) <= MOST_DIMENSIONS:
        raise ScaleError("count", "dimensions")
    found = []
    for number, row in enumerate(rows, 1):
        anchors = row.get("anchors") if isinstance(row, Mapping) else None
        if not isinstance(anchors, list) or len(anchors) != size or not KEY.fullmatch(str(row.get("key"))):
            raise ScaleError("anchors", "dimensions", number)
        if not all(isinstance(anchor, str) and len(anchor) <= LONGEST for anchor in anchors):
            raise ScaleError("anchors", "dimensions", number)
        label = _text(row.get("label"), "dimensions", number)
        found.append(Dimension(row["key"], label, tuple(anchor.strip() for anchor in anchors)))
    _once([dimension.key for dimension in found], "dimensions")
    return tuple(found)


def _bands(rows: list[Any]) -> tuple[Band, ...]:
    if not 2 <= len(rows) <= LARGEST:
        raise ScaleError("count", "bands")
    found = []
    for number, row in enumerate(rows, 1):
        if not isinstance(row, Mapping) or not KEY.fullmatch(str(row.get("key"))) or row.get("tone") not in TONES:
            raise ScaleError("tone", "bands", number)
        found.append(Band(row["key"], _text(row.get("label"), "bands", number), row["tone"]))
    _once([band.key for band in found], "bands")
    return tuple(found)


def _cells(rows: list[Any], size: int, bands: tuple[Band, ...]) -> tuple[tuple[str, ...], ...]:
    known = {band.key for band in bands}
    if len(rows) != size:
        raise ScaleError("cells", "cells")
    for number, row in enumerate(rows, 1):
        if not isinstance(row, list) or len(row) != size or not all(isinstance(cell, str) and cell in known for cell in row):
            raise ScaleError("cells", "cells", number)
    return tuple(tuple(row) for row in rows)


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def _distinct(words: list[str]) -> list[str]:
    """Words, each once: the second "High" becomes "High 2"."""
    seen: dict[str, int] = {}
    found = []
    for word in words:
        seen[word] = seen.get(word, 0) + 1
        found.append(word if seen[word] == 1 else f"{word} {seen[word]}")
    return found


DEFAULT: dict[str, Any] = {
    "likelihood": [
        {"label": "Very unlikely", "low": 0, "high": 10},
        {"label": "Unlikely", "low": 10, "high": 30},
        {"label": "Possible", "low": 30, "high": 50},
        {"label": "Likely", "low": 50, "high": 70},
        {"label": "Very likely", "low": 70, "high": 100},
    ],
    "impact": ["Very low", "Low", "Medium", "High", "Very high"],
    "dimensions": [
        {
            "key": "cost",
            "label": "Cost",
            "anchors": ["Under 1% of the budget", "1 to 5%", "5 to 10%", "10 to 25%", "Over 25% of the budget"],
        },
        {
            "key": "time",
            "label": "Time",
            "anchors": ["Under a week", "1 to 4 weeks", "1 to 3 months", "3 to 6 months", "Over 6 months"],
        },
        {
            "key": "quality",
            "label": "Quality",
            "anchors": [
                "Hardly noticed",
                "Minor parts fall short",
                "Sponsor has to agree",
                "Not acceptable to the sponsor",
                "The result cannot be used",
            ],
        },
        {
            "key": "reputation",
            "label": "Reputation",
            "anchors": [
                "Stays inside the team",
                "Stays inside the organisation",
                "Customers ask",
                "Press reports",
                "Lasting loss of trust",
            ],
        },
        {
            "key": "safety",
            "label": "Safety",
            "anchors": ["No injury", "First aid", "Medical treatment", "Serious injury", "Loss of life"],
        },
    ],
    "bands": [
        {"key": "low", "label": "Low", "tone": "green"},
        {"key": "medium", "label": "Medium", "tone": "amber"},
        {"key": "high", "label": "High", "tone": "red"},
    ],
    "cells": product_cells(5, ("low", "medium", "high"), (4, 12)),
}
"""The scales of an organisation that has not written its own."""
