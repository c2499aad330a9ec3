"""What happens to a status update: written, submitted, returned, published, corrected (ADR 0004).

Everything about one project's updates is serialised by a lock on the project, taken before the update's.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, prefetch_related_objects
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import RoleGrant, User
from accounts.roles import roles_with
from core.actions.locking import lock, save
from core.actions.mail import full_url
from core.actions.notifications import notify
from core.actions.preferences import mail_person
from core.errors import ActionError, EditConflict
from core.history import recorded
from core.prepared import PreparedObjects
from portfolio.actions.health import Story, gather
from portfolio.actions.projects import refuse_archived
from portfolio.formulas.health import disagreements
from portfolio.models import DIMENSIONS, Membership, Project, ReportingPeriod, StatusDecision, StatusUpdate
from portfolio.models.status import State
from portfolio.wording_raid import news_sentence

RATINGS = ("overall", *DIMENSIONS)
# What a writer may set.
FIELDS = (
    *RATINGS,
    "comments",
    "reasons",
    "summary",
    "achieved",
    "planned_next",
    "percent_complete",
    "forecast_finish_on",
    "forecast_cost",
)
DecisionRow = tuple[str, str, date | None]


class StatusIncomplete(ActionError):
    """An update cannot be submitted yet. `problems` maps a form field to a sentence."""

    def __init__(self, problems: dict[str, str]) -> None:
        field, sentence = next(iter(problems.items()))
        super().__init__(sentence, field=field)
        self.problems = problems


def update_url(update: StatusUpdate, project: Project) -> str:
    """The address of the update's page."""
    return reverse("portfolio:update-detail", args=[project.reference, update.pk])


# Writing


def last_published(project: Project, period: ReportingPeriod) -> StatusUpdate | None:
    """The newest published update of the project before this period, in the period's series, with its decisions."""
    found: list[StatusUpdate] = EARLIER(project=project.pk, series=period.calendar.series_id, before=period.ends_on)
    prefetch_related_objects(found, "decisions")
    return found[0] if found else None


EARLIER = PreparedObjects(
    lambda project, series, before: (
        StatusUpdate.objects.published()
        .filter(project=project, series=series, period__ends_on__lt=before)
        .select_related("period")
        .order_by("-period__ends_on", "-revision")[:1]
    ),
    project=int,
    series=int,
    before=date,
)


def prefilled(project: Project, period: ReportingPeriod, story: Story) -> tuple[StatusUpdate, list[DecisionRow]]:
    """A first draft, not saved: ratings, comments and decisions of last time, what was planned then as achieved, facts.

    A dimension that nobody rated last time starts with its computed rating; without a comment on risk of last time it starts with
    what the registers have to tell.
    """
    last = story.last
    computed = story.computed()
    draft = StatusUpdate(project=project, period=period, series_id=period.calendar.series_id, version=0)
    for name in RATINGS:
        rag = computed[name].rag
        setattr(draft, name, (getattr(last, name) if last else "") or ("" if rag == "grey" else rag))
    draft.forecast_finish_on = project.forecast_finish_on or project.planned_finish_on
    draft.forecast_cost = project.forecast if project.forecast is not None else project.budget
    draft.comments = dict(last.comments) if last else {}
    if not draft.comments.get("risk") and (told := news_sentence(story.registers)):
        draft.comments["risk"] = told
    if last is None:
        return draft, []
    draft.achieved = last.planned_next
    draft.percent_complete = last.percent_complete
    return draft, decision_rows(last)


def decision_rows(update: StatusUpdate) -> list[DecisionRow]:
    """The decisions an update asks for, as (what, by whom, by when)."""
    return [(row.text, row.decider, row.due_on) for row in update.decisions.all()] if update.pk else []


