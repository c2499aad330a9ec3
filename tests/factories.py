"""Plain functions that make rows for tests. Each takes what matters and fills the rest."""

import hashlib
from collections.abc import Iterable
from datetime import date, time, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from django.contrib.auth.hashers import make_password
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from accounts.models import ApiToken, OrganisationUnit, RoleGrant, User
from core.actions.conversation import about, attach_file
from core.actions.imports import start_import
from core.actions.mail import File, queue_mail
from core.models import Attachment, Comment, ImportJob, OutgoingMail
from core.references import next_reference
from intake.actions.cases import Amount, LineRow, freeze_case, start_case, write_lines
from intake.actions.requests import create_request
from intake.models import (
    AgendaItem,
    Assessment,
    Charter,
    Condition,
    Conversion,
    Criterion,
    CriterionGroup,
    Decision,
    DecisionMeeting,
    FormVersion,
    Judge,
    MeetingMember,
    RankedEntry,
    Request,
    RequestType,
    Reviewer,
    ReviewScore,
    ScoringModel,
    ScoringModelVersion,
    SelectionRound,
    WeightingRound,
)
from portfolio.actions.dependencies import move_dependency, offer_date
from portfolio.actions.raid import create_entry, link_entries
from portfolio.actions.simulations import ask_simulation, run_simulation
from portfolio.models import (
    ChangeRequest,
    Entry,
    Escalation,
    Membership,
    Portfolio,
    Programme,
    Project,
    ReportingCalendar,
    ReportingPeriod,
    SharedImpact,
    Simulation,
    StatusDecision,
    StatusDuty,
    StatusSeries,
    StatusUpdate,
)
from portfolio.registers import KINDS
from reporting.formulas.snapshot import Snapshot, as_data
from reporting.models import ReportEdition, ReportRun, ReportSchedule

_numbers = count(1)


def number_from(first: int) -> None:
    """The next name or address made up here carries the number `first`."""
    global _numbers
    _numbers = count(first)


def user(role: str = "", *, unit: OrganisationUnit | None = None, **fields: Any) -> User:
    """A person who can sign in with the password "secret-word"; `role` is granted everywhere, or on `unit`."""
    number = next(_numbers)
    fields.setdefault("email", f"person{number}@example.org")
    fields.setdefault("name", f"Person {number}")
    person = User.objects.create_user(password="secret-word", **fields)
    if role:
        RoleGrant.objects.create(user=person, role=role, unit=unit)
    return person


def users(names: Iterable[str]) -> list[User]:
    """People of these names without a role, made at once: ten statements less than one by one."""
    people = [User(name=name, email=f"person{next(_numbers)}@example.org") for name in names]
    password = make_password("secret-word")
    for person in people:
        person.password = password
    return User.objects.bulk_create(people)


def entry(
    kind: str, scope: Project | Programme | Portfolio, title: str = "", *, by: User | None = None, **values: Any
) -> Entry:
    """A register entry of a project, programme or portfolio; `values` as `portfolio.actions.raid.create_entry` takes them."""
    values["title"] = title or f"{KINDS[kind].noun} {next(_numbers)}".capitalize()
    values[scope._meta.model_name or ""] = scope
    return create_entry(kind, values=values, by=by, at=timezone.now())


def contracts(of: Project, partner: Project, by: User) -> dict[str, Any]:
    """What a project gets from a partner ("dependency") and gives to it ("gift"), both agreed, with a day that the partner
    offers ("offer") and one that the project offers ("own_offer"), by noun."""
    at, on = timezone.now(), timezone.localdate()
    found: dict[str, Any] = {}
    for noun, giver, receiver in (("dependency", partner, of), ("gift", of, partner)):
        made = entry("dependency", receiver, by=by, owner=None, giver=giver, due_on=on + timedelta(days=30))
        day = on + timedelta(days=20)
        found[noun] = move_dependency(made, "agree", sides={"giver"}, by=by, at=at, day=day)
    for noun, on_what in (("offer", "dependency"), ("own_offer", "gift")):
        found[noun] = offer_date(
            found[on_what], side="giver", day=on + timedelta(days=25), reason="Later", sides={"giver"}, by=by, at=at
        )
    return found


