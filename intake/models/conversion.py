"""Becoming a project: templates, the tiering questionnaire, what was carried over, opening risks, the charter."""

from typing import Any

import pghistory
import pgtrigger
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import Versioned
from intake.models.cases import ApprovedCase
from intake.models.requests import Request, RequestType
from portfolio.models import Entry, Project
from portfolio.models.structure import Phase, Tier


@pghistory.track()
class ProjectTemplate(Versioned):
    """What a project of a type and tier starts with. The most fitting one is proposed: type and tier, type, tier, neither.

    `milestones` is [{"title", "months", "days"}] counted from the planned start, `risks` [{"cause", "event", "effect",
    "likelihood" (%), "impact" (1 to 5)}], `roles` [{"role", "note"}] the team to be found, `sections` [{"title", "text"}]
    chapters of the charter; `intake/formulas/templates.py` checks them.
    """

    name = models.CharField(_("name"), max_length=120, unique=True)
    description = models.TextField(_("description"), blank=True)
    type = models.ForeignKey(
        RequestType, models.PROTECT, null=True, blank=True, related_name="templates", verbose_name=_("request type")
    )
    tier = models.PositiveSmallIntegerField(_("tier"), choices=Tier.choices, null=True, blank=True)
    phase = models.CharField(_("phase"), max_length=10, choices=Phase.choices, default=Phase.INITIATION)
    milestones = models.JSONField(_("milestones"), default=list, blank=True)
    risks = models.JSONField(_("opening risks"), default=list, blank=True)
    roles = models.JSONField(_("team"), default=list, blank=True)
    sections = models.JSONField(_("chapters of the charter"), default=list, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("project template")
        verbose_name_plural = _("project templates")

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class TieringVersion(Versioned):
    """The tiering questionnaire, versioned whole: `document` as `intake/formulas/tiering.py` reads it. Frozen when published."""

    HISTORY_NAME = "number"
    HISTORY_TELLS = ("document",)

    number = models.PositiveIntegerField(_("version"), unique=True)
    document = models.JSONField(_("questions"), default=dict)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("published by")
    )

    class Meta:
        ordering = ["-number"]
        verbose_name = _("tiering questionnaire")
        verbose_name_plural = _("tiering questionnaires")
        triggers = [
            pgtrigger.Trigger(
                name="freeze_published",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__published_at__isnull=False),
                func="RAISE EXCEPTION 'A published questionnaire is frozen: make a new version.';",
            )
        ]

    def __str__(self) -> str:
        return str(_("Tiering questionnaire %(number)d") % {"number": self.number})


@pghistory.track()
class Conversion(models.Model):
    """How a request became a project: who, when, by which template, on which tier for which answers, what came from where.

    `document` is {"fields": [{"name", "label", "value", "source", "changed"}], "tiering": {…}, "milestones", "team",
    "risks", "objectives", "sections"}: what the charter shows. Never changed.
    """

    request = models.OneToOneField(Request, models.PROTECT, related_name="conversion", verbose_name=_("request"))
    project = models.OneToOneField(Project, models.PROTECT, related_name="conversion", verbose_name=_("project"))
    template = models.ForeignKey(
        ProjectTemplate, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("template")
    )
    approved_case = models.ForeignKey(
        ApprovedCase, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("approved case")
    )
    tier = models.PositiveSmallIntegerField(_("tier"), choices=Tier.choices)
    document = models.JSONField(_("what was carried over"), default=dict)
    converted_at = models.DateTimeField(_("converted"))
    converted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("converted by"))

    class Meta:
        verbose_name = _("conversion")
        verbose_name_plural = _("conversions")
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.request.reference} → {self.project.reference}"


class OpeningRiskQuerySet(models.QuerySet["OpeningRisk"]):
    """Words for opening risks."""

    def told_to(self, user: Any) -> "OpeningRiskQuerySet":
        """All but those that have become confidential entries of the register and that the person may not see."""
        hidden = Entry.objects.filter(is_confidential=True).exclude(pk__in=Entry.objects.visible_to(user).values("pk"))
        return self.exclude(entry__in=hidden)


@pghistory.track()
class OpeningRisk(models.Model):
    """A risk as it stood when the project began; it never changes. The register of risks goes on with it (`entry`)."""

    request = models.ForeignKey(Request, models.PROTECT, related_name="opening_risks", verbose_name=_("request"))
    project = models.ForeignKey(Project, models.PROTECT, related_name="opening_risks", verbose_name=_("project"))
    position = models.PositiveSmallIntegerField(_("place in the list"), default=0)
    cause = models.CharField(_("cause"), max_length=300, blank=True)
    event = models.CharField(_("event"), max_length=300)
    effect = models.CharField(_("effect"), max_length=300, blank=True)
    likelihood = models.PositiveSmallIntegerField(
        _("likelihood, %"), default=50, validators=[MinValueValidator(1), MaxValueValidator(99)]
    )
    impact = models.PositiveSmallIntegerField(
        _("impact, 1 to 5"), default=3, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    entry = models.OneToOneField(
        Entry, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("entry of the register")
    )
    taken_over_at = models.DateTimeField(_("taken over by the register"), null=True, blank=True)

    objects = OpeningRiskQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("opening risk")
        verbose_name_plural = _("opening risks")

    def __str__(self) -> str:
        return self.event


@pghistory.track()
class Charter(models.Model):
    """The project charter as PDF, made by a worker from the conversion; its document never changes.

    While `made_at` is empty it waits, or `failure` says why it could not be made.
    """

    conversion = models.OneToOneField(Conversion, models.PROTECT, related_name="charter", verbose_name=_("conversion"))
    asked_at = models.DateTimeField(_("asked for"))
    file = models.CharField(_("file"), max_length=255, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    pages = models.PositiveSmallIntegerField(_("pages"), null=True, blank=True)
    made_at = models.DateTimeField(_("made"), null=True, blank=True)
    failure = models.CharField(_("why it could not be made"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("charter")
        verbose_name_plural = _("charters")
        indexes = [
            # Charters that a worker has still to make.
            models.Index(fields=["id"], condition=models.Q(made_at=None), name="charter_unmade"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="freeze_made",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__made_at__isnull=False),
                func="RAISE EXCEPTION 'A charter is never changed.';",
            )
        ]

    def __str__(self) -> str:
        return str(_("Project charter"))


def open_charter(file: str) -> str:
    """Where the charter without opening risks lies, beside the whole one."""
    return f"{file.removesuffix('.pdf')}-open.pdf"
