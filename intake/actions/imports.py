"""Plan and write an import of requests (docs/adr/0005-import.md): the same promises as for projects.

The plan reads what exists in a fixed number of queries, whatever the number of rows, and writes nothing. A file adds requests
and changes what they say; it moves none: a request goes from state to state by people, with their reasons.
"""

import re
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import OrganisationUnit, User
from core.formulas.readings import note
from core.imports.records import ReadRow
from core.imports.registry import ASK, CHANGE, CREATE, LEAVE, REFUSE, Plan, PlannedRow, Work
from core.imports.values import further_values, in_words
from core.references import next_references
from intake.actions.requests import UNDECIDED, case_has_amounts
from intake.models import FormVersion, Request, RequestMove
from intake.models.requests import Help, State, request_reference
from portfolio.actions.project_import.titles import match_title
from portfolio.formulas.titles import TitleIndex, title_key

FACTS = (
    "title", "purpose", "need", "helps", "helps_how", "needed_by_on", "currency", "estimated_cost", "estimated_benefit", "tags",
    "requester_name", "requester_email",
)  # fmt: skip
MONEY = ("estimated_cost", "estimated_benefit")
IDENTIFIER = "external_id"
"""Where `Request.custom` keeps what the source calls the request, behind the source's name."""
NEW_STATES = (State.SUBMITTED, State.SCREENING, State.ASSESSMENT, State.READY, State.REJECTED, State.WITHDRAWN)
"""The states in which a file can bring a request in. A draft is one person's own; a decision is taken here, with its reasons."""
_BATCH = 500


@dataclass
class RequestWrite:
    """What one row writes."""

    row: Request | None
    facts: dict[str, Any] = field(default_factory=dict)
    links: dict[str, int | None] = field(default_factory=dict)
    custom: dict[str, Any] = field(default_factory=dict)
    state: str = State.SUBMITTED
    submitted_at: datetime | None = None
    form: FormVersion | None = None


@dataclass
class Known:
    """What is in the database, as far as a plan needs it."""

    requests: dict[int, Request]
    by_reference: dict[str, int] = field(default_factory=dict)
    by_identifier: dict[str, int] = field(default_factory=dict)
    by_title: dict[str, list[int]] = field(default_factory=dict)
    titles: TitleIndex = field(default_factory=lambda: TitleIndex({}))
    forms: dict[str, FormVersion] = field(default_factory=dict)
    """The published form of each type by the type's name in small letters; "" is the first type's."""
    units: dict[str, int] = field(default_factory=dict)
    people: dict[str, int | None] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)
    accounts: dict[int, tuple[str, str]] = field(default_factory=dict)
    """Name and e-mail address of each account."""


def plan_requests(work: Work) -> Plan:
    """What will become of every row: create, change, leave, a question, or refused with the reason."""
    known = _known(work)
    plan = Plan([])
    seen: dict[int, str] = {}
    writes: list[RequestWrite] = []
    for row, planned in work.rows_into(plan):
        _make_sense(row, known)
        found = _match(row, known, work, planned, seen)
        if planned.verdict not in (REFUSE, ASK):
            writes.append(_write_for(row, found, known, work, planned))
    plan.payload = writes
    return plan


def apply_requests(plan: Plan, work: Work) -> dict[str, int]:
    """Write the plan: new requests with the move that says where they came from, and changes."""
    writes: list[RequestWrite] = plan.payload
    new = [write for write in writes if write.row is None]
    rows = [
        _new(write, reference, work)
        for write, reference in zip(new, next_references("PRJ", len(new)) if new else [], strict=True)
    ]
    Request.objects.bulk_create(rows, batch_size=_BATCH)
    reason = _("Imported from %(source)s") % {"source": work.source}
    RequestMove.objects.bulk_create(
        [RequestMove(request=row, to_state=row.state, reason=reason, by=work.user, at=row.moved_at) for row in rows],
        batch_size=_BATCH,
    )
    work.progress(1, 2)
    changed = [write for write in writes if write.row is not None and (write.facts or write.links or write.custom)]
    for write in changed:
        assert write.row is not None
        _set(write.row, write)
        write.row.version += 1
        write.row.updated_at = work.at
    if changed:
        fields = [*FACTS, "unit", "sponsor", "owner", "custom", "version", "updated_at"]
        Request.objects.bulk_update([write.row for write in changed if write.row], fields, batch_size=_BATCH)
    work.progress(2, 2)
    return {"created": len(new), "changed": len(changed)}


def _new(write: RequestWrite, reference: str, work: Work) -> Request:
    assert write.form is not None
    moved = write.submitted_at or work.at
    row = Request(
        reference=request_reference(reference),
        type=write.form.type,
        form_version=write.form,
        state=write.state,
        moved_at=moved,
        submitted_at=moved,
        source=work.source[:255],
    )
    _set(row, write)
    return row


