"""Write the plan of an import of status updates, inside the caller's transaction."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from core.actions.locking import save
from core.imports.registry import Plan, Work
from core.imports.values import kept
from portfolio.actions.project_import.known import end_of
from portfolio.actions.project_import.write import imported_calendar, imported_period, point_projects
from portfolio.actions.status import FIELDS, decision_rows, save_draft
from portfolio.actions.status_import.plan import UpdateWrite
from portfolio.formulas.asked import Asked
from portfolio.models import AssuranceRating, ReportingPeriod, StatusDecision, StatusUpdate
from portfolio.models.status import State

_BATCH = 1_000


def apply_updates(plan: Plan, work: Work) -> dict[str, int]:
    """Write the plan: published updates, corrections, drafts, assurance ratings, the projects' forecasts. Counts of each."""
    writes: list[UpdateWrite] = plan.payload
    updates = [write for write in writes if write.writes_update]
    new = [write for write in updates if not write.is_draft and write.standing is None]
    corrections = [write for write in updates if not write.is_draft and write.standing is not None]
    drafts = [write for write in updates if write.is_draft]
    _add(new, work)
    for number, write in enumerate([*corrections, *drafts]):
        if number % 50 == 0:
            work.progress(len(new) + number, len(updates))
        _keep_draft(write, work) if write.is_draft else _correct(write, work)
    rated = [write for write in writes if write.rating]
    AssuranceRating.objects.bulk_create([_rating(write, work) for write in rated], batch_size=_BATCH)
    moved = [write for write in writes if write.follows]
    for write in moved:
        for name, value in write.follows.items():
            setattr(write.project, name, value)
        save(write.project)
    point_projects(sorted({write.project.pk for write in [*new, *corrections, *rated]}))
    return {
        "updates": len(new) + len(corrections),
        "corrected": len(corrections),
        "drafts": len(drafts),
        "ratings": len(rated),
        "forecasts": len(moved),
    }


def _add(writes: list[UpdateWrite], work: Work) -> None:
    """New published updates: known from the end of their day, at the latest from now."""
    calendars = {key: imported_calendar(key) for key in {write.series for write in writes}}
    days = {(write.series, write.day) for write in writes if write.period is None}
    periods = {(key, day): imported_period(calendars[key][1], day) for key, day in days}
    rows = []
    for write in writes:
        period = write.period or periods[write.series, write.day]
        content = {"comments": {}} | write.content
        effective = min(end_of(write.day), work.at)
        series = calendars[write.series][0]
        rows.append(_published(write, period, effective, work, series=series, facts=_facts(write), **content))
    asked = [(row, write.decisions) for row, write in zip(rows, writes, strict=True) if write.decisions]
    for row, _decisions in asked:  # decisions can be added to a draft only
        row.state = State.DRAFT
    StatusUpdate.objects.bulk_create(rows, batch_size=_BATCH)
    for row, decisions in asked:
        _ask(row, decisions)
        row.state = State.PUBLISHED
        save(row)


def _ask(row: StatusUpdate, decisions: Iterable[Asked]) -> None:
    StatusDecision.objects.bulk_create(
        StatusDecision(update=row, text=text, decider=decider, due_on=due_on) for text, decider, due_on in decisions
    )


def _published(write: UpdateWrite, period: ReportingPeriod, effective: datetime, work: Work, **values: Any) -> StatusUpdate:
    return StatusUpdate(
        project=write.project, period=period, state=State.PUBLISHED, published_at=work.at, effective_at=effective,
        source=work.source[:255], **values,
    )  # fmt: skip


def _facts(write: UpdateWrite) -> dict[str, Any]:
    """What the file knew of the project on that day: where views as of a day look (portfolio/models/asof.py)."""
    known = {"forecast_finish_on": write.content.get("forecast_finish_on"), "forecast": write.content.get("forecast_cost")}
    stored = {name: kept(value) for name, value in known.items() if value is not None}
    return {"project": stored | {"currency": write.project.currency}} if stored else {}


def _correct(write: UpdateWrite, work: Work) -> None:
    """A new version with the words and decisions of the one that stood, but for what the row says. What a file brought as history was
    known from the same day on; what was known from its publication on is corrected from now on."""
    assert write.standing is not None
    before = StatusUpdate.objects.select_related("period").get(pk=write.standing.pk)
    values = {name: getattr(before, name) for name in (*FIELDS, "computed", "computed_overall", "thresholds", "facts")}
    content = dict(write.content)
    content["comments"] = before.comments | content.get("comments", {})
    effective = work.at
    if before.source and before.effective_at and before.published_at and before.effective_at < before.published_at:
        effective = before.effective_at + timedelta(microseconds=1)
    row = _published(
        write, before.period, effective, work, series_id=before.series_id, revision=before.revision + 1, **values | content
    )
    row.state = State.DRAFT  # decisions can be added to a draft only
    row.save()
    _ask(row, decision_rows(before) if write.decisions is None else write.decisions)
    before.state = State.SUPERSEDED
    save(before)
    row.state = State.PUBLISHED
    save(row)


def _keep_draft(write: UpdateWrite, work: Work) -> None:
    """By the verb of the page."""
    held, content = write.standing, dict(write.content)
    assert write.period is not None
    if "comments" in content and held is not None:
        content["comments"] = held.comments | content["comments"]
    decisions, version = (decision_rows(held), held.version) if held is not None else ([], 0)
    decisions = decisions if write.decisions is None else write.decisions
    save_draft(
        project=write.project,
        period=write.period,
        values=content,
        decisions=decisions,
        version=version,
        by=work.user,
        at=work.at,
    )


def _rating(write: UpdateWrite, work: Work) -> AssuranceRating:
    assert write.rating is not None
    moment, rating, text = write.rating
    return AssuranceRating(project=write.project, rating=rating, comment=text, effective_at=moment, source=work.source[:255])
