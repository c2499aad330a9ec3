"""Weights by pairwise comparison: a round, its judges and what they said."""

import pghistory
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import Versioned
from intake.models.scoring import CriterionGroup, ScoringModelVersion


@pghistory.track()
class WeightingRound(Versioned):
    """Judges compare criteria in pairs; the weights go into a draft version.

    `items` is what is compared, in order: [{"key", "name", "help"}], criteria (of `group`, where one is given) or, with
    `compares_groups`, groups. It is kept as it was when the round began.
    """

    model_version = models.ForeignKey(
        ScoringModelVersion, models.PROTECT, related_name="weightings", verbose_name=_("version of the scoring model")
    )
    name = models.CharField(_("name"), max_length=120)
    compares_groups = models.BooleanField(_("compares groups"), default=False)
    group = models.ForeignKey(
        CriterionGroup, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("group of criteria")
    )
    items = models.JSONField(_("what is compared"), default=list)
    due_on = models.DateField(_("due"), null=True, blank=True)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("opened by"))
    opened_at = models.DateTimeField(_("opened"))
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    taken_at = models.DateTimeField(_("weights taken over"), null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("weighting round")
        verbose_name_plural = _("weighting rounds")

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class Judge(Versioned):
    """A person who compares the criteria of a round. Who withdrew keeps the answers, which do not count."""

    round = models.ForeignKey(WeightingRound, models.CASCADE, related_name="judges", verbose_name=_("weighting round"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="judging", verbose_name=_("person"))
    weight = models.DecimalField(_("weight of the voice"), max_digits=5, decimal_places=2, default=1)
    invited_at = models.DateTimeField(_("invited"))
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("judge")
        verbose_name_plural = _("judges")
        constraints = [
            models.UniqueConstraint(
                fields=["round", "user"],
                name="judge_once_per_round",
                violation_error_message=_("This person judges in this round already."),
            ),
            models.CheckConstraint(
                condition=models.Q(weight__gt=0),
                name="judge_weight_positive",
                violation_error_message=_("The weight of a voice is above zero."),
            ),
        ]
        indexes = [
            # My work: what a person still has to compare.
            models.Index(fields=["user"], condition=models.Q(submitted_at=None, withdrawn_at=None), name="judge_open"),
        ]

    def __str__(self) -> str:
        return str(self.user)


@pghistory.track()
class Judgement(models.Model):
    """One answer: how much more `first` matters than `second`, as a step of Saaty's scale (-8: 1/9, 0: equal, 8: 9).

    `first` stands before `second` in the round's items; the other direction is the reciprocal.
    """

    judge = models.ForeignKey(Judge, models.CASCADE, related_name="judgements", verbose_name=_("judge"))
    first = models.CharField(_("criterion"), max_length=40)
    second = models.CharField(_("compared with"), max_length=40)
    position = models.SmallIntegerField(_("answer"))
    comment = models.CharField(_("comment"), max_length=300, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("judgement")
        verbose_name_plural = _("judgements")
        constraints = [
            models.UniqueConstraint(fields=["judge", "first", "second"], name="judgement_once_per_pair"),
            models.CheckConstraint(
                condition=models.Q(position__range=(-8, 8)),
                name="judgement_on_the_scale",
                violation_error_message=_("An answer is a step of the scale from 1/9 to 9."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first} : {self.second} {self.position:+d}"
