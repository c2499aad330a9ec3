"""Risks and opportunities: the organisation's scales, ratings, money, shared impacts, readings over time, simulations."""

from typing import Any

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import Versioned
from portfolio.models.raid import Entry, own_entry
from portfolio.models.structure import Portfolio, Programme, Project, money
from portfolio.registers import OPPORTUNITY_STRATEGIES, THREAT_STRATEGIES


@pghistory.track()
class RiskScale(Versioned):
    """The organisation's scales: one row. `document` as `portfolio/formulas/scales.py` reads and checks it:

    {"likelihood": [{"label", "low", "high"}], "impact": [label], "dimensions": [{"key", "label", "anchors": [text]}],
    "bands": [{"key", "label", "tone"}], "cells": [[band]]}; percentages, lowest level first, a row of cells per likelihood.
    """

    HISTORY_TELLS = ("document",)

    document = models.JSONField(_("scales"), default=dict)

    class Meta:
        verbose_name = _("risk scales")
        verbose_name_plural = _("risk scales")

    def __str__(self) -> str:
        return str(_("Risk scales"))


class Sign(models.TextChoices):
    """Whether it would harm or help."""

    THREAT = "threat", _("Threat")
    OPPORTUNITY = "opportunity", _("Opportunity")


class Proximity(models.TextChoices):
    """How soon it could happen."""

    IMMINENT = "imminent", _("Within a month")
    NEAR = "near", _("1 to 3 months")
    MEDIUM = "medium", _("3 to 12 months")
    FAR = "far", _("More than a year")


def level(label: Any) -> "models.PositiveSmallIntegerField":  # type: ignore[type-arg]
    """A level of a scale, 1 the lowest."""
    return models.PositiveSmallIntegerField(label, null=True, blank=True)


@pghistory.track()
class Risk(models.Model):
    """What a risk has of its own: cause → event (the title) → effect; inherent, current and target rating; money.

    Levels are of the organisation's scales. `impacts` is {"inherent" | "current" | "target": {dimension: level}}; the impact is
    the highest of them. `probability` in percent; empty: the middle of the likelihood level's anchor. Amounts are
    not negative: `sign` says whether they are lost or won. `band` is the colour map's band of the current rating.
    """

    entry = own_entry("risk")
    sign = models.CharField(_("threat or opportunity"), max_length=11, choices=Sign.choices, default=Sign.THREAT)
    cause = models.TextField(_("cause"), blank=True)
    effect = models.TextField(_("effect"), blank=True)
    impacts = models.JSONField(_("impact by dimension"), default=dict, blank=True)
    inherent_likelihood = level(_("inherent likelihood"))
    inherent_impact = level(_("inherent impact"))
    current_likelihood = level(_("current likelihood"))
    current_impact = level(_("current impact"))
    target_likelihood = level(_("target likelihood"))
    target_impact = level(_("target impact"))
    band = models.CharField(_("band"), max_length=20, blank=True)
    probability = models.DecimalField(_("probability, %"), max_digits=5, decimal_places=2, null=True, blank=True)
    impact_low = money(_("impact in money, low"))
    impact_likely = money(_("impact in money, likely"))
    impact_high = money(_("impact in money, high"))
    proximity = models.CharField(_("proximity"), max_length=10, choices=Proximity.choices, blank=True)
    strategy = models.CharField(
        _("response strategy"), max_length=8, blank=True, choices=list((THREAT_STRATEGIES | OPPORTUNITY_STRATEGIES).items())
    )
    correlation_group = models.CharField(
        _("correlation group"),
        max_length=60,
        blank=True,
        help_text=_("Risks of one group happen together or not at all in a simulation."),
    )

    class Meta:
        verbose_name = _("risk")
        verbose_name_plural = _("risks")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(probability=None) | models.Q(probability__range=(0, 100)),
                name="risk_probability_percent",
                violation_error_message=_("A probability is 0 to 100%."),
            ),
            models.CheckConstraint(
                condition=(models.Q(impact_low=None) | models.Q(impact_low__gte=0))
                & (
                    models.Q(impact_low=None)
                    | models.Q(impact_likely=None)
                    | models.Q(impact_low__lte=models.F("impact_likely"))
                )
                & (
                    models.Q(impact_high=None)
                    | models.Q(impact_likely=None)
                    | models.Q(impact_likely__lte=models.F("impact_high"))
                ),
                name="risk_impact_in_order",
                violation_error_message=_("Low must not be above likely, nor likely above high, and none is negative."),
            ),
            models.CheckConstraint(
                condition=models.Q(impact_likely__isnull=False) | models.Q(impact_low=None, impact_high=None),
                name="risk_impact_likely_given",
                violation_error_message=_("Give the likely amount, too."),
            ),
            models.CheckConstraint(
                condition=models.Q(strategy="")
                | models.Q(sign="threat", strategy__in=list(THREAT_STRATEGIES))
                | models.Q(sign="opportunity", strategy__in=list(OPPORTUNITY_STRATEGIES)),
                name="risk_strategy_of_sign",
                violation_error_message=_("Choose a strategy for a threat, or one for an opportunity."),
            ),
        ]
        indexes = [
            # The matrix of any scope: counts by cell. And the register's own filters, which count thousands without reading a row.
            models.Index(
                fields=["sign", "current_likelihood", "current_impact"],
                include=["entry", "band", "proximity", "strategy"],
                name="risk_matrix",
            ),
        ]

    def __str__(self) -> str:
        return str(self.entry_id)