def register_entries(of: Project, partner: Project, by: User) -> dict[str, Any]:
    """An entry of each register of a project ("entry_risk" …), each linked to the next ("link_risk" …), by noun."""
    found: dict[str, Any] = {}
    for kind in KINDS:
        more = {"giver": partner} if kind == "dependency" else {}
        found[f"entry_{kind}"] = entry(kind, of, f"{of.title} {kind}", by=by, **more)
    for kind, following in zip(KINDS, [*KINDS][1:] + [*KINDS][:1], strict=True):
        ends = found[f"entry_{kind}"], found[f"entry_{following}"]
        found[f"link_{kind}"] = link_entries(*ends, meaning="relates", by=by, at=timezone.now())
    return found


def confidential_entries(beside: dict[str, Any], partner: Project, title: str, by: User) -> None:
    """A confidential entry of each register, linked to the open one of its kind in `beside` (of `register_entries`); the action
    is about the open risk. Only `by` stands on them."""
    for kind in KINDS:
        more: dict[str, Any] = {"giver": partner} if kind == "dependency" else {}
        more |= {"about": beside["entry_risk"]} if kind == "action" else {}
        shown = beside[f"entry_{kind}"]
        words = {"description": title, "tags": [title.lower()], "owner": by, "is_confidential": True}
        made = entry(kind, shown.project, f"{title} {kind}", by=by, **words, **more)
        link_entries(made, shown, meaning="causes", by=by, at=timezone.now())


def risks(of: Project, programme: Programme, by: User) -> dict[str, Any]:
    """A risk of a project with a response, one of the programme that the project shares, and one that is offered to the
    programme, by noun."""
    risk = entry("risk", of, by=by, owner=by, current_likelihood=3, current_impact=4)
    shared = entry("risk", programme, by=by, current_likelihood=3, current_impact=4)
    offered = entry("risk", of, by=by, owner=by)
    words = {"entry": offered, "project": of, "programme": programme, "reason": "Too large."}
    return {
        "risk": risk,
        "response": entry("action", of, by=by, owner=by, about=risk, strategy="reduce"),
        "shared_risk": shared,
        "shared_impact": SharedImpact.objects.create(entry=shared, project=of, impact=3),
        "offered": offered,
        "escalation": Escalation.objects.create(offered_by=by, offered_at=timezone.now(), **words),
    }


def simulation(by: User, scope: Project | Programme | Portfolio | None = None) -> Simulation:
    """A simulation of one risk of a scope, asked for by somebody who sees it, made."""
    risks = {"probability": Decimal(25), "impact_likely": Decimal(100_000)}
    entry("risk", scope or project(), "Simulated", **risks)
    row = ask_simulation(scope=scope, currency="GBP", draws=1_000, seed=1, by=by, at=timezone.now())
    run_simulation(simulation_id=row.pk, clock=timezone.now)
    row.refresh_from_db()
    return row


def change_requests(of: Project, by: User) -> dict[str, Any]:
    """A draft of a change of a project, and one with its PDF that the board is to vote on, by noun."""
    values = {"reason": "The ground is soft.", "finish_change": 90}
    record = default_storage.save("tests/change.pdf", ContentFile(b"%PDF-1.7 nothing"))
    waiting = entry("change", of, f"{of.title} needs deeper piles", by=by, **values)
    # As if it were submitted: nobody of the board sees a confidential project.
    Entry.objects.filter(pk=waiting.pk).update(status="submitted")
    ChangeRequest.objects.filter(pk=waiting.pk).update(
        approver="board", quorum=9, submitted_by=by, submitted_at=timezone.now(), record=record, recorded_at=timezone.now()
    )
    return {"change": waiting, "draft_change": entry("change", of, f"{of.title} needs a lift", by=by, **values)}


def token(owner: User, *, scope: str = "read", days: int = 30) -> tuple[ApiToken, str]:
    """An API token and its key."""
    key = ApiToken.new_key()
    ends = timezone.now() + timedelta(days=days)
    made = ApiToken.objects.create(
        user=owner, name="Token", prefix=key[:8], digest=ApiToken.digest_of(key), scopes=[scope], expires_at=ends
    )
    return made, key


def unit(name: str = "", **fields: Any) -> OrganisationUnit:
    """An organisation unit."""
    return OrganisationUnit.objects.create(name=name or f"Unit {next(_numbers)}", **fields)


