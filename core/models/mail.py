"""The outbox: every mail the product sends is a row before it is a message."""

from datetime import datetime
from typing import Any

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class MailState(models.TextChoices):
    """Where a mail stands. `unknown`: it was handed to a server and the answer is lost; a person decides."""

    QUEUED = "queued", _("Queued")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")
    UNKNOWN = "unknown", _("Unknown, please check")


class MailQuerySet(models.QuerySet[Any]):
    """Words for mails."""

    def due(self, at: datetime) -> "MailQuerySet":
        """Those to be sent now, oldest first."""
        return self.filter(state=MailState.QUEUED, next_try_at__lte=at).order_by("next_try_at", "pk")

    def stuck(self) -> "MailQuerySet":
        """Those that some process took; whether it still lives, its lock tells."""
        return self.filter(state=MailState.SENDING)


# The history tells how a mail fared and who asked for it again; it does not copy bodies.
@pghistory.track(exclude=["text", "html", "claim", "handed_over_at", "next_try_at", "shows"])
class OutgoingMail(models.Model):
    """One message to one recipient. `key` makes one event one mail; `message_id` is derived from it."""

    key = models.CharField(max_length=200, unique=True)
    message_id = models.CharField(max_length=250, unique=True)
    kind = models.CharField(_("kind"), max_length=60)
    to_address = models.CharField(_("to"), max_length=254)
    to_name = models.CharField(_("name"), max_length=150, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("recipient")
    )
    subject = models.CharField(_("subject"), max_length=300)
    text = models.TextField(_("text"))
    html = models.TextField(_("HTML"))
    # Password links and the like: shown to administrators only, and blanked once sent.
    is_secret = models.BooleanField(default=False)
    # About a confidential project: read by its recipient only, whoever else looks after mail.
    is_confidential = models.BooleanField(default=False)
    # The objects whose content it shows, as "project:12": who may not see one of them today may not read the mail,
    # unless it came to them.
    shows = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    # What it is about, e.g. "reporting.reportdelivery" and its id.
    about = models.CharField(max_length=60, blank=True)
    about_id = models.PositiveBigIntegerField(null=True, blank=True)

    state = models.CharField(_("state"), max_length=10, choices=MailState.choices, default=MailState.QUEUED)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    next_try_at = models.DateTimeField(_("next try"))
    # Who took it. A process may record the outcome only of its own claim.
    claim = models.UUIDField(null=True, blank=True)
    # Set and committed when the server has taken the recipient and the text is next: without it, a mail was provably not sent.
    handed_over_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    error = models.TextField(_("reason"), blank=True)
    created_at = models.DateTimeField(_("queued"))

    objects = MailQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state="sent") | models.Q(sent_at__isnull=False), name="mail_sent_has_a_moment"
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["failed", "unknown"]) | ~models.Q(error=""), name="mail_failure_has_a_reason"
            ),
        ]
        indexes = [
            # The sender's next mail.
            models.Index(fields=["next_try_at", "id"], condition=models.Q(state="queued"), name="mail_due"),
            # What a killed sender left.
            models.Index(fields=["id"], condition=models.Q(state="sending"), name="mail_taken"),
            # Failed and unknown mails, to be shown.
            models.Index(fields=["-created_at"], condition=models.Q(state__in=["failed", "unknown"]), name="mail_in_trouble"),
            # A person's mails, newest first.
            models.Index(fields=["user", "-created_at"], name="mail_of_person"),
            # The mails about one object.
            models.Index(fields=["about", "about_id"], name="mail_about"),
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def in_trouble(self) -> bool:
        """Whether a person has to look at it."""
        return self.state in (MailState.FAILED, MailState.UNKNOWN)


class MailAttachment(models.Model):
    """A file that goes with a mail, by reference to where the storage keeps it."""

    mail = models.ForeignKey(OutgoingMail, models.CASCADE, related_name="attachments")
    name = models.CharField(_("name"), max_length=200)
    content_type = models.CharField(_("type"), max_length=120)
    path = models.CharField(max_length=300)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField(_("size in bytes"))

    class Meta:
        ordering = ["pk"]
        verbose_name = _("attachment of a mail")

    def __str__(self) -> str:
        return self.name
