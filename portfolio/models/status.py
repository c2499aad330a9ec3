"""Status updates: what was declared, computed and assured, frozen once published."""

from datetime import datetime
from typing import Any, NamedTuple

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import Versioned
from portfolio.models.calendars import ReportingPeriod, StatusSeries
from portfolio.models.ratings import Confidence, Rag
from portfolio.models.structure import Project, Tier, money
from portfolio.models.visibility import project_condition

DIMENSIONS = {
    "schedule": _("Schedule"),
    "cost": _("Cost"),
    "scope": _("Scope"),
    "benefits": _("Benefits"),
    "risk": _("Risk"),
    "resources": _("Resources"),
}


# The later of two updates: of the later period, of that the later revision. A correction of an earlier period, published
# late, does not step in front. `Project.current_update` follows the same order.
LATEST_UPDATE = ("-period__ends_on", "-revision", "-effective_at", "-pk")


def rag(label: Any) -> "models.CharField":  # type: ignore[type-arg]
    """A RAG column; empty until chosen."""
    return models.CharField(label, max_length=6, choices=Rag.choices, blank=True)


# What search reads of an update; the index below holds the same expression.
STATUS_TEXT = SearchVector("summary", "achieved", "planned_next", config="english")


class State(models.TextChoices):
    """Draft → submitted → published (or returned → submitted). A published correction makes the one before superseded."""

    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    RETURNED = "returned", _("Returned")
    PUBLISHED = "published", _("Published")
    SUPERSEDED = "superseded", _("Superseded")


EVER_PUBLISHED = (State.PUBLISHED, State.SUPERSEDED)


class TrendPoint(NamedTuple):
    """What a trend shows of an update."""

    overall: str
    schedule: str
    cost: str
    scope: str
    benefits: str
    risk: str
    resources: str
    computed_overall: str
    period: str


class StatusUpdateQuerySet(models.QuerySet["StatusUpdate"]):
    """Words for updates."""

    def visible_to(self, user: object) -> "StatusUpdateQuerySet":
        """Those of projects whose status the person may see."""
        return self.filter(project_condition(user, "status.view", "project__"))

    def published(self) -> "StatusUpdateQuerySet":
        """Published, and not superseded by a correction."""
        return self.filter(state=State.PUBLISHED)

    def ever_published(self) -> "StatusUpdateQuerySet":
        """Published at some time, corrections and what they corrected alike: what an as-of view picks from."""
        return self.filter(state__in=EVER_PUBLISHED)

    def known_at(self, at: datetime, series: str = "main") -> "StatusUpdateQuerySet":
        """One row a project: what its status was at the moment `at` (PostgreSQL's DISTINCT ON; do not reorder).

        The update of the latest period known by then; of that period the last revision known by then. A late
        correction of an earlier period does not step in front of a later period's update.
        """
        known = self.ever_published().filter(series__key=series, effective_at__lte=at)
        return known.order_by("project_id", *LATEST_UPDATE).distinct("project_id")

    def standing(self, project: Project | int, series: str = "main", at: datetime | None = None) -> "StatusUpdateQuerySet":
        """The updates of a project that stand now, or stood at the moment `at`; newest period first, with their periods."""
        mine = self.published()
        if at is not None:
            known = self.ever_published().filter(project=project, effective_at__lte=at)
            mine = self.filter(pk__in=known.order_by("period_id", "-revision").distinct("period_id").values("pk"))
        rows = mine.filter(project=project, series__key=series).select_related("period")
        return rows.order_by("-period__ends_on", "-revision")

    def for_timeline(self, project: Project, series: str = "main", at: datetime | None = None) -> "StatusUpdateQuerySet":
        """Those that stand, with all that a timeline shows. Two queries."""
        return self.standing(project, series, at).select_related("submitted_by", "series").prefetch_related("decisions")

    def for_trend(self, project: Project | int, at: datetime | None = None) -> Any:
        """Values of those that stand, as TrendPoint names them; as many as a trend shows."""
        return self.standing(project, at=at).values_list("overall", *DIMENSIONS, "computed_overall", "period__label")[:13]

    def unfinished(self) -> "StatusUpdateQuerySet":
        """Draft or returned: somebody may still write in them."""
        return self.filter(state__in=[State.DRAFT, State.RETURNED])


