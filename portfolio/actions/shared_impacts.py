"""Shared risks: what a risk of a programme or portfolio would mean for each project that it would hit."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.actions.locking import check
from core.errors import ActionError
from core.history import recorded
from portfolio.actions.raid import lock_entry, tell_followers
from portfolio.actions.risks import check_size, current_scale
from portfolio.models import Entry, Project, SharedImpact

FIELDS = ("impact", "impact_low", "impact_likely", "impact_high", "note")


@transaction.atomic
def share_risk(risk: Entry, project: Project, *, values: Mapping[str, Any], by: Any, at: datetime) -> SharedImpact:
    """The risk would hit this project, too. `values` name FIELDS; `scale_size` says on how many levels the impact was chosen. Raises ActionError for a risk of one project, a project that
    shares it already, or a level that is not on the scales."""
    with recorded("portfolio.risk.shared"):
        row = lock_entry(risk)
        if row.project_id is not None:
            raise ActionError(_("A risk of one project is not shared: escalate it to its programme or portfolio first."))
        if not row.is_open:
            raise ActionError(_("This risk has ended: open it again first."))
        impact = SharedImpact(entry=row, project=project)
        _write(impact, values)
        text = gettext_lazy("%(entry)s is shared with another project")
        tell_followers(row, text, by=by, at=at, event=f":shared:{impact.pk}")
    return impact


@transaction.atomic
def edit_shared_impact(impact: SharedImpact, *, changes: Mapping[str, Any]) -> SharedImpact:
    """Change what it would mean for a project."""
    with recorded("portfolio.risk.share_edited"):
        lock_entry(impact.entry)
        row = SharedImpact.objects.select_related("project").get(pk=impact.pk)
        _write(row, changes)
    return row


@transaction.atomic
def unshare_risk(impact: SharedImpact) -> None:
    """The risk would not hit this project; history keeps what was said."""
    with recorded("portfolio.risk.unshared"):
        lock_entry(impact.entry)
        impact.delete()


def _write(impact: SharedImpact, values: Mapping[str, Any]) -> None:
    values, scale = dict(values), current_scale()
    check_size(values.pop("scale_size", None), scale, field="impact")
    if unknown := set(values) - set(FIELDS):
        raise TypeError(f"Not to be changed here: {', '.join(sorted(unknown))}")
    for name, value in values.items():
        setattr(impact, name, value)
    if impact.impact is not None and not 1 <= impact.impact <= scale.size:
        raise ActionError(_("Choose a level from 1 to %(size)d.") % {"size": scale.size}, field="impact")
    if impact.impact_likely is None and (impact.impact_low is not None or impact.impact_high is not None):
        raise ActionError(_("Give the likely amount, too."), field="impact_likely")
    check(impact)
    impact.save()