def _set(row: Request, write: RequestWrite) -> None:
    for key, value in write.facts.items():
        setattr(row, key, value)
    for name, pk in write.links.items():
        setattr(row, f"{name}_id", pk)
    if write.custom:
        merged = {**row.custom, **write.custom}
        row.custom = {key: value for key, value in merged.items() if value is not None}


# --- What exists ----------------------------------------------------------------------------------------------------


def _known(work: Work) -> Known:
    """Four queries, whatever the number of rows."""
    rows = Request.objects.order_by("pk").active()
    if work.user is not None:
        rows = rows.allowed(work.user, "request.edit")
    if work.lock:
        rows = rows.select_for_update(of=("self",))
    known = Known({row.pk: row for row in rows.defer("search")})
    for pk, row in known.requests.items():
        known.by_reference[row.reference] = pk
        known.by_title.setdefault(title_key(row.title), []).append(pk)
        if identifier := row.custom.get(_identifier_key(work)):
            known.by_identifier[str(identifier)] = pk
    known.titles = TitleIndex({pk: row.title for pk, row in known.requests.items()})
    forms = FormVersion.objects.exclude(published_at=None).filter(type__is_active=True).select_related("type")
    for form in forms.order_by("-type__position", "-type__name", "number"):
        known.forms[form.type.name.casefold()] = known.forms[""] = form
    for pk, name, code in OrganisationUnit.objects.order_by("-pk").values_list("pk", "name", "code"):
        known.names[pk] = name
        for text in (code, name):
            if text:
                known.units[text.casefold()] = pk
    for pk, name, email in User.objects.filter(is_active=True).values_list("pk", "name", "email"):
        known.accounts[pk] = (name or email, email)
        known.people[email.casefold()] = pk
        known.people[name.casefold()] = None if name.casefold() in known.people else pk
    return known


def _identifier_key(work: Work) -> str:
    return f"{work.options.system} {IDENTIFIER}".strip()


# --- One row --------------------------------------------------------------------------------------------------------


def _make_sense(row: ReadRow, known: Known) -> None:
    """Types, units and people that exist; states that a file can bring a request in; ways of helping that we know."""
    for key in ("sponsor", "owner"):
        text = row.value(key)
        if text is not None and known.people.get(_person(text)) is None:
            row.refuse(key, "person_unknown", text=text)
    unit = row.value("unit")
    if unit is not None and unit.casefold() not in known.units:
        row.refuse("unit", "unit_unknown", text=unit)
    kind = row.value("type")
    if kind is not None and kind.casefold() not in known.forms:
        row.refuse("type", "type_unknown", text=kind)
    helps = row.value("helps")
    if helps is not None and any(_help(word) is None for word in helps):
        row.refuse("helps", "not_a_choice", text=", ".join(helps))


def _person(text: str) -> str:
    match = re.search(r"[^\s<>@]+@[^\s<>@]+", text)
    return (match[0] if match else text).casefold().strip()


def _help(word: str) -> str | None:
    wanted = word.casefold().strip()
    return next((value for value, label in Help.choices if wanted in (value, str(label).casefold())), None)


def _match(row: ReadRow, known: Known, work: Work, planned: PlannedRow, seen: dict[int, str]) -> Request | None:
    """The request a row is about; sets the verdict to REFUSE or ASK where that cannot be said."""
    reference, identifier, title = row.value("reference"), row.value("external_id"), row.value("title")
    if not (reference or identifier or title):
        return _refused(planned, "row_without_name")
    pk = known.by_reference.get(reference or "")
    if reference and pk is None:
        return _refused(planned, "request_unknown", reference=reference)
    if pk is None and identifier:
        pk = known.by_identifier.get(identifier)
    if pk is None and title:
        # One with another identifier of this source is another request.
        pk = match_title(
            title, planned, work.options, rows=known.requests, by_reference=known.by_reference, by_title=known.by_title,
            titles=known.titles, may_be=lambda one: not (identifier and known.requests[one].custom.get(_identifier_key(work))),
        )  # fmt: skip
    if pk is None:
        if planned.verdict == CREATE and "" not in known.forms:
            return _refused(planned, "no_request_type")
        return None
    if pk in seen:
        return _refused(planned, "request_twice", line=seen[pk], reference=known.requests[pk].reference)
    seen[pk] = row.place
    return known.requests[pk]


def _refused(planned: PlannedRow, code: str, **params: Any) -> Request | None:
    planned.verdict = REFUSE
    planned.notes.append(note(code, **params))
    return None


