"""Contrast of the design tokens in both themes (WCAG 2.2 AA)."""

import re

import pytest
from django.conf import settings

TEXTS = ["text", "text-2", "text-3", "accent", "red-fg", "amber-fg", "green-fg", "blue-fg", "grey-fg"]
SURFACES = ["surface-0", "surface-1", "surface-2"]
TONES = ["red", "amber", "green", "blue", "grey"]


def tokens() -> dict[str, tuple[str, str]]:
    """Name -> (light, dark)."""
    sheet = (settings.BASE_DIR / "static/css/tokens.css").read_text()
    pairs = {name: (light, dark) for name, light, dark in re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)", sheet)}
    pairs |= {name: (colour, colour) for name, colour in re.findall(r"--([\w-]+): (#\w{6});", sheet)}
    return pairs


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_text_is_readable_on_every_surface(theme: int) -> None:
    found = tokens()
    pairs = [(text, surface) for text in TEXTS for surface in SURFACES]
    pairs += [(f"{tone}-fg", f"{tone}-soft") for tone in TONES]
    pairs += [(f"{tone}-on", f"{tone}-solid") for tone in TONES]
    pairs += [
        ("accent-on", "accent-solid"),
        ("accent-on", "accent-solid-hover"),
        ("accent", "accent-soft"),
        ("text-2", "surface-3"),
    ]
    poor = {pair: round(contrast(found[pair[0]][theme], found[pair[1]][theme]), 2) for pair in pairs}
    assert {pair: ratio for pair, ratio in poor.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_marks_and_control_borders_stand_out(theme: int) -> None:
    found = tokens()
    pairs = [
        (mark, surface)
        for mark in [*(f"{tone}-solid" for tone in TONES), "line-strong", "focus", "accent-solid"]
        for surface in ("surface-0", "surface-1")
    ]
    poor = {pair: round(contrast(found[pair[0]][theme], found[pair[1]][theme]), 2) for pair in pairs}
    assert {pair: ratio for pair, ratio in poor.items() if ratio < 3} == {}
