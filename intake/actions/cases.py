"""Verbs of business cases: start, set terms, write options, lines and effort, freeze.

A case can be written until its request is ready for decision; then it stays as it was, and the frozen copy is what was
decided on. Every verb locks the request first, so that nobody writes while it is being frozen.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.actions.locking import assign, check, lock, save
from core.errors import ActionError, EditConflict
from core.history import recorded
from intake.actions.case_documents import (
    TERMS,
    WORDS,
    approved_case_of,
    document_of,
    preferred_of,
    stamp_of,
)
from intake.models import (
    ApprovedCase,
    BusinessCase,
    CaseAmount,
    CaseEffort,
    CaseLine,
    CaseOption,
    CaseRate,
    Request,
)
from intake.models.cases import MOST_LINES, LineKind
from intake.models.requests import State
from intake.wording_cases import problem_words

OPEN_STATES = (State.DRAFT, State.SUBMITTED, State.SCREENING, State.NEEDS_INFORMATION, State.ASSESSMENT)
EDITABLE = [*TERMS, *WORDS]
OPTION_FIELDS = ["name", "description", "is_do_nothing", "is_preferred"]
MOST_OPTIONS = 8
FIRST_YEAR, LAST_YEAR = 2000, 2200
"""Effort is planned by month between these years: every month between the first and the last one is worked out."""


@dataclass(frozen=True)
class Amount:
    """One year of a line; without a range low and high are None."""

    likely: Decimal
    low: Decimal | None = None
    high: Decimal | None = None


@dataclass(frozen=True)
class LineRow:
    """One row of the grid; `pk` is None for a new line."""

    name: str
    kind: str
    is_cashable: bool = True
    group: str = ""
    amounts: Mapping[int, Amount] = field(default_factory=dict)
    pk: int | None = None


@dataclass(frozen=True)
class EffortRow:
    """One role: what an hour costs (None: not said) and its hours by month (the first day)."""

    role: str
    rate: Decimal | None = None
    hours: Mapping[date, Decimal] = field(default_factory=dict)


def is_open(request: Request) -> bool:
    """Whether the case of the request may still be written. No query."""
    return request.state in OPEN_STATES and request.merged_into_id is None


def _writing(action: str, request_id: int) -> AbstractContextManager[Any]:
    """Name the action in the history; lock the request and refuse one that is ready, decided or gone."""
    context = recorded(action)
    row = lock(Request.objects.all(), request_id)
    if not is_open(row):
        raise ActionError(
            _("The request is “%(state)s”: its business case stays as it is. Move it back to assessment to change it.")
            % {"state": row.get_state_display()}
        )
    return context


@transaction.atomic
def start_case(request: Request, *, at: datetime) -> BusinessCase:
    """An empty case from this year on, with two options: do nothing, and the proposal with the request's estimates."""
    with _writing("intake.case.started", request.pk):
        if existing := BusinessCase.objects.filter(request=request).first():
            return existing
        case = BusinessCase(request=request, base_year=at.year, seed=request.pk)
        check(case)
        case.save()
        CaseOption.objects.create(case=case, name=_("Do nothing"), is_do_nothing=True, position=1)
        proposal = CaseOption.objects.create(case=case, name=_("The proposal"), is_preferred=True, position=2)
        estimates = [
            (_("Cost as estimated in the request"), LineKind.CAPITAL, request.estimated_cost, case.base_year),
            (_("Benefit as estimated in the request"), LineKind.BENEFIT, request.estimated_benefit, case.base_year + 1),
        ]
        for position, (name, kind, amount, year) in enumerate(estimates):
            if amount is not None:
                line = CaseLine.objects.create(option=proposal, name=name, kind=kind, position=position)
                CaseAmount.objects.create(line=line, year=year, likely=amount)
    return case


@transaction.atomic
def edit_case(
    case: BusinessCase, *, changes: Mapping[str, Any], version: int | None, move_figures: bool = False
) -> BusinessCase:
    """Change the terms and the words; with `move_figures` the figures move along with the first year.

    Raises EditConflict when somebody saved since `version`, ActionError when figures would fall out of the years.
    """
    with _writing("intake.case.edited", case.request_id):
        row = lock(BusinessCase.objects.all(), case.pk, version=version)
        before = row.base_year
        assign(row, changes, EDITABLE)
        if move_figures and row.base_year != before:
            _move_figures(row, row.base_year - before)
        _refuse_outside(row)
        save(row)
    return row


def _move_figures(case: BusinessCase, years: int) -> None:
    amounts = CaseAmount.objects.filter(line__option__case=case)
    for amount in amounts.order_by("-year" if years > 0 else "year"):  # so that no two meet in a year
        amount.year += years
        amount.save()


def _refuse_outside(case: BusinessCase) -> None:
    years = CaseAmount.objects.filter(line__option__case=case).values_list("year", flat=True)
    outside = sorted({year for year in years if not case.base_year <= year <= case.last_year})
    if outside:
        raise ActionError(
            _("There are figures in %(years)s, which would be left out: move or clear them first.")
            % {"years": ", ".join(map(str, outside))},
            field="years",
        )


