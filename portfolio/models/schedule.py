"""Milestones: the light schedule that status updates and dashboards read."""

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import Versioned
from portfolio.models.structure import Project


@pghistory.track(
    # The last event of each milestone of some projects at a moment (portfolio/models/asof.py).
    meta={"indexes": [models.Index(fields=["project", "pgh_obj", "-pgh_created_at", "-pgh_id"], name="milestone_event_known")]}
)
class Milestone(Versioned):
    """A dated event of a project. `planned_on` is the approved date, `forecast_on` the expected, `actual_on` when it happened."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="milestones", verbose_name=_("project"))
    title = models.CharField(_("title"), max_length=200)
    planned_on = models.DateField(_("planned"))
    forecast_on = models.DateField(_("forecast"), null=True, blank=True)
    actual_on = models.DateField(_("reached"), null=True, blank=True)

    class Meta:
        ordering = ["planned_on", "pk"]
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        indexes = [
            # Upcoming and overdue milestones of many projects.
            models.Index(fields=["planned_on"], condition=models.Q(actual_on=None), name="milestone_open"),
        ]

    def __str__(self) -> str:
        return self.title
