"""What the head of a project's page says, today and as of a day."""

from datetime import date, datetime
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.prepared import Prepared
from portfolio.formulas.staleness import allowed_days, is_stale
from portfolio.models import AssuranceRating, HealthThreshold, Project, StatusDuty, StatusUpdate
from portfolio.models.asof import MAIN_SERIES

OVERDUE = Prepared(
    lambda project, on: (
        StatusDuty.objects.filter(project=project, calendar__series__key=MAIN_SERIES)
        .overdue(on)
        .order_by()
        .values_list("pk")[:1]
    ),
    project=int,
    on=date,
)


STALE_AFTER = Prepared(lambda: HealthThreshold.objects.order_by().values_list("tier", "stale_after_days"))


def ratings_of(project: Project, *, today: date, as_of: str = "") -> list[dict[str, Any]]:
    """Declared, computed and assured side by side, each with its date and whether it is stale: older than its tier
    allows, or (declared and computed) an update is overdue today. Projects at rest are not stale. `as_of`: the day in
    the address that the updates are shown as of, too. Two queries."""
    days = allowed_days(project.tier, dict(STALE_AFTER()))
    update: StatusUpdate | None = project.current_update
    assurance: AssuranceRating | None = project.current_assurance
    at_rest = project.phase in ("closed", "cancelled")
    missing = not at_rest and bool(OVERDUE(project=project.pk, on=today))
    try:
        url = reverse("portfolio:project-updates", args=[project.reference]) + (f"?as_of={as_of}" if as_of else "")
    except NoReverseMatch:
        url = ""

    def rating(label: str, value: str, at: datetime | None, note: str = "") -> dict[str, Any]:
        on = timezone.localtime(at).date() if at else None
        return {
            "label": label,
            "value": value,
            "on": on,
            # "exempt" says that nobody rates: it does not grow old
            "stale": not at_rest and value != "exempt" and (is_stale(on, today, days) or (missing and label != _("Assured"))),
            "days": (today - on).days if on else None,
            "note": note,
            "url": url if on else "",
        }

    at = update.effective_at if update else None
    # An imported update is as of a day, which is already shown: its period would say it twice.
    period = str(update.period) if update and not update.source.lower().endswith((".csv", ".xlsx", ".xls", ".ods")) else ""
    return [
        rating(_("Declared"), update.overall if update else "", at, period),
        rating(_("Computed"), update.computed_overall if update else "", at if update and update.computed_overall else None),
        rating(_("Assured"), assurance.rating if assurance else "", assurance.effective_at if assurance else None),
    ]
