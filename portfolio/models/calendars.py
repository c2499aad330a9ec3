"""When projects report: calendars, their periods, which project reports where, and reminders sent."""

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import Versioned
from portfolio.models.structure import Portfolio, Project, Tier


@pghistory.track()
class StatusSeries(models.Model):
    """A line of status updates for one audience: `main` for the PMO, others e.g. for a customer."""

    key = models.SlugField(_("key"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80)

    class Meta:
        ordering = ["name"]
        verbose_name = _("status series")
        verbose_name_plural = _("status series")

    def __str__(self) -> str:
        return self.name


class Cadence(models.TextChoices):
    """How often projects report. `irregular`: periods come from imported files."""

    WEEKLY = "weekly", _("Weekly")
    FORTNIGHTLY = "fortnightly", _("Fortnightly")
    MONTHLY = "monthly", _("Monthly")
    QUARTERLY = "quarterly", _("Quarterly")
    IRREGULAR = "irregular", _("As imported")


@pghistory.track()
class ReportingCalendar(Versioned):
    """How often, and by when, the projects of a portfolio or tier report (both empty = all others)."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    series = models.ForeignKey(StatusSeries, models.PROTECT, related_name="calendars", verbose_name=_("series"))
    cadence = models.CharField(_("cadence"), max_length=12, choices=Cadence.choices, default=Cadence.MONTHLY)
    portfolio = models.ForeignKey(
        Portfolio, models.PROTECT, null=True, blank=True, related_name="calendars", verbose_name=_("portfolio")
    )
    tier = models.PositiveSmallIntegerField(_("tier"), choices=Tier.choices, null=True, blank=True)
    first_period_starts_on = models.DateField(_("first period starts"), null=True, blank=True)
    opens_days_before_end = models.PositiveSmallIntegerField(_("opens, days before the period ends"), default=5)
    due_days_after_end = models.PositiveSmallIntegerField(_("due, days after the period ends"), default=5)
    review_required = models.BooleanField(_("PMO reviews before publishing"), default=True)
    remind_days_before = models.PositiveSmallIntegerField(_("remind, days before it is due"), default=2)
    escalate_days_after = models.PositiveSmallIntegerField(_("tell the sponsor, days after it was due"), default=3)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("reporting calendar")
        verbose_name_plural = _("reporting calendars")

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class ReportingPeriod(models.Model):
    """One period of a calendar. Updates for it may be written from `opens_on`, are due on `due_on` (days, both included)."""

    calendar = models.ForeignKey(ReportingCalendar, models.PROTECT, related_name="periods")
    label = models.CharField(_("period"), max_length=60)
    starts_on = models.DateField(_("starts"))
    ends_on = models.DateField(_("ends"))
    opens_on = models.DateField(_("opens"))
    due_on = models.DateField(_("due"))

    class Meta:
        ordering = ["-ends_on", "-pk"]
        verbose_name = _("reporting period")
        constraints = [
            models.UniqueConstraint(fields=["calendar", "starts_on", "ends_on"], name="period_once_per_calendar"),
            models.CheckConstraint(condition=models.Q(ends_on__gte=models.F("starts_on")), name="period_dates_in_order"),
        ]
        indexes = [
            # The open and due periods of all calendars.
            models.Index(fields=["due_on"], name="period_due"),
        ]

    def __str__(self) -> str:
        return self.label


@pghistory.track()
class StatusDuty(models.Model):
    """A project reports in a calendar; at most one calendar a series (checked by the action that assigns)."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="status_duties")
    calendar = models.ForeignKey(ReportingCalendar, models.PROTECT, related_name="duties")

    class Meta:
        verbose_name = _("duty to report")
        constraints = [models.UniqueConstraint(fields=["project", "calendar"], name="status_duty_once")]

    def __str__(self) -> str:
        return str(self.calendar)


class StatusReminder(models.Model):
    """A reminder that went out, so that it goes out once."""

    KINDS = [
        ("before", _("before it was due")),
        ("due", _("on the day")),
        ("after", _("after it was due")),
        ("escalated", _("escalated")),
    ]

    project = models.ForeignKey(Project, models.CASCADE, related_name="+")
    period = models.ForeignKey(ReportingPeriod, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=KINDS)
    sent_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "period", "kind"], name="status_reminder_once")]

    def __str__(self) -> str:
        return self.kind
