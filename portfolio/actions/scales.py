"""The organisation's risk scales and categories: changing them, and what that does to risks that are rated already."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import Case, Count, F, IntegerField, Value, When
from django.utils.translation import gettext as _

from core.actions.locking import assign, lock, save
from core.errors import ActionError, EditConflict
from core.history import recorded
from portfolio.actions.risks import LEVELS, SCALE_LOCK, current_scale
from portfolio.formulas.scales import Scale, ScaleError, mapping, read_scale
from portfolio.models import Category, Entry, Risk, RiskReading, RiskScale, SharedImpact
from portfolio.wording_risks import scale_error


def checked(document: Mapping[str, Any]) -> Scale:
    """The scales that a document describes. Raises ActionError with a sentence and the part it belongs to."""
    try:
        return read_scale(document)
    except ScaleError as error:
        raise ActionError(scale_error(error), field=error.place) from error


@dataclass(frozen=True)
class Consequence:
    """What publishing other scales does: so many risks are rated, get other levels, come into another band; (from, to) levels
    of likelihood and impact where the number of levels changes."""

    rated: int
    mapped: int
    recoloured: int
    likelihood: tuple[tuple[int, int], ...]
    impact: tuple[tuple[int, int], ...]


def consequence_of(after: Scale) -> Consequence:
    """What publishing these scales would do. Two queries."""
    before = current_scale()
    likelihood, impact = mapping(before, after)
    rated = mapped = recoloured = 0
    rows = Risk.objects.order_by().values_list("current_likelihood", "current_impact", "band").annotate(count=Count("pk"))
    for level, hit, band, count in rows:
        if not level or not hit:
            continue
        rated += count
        mapped += count if (likelihood.get(level), impact.get(hit)) != (level, hit) else 0
        now = after.band_of(likelihood.get(level), impact.get(hit))
        recoloured += count if now is not None and now.key != band else 0
    resized = before.size != after.size
    pairs = (tuple(likelihood.items()), tuple(impact.items())) if resized else ((), ())
    return Consequence(rated, mapped, recoloured, *pairs)


@transaction.atomic
def publish_scale(document: Mapping[str, Any], *, version: int) -> RiskScale:
    """Put other scales into force: all ratings, past readings and shared impacts are mapped where the number of levels changes,
    bands and weights worked out anew, all or nothing. `version` is 0 where there were only the default scales.

    Raises ActionError for a document that is no scale, EditConflict when somebody published since.
    """
    after = checked(document)
    with recorded("portfolio.scale.published"):
        with connection.cursor() as cursor:
            # Who writes a risk holds this lock in common (`risks.hold_scale`): no level of the old scales comes after the new ones.
            cursor.execute(f"SELECT pg_advisory_xact_lock({SCALE_LOCK})")
        row = RiskScale.objects.select_for_update().order_by("pk").first()
        if (row.version if row else 0) != version:
            raise EditConflict(
                _("Somebody else changed this since you opened it. Compare both versions and choose."),
                current=row or RiskScale(),
            )
        before = current_scale()
        row = row or RiskScale(version=0)
        row.document = after.document()
        save(row)
        if before.size != after.size:
            _map_levels(before, after)
        _map_dimensions(before, after)
        _recolour(after)
    return row


def _moved(name: str, levels: Mapping[int, int]) -> Case:
    """A column of levels on the other scale, as SQL."""
    return Case(
        *(When(**{name: old}, then=Value(new)) for old, new in levels.items()), default=F(name), output_field=IntegerField()
    )


def _map_levels(before: Scale, after: Scale) -> None:
    likelihood, impact = mapping(before, after)
    changes = {name: _moved(name, likelihood if name.endswith("likelihood") else impact) for name in LEVELS}
    Risk.objects.update(**changes)
    # Who has one open for editing chose on the old scales: they are shown both versions.
    Entry.objects.filter(kind="risk").update(version=F("version") + 1)
    RiskReading.objects.update(**changes)
    SharedImpact.objects.filter(impact__isnull=False).update(impact=_moved("impact", impact))


def _map_dimensions(before: Scale, after: Scale) -> None:
    """Levels by dimension; those of a dimension that is no more are dropped, the impact that they gave stays."""
    known, impact = {dimension.key for dimension in after.dimensions}, mapping(before, after)[1]
    if before.size == after.size and {dimension.key for dimension in before.dimensions} <= known:
        return
    rows = list(Risk.objects.exclude(impacts={}).only("pk", "impacts"))
    for risk in rows:
        risk.impacts = {
            stage: {key: impact.get(level, level) for key, level in levels.items() if key in known}
            for stage, levels in risk.impacts.items()
        }
    Risk.objects.bulk_update(rows, ["impacts"], batch_size=1000)


def _recolour(scale: Scale) -> None:
    """Bands and weights of all risks: an update a cell, of what differs only."""
    for likelihood in range(1, scale.size + 1):
        for impact in range(1, scale.size + 1):
            band = scale.band_of(likelihood, impact)
            here = Risk.objects.filter(current_likelihood=likelihood, current_impact=impact)
            here.exclude(band=band.key if band else "").update(band=band.key if band else "")
            rank = scale.rank(likelihood, impact)
            Entry.objects.filter(kind="risk", risk__current_likelihood=likelihood, risk__current_impact=impact).exclude(
                rank=rank
            ).update(rank=rank)


CATEGORY = ("name", "parent", "appetite", "is_active")


@transaction.atomic
def save_category(category: Category, *, values: Mapping[str, Any], version: int | None) -> Category:
    """Add a category (`version` None) or change it. Raises ActionError for a place below itself, EditConflict as usual."""
    with recorded("portfolio.category.added" if category._state.adding else "portfolio.category.edited"):
        with connection.cursor() as cursor:
            # One at a time: two moves at once could each put a category below the other.
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('portfolio.categories'))")
        row = category if category._state.adding else lock(Category.objects.all(), category.pk, version=version)
        above, parents = values.get("parent"), dict(Category.objects.values_list("pk", "parent_id"))
        key = above.pk if above else None
        while key is not None:
            if key == row.pk:
                raise ActionError(_("A category cannot be part of itself or of one below it."), field="parent")
            key = parents.get(key)
        assign(row, values, CATEGORY)
        if row._state.adding:
            row.save()
        else:
            save(row)
    return row
