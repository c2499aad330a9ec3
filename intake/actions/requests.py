"""Verbs of requests: ask, edit."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.actions.locking import assign, lock, save
from core.errors import ActionError
from core.history import recorded
from core.references import next_reference
from intake.models import Request, RequestMove, RequestType
from intake.models.requests import ENDED, State, request_reference

EDITABLE = [
    "title",
    "purpose",
    "need",
    "helps",
    "helps_how",
    "answers",
    "requester_name",
    "requester_email",
    "unit",
    "sponsor",
    "needed_by_on",
    "currency",
    "estimated_cost",
    "estimated_benefit",
    "is_confidential",
    "tags",
    "custom",
]


@transaction.atomic
def create_request(*, type: RequestType, values: Mapping[str, Any], by: Any, at: datetime) -> Request:
    """A new draft of this type, with the questions as they are published now. `by` is None for a public form."""
    version = type.form_versions.exclude(published_at=None).first()
    if version is None or not type.is_active:
        raise ActionError(_("This kind of request cannot be made now."))
    with recorded("intake.request.created"):
        # The number is that of the project it may become: both count with one counter.
        row = Request(
            reference=request_reference(next_reference("PRJ")), type=type, form_version=version, requester=by, moved_at=at
        )
        if by is not None:
            row.requester_name, row.requester_email, row.unit = str(by), by.email, by.unit
        assign(row, values, EDITABLE)
        row.save()
        RequestMove.objects.create(request=row, to_state=State.DRAFT, by=by, at=at)
    return row


@transaction.atomic
def edit_request(request: Request, *, changes: Mapping[str, Any], version: int | None) -> Request:
    """Change EDITABLE fields. Raises EditConflict when somebody saved since `version`, ActionError once it is decided."""
    with recorded("intake.request.edited"):
        row = lock(Request.objects.all(), request.pk, version=version)
        if row.state in (*ENDED, State.APPROVED):
            raise ActionError(_("The request is decided: it stays as it was."))
        assign(row, changes, EDITABLE)
        save(row)
    return row
