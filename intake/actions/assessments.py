"""Verbs of assessments: invite reviewers, score blind, reveal together, moderate."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import refuse_auditor
from core.actions.locking import check, lock, save
from core.actions.mail import full_url, queue_mail
from core.actions.notifications import notify
from core.errors import ActionError
from core.history import recorded
from intake.actions.scores import rescore
from intake.formulas.ready_models import RICE_LEAST_EFFORT
from intake.models import (
    Assessment,
    Criterion,
    ModeratedScore,
    Request,
    RequestParty,
    Reviewer,
    ReviewScore,
    ScoringModelVersion,
)
from intake.models.assessments import Phase
from intake.models.requests import OPEN, Part
from intake.models.scoring import Kind, Method


class NotAnswered(ActionError):
    """Criteria without an answer. `problems` maps their keys to what each lacks."""

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__(" ".join(problems.values()))
        self.problems = problems


@transaction.atomic
def open_assessment(
    request: Request,
    *,
    model_version: ScoringModelVersion,
    reviewers: Collection[Any],
    due_on: date | None,
    reveals_itself: bool,
    by: Any,
    at: datetime,
) -> Assessment:
    """Have a request scored by a published version of a model; invites the reviewers."""
    with recorded("intake.assessment.opened"):
        held = lock(Request.objects.all(), request.pk)
        if held.merged_into_id or held.state not in OPEN:
            raise ActionError(
                _("A request is scored between submission and decision; this one is in the state “%(state)s”.")
                % {"state": held.get_state_display()}
            )
        if model_version.published_at is None:
            raise ActionError(_("This version of the model is not published yet."), field="model_version")
        row = Assessment(
            request=held,
            model_version=model_version,
            due_on=due_on,
            reveals_itself=reveals_itself,
            opened_by=by,
            opened_at=at,
        )
        check(row)
        row.save()
        _invite(row, reviewers, by=by, at=at)
    return row


@transaction.atomic
def invite_reviewers(assessment: Assessment, *, reviewers: Collection[Any], by: Any, at: datetime) -> int:
    """Invite more people while it is open; returns how many were new. Who withdrew and is asked again comes back."""
    with recorded("intake.reviewer.invited"):
        row = _open(assessment)
        return _invite(row, reviewers, by=by, at=at)


def _invite(row: Assessment, people: Collection[Any], *, by: Any, at: datetime) -> int:
    invited = 0
    for person in people:
        if person.pk == row.request.requester_id:
            raise ActionError(_("%(person)s asked for it, so they cannot score it.") % {"person": person}, field="reviewers")
        refuse_auditor(person, field="reviewers")
        reviewer = Reviewer.objects.select_for_update(of=["self"]).filter(assessment=row, user=person).first()
        if reviewer is None:
            reviewer = Reviewer.objects.create(assessment=row, user=person, invited_by=by, invited_at=at)
        elif reviewer.withdrawn_at is not None:
            reviewer.withdrawn_at, reviewer.withdrawn_reason, reviewer.invited_at = None, "", at
            save(reviewer)
        else:
            continue
        # So that they may see the request.
        RequestParty.objects.get_or_create(request=row.request, part=Part.REVIEWER, user=person)
        _ask(reviewer, key=f"review:{reviewer.pk}:{reviewer.version}", at=at, again=False)
        invited += 1
    return invited


@transaction.atomic
def remind_reviewers(assessment: Assessment, *, at: datetime) -> int:
    """Ask those who have not submitted once more, each at most once a day; returns how many."""
    with recorded("intake.reviewer.reminded"):
        row = _open(assessment)
        waiting = list(row.reviewers.filter(submitted_at=None, withdrawn_at=None).select_related("user"))
        for reviewer in waiting:
            _ask(reviewer, key=f"review:{reviewer.pk}:reminded:{at:%Y-%m-%d}", at=at, again=True)
    return len(waiting)


def _ask(reviewer: Reviewer, *, key: str, at: datetime, again: bool) -> None:
    """Mail and bell: please score this request."""
    row, person = reviewer.assessment, reviewer.user
    request = row.request
    path = reverse("intake:review-edit", args=[reviewer.pk])
    with translation.override(person.language or settings.LANGUAGE_CODE):
        due = _("Your scores are due on %(day)s.") % {"day": date_format(row.due_on, "j M Y")} if row.due_on else ""
        number = row.model_version.criteria.count()
        asks = ngettext(
            "%(by)s asks you to judge this request by %(count)d criterion.",
            "%(by)s asks you to judge this request by %(count)d criteria.",
            number,
        ) % {"by": reviewer.invited_by, "count": number}
        blind = _("Nobody sees your scores before all are revealed together.")
        heading = _("Please score “%(title)s”") if not again else _("Your scores are missing: “%(title)s”")
        queue_mail(
            key=key,
            template="plain",
            to=person,
            at=at,
            about=request,
            shows=[request],
            context={
                "heading": heading % {"title": request.title},
                "paragraphs": [line for line in (asks, due, blind) if line],
                "reason": _("You get this because you were invited to review the request %(reference)s.")
                % {"reference": request.reference},
                "action": _("Score it"),
                "action_url": full_url(path),
            },
        )
        text = _("Please score %(request)s") % {"request": request}
    notify(users=[person], key=key, text=text, url=path, at=at, shows=[request])


@transaction.atomic
def save_review(reviewer: Reviewer, *, answers: Mapping[str, Mapping[str, Any]], version: int | None) -> Reviewer:
    """Keep what a reviewer has so far: criterion key -> {"measure", "level", "comment"}. Raises EditConflict for a stale
    version, ActionError once it is submitted, revealed or withdrawn."""
    with recorded("intake.review.saved"):
        row = _mine(reviewer, version)
        _write_answers(row, answers)
        save(row)
    return row


@transaction.atomic
def submit_review(
    reviewer: Reviewer, *, answers: Mapping[str, Mapping[str, Any]], version: int | None, at: datetime
) -> Reviewer:
    """Hand the scores in. Every criterion needs an answer, or a comment why it cannot be judged; else NotAnswered names all
    that have none. The last submission reveals all of them where the assessment says so."""
    with recorded("intake.review.submitted"):
        assessment = _open(reviewer.assessment)
        row = _mine(reviewer, version)
        _write_answers(row, answers)
        scores = {score.criterion_id: score for score in row.scores.all()}
        missing: dict[str, str] = {
            criterion.key: _("“%(name)s” has no answer yet. If you cannot judge it, say so and why.") % {"name": criterion.name}
            for criterion in assessment.model_version.criteria.all()
            if not _is_answered(scores.get(criterion.pk))
        }
        if missing:
            raise NotAnswered(missing)
        row.submitted_at = at
        save(row)
        _reveal_if_all_in(assessment, at=at)
    return row


def _is_answered(score: ReviewScore | None) -> bool:
    return score is not None and (score.measure is not None or bool(score.comment.strip()))


@transaction.atomic
def reopen_review(reviewer: Reviewer) -> Reviewer:
    """Take back what was handed in, to change it, as long as nothing is revealed."""
    with recorded("intake.review.reopened"):
        _open(reviewer.assessment)
        row = lock(Reviewer.objects.all(), reviewer.pk)
        if row.withdrawn_at is not None:
            raise ActionError(_("You do not review this request any more."))
        row.submitted_at = None
        save(row)
    return row


@transaction.atomic
def withdraw_reviewer(reviewer: Reviewer, *, reason: str, at: datetime) -> Reviewer:
    """The reviewer steps back, or is taken out. What they scored is kept, marked, and not counted."""
    with recorded("intake.reviewer.withdrawn"):
        assessment = lock(Assessment.objects.all(), reviewer.assessment_id)
        row = lock(Reviewer.objects.all(), reviewer.pk)
        if row.withdrawn_at is not None:
            return row
        if not reason.strip():
            raise ActionError(_("Say why: it stands in the record."), field="reason")
        row.withdrawn_at, row.withdrawn_reason = at, reason.strip()
        save(row)
        others = Reviewer.objects.filter(assessment__request=assessment.request, user=row.user_id, withdrawn_at=None)
        if not others.exists():
            RequestParty.objects.filter(request=assessment.request, part=Part.REVIEWER, user=row.user_id).delete()
        if assessment.phase == Phase.OPEN:
            _reveal_if_all_in(assessment, at=at)
        else:
            rescore_model(assessment.model_version, at=at)
    return row


@transaction.atomic
def reveal_scores(assessment: Assessment, *, by: Any, at: datetime) -> Assessment:
    """Show everybody's scores at once and work out the score. Who has not submitted by then does not count."""
    with recorded("intake.assessment.revealed"):
        row = _open(assessment)
        if not row.reviewers.filter(withdrawn_at=None).exclude(submitted_at=None).exists():
            raise ActionError(_("Nobody has submitted scores yet: there is nothing to reveal."))
        return _reveal(row, by=by, at=at)


