"""Selection: rounds with a funding line, meetings, votes, and the decisions with their conditions."""

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import Versioned
from intake.models.requests import Request
from intake.models.scoring import ScoringModelVersion
from portfolio.models.structure import money


class Cut(models.TextChoices):
    """How the funding line is drawn under a ranked list."""

    STOP = "stop", _("Stop at the first that does not fit")
    SKIP = "skip", _("Leave it out and go on with smaller ones")


@pghistory.track()
class SelectionRound(Versioned):
    """Requests ranked against each other and against money. Amounts are in `currency`; others are listed, not added."""

    name = models.CharField(_("name"), max_length=150, unique=True)
    description = models.TextField(_("description"), blank=True)
    currency = models.CharField(_("currency"), max_length=3, default="GBP")
    funding = money(_("funding line"))
    model_version = models.ForeignKey(
        ScoringModelVersion,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="rounds",
        verbose_name=_("scores by"),
        help_text=_("The version of a scoring model whose scores put the requests in order."),
    )
    cut = models.CharField(_("below the line"), max_length=4, choices=Cut.choices, default=Cut.STOP)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("selection round")
        verbose_name_plural = _("selection rounds")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(currency__regex=r"^[A-Z]{3}$"),
                name="round_currency_code",
                violation_error_message=_("A currency is three capital letters, such as GBP."),
            ),
            models.CheckConstraint(
                condition=models.Q(funding=None) | models.Q(funding__gte=0),
                name="round_funding_not_negative",
                violation_error_message=_("The funding line is not below zero."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class RankedEntry(models.Model):
    """A request's place in a round. `reason` says why it stands elsewhere than its score puts it, or why it must be done."""

    HISTORY_NAME = "request"

    round = models.ForeignKey(SelectionRound, models.CASCADE, related_name="entries", verbose_name=_("selection round"))
    request = models.ForeignKey(Request, models.PROTECT, related_name="entries", verbose_name=_("request"))
    position = models.PositiveIntegerField(_("place"))
    must_do = models.BooleanField(_("must be done"), default=False)
    reason = models.TextField(_("reason"), blank=True)

    class Meta:
        ordering = ["position"]
        verbose_name = _("ranked request")
        verbose_name_plural = _("ranked requests")
        constraints = [
            models.UniqueConstraint(
                fields=["round", "request"],
                name="request_once_per_round",
                violation_error_message=_("The request is in this round already."),
            ),
            models.UniqueConstraint(
                fields=["round", "position"], name="place_once_per_round", deferrable=models.Deferrable.DEFERRED
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.request}"


@pghistory.track()
class DecisionMeeting(Versioned):
    """A meeting that decides on requests, one after another."""

    name = models.CharField(_("name"), max_length=150)
    held_on = models.DateField(_("day"))
    round = models.ForeignKey(
        SelectionRound, models.PROTECT, null=True, blank=True, related_name="meetings", verbose_name=_("selection round")
    )
    quorum = models.PositiveSmallIntegerField(
        _("quorum"), default=1, help_text=_("So many votes that are not recusals are needed before a decision.")
    )
    minutes = models.TextField(_("minutes"), blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    class Meta:
        ordering = ["-held_on", "-pk"]
        verbose_name = _("decision meeting")
        verbose_name_plural = _("decision meetings")

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class MeetingMember(models.Model):
    """A person who votes in a meeting."""

    HISTORY_NAME = "user"

    meeting = models.ForeignKey(DecisionMeeting, models.CASCADE, related_name="members", verbose_name=_("meeting"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("person"))

    class Meta:
        ordering = ["pk"]
        verbose_name = _("member of a meeting")
        constraints = [models.UniqueConstraint(fields=["meeting", "user"], name="member_once_per_meeting")]

    def __str__(self) -> str:
        return str(self.user)


@pghistory.track()
class AgendaItem(models.Model):
    """A request on the agenda of a meeting."""

    HISTORY_NAME = "request"

    meeting = models.ForeignKey(DecisionMeeting, models.CASCADE, related_name="items", verbose_name=_("meeting"))
    request = models.ForeignKey(Request, models.PROTECT, related_name="agenda_items", verbose_name=_("request"))
    position = models.PositiveIntegerField(_("place"))

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("agenda item")
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "request"],
                name="request_once_per_meeting",
                violation_error_message=_("The request is on this agenda already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.request}"


class Outcome(models.TextChoices):
    """What was decided."""

    APPROVE = "approve", _("Approved")
    CONDITIONS = "conditions", _("Approved with conditions")
    DEFER = "defer", _("Deferred")
    REJECT = "reject", _("Rejected")
    AGAIN = "again", _("To be brought again")


class Choice(models.TextChoices):
    """How a member votes."""

    APPROVE = "approve", _("Approve")
    CONDITIONS = "conditions", _("Approve with conditions")
    DEFER = "defer", _("Defer")
    REJECT = "reject", _("Reject")
    AGAIN = "again", _("Ask again")
    ABSTAIN = "abstain", _("Abstain")
    RECUSED = "recused", _("Takes no part (conflict of interest)")


@pghistory.track()
class Vote(models.Model):
    """The vote of one member on one agenda item; it can be changed until the decision."""

    item = models.ForeignKey(AgendaItem, models.CASCADE, related_name="votes", verbose_name=_("agenda item"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("member"))
    choice = models.CharField(_("vote"), max_length=10, choices=Choice.choices)
    comment = models.TextField(_("comment"), blank=True)
    voted_at = models.DateTimeField(_("voted"))

    class Meta:
        ordering = ["voted_at", "pk"]
        verbose_name = _("vote")
        constraints = [models.UniqueConstraint(fields=["item", "user"], name="one_vote_a_member")]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_choice_display()}"


@pghistory.track()
class Decision(models.Model):
    """A decision on a request, with what it was taken on. Never changed; a later decision stands beside it.

    `basis` holds the figures of that moment: score with model version, case, place in the round, votes. The letter goes to
    requester and followers; `record` is the PDF, made by a worker, with its `sha256`.
    """

    request = models.ForeignKey(Request, models.PROTECT, related_name="decisions", verbose_name=_("request"))
    item = models.OneToOneField(
        AgendaItem, models.PROTECT, null=True, blank=True, related_name="decision", verbose_name=_("agenda item")
    )
    outcome = models.CharField(_("decision"), max_length=10, choices=Outcome.choices)
    reason = models.TextField(_("reason"))
    until_on = models.DateField(_("deferred until"), null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("recorded by"))
    decided_at = models.DateTimeField(_("decided"))
    basis = models.JSONField(_("basis"), default=dict, blank=True)
    letter = models.TextField(_("letter"), blank=True)
    record = models.CharField(_("record"), max_length=255, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    recorded_at = models.DateTimeField(_("record made"), null=True, blank=True)
    failure = models.CharField(_("why the record could not be made"), max_length=300, blank=True)

    class Meta:
        ordering = ["-decided_at", "-pk"]
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        indexes = [
            # Decisions whose record a worker has still to make.
            models.Index(fields=["id"], condition=models.Q(recorded_at=None), name="decision_unrecorded"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="freeze_decision",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func="""
                    IF TG_OP = 'UPDATE' AND OLD.recorded_at IS NULL
                       AND to_jsonb(NEW) - '{record,sha256,recorded_at,failure}'::text[]
                         = to_jsonb(OLD) - '{record,sha256,recorded_at,failure}'::text[]
                    THEN RETURN NEW; END IF;
                    RAISE EXCEPTION 'A decision is never changed: take another one.';
                """,
            )
        ]

    def __str__(self) -> str:
        return self.get_outcome_display()


@pghistory.track()
class Condition(Versioned):
    """What an approval hangs on: who does what by when, and whether it was met."""

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="conditions", verbose_name=_("decision"))
    text = models.CharField(_("condition"), max_length=500)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="conditions", verbose_name=_("owner"))
    due_on = models.DateField(_("due"))
    met_at = models.DateTimeField(_("met"), null=True, blank=True)
    met_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("confirmed by")
    )
    note = models.TextField(_("how it was met"), blank=True)

    class Meta:
        ordering = ["due_on", "pk"]
        verbose_name = _("condition")
        verbose_name_plural = _("conditions")
        indexes = [
            # What a person still has to meet.
            models.Index(fields=["owner", "due_on"], condition=models.Q(met_at=None), name="condition_open"),
        ]

    def __str__(self) -> str:
        return self.text
