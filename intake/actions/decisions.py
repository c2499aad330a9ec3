"""Decide on a request: what was decided, on what grounds, under which conditions; the letter and the record follow."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import refuse_auditor
from core.actions.locking import check, lock, save
from core.actions.mail import queue_mail
from core.actions.notifications import notify
from core.errors import ActionError
from core.history import recorded
from core.jobs import soon
from core.pdf.documents import make_document
from intake.actions.case_documents import case_basis
from intake.actions.letters import address_for, addressees
from intake.actions.moves import move_request
from intake.actions.scores import score_basis
from intake.models import AgendaItem, Condition, Decision, DecisionMeeting, RankedEntry, Request, RequestParty, Vote
from intake.models.requests import Part
from intake.models.selection import Choice, Outcome

RECORD_TASK = "intake.record_decision"
VERBS = {
    Outcome.APPROVE: "approve",
    Outcome.CONDITIONS: "approve",
    Outcome.DEFER: "defer",
    Outcome.REJECT: "reject",
    Outcome.AGAIN: "reassess",
}


@dataclass(frozen=True)
class Demand:
    """A condition to be written: what, by whom, by when."""

    text: str
    owner: Any
    due_on: date


@transaction.atomic
def decide_request(
    request: Request,
    *,
    outcome: str,
    reason: str,
    by: Any,
    at: datetime,
    until: date | None = None,
    demands: Sequence[Demand] = (),
    letter: str = "",
    item: AgendaItem | None = None,
    tell: bool = True,
) -> Decision:
    """Record the decision, freeze what it was taken on, move the request, queue the letters, ask a worker for the record.

    `tell=False` writes to nobody (history that is loaded). Raises ActionError when the decider asked for the project, the
    meeting has no quorum, conditions are missing (or there without an approval under conditions), or somebody decided before.
    """
    with recorded("intake.request.decided"):
        if by.pk == request.requester_id:
            raise ActionError(_("You asked for this project: somebody else decides."))
        _check_demands(outcome, demands)
        if item is not None:
            _check_meeting(item)
        # As it stands now, not as the page was made: what the decision keeps must be what it was taken on.
        basis = basis_of(lock(Request.objects.all(), request.pk), item)
        row = move_request(request, verb=VERBS[Outcome(outcome)], by=by, at=at, reason=reason, until=until, tell=False)
        decision = Decision(
            request=row,
            item=item,
            outcome=outcome,
            reason=reason.strip(),
            until_on=until if outcome == Outcome.DEFER else None,
            decided_by=by,
            decided_at=at,
            basis=basis,
        )
        decision.letter = letter.strip() or standard_letter(row, decision, demands)
        check(decision)
        decision.save()
        for demand in demands:
            _write_condition(decision, demand)
        if tell:
            _tell_owners(decision, demands, at)
            send_letters(decision, at=at)
        soon(RECORD_TASK, decision.pk)
    return decision


def _check_demands(outcome: str, demands: Sequence[Demand]) -> None:
    if (outcome == Outcome.CONDITIONS) == bool(demands):
        return
    raise ActionError(
        _("Conditions belong to “Approved with conditions”: choose it, or take them out.")
        if demands
        else _("Write at least one condition."),
        field="outcome",
    )


def _write_condition(decision: Decision, demand: Demand) -> None:
    """Who has to meet a condition sees from then on what it is about."""
    refuse_auditor(demand.owner, field="owner")
    condition = Condition(decision=decision, text=demand.text, owner=demand.owner, due_on=demand.due_on)
    check(condition)
    condition.save()
    RequestParty.objects.get_or_create(request=decision.request, user=demand.owner, part=Part.FOLLOWER)


def _check_meeting(item: AgendaItem) -> None:
    meeting = lock(DecisionMeeting.objects.all(), item.meeting_id)
    if meeting.closed_at:
        raise ActionError(_("The meeting is closed."))
    votes = Vote.objects.filter(item=item).exclude(choice=Choice.RECUSED).count()
    if votes < meeting.quorum:
        missing = meeting.quorum - votes
        raise ActionError(
            ngettext(
                "The quorum is not met: %(missing)d more vote is needed.",
                "The quorum is not met: %(missing)d more votes are needed.",
                missing,
            )
            % {"missing": missing}
        )


def basis_of(request: Request, item: AgendaItem | None = None) -> dict[str, Any]:
    """What stands when the decision is taken, as JSON: score, estimate, place in its rounds, votes."""
    places = RankedEntry.objects.filter(request=request, round__closed_at=None).select_related("round")
    found: dict[str, Any] = {
        "score": score_basis(request),
        "currency": request.currency,
        "estimated_cost": _text(request.estimated_cost),
        "estimated_benefit": _text(request.estimated_benefit),
        "places": [
            {
                "round": entry.round.name,
                "position": entry.position,
                "of": entry.round.entries.count(),
                "must_do": entry.must_do,
                "reason": entry.reason,
            }
            for entry in places
        ],
    }
    if case := case_basis(request):
        found["case"] = case
    if item is not None:
        votes = list(item.votes.select_related("user"))
        found["meeting"] = {
            "name": item.meeting.name,
            "held_on": item.meeting.held_on.isoformat(),
            "quorum": item.meeting.quorum,
        }
        found["votes"] = [{"name": str(vote.user), "choice": vote.choice, "comment": vote.comment} for vote in votes]
        found["count"] = dict(Counter(vote.choice for vote in votes))
    return found


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def standard_letter(request: Request, decision: Decision, demands: Sequence[Demand]) -> str:
    """The letter to the requester, when nobody writes another: the decision, why, and what comes next. Markdown-free text."""
    first = {
        Outcome.APPROVE: _("We are glad to tell you that your request was approved."),
        Outcome.CONDITIONS: _("We are glad to tell you that your request was approved, under conditions."),
        Outcome.DEFER: _("Your request was deferred until %(day)s.")
        % {"day": date_format(decision.until_on, "j M Y") if decision.until_on else "–"},
        Outcome.REJECT: _("We are sorry to tell you that your request was rejected."),
        Outcome.AGAIN: _("Your request goes back to assessment and will be brought again."),
    }[Outcome(decision.outcome)]
    after = {
        Outcome.APPROVE: _("The office will now set up the project and be in touch."),
        Outcome.CONDITIONS: _("The office will now set up the project and see to the conditions with those named."),
        Outcome.DEFER: _("You need not do anything: we will look at it again then."),
        Outcome.REJECT: _("If something important changes, you are welcome to ask again."),
        Outcome.AGAIN: _("The office will tell you if it needs anything from you."),
    }[Outcome(decision.outcome)]
    lines = [first, decision.reason]
    lines += [
        _("Condition: %(text)s (%(owner)s, by %(day)s)")
        % {"text": demand.text, "owner": demand.owner, "day": date_format(demand.due_on, "j M Y")}
        for demand in demands
    ]
    return "\n\n".join([*lines, after])


def _tell_owners(decision: Decision, demands: Sequence[Demand], at: datetime) -> None:
    url = reverse("intake:request-decision", args=[decision.request.reference])
    for number, demand in enumerate(demands):
        text = _("%(request)s was approved on a condition that you own: %(text)s") % {
            "request": decision.request.reference,
            "text": demand.text,
        }
        # Who owns a condition is told of it, whether they see the request or not.
        seen = Request.objects.visible_to(demand.owner).filter(pk=decision.request_id).exists()
        key = f"condition:{decision.pk}:{number}"
        notify(users=[demand.owner], key=key, text=text, url=url, at=at, shows=[decision.request] if seen else [])


@transaction.atomic
def meet_condition(condition: Condition, *, note: str, by: Any, at: datetime, version: int) -> Condition:
    """Say that a condition is met, and how."""
    with recorded("intake.condition.met"):
        row = lock(Condition.objects.all(), condition.pk, version=version)
        refuse_auditor(by, field="note")
        if row.met_at:
            raise ActionError(_("The condition is met already."))
        if not note.strip():
            raise ActionError(_("Say how it was met: where is the proof?"), field="note")
        row.met_at, row.met_by, row.note = at, by, note.strip()
        save(row)
    return row


def record_decision(*, decision_id: int, at: datetime) -> bool:
    """Make the record's PDF; whether there was anything to do. Doing it again changes nothing."""
    decision = Decision.objects.select_related("request__type", "decided_by", "item__meeting").get(pk=decision_id)
    if decision.recorded_at is not None:
        return False
    with translation.override(settings.LANGUAGE_CODE):
        document = make_document(
            render_to_string("intake/decisions/record.html", record_context(decision)), label=decision.request.reference
        )
    with transaction.atomic(), recorded("intake.decision.recorded"):
        row = Decision.objects.select_for_update().get(pk=decision_id)
        if row.recorded_at is not None:
            return False
        path = f"intake/decisions/{decision.request.reference}-{decision.pk}.pdf"
        row.record = default_storage.save(path, ContentFile(document.content))
        row.sha256, row.recorded_at = document.sha256, at
        row.failure = ""
        row.save(update_fields=["record", "sha256", "recorded_at", "failure"])
    return True


