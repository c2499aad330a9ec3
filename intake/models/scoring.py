"""Scoring models: by which criteria requests are compared. Published versions never change; old scores keep theirs."""

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import Versioned


class Kind(models.TextChoices):
    """How a score is made of the answers; see `intake/formulas/scoring.py` and `ready_models.py`."""

    WEIGHTED = "weighted", _("Weighted criteria")
    WSJF = "wsjf", _("WSJF: weighted shortest job first")
    RICE = "rice", _("RICE: reach, impact, confidence, effort")
    VALUE_EFFORT = "value_effort", _("Value against effort")


class Method(models.TextChoices):
    """How the answer to a criterion becomes 0 to 10 points."""

    LEVELS = "levels", _("Levels, each with its points")
    ANCHORS = "anchors", _("A number between two fixed values")
    MIN_MAX = "min_max", _("A number, relative to the other requests")


class Missing(models.TextChoices):
    """What an unanswered criterion does to a score."""

    EXCLUDE = "exclude", _("is left out, the other weights grow")
    ZERO = "zero", _("counts zero points")


class Average(models.TextChoices):
    """How several reviewers' answers become one."""

    MEAN = "mean", _("Mean")
    MEDIAN = "median", _("Median")


class Reference(models.TextChoices):
    """What contributions are told against."""

    MEAN = "mean", _("the mean of all requests")
    MIDPOINT = "midpoint", _("the middle of the scale")


class Axis(models.TextChoices):
    """On which axis of the value × risk bubble a criterion counts. Points say "good", so few points are a high risk."""

    VALUE = "value", _("Value")
    RISK = "risk", _("Risk")


# A version and all that belongs to it can be changed until it is published.
_OF_A_DRAFT = """
    IF EXISTS (SELECT 1 FROM intake_scoringmodelversion v WHERE v.published_at IS NOT NULL
               AND v.id IN (CASE WHEN TG_OP = 'DELETE' THEN OLD.model_version_id ELSE NEW.model_version_id END,
                            CASE WHEN TG_OP = 'INSERT' THEN NEW.model_version_id ELSE OLD.model_version_id END))
    THEN RAISE EXCEPTION 'A published scoring model is frozen: make a new version.'; END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
"""


def freeze_with_version() -> pgtrigger.Trigger:
    """Rows that belong to a version are frozen with it."""
    return pgtrigger.Trigger(
        name="freeze_published",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func=_OF_A_DRAFT,
    )


@pghistory.track()
class ScoringModel(Versioned):
    """A way to compare requests. What it asks stands in its versions; the newest published one is in force."""

    name = models.CharField(
        _("name"),
        max_length=120,
        unique=True,
        error_messages={"unique": _("There is a scoring model of this name already.")},
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.WEIGHTED)
    description = models.TextField(_("description"), blank=True, help_text=_("For which requests it is meant."))
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("scoring model")
        verbose_name_plural = _("scoring models")

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class ScoringModelVersion(Versioned):
    """One version of a scoring model: criteria, weights, levels. Frozen when published.

    `disputed_from` are points (0 to 10): reviewers who lie so far apart or further disagree.
    """

    model = models.ForeignKey(ScoringModel, models.PROTECT, related_name="versions", verbose_name=_("scoring model"))
    number = models.PositiveIntegerField(_("version"))
    note = models.CharField(_("what is new"), max_length=300, blank=True)
    average = models.CharField(
        _("reviewers' answers are joined by"), max_length=6, choices=Average.choices, default=Average.MEAN
    )
    reference = models.CharField(
        _("contributions are told against"), max_length=8, choices=Reference.choices, default=Reference.MEAN
    )
    disputed_from = models.DecimalField(
        _("disagreement from"),
        max_digits=4,
        decimal_places=1,
        default=4,
        help_text=_("Points of 10 between the highest and the lowest reviewer from which a criterion is to be talked about."),
    )
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("published by")
    )

    class Meta:
        ordering = ["model", "-number"]
        verbose_name = _("version of a scoring model")
        verbose_name_plural = _("versions of scoring models")
        constraints = [
            models.UniqueConstraint(fields=["model", "number"], name="scoring_version_once"),
            models.UniqueConstraint(
                fields=["model"],
                condition=models.Q(published_at=None),
                name="scoring_one_draft",
                violation_error_message=_("This model has a draft already: go on with that one."),
            ),
            models.CheckConstraint(
                condition=models.Q(disputed_from__gt=0, disputed_from__lte=10),
                name="scoring_disputed_points",
                violation_error_message=_("Disagreement begins between 0.1 and 10 points."),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="freeze_published",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__published_at__isnull=False),
                func="RAISE EXCEPTION 'A published scoring model is frozen: make a new version.';",
            )
        ]

    def __str__(self) -> str:
        return f"{self.model} {self.number}"


