"""What a dependency demands of every write: two projects, terms that stand once agreed, offers that end with the contract."""

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from core.actions.locking import check
from core.errors import ActionError
from portfolio.models import DateOffer, Dependency, Entry
from portfolio.models.structure import Phase
from portfolio.registers import CONTRACTED

ENDED = (Phase.CLOSED, Phase.CANCELLED)


def settle_dependency(entry: Entry, dependency: Dependency, at: datetime) -> None:
    """The receiver is the project of the entry; what both sides agreed to is not edited, but offered. Raises ActionError at
    the field. One query."""
    if entry.project is None:
        raise ActionError(_("A dependency is between two projects: choose the one that needs it."), field="project")
    dependency.receiver = entry.project
    if dependency.giver_id is None:
        raise ActionError(_("Say which project gives it."), field="giver")
    if dependency.giver_id == entry.project_id:
        raise ActionError(_("A project cannot depend on itself: choose another giver."), field="giver")
    if entry._state.adding:
        if has_ended(dependency):
            raise ActionError(_("This project is closed and gives nothing any more: choose another giver."), field="giver")
        return
    before = Dependency.objects.select_related("entry").get(pk=entry.pk)
    if before.entry.status == entry.status:  # a move has checked for itself
        _refuse_changed_terms(before, entry, dependency)


def _refuse_changed_terms(before: Dependency, entry: Entry, dependency: Dependency) -> None:
    for field in ("giver_rag", "receiver_rag", "committed_on"):
        if getattr(before, field) != getattr(dependency, field):
            raise ActionError(_("Each side says this itself, on the page of the dependency."), field=field)
    if before.entry.status == "proposed":
        if before.giver_id != dependency.giver_id and has_ended(dependency):
            raise ActionError(_("This project is closed and gives nothing any more: choose another giver."), field="giver")
        return
    if before.entry.due_on != entry.due_on:
        raise ActionError(_("The giver has committed to this day: offer another one on the dependency's page."), field="due_on")
    if before.giver_id != dependency.giver_id:
        raise ActionError(_("Both sides have agreed: withdraw it, and propose a new one to another giver."), field="giver")
    if before.entry.project_id != entry.project_id:
        raise ActionError(_("Both sides have agreed: withdraw it, and propose a new one for another project."), field="project")
    if before.entry.status == "delivered" and before.acceptance != dependency.acceptance:
        raise ActionError(_("It is delivered: accept it by these criteria, or return it."), field="acceptance")


def has_ended(dependency: Dependency) -> bool:
    """Whether the giver gives nothing any more: archived, closed or cancelled. Reads the project."""
    return dependency.giver.archived_at is not None or dependency.giver.phase in ENDED


def commitment(row: Dependency, day: date | None, today: date, *, field: str) -> date:
    """A day to which the giver can commit. Raises ActionError for none, one that has passed, or a giver that has ended."""
    if has_ended(row):
        raise ActionError(_("The giving project is closed: it cannot commit to a day any more."), field=field)
    if day is None:
        raise ActionError(_("Say by which day it will be there."), field=field)
    if day < today:
        raise ActionError(_("A commitment is for a day to come: this one has passed."), field=field)
    return day


def end_offers(entry: Entry, dependency: Dependency, at: datetime) -> None:
    """After every save: what was offered has no meaning when the contract does not run any more."""
    if entry.status not in CONTRACTED:
        drop_offers(dependency, by=None, at=at)


def drop_offers(dependency: Dependency, *, by: Any, at: datetime) -> None:
    """Withdraw the offer that waits for an answer, if there is one."""
    for offer in DateOffer.objects.filter(dependency=dependency, answer=DateOffer.Answer.OFFERED):
        close_offer(offer, DateOffer.Answer.WITHDRAWN, "", by, at)


def close_offer(offer: DateOffer, answer: str, words: str, by: Any, at: datetime) -> None:
    """Write down the answer to an offer."""
    offer.answer, offer.words, offer.answered_by, offer.answered_at = answer, words, by, at
    check(offer)
    offer.save()
