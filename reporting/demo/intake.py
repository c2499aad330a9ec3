"""The requests of the demonstration: three kinds with their forms, and some forty requests in every state."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from accounts.models import OrganisationUnit
from intake.actions.decisions import decide_request
from intake.actions.moves import move_request
from intake.actions.requests import create_request
from intake.models import FormVersion, Request, RequestObjective, RequestQuestion, RequestType
from intake.models.requests import State
from portfolio.models import Objective
from reporting.demo.cases import write_case
from reporting.demo.ideas import FORMS, IDEAS, LAW, QUESTIONS, REASONS, WORKS, Idea, earlier
from reporting.demo.people import People

SOURCE = "Demonstration"
WAY: dict[str, list[str]] = {
    "draft": [],
    "submitted": ["submit"],
    "screening": ["submit", "screen"],
    "needs_information": ["submit", "screen", "ask"],
    "assessment": ["submit", "screen", "assess"],
    "ready": ["submit", "screen", "assess", "ready"],
    "approved": ["submit", "screen", "assess", "ready", "approve"],
    "deferred": ["submit", "screen", "assess", "ready", "defer"],
    "rejected": ["submit", "screen", "assess", "ready", "reject"],
    "withdrawn": ["submit", "screen", "withdraw"],
}
OUTSIDE = [("Rhiannon Pugh", "rhiannon.pugh@outside.example"), ("Amir Haddad", "amir.haddad@outside.example")]


def load_requests(people: People, at: datetime) -> list[Request]:
    """Types with published forms, and requests that have gone their way; nobody gets mail about it."""
    types = {name: _type(name, place, people, at) for place, name in enumerate(FORMS)}
    units = list(OrganisationUnit.objects.order_by("name"))
    made = []
    for number, idea in enumerate(IDEAS):
        made.append(_request(number, idea, types[idea[0]], units, people, at))
    _link(made)
    return made


# What a request helps with -> the objective it contributes to.
CONTRIBUTES = {
    "service": "Modern, digital public services",
    "cost": "Better value for the taxpayer",
    "revenue": "Better value for the taxpayer",
    "risk": "Infrastructure for growth",
    "regulation": "Net zero by 2050",
}


def _link(requests: list[Request]) -> None:
    """Most requests contribute to an objective or two; every fifth to none, and drafts are not looked at yet."""
    objectives = {one.name: one for one in Objective.objects.all()}
    links = []
    for number, row in enumerate(requests):
        names = sorted({CONTRIBUTES[way] for way in row.helps if CONTRIBUTES.get(way) in objectives})[:2]
        if row.state == State.DRAFT or number % 5 == 4:
            continue
        links += [
            RequestObjective(request=row, objective=objectives[name], weight=weight)
            for name, weight in zip(names, (100,) if len(names) == 1 else (60, 40), strict=False)
        ]
    RequestObjective.objects.bulk_create(links)


def _type(name: str, place: int, people: People, at: datetime) -> RequestType:
    description, service_days, document = FORMS[name]
    made = RequestType.objects.create(
        name=name, description=description, position=place, service_days=service_days, is_public=name == WORKS
    )
    begun = at - timedelta(days=420)
    FormVersion.objects.create(type=made, number=1, document=earlier(document), published_at=begun, published_by=people.head)
    FormVersion.objects.create(
        type=made, number=2, document=document, published_at=at - timedelta(days=200), published_by=people.head
    )
    return made


def _request(number: int, idea: Idea, of: RequestType, units: list[OrganisationUnit], people: People, at: datetime) -> Request:
    _kind, state, days, title, purpose, need, helps, how, cost, benefit, answers = idea
    began = at - timedelta(days=days, hours=number % 7)
    outside = OUTSIDE[number % 2] if of.is_public and number % 3 == 0 and state != "draft" else None
    own = state == "draft" or number % 4 == 0
    asker = people.requester if own else people.managers[number % len(people.managers)]
    values: dict[str, Any] = {
        "title": title,
        "purpose": purpose,
        "need": need,
        "helps": helps,
        "helps_how": how,
        "answers": answers | ({"funding": "Not known yet"} if cost and state not in ("draft", "submitted") else {}),
        "estimated_cost": Decimal(cost * 1000) if cost else None,
        "estimated_benefit": Decimal(benefit * 1000) if cost else None,
        "sponsor": people.sponsors[number % len(people.sponsors)] if "ready" in WAY[state] else None,
        "needed_by_on": timezone.localdate(at) + timedelta(days=90 + number * 17) if number % 2 or of.name == LAW else None,
    }
    values |= {"unit": units[number * 7 % len(units)]} if units else {}
    if outside:
        values |= {"requester_name": outside[0], "requester_email": outside[1]}
    made = create_request(type=of, values=values, by=None if outside else asker, at=began)
    Request.objects.filter(pk=made.pk).update(source=SOURCE)
    made = _walk(made, WAY[state], REASONS.get(state, ""), people, at, asker=None if outside else asker)
    if State(state) not in (State.DRAFT, State.SUBMITTED):
        Request.objects.filter(pk=made.pk).update(owner=people.analyst if number % 3 else people.head)
    made.refresh_from_db()
    return made


def _answered(made: Request, people: People, asked: datetime, answered: datetime, *, by: Any) -> None:
    """A question that was answered while the request was screened."""
    text, answer = QUESTIONS[made.pk % len(QUESTIONS)]
    RequestQuestion.objects.create(
        request=made, text=text, asked_by=people.analyst, asked_at=asked, answer=answer, answered_by=by, answered_at=answered
    )


def _walk(made: Request, way: list[str], reason: str, people: People, at: datetime, *, asker: Any) -> Request:
    """Move the request along its way, in even steps of time; the last step has the reason."""
    span = (at - made.moved_at) / (len(way) + 1)
    began = made.moved_at
    for number, verb in enumerate(way, 1):
        last = number == len(way)
        moved = began + span * number
        until = timezone.localdate(at) + timedelta(days=120) if verb == "defer" else None
        if verb in ("approve", "defer", "reject"):
            decide_request(made, outcome=verb, reason=reason, until=until, by=people.head, at=moved, tell=False)
            continue
        if verb == "ready":
            write_case(made, moved)
        by = asker if verb in ("submit", "withdraw") else people.analyst
        made = move_request(made, verb=verb, by=by, at=moved, reason=reason if last else "", tell=False)
        if verb == "ask":
            RequestQuestion.objects.create(request=made, text=reason, asked_by=people.analyst, asked_at=moved)
        if verb == "assess" and made.pk % 2:
            _answered(made, people, moved - span / 2, moved - span / 4, by=asker)
    if made.state == State.ASSESSMENT:
        write_case(made, at)
    return made