def _reveal_if_all_in(row: Assessment, *, at: datetime) -> None:
    seats = list(row.reviewers.filter(withdrawn_at=None).values_list("submitted_at", flat=True))
    if row.reveals_itself and seats and all(seats):
        _reveal(row, by=None, at=at)


def _reveal(row: Assessment, *, by: Any, at: datetime) -> Assessment:
    row.phase, row.revealed_at, row.revealed_by = Phase.REVEALED, at, by
    save(row)
    rescore_model(row.model_version, at=at)
    request = row.request
    people = {reviewer.user for reviewer in row.reviewers.filter(withdrawn_at=None).select_related("user")}
    people |= {person for person in (request.owner, row.opened_by) if person is not None}
    notify(
        users=[person for person in people if by is None or person.pk != by.pk],
        key=f"assessment:{row.pk}:revealed",
        text=_("The scores of %(request)s are revealed") % {"request": request},
        url=reverse("intake:request-scores", args=[request.reference]),
        at=at,
        shows=[request],
    )
    return row


@transaction.atomic
def moderate_score(
    assessment: Assessment, *, criterion: Criterion, measure: Decimal | None, reason: str, by: Any, at: datetime
) -> Assessment:
    """Put an agreed answer in place of the reviewers' mean, with a reason; `measure` None takes it back."""
    with recorded("intake.score.moderated"):
        row = lock(Assessment.objects.all(), assessment.pk)
        if row.phase == Phase.OPEN:
            raise ActionError(_("The scores are not revealed yet."))
        if criterion.model_version_id != row.model_version_id:
            raise ActionError(_("The criterion belongs to another version of the model."))
        if measure is None:
            row.moderated.filter(criterion=criterion).delete()
        else:
            if not reason.strip():
                raise ActionError(_("Say why: it stands beside the score."), field="reason")
            check_measure(criterion, measure)
            score = row.moderated.filter(criterion=criterion).first() or ModeratedScore(assessment=row, criterion=criterion)
            score.measure, score.reason, score.by, score.at = measure, reason.strip(), by, at
            score.save()
        row.phase, row.moderated_at = Phase.MODERATED, at
        save(row)
        rescore_model(row.model_version, at=at)
    return row


