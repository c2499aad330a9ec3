"""Plan and write an import of projects (docs/adr/0005-import.md).

The plan reads what exists in a fixed number of queries, whatever the number of rows, and writes nothing. Applying
writes what the plan holds, in bulk, inside the caller's transaction.
"""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.text import slugify

from core.formulas.mapping import words
from core.formulas.readings import FAILED, UNKNOWN, WITHHELD, note
from core.imports.records import ImportOptions, ReadRow
from core.imports.registry import ASK, CHANGE, CREATE, LEAVE, REFUSE, Plan, PlannedRow, Work
from core.imports.values import in_words, kept
from portfolio.actions.project_import.known import Known, known_for
from portfolio.actions.project_import.titles import match_title
from portfolio.actions.project_import.write import ProjectWrite, UpdateWrite, write_projects
from portfolio.models import (
    Project,
    StatusUpdate,
)

FACTS = (
    "title", "category", "tags", "purpose", "description", "phase", "tier", "is_confidential",
    "planned_start_on", "planned_finish_on", "forecast_start_on", "forecast_finish_on", "actual_start_on", "actual_finish_on",
    "currency", "budget", "forecast", "spend", "contingency", "year_label", "year_budget", "year_forecast", "benefits",
    "benefits_summary",
)  # fmt: skip
MONEY = ("budget", "forecast", "spend", "contingency", "year_budget", "year_forecast", "benefits")
NEVER_NEGATIVE = ("budget", "forecast", "spend", "contingency", "year_budget", "year_forecast")
"""Amounts below zero of these are kept as they stand, and pointed out."""
RATINGS = {"overall": "overall", "schedule": "schedule", "cost": "cost", "scope": "scope", "benefits_rating": "benefits",
           "risk": "risk", "resources": "resources"}  # fmt: skip
COMMENTS = {"schedule_comment": "schedule", "cost_comment": "cost", "benefits_comment": "benefits"}
TEXTS = ("summary", "achieved", "planned_next")
REFERENCE = re.compile(r"\s*PRJ-\d+\s*", re.IGNORECASE)


def plan_projects(work: Work) -> Plan:
    """What will become of every row: create, change, leave, a question, or refused with the reason."""
    days = sorted({day for row in work.table.rows if (day := _day(row, work.options))})
    known = known_for(work, days)
    plan = Plan([])
    makes: dict[str, dict[str, str]] = {"unit": {}, "portfolio": {}, "programme": {}, "custom": {}}
    keys = _custom_keys(work)
    seen: dict[int, str] = {}
    seen_identifiers: dict[str, str] = {}
    writes: list[ProjectWrite] = []
    for row, planned in work.rows_into(plan):
        _make_sense(row, known)
        project = _match(row, known, work.options, planned, seen, seen_identifiers)
        if planned.verdict not in (REFUSE, ASK):
            _keep_confidence(row, project, known)
            write = _write_for(row, project, known, work, keys, planned, makes)
            planned.payload = write
            writes.append(write)
    plan.made = {kind: sorted(names.values()) for kind, names in makes.items() if names}
    if len(days) > 1:
        plan.notes.append(note("several_days", count=len(days), first=days[0], last=days[-1]))
    plan.payload = (writes, known, makes, keys)
    return plan


def apply_projects(plan: Plan, work: Work) -> dict[str, int]:
    """Write the plan: units, portfolios, programmes, further fields, projects, identifiers, updates, ratings. Counts of each."""
    writes, known, makes, keys = plan.payload
    return write_projects(
        writes=writes, makes=makes, units=known.units, portfolios=known.portfolios, programmes=known.programmes,
        custom_kinds={key: (name, work.table.custom_kinds.get(name, "text")) for name, key in keys.items()},
        system=work.options.system, series=work.options.series, source=work.source, at=work.at, progress=work.progress,
    )  # fmt: skip


# --- One row --------------------------------------------------------------------------------------------------------


def _day(row: ReadRow, options: ImportOptions) -> date | None:
    return row.value("as_at") or options.as_at_day


