"""Requests: what somebody asks for, in which state, and who is told about it."""

import secrets
from typing import Any

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from accounts.models import OrganisationUnit
from core.models import Versioned
from intake.models.visibility import RequestQuerySet
from portfolio.models import Objective, Project
from portfolio.models.structure import money


class State(models.TextChoices):
    """Where a request stands; who may move it where is in `intake/transitions.py`."""

    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    SCREENING = "screening", _("Screening")
    NEEDS_INFORMATION = "needs_information", _("Needs information")
    ASSESSMENT = "assessment", _("Assessment")
    READY = "ready", _("Ready for decision")
    APPROVED = "approved", _("Approved")
    DEFERRED = "deferred", _("Deferred")
    REJECTED = "rejected", _("Rejected")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    CONVERTED = "converted", _("Became a project")


OPEN = (State.SUBMITTED, State.SCREENING, State.NEEDS_INFORMATION, State.ASSESSMENT, State.READY)
"""Somebody in the organisation has to do something."""
ENDED = (State.REJECTED, State.WITHDRAWN, State.CONVERTED)


class Help(models.TextChoices):
    """How a project would help; the third of the three questions that every request answers."""

    REVENUE = "revenue", _("Raises revenue")
    COST = "cost", _("Cuts cost")
    REGULATION = "regulation", _("Meets a regulation")
    COMPETITOR = "competitor", _("Answers a competitor")
    RISK = "risk", _("Reduces a risk")
    SERVICE = "service", _("Serves citizens or customers better")


def new_key() -> str:
    """The secret part of a tracking address: 144 random bits."""
    return secrets.token_urlsafe(18)


@pghistory.track(exclude=["public_key"])
class RequestType(Versioned):
    """A kind of request with its own questions, service times and scoring model.

    `service_days` maps a state to the working days in which the office means to move on. Whoever has the address with
    `public_key` may ask without signing in while `is_public`.
    """

    name = models.CharField(_("name"), max_length=120, unique=True)
    description = models.TextField(_("description"), blank=True, help_text=_("Who should use it, and for what."))
    position = models.PositiveSmallIntegerField(_("place in the list"), default=0)
    is_active = models.BooleanField(_("in use"), default=True)
    is_public = models.BooleanField(_("anyone with the link may ask"), default=False)
    public_key = models.CharField(max_length=32, unique=True, default=new_key, editable=False)
    service_days = models.JSONField(_("service times, working days by state"), default=dict, blank=True)
    scoring_model = models.ForeignKey(
        "intake.ScoringModel",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="request_types",
        verbose_name=_("scoring model"),
        help_text=_("Offered first when a request of this type is assessed."),
    )

    class Meta:
        ordering = ["position", "name"]
        verbose_name = _("request type")
        verbose_name_plural = _("request types")

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class FormVersion(Versioned):
    """The questions of a request type, versioned whole: a request keeps the version it was asked with.

    `document` is {"steps": [{"key", "title", "help", "questions": [{"key", "label", "kind", …}]}]}; see
    `intake/formulas/questions.py` for what is allowed. Frozen when published.
    """

    type = models.ForeignKey(RequestType, models.PROTECT, related_name="form_versions", verbose_name=_("request type"))
    number = models.PositiveIntegerField(_("version"))
    document = models.JSONField(_("questions"), default=dict)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("published by")
    )

    class Meta:
        ordering = ["type", "-number"]
        verbose_name = _("form version")
        verbose_name_plural = _("form versions")
        constraints = [models.UniqueConstraint(fields=["type", "number"], name="form_version_once")]
        triggers = [
            pgtrigger.Trigger(
                name="freeze_published",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__published_at__isnull=False),
                func="RAISE EXCEPTION 'A published form is frozen: make a new version.';",
            )
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.number}"