@transaction.atomic
def add_option(case: BusinessCase, *, values: Mapping[str, Any], copy_of: CaseOption | None = None) -> CaseOption:
    """A further option, empty or with the lines and the effort of another one."""
    with _writing("intake.case.option_added", case.request_id):
        last = CaseOption.objects.filter(case=case).order_by("position").last()
        if CaseOption.objects.filter(case=case).count() >= MOST_OPTIONS:
            raise ActionError(_("A case compares at most %(most)d options.") % {"most": MOST_OPTIONS})
        option = CaseOption(case=case, position=(last.position if last else 0) + 1)
        _make_room(option, values)
        assign(option, values, OPTION_FIELDS)
        option.save()
        if copy_of is not None:
            _copy(copy_of, option)
    return option


def _copy(source: CaseOption, target: CaseOption) -> None:
    for line in source.lines.prefetch_related("amounts"):
        amounts = list(line.amounts.all())
        line.pk, line._state.adding, line.option = None, True, target
        line.save()
        for amount in amounts:
            amount.pk, amount._state.adding, amount.line = None, True, line
            amount.save()
    for effort in source.efforts.all():
        effort.pk, effort._state.adding, effort.option = None, True, target
        effort.save()


@transaction.atomic
def edit_option(option: CaseOption, *, changes: Mapping[str, Any], version: int | None) -> CaseOption:
    """Rename an option, prefer it, say that it is doing nothing. Preferring one takes the mark from the other."""
    with _writing("intake.case.option_edited", option.case.request_id):
        row = lock(CaseOption.objects.all(), option.pk, version=version)
        _make_room(row, changes)
        assign(row, changes, OPTION_FIELDS)
        save(row)
    return row


def _make_room(option: CaseOption, changes: Mapping[str, Any]) -> None:
    if changes.get("is_preferred"):
        for other in CaseOption.objects.filter(case_id=option.case_id, is_preferred=True).exclude(pk=option.pk):
            other.is_preferred = False
            save(other)


@transaction.atomic
def remove_option(option: CaseOption) -> None:
    """Remove an option with its figures; the history keeps them."""
    with _writing("intake.case.option_removed", option.case.request_id):
        lock(CaseOption.objects.all(), option.pk).delete()


@transaction.atomic
def write_lines(option: CaseOption, *, rows: Sequence[LineRow], version: int | None) -> CaseOption:
    """Make the lines of an option exactly these: what is the same is not touched, so that the history tells what changed.

    Raises EditConflict when somebody saved since `version`, ActionError for years outside the case or wrong ranges.
    """
    with _writing("intake.case.lines_written", option.case.request_id):
        row = lock(CaseOption.objects.all(), option.pk, version=version)
        case = BusinessCase.objects.get(pk=row.case_id)
        if len(rows) > MOST_LINES:
            raise ActionError(_("An option has at most %(most)d lines.") % {"most": MOST_LINES})
        existing = {line.pk: line for line in row.lines.all()}
        kept = {one.pk for one in rows if one.pk in existing}
        CaseLine.objects.filter(pk__in=existing.keys() - kept).delete()
        _free_names([one for one in rows if one.pk in kept], existing)
        for position, one in enumerate(rows):
            line = existing.get(one.pk or 0) or CaseLine(option=row)
            _set(line, name=one.name, kind=one.kind, is_cashable=one.is_cashable, group=one.group, position=position)
            _write_amounts(line, one, case)
        save(row)
    return row


def _free_names(rows: Sequence[LineRow], existing: Mapping[int, CaseLine]) -> None:
    """Two lines that swap their names would meet for a moment: the first of them steps aside."""
    taken = {line.name: pk for pk, line in existing.items()}
    for one in rows:
        other = taken.get(one.name)
        if one.pk and other not in (None, one.pk) and existing[one.pk].name != one.name:
            aside = existing[other]
            aside.name = f"{aside.name[:100]} #{aside.pk}"
            aside.save()


def _set(row: Any, **values: Any) -> None:
    """Write the row only where something differs."""
    if row.pk and all(getattr(row, name) == value for name, value in values.items()):
        return
    for name, value in values.items():
        setattr(row, name, value)
    check(row)
    row.save()


def _write_amounts(line: CaseLine, row: LineRow, case: BusinessCase) -> None:
    existing = {amount.year: amount for amount in line.amounts.all()}
    CaseAmount.objects.filter(pk__in=[amount.pk for year, amount in existing.items() if year not in row.amounts]).delete()
    for year, amount in row.amounts.items():
        if not case.base_year <= year <= case.last_year:
            raise ActionError(
                _("“%(line)s” has a figure in %(year)d, outside the years of the case.") % {"line": row.name, "year": year}
            )
        found = existing.get(year) or CaseAmount(line=line, year=year)
        low, high = amount.low, amount.high
        if low is None or high is None or low == high == amount.likely:
            low = high = None
        _set(found, low=low, likely=amount.likely, high=high)


