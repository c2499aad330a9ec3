"""When projects report: calendars, their periods, which project reports where, and reminders sent."""

from datetime import date
from typing import Any

import pghistory
from django.apps import apps
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import Versioned
from portfolio.models.structure import Portfolio, Project, Tier
from portfolio.models.visibility import project_condition


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
        constraints = [
            models.CheckConstraint(
                condition=models.Q(opens_days_before_end__lte=366, due_days_after_end__lte=366)
                & models.Q(remind_days_before__lte=60, escalate_days_after__lte=366),
                name="calendar_days_sensible",
                violation_error_message=_("Opening, due and escalation days are at most 366, reminder days at most 60."),
            )
        ]

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


def _update_of_duty() -> models.QuerySet[Any]:
    """The updates for a duty's project, series and `period_id`: to be used in a subquery of duties."""
    return (
        apps.get_model("portfolio", "StatusUpdate")
        .objects.filter(
            project=models.OuterRef("project"), series=models.OuterRef("calendar__series"), period=models.OuterRef("period_id")
        )
        .order_by()
    )


SUBMITTED = ("submitted", "published", "superseded")


def _key(project: str, period: str) -> Any:
    """Both keys as one number, so that a set of pairs can be looked into."""
    return models.F(project) * models.Value(1 << 32, output_field=models.BigIntegerField()) + models.F(period)


def _submitted_keys(on: date) -> models.QuerySet[Any, Any]:
    """Project and period of every update that was submitted for a period that is overdue on the day."""
    newest = ReportingPeriod.objects.filter(opens_on__lte=on, calendar=models.OuterRef("period__calendar"))
    return (
        apps.get_model("portfolio", "StatusUpdate")
        .objects.filter(state__in=SUBMITTED, series=models.F("period__calendar__series"))
        .filter(period__opens_on__lte=on, period__due_on__lt=on)
        .filter(period__ends_on=models.Subquery(newest.order_by("-ends_on").values("ends_on")[:1]))
        .order_by()
        .values(key=_key("project", "period"))
    )


class StatusDutyQuerySet(models.QuerySet["Any"]):
    """Words for duties."""

    def owed(self, on: date) -> "StatusDutyQuerySet":
        """One row for each (project, period) whose update is missing on the day `on`: opened, and not submitted.

        A period that is past its due day is owed until the next one of its calendar opens. Projects that are archived,
        closed or cancelled owe nothing. Each row has `period_id`, `period_label`, `period_ends_on`, `period_opens_on`,
        `period_due_on` and `draft_state` ("" = nothing written, "draft", "returned"). One query, whatever the number.
        """
        word = models.CharField()
        unfinished = _update_of_duty().filter(state__in=["draft", "returned"]).values("state")[:1]
        return (
            self._missing(on)
            .annotate(
                draft_state=models.functions.Coalesce(
                    models.Subquery(unfinished, output_field=word), models.Value("", output_field=word)
                )
            )
            .order_by("period_due_on", "project__reference")
        )

    def overdue(self, on: date, *, of_many: bool = False) -> "StatusDutyQuerySet":
        """Those owed whose due day has passed, the longest first; without `draft_state`. `of_many`: for thousands of projects, where
        reading what was submitted for those few periods costs half of probing for each duty."""
        rows = self._opened(on) if of_many else self._missing(on)
        rows = rows.filter(period_due_on__lt=on)
        if of_many:
            rows = rows.alias(key=_key("project", "calendar__periods")).exclude(key__in=_submitted_keys(on))
        return rows.order_by("period_due_on", "project__reference")

    def _missing(self, on: date) -> "StatusDutyQuerySet":
        submitted = _update_of_duty().filter(state__in=SUBMITTED)
        # Not `Exists`: PostgreSQL would make it a join with every update there ever was. Asked this way it probes the
        # index status_update_once, which holds the state, once for each duty; and because the case names a column of
        # the project (which is open anyway), only for the projects that pass all other conditions.
        probe = models.Case(models.When(project__archived_at=None, then=models.Subquery(submitted.values("pk")[:1])))
        return self._opened(on).alias(submitted=probe).filter(submitted=None)

    def _opened(self, on: date) -> "StatusDutyQuerySet":
        # Told of the period's own row, so that the few periods that count are picked before any duty is looked at.
        newest = (
            ReportingPeriod.objects.filter(opens_on__lte=on, calendar=models.OuterRef("period_calendar"))
            .order_by("-ends_on")
            .values("ends_on")[:1]
        )
        return (
            self.filter(project__archived_at=None, calendar__is_active=True)
            .exclude(project__phase__in=["closed", "cancelled"])
            .annotate(
                period_id=models.F("calendar__periods__pk"),
                period_label=models.F("calendar__periods__label"),
                period_ends_on=models.F("calendar__periods__ends_on"),
                period_opens_on=models.F("calendar__periods__opens_on"),
                period_due_on=models.F("calendar__periods__due_on"),
            )
            .alias(period_calendar=models.F("calendar__periods__calendar"))
            .filter(period_opens_on__lte=on)
            .filter(models.Q(period_due_on__gte=on) | models.Q(period_ends_on=models.Subquery(newest)))
            .filter(models.Q(starts_on=None) | models.Q(period_ends_on__gte=models.F("starts_on")))
        )

    def of_writer(self, user: Any) -> "StatusDutyQuerySet":
        """Those on projects that name the person as the one who writes: its manager, or a direct member as project manager."""
        memberships = apps.get_model("portfolio", "Membership").objects
        named = memberships.filter(user=user, role="project_manager", project__isnull=False).order_by().values("project")
        # One list of the few projects, not two conditions joined by "or": those would be asked of every project.
        return self.filter(project__in=Project.objects.filter(manager=user).order_by().values("pk").union(named, all=True))

    def visible_to(self, user: Any) -> "StatusDutyQuerySet":
        """Those of projects whose status the person may see."""
        return self.filter(project_condition(user, "status.view", "project__"))


@pghistory.track()
class StatusDuty(models.Model):
    """A project reports in a calendar; at most one calendar a series (checked by the action that assigns).

    `starts_on`: periods that ended before it are not asked for.
    """

    project = models.ForeignKey(Project, models.CASCADE, related_name="status_duties", verbose_name=_("project"))
    calendar = models.ForeignKey(ReportingCalendar, models.PROTECT, related_name="duties")
    starts_on = models.DateField(_("from"), null=True, blank=True)

    objects = StatusDutyQuerySet.as_manager()

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

    project = models.ForeignKey(Project, models.CASCADE, related_name="+", verbose_name=_("project"))
    period = models.ForeignKey(ReportingPeriod, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=KINDS)
    sent_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "period", "kind"], name="status_reminder_once")]

    def __str__(self) -> str:
        return self.kind
