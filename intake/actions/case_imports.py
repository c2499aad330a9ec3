"""Plan and write an import of business cases (docs/adr/0005-import.md): a row is what one line of an option amounts to in a year.

A file adds lines and years and changes what it names; it removes nothing. A row that contradicts itself or the case is refused at
the cell that is wrong. What is written goes through the verbs of the page, so that rights, limits and history are theirs.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from core.formulas.readings import FAILED, note
from core.imports.records import ReadRow
from core.imports.registry import CHANGE, CREATE, LEAVE, REFUSE, Plan, PlannedRow, Work
from intake.actions.cases import MOST_OPTIONS, Amount, LineRow, add_option, edit_case, is_open, start_case, write_lines
from intake.models import BusinessCase, CaseAmount, CaseLine, CaseOption, Request
from intake.models.cases import MOST_LINES, MOST_YEARS, LineKind

FIRST_YEAR, LAST_YEAR = 1990, 2200
YEAR = re.compile(r"(?:FY\s*)?(\d{4})(?:\.0+)?(?:\s*[/–-]\s*\d{2,4})?", re.IGNORECASE)
MayWrite = Callable[[Request], bool]


@dataclass
class Line:
    """A line as it will stand; `amounts` by year."""

    name: str
    kind: str
    is_cashable: bool = True
    group: str = ""
    amounts: dict[int, Amount] = field(default_factory=dict)
    pk: int | None = None


@dataclass
class Option:
    """An option as it will stand; `lines` by their names in small letters. `row` is None for a new one."""

    name: str
    row: CaseOption | None = None
    lines: dict[str, Line] = field(default_factory=dict)
    is_touched: bool = False


@dataclass
class Case:
    """The case of a request as it will stand: `options` by their names in small letters."""

    request: Request
    case: BusinessCase | None
    first_year: int
    last_year: int
    options: dict[str, Option] = field(default_factory=dict)
    stands_for: str = ""
    """The preferred option, else the first that does something; of a case that exists."""
    seen: dict[tuple[str, str, int], str] = field(default_factory=dict)
    """(option, line, year) -> the row of the file that said it."""


class Refused(Exception):
    """The row is not written. Carries the note that says why."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.note = note(code, **params)


def plan_cases(work: Work, may_write: MayWrite) -> Plan:
    """What will become of every row: create, change, leave, or refused with the reason at its cell."""
    plan, cases = Plan([]), _cases(work, may_write)
    for row in work.table.rows:
        planned = PlannedRow(row.place, CREATE, str(row.value("title") or ""))
        plan.rows.append(planned)
        try:
            _plan_row(row, planned, cases, work)
        except Refused as refused:
            planned.verdict, planned.differences = REFUSE, []
            planned.notes.append(refused.note)
        planned.losses = [loss.as_json() for loss in row.losses]
    if left_out := sorted({name for row in work.table.rows for name, cell in row.custom.items() if cell.has_value}):
        plan.notes.append(note("case_columns_left_out", columns=", ".join(left_out)))
    work.progress(len(plan.rows), len(plan.rows))
    plan.payload = [case for case in cases.values() if case is not None]
    return plan


def apply_cases(plan: Plan, work: Work) -> dict[str, int]:
    """Write the options that the file touches, each whole; a case that is not there yet is begun."""
    made = {"cases": 0, "options": 0, "lines": 0}
    cases: list[Case] = [case for case in plan.payload if any(option.is_touched for option in case.options.values())]
    for number, one in enumerate(cases):
        work.progress(number, len(cases))
        case, is_first = one.case, one.case is None
        if case is None:
            made["cases"] += 1
            case = _begin(one, work)
        for option in one.options.values():
            if not option.is_touched:
                continue
            row = option.row
            if row is None:
                made["options"] += 1
                row = add_option(case, values={"name": option.name, "is_preferred": is_first})
                is_first = False
            made["lines"] += len(option.lines)
            lines = [LineRow(it.name, it.kind, it.is_cashable, it.group, it.amounts, it.pk) for it in option.lines.values()]
            write_lines(row, rows=lines, version=None)
    return made


