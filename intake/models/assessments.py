"""Assessing a request: reviewers score blind, scores are revealed together, disagreement is settled, a score stands."""

from typing import Any

import pghistory
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import Versioned
from intake.models.requests import Request
from intake.models.scoring import Criterion, ScoringModelVersion


class Phase(models.TextChoices):
    """How far an assessment is. Before it is revealed nobody sees what others scored."""

    OPEN = "open", _("Reviewers are scoring")
    REVEALED = "revealed", _("Revealed")
    MODERATED = "moderated", _("Moderated")


class AssessmentQuerySet(models.QuerySet[Any]):
    """Words for assessments."""

    def shown(self) -> "AssessmentQuerySet":
        """Revealed: what reviewers scored may be seen by whoever sees the request."""
        return self.exclude(phase=Phase.OPEN)


@pghistory.track()
class Assessment(Versioned):
    """The scoring of one request by one version of a model. With `reveals_itself` the last submission reveals it."""

    request = models.ForeignKey(Request, models.CASCADE, related_name="assessments", verbose_name=_("request"))
    model_version = models.ForeignKey(
        ScoringModelVersion, models.PROTECT, related_name="assessments", verbose_name=_("version of the scoring model")
    )
    phase = models.CharField(_("phase"), max_length=9, choices=Phase.choices, default=Phase.OPEN)
    due_on = models.DateField(_("scores due"), null=True, blank=True)
    reveals_itself = models.BooleanField(_("reveal when all scores are in"), default=True)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("opened by"))
    opened_at = models.DateTimeField(_("opened"))
    revealed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("revealed by")
    )
    revealed_at = models.DateTimeField(_("revealed"), null=True, blank=True)
    moderated_at = models.DateTimeField(_("moderated"), null=True, blank=True)

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("assessment")
        verbose_name_plural = _("assessments")
        constraints = [
            models.UniqueConstraint(
                fields=["request", "model_version"],
                name="assessment_once_per_version",
                violation_error_message=_("The request is assessed by this version of the model already."),
            ),
            models.CheckConstraint(
                condition=models.Q(phase="open", revealed_at=None) | ~models.Q(phase="open") & ~models.Q(revealed_at=None),
                name="assessment_revealed_at",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request.reference}: {self.model_version}"


@pghistory.track()
class Reviewer(Versioned):
    """A person who was invited to score a request. Scores of one who withdrew are kept, marked and not counted."""

    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="reviewers", verbose_name=_("assessment"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="reviews", verbose_name=_("person"))
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("invited by"))
    invited_at = models.DateTimeField(_("invited"))
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    withdrawn_reason = models.CharField(_("why withdrawn"), max_length=300, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("reviewer")
        verbose_name_plural = _("reviewers")
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "user"],
                name="reviewer_once_per_assessment",
                violation_error_message=_("This person was invited already."),
            )
        ]
        indexes = [
            # My work and My reviews: what a person still has to score.
            models.Index(fields=["user"], condition=models.Q(submitted_at=None, withdrawn_at=None), name="reviewer_open"),
        ]

    def __str__(self) -> str:
        return str(self.user)


@pghistory.track()
class ReviewScore(models.Model):
    """What one reviewer says on one criterion: a measure in the criterion's own scale, the level it came from, a comment.
    Without a measure the reviewer cannot judge it."""

    reviewer = models.ForeignKey(Reviewer, models.CASCADE, related_name="scores", verbose_name=_("reviewer"))
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="+", verbose_name=_("criterion"))
    measure = models.DecimalField(_("answer"), max_digits=18, decimal_places=4, null=True, blank=True)
    level = models.CharField(_("level"), max_length=40, blank=True)
    comment = models.TextField(_("comment"), blank=True)

    class Meta:
        ordering = ["criterion__position", "pk"]
        verbose_name = _("score of a reviewer")
        verbose_name_plural = _("scores of reviewers")
        constraints = [models.UniqueConstraint(fields=["reviewer", "criterion"], name="one_score_a_criterion")]

    def __str__(self) -> str:
        return f"{self.criterion_id}: {self.measure}"


@pghistory.track()
class ModeratedScore(models.Model):
    """The answer that stands in place of the reviewers' mean, and why."""

    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="moderated", verbose_name=_("assessment"))
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="+", verbose_name=_("criterion"))
    measure = models.DecimalField(_("moderated answer"), max_digits=18, decimal_places=4)
    reason = models.TextField(_("reason"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("moderated by"))
    at = models.DateTimeField(_("moderated"))

    class Meta:
        ordering = ["criterion__position", "pk"]
        verbose_name = _("moderated score")
        verbose_name_plural = _("moderated scores")
        constraints = [
            models.UniqueConstraint(fields=["assessment", "criterion"], name="one_moderated_score_a_criterion"),
            models.CheckConstraint(
                condition=~models.Q(reason=""),
                name="moderated_score_has_reason",
                violation_error_message=_("Say why the score was changed."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.criterion_id}: {self.measure}"


class Eligibility(models.TextChoices):
    """Whether the must-meet criteria are met."""

    ELIGIBLE = "eligible", _("Eligible")
    NOT_ELIGIBLE = "not_eligible", _("Not eligible")
    UNKNOWN = "unknown", _("Not known yet")


class RequestScore(models.Model):
    """A request's score by one version of a model, worked out by `intake/actions/scores.py:rescore` of revealed scores.

    `percent` 0 to 100, to rank by; `figure` the ready model's own number (WSJF 4.2, RICE 800), of which `percent` is the
    share of the best in the list. `value` and `risk`, 0 to 10, are the axes of the bubble (10 is the highest risk; None
    without criteria of that axis). `coverage` is the share of the weights that was answered. `parts` is one entry a
    criterion: {"base", "criteria": [{"key", "measure", "points", "weight", "contribution", "answers", "spread", …}]}.
    """

    request = models.ForeignKey(Request, models.CASCADE, related_name="scores", verbose_name=_("request"))
    model_version = models.ForeignKey(
        ScoringModelVersion, models.PROTECT, related_name="scores", verbose_name=_("version of the scoring model")
    )
    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="+", verbose_name=_("assessment"))
    percent = models.DecimalField(_("score"), max_digits=9, decimal_places=6, null=True)
    figure = models.DecimalField(_("figure"), max_digits=18, decimal_places=6, null=True)
    value = models.DecimalField(_("value"), max_digits=8, decimal_places=6, null=True)
    risk = models.DecimalField(_("risk"), max_digits=8, decimal_places=6, null=True)
    eligibility = models.CharField(_("eligibility"), max_length=12, choices=Eligibility.choices, default=Eligibility.ELIGIBLE)
    coverage = models.DecimalField(_("answered"), max_digits=5, decimal_places=4, default=0)
    parts = models.JSONField(_("parts"), default=dict)
    calculated_at = models.DateTimeField(_("worked out"))

    class Meta:
        ordering = ["-percent"]
        verbose_name = _("score of a request")
        verbose_name_plural = _("scores of requests")
        constraints = [
            models.UniqueConstraint(fields=["request", "model_version"], name="score_once_per_version"),
            models.CheckConstraint(
                condition=models.Q(percent=None) | models.Q(percent__range=(0, 100)), name="score_is_percent"
            ),
        ]
        indexes = [
            # The ranked list of one version.
            models.Index(fields=["model_version", "-percent"], name="score_ranked"),
        ]

    def __str__(self) -> str:
        return f"{self.request_id}: {self.percent}"