def _make_sense(row: ReadRow, known: Known) -> None:
    """Rules across the cells of a row: one currency, percent from 0 to 100, people who exist."""
    currency = row.value("currency")
    for key in MONEY:
        reading = row.values.get(key)
        if reading is None or not reading.has_value:
            continue
        if reading.currency and currency and reading.currency != currency:
            row.refuse(key, "currency_differs", currency=reading.currency, expected=currency)
        currency = currency or reading.currency
    percent = row.value("percent_complete")
    if percent is not None and not 0 <= percent <= 100:
        row.refuse("percent_complete", "percent_out_of_range")
    for key in ("sponsor", "manager"):
        name = row.value(key)
        if name is not None and known.people.get(_person(name)) is None:
            row.refuse(key, "person_unknown", text=name)


def _keep_confidence(row: ReadRow, project: Project | None, known: Known) -> None:
    """Who may not make a project confidential or open may not do it by a file; nor may anybody hide it from everyone."""
    wanted = row.value("is_confidential")
    if wanted is None or (project is not None and wanted == project.is_confidential):
        return
    if project is not None and known.confidable is not None and project.pk not in known.confidable:
        row.refuse("is_confidential", "confide_forbidden")
        return
    named = row.value("manager") or row.value("sponsor") or (project and (project.manager_id or project.sponsor_id))
    if wanted and not named:
        row.refuse("is_confidential", "confidential_unnamed")


def _person(text: str) -> str:
    match = re.search(r"[^\s<>@]+@[^\s<>@]+", text)
    return (match[0] if match else text).casefold().strip()


def _match(
    row: ReadRow,
    known: Known,
    options: ImportOptions,
    planned: PlannedRow,
    seen: dict[int, str],
    seen_identifiers: dict[str, str],
) -> Project | None:
    """The project a row is about; sets the verdict to REFUSE or ASK where that cannot be said."""
    identifier, reference, title = row.value("external_id"), row.value("reference"), row.value("title")
    if not (identifier or reference or title):
        return _refused(planned, "row_without_name")
    if identifier:
        if identifier in seen_identifiers:
            return _refused(planned, "identifier_twice", identifier=identifier, line=seen_identifiers[identifier])
        seen_identifiers[identifier] = row.place
        if identifier in known.taken_identifiers:
            return _refused(planned, "identifier_taken", identifier=identifier)
    pk = known.by_reference.get(reference or "")
    if reference and pk is None:
        return _refused(planned, "reference_unknown", reference=reference)
    if pk is None and identifier:
        pk = known.by_identifier.get(identifier)
    if pk is None and title and REFERENCE.fullmatch(title):
        # A sheet of references and figures, taken for a list of projects, would double each of them.
        return _refused(planned, "title_is_reference", title=title)
    if pk is None and title:
        # One with another identifier of this source is another project.
        pk = match_title(
            title, planned, options, rows=known.projects, by_reference=known.by_reference, by_title=known.by_title,
            titles=known.titles, may_be=lambda one: not (identifier and one in known.identifier_of),
        )  # fmt: skip
    if pk is None:
        return None
    if pk in seen:
        return _refused(planned, "project_twice", line=seen[pk], reference=known.projects[pk].reference)
    seen[pk] = row.place
    return known.projects[pk]


def _refused(planned: PlannedRow, code: str, **params: Any) -> Project | None:
    planned.verdict = REFUSE
    planned.notes.append(note(code, **params))
    return None


def _write_for(
    row: ReadRow,
    project: Project | None,
    known: Known,
    work: Work,
    keys: Mapping[str, str],
    planned: PlannedRow,
    makes: dict[str, dict[str, str]],
) -> ProjectWrite:
    """Everything that one row writes, with the differences for the preview; sets CREATE, CHANGE or LEAVE."""
    day = _day(row, work.options)
    facts = _facts(row, work.options, day, project)
    custom = _custom(row, keys)
    links = _links(row, known, makes)
    stated = dict(facts)
    write = ProjectWrite(project=project, identifier=str(row.value("external_id") or ""))
    newer = bool(project and day and known.newest.get(project.pk, day) > day)
    if project is None:
        _complete(facts, planned, work.options)
        write.facts, write.links, write.custom = facts, links, custom
    elif newer:
        planned.reference = project.reference
        planned.notes.append(note("newer_facts", day=known.newest[project.pk]))
        planned.verdict = LEAVE
    else:
        planned.reference = project.reference
        _change(project, facts, links, custom, known, keys, write, planned)
    if project is None:
        places = [(name, "", row.value(name)) for name in ("unit", "portfolio", "programme")]
        planned.differences += [place for place in places if place[2]]
    if write.identifier and project and not known.identifier_of.get(project.pk):
        planned.differences.append(("external_id", "", write.identifier))
        planned.verdict = CHANGE
    elif project:
        write.identifier = ""
    if not newer:
        for name, key in keys.items():
            if key in custom and custom[key] not in (None, "") and key not in known.custom_keys:
                makes["custom"][key] = _label(name)
    if day:
        _history(row, project, day, stated, custom, known, write, planned)
    for key in NEVER_NEGATIVE:
        if (facts.get(key) or 0) < 0:
            planned.notes.append(note("negative_amount", field=row.columns[key].name.splitlines()[0]))
    if planned.verdict == CHANGE and not planned.differences:
        planned.verdict = LEAVE
    return write


