"""Write the plan of an import of projects: in bulk, in dependency order, inside the caller's transaction."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Model

from accounts.models import OrganisationUnit
from core.references import next_references
from portfolio.actions.project_import.known import end_of
from portfolio.models import (
    AssuranceRating,
    CustomField,
    ExternalIdentifier,
    Portfolio,
    Programme,
    Project,
    ReportingCalendar,
    ReportingPeriod,
    StatusSeries,
    StatusUpdate,
)
from portfolio.models.calendars import Cadence

_BATCH = 1_000
_CUSTOM_KINDS = {"number": "number", "money": "money", "percent": "percent", "date": "date"}


@dataclass
class UpdateWrite:
    """An update for the file's day; `replaces` is the published one that it corrects."""

    day: date
    content: dict[str, Any]
    replaces: StatusUpdate | None = None


@dataclass
class ProjectWrite:
    """What one row writes. `links` hold names of units, portfolios and programmes, ids of people."""

    project: Project | None
    identifier: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    links: dict[str, str | int | None] = field(default_factory=dict)
    custom: dict[str, Any] = field(default_factory=dict)
    update: UpdateWrite | None = None
    assurance: tuple[date, str, str] | None = None
    assurance_replaces: AssuranceRating | None = None
    update_id: int | None = None
    assurance_id: int | None = None
    """Reserved for the rows of a new project, so that it can point to them from its first version on."""


def write_projects(
    *,
    writes: list[ProjectWrite],
    makes: Mapping[str, Mapping[str, str]],
    units: dict[str, int],
    portfolios: dict[str, int],
    programmes: dict[str, int],
    custom_kinds: Mapping[str, tuple[str, str]],
    system: str,
    series: str,
    source: str,
    at: datetime,
    progress: Callable[[int, int], None],
) -> dict[str, int]:
    """Write everything and count it. `units`, `portfolios` and `programmes` map small-letter names to ids; what is made joins them."""
    made: dict[str, int] = {}
    steps = 7
    made["units"] = _make_units(makes.get("unit", {}), units)
    made["portfolios"] = _make_named(Portfolio, "PFO", makes.get("portfolio", {}), portfolios)
    made["programmes"] = _make_named(Programme, "PRG", makes.get("programme", {}), programmes)
    made["custom_fields"] = _make_custom_fields(makes.get("custom", {}), custom_kinds)
    progress(1, steps)
    targets = {"unit": units, "portfolio": portfolios, "programme": programmes}
    made["created"] = _create(writes, targets, series)
    progress(3, steps)
    made["changed"] = _change(writes, targets, at)
    progress(4, steps)
    made["identifiers"] = _identify(writes, system)
    made["updates"], made["corrected"] = _add_updates(writes, series, source, at)
    progress(6, steps)
    made["ratings"] = _add_ratings(writes, source)
    _point(writes)
    progress(steps, steps)
    return made


def _make_units(names: Mapping[str, str], units: dict[str, int]) -> int:
    missing = {key: name for key, name in names.items() if key not in units}
    rows = OrganisationUnit.objects.bulk_create(
        [OrganisationUnit(name=name, code=name if len(name) <= 12 and name.isupper() else "") for name in missing.values()]
    )
    units.update(zip(missing, (row.pk for row in rows), strict=True))
    return len(rows)


def _make_named(model: Any, prefix: str, names: Mapping[str, str], known: dict[str, int]) -> int:
    missing = {key: name for key, name in names.items() if key not in known}
    if not missing:
        return 0
    references = next_references(prefix, len(missing))
    rows = model.objects.bulk_create(
        [model(reference=reference, name=name) for reference, name in zip(references, missing.values(), strict=True)]
    )
    known.update(zip(missing, (row.pk for row in rows), strict=True))
    return len(rows)


def _make_custom_fields(names: Mapping[str, str], kinds: Mapping[str, tuple[str, str]]) -> int:
    rows = [
        CustomField(key=key, label=name[:400], kind=_CUSTOM_KINDS.get(kinds[key][1], "text")) for key, name in names.items()
    ]
    CustomField.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def _set(project: Project, write: ProjectWrite, targets: Mapping[str, Mapping[str, int]]) -> None:
    for key, value in write.facts.items():
        setattr(project, key, value)
    for name, target in write.links.items():
        setattr(project, f"{name}_id", targets[name][str(target).casefold()] if name in targets else target)
    if write.custom:
        merged = {**project.custom, **write.custom}
        project.custom = {key: value for key, value in merged.items() if value is not None}


def _create(writes: list[ProjectWrite], targets: Mapping[str, Mapping[str, int]], series: str) -> int:
    new = [write for write in writes if write.project is None]
    if not new:
        return 0
    with_update = [write for write in new if write.update]
    with_rating = [write for write in new if write.assurance]
    for write, pk in zip(with_update, _reserved(StatusUpdate, len(with_update)), strict=True):
        write.update_id = pk
    for write, pk in zip(with_rating, _reserved(AssuranceRating, len(with_rating)), strict=True):
        write.assurance_id = pk
    for write, reference in zip(new, next_references("PRJ", len(new)), strict=True):
        # the foreign keys are checked when the transaction ends, when both rows are there
        pointed = write.update_id if series == "main" else None
        write.project = Project(reference=reference, current_update_id=pointed, current_assurance_id=write.assurance_id)
        _set(write.project, write, targets)
        write.facts, write.links, write.custom = {}, {}, {}
    Project.objects.bulk_create([write.project for write in new if write.project], batch_size=_BATCH)
    return len(new)