def portfolio(name: str = "", **fields: Any) -> Portfolio:
    """A portfolio."""
    return Portfolio.objects.create(reference=next_reference("PFO"), name=name or f"Portfolio {next(_numbers)}", **fields)


def programme(name: str = "", **fields: Any) -> Programme:
    """A programme."""
    return Programme.objects.create(reference=next_reference("PRG"), name=name or f"Programme {next(_numbers)}", **fields)


def project(title: str = "", **fields: Any) -> Project:
    """A project in delivery, worth a million pounds; it has begun and is not over on whatever day the test runs."""
    today = timezone.localdate()
    fields = {
        "reference": next_reference("PRJ"),
        "title": title or f"Project {next(_numbers)}",
        "planned_start_on": today - timedelta(days=325),
        "planned_finish_on": today + timedelta(days=39),
        "budget": 1_000_000,
    } | fields
    return Project.objects.create(**fields)


def member(person: User, role: str, **scope: Any) -> Membership:
    """A membership: `member(user, "project_manager", project=project)`."""
    return Membership.objects.create(user=person, role=role, **scope)


def series(key: str = "main", name: str = "Main") -> StatusSeries:
    """The series of this key."""
    return StatusSeries.objects.get_or_create(key=key, defaults={"name": name})[0]


def calendar(**fields: Any) -> ReportingCalendar:
    """A monthly calendar of the main series."""
    fields = {"name": f"Calendar {next(_numbers)}", "series": series()} | fields
    return ReportingCalendar.objects.create(**fields)


def period(of: ReportingCalendar | None = None, *, ends_on: date | None = None, **fields: Any) -> ReportingPeriod:
    """A month that ended `ends_on` (today unless told), open for updates and due in five days."""
    ends_on = ends_on or timezone.localdate()
    fields = {
        "label": f"{ends_on:%B %Y}",
        "starts_on": ends_on - timedelta(days=29),
        "opens_on": ends_on - timedelta(days=5),
        "due_on": ends_on + timedelta(days=5),
    } | fields
    return ReportingPeriod.objects.create(calendar=of or calendar(), ends_on=ends_on, **fields)


def duty(to: Project, of: ReportingCalendar) -> StatusDuty:
    """The project reports in the calendar."""
    return StatusDuty.objects.create(project=to, calendar=of)


def update(
    of: Project,
    for_period: ReportingPeriod | None = None,
    *,
    state: str = "published",
    decisions: Iterable[str] = (),
    **fields: Any,
) -> StatusUpdate:
    """A status update; a published one becomes the project's current update. `decisions` are the texts it asks for
    (a published update is frozen: no decision can be added later)."""
    for_period = for_period or period()
    now = timezone.now()
    fields = {"overall": "green", "summary": "All is well."} | fields
    if state in ("published", "superseded"):
        fields = {"published_at": now, "effective_at": now, "submitted_at": now} | fields
    made = StatusUpdate.objects.create(
        project=of, series=for_period.calendar.series, period=for_period, state="draft", **fields
    )
    StatusDecision.objects.bulk_create(StatusDecision(update=made, text=text, due_on=for_period.due_on) for text in decisions)
    if state != "draft":
        StatusUpdate.objects.filter(pk=made.pk).update(state=state)
        made.state = state
    if state == "published":
        Project.objects.filter(pk=of.pk).update(current_update=made)
        of.current_update = made
    return made


def mail(key: str = "", *, attached: bytes = b"%PDF-1.7 nothing", **fields: Any) -> OutgoingMail:
    """A queued mail to somebody outside, with one attachment."""
    path = default_storage.save("tests/attachment.pdf", ContentFile(attached))
    file = File("Report.pdf", "application/pdf", path, hashlib.sha256(attached).hexdigest(), len(attached))
    context = {"heading": "A message", "paragraphs": ["Nothing to do."]}
    if "to" not in fields:
        fields = {"address": "outside@example.org"} | fields
    return queue_mail(
        key=key or f"mail {next(_numbers)}", template="plain", context=context, at=timezone.now(), files=[file], **fields
    )


def import_job(text: str = "Project name,Budget\nBridge,£1m\n", *, name: str = "portfolio.csv", **fields: Any) -> ImportJob:
    """An import of projects from this CSV text, just uploaded."""
    file = ContentFile(text.encode(), name=name)
    return start_import(target="projects", file=file, name=name, by=fields.pop("by", None), **fields)


