"""Report schedules, their runs with the evidence, and what became of each recipient."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.models import OrganisationUnit, zones
from core.models import OutgoingMail, Versioned
from portfolio.models import Objective, Portfolio, Programme, Project
from portfolio.models.structure import Phase, Tier
from reporting.formulas.cadence import Cadence


class Report(models.TextChoices):
    """What is reported."""

    PACK = "pack", _("Portfolio status pack")
    ONE_PAGER = "one_pager", _("Project one-pagers")


class Paper(models.TextChoices):
    """The size of the sheet."""

    A4 = "A4", _("A4")
    LETTER = "Letter", _("US Letter")


class Kind(models.TextChoices):
    """How often."""

    DAILY = "daily", _("Every day")
    WEEKDAYS = "weekdays", _("Monday to Friday")
    WEEKLY = "weekly", _("Every week")
    FORTNIGHTLY = "fortnightly", _("Every two weeks")
    MONTHLY = "monthly", _("Every month")
    QUARTERLY = "quarterly", _("Every quarter")


class HolidayRule(models.TextChoices):
    """What happens on a public holiday (and on a weekend that a day of the month falls on)."""

    IGNORE = "ignore", _("Send all the same")
    SKIP = "skip", _("Leave that one out")
    NEXT = "next", _("Send on the next working day")
    PREVIOUS = "previous", _("Send on the working day before")


class RecipientRole(models.TextChoices):
    """Recipients that follow from the projects in the report."""

    SPONSORS = "sponsors", _("Sponsors of the projects in it")
    MANAGERS = "managers", _("Managers of the projects in it")


WEEKDAYS = [
    (0, _("Monday")),
    (1, _("Tuesday")),
    (2, _("Wednesday")),
    (3, _("Thursday")),
    (4, _("Friday")),
    (5, _("Saturday")),
    (6, _("Sunday")),
]
NTH = [(1, _("first")), (2, _("second")), (3, _("third")), (4, _("fourth")), (-1, _("last"))]
MONTHDAYS = [*((number, str(number)) for number in range(1, 32)), (-1, _("last day"))]
COUNTRIES = [
    ("", _("None")),
    ("GB-ENG", _("England")),
    ("GB-SCT", _("Scotland")),
    ("GB-WLS", _("Wales")),
    ("GB-NIR", _("Northern Ireland")),
    ("IE", _("Ireland")),
    ("US", _("United States")),
    ("CA", _("Canada")),
    ("AU", _("Australia")),
    ("NZ", _("New Zealand")),
    ("DE", _("Germany")),
    ("FR", _("France")),
    ("NL", _("Netherlands")),
    ("ES", _("Spain")),
    ("IT", _("Italy")),
    ("IN", _("India")),
    ("SG", _("Singapore")),
    ("ZA", _("South Africa")),
]


class ReportScheduleQuerySet(models.QuerySet[Any]):
    """Words for schedules."""

    def due(self, at: datetime) -> "ReportScheduleQuerySet":
        """Those whose moment has come."""
        return self.filter(paused_at=None, deleted_at=None, next_due_at__lte=at)

    def kept(self) -> "ReportScheduleQuerySet":
        """Not deleted."""
        return self.filter(deleted_at=None)


@pghistory.track()
class ReportSchedule(Versioned):
    """What is reported to whom, when. Filters left empty do not narrow; times are local to `zone`."""

    name = models.CharField(
        _("name"), max_length=120, help_text=_("Also the title of the report, e.g. “Board portfolio report”.")
    )
    report = models.CharField(_("report"), max_length=10, choices=Report.choices, default=Report.PACK)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="report_schedules", verbose_name=_("owner")
    )
    classification = models.CharField(
        _("classification"), max_length=40, blank=True, help_text=_("Printed on every page, e.g. OFFICIAL.")
    )

    portfolio = models.ForeignKey(
        Portfolio, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("portfolio")
    )
    programme = models.ForeignKey(
        Programme, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("programme")
    )
    project = models.ForeignKey(Project, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("project"))
    unit = models.ForeignKey(
        OrganisationUnit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("organisation unit")
    )
    objective = models.ForeignKey(
        Objective, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("objective")
    )
    sponsor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("sponsor")
    )
    tier = models.PositiveSmallIntegerField(_("tier"), choices=Tier.choices, null=True, blank=True)
    phase = models.CharField(_("phase"), max_length=12, choices=Phase.choices, blank=True)

    kind = models.CharField(_("how often"), max_length=12, choices=Kind.choices, default=Kind.WEEKLY)
    weekday = models.SmallIntegerField(_("day of the week"), choices=WEEKDAYS, null=True, blank=True)
    monthday = models.SmallIntegerField(_("day of the month"), choices=MONTHDAYS, null=True, blank=True)
    nth = models.SmallIntegerField(_("which one of the month"), choices=NTH, null=True, blank=True)
    quarter_month = models.SmallIntegerField(
        _("month of the quarter"), choices=[(1, _("first")), (2, _("second")), (3, _("third"))], default=1
    )
    at = models.TimeField(_("time of day"))
    zone = models.CharField(_("time zone"), max_length=60, choices=zones)
    starts_on = models.DateField(_("not before"))
    holiday_rule = models.CharField(
        _("on a public holiday"), max_length=10, choices=HolidayRule.choices, default=HolidayRule.IGNORE
    )
    country = models.CharField(_("public holidays of"), max_length=6, choices=COUNTRIES, blank=True)

    language = models.CharField(_("language"), max_length=12, choices=settings.LANGUAGES, default="en-gb")
    paper = models.CharField(_("paper"), max_length=6, choices=Paper.choices, default=Paper.A4)
    roles = ArrayField(
        models.CharField(max_length=10, choices=RecipientRole.choices), default=list, blank=True, verbose_name=_("by role")
    )

    next_due_at = models.DateTimeField(_("next"), null=True, blank=True, editable=False)
    paused_at = models.DateTimeField(_("paused"), null=True, blank=True, editable=False)
    paused_reason = models.CharField(_("why it is paused"), max_length=300, blank=True, editable=False)
    failures = models.PositiveSmallIntegerField(_("failed in a row"), default=0, editable=False)
    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = ReportScheduleQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("report schedule")
        verbose_name_plural = _("report schedules")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(kind__in=["weekly", "fortnightly"]) | models.Q(weekday__isnull=False),
                name="schedule_weekly_has_weekday",
                violation_error_message=_("Choose the day of the week."),
            ),
            models.CheckConstraint(
                condition=~models.Q(kind__in=["monthly", "quarterly"])
                | models.Q(monthday__isnull=False, nth=None)
                | models.Q(monthday=None, nth__isnull=False, weekday__isnull=False),
                name="schedule_monthly_has_day",
                violation_error_message=_("Choose either a day of the month, or which weekday of the month."),
            ),
            models.CheckConstraint(
                condition=models.Q(holiday_rule="ignore") | ~models.Q(country=""),
                name="schedule_holidays_have_country",
                violation_error_message=_("Choose whose public holidays count."),
            ),
        ]
        indexes = [
            # The dispatcher's sweep.
            models.Index(fields=["next_due_at"], condition=models.Q(paused_at=None, deleted_at=None), name="schedule_due"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def cadence(self) -> Cadence:
        """The rules as the formulas know them. Raises ValueError for a combination that means nothing."""
        monthly = self.kind in (Kind.MONTHLY, Kind.QUARTERLY)
        return Cadence(
            kind=self.kind,
            at=self.at,
            zone=self.zone,
            starts_on=self.starts_on,
            weekday=self.weekday,
            monthday=self.monthday if monthly else None,
            nth=self.nth if monthly else None,
            quarter_month=self.quarter_month or 1,
            holiday_rule=self.holiday_rule,
        )

    @property
    def has_filters(self) -> bool:
        """Whether anything is narrowed."""
        return bool(
            self.portfolio_id
            or self.programme_id
            or self.project_id
            or self.unit_id
            or self.objective_id
            or self.sponsor_id
            or self.tier
            or self.phase
        )

    def local_day(self, at: datetime) -> date:
        """The day of a moment where the schedule lives."""
        return at.astimezone(ZoneInfo(self.zone)).date()


@pghistory.track()
class ReportRecipient(models.Model):
    """A person, or an address outside, that a schedule sends to."""

    schedule = models.ForeignKey(ReportSchedule, models.CASCADE, related_name="recipients")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("person")
    )
    address = models.EmailField(_("address outside"), blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("recipient")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(user__isnull=False, address="") | (models.Q(user=None) & ~models.Q(address="")),
                name="recipient_person_or_address",
            ),
            models.UniqueConstraint(
                fields=["schedule", "user"], name="recipient_person_once", condition=models.Q(user__isnull=False)
            ),
            models.UniqueConstraint(
                "schedule", Lower("address"), name="recipient_address_once", condition=~models.Q(address="")
            ),
        ]

    def __str__(self) -> str:
        return str(self.user) if self.user_id else self.address


class Purpose(models.TextChoices):
    """Why a run was made."""

    SCHEDULED = "scheduled", _("On schedule")
    NOW = "now", _("Sent by hand")
    TEST = "test", _("Test")
    PREVIEW = "preview", _("Preview")


class RunState(models.TextChoices):
    """Where a run stands."""

    QUEUED = "queued", _("Queued")
    WORKING = "working", _("Being made")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")


class ReportRunQuerySet(models.QuerySet[Any]):
    """Words for runs."""

    def waiting(self, at: datetime) -> "ReportRunQuerySet":
        """Those to be worked on now."""
        return self.filter(state=RunState.QUEUED, next_try_at__lte=at).order_by("next_try_at", "pk")

    def stuck(self) -> "ReportRunQuerySet":
        """Those that some worker took; whether it lives, its lock tells."""
        return self.filter(state=RunState.WORKING)

    def for_all(self) -> "ReportRunQuerySet":
        """Those that go to every recipient."""
        return self.filter(purpose__in=[Purpose.SCHEDULED, Purpose.NOW])

    def archived(self) -> "ReportRunQuerySet":
        """What was made for others to read: not previews."""
        return self.exclude(purpose=Purpose.PREVIEW)


@pghistory.track(exclude=["claim"])
class ReportRun(models.Model):
    """One making of a report. `due_at` is the scheduled instant, or when a person asked."""

    schedule = models.ForeignKey(ReportSchedule, models.PROTECT, related_name="runs", verbose_name=_("schedule"))
    due_at = models.DateTimeField(_("due"))
    purpose = models.CharField(_("why"), max_length=10, choices=Purpose.choices, default=Purpose.SCHEDULED)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("asked for by")
    )
    passed_over = models.PositiveSmallIntegerField(_("missed before it"), default=0)
    state = models.CharField(_("state"), max_length=8, choices=RunState.choices, default=RunState.QUEUED)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    next_try_at = models.DateTimeField()
    claim = models.UUIDField(null=True, blank=True)
    error = models.TextField(_("reason"), blank=True)
    created_at = models.DateTimeField(_("asked for"))
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    objects = ReportRunQuerySet.as_manager()

    class Meta:
        ordering = ["-due_at", "-pk"]
        verbose_name = _("report run")
        verbose_name_plural = _("report runs")
        constraints = [
            models.UniqueConstraint(fields=["schedule", "due_at"], name="run_once_per_due_time"),
            models.CheckConstraint(condition=~models.Q(state="failed") | ~models.Q(error=""), name="run_failure_has_a_reason"),
        ]
        indexes = [
            # The next run to be made, and those some worker took.
            models.Index(fields=["state", "next_try_at"], condition=models.Q(state__in=["queued", "working"]), name="run_open"),
        ]

    def __str__(self) -> str:
        return f"{self.schedule} {self.due_at:%Y-%m-%d %H:%M}"

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen."""
        return self.state in (RunState.DONE, RunState.FAILED)


