"""Sentences of conversions: what is wrong with a questionnaire or a template, how the points make a tier, what varied."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, ngettext

from core import money
from intake.formulas.promises import Variance
from intake.formulas.templates import TemplateError
from intake.formulas.tiering import Tiering, TieringError

DIMENSIONS: dict[str, Any] = {
    "size": gettext_lazy("Size"),
    "complexity": gettext_lazy("Complexity"),
    "risk": gettext_lazy("Risk"),
}
IMPACTS: dict[int, Any] = {
    1: gettext_lazy("Very low"),
    2: gettext_lazy("Low"),
    3: gettext_lazy("Medium"),
    4: gettext_lazy("High"),
    5: gettext_lazy("Very high"),
}

_TIERING = {
    "not_a_line": gettext_noop("This is no question, no choice and no tier. A question starts with size, complexity or risk."),
    "unknown_dimension": gettext_noop("A question starts with size:, complexity: or risk:."),
    "unknown_fact": gettext_noop("Only cost and years can answer a question by themselves."),
    "bad_bounds": gettext_noop("Bounds are ascending numbers with commas between, such as 250000, 1000000."),
    "choice_first": gettext_noop("A choice stands below its question."),
    "few_choices": gettext_noop("A question needs at least two choices."),
    "too_many": gettext_noop("At most 20 questions of 6 choices with 100 points each."),
    "bands_missing": gettext_noop("Write questions, and where tier 1, 2 and 3 begin; one of them begins at 0."),
    "band_twice": gettext_noop("This tier stands there twice."),
    "bands_cross": gettext_noop("Tier 1 begins at more points than tier 2, tier 2 at more than tier 3."),
}
_TEMPLATE = {
    "few_parts": gettext_noop("Something is missing: parts are divided by |."),
    "many_parts": gettext_noop("There are too many parts: they are divided by |."),
    "bad_offset": gettext_noop("Write when, counted from the start: 3 months, 10 days, 2 weeks."),
    "bad_likelihood": gettext_noop("The likelihood is 1 to 99%."),
    "bad_impact": gettext_noop("The impact is 1 (very low) to 5 (very high)."),
    "too_many": gettext_noop("At most 60 lines."),
    "too_long": gettext_noop("A part has at most 300 characters."),
    "text_without_title": gettext_noop("A chapter starts with ## and its title."),
}


def tiering_problem(error: TieringError) -> str:
    """What is wrong with a questionnaire, and where."""
    return _placed(_(_TIERING[error.code]), error.line, error.text)


def template_problem(error: TemplateError) -> str:
    """What is wrong with a template's lines, and where."""
    return _placed(_(_TEMPLATE[error.code]), error.line, error.text)


def _placed(said: str, line: int, text: str) -> str:
    if line:
        return _("Line %(line)d, “%(text)s”: %(said)s") % {"line": line, "text": text[:80], "said": said}
    return f"“{text[:80]}”: {said}" if text else said


def tier_sentence(found: Tiering) -> str:
    """14 of 20 points: tier 1, which begins at 13 points."""
    if found.tier is None:
        return ngettext(
            "%(count)d question is not answered yet.", "%(count)d questions are not answered yet.", len(found.missing)
        ) % {"count": len(found.missing)}
    parts = ", ".join(
        _("%(dimension)s %(points)d of %(most)d")
        % {"dimension": str(DIMENSIONS.get(key, key)).lower(), "points": points, "most": most}
        for key, (points, most) in found.by_dimension.items()
    )
    return _("%(points)d of %(most)d points (%(parts)s): tier %(tier)d, which begins at %(start)d points.") % {
        "points": found.points,
        "most": found.most,
        "parts": parts,
        "tier": found.tier,
        "start": found.starts_at,
    }


def money_variance(found: Variance, currency: str, *, up_is_good: bool) -> str:
    """£120k (8%) more than promised."""
    if found.change is None:
        return _("not known yet") if found.promised is not None else _("nothing was promised")
    if not found.change:
        return _("as promised")
    words = {"amount": money.short(abs(found.change), currency), "part": ""}
    if found.part is not None:
        words["part"] = f" ({money.percent(abs(found.part) * 100, 1)})"
    more = _("%(amount)s%(part)s more than promised") if up_is_good else _("%(amount)s%(part)s over what was promised")
    less = _("%(amount)s%(part)s less than promised") if up_is_good else _("%(amount)s%(part)s below what was promised")
    return (more if found.change > 0 else less) % words


def day_variance(promised: date | None, now: date | None) -> str:
    """23 days later than promised."""
    if promised is None:
        return _("no finish was promised")
    if now is None:
        return _("not known yet")
    days = (now - promised).days
    if not days:
        return _("as promised")
    words = {"days": abs(days)}
    if days > 0:
        return ngettext("%(days)d day later than promised", "%(days)d days later than promised", days) % words
    return ngettext("%(days)d day earlier than promised", "%(days)d days earlier than promised", -days) % words


def amount_words(amount: Decimal | None, currency: str) -> str:
    """The exact amount."""
    return money.exact(amount, currency)