def _complete(facts: dict[str, Any], planned: PlannedRow, options: ImportOptions) -> None:
    """What a new project needs besides what its row says: a title, a currency."""
    planned.verdict = CREATE
    if not facts.get("title"):
        facts["title"] = planned.title
        planned.notes.append(note("title_from_identifier"))
    facts.setdefault("currency", options.currency or Project._meta.get_field("currency").default)
    planned.differences = [(key, "", in_words(value)) for key, value in facts.items() if value not in (None, "", [], False)]


def _facts(row: ReadRow, options: ImportOptions, day: date | None, project: Project | None) -> dict[str, Any]:
    """The project's own fields that the row has a value for."""
    facts = {key: value for key in FACTS if (value := row.value(key)) is not None}
    if "tier" in facts:
        facts["tier"] = int(facts["tier"])
    title = facts.get("title")
    if title and len(title) > 300:
        facts["title"] = title[:299] + "…"
    currency = facts.get("currency") or next(
        (row.values[key].currency for key in MONEY if key in facts and row.values[key].currency), ""
    )
    if any(key in facts for key in MONEY):
        currency = currency or options.currency or "GBP"
        facts["currency"] = currency
        if project is not None and project.currency != currency:
            held = [key for key in MONEY if getattr(project, key) is not None]
            if any(key not in facts for key in held):
                for key in [key for key in MONEY if key in facts]:
                    row.refuse(key, "currency_differs", currency=currency, expected=project.currency)
                    del facts[key]
                del facts["currency"]
    if day and "year_label" not in facts and ("year_budget" in facts or "year_forecast" in facts):
        first = day.year if day.month >= options.fiscal_month else day.year - 1
        facts["year_label"] = str(day.year) if options.fiscal_month == 1 else f"{first}-{(first + 1) % 100:02d}"
    return facts


def _custom(row: ReadRow, keys: Mapping[str, str]) -> dict[str, Any]:
    """Values of further fields by key; the text of cells that have no value under "… (as given)", None where it is gone."""
    custom = {keys[name]: kept(reading.value) for name, reading in row.custom.items() if name in keys and reading.has_value}
    for field_key, column in row.columns.items():
        key = keys.get(f"{column.name} (as given)")
        if key:
            reading = row.values[field_key]
            custom[key] = reading.text if reading.state in (WITHHELD, UNKNOWN, FAILED) else None
    return custom


def _custom_keys(work: Work) -> dict[str, str]:
    """A key for every further field: of columns that are kept, and of texts kept as given."""
    names = list(work.table.custom_kinds)
    placed = {column.name: None for row in work.table.rows for column in row.columns.values()}
    names += [f"{name} (as given)" for name in placed]
    keys: dict[str, str] = {}
    for name in names:
        given = name.endswith(" (as given)")
        stem = slugify(" ".join(words(name.removesuffix(" (as given)"))))[:60] or "column"
        key = f"{stem}-as-given" if given else stem
        number = 2
        while key in keys.values():
            key = f"{stem}-{number}"
            number += 1
        keys[name] = key
    return keys


def _links(row: ReadRow, known: Known, makes: dict[str, dict[str, str]]) -> dict[str, str | int | None]:
    """Unit, portfolio and programme as names (made where unknown), people as ids."""
    links: dict[str, str | int | None] = {}
    for name, existing in (("unit", known.units), ("portfolio", known.portfolios), ("programme", known.programmes)):
        text = row.value(name)
        if text:
            links[name] = text
            if text.casefold() not in existing:
                makes[name].setdefault(text.casefold(), text)
    for name in ("sponsor", "manager"):
        text = row.value(name)
        if text:
            links[name] = known.people[_person(text)]
    return links