@pghistory.track()
class StatusUpdate(Versioned):
    """One update of a project, in a series, for a period. `revision` 2 and up correct a published one.

    `comments` and `reasons` (why the declared rating differs from the computed one) map a dimension, or
    "overall", to text. `computed` maps it to {"rag", "reason": {"code", values…}}; `thresholds` and `facts`
    are what it was computed from, frozen on submission. `effective_at` is when the update became known:
    publication, or for imported history the end of the as-at day of its source.
    """

    project = models.ForeignKey(Project, models.PROTECT, related_name="status_updates", verbose_name=_("project"))
    series = models.ForeignKey(StatusSeries, models.PROTECT, related_name="+", verbose_name=_("series"))
    period = models.ForeignKey(ReportingPeriod, models.PROTECT, related_name="updates", verbose_name=_("period"))
    revision = models.PositiveSmallIntegerField(_("revision"), default=1)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)

    overall = rag(_("overall"))
    schedule = rag(_("schedule"))
    cost = rag(_("cost"))
    scope = rag(_("scope"))
    benefits = rag(_("benefits"))
    risk = rag(_("risk"))
    resources = rag(_("resources"))
    comments = models.JSONField(_("comments"), default=dict, blank=True)
    reasons = models.JSONField(_("reasons for disagreeing"), default=dict, blank=True)

    summary = models.TextField(_("executive summary"), blank=True)
    achieved = models.TextField(_("achieved this period"), blank=True)
    planned_next = models.TextField(_("planned next"), blank=True)
    percent_complete = models.PositiveSmallIntegerField(_("percent complete"), null=True, blank=True)
    forecast_finish_on = models.DateField(_("forecast finish"), null=True, blank=True)
    forecast_cost = money(_("forecast cost, whole life"))

    computed_overall = rag(_("computed overall"))
    computed = models.JSONField(_("computed ratings"), default=dict, blank=True)
    thresholds = models.JSONField(_("thresholds used"), default=dict, blank=True)
    facts = models.JSONField(_("facts at submission"), default=dict, blank=True)

    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("written by")
    )
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("submitted by"),
    )
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("reviewed by")
    )
    review_comment = models.TextField(_("comment of the reviewer"), blank=True)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    effective_at = models.DateTimeField(_("known from"), null=True, blank=True)
    source = models.CharField(_("imported from"), max_length=255, blank=True)

    objects = StatusUpdateQuerySet.as_manager()

    class Meta:
        ordering = ["-effective_at", "-pk"]
        verbose_name = _("status update")
        verbose_name_plural = _("status updates")
        constraints = [
            # Includes what an as-of view picks by, so that it reads the index alone (portfolio/models/asof.py).
            models.UniqueConstraint(
                fields=["project", "series", "period", "revision"],
                include=["effective_at", "state", "id"],
                name="status_update_once",
            ),
            models.CheckConstraint(
                condition=models.Q(percent_complete=None) | models.Q(percent_complete__range=(0, 100)),
                name="status_percent_complete",
                violation_error_message=_("Percent complete is 0 to 100."),
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["published", "superseded"])
                | models.Q(published_at__isnull=False, effective_at__isnull=False),
                name="status_published_has_moment",
            ),
        ]
        indexes = [
            # The latest known update of each project at a moment (as-of views, timelines).
            models.Index(fields=["project", "series", "-effective_at", "-revision", "-id"], name="status_known"),
            # Who submitted for the periods that are overdue, of the whole portfolio at once.
            models.Index(fields=["period"], include=["project", "series", "state"], name="status_of_period"),
            # What turned red lately (My work): few rows of many.
            models.Index(fields=["effective_at"], condition=models.Q(overall="red"), name="status_red"),
            # Search in the words of updates.
            GinIndex(STATUS_TEXT, name="status_text"),
            # The review queue and drafts: few rows of many.
            models.Index(
                fields=["state", "submitted_at"],
                condition=models.Q(state__in=["draft", "submitted", "returned"]),
                name="status_open",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="freeze_published",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__state__in=["published", "superseded"]),
                func="""
                    IF TG_OP = 'UPDATE' AND OLD.state = 'published' AND NEW.state = 'superseded'
                       AND to_jsonb(NEW) - '{state,version,updated_at}'::text[] = to_jsonb(OLD) - '{state,version,updated_at}'::text[]
                    THEN RETURN NEW; END IF;
                    RAISE EXCEPTION 'A published status update is frozen: correct it with a new revision.';
                """,
            )
        ]

    def __str__(self) -> str:
        return f"{self.period} · {self.get_state_display()}"


