"""The five ratings and the assurance's fourth word: value, word, letter. Colour alone never tells.

Red, amber, green are health; blue is complete; grey is not started or no data; exempt is an
assurance answer that withholds the rating and is drawn grey.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


@dataclass(frozen=True)
class Rating:
    """How one rating looks: `tone` is the CSS family, `letter` stands in the mark, `word` beside it."""

    value: str
    tone: str
    letter: str | Promise
    word: str | Promise


RED = Rating("red", "red", pgettext_lazy("one letter for red", "R"), _("Red"))
AMBER = Rating("amber", "amber", pgettext_lazy("one letter for amber", "A"), _("Amber"))
GREEN = Rating("green", "green", pgettext_lazy("one letter for green", "G"), _("Green"))
BLUE = Rating("blue", "blue", "✓", _("Complete"))
GREY = Rating("grey", "grey", "–", _("No data"))
EXEMPT = Rating("exempt", "grey", pgettext_lazy("one letter for exempt", "E"), _("Exempt"))

RATINGS = {rating.value: rating for rating in (RED, AMBER, GREEN, BLUE, GREY, EXEMPT)}


def rating_of(value: str | None) -> Rating:
    """The rating for a stored value; None, empty and unknown values are grey (no data)."""
    return RATINGS.get(str(value or "").lower(), GREY)