def _begin(one: Case, work: Work) -> BusinessCase:
    """A new case over the years of the file, without the options that a new case proposes, but for doing nothing."""
    case = start_case(one.request, at=localtime(work.at))
    CaseOption.objects.filter(case=case, is_do_nothing=False).delete()
    years = one.last_year - one.first_year + 1
    case = edit_case(case, changes={"base_year": one.first_year, "years": years}, version=case.version)
    nothing = CaseOption.objects.filter(case=case, is_do_nothing=True).first()
    if nothing is not None and (named := one.options.get(nothing.name.casefold())) is not None:
        named.row = nothing
    return case


# --- What exists ----------------------------------------------------------------------------------------------------


def _cases(work: Work, may_write: MayWrite) -> dict[str, Case | None]:
    """By reference: the case of every request that the file names, None where the person may not write it. Six queries, and those
    of the rights of each request."""
    wanted = {reference for row in work.table.rows if (reference := _reference(row, work))}
    rows = Request.objects.filter(reference__in=wanted).order_by("pk")
    rows = rows if work.user is None else rows.visible_to(work.user)
    if work.lock:
        rows = rows.select_for_update(of=("self",))
    requests = list(rows.defer("search"))
    found: dict[str, Case | None] = {}
    cases = {case.request_id: case for case in BusinessCase.objects.filter(request__in=requests)}
    for request in requests:
        if not may_write(request):
            continue
        case = cases.get(request.pk)
        years = [year for row in work.table.rows if _reference(row, work) == request.reference and (year := _year(row))]
        first = case.base_year if case else min(years, default=FIRST_YEAR)
        last = case.last_year if case else min(max(years, default=first), first + MOST_YEARS - 1)
        found[request.reference] = Case(request, case, first, last)
    _read_options({one.case.pk: one for one in found.values() if one is not None and one.case is not None})
    return found


def _read_options(cases: dict[int, Case]) -> None:
    options: dict[int, Option] = {}
    for row in CaseOption.objects.filter(case__in=cases):
        one = cases[row.case_id]
        one.options[row.name.casefold()] = options[row.pk] = Option(row.name, row)
        if row.is_preferred or not (row.is_do_nothing or one.stands_for):
            one.stands_for = row.name
    lines: dict[int, Line] = {}
    for each in CaseLine.objects.filter(option__in=options):
        line = lines[each.pk] = Line(each.name, each.kind, each.is_cashable, each.group, {}, each.pk)
        options[each.option_id].lines[each.name.casefold()] = line
    for amount in CaseAmount.objects.filter(line__in=lines):
        lines[amount.line_id].amounts[amount.year] = Amount(amount.likely, amount.low, amount.high)


def _reference(row: ReadRow, work: Work) -> str:
    return str(row.value("scope") or work.options.scope or "").strip().split(" ")[0].upper()


# --- One row --------------------------------------------------------------------------------------------------------


def _plan_row(row: ReadRow, planned: PlannedRow, cases: dict[str, Case | None], work: Work) -> None:
    reference = _reference(row, work)
    if not reference:
        raise Refused("case_without_request")
    case = cases.get(reference)
    if case is None:
        raise Refused("case_of_nobody", reference=reference)
    planned.reference = reference
    if not is_open(case.request):
        raise Refused("case_closed", reference=reference, state=str(case.request.get_state_display()))
    option = _option(row, case)
    year, amount = _figure(row, case, work)
    key = (option.name.casefold(), str(row.value("title") or "").strip().casefold(), year)
    if key in case.seen:
        raise Refused("amount_twice", line=case.seen[key], what=f"{row.value('title')} · {year}")
    line = _line(row, option, planned)
    planned.title = f"{option.name} · {line.name} · {year}"
    before = line.amounts.get(year)
    planned.differences += _differences(before, amount)
    planned.verdict = LEAVE if not planned.differences else CREATE if before is None else CHANGE
    case.seen[key] = row.place
    case.options.setdefault(option.name.casefold(), option)
    option.lines.setdefault(line.name.casefold(), line)
    line.amounts[year] = amount
    option.is_touched |= planned.verdict != LEAVE


def _option(row: ReadRow, case: Case) -> Option:
    """The option of this name; without a name the one that the case stands for, of a new case "The proposal"."""
    _refuse_unread(row, "option")
    name = str(row.value("option") or "").strip() or case.stands_for or str(_("The proposal"))
    found = case.options.get(name.casefold())
    if found is None and len(case.options) >= MOST_OPTIONS:
        row.refuse("option", "case_options_many", most=MOST_OPTIONS) if row.value("option") else None
        raise Refused("case_options_many", most=MOST_OPTIONS)
    return found or Option(name)


