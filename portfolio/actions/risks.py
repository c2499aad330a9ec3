"""Risks: the scales in force, what follows from a rating, and the readings that keep how it stood."""

import json
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import TextField
from django.db.models.functions import Cast
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.errors import ActionError
from core.prepared import Prepared
from portfolio.formulas.exposure import emv, expected_impact
from portfolio.formulas.scales import DEFAULT, Scale, highest, read_scale
from portfolio.models import Category, Entry, Risk, RiskReading, RiskScale
from portfolio.wording_risks import in_words

STAGES = ("inherent", "current", "target")
LEVELS = tuple(f"{stage}_{side}" for stage in STAGES for side in ("likelihood", "impact"))
CENT = Decimal("0.01")


def current_scale() -> Scale:
    """The organisation's scales, or the default ones. One query."""
    kept = DOCUMENT()
    return read_once(kept[0][0]) if kept and kept[0][0] != "{}" else default_scale(get_language())


DOCUMENT = Prepared(lambda: RiskScale.objects.order_by("pk").values_list(Cast("document", TextField()))[:1])
APPETITES = Prepared(lambda: Category.objects.order_by().values_list("pk", "parent_id", "appetite"))


@lru_cache(maxsize=8)
def read_once(document: str) -> Scale:
    """The scales of a document, which changes seldom."""
    return read_scale(json.loads(document))


@lru_cache(maxsize=8)
def default_scale(_language: str | None) -> Scale:
    """The default scales in a language: that of now."""
    return in_words(read_scale(DEFAULT))


SCALE_LOCK = "hashtext('portfolio.risk_scale')"


def hold_scale() -> None:
    """Nobody puts other scales into force until this transaction ends. Called before a row of a risk is locked, because a
    publication waits for those who hold it and then writes all risks."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_xact_lock_shared({SCALE_LOCK})")


def appetites() -> dict[int, tuple[int | None, int | None]]:
    """Every category with the one above it and its own appetite, for `appetite_of`. One query."""
    return {pk: (above, own) for pk, above, own in APPETITES()}


def settle_risk(entry: Entry, risk: Risk, *, at: datetime, scale: Scale | None = None) -> None:
    """Set what follows from a risk's ratings: impact as the highest of its dimensions, band, and the entry's rank.

    Called before both rows are saved, under `hold_scale`. `scale` spares the query where many risks are written. Raises
    ActionError for a level that is not on the scale, and where the levels were chosen on scales of another size (`scale_size`).
    """
    scale = risk.scale = scale or current_scale()  # type: ignore[attr-defined]
    check_size(getattr(risk, "scale_size", None), scale, field="current")
    risk.impacts = {stage: levels for stage in STAGES if (levels := _dimensions(risk, stage, scale))}
    for stage, levels in risk.impacts.items():
        setattr(risk, f"{stage}_impact", highest(levels))
    if risk.probability is not None and not 0 <= risk.probability <= 100:
        raise ActionError(_("A probability is 0 to 100%."), field="probability")
    if risk.probability is not None and risk.current_likelihood is None:
        risk.current_likelihood = scale.level_of(risk.probability)
    for name in LEVELS:
        level = getattr(risk, name)
        if level is not None and not 1 <= level <= scale.size:
            raise ActionError(_("Choose a level from 1 to %(size)d.") % {"size": scale.size}, field=name)
    band = scale.band_of(risk.current_likelihood, risk.current_impact)
    risk.band = band.key if band else ""
    entry.rank = scale.rank(risk.current_likelihood, risk.current_impact)


def check_size(rated_on: int | None, scale: Scale, *, field: str) -> None:
    """Raise ActionError where levels were chosen on scales of another size than those in force; None: nobody says on which."""
    if rated_on is not None and rated_on != scale.size:
        words = _("The scales have %(size)d levels since a moment ago: choose the levels anew.")
        raise ActionError(words % {"size": scale.size}, field=field)


def _dimensions(risk: Risk, stage: str, scale: Scale) -> dict[str, int]:
    """The levels by dimension of a stage, checked; empty ones are left out."""
    given = risk.impacts.get(stage) if isinstance(risk.impacts, Mapping) else None
    levels = {key: level for key, level in given.items() if level is not None} if isinstance(given, Mapping) else {}
    known = {dimension.key for dimension in scale.dimensions}
    for key, level in levels.items():
        if key not in known:
            raise ActionError(_("The scales have no dimension “%(key)s”.") % {"key": key}, field="impacts")
        if isinstance(level, bool) or not isinstance(level, int) or not 1 <= level <= scale.size:
            raise ActionError(_("Choose a level from 1 to %(size)d.") % {"size": scale.size}, field=f"{stage}_impact")
    return levels


def probability_of(risk: Risk, scale: Scale) -> Decimal | None:
    """The probability in percent: as given, or the middle of the current likelihood's anchor."""
    return risk.probability if risk.probability is not None else scale.middle(risk.current_likelihood)


def exposure_now(risk: Risk, scale: Scale) -> Decimal | None:
    """The exposure as it stands, signed, to the cent; None without probability or likely amount."""
    impact = expected_impact(risk.impact_low, risk.impact_likely, risk.impact_high)
    value = emv(risk.sign, probability_of(risk, scale), impact)
    return None if value is None else value.quantize(CENT)


def read_risk(entry: Entry, risk: Risk, at: datetime, *, scale: Scale | None = None) -> RiskReading | None:
    """Keep how the risk stands, if anything of it changed since its last reading. Called after both rows were saved.

    Two queries, and one for the scales where `settle_risk` has not read them.
    """
    values: dict[str, Any] = {name: getattr(risk, name) for name in LEVELS}
    values |= {
        "probability": risk.probability,
        "exposure": exposure_now(risk, scale or getattr(risk, "scale", None) or current_scale()),
        "is_open": entry.is_open,
    }
    last = RiskReading.objects.filter(entry_id=entry.pk, at__lte=at).order_by("-at", "-pk").first()
    if last is not None and all(getattr(last, name) == value for name, value in values.items()):
        return None
    return RiskReading.objects.create(entry_id=entry.pk, at=at, **values)