@pghistory.track()
class CriterionGroup(models.Model):
    """Criteria that belong together, with a weight of their own. A version without groups weighs all criteria at once."""

    model_version = models.ForeignKey(
        ScoringModelVersion, models.CASCADE, related_name="groups", verbose_name=_("version of the scoring model")
    )
    key = models.SlugField(_("key"), max_length=40)
    name = models.CharField(_("name"), max_length=80)
    weight = models.DecimalField(_("weight"), max_digits=9, decimal_places=4, default=1)
    position = models.PositiveSmallIntegerField(_("place"), default=0)

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("group of criteria")
        verbose_name_plural = _("groups of criteria")
        constraints = [
            models.UniqueConstraint(
                fields=["model_version", "key"],
                name="group_key_once",
                violation_error_message=_("There is a group of this name already."),
            ),
            models.CheckConstraint(
                condition=models.Q(weight__gte=0),
                name="group_weight_not_negative",
                violation_error_message=_("A weight is not below zero."),
            ),
        ]
        triggers = [freeze_with_version()]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class Criterion(models.Model):
    """One question by which requests are compared.

    `weight` is relative, within the group where there is one. `levels` is a list of {"key", "label", "measure",
    "meaning"}: measures are points 0 to 10 with the method "levels" of a weighted model, the model's own numbers (13 of
    the Fibonacci row, 0.8 confidence) in a ready model. `at_zero` and `at_ten` are in `unit` and belong to "anchors".
    `minimum` are points, for must-meet criteria.
    """

    model_version = models.ForeignKey(
        ScoringModelVersion, models.CASCADE, related_name="criteria", verbose_name=_("version of the scoring model")
    )
    group = models.ForeignKey(
        CriterionGroup, models.PROTECT, null=True, blank=True, related_name="criteria", verbose_name=_("group")
    )
    key = models.SlugField(_("key"), max_length=40)
    name = models.CharField(_("name"), max_length=80)
    question = models.CharField(_("question"), max_length=400, blank=True)
    weight = models.DecimalField(_("weight"), max_digits=9, decimal_places=4, default=1)
    axis = models.CharField(_("counts as"), max_length=5, choices=Axis.choices, default=Axis.VALUE)
    method = models.CharField(_("method"), max_length=7, choices=Method.choices, default=Method.LEVELS)
    levels = models.JSONField(_("levels"), default=list, blank=True)
    unit = models.CharField(_("unit"), max_length=40, blank=True)
    at_zero = models.DecimalField(_("value that gets 0 points"), max_digits=18, decimal_places=4, null=True, blank=True)
    at_ten = models.DecimalField(_("value that gets 10 points"), max_digits=18, decimal_places=4, null=True, blank=True)
    lower_is_better = models.BooleanField(_("lower is better"), default=False)
    must_meet = models.BooleanField(_("must be met"), default=False)
    minimum = models.DecimalField(_("least points"), max_digits=4, decimal_places=1, default=5)
    missing = models.CharField(_("an unanswered criterion"), max_length=7, choices=Missing.choices, default=Missing.EXCLUDE)
    position = models.PositiveSmallIntegerField(_("place"), default=0)

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("criterion")
        verbose_name_plural = _("criteria")
        constraints = [
            models.UniqueConstraint(
                fields=["model_version", "key"],
                name="criterion_key_once",
                violation_error_message=_("There is a criterion of this name already."),
            ),
            models.CheckConstraint(
                condition=models.Q(weight__gte=0),
                name="criterion_weight_not_negative",
                violation_error_message=_("A weight is not below zero."),
            ),
            models.CheckConstraint(
                condition=~models.Q(method="anchors")
                | (models.Q(at_zero__isnull=False, at_ten__isnull=False) & ~models.Q(at_zero=models.F("at_ten"))),
                name="criterion_two_anchors",
                violation_error_message=_("Give two different values: one that gets 0 points and one that gets 10."),
            ),
            models.CheckConstraint(
                condition=~models.Q(method="min_max", must_meet=True),
                name="criterion_must_meet_is_absolute",
                violation_error_message=_(
                    "A criterion that is relative to the other requests cannot be a must: choose levels or two fixed values."
                ),
            ),
            models.CheckConstraint(
                condition=models.Q(minimum__range=(0, 10)),
                name="criterion_minimum_points",
                violation_error_message=_("The least points lie between 0 and 10."),
            ),
        ]
        triggers = [freeze_with_version()]

    def __str__(self) -> str:
        return self.name
