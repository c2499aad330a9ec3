"""The PDF of a change request: made by a worker once it is submitted, and anew with the decision."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from core.history import recorded
from core.jobs import soon
from core.pdf.documents import make_document
from portfolio.actions.changes import RECORD_TASK, change_size, current_deciders, tally_of
from portfolio.models import ChangeRequest, Entry
from portfolio.models.changes import Approver, ChangeVote
from portfolio.wording_changes import (
    amount_words,
    days_words,
    deciders_words,
    figures_rows,
    held_words,
    option_rows,
    route_words,
    tally_words,
)

JOINED = (
    "change__route",
    "project",
    "programme",
    "portfolio",
    "owner",
    "raised_by",
    "change__submitted_by",
    "change__decided_by",
)


def record_change(*, entry_id: int, at: datetime) -> bool:
    """Make the PDF of a submitted change; whether there was anything to do. Doing it again changes nothing."""
    entry = Entry.objects.select_related(*JOINED).filter(pk=entry_id, change__recorded_at=None).first()
    if entry is None or entry.change.submitted_at is None:
        return False
    with translation.override(settings.LANGUAGE_CODE):
        html = render_to_string("portfolio/changes/record.html", record_context(entry, at=at))
    document = make_document(html, label=entry.reference)
    with transaction.atomic(), recorded("portfolio.change.recorded"):
        row = ChangeRequest.objects.select_for_update().get(pk=entry_id)
        # Decided or taken back in the meantime: that asks for a record of its own.
        if row.recorded_at is not None or (row.submitted_at, row.decided_at) != (
            entry.change.submitted_at,
            entry.change.decided_at,
        ):
            return False
        path = f"portfolio/changes/{entry.reference}-{'decision' if row.decided_at else 'request'}.pdf"
        row.record = default_storage.save(path, ContentFile(document.content))
        row.sha256, row.recorded_at, row.failure = document.sha256, at, ""
        row.save(update_fields=["record", "sha256", "recorded_at", "failure"])
    return True


def fail_record(*, entry_id: int, reason: str) -> None:
    """Write down why the PDF could not be made; the page shows it and offers another try."""
    with recorded("portfolio.change.record_failed"):
        ChangeRequest.objects.filter(pk=entry_id, recorded_at=None).update(failure=reason[:300])


def retry_record(entry: Entry) -> None:
    """Ask a worker for the PDF again."""
    with transaction.atomic(), recorded("portfolio.change.record_retried"):
        ChangeRequest.objects.filter(pk=entry.pk, recorded_at=None).update(failure="")
        soon(RECORD_TASK, entry.pk)


def ask_again(*, before: datetime) -> int:
    """Ask for the PDFs that no worker has made since `before`; returns how many."""
    late = Q(decided_at=None, submitted_at__lt=before) | Q(decided_at__lt=before)
    rows = ChangeRequest.objects.filter(late, recorded_at=None, submitted_at__isnull=False, failure="")
    keys = list(rows.values_list("pk", flat=True))
    for pk in keys:
        soon(RECORD_TASK, pk)
    return len(keys)


def record_context(entry: Entry, *, at: datetime) -> Mapping[str, Any]:
    """What the PDF shows."""
    change, currency = entry.change, entry.currency
    found = None if change.decided_at else current_deciders(entry)
    seats = None if found is None else {person.pk for person in found.people}
    votes = [
        {
            "name": str(vote.user),
            "cast_by": str(vote.cast_by) if vote.cast_by_id != vote.user_id else "",
            "choice": ChangeVote.Choice(vote.choice).label,
            "reason": vote.reason,
            "at": vote.cast_at,
            "is_counted": vote.is_counted and (seats is None or vote.user_id in seats),
        }
        for vote in change.votes.select_related("user", "cast_by")
    ]
    return {
        "entry": entry,
        "change": change,
        "scope": entry.scope,
        "impacts": [
            {"label": _("Cost"), "value": amount_words(change.cost_change, currency)},
            {"label": _("Finish"), "value": days_words(change.finish_change)},
            {"label": _("Benefits"), "value": amount_words(change.benefits_change, currency)},
        ],
        "held": held_words(change.cost_in_forecast, change.finish_in_forecast, currency),
        "texts": [
            {"label": label, "value": value}
            for label, value in (
                (_("Impact on scope"), change.scope_impact),
                (_("Impact on quality"), change.quality_impact),
                (_("Impact on risk"), change.risk_impact),
            )
            if value
        ],
        "options": option_rows(change.options, currency),
        "votes": votes,
        "tally": tally_words(tally_of(entry, found)) if found is not None and found.is_board else "",
        "deciders": deciders_words(found) if found is not None and found.people else "",
        "approver": Approver(change.approver).label if change.approver else "",
        "route": "" if change.decided_at else route_words(change.route, change_size(entry)),
        "figures": figures_rows(change.before, change.after, currency),
        "document_title": _("Change request %(reference)s") % {"reference": entry.reference},
        "organisation_name": settings.ORGANISATION_NAME,
        "as_at": change.decided_at or change.submitted_at or at,
        "paper": "A4",
        "classification": _("Confidential")
        if entry.is_confidential or getattr(entry.project, "is_confidential", False)
        else "",
    }