def comment(on: Any, by: User, text: str = "Looks fine.") -> Comment:
    """A comment on an object."""
    return Comment.objects.create(**about(on), text=text, written_by=by)


def attachment(on: Any, by: User, name: str = "plan.txt", content: bytes = b"The plan.") -> Attachment:
    """A file kept with an object."""
    return attach_file(on, file=ContentFile(content), name=name, by=by)


def report(owner: User) -> dict[str, Any]:
    """A schedule of no projects, a finished run of it and its edition, by noun."""
    schedule = ReportSchedule.objects.create(
        name=f"Report {next(_numbers)}", owner=owner, weekday=0, at=time(8), zone="UTC", starts_on=date(2026, 1, 1)
    )
    now = timezone.now()
    run = ReportRun.objects.create(
        schedule=schedule, due_at=now, state="done", next_try_at=now, created_at=now, finished_at=now
    )
    path = default_storage.save("tests/report.pdf", ContentFile(b"%PDF-1.7 nothing"))
    snapshot = as_data(Snapshot("pack", "Report", "Office", "All projects", timezone.localdate(now), now))
    edition = ReportEdition.objects.create(
        run=run, audience="a", snapshot=snapshot, file=path, sha256="0" * 64, size=16, pages=1
    )
    return {"schedule": schedule, "run": run, "edition": edition}


def request_type(name: str = "", **fields: Any) -> RequestType:
    """A request type with a published form without questions of its own."""
    made = RequestType.objects.create(name=name or f"Type {next(_numbers)}", **fields)
    FormVersion.objects.create(type=made, number=1, document={"steps": []}, published_at=timezone.now())
    return made


def request(
    title: str = "", *, by: User | None = None, of: RequestType | None = None, state: str = "", **fields: Any
) -> Request:
    """A request; a draft unless `state` says where it stands (as if it had been moved there)."""
    values = {"title": title or f"Request {next(_numbers)}", "purpose": "So that it works.", "need": "It does not."}
    values |= {"requester_email": "outside@example.org"} if by is None else {}
    made = create_request(type=of or request_type(), values=values, by=by, at=timezone.now())
    changes = fields | ({"state": state, "submitted_at": timezone.now()} if state else {})
    Request.objects.filter(pk=made.pk).update(**changes)
    made.refresh_from_db()
    return made


def selection(chair: User) -> dict[str, Any]:
    """A round and a meeting with one request each that is ready for decision, by noun."""
    asked = request("Selected", state="ready")
    chosen = SelectionRound.objects.create(name=f"Round {next(_numbers)}", funding=1_000_000)
    entry = RankedEntry.objects.create(round=chosen, request=asked, position=1)
    held = DecisionMeeting.objects.create(
        name=f"Board {next(_numbers)}", held_on=timezone.localdate() + timedelta(days=9), round=chosen
    )
    MeetingMember.objects.create(meeting=held, user=chair)
    item = AgendaItem.objects.create(meeting=held, request=asked, position=1)
    return {"round": chosen, "entry": entry, "meeting": held, "item": item}


def decision(on: Request, owner: User) -> dict[str, Any]:
    """An approval under one condition with its record made, by noun; the request stays where it is."""
    record = default_storage.save("tests/decision.pdf", ContentFile(b"%PDF-1.7 nothing"))
    at = timezone.now()
    made = Decision.objects.create(
        request=on, outcome="conditions", reason="Good.", decided_by=owner, decided_at=at, record=record, recorded_at=at
    )
    due_on = timezone.localdate() + timedelta(days=39)
    condition = Condition.objects.create(decision=made, text="Name a sponsor", owner=owner, due_on=due_on)
    return {"decision": made, "condition": condition}


FIVE_LEVELS = [
    {"key": key, "label": key.capitalize(), "measure": measure, "meaning": f"It is {key}."}
    for key, measure in [("none", 0), ("low", 2.5), ("some", 5), ("high", 7.5), ("full", 10)]
]


