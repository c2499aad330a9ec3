"""Write the plan of an import of register entries: in bulk, in dependency order, inside the caller's transaction."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone

from core.imports.registry import Plan, Work
from core.references import next_references
from portfolio.actions.raid import DETAILS, SETTLE
from portfolio.actions.raid_import.known import Known
from portfolio.actions.risks import LEVELS, exposure_now, settle_risk
from portfolio.models import Action, Category, Entry, EntryWatcher, RiskReading
from portfolio.registers import KINDS

_BATCH = 500
USUAL = {"threat": "reduce", "opportunity": "enhance"}
"""What a measure does about a risk, where no strategy is given: a response has one."""


@dataclass
class ResponseWrite:
    """What is done about a risk; `entry` is the action that says it so far."""

    title: str
    description: str
    entry: Entry | None = None


@dataclass
class EntryWrite:
    """What one row writes: columns of the entry, of its kind's own table, further fields."""

    entry: Entry | None
    values: dict[str, Any] = field(default_factory=dict)
    own: dict[str, Any] = field(default_factory=dict)
    custom: dict[str, Any] = field(default_factory=dict)
    category: str = ""
    """A category that is made."""
    giver_id: int | None = None
    response: ResponseWrite | None = None
    closes: bool = False
    watches: bool = False
    """Who imports follows it, else they would not see what they made confidential."""

    @property
    def changes(self) -> bool:
        """Whether an existing entry differs afterwards."""
        return bool(self.values or self.own or self.custom or self.category)


def apply_entries(kind: str, plan: Plan, work: Work) -> dict[str, int]:
    """Write everything and count it: categories, entries, responses, readings of risks."""
    writes, known, names = plan.payload
    made = {"categories": _make_categories(names, known)}
    for write in writes:
        if write.category:
            write.values["category_id"] = known.categories[write.category.casefold()]
    new = [write for write in writes if write.entry is None]
    changed = [write for write in writes if write.entry is not None and write.changes]
    made["created"] = _create(kind, new, known, work)
    work.progress(2, 5)
    made["changed"] = _change(kind, changed, known, work)
    work.progress(3, 5)
    _follow([write for write in writes if write.watches], work)
    if kind == "risk":
        made["responses"] = _respond(writes, known, work)
        work.progress(4, 5)
        made["readings"] = _keep_readings([*new, *changed], known, work.at)
    work.progress(5, 5)
    return made


def _make_categories(names: dict[str, str], known: Known) -> int:
    missing = {key: name for key, name in names.items() if key not in known.categories}
    rows = Category.objects.bulk_create([Category(name=name) for name in missing.values()])
    known.categories |= dict(zip(missing, (row.pk for row in rows), strict=True))
    return len(rows)


def _settle(kind: str, entry: Entry, known: Known, at: datetime) -> None:
    """What follows from the values, and the texts that search reads."""
    detail = entry.detail
    if kind == "risk":
        settle_risk(entry, detail, at=at, scale=known.scale)
    elif kind in SETTLE and kind != "dependency":
        SETTLE[kind](entry, detail, at)
    entry.further = "\n".join(filter(None, (str(getattr(detail, name) or "") for name in entry.register.further)))


def _create(kind: str, writes: list[EntryWrite], known: Known, work: Work) -> int:
    references = next_references(KINDS[kind].prefix, len(writes)) if writes else []
    raised = timezone.localdate(work.at)
    for write, reference in zip(writes, references, strict=True):
        entry = Entry(kind=kind, reference=reference, source=work.source[:255], raised_on=raised)
        entry.raised_by_id = work.user.pk if work.user is not None else None
        for name, value in write.values.items():
            setattr(entry, name, value)
        entry.custom = write.custom
        setattr(entry, kind, DETAILS[kind](entry=entry, **write.own))
        _settle(kind, entry, known, work.at)
        write.entry = entry
    Entry.objects.bulk_create([write.entry for write in writes if write.entry], batch_size=_BATCH)
    for write in writes:
        assert write.entry is not None
        write.entry.detail.entry_id = write.entry.pk
    DETAILS[kind].objects.bulk_create([write.entry.detail for write in writes if write.entry], batch_size=_BATCH)
    return len(writes)