def _write_for(row: ReadRow, found: Request | None, known: Known, work: Work, planned: PlannedRow) -> RequestWrite:
    """Everything that one row writes, with the differences for the preview; sets CREATE, CHANGE or LEAVE."""
    facts, links, custom = _facts(row, work, found), _links(row, known), _custom(row, work)
    if found is None:
        return _addition(row, facts, links, custom, known, planned)
    planned.reference, planned.verdict = found.reference, LEAVE
    write = RequestWrite(found)
    state = row.value("state")
    if state is not None and state != found.state:
        planned.notes.append(note("state_by_people", state=str(found.get_state_display())))
    for key, value in facts.items():
        before = getattr(found, key)
        if before != value:
            write.facts[key] = value
            planned.differences.append((key, in_words(before), in_words(value)))
    for name, pk in links.items():
        before = getattr(found, f"{name}_id")
        if before != pk:
            write.links[name] = pk
            planned.differences.append((name, known.names.get(before, "…") if before else "", str(row.value(name))))
    for key, value in custom.items():
        if found.custom.get(key) != value:
            write.custom[key] = value
            planned.differences.append((f"custom:{key}", in_words(found.custom.get(key)), in_words(value)))
    if planned.differences and found.state not in UNDECIDED:
        planned.notes.append(note("request_decided", state=str(found.get_state_display())))
        planned.differences = []
        return RequestWrite(found)
    if found.is_confidential:
        # others who run imports see the preview: what they may not see of the request stays out of it
        planned.differences = [(key, "…" if before else "", after) for key, before, after in planned.differences]
    if planned.differences:
        planned.verdict = CHANGE
    return write


def _addition(
    row: ReadRow,
    facts: dict[str, Any],
    links: dict[str, int | None],
    custom: dict[str, Any],
    known: Known,
    planned: PlannedRow,
) -> RequestWrite:
    """A new request. What cannot be known stays empty: the office asks for it."""
    if not facts.get("title"):
        facts["title"] = planned.title[:300]
        planned.notes.append(note("title_from_identifier"))
    asker = known.people.get(_person(row.value("requester_email") or row.value("requester_name") or "")) or None
    if asker:  # shown by the name of the account, whatever the file calls them
        links["requester"] = asker
        facts["requester_name"], facts["requester_email"] = known.accounts[asker]
    state = row.value("state") or State.SUBMITTED
    if state not in NEW_STATES:
        row.refuse("state", "state_not_brought", text=str(State(state).label))
        state = State.SUBMITTED
    day: date | None = row.value("submitted_on")
    noon = datetime.combine(day, time(12), tzinfo=timezone.get_default_timezone()) if day else None
    planned.differences = [(key, "", in_words(value)) for key, value in facts.items() if value not in (None, "", [])]
    planned.differences += [(name, "", str(row.value(name))) for name in ("unit", "sponsor", "owner") if name in links]
    kept = {key: value for key, value in custom.items() if value not in (None, "")}
    form = known.forms[(row.value("type") or "").casefold()]
    return RequestWrite(None, facts, links, kept, state, noon, form)


def _facts(row: ReadRow, work: Work, found: Request | None) -> dict[str, Any]:
    """The request's own fields that the row has a value for."""
    facts = {key: value for key in FACTS if (value := row.value(key)) is not None}
    if "helps" in facts:
        facts["helps"] = [value for word in facts["helps"] if (value := _help(word))]
    if len(facts.get("title", "")) > 300:
        facts["title"] = facts["title"][:299] + "…"
    amounts = [key for key in MONEY if key in facts]
    if amounts:
        signs = [row.values[key].currency for key in amounts if row.values[key].currency]
        currency = facts.get("currency") or (signs[0] if signs else "") or work.options.currency
        facts["currency"] = currency or (found.currency if found else "GBP")
        held = [key for key in MONEY if found is not None and getattr(found, key) is not None and key not in facts]
        if found is not None and found.currency != facts["currency"] and (held or case_has_amounts(found)):
            for key in amounts:
                row.refuse(key, "currency_differs", currency=facts["currency"], expected=found.currency)
                del facts[key]
            del facts["currency"]
    elif found is not None and facts.get("currency", found.currency) != found.currency and _holds_money(found):
        row.refuse("currency", "currency_differs", currency=facts.pop("currency"), expected=found.currency)
    if found is not None and found.requester_id is not None:
        facts.pop("requester_name", None)  # an account's own name and address are not a file's to change
        facts.pop("requester_email", None)
    return facts


def _holds_money(found: Request) -> bool:
    return case_has_amounts(found) or any(getattr(found, key) is not None for key in MONEY)


def _links(row: ReadRow, known: Known) -> dict[str, int | None]:
    links: dict[str, int | None] = {}
    if unit := row.value("unit"):
        links["unit"] = known.units[unit.casefold()]
    for name in ("sponsor", "owner"):
        if text := row.value(name):
            links[name] = known.people[_person(text)]
    return links


def _custom(row: ReadRow, work: Work) -> dict[str, Any]:
    found = further_values(row)
    if identifier := row.value("external_id"):
        found[_identifier_key(work)] = identifier
    return found