def _line(row: ReadRow, option: Option, planned: PlannedRow) -> Line:
    """The line of this name, with what the row says of it."""
    _refuse_unread(row, "title", "kind", "is_cashable", "group")
    name = str(row.value("title") or "").strip()
    if not name:
        raise Refused("case_line_missing")
    kind, cashable, group = row.value("kind"), row.value("is_cashable"), row.value("group")
    found = option.lines.get(name.casefold())
    if found is None:
        if kind is None:
            raise Refused("case_kind_missing")
        if len(option.lines) >= MOST_LINES:
            raise Refused("case_lines_many", most=MOST_LINES)
        planned.differences.append(("kind", "", str(LineKind(kind).label)))
        return Line(name, kind, True if cashable is None else bool(cashable), str(group or ""))
    if kind is not None and kind != found.kind:
        row.refuse("kind", "case_kind_other", kind=str(LineKind(found.kind).label))
        raise Refused("case_cell_wrong")
    if cashable is not None and bool(cashable) != found.is_cashable:
        planned.differences.append(("is_cashable", _yes(found.is_cashable), _yes(bool(cashable))))
        found.is_cashable = bool(cashable)
    if group is not None and str(group) != found.group:
        planned.differences.append(("group", found.group, str(group)))
        found.group = str(group)
    return found


def _figure(row: ReadRow, case: Case, work: Work) -> tuple[int, Amount]:
    """The year and its amounts, each cell checked."""
    _refuse_unread(row, "year", "low", "likely", "high", "currency")
    year = _year(row)
    if year is None:
        if row.value("year") is not None:
            row.refuse("year", "not_a_year")
            raise Refused("case_cell_wrong")
        raise Refused("case_year_missing")
    if not case.first_year <= year <= case.last_year:
        row.refuse("year", "year_outside_case", first=case.first_year, last=case.last_year)
        raise Refused("case_cell_wrong")
    low, likely, high = row.value("low"), row.value("likely"), row.value("high")
    if likely is None:
        raise Refused("case_likely_missing")
    if (low is None) != (high is None):
        row.refuse("low" if high is None else "high", "range_half")
        raise Refused("case_cell_wrong")
    if low is not None and low > likely:
        row.refuse("low", "low_above_likely")
        raise Refused("case_cell_wrong")
    if high is not None and high < likely:
        row.refuse("high", "high_below_likely")
        raise Refused("case_cell_wrong")
    _check_currency(row, case, work)
    if low == likely == high:
        low = high = None
    return year, Amount(_plain(likely), None if low is None else _plain(low), None if high is None else _plain(high))


def _check_currency(row: ReadRow, case: Case, work: Work) -> None:
    """What the column says, else the sign at an amount; without either the amounts are in the request's currency."""
    expected = case.request.currency
    said = {"currency": row.value("currency")}
    if said["currency"] is None:
        signs = {key: row.values[key].currency for key in ("likely", "low", "high") if row.value(key) is not None}
        said = {key: sign for key, sign in signs.items() if sign and sign != work.options.currency}
    for key, currency in said.items():
        if currency is not None and currency != expected:
            row.refuse(key, "currency_of_case", currency=currency, expected=expected)
            raise Refused("case_cell_wrong")


def _year(row: ReadRow) -> int | None:
    found = YEAR.fullmatch(str(row.value("year") or "").strip())
    year = int(found[1]) if found else 0
    return year if FIRST_YEAR <= year <= LAST_YEAR else None


def _refuse_unread(row: ReadRow, *keys: str) -> None:
    """A row with a cell that could not be read is not written without it."""
    if any(key in row.values and row.values[key].state == FAILED for key in keys):
        raise Refused("case_cell_wrong")


def _plain(value: Decimal) -> Decimal:
    return Decimal(value).quantize(Decimal("0.01"))


def _yes(value: bool) -> str:
    return str(_("yes")) if value else str(_("no"))


def _differences(before: Amount | None, after: Amount) -> list[tuple[str, str, str]]:
    found = []
    for name in ("low", "likely", "high"):
        old, new = getattr(before, name, None), getattr(after, name)
        if old != new:
            found.append((name, "" if old is None else str(old), "" if new is None else str(new)))
    return found
