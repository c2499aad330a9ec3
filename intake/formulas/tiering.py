"""How much governance does it need? A questionnaire with points, and bands that turn their sum into a tier.

A document is {"questions": [{"key", "label", "help", "dimension", "choices": [{"label", "points"}], "suggest"}], "bands":
[{"tier", "from"}]}. `suggest` is {"fact", "bounds"}: the choice that a known fact (cost, years) points to is the number of
bounds that it reaches. Tier 1 needs the most governance, and its band starts at the most points.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

DIMENSIONS = ("size", "complexity", "risk")
FACTS = ("cost", "years")
MOST_QUESTIONS, MOST_CHOICES, MOST_POINTS = 20, 6, 100


@dataclass(frozen=True)
class Answered:
    """One question with the answer given: `points` of at most `most`."""

    key: str
    label: str
    dimension: str
    answer: str
    points: int
    most: int


@dataclass(frozen=True)
class Tiering:
    """The sum of the points and the tier that it makes. `tier` is None until every question is answered.

    `starts_at` is the least sum of that tier; `missing` names the questions without an answer.
    """

    points: int
    most: int
    tier: int | None
    starts_at: int
    answers: tuple[Answered, ...]
    by_dimension: Mapping[str, tuple[int, int]]
    missing: tuple[str, ...]


class TieringError(ValueError):
    """A questionnaire that is none. `code` says what is wrong, `line` (from 1, 0 unknown) and `text` where."""

    def __init__(self, code: str, *, line: int = 0, text: str = "") -> None:
        self.code, self.line, self.text = code, line, text
        super().__init__(f"{code} in line {line}: {text}")


def tier_of(document: Mapping[str, Any], answers: Mapping[str, int]) -> Tiering:
    """Add up the points of the chosen answers (their places from 0); an answer outside the choices counts as missing."""
    given: list[Answered] = []
    missing: list[str] = []
    sums: dict[str, tuple[int, int]] = {}
    for question in document["questions"]:
        most = max(choice["points"] for choice in question["choices"])
        place = answers.get(question["key"])
        if place is None or not 0 <= place < len(question["choices"]):
            missing.append(question["label"])
            points = 0
        else:
            choice = question["choices"][place]
            points = choice["points"]
            given.append(Answered(question["key"], question["label"], question["dimension"], choice["label"], points, most))
        got, could = sums.get(question["dimension"], (0, 0))
        sums[question["dimension"]] = (got + points, could + most)
    total = sum(got for got, _could in sums.values())
    band = max((band for band in document["bands"] if band["from"] <= total), key=lambda band: band["from"])
    return Tiering(
        points=total,
        most=sum(could for _got, could in sums.values()),
        tier=None if missing else band["tier"],
        starts_at=band["from"],
        answers=tuple(given),
        by_dimension=sums,
        missing=tuple(missing),
    )


def suggested(document: Mapping[str, Any], facts: Mapping[str, Decimal | None]) -> dict[str, int]:
    """The answers that known facts point to, by key."""
    found = {}
    for question in document["questions"]:
        suggest = question.get("suggest")
        value = facts.get(suggest["fact"]) if suggest else None
        if suggest and value is not None:
            reached = sum(value >= Decimal(str(bound)) for bound in suggest["bounds"])
            found[question["key"]] = min(reached, len(question["choices"]) - 1)
    return found


# As text, the way it is edited

_QUESTION = re.compile(r"^(?P<dimension>[a-z]+)\s*:\s*(?P<label>[^\[\]]+?)\s*(\[(?P<fact>[a-z]+)\s*:\s*(?P<bounds>[^\]]+)\])?$")
_CHOICE = re.compile(r"^-\s*(?P<label>.+?)\s*=\s*(?P<points>\d{1,3})$")
_BAND = re.compile(r"^tier\s+(?P<tier>[123])\s+from\s+(?P<points>\d{1,4})$", re.I)


def as_text(document: Mapping[str, Any]) -> str:
    """The questionnaire as lines that `from_text` reads again."""
    lines: list[str] = []
    for question in document["questions"]:
        suggest = question.get("suggest")
        hint = f" [{suggest['fact']}: {', '.join(str(bound) for bound in suggest['bounds'])}]" if suggest else ""
        lines.append(f"{question['dimension']}: {question['label']}{hint}")
        lines += [f"- {choice['label']} = {choice['points']}" for choice in question["choices"]]
        lines.append("")
    lines += [f"tier {band['tier']} from {band['from']}" for band in sorted(document["bands"], key=lambda band: band["tier"])]
    return "\n".join(lines)


def from_text(text: str) -> dict[str, Any]:
    """Read a questionnaire: "size: What does it cost? [cost: 250000, 2000000]", below it "- Up to £250k = 1", and at the
    end "tier 1 from 14". Raises TieringError: not_a_line, unknown_dimension, unknown_fact, bad_bounds, choice_first,
    few_choices, too_many, bands_missing, band_twice, bands_cross."""
    questions: list[dict[str, Any]] = []
    bands: dict[int, int] = {}
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.strip()
        if not line:
            continue
        if found := _BAND.match(line):
            tier = int(found["tier"])
            if tier in bands:
                raise TieringError("band_twice", line=number, text=line)
            bands[tier] = int(found["points"])
        elif found := _CHOICE.match(line):
            if not questions:
                raise TieringError("choice_first", line=number, text=line)
            if len(questions[-1]["choices"]) >= MOST_CHOICES or int(found["points"]) > MOST_POINTS:
                raise TieringError("too_many", line=number, text=line)
            questions[-1]["choices"].append({"label": found["label"], "points": int(found["points"])})
        elif found := _QUESTION.match(line):
            questions.append(_question(found, number, line, len(questions)))
        else:
            raise TieringError("not_a_line", line=number, text=line)
    _check(questions, bands)
    return {"questions": questions, "bands": [{"tier": tier, "from": bands[tier]} for tier in sorted(bands)]}


def _question(found: re.Match[str], number: int, line: str, place: int) -> dict[str, Any]:
    if found["dimension"] not in DIMENSIONS:
        raise TieringError("unknown_dimension", line=number, text=found["dimension"])
    if place >= MOST_QUESTIONS:
        raise TieringError("too_many", line=number, text=line)
    question: dict[str, Any] = {
        "key": f"q{place + 1}",
        "label": found["label"].strip(),
        "dimension": found["dimension"],
        "choices": [],
    }
    if found["fact"]:
        if found["fact"] not in FACTS:
            raise TieringError("unknown_fact", line=number, text=found["fact"])
        question["suggest"] = {"fact": found["fact"], "bounds": _bounds(found["bounds"], number)}
    return question


def _bounds(text: str, number: int) -> list[str]:
    try:
        bounds = [Decimal(part.strip()) for part in text.split(",")]
    except InvalidOperation:
        raise TieringError("bad_bounds", line=number, text=text) from None
    if bounds != sorted(bounds) or not all(bound.is_finite() for bound in bounds):
        raise TieringError("bad_bounds", line=number, text=text)
    return [format(bound, "f") for bound in bounds]


def _check(questions: Sequence[Mapping[str, Any]], bands: Mapping[int, int]) -> None:
    for question in questions:
        if len(question["choices"]) < 2:
            raise TieringError("few_choices", text=question["label"])
    if not questions or set(bands) != {1, 2, 3} or min(bands.values()) != 0:
        raise TieringError("bands_missing")
    if not bands[1] > bands[2] > bands[3]:
        raise TieringError("bands_cross")