def _change(kind: str, writes: list[EntryWrite], known: Known, work: Work) -> int:
    entries, details = [], []
    columns, own = {"version", "updated_at", "rank", "further"}, set()
    for write in writes:
        entry = write.entry
        assert entry is not None
        for name, value in write.values.items():
            setattr(entry, name, value)
        for name, value in write.own.items():
            setattr(entry.detail, name, value)
        if write.custom:
            merged = {**entry.custom, **write.custom}
            entry.custom = {key: value for key, value in merged.items() if value is not None}
            columns.add("custom")
        columns |= {name.removesuffix("_id") for name in write.values}
        own |= {name.removesuffix("_id") for name in write.own}
        _settle(kind, entry, known, work.at)
        entry.version += 1
        entry.updated_at = work.at
        entries.append(entry)
        if write.own:
            details.append(entry.detail)
    # One INSERT … ON CONFLICT DO UPDATE a batch: many times faster than bulk_update's CASE per row and column.
    if entries:
        Entry.objects.bulk_create(
            entries, update_conflicts=True, unique_fields=["id"], update_fields=sorted(columns), batch_size=_BATCH
        )
    if details:
        further = {"band", "impacts", *LEVELS} if kind == "risk" else set()
        DETAILS[kind].objects.bulk_create(
            details, update_conflicts=True, unique_fields=["entry"], update_fields=sorted(own | further), batch_size=_BATCH
        )
    return len(entries)


def _follow(writes: Iterable[EntryWrite], work: Work) -> None:
    rows = [EntryWatcher(entry=write.entry, user=work.user) for write in writes]
    EntryWatcher.objects.bulk_create(rows, ignore_conflicts=True, batch_size=_BATCH)


def _respond(writes: list[EntryWrite], known: Known, work: Work) -> int:
    """Add the actions that answer the risks, change the ones that a file brought, and finish those of risks that it closes."""
    today = timezone.localdate(work.at)
    wanted = [write for write in writes if write.response is not None]
    new = [write for write in wanted if write.response and write.response.entry is None]
    rows: list[Entry] = []
    for write, reference in zip(new, next_references("ACT", len(new)) if new else [], strict=True):
        risk, response = write.entry, write.response
        assert risk is not None
        assert response is not None
        closed = None if risk.is_open else risk.closed_on or today
        rows.append(
            Entry(
                kind="action", reference=reference, title=response.title, description=response.description,
                status="done" if closed else "open", is_open=not closed, closed_on=closed,
                raised_on=min(risk.raised_on, closed) if closed else risk.raised_on, source=work.source[:255],
                due_on=risk.due_on, currency=risk.currency, is_confidential=risk.is_confidential,
                **{f"{name}_id": getattr(risk, f"{name}_id") for name in ("project", "programme", "portfolio", "owner", "raised_by")},
            )
        )  # fmt: skip
    Entry.objects.bulk_create(rows, batch_size=_BATCH)
    Action.objects.bulk_create(
        [
            Action(entry=row, about=write.entry, strategy=write.entry.risk.strategy or USUAL[write.entry.risk.sign])
            for row, write in zip(rows, new, strict=True)
            if write.entry
        ],
        batch_size=_BATCH,
    )
    _follow_responses(rows, new, work)
    touched: dict[int, Entry] = {}
    for write in wanted:
        if write.response and (entry := write.response.entry) is not None:
            entry.title, entry.description = write.response.title, write.response.description
            touched[entry.pk] = entry
    for write in writes:
        if not write.closes or write.entry is None:
            continue
        for entry in known.responses.get(write.entry.pk, []):
            if entry.is_open and entry.source:
                entry.status, entry.is_open, entry.closed_on = "done", False, write.entry.closed_on
                touched[entry.pk] = entry
    for entry in touched.values():
        entry.version += 1
        entry.updated_at = work.at
    fields = ["title", "description", "status", "is_open", "closed_on", "version", "updated_at"]
    if touched:
        Entry.objects.bulk_create(
            list(touched.values()), update_conflicts=True, unique_fields=["id"], update_fields=fields, batch_size=_BATCH
        )
    return len(rows)


def _follow_responses(rows: list[Entry], writes: list[EntryWrite], work: Work) -> None:
    """Who follows a confidential risk that they brought follows its response."""
    follow = [EntryWatcher(entry=row, user=work.user) for row, write in zip(rows, writes, strict=True) if write.watches]
    EntryWatcher.objects.bulk_create(follow, ignore_conflicts=True)


def _keep_readings(writes: list[EntryWrite], known: Known, at: datetime) -> int:
    """How each risk stands now, where that differs from its last reading. One query to read, one to write a batch."""
    entries = [write.entry for write in writes if write.entry is not None]
    last = {
        row.entry_id: row
        for row in RiskReading.objects.filter(entry__in=[entry.pk for entry in entries], at__lte=at)
        .order_by("entry_id", "-at", "-pk")
        .distinct("entry_id")
    }
    rows = []
    for entry in entries:
        risk = entry.risk
        values: dict[str, Any] = {name: getattr(risk, name) for name in LEVELS}
        values |= {"probability": risk.probability, "exposure": exposure_now(risk, known.scale), "is_open": entry.is_open}
        before = last.get(entry.pk)
        if before is None or any(getattr(before, name) != value for name, value in values.items()):
            rows.append(RiskReading(entry=entry, at=at, **values))
    RiskReading.objects.bulk_create(rows, batch_size=_BATCH)
    return len(rows)