@transaction.atomic
def write_efforts(option: CaseOption, *, rows: Sequence[EffortRow], version: int | None) -> CaseOption:
    """Make the effort of an option exactly this, and the rates of these roles (which hold for the whole case)."""
    with _writing("intake.case.effort_written", option.case.request_id):
        row = lock(CaseOption.objects.all(), option.pk, version=version)
        names = [one.role for one in rows]
        if len(set(names)) != len(names):
            raise ActionError(_("A role stands there twice."))
        if any(not FIRST_YEAR <= month.year <= LAST_YEAR for one in rows for month in one.hours):
            raise ActionError(_("Effort lies between %(first)d and %(last)d.") % {"first": FIRST_YEAR, "last": LAST_YEAR})
        existing = {(effort.role, effort.month_on): effort for effort in row.efforts.all()}
        wanted = {(one.role, month.replace(day=1)): hours for one in rows for month, hours in one.hours.items() if hours}
        CaseEffort.objects.filter(pk__in=[effort.pk for key, effort in existing.items() if key not in wanted]).delete()
        for (role, month), hours in wanted.items():
            found = existing.get((role, month)) or CaseEffort(option=row, role=role, month_on=month)
            _set(found, hours=hours)
        rates = {rate.role: rate for rate in CaseRate.objects.filter(case_id=row.case_id)}
        for one in rows:
            if one.rate is not None:
                _set(rates.get(one.role) or CaseRate(case_id=row.case_id, role=one.role), rate=one.rate)
            elif one.role in rates:
                rates[one.role].delete()
        used = set(CaseEffort.objects.filter(option__case_id=row.case_id).values_list("role", flat=True))
        CaseRate.objects.filter(case_id=row.case_id).exclude(role__in=used | set(names)).delete()
        save(row)
    return row


@dataclass(frozen=True)
class OptionRow:
    """A whole option, as it comes over the API or from a file; `pk` is None for a new one."""

    values: Mapping[str, Any]
    lines: Sequence[LineRow]
    efforts: Sequence[EffortRow] = ()
    pk: int | None = None


@transaction.atomic
def replace_case(
    request: Request, *, changes: Mapping[str, Any], options: Sequence[OptionRow], stamp: str, at: datetime
) -> BusinessCase:
    """Write the whole case at once, all or nothing; options that are not named are removed.

    `stamp` is `stamp_of` the case that the change was made from, "" for a new one. Raises EditConflict when it is another.
    """
    with _writing("intake.case.replaced", request.pk):
        case = BusinessCase.objects.select_for_update().filter(request=request).first()
        if (stamp_of(case) if case else "") != stamp:
            raise EditConflict(_("Somebody else changed the case since you read it."), current=case)
        if case is None:
            case = start_case(request, at=at)
            CaseOption.objects.filter(case=case).delete()
        assign(case, changes, EDITABLE)
        save(case)
        existing = {option.pk: option for option in CaseOption.objects.filter(case=case)}
        if strange := {one.pk for one in options if one.pk} - existing.keys():
            raise ActionError(_("Option %(key)s is not one of this case.") % {"key": min(strange)}, field="options")
        for option in existing.values():
            if option.pk not in {one.pk for one in options}:
                remove_option(option)
        for one in options:
            option = (
                edit_option(existing[one.pk], changes=one.values, version=None)
                if one.pk
                else add_option(case, values=one.values)
            )
            write_lines(option, rows=one.lines, version=None)
            write_efforts(option, rows=one.efforts, version=None)
        _refuse_outside(case)
    return case


# Freezing


def freeze_case(request: Request, *, by: Any, at: datetime) -> ApprovedCase | None:
    """Keep the case as it is put up for decision. None where the request has none (or an empty one); the last one where
    nothing changed.

    Called by the move to "ready" inside its transaction, which holds the request's lock. Raises ActionError when the case
    cannot be computed.
    """
    case = BusinessCase.objects.select_related("request").filter(request=request).first()
    if case is None:
        return None
    document = document_of(case)
    if document["problem"]:
        raise ActionError(
            _("The business case cannot be computed: %(problem)s") % {"problem": problem_words(document["problem"], document)}
        )
    option = preferred_of(document)
    if option is None or not any(line["amounts"] for line in option["lines"]):
        return None  # begun, but nothing is in it: a promise of zero would be none
    last = approved_case_of(request)
    if last is not None and last.document == document:
        return last
    figures = option["figures"]
    frozen = ApprovedCase(
        request=request,
        number=(last.number if last else 0) + 1,
        option=option["name"],
        currency=request.currency,
        cost=Decimal(figures["cost"]),
        benefit=Decimal(figures["benefit"]),
        npv=Decimal(figures["npv"]),
        last_year=option["years"][-1]["year"],
        document=document,
        frozen_at=at,
        frozen_by=by,
    )
    check(frozen)
    frozen.save()
    return frozen
