"""Objectives, portfolios, programmes and projects: the one identity everything else hangs on."""

from typing import Any

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from accounts.models import OrganisationUnit
from core.models import Versioned
from portfolio.models.visibility import PortfolioQuerySet, ProgrammeQuerySet, ProjectQuerySet


def money(label: Any) -> "models.DecimalField":  # type: ignore[type-arg]
    """A money column in the project's currency, to the hundredth."""
    return models.DecimalField(label, max_digits=18, decimal_places=2, null=True, blank=True)


@pghistory.track()
class Objective(Versioned):
    """A strategic objective of the organisation."""

    name = models.CharField(_("name"), max_length=200, unique=True)
    description = models.TextField(_("description"), blank=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("part of")
    )
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("objective")
        verbose_name_plural = _("objectives")

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class Portfolio(Versioned):
    """A portfolio: the totality, or a segment, of investment in change. Portfolios nest."""

    reference = models.CharField(_("reference"), max_length=12, unique=True)
    name = models.CharField(_("name"), max_length=200)
    description = models.TextField(_("description"), blank=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("part of")
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="owned_portfolios",
        verbose_name=_("owner"),
    )
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True)

    objects = PortfolioQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("portfolio")
        verbose_name_plural = _("portfolios")

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class Programme(Versioned):
    """A programme: coordinates related projects to deliver outcomes and benefits."""

    reference = models.CharField(_("reference"), max_length=12, unique=True)
    name = models.CharField(_("name"), max_length=200)
    description = models.TextField(_("description"), blank=True)
    portfolio = models.ForeignKey(
        Portfolio, models.PROTECT, null=True, blank=True, related_name="programmes", verbose_name=_("portfolio")
    )
    manager = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("programme manager"),
    )
    sponsor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("sponsor")
    )
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True)

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")

    def __str__(self) -> str:
        return self.name


class Phase(models.TextChoices):
    """Where a project is in its life cycle."""

    INITIATION = "initiation", _("Initiation")
    PLANNING = "planning", _("Planning")
    DELIVERY = "delivery", _("Delivery")
    CLOSING = "closing", _("Closing")
    CLOSED = "closed", _("Closed")
    CANCELLED = "cancelled", _("Cancelled")


class Tier(models.IntegerChoices):
    """How much governance a project needs: 1 the most."""

    ONE = 1, _("Tier 1")
    TWO = 2, _("Tier 2")
    THREE = 3, _("Tier 3")