def scoring_version(
    weights: dict[str, Any] | None = None,
    *,
    of: ScoringModel | None = None,
    published: bool = True,
    risk: Iterable[str] = (),
    kind: str = "weighted",
    **fields: Any,
) -> ScoringModelVersion:
    """A version of a scoring model, published unless told otherwise; `weights` by criterion, all with five levels, those in
    `risk` on the axis of risk. `fields` are those of every criterion."""
    model = of or ScoringModel.objects.create(name=f"Model {next(_numbers)}", kind=kind)
    version = ScoringModelVersion.objects.create(model=model, number=model.versions.count() + 1)
    for position, (key, weight) in enumerate((weights or {"fit": 60, "risk": 40}).items()):
        values = {"name": key.capitalize(), "question": f"How is {key}?", "levels": FIVE_LEVELS} | fields
        axis = "risk" if key in risk else "value"
        Criterion.objects.create(model_version=version, key=key, weight=weight, axis=axis, position=position, **values)
    if published:
        version.published_at = timezone.now()
        version.save()
    return version


def assessment(
    on: Request, version: ScoringModelVersion, *, by: User, scores: Iterable[dict[str, Any]] = (), revealed: bool = True
) -> Assessment:
    """An assessment with one submitted reviewer an entry of `scores` (criterion -> measure), revealed unless told otherwise."""
    made = Assessment.objects.create(request=on, model_version=version, opened_by=by, opened_at=timezone.now())
    criteria = {criterion.key: criterion for criterion in version.criteria.all()}
    for answers in scores:
        reviewer = Reviewer.objects.create(
            assessment=made, user=user(), invited_by=by, invited_at=timezone.now(), submitted_at=timezone.now()
        )
        for key, measure in answers.items():
            ReviewScore.objects.create(reviewer=reviewer, criterion=criteria[key], measure=measure, comment=f"On {key}.")
    if revealed:
        made.phase, made.revealed_at, made.revealed_by = "revealed", timezone.now(), by
        made.save()
    return made


def business_case(of: Request) -> dict[str, Any]:
    """A business case of two options with figures, and a frozen copy of it."""
    case = start_case(of, at=timezone.now())
    option = case.options.get(is_preferred=True)
    rows = [
        LineRow("Build", "capital", amounts={case.base_year: Amount(Decimal(1000), Decimal(900), Decimal(1300))}),
        LineRow(
            "Savings",
            "benefit",
            amounts={case.base_year + t: Amount(Decimal(a)) for t, a in enumerate((300, 400, 500, 200), 1)},
        ),
    ]
    write_lines(option, rows=rows, version=None)
    return {"case": case, "option": option, "approved_case": freeze_case(of, by=None, at=timezone.now())}


def scored(on: Request, reviewer: User, by: User) -> dict[str, Any]:
    """An open assessment of a request with one reviewer who has begun, by noun."""
    version = scoring_version()
    made = assessment(on, version, by=by, revealed=False)
    seat = Reviewer.objects.create(assessment=made, user=reviewer, invited_by=by, invited_at=timezone.now())
    first = version.criteria.first()
    ReviewScore.objects.create(reviewer=seat, criterion=first, measure=5, level="some", comment="Canary of a blind score.")
    draft = scoring_version(of=version.model, published=False)
    group = CriterionGroup.objects.create(model_version=draft, key="all", name="All")
    items = [{"key": one.key, "name": one.name, "help": ""} for one in draft.criteria.all()]
    round_of = {"model_version": draft, "items": items, "opened_by": by, "opened_at": timezone.now()}
    weighting = WeightingRound.objects.create(name=f"Weights {next(_numbers)}", **round_of)
    judge = Judge.objects.create(round=weighting, user=reviewer, invited_at=timezone.now())
    return {
        "draft_version": draft,
        "draft_criterion": draft.criteria.first(),
        "group": group,
        "weighting": weighting,
        "judge": judge,
        "scoring_version": version,
        "scoring_model": version.model,
        "assessment": made,
        "reviewer": seat,
        "criterion": first,
    }


def conversion(of: Request, to: Project, by: User) -> dict[str, Any]:
    """How the request became this project, and a charter that is made."""
    promised = {"currency": "GBP", "cost": "1000.00", "benefit": None, "start_on": None, "finish_on": None}
    document = {"fields": [], "tiering": None, "promised": promised}
    made = Conversion.objects.create(
        request=of, project=to, tier=2, document=document, converted_at=timezone.now(), converted_by=by
    )
    path = default_storage.save("intake/charters/charter.pdf", ContentFile(b"%PDF-1.7 nothing"))
    Charter.objects.create(conversion=made, asked_at=timezone.now(), made_at=timezone.now(), file=path)
    return {"conversion": made}
