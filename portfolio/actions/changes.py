"""Verbs of change control: submit, vote, decide. An approved change moves the figures of its project in the same transaction.

Nobody decides what they submitted. The route is taken by size and kept on the row; who decides is asked anew each time, so that a
sponsor who left locks nobody out (portfolio/models/approvals.py). Locks are taken in one order: entry, then project.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pghistory
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.actions.locking import check, lock
from core.errors import ActionError
from core.history import recorded
from core.jobs import soon
from core.office import office_day
from portfolio.actions.approval_routes import ensure_routes, route_for
from portfolio.actions.change_letters import ask_deciders, tell_of_decision
from portfolio.actions.change_rules import has_impact
from portfolio.actions.projects import edit_project
from portfolio.actions.raid import lock_entry, make_move, refuse_ended, save_moved
from portfolio.formulas.changes import Size, Tally, beyond_forecast, size_of, tally
from portfolio.models import ChangeRequest, ChangeVote, Entry, Project
from portfolio.models.approvals import Deciders, deciders_of, voices_of
from portfolio.wording_changes import tally_words

RECORD_TASK = "portfolio.record_change"
FIGURES = ("budget", "forecast", "benefits", "planned_finish_on", "forecast_finish_on")
"""What an approved change moves on its project, where there is something to move."""


# --- Submitting -----------------------------------------------------------------------------------------------------


@transaction.atomic
def submit_change(entry: Entry, *, by: Any, at: datetime, version: int | None = None) -> Entry:
    """Submit a draft: it takes its route, gets a day to be decided by, and those who decide are told.

    Raises ActionError where the reason or every impact is missing, the scope is over, or nobody could decide; EditConflict when
    somebody saved since `version`.
    """
    with recorded("portfolio.change.submitted"):
        row = lock_entry(entry, version=version)
        change: ChangeRequest = row.change
        refuse_ended(row)
        _check_complete(change)
        ensure_routes()
        route = route_for(change_size(row))
        make_move(row, "submit", at=at)
        change.route, change.approver = route, route.approver if route else "board"
        change.submitted_by, change.submitted_at = by, at
        found = deciders_of(row, change.approver, by)
        if not found.people:
            raise ActionError(_nobody(row))
        change.quorum = min(route.quorum if route and found.approver == route.approver else 1, len(found.people))
        row.due_on = _deadline(row.due_on, timezone.localdate(at), route.days_to_decide if route else 10)
        for vote in change.votes.all():
            vote.delete()
        save_moved(row, by=by, at=at)
        ask_deciders(row, found, at=at)
        soon(RECORD_TASK, row.pk)
    return row


def _check_complete(change: ChangeRequest) -> None:
    if not change.reason.strip():
        raise ActionError(_("Say why the change is needed: those who decide read it first."), field="reason")
    if not has_impact(change):
        raise ActionError(
            _("Say what it would change: cost, finish, benefits, scope, quality or risk. At least one of them."),
            field="cost_change",
        )


def _nobody(entry: Entry) -> str:
    if entry.is_confidential:
        return _(
            "Nobody who sees this confidential change may decide it: let somebody of the board follow it, or name another sponsor."
        )
    return _("Nobody may decide a change of this size: name a sponsor, or give somebody the role of a board member.")


def _deadline(wished: date | None, today: date, days: int) -> date:
    """The day of the route, or an earlier one that was asked for and is not over."""
    latest = today + timedelta(days=days)
    return min(wished, latest) if wished and wished >= today else latest


def change_size(entry: Entry) -> Size:
    """How big a change is, by the budget as it stands."""
    budget = entry.project.budget if entry.project else None
    return size_of(entry.change.cost_change, entry.change.finish_change, budget)


# --- Voting and deciding --------------------------------------------------------------------------------------------


def current_deciders(entry: Entry) -> Deciders:
    """Who decides a submitted change today."""
    return deciders_of(entry, entry.change.approver, entry.change.submitted_by)


def tally_of(entry: Entry, found: Deciders, votes: Iterable[tuple[int, str]] | None = None) -> Tally:
    """How the votes on a change stand: of those who may vote now. A vote stays as it was cast, but whoever has left the board
    does not decide with it any more. The quorum is never more than the people who are there to vote. One query where the votes
    (who, choice) are not given."""
    there = {person.pk for person in found.people}
    cast = entry.change.votes.values_list("user_id", "choice") if votes is None else votes
    return tally([choice for user, choice in cast if user in there], min(entry.change.quorum, max(len(there), 1)))


@transaction.atomic
def vote_change(
    entry: Entry, *, choice: str, by: Any, at: datetime, reason: str = "", voter: Any = None, version: int | None = None
) -> Entry:
    """Vote on a change that the board decides, for oneself or for `voter` who delegated; voting again changes the vote. The vote
    that completes the quorum and a majority decides.

    Raises ActionError for those who may not vote, or who vote for somebody who voted themself.
    """
    with recorded("portfolio.change.voted"):
        row, found = _waiting(entry, version)
        if not found.is_board:
            raise ActionError(_("%(person)s decides this change, without votes.") % {"person": found.people[0]})
        voter = _speaking_for(row, found, by, at, voter)
        if choice == ChangeVote.Choice.REJECT and not reason.strip():
            raise ActionError(_("Say why you are against it: it goes into the record."), field="reason")
        _write_vote(row, voter, choice, reason, by, at)
        _count(row, found, by=by, at=at)
    return row


@transaction.atomic
def record_result(entry: Entry, *, by: Any, at: datetime, version: int | None = None) -> Entry:
    """Decide by the votes as they stand: a board that has become smaller may have enough of them without another vote. For who
    may vote, or speaks for one who may.

    Raises ActionError for others, for a manager's or sponsor's decision, and while the votes are not enough.
    """
    with recorded("portfolio.change.decided"):
        row, found = _waiting(entry, version)
        _speaking_for(row, found, by, at, None)
        if not found.is_board:
            raise ActionError(_("%(person)s decides this change, without votes.") % {"person": found.people[0]})
        if not _count(row, found, by=by, at=at):
            raise ActionError(_("The votes are not enough to decide."))
    return row


def _count(row: Entry, found: Deciders, *, by: Any, at: datetime) -> bool:
    """Decide if the votes are enough; whether they were."""
    count = tally_of(row, found)
    if count.result:
        reason = _("Decided by votes: %(votes)s") % {"votes": tally_words(count)}
        _conclude(row, found, count.result, reason, by=by, at=at)
    return bool(count.result)


@transaction.atomic
def decide_change(
    entry: Entry, *, verb: str, reason: str, by: Any, at: datetime, voter: Any = None, version: int | None = None
) -> Entry:
    """Approve or reject ("approve", "reject") as the manager or sponsor whom the route names, or for `voter` who delegated.

    Raises ActionError without a reason, for those who may not decide, and for what the board decides by votes.
    """
    with recorded("portfolio.change.decided"):
        row, found = _waiting(entry, version)
        if found.is_board:
            raise ActionError(_("The board decides this change by votes."))
        voter = _speaking_for(row, found, by, at, voter)
        if not reason.strip():
            raise ActionError(_("Give a reason: it goes into the record."), field="reason")
        _write_vote(row, voter, verb, reason, by, at)
        _conclude(row, found, verb, reason.strip(), by=by, at=at)
    return row


def _waiting(entry: Entry, version: int | None) -> tuple[Entry, Deciders]:
    row = lock_entry(entry, version=version)
    if row.status != "submitted":
        words = _("%(entry)s is in the state “%(state)s” now; there is nothing to decide.")
        raise ActionError(words % {"entry": row.reference, "state": row.state.label})
    found = current_deciders(row)
    if not found.people:
        raise ActionError(_nobody(row))
    return row, found


def _speaking_for(entry: Entry, found: Deciders, by: Any, at: datetime, voter: Any) -> Any:
    if entry.change.submitted_by_id == by.pk:
        raise ActionError(_("You submitted this change: somebody else decides it."))
    voices = voices_of(by, found, on=office_day(at), submitter=entry.change.submitted_by)
    if not voices:
        raise ActionError(_("This change is not yours to decide."))
    chosen = voices[0] if voter is None else next((person for person in voices if person.pk == voter.pk), None)
    if chosen is None:
        raise ActionError(_("%(person)s did not delegate to you.") % {"person": voter}, field="voter")
    return chosen


def _write_vote(entry: Entry, voter: Any, choice: str, reason: str, by: Any, at: datetime) -> None:
    vote = ChangeVote.objects.filter(change=entry.change, user=voter).first() or ChangeVote(change=entry.change, user=voter)
    if vote.pk and vote.cast_by_id == voter.pk and by.pk != voter.pk:
        raise ActionError(_("%(person)s has voted: only they can change it.") % {"person": voter}, field="voter")
    vote.choice, vote.reason, vote.cast_by, vote.cast_at = choice, reason.strip(), by, at
    check(vote)
    vote.save()


def _conclude(row: Entry, found: Deciders, verb: str, reason: str, *, by: Any, at: datetime) -> None:
    """Write the decision down with who took it in the end, and what follows from it."""
    change: ChangeRequest = row.change
    done = "approved" if verb == "approve" else "rejected"
    told: dict[str, str] = {"action": f"portfolio.change.{done}"}
    if row.is_confidential and row.project is not None:
        # The project's history is for more readers: there a confidential change is an edit like any other.
        told = {
            "action": "portfolio.project.edited",
            "url": reverse("portfolio:project-edit", args=[row.project.reference]),
        }
    with pghistory.context(**told):
        make_move(row, verb, at=at, reason=reason)
        change.decided_by, change.decided_at, change.decision_reason = by, at, reason
        change.approver = found.approver
        change.recorded_at, change.failure = None, ""
        change.votes.exclude(user__in=[person.pk for person in found.people]).update(is_counted=False)
        if verb == "approve":
            refuse_ended(row)
            change.before, change.after = _move_figures(row, change)
            row.due_on = None  # the day to decide by: nothing is overdue once it is decided
        save_moved(row, by=by, at=at)
        tell_of_decision(row, by=by, at=at)
        soon(RECORD_TASK, row.pk)


# --- What an approved change moves ----------------------------------------------------------------------------------


def _move_figures(entry: Entry, change: ChangeRequest) -> tuple[dict[str, Any], dict[str, Any]]:
    """Move the figures of the project by the change; what they were and are. Nothing for a programme or portfolio."""
    if entry.project_id is None:
        return {}, {}
    project = lock(Project.objects.all(), entry.project_id)
    if project.currency != entry.currency:
        words = _("The project counts in %(project)s now, the change in %(change)s: take it back and state it anew.")
        raise ActionError(words % {"project": project.currency, "change": entry.currency})
    before, changes = figures_of(project), moved_figures(project, change)
    if changes:
        project = edit_project(project, changes=changes, version=project.version)
    return before, figures_of(project)


def figures_of(project: Project) -> dict[str, str | None]:
    """The figures that changes move, as text that JSON keeps."""
    found = {}
    for name in FIGURES:
        value = getattr(project, name)
        found[name] = None if value is None else value.isoformat() if isinstance(value, date) else str(Decimal(value))
    return found


def moved_figures(project: Project, change: ChangeRequest) -> dict[str, Any]:
    """The figures that a change gives a project; those that it has not are left alone. Raises ActionError below zero."""
    found: dict[str, Any] = {}
    for name, by in (
        ("budget", change.cost_change),
        ("forecast", beyond_forecast(change.cost_change, change.cost_in_forecast)),
        ("benefits", change.benefits_change),
    ):
        now = getattr(project, name)
        if by and now is not None:
            found[name] = now + by
            if found[name] < 0 <= now:
                label = Project._meta.get_field(name).verbose_name  # type: ignore[union-attr]
                raise ActionError(_("With this change, “%(figure)s” would fall below zero.") % {"figure": label})
    days = change.finish_change or 0
    for name, moved in (("planned_finish_on", days), ("forecast_finish_on", days - (change.finish_in_forecast or 0))):
        now = getattr(project, name)
        if moved and now is not None:
            try:
                found[name] = now + timedelta(days=moved)
            except OverflowError as error:
                label = Project._meta.get_field(name).verbose_name  # type: ignore[union-attr]
                raise ActionError(
                    _("With this change, “%(figure)s” would lie outside of the calendar.") % {"figure": label}
                ) from error
    return found
