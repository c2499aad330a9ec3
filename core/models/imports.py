"""Import jobs, the rows of their plans, and remembered mappings (docs/adr/0005-import.md)."""

from typing import Any

import pghistory
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models.base import Versioned


class ImportState(models.TextChoices):
    """Where a job is. The states in -ing belong to the worker."""

    UPLOADED = "uploaded", _("Uploaded")
    READING = "reading", _("Being read")
    READ = "read", _("Read: place the columns")
    MAPPED = "mapped", _("Waiting for the preview")
    PLANNING = "planning", _("Preview in the making")
    PREVIEWED = "previewed", _("Waiting for confirmation")
    CONFIRMED = "confirmed", _("Confirmed")
    APPLYING = "applying", _("Being imported")
    APPLIED = "applied", _("Imported")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


WAITING_FOR_WORKER = (ImportState.UPLOADED, ImportState.MAPPED, ImportState.CONFIRMED)
AT_WORK = (ImportState.READING, ImportState.PLANNING, ImportState.APPLYING)
ENDED = (ImportState.APPLIED, ImportState.FAILED, ImportState.CANCELLED)


class ImportJobQuerySet(models.QuerySet["ImportJob"]):
    """Words for jobs."""

    def unfinished(self) -> "ImportJobQuerySet":
        """Those that a worker has, or should have, in hand."""
        return self.filter(state__in=[*WAITING_FOR_WORKER, *AT_WORK])


@pghistory.track(exclude=["reading", "claimed_at"])
class ImportJob(Versioned):
    """One file on its way into one target.

    `reading`: sheets, headers, samples and notes for the mapping page. `mapping`: column name -> field key, "custom"
    or "" (leave out). `options`: as_at, currency, system, series, date_order, fiscal_month, similar, answers.
    `report`: counts by verdict and by kind of loss, records made, notes. It is written under the name and with the rights
    of `confirmed_by`, who need not have started it.
    """

    target = models.CharField(_("what"), max_length=40)
    file = models.FileField(_("file"), upload_to="imports/%Y/%m/", max_length=300)
    name = models.CharField(_("file name"), max_length=255)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("started by")
    )
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("confirmed by")
    )
    state = models.CharField(_("state"), max_length=10, choices=ImportState.choices, default=ImportState.UPLOADED)
    sheet = models.CharField(_("sheet"), max_length=255, blank=True)
    header_line = models.PositiveIntegerField(_("header line"), null=True, blank=True)
    transposed = models.BooleanField(_("one column per record"), default=False)
    reading = models.JSONField(default=dict, blank=True)
    mapping = models.JSONField(_("mapping"), default=dict, blank=True)
    mapping_name = models.CharField(_("mapping's name"), max_length=80, blank=True)
    options = models.JSONField(_("options"), default=dict, blank=True)
    plan_digest = models.CharField(max_length=64, blank=True)
    report = models.JSONField(_("report"), default=dict, blank=True)
    error = models.JSONField(_("why it failed"), default=list, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    objects = ImportJobQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        indexes = [
            # The sweeper: jobs that a worker has or should have, few of many.
            models.Index(
                fields=["updated_at"],
                condition=models.Q(state__in=["uploaded", "mapped", "confirmed", "reading", "planning", "applying"]),
                name="import_unfinished",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_running(self) -> bool:
        """Whether the worker has it, or will have it in a moment."""
        return self.state in (*WAITING_FOR_WORKER, *AT_WORK)

    @property
    def written_by(self) -> Any:
        """Who answers for what it writes: who confirmed it, until then who started it. None: the command line."""
        return self.confirmed_by or self.started_by

    @property
    def has_ended(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state in ENDED


class ImportVerdict(models.TextChoices):
    """What will become of a row."""

    CREATE = "create", _("Create")
    CHANGE = "change", _("Change")
    LEAVE = "leave", _("Leave as it is")
    ASK = "ask", _("Question")
    REFUSE = "refuse", _("Not imported")


class ImportRow(models.Model):
    """One row of a job's plan, as previewed. Scratch data of the job: replaced whenever a plan is made, kept as its record.

    `differences`: [[field label, before, after], …]. `losses`: [[column, state, text, note], …] for cells without a
    value. `notes`: [note, …] about the row. `question`: [[reference, title, likeness], …] to choose from.
    """

    job = models.ForeignKey(ImportJob, models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()
    place = models.CharField(_("line"), max_length=12)
    verdict = models.CharField(_("what happens"), max_length=8, choices=ImportVerdict.choices)
    title = models.CharField(_("title"), max_length=300, blank=True)
    reference = models.CharField(_("reference"), max_length=40, blank=True)
    differences = models.JSONField(default=list, blank=True)
    losses = models.JSONField(default=list, blank=True)
    notes = models.JSONField(default=list, blank=True)
    question = models.JSONField(default=list, blank=True)
    loss_count = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["job", "number"], name="import_row_once")]
        indexes = [
            # The preview, filtered by what happens.
            models.Index(fields=["job", "verdict", "number"], name="import_row_verdict"),
        ]

    def __str__(self) -> str:
        return f"{self.place} {self.title}"


@pghistory.track()
class ImportMapping(Versioned):
    """A remembered mapping of a target: found by name, or by the fingerprint of a file's headers."""

    target = models.CharField(_("what"), max_length=40)
    name = models.CharField(_("name"), max_length=80)
    fingerprint = models.CharField(max_length=64)
    fields = models.JSONField(_("columns"), default=dict, help_text=_("Column name -> field."))
    options = models.JSONField(_("options"), default=dict, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("saved by")
    )

    class Meta:
        ordering = ["name"]
        verbose_name = _("import mapping")
        constraints = [
            models.UniqueConstraint(
                fields=["target", "name"],
                name="import_mapping_name_once",
                violation_error_message=_("A mapping of this name exists already."),
            )
        ]
        indexes = [
            # The mapping that fits a file's headers.
            models.Index(fields=["target", "fingerprint"], name="import_mapping_headers"),
        ]

    def __str__(self) -> str:
        return self.name
