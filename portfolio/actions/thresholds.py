"""Health thresholds per tier: where green and amber end."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.actions.locking import lock, once, save
from core.errors import ActionError, EditConflict, SavedMeanwhile
from core.history import recorded
from portfolio.models import HealthThreshold

FIELDS = (
    "schedule_green", "schedule_amber", "cost_green", "cost_amber", "change_green", "change_amber", "exposure_green", "exposure_amber",
    "stale_after_days",
)  # fmt: skip


def stored_for(tier: int | None) -> HealthThreshold:
    """The thresholds that a tier is rated by (None: all tiers without their own): its own row, else the values that it follows,
    as a row of this tier that is not stored and has version 0."""
    own = HealthThreshold.objects.filter(tier=tier).first()
    if own is None:
        own = HealthThreshold.objects.filter(tier=None).first() or HealthThreshold()
        own.pk, own.tier, own.version = None, tier, 0
    return own


def set_thresholds(*, tier: int | None, values: Mapping[str, Any], version: int) -> HealthThreshold:
    """Set the thresholds of a tier (None: all tiers without their own); version 0 when it has none yet.

    They hold for updates submitted from now on; what was submitted keeps those it was rated with. Raises EditConflict when they
    are not at `version` any more, also where they were removed meanwhile: then with the values that the tier follows.
    """
    for dimension in ("schedule", "cost", "change", "exposure"):
        if values[f"{dimension}_amber"] < values[f"{dimension}_green"]:
            raise ActionError(_("Amber must end where green ends or later."), field=f"{dimension}_amber")
    with recorded("portfolio.threshold.set"), transaction.atomic():
        row = HealthThreshold.objects.select_for_update().filter(tier=tier).first()
        if version != (row.version if row else 0):
            raise _changed(row or stored_for(tier))
        row = row or HealthThreshold(tier=tier, version=_last_version(tier))
        for name in FIELDS:
            setattr(row, name, values[name])
        try:
            with once():
                save(row)
        except SavedMeanwhile as error:  # the tier's first ones, twice in one moment
            raise _changed(HealthThreshold.objects.get(tier=tier)) from error
        return row


def _last_version(tier: int | None) -> int:
    """The version that the tier's own thresholds had when they were last removed, 0 where there were none: removed and set anew,
    they are not what somebody read before."""
    events = HealthThreshold.pgh_event_model.objects.filter(tier=tier)  # type: ignore[attr-defined]
    return events.order_by("-pgh_id").values_list("version", flat=True).first() or 0


def _changed(row: HealthThreshold) -> EditConflict:
    return EditConflict(_("Somebody else changed this since you opened it. Compare both versions and choose."), current=row)


def remove_thresholds(*, threshold: HealthThreshold, version: int) -> None:
    """Let a tier follow the row for all others again."""
    with recorded("portfolio.threshold.removed"), transaction.atomic():
        lock(HealthThreshold.objects.all(), threshold.pk, version=version).delete()