@transaction.atomic
def settle_scores(assessment: Assessment, *, at: datetime) -> Assessment:
    """Say that the scores were talked through and stand."""
    with recorded("intake.assessment.settled"):
        row = lock(Assessment.objects.all(), assessment.pk)
        if row.phase == Phase.OPEN:
            raise ActionError(_("The scores are not revealed yet."))
        row.phase, row.moderated_at = Phase.MODERATED, at
        save(row)
    return row


def rescore_model(version: ScoringModelVersion, *, at: datetime) -> None:
    """Work out all scores by this version, and by the newest one of its model where that is another: what relates to the
    other requests (means, min-max, ready models) moves with each of them."""
    rescore(version, at=at)
    newest = ScoringModelVersion.objects.filter(model=version.model_id).exclude(published_at=None).order_by("-number").first()
    if newest is not None and newest.pk != version.pk:
        rescore(newest, at=at)


def check_measure(criterion: Criterion, measure: Decimal, *, field: str = "measure") -> None:
    """Raises ActionError, for `field`, when the criterion's scale has no such answer."""
    kind = criterion.model_version.model.kind
    if criterion.method == Method.LEVELS and kind == Kind.WEIGHTED:
        if not 0 <= measure <= 10:
            raise ActionError(_("Points lie between 0 and 10."), field=field)
    elif measure < 0 and kind != Kind.WEIGHTED:
        raise ActionError(_("The number is not below zero."), field=field)
    elif kind == Kind.RICE and criterion.key == "effort" and measure < RICE_LEAST_EFFORT:
        raise ActionError(_("RICE counts an effort of at least 0.5 person-months."), field=field)


def _write_answers(row: Reviewer, answers: Mapping[str, Mapping[str, Any]]) -> None:
    criteria = {criterion.key: criterion for criterion in row.assessment.model_version.criteria.all()}
    held = {score.criterion_id: score for score in row.scores.all()}
    for key, answer in answers.items():
        criterion = criteria.get(key)
        if criterion is None:
            raise ActionError(_("The model has no criterion “%(key)s”.") % {"key": key})
        measure, level = _measure(criterion, answer)
        comment = str(answer.get("comment") or "").strip()
        score = held.get(criterion.pk)
        if score is None and measure is None and not comment:
            continue
        score = score or ReviewScore(reviewer=row, criterion=criterion)
        if (score.pk, score.measure, score.level, score.comment) != (score.pk, measure, level, comment) or score.pk is None:
            score.measure, score.level, score.comment = measure, level, comment
            score.save()


def _measure(criterion: Criterion, answer: Mapping[str, Any]) -> tuple[Decimal | None, str]:
    level = str(answer.get("level") or "")
    if level:
        found = next((one for one in criterion.levels if one["key"] == level), None)
        if found is None:
            raise ActionError(_("“%(name)s” has no such level.") % {"name": criterion.name}, field=criterion.key)
        return Decimal(str(found["measure"])).quantize(Decimal("0.0001")), level
    measure = answer.get("measure")
    if measure is None:
        return None, ""
    if criterion.levels:
        raise ActionError(_("“%(name)s” is answered by one of its levels.") % {"name": criterion.name}, field=criterion.key)
    check_measure(criterion, measure, field=criterion.key)
    return Decimal(measure).quantize(Decimal("0.0001")), ""


def _open(assessment: Assessment) -> Assessment:
    row = lock(Assessment.objects.all(), assessment.pk)
    if row.phase != Phase.OPEN:
        raise ActionError(_("The scores are revealed already: nothing can be added blind any more."))
    return row


def _mine(reviewer: Reviewer, version: int | None) -> Reviewer:
    # The assessment first: whoever reveals it holds the same lock.
    _open(reviewer.assessment)
    row = lock(Reviewer.objects.all(), reviewer.pk, version=version)
    if row.withdrawn_at is not None:
        raise ActionError(_("You do not review this request any more."))
    if row.submitted_at is not None:
        raise ActionError(_("You have submitted these scores. Take them back to change them."))
    return row
