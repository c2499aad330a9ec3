"""What will become of each row of an import of status updates (docs/adr/0005-import.md). Writes nothing.

A row is the status of a project in a period or on a day. A file publishes what was not there, keeps drafts of open periods, and corrects
what is published where its column "Correction" says so; it submits, returns and overwrites nothing.
"""

from bisect import insort
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from core.formulas.dates import DateStyle, read_date
from core.formulas.readings import FAILED, note
from core.imports.records import ReadRow
from core.imports.registry import CHANGE, CREATE, LEAVE, Plan, PlannedRow, Refused, Work, note_columns_left_out
from core.imports.values import in_words, name_key, same
from portfolio.actions.project_import.known import edited_by_hand, end_of
from portfolio.actions.project_import.plan import COMMENTS, RATINGS, TEXTS
from portfolio.actions.project_import.write import label_of_day
from portfolio.actions.status import decision_rows
from portfolio.actions.status_import.known import SERIES, Known, known_for, project_text
from portfolio.actions.status_import.spread import spread
from portfolio.formulas.asked import MOST, Asked, in_order, lines_of, read_lines
from portfolio.models import Project, ReportingPeriod, StatusUpdate
from portfolio.models.calendars import Cadence
from portfolio.models.status import State

ALL_COMMENTS = COMMENTS | {
    "overall_comment": "overall", "scope_comment": "scope", "risk_comment": "risk", "resources_comment": "resources",
}  # fmt: skip
OPEN = (State.DRAFT, State.SUBMITTED, State.RETURNED)
NEEDED = ("reference", "title", "series", "period", "as_at", "state", "is_correction")
"""A row with one of these that cannot be read is not written: it could land in the wrong place."""


@dataclass
class UpdateWrite:
    """What one row writes. `content`: the fields of the update that the row has a value for, comments by dimension among them."""

    planned: PlannedRow
    project: Project
    series: str
    period: ReportingPeriod | None
    """None: the as-at day alone."""
    day: date
    content: dict[str, Any] = field(default_factory=dict)
    standing: StatusUpdate | None = None
    """What it corrects, or the draft that it changes."""
    is_draft: bool = False
    writes_update: bool = True
    decisions: list[Asked] | None = None
    """Those that the row asks for; None where it says nothing of them, then those that stand stay."""
    rating: tuple[datetime, str, str] | None = None
    """(known from, assurance rating, its text)."""
    follows: dict[str, Any] = field(default_factory=dict)
    """The project's own forecasts, where this becomes its latest status."""

    @property
    def ends_on(self) -> date:
        """The last day of what it tells about."""
        return self.period.ends_on if self.period else self.day


def plan_updates(work: Work) -> Plan:
    """What will become of every row: create, change, leave, or refused with the reason."""
    whole, (work, read) = work, spread(work)
    plan, known = Plan([]), known_for(work)
    writes: list[UpdateWrite] = []
    for row, planned in work.rows_into(plan):
        try:
            write = _plan_row(row, planned, known, work)
        except Refused as refused:
            planned.refuse(refused)
            continue
        if planned.verdict != LEAVE:
            writes.append(write)
    _follow(writes, known)
    if read:
        plan.notes.append(note("columns_by_day", count=len(read), first=min(read.values()), last=max(read.values())))
    note_columns_left_out(plan, whole, read)
    plan.payload = writes
    return plan


# --- One row --------------------------------------------------------------------------------------------------------


def _plan_row(row: ReadRow, planned: PlannedRow, known: Known, work: Work) -> UpdateWrite:
    if any(key in row.values and row.values[key].state == FAILED for key in NEEDED):
        raise Refused("case_cell_wrong")
    project = _project(row, known)
    planned.title, planned.reference = project.title, project.reference
    series = str(row.value("series") or work.options.series)
    known_series = known.series.get(name_key(series))
    if known_series is None and name_key(series) != SERIES:
        raise Refused("series_unknown", text=series)
    write = _slot(row, planned, project, known_series, known, work)
    write.content = _content(row, project)
    write.decisions = _decisions(row, work)
    state = row.value("state") or State.PUBLISHED
    key = (project.pk, known_series.pk, write.period.pk) if known_series and write.period else None
    updates = known.updates.get(key, []) if key else []
    if state != State.SUPERSEDED:
        seen = key or (project.pk, write.series, write.day)
        if seen in known.seen:
            raise Refused("update_twice", line=known.seen[seen])
        known.seen[seen] = row.place
    if not write.content and write.decisions is None and row.value("assurance") is None:
        raise Refused("update_says_nothing")
    if state == State.PUBLISHED:
        _publish(row, write, updates, known)
    else:
        _open(write, state, updates, known)
    if state in (State.PUBLISHED, State.SUPERSEDED):
        _rate(row, write, updates, known, work)
    planned.verdict = CREATE if write.writes_update and write.standing is None else CHANGE if planned.differences else LEAVE
    if planned.verdict != LEAVE and project.archived_at:
        raise Refused("project_archived", reference=project.reference)
    return write