@pghistory.track()
class SharedImpact(models.Model):
    """What a shared risk would mean for one project. The level and amounts are that project's own share."""

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="shared_impacts", verbose_name=_("risk"))
    project = models.ForeignKey(Project, models.CASCADE, related_name="shared_impacts", verbose_name=_("project"))
    impact = level(_("impact"))
    impact_low = money(_("impact in money, low"))
    impact_likely = money(_("impact in money, likely"))
    impact_high = money(_("impact in money, high"))
    note = models.CharField(_("what it would mean"), max_length=300, blank=True)

    class Meta:
        ordering = ["project__reference"]
        verbose_name = _("impact on a project")
        verbose_name_plural = _("impacts on projects")
        constraints = [
            models.UniqueConstraint(
                fields=["entry", "project"],
                name="shared_impact_once",
                violation_error_message=_("The project shares this risk already."),
            ),
            models.CheckConstraint(
                condition=(models.Q(impact_low=None) | models.Q(impact_low__gte=0))
                & (
                    models.Q(impact_low=None)
                    | models.Q(impact_likely=None)
                    | models.Q(impact_low__lte=models.F("impact_likely"))
                )
                & (
                    models.Q(impact_high=None)
                    | models.Q(impact_likely=None)
                    | models.Q(impact_likely__lte=models.F("impact_high"))
                ),
                name="shared_impact_in_order",
                violation_error_message=_("Low must not be above likely, nor likely above high, and none is negative."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.project_id}"


@pghistory.track()
class RiskReading(models.Model):
    """How a risk stood at a moment: written whenever a rating, its money or its state changes. A dated series of its own, so that
    trends, movement on the matrix and the burn-down can be read, imported and corrected without touching history."""

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="readings", verbose_name=_("risk"))
    at = models.DateTimeField(_("at"))
    inherent_likelihood = level(_("inherent likelihood"))
    inherent_impact = level(_("inherent impact"))
    current_likelihood = level(_("current likelihood"))
    current_impact = level(_("current impact"))
    target_likelihood = level(_("target likelihood"))
    target_impact = level(_("target impact"))
    probability = models.DecimalField(_("probability, %"), max_digits=5, decimal_places=2, null=True, blank=True)
    exposure = money(_("exposure"))  # signed: a threat is negative
    is_open = models.BooleanField(_("open"), default=True)

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("reading")
        verbose_name_plural = _("readings")
        indexes = [
            # A risk's trend, and the last reading of many risks before a day.
            models.Index(fields=["entry", "-at"], name="risk_reading_last"),
            # What moved since a day.
            models.Index(fields=["at"], name="risk_reading_since"),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.at:%Y-%m-%d}"


class Simulation(models.Model):
    """A Monte-Carlo simulation of the exposure of a scope, made by a worker; seeded, so that it can be made again.

    Its result names risks, so that only who asked for it reads it. A worker claims it by conditional update.
    """

    class State(models.TextChoices):
        """Where it stands."""

        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    portfolio = models.ForeignKey(
        Portfolio, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("portfolio")
    )
    programme = models.ForeignKey(
        Programme, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("programme")
    )
    project = models.ForeignKey(Project, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("project"))
    currency = models.CharField(_("currency"), max_length=3)
    seed = models.PositiveBigIntegerField(_("seed"))
    draws = models.PositiveIntegerField(_("draws"), default=100_000)
    confidence = models.DecimalField(_("confidence, %"), max_digits=4, decimal_places=1, default=80)
    state = models.CharField(_("state"), max_length=7, choices=State.choices, default=State.WAITING)
    progress = models.PositiveSmallIntegerField(_("progress, %"), default=0)
    claim = models.UUIDField(null=True, blank=True, editable=False)
    claimed_at = models.DateTimeField(null=True, blank=True, editable=False)
    tries = models.PositiveSmallIntegerField(default=0, editable=False)
    result = models.JSONField(_("result"), null=True, blank=True)
    failure = models.CharField(_("why it failed"), max_length=300, blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("asked by"))
    asked_at = models.DateTimeField(_("asked"))
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    class Meta:
        ordering = ["-asked_at", "-pk"]
        verbose_name = _("simulation")
        verbose_name_plural = _("simulations")
        indexes = [
            # What a worker has still to do.
            models.Index(fields=["id"], condition=~models.Q(state__in=["done", "failed"]), name="simulation_waiting"),
            # A person's own list, the newest first.
            models.Index(fields=["asked_by", "-asked_at"], name="simulation_of_person"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="freeze_done",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state="done"),
                func="RAISE EXCEPTION 'A simulation is never changed: make a new one.';",
            )
        ]

    def __str__(self) -> str:
        return f"{self.asked_at:%Y-%m-%d %H:%M}"

    @property
    def scope(self) -> "Portfolio | Programme | Project | None":
        """What it is about; None: everything that its asker sees. Read with `select_related`."""
        return self.project or self.programme or self.portfolio

    @property
    def is_over(self) -> bool:
        """Whether nothing will change any more."""
        return self.state in (self.State.DONE, self.State.FAILED)