def save_draft(
    *,
    project: Project,
    period: ReportingPeriod,
    values: Mapping[str, Any],
    decisions: Sequence[DecisionRow],
    version: int,
    by: User,
    at: datetime,
) -> StatusUpdate:
    """Keep what was typed; the first save (version 0) makes the draft. Saving the same again changes nothing.

    Raises EditConflict when somebody else saved since `version`, ActionError when the update is not open for writing.
    """
    with recorded("portfolio.status.drafted"), transaction.atomic():
        project = lock(Project.objects.all(), project.pk)
        refuse_archived(project)
        row = latest_revision(project, period)
        if row is None:
            _check_open(period, at)
            row = StatusUpdate(project=project, period=period, series_id=period.calendar.series_id, version=0)
        elif row.state not in (State.DRAFT, State.RETURNED):
            raise ActionError(_("This update has been submitted. Take it back, or correct it once it is published."))
        elif row.version != version:
            raise EditConflict(
                _("Somebody else changed this since you opened it. Compare both versions and choose."), current=row
            )
        return _store(row, values, decisions, by)


def latest_revision(project: Project, period: ReportingPeriod) -> StatusUpdate | None:
    """The update of this project and period with the highest revision, whatever its state."""
    found = LATEST(project=project.pk, period=period.pk, series=period.calendar.series_id)
    return found[0] if found else None


LATEST = PreparedObjects(
    lambda project, period, series: (
        StatusUpdate.objects.filter(project=project, period=period, series=series)
        .select_related("period__calendar")
        .order_by("-revision")[:1]
    ),
    project=int,
    period=int,
    series=int,
)


def _check_open(period: ReportingPeriod, at: datetime) -> None:
    if timezone.localdate(at) < period.opens_on:
        raise ActionError(_("The period is not open yet."))


def _store(row: StatusUpdate, values: Mapping[str, Any], decisions: Sequence[DecisionRow], by: User) -> StatusUpdate:
    changed = [name for name in FIELDS if name in values and getattr(row, name) != values[name]]
    asked_before = decision_rows(row)
    if row.pk and not changed and asked_before == list(decisions):
        return row
    for name in changed:
        setattr(row, name, values[name])
    row.written_by = by
    save(row)
    if asked_before != list(decisions):
        row.decisions.all().delete()
        StatusDecision.objects.bulk_create(
            StatusDecision(update=row, text=text, decider=decider, due_on=due_on) for text, decider, due_on in decisions
        )
    return row


def discard_draft(*, update: StatusUpdate, version: int) -> None:
    """Throw a draft away (history keeps it). Raises ActionError for one that was submitted at any time."""
    with recorded("portfolio.status.discarded"), transaction.atomic():
        _project, row = _locked(update, version=version)
        if row.state != State.DRAFT or row.submitted_at:
            raise ActionError(_("Only a draft that was never submitted can be thrown away."))
        row.delete()


# Submitting


def submit_update(*, update: StatusUpdate, version: int, by: User, at: datetime, may_correct: bool = False) -> StatusUpdate:
    """Freeze facts, thresholds and computed ratings with the update and hand it to the PMO, or publish it where its
    calendar asks for no review (a correction is reviewed unless the person `may_correct`).

    Raises StatusIncomplete with every missing field, EditConflict, or ActionError when it is not a draft.
    """
    with recorded("portfolio.status.submitted"), transaction.atomic():
        project, row = _locked(update, version=version)
        if row.state not in (State.DRAFT, State.RETURNED):
            raise ActionError(_("This update has been submitted already."))
        story = story_of(row, project, on=timezone.localdate(at))
        problems = problems_of(row, story)
        if problems:
            raise StatusIncomplete(problems)
        _freeze(row, project, story)
        row.state, row.submitted_by, row.submitted_at = State.SUBMITTED, by, at
        review = row.period.calendar.review_required or (row.revision > 1 and not may_correct)
        if review:
            save(row)
            _tell_reviewers(row, project, by=by, at=at)
        else:
            _publish(row, project, by=None, at=at)
        return row


def story_of(update: StatusUpdate, project: Project, *, on: date) -> Story:
    """The facts for this update: the project's, with the forecasts that the update itself states."""
    return gather(
        project,
        on=on,
        last=last_published(project, update.period),
        forecast_finish_on=update.forecast_finish_on,
        forecast_cost=update.forecast_cost,
    )


