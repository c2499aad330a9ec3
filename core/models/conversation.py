"""Attachments, comments and notifications on anything that has a page.

Targets are many and of every room, so these three tables use a generic key. `core.subjects` knows
for each kind of target who may see it and where its page is.
"""

import pghistory
from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class AboutSomething(models.Model):
    """Base: a row about some object of some room."""

    subject_type = models.ForeignKey(ContentType, models.PROTECT, related_name="+")
    subject_id = models.PositiveBigIntegerField()
    subject = GenericForeignKey("subject_type", "subject_id")

    class Meta:
        abstract = True


@pghistory.track()
class Attachment(AboutSomething):
    """A file kept with an object. Served only through a view that checks access, always as a download."""

    file = models.FileField(_("file"), upload_to="attachments/%Y/%m/", max_length=300)
    name = models.CharField(_("name"), max_length=255)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    content_type = models.CharField(_("type as sniffed"), max_length=120)
    # Nobody: a person without an account, in a public form.
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("uploaded by")
    )
    uploaded_at = models.DateTimeField(_("uploaded"), auto_now_add=True)
    removed_at = models.DateTimeField(_("removed"), null=True, blank=True)

    class Meta:
        ordering = ["-uploaded_at", "-pk"]
        verbose_name = _("attachment")
        indexes = [
            # The attachments of one object, newest first.
            models.Index(fields=["subject_type", "subject_id", "-uploaded_at"], name="attachment_of_subject"),
        ]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class Comment(AboutSomething):
    """What somebody said about an object, in Markdown; `@e-mail` mentions notify."""

    text = models.TextField(_("comment"), max_length=10_000)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("written by"))
    written_at = models.DateTimeField(_("written"), auto_now_add=True)
    edited_at = models.DateTimeField(_("edited"), null=True, blank=True)
    removed_at = models.DateTimeField(_("removed"), null=True, blank=True)

    class Meta:
        ordering = ["written_at", "pk"]
        verbose_name = _("comment")
        indexes = [
            # The conversation on one object, in order.
            models.Index(fields=["subject_type", "subject_id", "written_at"], name="comment_of_subject"),
        ]

    def __str__(self) -> str:
        return self.text[:60]


class Notification(models.Model):
    """Something a person should know, shown under the bell. `key` makes one event one notification."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notifications")
    key = models.CharField(max_length=200)
    text = models.CharField(_("text"), max_length=300)
    url = models.CharField(max_length=300)
    # The objects that the text names, as "project:12": who may not see one of them today does not read it any more.
    shows = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    read_at = models.DateTimeField(_("read"), null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="notification_once_per_event")]
        indexes = [
            # The bell: a person's unread notifications, newest first.
            models.Index(fields=["user", "-created_at"], condition=models.Q(read_at=None), name="notification_unread"),
        ]

    def __str__(self) -> str:
        return self.text
