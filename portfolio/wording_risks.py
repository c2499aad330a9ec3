"""Words about risks: the default scales, what is wrong with a scale, what the charts find."""

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as word

from portfolio.formulas.scales import Scale, ScaleError

DEFAULT_WORDS = [
    word("Very unlikely"), word("Unlikely"), word("Possible"), word("Likely"), word("Very likely"),
    word("Very low"), word("Low"), word("Medium"), word("High"), word("Very high"),
    word("Cost"), word("Time"), word("Quality"), word("Reputation"), word("Safety"),
    word("Under 1% of the budget"), word("1 to 5%"), word("5 to 10%"), word("10 to 25%"), word("Over 25% of the budget"),
    word("Under a week"), word("1 to 4 weeks"), word("1 to 3 months"), word("3 to 6 months"), word("Over 6 months"),
    word("Hardly noticed"), word("Minor parts fall short"), word("Sponsor has to agree"), word("Not acceptable to the sponsor"),
    word("The result cannot be used"), word("Stays inside the team"), word("Stays inside the organisation"), word("Customers ask"),
    word("Press reports"), word("Lasting loss of trust"), word("No injury"), word("First aid"), word("Medical treatment"),
    word("Serious injury"), word("Loss of life"),
]  # fmt: skip
"""Of the scales that an organisation has before it writes its own (portfolio/formulas/scales.py:DEFAULT)."""


def in_words(scale: Scale) -> Scale:
    """The default scales in the reader's language."""
    return Scale(
        tuple(replace(level, label=_(level.label)) for level in scale.likelihood),
        tuple(_(label) for label in scale.impact),
        tuple(replace(it, label=_(it.label), anchors=tuple(_(anchor) for anchor in it.anchors)) for it in scale.dimensions),
        tuple(replace(band, label=_(band.label)) for band in scale.bands),
        scale.cells,
    )


def scale_error(error: ScaleError) -> str:
    """What is wrong with a scale, as a sentence."""
    sentences: dict[str, Any] = {
        "size": _("A scale has 3 to 7 levels."),
        "not_square": _("Likelihood and impact need the same number of levels."),
        "label": _("Every level, dimension and band needs a name of at most 200 characters."),
        "twice": _("Two of them have the same name."),
        "percent": _("A probability is 0 to 100%."),
        "gap": _("Each level of likelihood must begin where the one below it ends, the lowest at 0%."),
        "order": _("Each level of likelihood must end higher than it begins."),
        "end": _("The highest level of likelihood must end at 100%."),
        "anchors": _("Every dimension needs a line for each level of impact, of at most 200 characters."),
        "count": _("There must be 1 to 10 dimensions and 2 to 7 bands."),
        "tone": _("Every band needs a name and a colour: green, amber or red."),
        "cells": _("Every cell of the map needs one of the bands."),
    }
    return str(sentences.get(error.code, _("These scales cannot be read.")))