def _change(
    project: Project,
    facts: dict[str, Any],
    links: dict[str, str | int | None],
    custom: dict[str, Any],
    known: Known,
    keys: Mapping[str, str],
    write: ProjectWrite,
    planned: PlannedRow,
) -> None:
    """What differs from the project as it is."""
    planned.verdict = LEAVE
    for key, value in facts.items():
        before = getattr(project, key)
        if key == "forecast_finish_on" and before is None and value == project.planned_finish_on:
            continue  # lists show the planned finish where no forecast is kept: coming back, it is no news
        if before != value:
            write.facts[key] = value
            planned.differences.append((key, in_words(before), in_words(value)))
    for name in ("unit", "portfolio", "programme"):
        if name in links:
            text = str(links[name])
            called = known.names.get((name, getattr(project, f"{name}_id")), set())
            if text.casefold() not in called:
                write.links[name] = text
                planned.differences.append((name, min(called - {""}, default=""), text))
    for name in ("sponsor", "manager"):
        if name in links and links[name] != getattr(project, f"{name}_id"):
            write.links[name] = links[name]
            planned.differences.append((name, "…" if getattr(project, f"{name}_id") else "", str(links[name])))
    names = {key: name for name, key in keys.items()}
    for key, value in custom.items():
        before = project.custom.get(key)
        if before != value:
            write.custom[key] = value
            planned.differences.append((f"custom:{names[key]}", in_words(before), in_words(value)))
    if project.is_confidential:
        # others who run imports see the preview: what they may not see of the project stays out of it
        planned.differences = [(key, "…" if before else "", after) for key, before, after in planned.differences]
    if planned.differences:
        planned.verdict = CHANGE


def _history(
    row: ReadRow,
    project: Project | None,
    day: date,
    facts: dict[str, Any],
    custom: dict[str, Any],
    known: Known,
    write: ProjectWrite,
    planned: PlannedRow,
) -> None:
    """The update and the assurance rating of the file's day, unless they are there already."""
    content = _update_content(row, facts, custom)
    existing = known.updates.get((project.pk, day)) if project else None
    if existing is None or _differs(existing, content):
        write.update = UpdateWrite(day, content, replaces=existing)
        code = "update_added" if existing is None else "update_corrected"
        planned.notes.append(note(code, day=day))
        planned.differences.append(("status", "" if existing is None else "…", day.isoformat()))
        if planned.verdict == LEAVE:
            planned.verdict = CHANGE
    rating = row.value("assurance")
    if rating:
        present = known.ratings.get((project.pk, day)) if project else None
        if present is None or present.rating != rating:
            write.assurance = (day, rating, row.values["assurance"].text)
            write.assurance_replaces = present
            planned.differences.append(("assurance", present.rating if present else "", rating))
            if planned.verdict == LEAVE:
                planned.verdict = CHANGE


def _update_content(row: ReadRow, facts: dict[str, Any], custom: dict[str, Any]) -> dict[str, Any]:
    """The fields of the update that a row makes; nothing of it depends on what is in the database."""
    content: dict[str, Any] = {column: row.value(key) or "" for key, column in RATINGS.items()}
    content |= {key: row.value(key) or "" for key in TEXTS}
    content["comments"] = {dimension: row.value(key) for key, dimension in COMMENTS.items() if row.value(key)}
    percent = row.value("percent_complete")
    content["percent_complete"] = int(Decimal(percent).to_integral_value()) if percent is not None else None
    content["forecast_finish_on"] = row.value("forecast_finish_on") or row.value("planned_finish_on")
    content["forecast_cost"] = facts.get("forecast")
    stored = {key: kept(value) for key, value in facts.items() if key not in ("description", "purpose")}
    # "project" is where views as of a day look for what a source knew (portfolio/models/asof.py).
    content["facts"] = {"project": stored, "custom": {key: value for key, value in custom.items() if value is not None}}
    return content


def _differs(update: StatusUpdate, content: Mapping[str, Any]) -> bool:
    return any(getattr(update, key) != value for key, value in content.items())


def _label(name: str) -> str:
    """What a further field is called: its column's name on one line, without the remarks where its text is kept as given."""
    given = name.removesuffix(" (as given)")
    return " ".join(name.split())[:400] if given == name else f"{given.splitlines()[0].strip()[:380]} (as given)"
