"""Seals of the history: what it was, so that a later look can tell whether it still is."""

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _


class HistorySeal(models.Model):
    """Some rows of one table of events that follow each other, and their SHA-256; each seal holds the digest of the one before.

    `kind` "rows" covers the events after `after_id` up to `last_id`; "who" the contexts those events refer to (who, why), which
    a request may add to for a day. `content` is the digest of the rows as text, `columns` at a time; `digest` that of this seal and
    of the one before (`core/actions/seals.py`). Not tracked: only ever added to.
    """

    KINDS = [("rows", _("What changed")), ("who", _("Who changed it and why"))]

    table = models.CharField(max_length=63)
    kind = models.CharField(max_length=4, choices=KINDS)
    after_id = models.BigIntegerField()
    last_id = models.BigIntegerField()
    rows = models.PositiveIntegerField()
    columns = models.TextField()
    content = models.CharField(max_length=64)
    previous = models.CharField(max_length=64, unique=True)
    digest = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("seal of the history")
        verbose_name_plural = _("seals of the history")
        constraints = [
            # A part is sealed once; also finds where a table's seals end, and which have no seal of their contexts yet.
            models.UniqueConstraint(fields=["table", "kind", "after_id"], name="history_seal_once"),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.table} {self.after_id}-{self.last_id}"


class HistoryTrouble(models.Model):
    """The history could not be sealed, or is not what was sealed: one row for each, from its first failed run until one that
    succeeds takes it away. `reason` is that of the last run. Not tracked: who looks after the office sees it while it lasts."""

    KINDS = [("sealing", _("Sealing the history")), ("verifying", _("Verifying the history"))]

    kind = models.CharField(max_length=9, choices=KINDS, unique=True)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    times = models.PositiveIntegerField(default=1)
    reason = models.TextField()

    class Meta:
        ordering = ["first_at"]
        verbose_name = _("trouble with the history")
        verbose_name_plural = _("troubles with the history")

    def __str__(self) -> str:
        return f"{self.kind}: {self.reason}"
