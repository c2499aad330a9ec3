"""Verbs of requests: ask, edit, submit."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from core.actions.conversation import attach_file
from core.actions.locking import assign, lock, save
from core.errors import ActionError
from core.history import recorded
from core.references import next_reference
from intake.actions.moves import move_request
from intake.models import BusinessCase, Request, RequestMove, RequestType
from intake.models.answers import missing_of
from intake.models.requests import OPEN, State, request_reference
from intake.wording import missing_label

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


ASKER_EDITS = (State.DRAFT, State.NEEDS_INFORMATION)
"""The states in which a requester may change their own request; in the others the office may, until it is decided."""
UNDECIDED = (State.DRAFT, *OPEN, State.DEFERRED)


def editable_in(actions: Collection[str]) -> tuple[State, ...]:
    """The states in which somebody with these rights on a request may edit it."""
    return UNDECIDED if "request.triage" in actions else ASKER_EDITS if "request.edit" in actions else ()


@transaction.atomic
def edit_request(
    request: Request, *, changes: Mapping[str, Any], version: int | None, states: Collection[str] = UNDECIDED
) -> Request:
    """Change EDITABLE fields. Raises EditConflict when somebody saved since `version`, ActionError outside of `states`
    (`editable_in` gives those of a person), and for another currency while the case holds amounts."""
    with recorded("intake.request.edited"):
        row = lock(Request.objects.all(), request.pk)
        if row.state not in states:
            raise ActionError(
                _("The request is in the state “%(state)s”: it stays as it is.") % {"state": row.get_state_display()}
            )
        row = lock(Request.objects.all(), request.pk, version=version)
        currency = changes.get("currency", row.currency)
        if currency != row.currency and case_has_amounts(row):
            raise ActionError(
                _(
                    "The business case holds amounts in %(old)s and nothing converts them. Leave it at %(old)s; or empty the"
                    " amounts and rates of the case first, then write them in %(new)s."
                )
                % {"old": row.currency, "new": currency},
                field="currency",
            )
        assign(row, changes, EDITABLE)
        save(row)
    return row


def case_has_amounts(request: Request) -> bool:
    """Whether the request's business case holds amounts or rates, which are in its currency. One query."""
    held = Q(options__lines__amounts__isnull=False) | Q(rates__isnull=False)
    return BusinessCase.objects.filter(held, request=request).exists()


class RequestIncomplete(ActionError):
    """Answers are missing. `problems` maps their keys to the words of their questions."""

    def __init__(self, message: Any, problems: dict[str, str]) -> None:
        super().__init__(message)
        self.problems = problems


@transaction.atomic
def submit_request(request: Request, *, by: Any, at: datetime) -> Request:
    """Hand a draft in. Raises RequestIncomplete with what is missing, ActionError when it is no draft any more."""
    row = lock(Request.objects.all(), request.pk)
    if row.state == State.DRAFT and (missing := missing_of(row, State.SUBMITTED)):
        problems = {one.key: missing_label(one) for one in missing}
        raise RequestIncomplete(
            _("Not submitted yet. Still missing: %(what)s.") % {"what": ", ".join(problems.values())}, problems
        )
    return move_request(row, verb="submit", by=by, at=at)


@transaction.atomic
def ask_openly(*, type: RequestType, values: Mapping[str, Any], files: Iterable[Any], by: Any, at: datetime) -> Request:
    """A request from the public form, all at once: asked, its files kept, submitted. `by` is None without an account.

    Raises RequestIncomplete with what is missing, ActionError for a file that is not taken; then nothing is kept.
    """
    row = create_request(type=type, values=values, by=by, at=at)
    for file in files:
        attach_file(row, file=file, name=file.name, by=by)
    return submit_request(row, by=by, at=at)
