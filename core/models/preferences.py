"""How a person wants to be told, and what waits for their daily mail."""

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class When(models.TextChoices):
    """When a mail of one topic comes."""

    NOW = "now", _("At once")
    DAILY = "daily", _("Once a day, all together")
    NEVER = "never", _("Never")


@pghistory.track()
class MailPreference(models.Model):
    """When one person gets mails of one topic; no row means at once."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="mail_preferences")
    topic = models.CharField(_("topic"), max_length=40)
    when = models.CharField(_("when"), max_length=5, choices=When.choices)

    class Meta:
        verbose_name = _("mail preference")
        constraints = [models.UniqueConstraint(fields=["user", "topic"], name="mail_preference_once")]

    def __str__(self) -> str:
        return f"{self.topic}: {self.get_when_display()}"


class DigestItem(models.Model):
    """One thing that waits for a person's daily mail. `key` makes one event one item; `shows` as of a mail."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    topic = models.CharField(max_length=40)
    key = models.CharField(max_length=200)
    heading = models.CharField(_("heading"), max_length=300)
    text = models.TextField(_("text"), blank=True)
    url = models.CharField(max_length=500, blank=True)
    shows = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    created_at = models.DateTimeField(_("since"))
    mailed_at = models.DateTimeField(_("mailed"), null=True, blank=True)

    class Meta:
        ordering = ["created_at", "pk"]
        verbose_name = _("item of a daily mail")
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="digest_item_once")]
        indexes = [
            # What waits, by person.
            models.Index(fields=["user"], condition=models.Q(mailed_at=None), name="digest_waiting"),
        ]

    def __str__(self) -> str:
        return self.heading
