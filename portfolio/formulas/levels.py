"""Levels as people write them: "High", "4", "4 - Likely", "3/5", "60 %", "hoch". Read by the organisation's scale.

A word that is one of the scale's own is that level. Other common words have a place between the lowest (0) and the highest (1),
and go to the level at that place, away from the middle where it falls between two: on five levels Low is 2, Medium 3, High 4.
A bare number is a level where the whole column fits the scale, else a point of ten, else a percentage: `level_style` looks at the
column first. Nothing here raises for what a cell holds.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from fractions import Fraction
from functools import lru_cache

LEVELS, POINTS, PERCENT, FRACTIONS = "levels", "points", "percent", "fractions"
"""How a column writes bare numbers: levels of the scale, points of ten, percentages, fractions of one."""

_PLACES: dict[Fraction, str] = {
    Fraction(0): "very low, very unlikely, vl, rare, remote, improbable, negligible, insignificant, minimal, trivial, none expected, "
    "sehr niedrig, sehr gering, sehr unwahrscheinlich, vernachlassigbar, unbedeutend, "
    "tres faible, tres peu probable, negligeable, tres bas",
    Fraction(1, 4): "low, unlikely, l, minor, small, niedrig, gering, unwahrscheinlich, klein, faible, peu probable, improbable a moyen, "
    "mineur, mineure, bas, limited",
    Fraction(1, 2): "medium, moderate, possible, m, med, average, occasional, mittel, moglich, massig, moyen, moyenne, modere, moderee, "
    "neutral, fair",
    Fraction(3, 4): "high, likely, probable, h, major, serious, significant, large, hoch, wahrscheinlich, gross, erheblich, schwer, eleve, "
    "elevee, fort, forte, majeur, majeure, grave, important, importante",
    Fraction(1): "very high, very likely, vh, almost certain, certain, near certain, highly likely, critical, severe, extreme, catastrophic, "
    "sehr hoch, sehr wahrscheinlich, kritisch, katastrophal, fast sicher, sicher, tres eleve, tres elevee, tres probable, critique, "
    "certaine, catastrophique, presque certain, quasi certain",
}  # fmt: skip
_PLACE = {word.strip(): place for place, words in _PLACES.items() for word in words.split(",")}
_NUMBER = r"[+-]?\d+(?:[.,]\d+)?"


@dataclass(frozen=True)
class Level:
    """What a cell says: a level of the scale, or a probability in percent. `how` is what was taken for granted: "" for nothing,
    "word" for a word that is not the scale's own, "proportion" for a number of another scale."""

    level: int | None = None
    percent: Decimal | None = None
    how: str = ""


@lru_cache(maxsize=4_096)
def plain_word(text: str) -> str:
    """A word for comparing: small letters without accents, single spaces."""
    bare = unicodedata.normalize("NFKD", text.casefold())
    return " ".join(re.findall(r"[^\W_]+", "".join(sign for sign in bare if not unicodedata.combining(sign))))


def at_place(place: Fraction, size: int) -> int:
    """The level at a place between 0 and 1; between two levels the one further from the middle, the upper one in the middle."""
    exact = place * (size - 1)
    low = exact.numerator // exact.denominator
    if exact == low:
        return 1 + low
    return 1 + (low if place < Fraction(1, 2) else low + 1)


def level_style(header: str, texts: Iterable[str], size: int) -> str:
    """How a column writes bare numbers."""
    numbers = [number for text in texts if (number := _number(text)) is not None]
    if re.search(r"%|per ?cent|\bpct\b", header, re.I):
        return FRACTIONS if numbers and max(numbers) <= 1 and any(n % 1 for n in numbers) else PERCENT
    if not numbers:
        return LEVELS
    largest = max(numbers)
    if largest <= 1 and any(n % 1 for n in numbers):
        return FRACTIONS
    if largest <= size and not any(n % 1 for n in numbers):
        return LEVELS
    return POINTS if largest <= 10 else PERCENT


def read_level(text: str, labels: Sequence[str], style: str = LEVELS) -> Level | None:
    """What a cell says on a scale with these labels, the lowest first; None where it says no level.

    A probability is given as it stands, even outside 0 to 100: the caller refuses it.
    """
    return _read(text, tuple(labels), style) if len(text) < 80 else _read.__wrapped__(text, tuple(labels), style)


@lru_cache(maxsize=8_192)  # a register says the same few levels in every row
def _read(text: str, labels: tuple[str, ...], style: str) -> Level | None:
    size, word = len(labels), plain_word(text)
    own = [plain_word(label) for label in labels]
    if word in own:
        return Level(own.index(word) + 1)
    if found := re.fullmatch(rf"({_NUMBER})\s*(?:%|per ?cent|percent|pct\.?|prozent|pour ?cent)", text.strip(), re.I):
        return Level(percent=_decimal(found[1]))
    if found := re.fullmatch(r"(\d{1,3})\s*(?:/|of|out of|von|sur|de)\s*(\d{1,3})", text.strip(), re.I):
        return _of(int(found[1]), int(found[2]), size)
    if found := re.fullmatch(
        r"(?:level |stufe |niveau )?(\d{1,2})\s*[-–:.)(]+\s*([^\d]+?)\)?|([^\d(]+?)\s*[-–:(]+\s*(\d{1,2})\)?",
        text.strip(),
        re.I,
    ):
        number, name = found[1] or found[4], plain_word(found[2] or found[3] or "")
        if name in own:
            return Level(own.index(name) + 1)
        if name in _PLACE and not 1 <= int(number) <= size:
            return Level(at_place(_PLACE[name], size), how="word")
        return Level(int(number)) if 1 <= int(number) <= size else None
    number = _number(text)
    if number is not None:
        return _bare(number, size, style)
    return Level(at_place(_PLACE[word], size), how="word") if word in _PLACE else None


def _bare(number: Decimal, size: int, style: str) -> Level | None:
    if style == PERCENT:
        return Level(percent=number)
    if style == FRACTIONS:
        return Level(percent=number * 100)
    if style == POINTS:
        return Level(max(1, _up(number * size / 10)), how="proportion") if 0 <= number <= 10 else None
    return Level(int(number)) if number % 1 == 0 and 1 <= number <= size else None


def _of(number: int, most: int, size: int) -> Level | None:
    """A level of a scale of `most` levels."""
    if most < 2 or not 1 <= number <= most:
        return None
    if most == size:
        return Level(number)
    return Level(at_place(Fraction(number - 1, most - 1), size), how="proportion")


def _number(text: str) -> Decimal | None:
    return _decimal(text.strip()) if re.fullmatch(_NUMBER, text.strip()) else None


def _decimal(text: str) -> Decimal:
    return Decimal(text.replace(",", "."))


def _up(number: Decimal) -> int:
    return int(number.to_integral_value(ROUND_CEILING if number % 1 else ROUND_FLOOR))