def problems_of(update: StatusUpdate, story: Story) -> dict[str, str]:
    """What is missing before the update can be submitted: form field -> sentence."""
    problems = {}
    if not update.overall:
        problems["overall"] = _("Choose the overall rating.")
    if not update.summary.strip():
        problems["summary"] = _("Write the executive summary: what a reader in a hurry must know.")
    declared = {name: getattr(update, name) for name in RATINGS}
    computed = {name: found.rag for name, found in story.computed().items()}
    for name, why in disagreements(declared, computed).items():
        if not str(update.reasons.get(name, "")).strip():
            problems[f"reason_{name}"] = (
                _("Say in one sentence why your rating differs from the computed one.")
                if why == "differs"
                else _("Say in one sentence why overall is better than its worst dimension.")
            )
    return problems


def _freeze(row: StatusUpdate, project: Project, story: Story) -> None:
    computed = story.computed()
    declared = {name: getattr(row, name) for name in RATINGS}
    differing = disagreements(declared, {name: found.rag for name, found in computed.items()})
    row.computed = {name: found.as_data() for name, found in computed.items()}
    row.computed_overall = computed["overall"].rag
    row.thresholds = story.thresholds.as_data() | {"tier": project.tier, "stale_after_days": story.stale_after_days}
    row.facts = story.as_data(project)
    row.reasons = {name: text.strip() for name, text in row.reasons.items() if name in differing and text.strip()}
    row.comments = {name: text.strip() for name, text in row.comments.items() if text.strip()}


def _tell_reviewers(row: StatusUpdate, project: Project, *, by: User, at: datetime) -> None:
    notify(
        users=[person for person in reviewers_of(project, timezone.localdate(at)) if person.pk != by.pk],
        key=f"status-submitted:{row.pk}:{row.version}",
        text=gettext_lazy("%(project)s: the status update for %(period)s waits for review.")
        % {"project": project.title, "period": row.period},
        url=update_url(row, project),
        at=at,
        shows=[project],
    )


def reviewers_of(project: Project, on: date) -> list[User]:
    """Who is told that an update waits: the PMO's reviewers, of a confidential project only those named on it.

    Those who review for one unit or portfolio find it in their queue.
    """
    roles = roles_with("status.review")
    named = Membership.objects.active(on).filter(project=project, role__in=roles).values("user")
    people = User.objects.filter(pk__in=named)
    if not project.is_confidential:
        people |= User.objects.filter(pk__in=RoleGrant.objects.active(on).filter(role__in=roles, unit=None).values("user"))
    return list(people.filter(is_active=True))


def withdraw_update(*, update: StatusUpdate) -> StatusUpdate:
    """Take a submitted update back before it is reviewed: a draft again."""
    with recorded("portfolio.status.withdrawn"), transaction.atomic():
        _project, row = _locked(update)
        if row.state != State.SUBMITTED:
            raise ActionError(_("Only an update that waits for review can be taken back."))
        row.state = State.DRAFT
        save(row)
        return row


# Reviewing


def publish_update(*, update: StatusUpdate, by: User, at: datetime, version: int | None = None) -> StatusUpdate:
    """Publish a submitted update: frozen from now on, the project shows it. Raises ActionError for the submitter's own, EditConflict
    when it was taken back and submitted again since `version` was read."""
    with recorded("portfolio.status.published"), transaction.atomic():
        project, row = _locked(update)
        if row.state != State.SUBMITTED:
            raise ActionError(
                _("Only a submitted update can be published. This one is: %(state)s.") % {"state": row.get_state_display()}
            )
        if row.submitted_by_id == by.pk:
            raise ActionError(_("You submitted this update, so somebody else must publish it."))
        if version is not None and row.version != version:
            raise EditConflict(_("This update was changed since you opened it. Read it again, then publish it."), current=row)
        _publish(row, project, by=by, at=at)
        return row


def publish_each(
    updates: Sequence[StatusUpdate], *, versions: Mapping[int, int], by: User, at: datetime
) -> tuple[list[StatusUpdate], list[tuple[StatusUpdate, str]]]:
    """Publish one by one, as read (`versions`: number -> version): each stands on its own. Those that were published, and those that
    were refused with the sentence why."""
    published, refused = [], []
    for update in updates:
        try:
            published.append(publish_update(update=update, by=by, at=at, version=versions.get(update.pk, -1)))
        except ActionError as error:
            refused.append((update, str(error)))
    return published, refused