def _project(row: ReadRow, known: Known) -> Project:
    text = project_text(row)
    if not text:
        raise Refused("milestone_without_project")
    found = known.find_projects(text)
    if not found:
        raise Refused("project_unknown", text=text)
    if len(found) > 1:
        raise Refused("scope_ambiguous", text=text)
    return known.projects[found[0]]


def _slot(row: ReadRow, planned: PlannedRow, project: Project, series: Any, known: Known, work: Work) -> UpdateWrite:
    """The period that a row is about, by its label or its last day, else the as-at day alone."""
    label, day = str(row.value("period") or "").strip(), row.value("as_at") or work.options.as_at_day
    periods = known.periods.get((project.pk, series.pk), []) if series else []
    named = [period for period in periods if label and name_key(period.label) == name_key(label)]
    told = read_date(label, DateStyle(order=work.options.date_order)).value if label and not named else None
    ends_on = told or day
    if label and not named and ends_on is None:
        raise Refused("period_unknown", text=label, reference=project.reference)
    found = named or [period for period in periods if period.ends_on == ends_on]
    if not named and ends_on is None:
        raise Refused("update_without_day")
    if day is not None and len(found) > 1:
        found = [period for period in found if period.ends_on == day] or found
    period = found[0] if found else None
    if period is not None and day is not None and day < period.starts_on:
        raise Refused("day_before_period", day=day, period=period.label)
    known_on = day or (period.ends_on if period else ends_on)
    assert known_on is not None
    if day is None and period is not None and period.ends_on > known.today:
        known_on = known.today
        if period.opens_on > known.today:
            raise Refused("period_not_open", period=period.label, day=period.opens_on)
    if known_on > known.today:
        raise Refused("update_day_to_come", day=known_on)
    planned.title = f"{project.title} · {period.label if period else label_of_day(ends_on or known_on)}"
    key = series.key if series else SERIES
    return UpdateWrite(planned, project, key, period, known_on if period else ends_on or known_on)


def _content(row: ReadRow, project: Project) -> dict[str, Any]:
    """The fields of the update that the row has a value for."""
    percent = row.value("percent_complete")
    if percent is not None and not 0 <= percent <= 100:
        row.refuse("percent_complete", "percent_out_of_range")
    cost = row.values.get("forecast_cost")
    stated = (cost.currency if cost else "") or row.value("currency") or project.currency
    if cost is not None and cost.has_value and stated != project.currency:
        row.refuse("forecast_cost", "currency_differs", currency=stated, expected=project.currency)
    content = {column: row.value(key) for key, column in RATINGS.items()}
    content |= {key: row.value(key) for key in (*TEXTS, "forecast_finish_on", "forecast_cost")}
    percent = row.value("percent_complete")
    content["percent_complete"] = int(Decimal(percent).to_integral_value()) if percent is not None else None
    content["comments"] = {name: row.value(key) for key, name in ALL_COMMENTS.items() if row.value(key)} or None
    return {key: value for key, value in content.items() if value is not None}


def _decisions(row: ReadRow, work: Work) -> list[Asked] | None:
    """The decisions needed that the row names, each on a line of its own."""
    text = row.value("decisions")
    if text is None:
        return None
    style = DateStyle(order=work.options.date_order)
    try:
        return in_order(read_lines(text, lambda words: read_date(words, style).value))
    except ValueError as wrong:
        row.refuse("decisions", "decision_unreadable" if str(wrong) else "decisions_too_many", text=str(wrong), most=MOST)
        return None


def _decision_differences(write: UpdateWrite, update: StatusUpdate | None) -> list[tuple[str, str, str]]:
    if write.decisions is None:
        return []
    stored = lines_of(decision_rows(update)) if update else ""
    before = in_order(read_lines(stored, lambda words: read_date(words, DateStyle()).value))
    return [("decisions", lines_of(before), lines_of(write.decisions))] if before != write.decisions else []


FIELD_OF = {column: key for key, column in RATINGS.items()}
COMMENT_FIELD = {dimension: key for key, dimension in ALL_COMMENTS.items()}


def _differences(write: UpdateWrite, update: StatusUpdate | None) -> list[tuple[str, str, str]]:
    """What the row says otherwise than an update; all that it says, where there is none."""
    found = []
    for name, value in write.content.items():
        if name == "comments":
            before = update.comments if update else {}
            pairs = [(COMMENT_FIELD[dimension], before.get(dimension, ""), text) for dimension, text in value.items()]
        else:
            pairs = [(FIELD_OF.get(name, name), getattr(update, name) if update else None, value)]
        found += [(key, in_words(old), in_words(new)) for key, old, new in pairs if not same(old, new)]
    return found + _decision_differences(write, update)