def _reserved(model: type[Model], count: int) -> list[int]:
    """Primary keys for rows that are written later in the transaction. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [model._meta.db_table, count]
        )
        return [row[0] for row in cursor.fetchall()]


def _change(writes: list[ProjectWrite], targets: Mapping[str, Mapping[str, int]], at: datetime) -> int:
    changed: list[Project] = []
    touched: set[str] = {"version", "updated_at"}
    for write in writes:
        project = write.project
        if project is None or not (write.facts or write.links or write.custom):
            continue
        _set(project, write, targets)
        project.version += 1
        project.updated_at = at
        touched |= set(write.facts) | {f"{name}_id" for name in write.links} | ({"custom"} if write.custom else set())
        changed.append(project)
    if changed:
        fields = sorted({name.removesuffix("_id") for name in touched})
        # one INSERT … ON CONFLICT DO UPDATE a batch: many times faster than bulk_update's CASE per row and column
        Project.objects.bulk_create(
            changed, update_conflicts=True, unique_fields=["id"], update_fields=fields, batch_size=_BATCH
        )
    return len(changed)


def _identify(writes: list[ProjectWrite], system: str) -> int:
    rows = [
        ExternalIdentifier(project=write.project, system=system, value=write.identifier) for write in writes if write.identifier
    ]
    ExternalIdentifier.objects.bulk_create(rows, batch_size=_BATCH)
    return len(rows)


def _add_updates(writes: list[ProjectWrite], series_key: str, source: str, at: datetime) -> tuple[int, int]:
    wanted = [write for write in writes if write.update]
    if not wanted:
        return 0, 0
    series, calendar = imported_calendar(series_key)
    periods = {day: imported_period(calendar, day) for day in {write.update.day for write in wanted if write.update}}
    old = [write.update.replaces for write in wanted if write.update and write.update.replaces]
    StatusUpdate.objects.filter(pk__in=[update.pk for update in old]).update(state="superseded")
    rows = []
    for write in wanted:
        if write.update is None:
            continue
        replaced = write.update.replaces
        effective = end_of(write.update.day)
        rows.append(
            StatusUpdate(
                pk=write.update_id,
                project=write.project,
                series=series,
                period=periods[write.update.day],
                revision=replaced.revision + 1 if replaced else 1,
                state="published",
                published_at=at,
                effective_at=(replaced.effective_at or effective) + timedelta(microseconds=1) if replaced else effective,
                source=source,
                **write.update.content,
            )
        )
    StatusUpdate.objects.bulk_create(rows, batch_size=_BATCH)
    return len(rows), len(old)


def imported_calendar(series_key: str) -> tuple[StatusSeries, ReportingCalendar]:
    """The series, and its calendar whose periods are the as-at days of files; made where they are missing."""
    series, _made = StatusSeries.objects.get_or_create(key=series_key, defaults={"name": series_key.capitalize()})
    calendar, _made = ReportingCalendar.objects.get_or_create(
        name="Imported" if series_key == "main" else f"Imported: {series_key}",
        defaults={"series": series, "cadence": Cadence.IRREGULAR, "is_active": False, "review_required": False},
    )
    return series, calendar


def label_of_day(day: date) -> str:
    """What a period that is one day is called: "31 Mar 2024"."""
    return f"{day.day} {day:%b %Y}"


def imported_period(calendar: ReportingCalendar, day: date) -> ReportingPeriod:
    """The period that is this day alone."""
    label = label_of_day(day)
    period, _made = ReportingPeriod.objects.get_or_create(
        calendar=calendar, starts_on=day, ends_on=day, defaults={"label": label, "opens_on": day, "due_on": day}
    )
    return period


def _add_ratings(writes: list[ProjectWrite], source: str) -> int:
    rows = []
    for write in writes:
        if write.assurance:
            day, rating, text = write.assurance
            before = write.assurance_replaces
            effective = before.effective_at + timedelta(microseconds=1) if before else end_of(day)
            rows.append(
                AssuranceRating(
                    pk=write.assurance_id,
                    project=write.project,
                    rating=rating,
                    comment=text,
                    effective_at=effective,
                    source=source,
                )
            )
    AssuranceRating.objects.bulk_create(rows, batch_size=_BATCH)
    return len(rows)


def _point(writes: list[ProjectWrite]) -> None:
    ids = [
        write.project.pk
        for write in writes
        if write.project and ((write.update and not write.update_id) or (write.assurance and not write.assurance_id))
    ]
    point_projects(ids)


def point_projects(ids: list[int]) -> None:
    """Move the projects' pointers to what is now the latest published update and the latest rating. One query."""
    if not ids:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE portfolio_project p SET current_update_id = u.update_id, current_assurance_id = a.rating_id
            FROM unnest(%(ids)s::bigint[]) AS wanted(id)
            LEFT JOIN LATERAL (
                SELECT s.id AS update_id FROM portfolio_statusupdate s JOIN portfolio_statusseries t ON t.id = s.series_id
                JOIN portfolio_reportingperiod d ON d.id = s.period_id
                WHERE s.project_id = wanted.id AND s.state = 'published' AND t.key = 'main'
                ORDER BY d.ends_on DESC, s.revision DESC, s.effective_at DESC, s.id DESC LIMIT 1) u ON true
            LEFT JOIN LATERAL (
                SELECT r.id AS rating_id FROM portfolio_assurancerating r WHERE r.project_id = wanted.id
                ORDER BY r.effective_at DESC, r.id DESC LIMIT 1) a ON true
            WHERE p.id = wanted.id
              AND (p.current_update_id IS DISTINCT FROM u.update_id OR p.current_assurance_id IS DISTINCT FROM a.rating_id)
            """,
            {"ids": ids},
        )
