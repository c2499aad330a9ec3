"""Ready scoring models, made with one click: their criteria with the words and scales of those who invented them."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from intake.formulas.ready_models import FIBONACCI, RICE_CONFIDENCES, RICE_IMPACTS
from intake.models.scoring import Kind, Method


def ready_models() -> dict[str, dict[str, Any]]:
    """Kind -> name, one sentence, formula and criteria (values of `Criterion`), in the reader's language."""
    return {
        Kind.WSJF: {
            "name": _("WSJF"),
            "said": _("Weighted shortest job first: what a delay costs, divided by the size of the job. For many small jobs."),
            "formula": _("(value + time criticality + risk reduction) / size"),
            "criteria": _wsjf(),
        },
        Kind.RICE: {
            "name": _("RICE"),
            "said": _("Reach, impact, confidence, effort. For changes of services whose users can be counted."),
            "formula": _("reach × impact × confidence / effort"),
            "criteria": _rice(),
        },
        Kind.VALUE_EFFORT: {
            "name": _("Value against effort"),
            "said": _("Two estimates and a division. For a first sorting."),
            "formula": _("value / effort"),
            "criteria": [
                _criterion("value", _("Value"), _("How much is it worth, from 1 (little) to 10 (most)?"), _row(range(1, 11))),
                _criterion(
                    "effort",
                    _("Effort"),
                    _("How much work is it, from 1 (little) to 10 (most)?"),
                    _row(range(1, 11)),
                    lower=True,
                ),
            ],
        },
    }


def _wsjf() -> list[dict[str, Any]]:
    return [
        _criterion(
            "value",
            _("User or business value"),
            _("How much is it worth to users or the organisation, next to the other jobs?"),
            _row(FIBONACCI),
        ),
        _criterion("time_criticality", _("Time criticality"), _("How fast does its value shrink if we wait?"), _row(FIBONACCI)),
        _criterion(
            "risk_reduction",
            _("Risk reduction or opportunity enablement"),
            _("How much does it reduce risks, or make other things possible?"),
            _row(FIBONACCI),
        ),
        _criterion(
            "size", _("Job size"), _("How large is it, next to the smallest job on the list?"), _row(FIBONACCI), lower=True
        ),
    ]


def _rice() -> list[dict[str, Any]]:
    impacts = dict(zip(RICE_IMPACTS, [_("Massive"), _("High"), _("Medium"), _("Low"), _("Minimal")], strict=True))
    confidences = dict(zip(RICE_CONFIDENCES, [_("High"), _("Medium"), _("Low")], strict=True))
    return [
        _criterion("reach", _("Reach"), _("How many people or cases does it touch in a quarter?"), [], unit=_("a quarter")),
        _criterion("impact", _("Impact"), _("How much does it change for each of them?"), _named(impacts)),
        _criterion("confidence", _("Confidence"), _("How sure are you of these estimates?"), _named(confidences)),
        _criterion(
            "effort",
            _("Effort"),
            _("How many person-months does it take, all people together? At least 0.5."),
            [],
            unit=_("person-months"),
            lower=True,
        ),
    ]


def _criterion(
    key: str, name: str, question: str, levels: list[dict[str, Any]], *, unit: str = "", lower: bool = False
) -> dict[str, Any]:
    method = Method.LEVELS if levels else Method.MIN_MAX
    return {
        "key": key,
        "name": name,
        "question": question,
        "method": method,
        "levels": levels,
        "unit": unit,
        "lower_is_better": lower,
    }


def _row(numbers: Sequence[int]) -> list[dict[str, Any]]:
    return [{"key": str(number), "label": str(number), "measure": number, "meaning": ""} for number in numbers]


def _named(words: dict[float, str]) -> list[dict[str, Any]]:
    return [
        {"key": f"{number:g}".replace(".", "_"), "label": f"{word} ({number:g})", "measure": number, "meaning": ""}
        for number, word in sorted(words.items())
    ]
