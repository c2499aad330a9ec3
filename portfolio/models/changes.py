"""Change control: what a change request has of its own, who approves what size of it, votes, delegation."""

import pghistory
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import Versioned
from portfolio.models.raid import own_entry
from portfolio.models.structure import money


class Approver(models.TextChoices):
    """Who decides a change of a size."""

    MANAGER = "manager", _("Project manager")
    SPONSOR = "sponsor", _("Sponsor")
    BOARD = "board", _("Board")


@pghistory.track()
class ApprovalRoute(Versioned):
    """One step of the approval routes, the smallest first: changes within its limits are decided by its approver.

    Limits are sizes without sign: percent of the approved budget, and days of the planned finish; empty: any. A change takes the
    first route within whose limits its cost and its days lie. A board decides by the majority of at least `quorum` votes.
    """

    position = models.PositiveSmallIntegerField(_("place in the list"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    most_percent = models.DecimalField(_("up to, % of the budget"), max_digits=6, decimal_places=2, null=True, blank=True)
    most_days = models.PositiveIntegerField(_("up to, days"), null=True, blank=True)
    approver = models.CharField(_("decided by"), max_length=7, choices=Approver.choices)
    quorum = models.PositiveSmallIntegerField(_("votes needed"), default=1)
    days_to_decide = models.PositiveSmallIntegerField(_("days to decide"), default=10)

    class Meta:
        ordering = ["position"]
        verbose_name = _("approval route")
        verbose_name_plural = _("approval routes")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(quorum__gte=1),
                name="route_quorum",
                violation_error_message=_("At least one vote is needed."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class ChangeRequest(models.Model):
    """What a change request has of its own. `cost_change` (money), `finish_change` (days) and `benefits_change` (money) carry a
    sign: more, later and more are positive. `cost_in_forecast` and `finish_in_forecast` are the part of cost and finish that the
    forecast held already when the change was asked for: approval moves the forecast by the rest. `options` is [{"name", "text", "cost", "days"}]. Once approved, `before` and `after`
    hold the baseline figures {"budget", "forecast", "planned_finish_on", "forecast_finish_on", "benefits"} it found and left.

    `record` is the PDF of the request, with the decision once there is one; a worker makes it after submission and decision
    (`recorded_at` empty: it has still to)."""

    entry = own_entry("change")
    reason = models.TextField(_("reason"), blank=True)
    options = models.JSONField(_("options"), default=list, blank=True)
    cost_change = money(_("change of cost"))
    finish_change = models.IntegerField(_("change of the finish, days"), null=True, blank=True)
    benefits_change = money(_("change of benefits"))
    cost_in_forecast = money(_("of the cost, in the forecast already"))
    finish_in_forecast = models.IntegerField(_("of the days, in the forecast already"), null=True, blank=True)
    scope_impact = models.TextField(_("impact on scope"), blank=True)
    quality_impact = models.TextField(_("impact on quality"), blank=True)
    risk_impact = models.TextField(_("impact on risk"), blank=True)
    route = models.ForeignKey(
        ApprovalRoute, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("approval route")
    )
    approver = models.CharField(_("decided by"), max_length=7, choices=Approver.choices, blank=True)
    quorum = models.PositiveSmallIntegerField(_("votes needed"), default=1)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("submitted by")
    )
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decision_reason = models.TextField(_("reason of the decision"), blank=True)
    before = models.JSONField(_("baseline before"), null=True, blank=True)
    after = models.JSONField(_("baseline after"), null=True, blank=True)
    reminded_at = models.DateTimeField(_("reminded"), null=True, blank=True)
    escalated_at = models.DateTimeField(_("escalated"), null=True, blank=True)
    record = models.CharField(_("record"), max_length=255, blank=True)
    sha256 = models.CharField(_("fingerprint of the record"), max_length=64, blank=True)
    recorded_at = models.DateTimeField(_("record made"), null=True, blank=True)
    failure = models.CharField(_("why the record could not be made"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("change request")
        verbose_name_plural = _("change requests")
        indexes = [
            # Submitted changes whose record a worker has still to make.
            models.Index(
                fields=["entry"], condition=models.Q(recorded_at=None, submitted_at__isnull=False), name="change_unrecorded"
            ),
            # Approved changes in order: bridge, cumulative change.
            models.Index(fields=["decided_at"], condition=models.Q(after__isnull=False), name="change_approved"),
        ]

    def __str__(self) -> str:
        return str(self.entry_id)


@pghistory.track()
class ChangeVote(models.Model):
    """One person's vote on a change request that a board decides; `cast_by` somebody else where it was delegated. Whoever has lost
    their seat when it is decided is not counted."""

    class Choice(models.TextChoices):
        """How they vote."""

        APPROVE = "approve", _("Approve")
        REJECT = "reject", _("Reject")
        ABSTAIN = "abstain", _("Abstain")

    change = models.ForeignKey(ChangeRequest, models.CASCADE, related_name="votes", verbose_name=_("change request"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("person"))
    choice = models.CharField(_("vote"), max_length=7, choices=Choice.choices)
    reason = models.TextField(_("reason"), blank=True)
    cast_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("cast by"))
    cast_at = models.DateTimeField(_("cast"))
    is_counted = models.BooleanField(_("counted"), default=True)

    class Meta:
        ordering = ["cast_at", "pk"]
        verbose_name = _("vote")
        verbose_name_plural = _("votes")
        constraints = [models.UniqueConstraint(fields=["change", "user"], name="change_voted_once")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.choice}"


@pghistory.track()
class ApprovalDelegation(models.Model):
    """Somebody decides changes for another, from and to a day (both included)."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="approvals_given_away", verbose_name=_("person")
    )
    delegate = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="approvals_taken_over", verbose_name=_("delegate")
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))

    class Meta:
        ordering = ["starts_on", "pk"]
        verbose_name = _("delegation")
        verbose_name_plural = _("delegations")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(starts_on__lte=models.F("ends_on")),
                name="delegation_days_in_order",
                violation_error_message=_("The first day must not be after the last."),
            ),
            models.CheckConstraint(
                condition=~models.Q(user=models.F("delegate")),
                name="delegation_to_another",
                violation_error_message=_("Choose somebody else."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} → {self.delegate_id}"