def _publish(row: ReadRow, write: UpdateWrite, updates: list[StatusUpdate], known: Known) -> None:
    """A published status: new, the same as what stands, or a correction of it."""
    planned, project = write.planned, write.project
    standing = next((update for update in reversed(updates) if update.state == State.PUBLISHED), None)
    differences = _differences(write, standing)
    if standing is not None and not differences:
        write.writes_update = False
        return
    write.standing, planned.differences = standing, differences
    if not write.content and write.decisions is None:  # the assurance rating alone
        write.writes_update = False
        return
    period = write.period.label if write.period else label_of_day(write.day)
    if updates and updates[-1].state in OPEN:
        raise Refused("update_being_written", period=period, state=updates[-1].get_state_display())
    if not known.may(project, "status.review"):
        raise Refused("updates_forbidden", reference=project.reference)
    if project.pk in known.led:
        raise Refused("update_own", reference=project.reference)
    if standing is None:
        if not write.content.get("overall"):
            raise Refused("update_without_overall")
        if "forecast_cost" in write.content:
            planned.differences.append(("currency", "", project.currency))
        planned.notes.append(note("update_added", day=write.day))
        return
    if not row.value("is_correction"):
        raise Refused("update_stands", period=period)
    if not known.may(project, "status.correct"):
        raise Refused("correction_forbidden", reference=project.reference)
    planned.notes.append(note("update_corrected", day=write.day))


def _open(write: UpdateWrite, state: str, updates: list[StatusUpdate], known: Known) -> None:
    """A status that is not published: the same as what is there, or a draft that is kept."""
    planned, period, last = write.planned, write.period, updates[-1] if updates else None
    if state == State.SUPERSEDED:
        if not any(not _differences(write, update) for update in updates if update.state == state):
            raise Refused("update_superseded")
        write.writes_update = False
        return
    differences = _differences(write, last)
    if last is not None and last.state == state and not differences:
        write.writes_update = False
        return
    if state != State.DRAFT:
        raise Refused("update_moved_by_people", state=State(state).label)
    if last is not None and last.state not in (State.DRAFT, State.RETURNED):
        raise Refused("update_past_draft", period=str(last.period), state=last.get_state_display())
    if period is None or period.calendar.cadence == Cadence.IRREGULAR:
        raise Refused("draft_without_period", reference=write.project.reference)
    if period.opens_on > known.today:
        raise Refused("period_not_open", period=period.label, day=period.opens_on)
    if not known.may(write.project, "status.edit"):
        raise Refused("updates_forbidden", reference=write.project.reference)
    write.is_draft, write.standing, planned.differences = True, last, differences
    write.writes_update = bool(differences)
    planned.notes.append(note("draft_kept", period=period.label))


def _rate(row: ReadRow, write: UpdateWrite, updates: list[StatusUpdate], known: Known, work: Work) -> None:
    """The assurance rating of the day, unless it stood then, or when the update became known."""
    rating, project = row.value("assurance"), write.project
    if rating is None:
        return
    moment = min(end_of(write.day), work.at)
    moments = [moment, *(update.effective_at for update in updates if update.effective_at)]
    if rating in {known.rating_at(project.pk, each) for each in moments}:
        return
    if not known.may(project, "assurance.rate"):
        row.refuse("assurance", "assurance_forbidden", reference=project.reference)
        return
    before, held = known.rating_at(project.pk, moment), known.ratings[project.pk]
    while any(at == moment for at, _rating in held):
        moment += timedelta(microseconds=1)
    insort(held, (moment, rating))
    write.rating = (moment, rating, row.values["assurance"].text)
    write.planned.differences.append(("assurance", before, rating))


# --- The project's own forecasts ------------------------------------------------------------------------------------


def _follow(writes: list[UpdateWrite], known: Known) -> None:
    """A status that becomes the project's latest one takes its forecasts along, as publishing on the page does; unless somebody
    changed the project by hand after that day."""
    latest: dict[int, UpdateWrite] = {}
    for write in writes:
        if write.writes_update and not write.is_draft and write.series == SERIES:
            before = latest.get(write.project.pk)
            if before is None or write.ends_on > before.ends_on:
                latest[write.project.pk] = write
    standing: dict[int, date] = {}
    series = known.series.get(SERIES)
    for (project, of, _period), updates in known.updates.items():
        if series and of == series.pk and any(update.state == State.PUBLISHED for update in updates):
            standing[project] = max(standing.get(project, date.min), updates[-1].period.ends_on)
    moving = {
        pk: write
        for pk, write in latest.items()
        if write.ends_on >= standing.get(pk, date.min) and write.content.keys() & {"forecast_finish_on", "forecast_cost"}
    }
    by_hand = edited_by_hand(min(write.day for write in moving.values())) if moving else {}
    for pk, write in moving.items():
        if by_hand.get(pk, write.day) > write.day:
            continue
        for name, own in (("forecast_finish_on", "forecast_finish_on"), ("forecast_cost", "forecast")):
            value, before = write.content.get(name), getattr(write.project, own)
            if value is not None and value != before:
                write.follows[own] = value
                write.planned.differences.append((f"project_{own}", in_words(before), in_words(value)))