def _publish(row: StatusUpdate, project: Project, *, by: User | None, at: datetime) -> None:
    earlier = StatusUpdate.objects.published().filter(project=project, series=row.series_id, period=row.period_id)
    earlier.exclude(pk=row.pk).update(state=State.SUPERSEDED, version=F("version") + 1, updated_at=at)
    row.state, row.reviewed_by, row.published_at, row.effective_at = State.PUBLISHED, by, at, at
    save(row)
    known = StatusUpdate.objects.known_at(at).filter(project=project).first()
    if known != row:
        return
    finish, cost = row.forecast_finish_on or project.forecast_finish_on, row.forecast_cost
    cost = project.forecast if cost is None else cost
    project.current_update = row
    if (finish, cost) == (project.forecast_finish_on, project.forecast):
        project.save(update_fields=["current_update"])
    else:
        project.forecast_finish_on, project.forecast = finish, cost
        save(project)


def return_update(*, update: StatusUpdate, comment: str, by: User, at: datetime) -> StatusUpdate:
    """Send a submitted update back to its writer, with what to change."""
    with recorded("portfolio.status.returned"), transaction.atomic():
        project, row = _locked(update)
        if row.state != State.SUBMITTED:
            raise ActionError(_("Only a submitted update can be returned."))
        if not comment.strip():
            raise ActionError(_("Say what should change."), field="comment")
        row.state, row.review_comment, row.reviewed_by = State.RETURNED, comment.strip(), by
        save(row)
        if row.submitted_by_id != by.pk:
            tell_returned(row, project, by=by, at=at)
        return row


def tell_returned(row: StatusUpdate, project: Project, *, by: User, at: datetime) -> None:
    """The writer hears at once: a notification and a mail."""
    url = reverse("portfolio:update-write", args=[project.reference, row.period_id])
    writer = row.submitted_by
    if writer is not None and writer.is_active:
        with translation.override(writer.language or settings.LANGUAGE_CODE):
            names = {"project": project.title, "person": by, "period": row.period}
            context = {
                "heading": _("Returned: the status update of %(project)s for %(period)s") % names,
                "paragraphs": [_("%(person)s asks for a change:") % names, row.review_comment],
                "reason": _("You get this because you submitted the update."),
                "action": _("Change and submit again"),
                "action_url": full_url(url),
            }
        mail_person(
            topic="status_returned",
            key=f"status-returned:{row.pk}:{row.version}",
            template="plain",
            context=context,
            at=at,
            to=writer,
            about=row,
            shows=[project],
        )
    notify(
        users=[row.submitted_by],
        key=f"status-returned:{row.pk}:{row.version}",
        text=gettext_lazy("%(project)s: %(person)s returned the status update for %(period)s.")
        % {"project": project.title, "person": by, "period": row.period},
        url=url,
        at=at,
        shows=[project],
    )


def correct_update(*, update: StatusUpdate, by: User) -> StatusUpdate:
    """Begin a correction of a published update: a new revision with its words, a draft until it is submitted.

    The published one stands until the correction is published. Raises ActionError when one is being written already.
    """
    with recorded("portfolio.status.correction_begun"), transaction.atomic():
        _project, row = _locked(update)
        if row.state != State.PUBLISHED:
            raise ActionError(_("Only a published update can be corrected."))
        newest = latest_revision(row.project, row.period)
        if newest != row:
            raise ActionError(_("A correction of this update is being written already."))
        draft = StatusUpdate(project=row.project, series=row.series, period=row.period, revision=row.revision + 1, version=0)
        return _store(draft, {name: getattr(row, name) for name in FIELDS}, decision_rows(row), by)


def _locked(update: StatusUpdate, *, version: int | None = None) -> tuple[Project, StatusUpdate]:
    project = lock(Project.objects.all(), update.project_id)
    refuse_archived(project)
    row = lock(StatusUpdate.objects.all(), update.pk, version=version)
    row.project = project
    return project, row
