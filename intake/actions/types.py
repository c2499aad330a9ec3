"""Verbs of request types and their forms: set up, change, publish. A published form stays as it is."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.actions.locking import assign, lock, save
from core.errors import ActionError, RemovedMeanwhile
from core.history import recorded
from intake.formulas.questions import Problem, problems_of
from intake.models import FormVersion, RequestType
from intake.models.requests import new_key
from intake.wording import problem_sentence

EDITABLE = ["name", "description", "position", "is_active", "is_public", "service_days"]
EMPTY: dict[str, Any] = {"steps": []}


class FormRefused(ActionError):
    """A form has problems; the sentence is the first. `problems` maps the way to each in the document to what is wrong there."""

    def __init__(self, found: Iterable[Problem]) -> None:
        self.problems: dict[str, str] = {}
        for one in found:
            place = f"document.{one.place}".rstrip(".")
            self.problems[place] = " ".join(filter(None, [self.problems.get(place), problem_sentence(one)]))
        super().__init__(next(iter(self.problems.values())))


@transaction.atomic
def create_type(*, values: Mapping[str, Any]) -> RequestType:
    """A new request type with an empty first form, not published yet."""
    with recorded("intake.type.created"):
        row = RequestType()
        assign(row, values, EDITABLE)
        row.save()
        FormVersion.objects.create(type=row, number=1, document=EMPTY)
    return row


@transaction.atomic
def edit_type(kind: RequestType, *, changes: Mapping[str, Any], version: int | None) -> RequestType:
    """Change EDITABLE fields. Raises EditConflict when somebody saved since `version`."""
    with recorded("intake.type.edited"):
        row = lock(RequestType.objects.all(), kind.pk, version=version)
        assign(row, changes, EDITABLE)
        save(row)
    return row


@transaction.atomic
def renew_link(kind: RequestType, *, version: int | None = None) -> RequestType:
    """A new public address: whoever has the old one cannot ask with it any more. Raises EditConflict when somebody saved since
    `version`."""
    with recorded("intake.type.link_renewed"):
        row = lock(RequestType.objects.all(), kind.pk, version=version)
        row.public_key = new_key()
        save(row)
    return row


def draft_form(kind: RequestType) -> FormVersion | None:
    """The form that is being changed. One query."""
    return kind.form_versions.filter(published_at=None).first()


def published_form(kind: RequestType) -> FormVersion | None:
    """The form that new requests are asked with. One query."""
    return kind.form_versions.exclude(published_at=None).first()


@transaction.atomic
def begin_form(kind: RequestType) -> FormVersion:
    """The draft of the next form; a copy of the published one where there is none yet."""
    with recorded("intake.form.begun"):
        row = lock(RequestType.objects.all(), kind.pk)
        if draft := draft_form(row):
            return draft
        last = published_form(row)
        return FormVersion.objects.create(
            type=row, number=last.number + 1 if last else 1, document=last.document if last else EMPTY
        )


def _lock_form(form: FormVersion, version: int | None) -> FormVersion:
    """The form, locked. Raises EditConflict when it was changed since `version`, ActionError when it was thrown away."""
    try:
        return lock(FormVersion.objects.all(), form.pk, version=version)
    except RemovedMeanwhile as error:
        raise ActionError(_("Somebody threw this draft away meanwhile. The published form stays as it was.")) from error


@transaction.atomic
def write_form(form: FormVersion, *, document: Mapping[str, Any], version: int | None) -> FormVersion:
    """Change a draft. It may have problems until it is published. Raises EditConflict, and ActionError once it is published."""
    with recorded("intake.form.written"):
        row = _lock_form(form, version)
        if row.published_at is not None:
            raise ActionError(_("This form is published: it stays as it is. Begin a new version."))
        row.document = dict(document)
        save(row)
    return row


@transaction.atomic
def publish_form(form: FormVersion, *, version: int | None, by: Any, at: datetime) -> FormVersion:
    """From now on new requests are asked with this form; those that were begun keep theirs.

    Raises FormRefused with the problems of the form, EditConflict when it was changed since `version`.
    """
    with recorded("intake.form.published"):
        row = _lock_form(form, version)
        if row.published_at is not None:
            raise ActionError(_("This form is published already."))
        if problems := problems_of(row.document):
            raise FormRefused(problems)
        row.published_at, row.published_by = at, by
        save(row)
    return row


@transaction.atomic
def discard_form(form: FormVersion, *, version: int | None) -> None:
    """Throw a draft away; the published form stays. Raises ActionError for a published one, and for the first of a type."""
    with recorded("intake.form.discarded"):
        row = _lock_form(form, version)
        if row.published_at is not None or row.number == 1:
            raise ActionError(_("Only a new version that is not published can be thrown away."))
        row.delete()