def fail_record(*, decision_id: int, reason: str) -> None:
    """Write down why the record could not be made; the page shows it and offers another try."""
    with recorded("intake.decision.record_failed"):
        Decision.objects.filter(pk=decision_id, recorded_at=None).update(failure=reason[:300])


def retry_record(decision: Decision) -> None:
    """Ask a worker for the record again."""
    with transaction.atomic(), recorded("intake.decision.record_retried"):
        Decision.objects.filter(pk=decision.pk, recorded_at=None).update(failure="")
        soon(RECORD_TASK, decision.pk)


def record_context(decision: Decision) -> Mapping[str, Any]:
    """What the record shows; all of it from the decision, so that it can be made again."""
    votes = [
        {"name": vote["name"], "choice": Choice(vote["choice"]).label, "comment": vote["comment"]}
        for vote in decision.basis.get("votes", [])
    ]
    return {
        "decision": decision,
        "it": decision.request,
        "conditions": decision.conditions.select_related("owner"),
        "votes": votes,
        "document_title": _("Decision on %(reference)s") % {"reference": decision.request.reference},
        "organisation_name": settings.ORGANISATION_NAME,
        "as_at": decision.decided_at,
        "paper": "A4",
        "classification": _("Confidential") if decision.request.is_confidential else "",
    }


def send_letters(decision: Decision, *, at: datetime) -> None:
    """Queue the letter to the requester and all who follow, once each."""
    request = decision.request
    for user, name, email in addressees(request):
        language = (user.language if user else "") or settings.LANGUAGE_CODE
        with translation.override(language):
            context = {
                "heading": _("“%(title)s”: %(outcome)s") % {"title": request.title, "outcome": decision.get_outcome_display()},
                "paragraphs": [part for part in decision.letter.splitlines() if part.strip()],
                "reason": _("You get this because you asked for it or follow the request %(reference)s.")
                % {"reference": request.reference},
                "action": _("See the decision"),
                "action_url": address_for(request, user, email),
            }
        queue_mail(
            key=f"decision:{decision.pk}:{user.pk if user else email}",
            template="plain",
            context=context,
            at=at,
            about=request,
            shows=[request],
            is_secret=user is None,
            **({"to": user} if user else {"address": email, "name": name, "language": language}),
        )