@pghistory.track(exclude=["search", "tracking_key"])
class Request(Versioned):
    """A request (the intake record). Its number is that of the project it becomes: REQ-0231, PRJ-0231.

    `answers` maps the keys of its form version's questions to what was answered. `moved_at` is when it came into its
    state. A public request has no `requester`; `requester_name` and `requester_email` are filled in either case.
    """

    reference = models.CharField(_("reference"), max_length=12, unique=True)
    type = models.ForeignKey(RequestType, models.PROTECT, related_name="requests", verbose_name=_("type"))
    form_version = models.ForeignKey(FormVersion, models.PROTECT, related_name="+", verbose_name=_("form version"))
    title = models.CharField(_("title"), max_length=300)
    purpose = models.TextField(_("purpose"), blank=True)
    need = models.TextField(_("why it is needed"), blank=True)
    helps = ArrayField(
        models.CharField(max_length=12, choices=Help.choices), default=list, blank=True, verbose_name=_("how it helps")
    )
    helps_how = models.TextField(_("how it helps, in words"), blank=True)
    answers = models.JSONField(_("answers"), default=dict, blank=True)

    state = models.CharField(_("state"), max_length=17, choices=State.choices, default=State.DRAFT)
    moved_at = models.DateTimeField(_("in this state since"))
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True)
    resume_on = models.DateField(_("deferred until"), null=True, blank=True)

    requester = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="requests", verbose_name=_("requester")
    )
    requester_name = models.CharField(_("name"), max_length=150, blank=True)
    requester_email = models.EmailField(_("e-mail address"), max_length=254, blank=True)
    unit = models.ForeignKey(
        OrganisationUnit, models.PROTECT, null=True, blank=True, related_name="requests", verbose_name=_("organisation unit")
    )
    sponsor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="sponsored_requests",
        verbose_name=_("sponsor"),
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="owned_requests",
        verbose_name=_("owner"),
        help_text=_("Who in the office looks after the request."),
    )
    needed_by_on = models.DateField(_("needed by"), null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, default="GBP")
    estimated_cost = money(_("estimated cost, whole life"))
    estimated_benefit = money(_("estimated benefit, whole life"))
    is_confidential = models.BooleanField(
        _("confidential"), default=False, help_text=_("Only the requester, the owner, the sponsor and reviewers see it.")
    )
    tags = ArrayField(models.CharField(max_length=50), default=list, blank=True, verbose_name=_("tags"))
    custom = models.JSONField(_("further fields"), default=dict, blank=True)
    source = models.CharField(_("imported from"), max_length=255, blank=True)

    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged", verbose_name=_("merged into")
    )
    split_from = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="parts", verbose_name=_("split from")
    )
    project = models.OneToOneField(
        Project, models.PROTECT, null=True, blank=True, related_name="request", verbose_name=_("project")
    )
    tracking_key = models.CharField(max_length=32, unique=True, default=new_key, editable=False)

    search = models.GeneratedField(
        expression=SearchVector("reference", "title", weight="A", config="english")
        + SearchVector("purpose", "need", weight="B", config="english")
        + SearchVector("helps_how", weight="C", config="english"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = RequestQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("request")
        verbose_name_plural = _("requests")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(currency__regex=r"^[A-Z]{3}$"),
                name="request_currency_code",
                violation_error_message=_("A currency is three capital letters, such as GBP."),
            ),
            models.CheckConstraint(
                condition=models.Q(state="converted") | models.Q(project=None),
                name="request_project_when_converted",
            ),
            models.CheckConstraint(
                condition=~models.Q(merged_into=models.F("pk")),
                name="request_not_merged_into_itself",
                violation_error_message=_("A request cannot be merged into itself."),
            ),
        ]
        indexes = [
            # Full-text search over requests.
            GinIndex(fields=["search"], name="request_search"),
            # Similar requests while typing, and typing mistakes in search.
            GinIndex(OpClass(Upper("title"), name="gin_trgm_ops"), name="request_title_trigram"),
            # Search by the beginning of a reference.
            models.Index(OpClass(Upper("reference"), name="text_pattern_ops"), name="request_reference_begins"),
            # The queue: open requests, the longest in their state first.
            models.Index(fields=["state", "moved_at"], name="request_queue"),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"


@pghistory.track()
class RequestObjective(models.Model):
    """How much a request contributes to an objective, in percent of its value; carried to the project."""

    request = models.ForeignKey(Request, models.CASCADE, related_name="objective_links", verbose_name=_("request"))
    objective = models.ForeignKey(Objective, models.PROTECT, related_name="request_links", verbose_name=_("objective"))
    weight = models.PositiveSmallIntegerField(_("weight, %"), default=100)

    class Meta:
        ordering = ["-weight", "pk"]
        verbose_name = _("link to an objective")
        constraints = [
            models.UniqueConstraint(
                fields=["request", "objective"],
                name="objective_once_per_request",
                violation_error_message=_("The request is linked to this objective already."),
            ),
            models.CheckConstraint(
                condition=models.Q(weight__range=(1, 100)),
                name="request_objective_weight_percent",
                violation_error_message=_("A weight is 1 to 100%."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.objective} {self.weight}%"


@pghistory.track()
class RequestMove(models.Model):
    """One move from state to state: never changed, never removed. The first one has no `from_state`."""

    request = models.ForeignKey(Request, models.CASCADE, related_name="moves", verbose_name=_("request"))
    from_state = models.CharField(_("from"), max_length=17, choices=State.choices, blank=True)
    to_state = models.CharField(_("to"), max_length=17, choices=State.choices)
    reason = models.TextField(_("reason"), blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("moved"))

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("move")
        verbose_name_plural = _("moves")
        indexes = [
            # Time in state and conversion over a span of time.
            models.Index(fields=["to_state", "at"], name="request_move_into"),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.get_from_state_display()} → {self.get_to_state_display()}"


class Part(models.TextChoices):
    """Why a person stands on a request besides its requester, owner and sponsor."""

    ALSO_ASKED = "also_asked", _("Asked for the same")  # requester of a request that was merged into this one
    REVIEWER = "reviewer", _("Reviewer")
    FOLLOWER = "follower", _("Follower")


@pghistory.track()
class RequestParty(models.Model):
    """A person who stands on the request and is told when it moves. With a `user` they see it; else only mail reaches them."""

    request = models.ForeignKey(Request, models.CASCADE, related_name="parties", verbose_name=_("request"))
    part = models.CharField(_("part"), max_length=10, choices=Part.choices)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="request_parts", verbose_name=_("person")
    )
    name = models.CharField(_("name"), max_length=150, blank=True)
    email = models.EmailField(_("e-mail address"), max_length=254, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("party of a request")
        verbose_name_plural = _("parties of requests")
        constraints = [
            models.UniqueConstraint(
                fields=["request", "part", "user"], name="party_once", condition=models.Q(user__isnull=False)
            ),
            models.UniqueConstraint(
                fields=["request", "part", "email"], name="party_once_by_email", condition=models.Q(user=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user or self.name or self.email}: {self.get_part_display()}"


@pghistory.track()
class RequestQuestion(Versioned):
    """A question of the office to the requester, and the answer, both for the record."""

    request = models.ForeignKey(Request, models.CASCADE, related_name="questions", verbose_name=_("request"))
    text = models.TextField(_("question"))
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked by"))
    asked_at = models.DateTimeField(_("asked"))
    answer = models.TextField(_("answer"), blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("answered by")
    )
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)

    class Meta:
        ordering = ["asked_at", "pk"]
        verbose_name = _("question to the requester")
        verbose_name_plural = _("questions to the requester")

    def __str__(self) -> str:
        return self.text[:80]


def number_of(reference: str) -> str:
    """The number in a reference: "0231" of REQ-0231."""
    return reference.rpartition("-")[2]


def request_reference(project_reference: str) -> str:
    """REQ-0231 for PRJ-0231: both take their number from one counter."""
    return f"REQ-{number_of(project_reference)}"


def project_reference(request: Any) -> str:
    """PRJ-0231 for request REQ-0231."""
    return f"PRJ-{number_of(request.reference)}"