class ReportEdition(models.Model):
    """What those readers of a run get who may see the same projects and entries: the evidence and the file. Never changed."""

    run = models.ForeignKey(ReportRun, models.CASCADE, related_name="editions")
    audience = models.CharField(max_length=64)  # a hash of what is in it
    snapshot = models.JSONField(_("figures"))
    finding = models.CharField(_("finding"), max_length=200, blank=True)
    file = models.CharField(max_length=300)
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    pages = models.PositiveIntegerField(_("pages"))
    project_ids = ArrayField(models.BigIntegerField(), default=list)
    entry_ids = ArrayField(models.BigIntegerField(), default=list)  # register entries that it names, or counts though guarded
    is_confidential = models.BooleanField(_("names confidential projects or entries"), default=False)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("edition")
        constraints = [models.UniqueConstraint(fields=["run", "audience"], name="edition_once_per_audience")]
        triggers = [pgtrigger.Protect(name="frozen", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.finding or str(self.run)


@pghistory.track()
class ReportDelivery(models.Model):
    """What became of one recipient of a run: a mail in the outbox, or a refusal with its reason."""

    run = models.ForeignKey(ReportRun, models.CASCADE, related_name="deliveries")
    address = models.EmailField(_("to"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("person")
    )
    edition = models.ForeignKey(ReportEdition, models.PROTECT, null=True, blank=True, related_name="deliveries")
    mail = models.OneToOneField(OutgoingMail, models.PROTECT, null=True, blank=True, related_name="delivery")
    refusal = models.CharField(_("why not"), max_length=300, blank=True)

    class Meta:
        ordering = ["address"]
        verbose_name = _("delivery")
        constraints = [
            models.UniqueConstraint("run", Lower("address"), name="delivery_once_per_recipient"),
            models.CheckConstraint(
                condition=models.Q(mail__isnull=False, refusal="") | (models.Q(mail=None) & ~models.Q(refusal="")),
                name="delivery_mail_or_refusal",
            ),
        ]

    def __str__(self) -> str:
        return self.address