@pghistory.track(
    exclude=["search"],
    # The last event of each project at a moment (portfolio/models/asof.py): a probe for each, whatever its history.
    meta={"indexes": [models.Index(fields=["pgh_obj", "-pgh_created_at", "-pgh_id"], name="project_event_known")]},
)
class Project(Versioned):
    """A project. Money is in `currency`; `forecast` is the expected whole-life cost (EAC), `spend` the actual to date."""

    reference = models.CharField(_("reference"), max_length=12, unique=True)
    title = models.CharField(_("title"), max_length=300)
    purpose = models.TextField(_("purpose"), blank=True)
    description = models.TextField(_("description"), blank=True)
    portfolio = models.ForeignKey(
        Portfolio, models.PROTECT, null=True, blank=True, related_name="projects", verbose_name=_("portfolio")
    )
    programme = models.ForeignKey(
        Programme, models.PROTECT, null=True, blank=True, related_name="projects", verbose_name=_("programme")
    )
    unit = models.ForeignKey(
        OrganisationUnit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="projects",
        verbose_name=_("organisation unit"),
    )
    sponsor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="sponsored_projects",
        verbose_name=_("sponsor"),
    )
    manager = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="managed_projects",
        verbose_name=_("project manager"),
    )
    category = models.CharField(_("category"), max_length=120, blank=True)
    tags = ArrayField(models.CharField(max_length=50), default=list, blank=True, verbose_name=_("tags"))
    phase = models.CharField(_("phase"), max_length=12, choices=Phase.choices, default=Phase.DELIVERY)
    tier = models.PositiveSmallIntegerField(_("tier"), choices=Tier.choices, default=Tier.TWO)

    planned_start_on = models.DateField(_("planned start"), null=True, blank=True)
    planned_finish_on = models.DateField(_("planned finish"), null=True, blank=True)
    forecast_start_on = models.DateField(_("forecast start"), null=True, blank=True)
    forecast_finish_on = models.DateField(_("forecast finish"), null=True, blank=True)
    actual_start_on = models.DateField(_("actual start"), null=True, blank=True)
    actual_finish_on = models.DateField(_("actual finish"), null=True, blank=True)

    currency = models.CharField(_("currency"), max_length=3, default="GBP")
    budget = money(_("approved budget, whole life"))
    forecast = money(_("forecast cost, whole life"))
    spend = money(_("spend to date"))
    year_label = models.CharField(
        _("financial year"), max_length=12, blank=True, help_text=_("The year the next two figures are for.")
    )
    year_budget = money(_("budget, financial year"))
    year_forecast = money(_("forecast, financial year"))
    contingency = money(_("contingency, within the budget"))
    benefits = money(_("planned benefits, whole life"))
    benefits_summary = models.TextField(_("benefits summary"), blank=True)

    is_confidential = models.BooleanField(
        _("confidential"),
        default=False,
        help_text=_("Only the people named on the project see it; totals count it without its name."),
    )
    custom = models.JSONField(_("further fields"), default=dict, blank=True)
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True)

    # Pointers to what stands now, moved by the actions that publish and rate; history keeps where they pointed.
    current_update = models.ForeignKey(
        "portfolio.StatusUpdate",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("current update"),
    )
    current_assurance = models.ForeignKey(
        "portfolio.AssuranceRating",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("assurance"),
    )

    search = models.GeneratedField(
        expression=SearchVector("reference", "title", weight="A", config="english")
        + SearchVector("category", "purpose", weight="B", config="english")
        + SearchVector("description", "benefits_summary", weight="C", config="english"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = ProjectQuerySet.as_manager()

    class Meta:
        ordering = ["reference"]
        verbose_name = _("project")
        verbose_name_plural = _("projects")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(currency__regex=r"^[A-Z]{3}$"),
                name="project_currency_code",
                violation_error_message=_("A currency is three capital letters, such as GBP."),
            ),
            models.CheckConstraint(
                condition=models.Q(tier__range=(1, 3)),
                name="project_tier",
                violation_error_message=_("The tier is 1, 2 or 3."),
            ),
        ]
        indexes = [
            # Full-text search over projects.
            GinIndex(fields=["search"], name="project_search"),
            # Search with typing mistakes, and similar titles on import.
            GinIndex(OpClass(Upper("title"), name="gin_trgm_ops"), name="project_title_trigram"),
            # Search by the beginning of a reference.
            models.Index(OpClass(Upper("reference"), name="text_pattern_ops"), name="project_reference_begins"),
            # Lists and the overview leave archived projects out.
            models.Index(fields=["reference"], condition=models.Q(archived_at=None), name="project_unarchived"),
            # Which projects somebody sees, asked several times by each rule of entries: rows are wide, this holds what it reads.
            models.Index(
                fields=["id"],
                include=["is_confidential", "unit", "portfolio", "programme", "manager", "sponsor"],
                name="project_seen",
            ),
            # The few confidential ones: whose they are is asked wherever entries of registers are.
            models.Index(
                fields=["id"],
                include=["manager", "sponsor"],
                condition=models.Q(is_confidential=True),
                name="project_confidential",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"


@pghistory.track()
class ProjectObjective(models.Model):
    """How much a project contributes to an objective, in percent of its value."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="objective_links", verbose_name=_("project"))
    objective = models.ForeignKey(Objective, models.PROTECT, related_name="project_links", verbose_name=_("objective"))
    weight = models.PositiveSmallIntegerField(_("weight, %"), default=100)

    class Meta:
        ordering = ["-weight", "pk"]
        verbose_name = _("link to an objective")
        constraints = [
            models.UniqueConstraint(
                fields=["project", "objective"],
                name="objective_once_per_project",
                violation_error_message=_("The project is linked to this objective already."),
            ),
            models.CheckConstraint(
                condition=models.Q(weight__range=(1, 100)),
                name="objective_weight_percent",
                violation_error_message=_("A weight is 1 to 100%."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.objective} {self.weight}%"


@pghistory.track()
class ExternalIdentifier(models.Model):
    """What another system calls the project; imports find it again by this."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="external_identifiers", verbose_name=_("project"))
    system = models.CharField(_("system"), max_length=60)
    value = models.CharField(_("identifier"), max_length=120)

    class Meta:
        ordering = ["system", "value"]
        verbose_name = _("external identifier")
        constraints = [
            models.UniqueConstraint(
                fields=["system", "value"],
                name="external_identifier_once",
                violation_error_message=_("Another project has this identifier already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.system} {self.value}"


@pghistory.track()
class CustomField(models.Model):
    """A column kept beyond the product's own fields; its values live in `Project.custom` under `key`."""

    KINDS = [
        ("text", _("Text")),
        ("number", _("Number")),
        ("money", _("Money")),
        ("percent", _("Percent")),
        ("date", _("Date")),
    ]

    key = models.SlugField(_("key"), max_length=80, unique=True)
    label = models.CharField(_("label"), max_length=400)
    kind = models.CharField(_("kind"), max_length=10, choices=KINDS, default="text")

    class Meta:
        ordering = ["label"]
        verbose_name = _("further field")

    def __str__(self) -> str:
        return self.label
