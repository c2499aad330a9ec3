"""One project as of a day: its facts, ratings and milestones as they stood. The same for its pages and for the API."""

from dataclasses import dataclass
from datetime import date, datetime

from portfolio.formulas.milestones import slip_of
from portfolio.models import Project, StatusUpdate
from portfolio.models.asof import FACTS, TEXTS, milestones_at, standing_of, texts_of

RELATED = ("portfolio", "programme", "unit", "sponsor", "manager", "current_update", "current_assurance")


def project_at(project: Project, at: datetime) -> Project | None:
    """The project as it stood at a moment, as an unsaved copy; None where nothing was known of it. Up to a dozen queries."""
    standing = standing_of(project, at)
    if standing is None:
        return None
    texts = texts_of(project, at)
    copy = Project(**{name: getattr(standing, name) for name in FACTS} | {name: texts[name] for name in TEXTS})
    copy.current_update = StatusUpdate.objects.select_related("period").filter(pk=standing.update_id or 0).first()
    copy.current_assurance = project.assurance_ratings.filter(effective_at__lte=at).order_by(*("-effective_at", "-pk")).first()
    for name in RELATED:  # read now: a template runs no queries
        getattr(copy, name)
    return copy


@dataclass(frozen=True)
class MilestoneLine:
    """A milestone as it stands, or stood. `slip`: days that it is reached, or forecast, after its plan; None while only that is known.
    `overdue`: open and past its day."""

    pk: int
    project: str
    title: str
    planned_on: date
    forecast_on: date | None
    actual_on: date | None
    slip: int | None
    overdue: bool


def milestones_of(project: Project, at: datetime | None, today: date) -> list[MilestoneLine]:
    """The milestones of a project, now (None) or as they stood at a moment of the day `today`, in the order of their plan. One query."""
    return [
        MilestoneLine(
            pk=row.milestone_id,
            project=project.reference,
            title=row.title,
            planned_on=row.planned_on,
            forecast_on=row.forecast_on,
            actual_on=row.actual_on,
            slip=slip_of(row.planned_on, row.actual_on or row.forecast_on),
            overdue=row.actual_on is None and (row.forecast_on or row.planned_on) < today,
        )
        for row in milestones_at([project.pk], at).order_by("planned_on", "title")
    ]
