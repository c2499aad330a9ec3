"""Dependencies between projects as give-get contracts, and dates that one side offers the other."""

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from portfolio.models.raid import Offer, own_entry
from portfolio.models.ratings import Rag
from portfolio.models.structure import Project


@pghistory.track()
class Dependency(models.Model):
    """What a dependency has of its own. The giver commits to a day, the receiver (the project of the entry) needs it by a day
    (`entry.due_on`); buffer = needed by - committed, in days. The title says what exactly is given."""

    entry = own_entry("dependency")
    giver = models.ForeignKey(Project, models.PROTECT, related_name="gives", verbose_name=_("giver"))
    receiver = models.ForeignKey(Project, models.PROTECT, related_name="gets", verbose_name=_("receiver"))
    acceptance = models.TextField(_("acceptance criteria"), blank=True)
    committed_on = models.DateField(_("committed for"), null=True, blank=True)
    delivered_on = models.DateField(_("delivered"), null=True, blank=True)
    accepted_on = models.DateField(_("accepted"), null=True, blank=True)
    giver_rag = models.CharField(_("rating by the giver"), max_length=5, choices=Rag.choices, blank=True)
    receiver_rag = models.CharField(_("rating by the receiver"), max_length=5, choices=Rag.choices, blank=True)

    class Meta:
        verbose_name = _("dependency")
        verbose_name_plural = _("dependencies")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(giver=models.F("receiver")),
                name="dependency_two_projects",
                violation_error_message=_("A project cannot depend on itself: choose another giver."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.entry_id)


@pghistory.track()
class DateOffer(Offer):
    """A new day that one side offers the other: the giver another commitment, the receiver another need. Until it is accepted the
    contract stands as it is."""

    class Side(models.TextChoices):
        """Who offers."""

        GIVER = "giver", _("Giver")
        RECEIVER = "receiver", _("Receiver")

    class Answer(models.TextChoices):
        """What became of it."""

        OFFERED = "offered", _("Offered")
        ACCEPTED = "accepted", _("Accepted")
        REFUSED = "refused", _("Refused")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    dependency = models.ForeignKey(Dependency, models.CASCADE, related_name="offers", verbose_name=_("dependency"))
    side = models.CharField(_("side"), max_length=8, choices=Side.choices)
    before_on = models.DateField(_("before"), null=True, blank=True)
    offered_on = models.DateField(_("new day"))
    answer = models.CharField(_("answer"), max_length=9, choices=Answer.choices, default=Answer.OFFERED)

    class Meta(Offer.Meta):
        verbose_name = _("offered day")
        verbose_name_plural = _("offered days")
        constraints = [
            models.UniqueConstraint(
                fields=["dependency"],
                condition=models.Q(answer="offered"),
                name="date_offer_one_open",
                violation_error_message=_("Another day is offered already; answer it first."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.dependency_id} {self.offered_on}"