@pghistory.track()
class StatusDecision(models.Model):
    """A decision that an update asks for: what, of whom, by when."""

    update = models.ForeignKey(StatusUpdate, models.CASCADE, related_name="decisions")
    text = models.CharField(_("decision needed"), max_length=500)
    decider = models.CharField(_("by whom"), max_length=150, blank=True)
    due_on = models.DateField(_("by when"), null=True, blank=True)

    class Meta:
        ordering = ["due_on", "pk"]
        verbose_name = _("decision needed")
        triggers = [
            pgtrigger.Trigger(
                name="freeze_with_update",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                declare=[("frozen", "boolean")],
                func="""
                    SELECT bool_or(state IN ('published', 'superseded')) INTO frozen FROM portfolio_statusupdate
                     WHERE id IN (CASE WHEN TG_OP = 'INSERT' THEN NEW.update_id ELSE OLD.update_id END,
                                  CASE WHEN TG_OP = 'DELETE' THEN OLD.update_id ELSE NEW.update_id END);
                    IF frozen THEN
                        RAISE EXCEPTION 'The decisions of a published status update are frozen: correct it with a new revision.';
                    END IF;
                    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
                    RETURN NEW;
                """,
            )
        ]

    def __str__(self) -> str:
        return self.text


@pghistory.track()
class AssuranceRating(models.Model):
    """Delivery confidence as the PMO judges it: a judgement, not a calculation. Never edited: rate again."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="assurance_ratings", verbose_name=_("project"))
    rating = models.CharField(_("delivery confidence"), max_length=6, choices=Confidence.choices)
    comment = models.TextField(_("grounds"), blank=True)
    rated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("rated by")
    )
    effective_at = models.DateTimeField(_("known from"))
    source = models.CharField(_("imported from"), max_length=255, blank=True)

    class Meta:
        ordering = ["-effective_at", "-pk"]
        verbose_name = _("assurance rating")
        verbose_name_plural = _("assurance ratings")
        constraints = [models.UniqueConstraint(fields=["project", "effective_at"], name="assurance_once_per_moment")]
        indexes = [
            # The latest known rating of each project at a moment.
            models.Index(fields=["project", "-effective_at", "-id"], name="assurance_known"),
        ]

    def __str__(self) -> str:
        return self.get_rating_display()


@pghistory.track()
class HealthThreshold(Versioned):
    """Where green ends and amber ends, in percent of plan; one row a tier, the row without tier for the rest.

    Schedule: slip of the finish in percent of the planned duration. Cost: forecast over budget in percent. Change: all approved
    changes together in percent of what was approved at first (budget, duration). Exposure: of open risks, in percent of the
    contingency.
    """

    HISTORY_NAME = "tier"

    tier = models.PositiveSmallIntegerField(_("tier"), choices=Tier.choices, null=True, blank=True)
    schedule_green = models.DecimalField(_("schedule: green up to, %"), max_digits=5, decimal_places=2, default=5)
    schedule_amber = models.DecimalField(_("schedule: amber up to, %"), max_digits=5, decimal_places=2, default=10)
    cost_green = models.DecimalField(_("cost: green up to, %"), max_digits=5, decimal_places=2, default=5)
    cost_amber = models.DecimalField(_("cost: amber up to, %"), max_digits=5, decimal_places=2, default=10)
    change_green = models.DecimalField(_("changes: green up to, %"), max_digits=5, decimal_places=2, default=10)
    change_amber = models.DecimalField(_("changes: amber up to, %"), max_digits=5, decimal_places=2, default=20)
    exposure_green = models.DecimalField(
        _("exposure: green up to, % of contingency"), max_digits=5, decimal_places=2, default=80
    )
    exposure_amber = models.DecimalField(
        _("exposure: amber up to, % of contingency"), max_digits=5, decimal_places=2, default=100
    )
    stale_after_days = models.PositiveSmallIntegerField(_("a rating is stale after, days"), default=45)

    class Meta:
        ordering = ["tier"]
        verbose_name = _("health thresholds")
        constraints = [
            models.UniqueConstraint(fields=["tier"], name="threshold_once_per_tier", nulls_distinct=False),
            models.CheckConstraint(
                condition=models.Q(schedule_amber__gte=models.F("schedule_green"))
                & models.Q(cost_amber__gte=models.F("cost_green"))
                & models.Q(change_amber__gte=models.F("change_green"))
                & models.Q(exposure_amber__gte=models.F("exposure_green")),
                name="threshold_green_before_amber",
                violation_error_message=_("Amber must end where green ends or later."),
            ),
        ]

    def __str__(self) -> str:
        return self.get_tier_display() if self.tier else str(_("All other tiers"))
