"""Eight writers at the same moment, by page and by API: exactly one wins, leaves one mark in the history and one notice;
the others are told and lose no word. AT_ONCE_ROUNDS=100 repeats it (docs/benchmarks.md)."""

import json
import os
import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from core.models import Notification, OutgoingMail
from intake.models import Decision, Request
from portfolio.actions.changes import submit_change
from portfolio.actions.escalations import offer_escalation
from portfolio.models import ChangeRequest, ChangeVote, Entry, Escalation, Project, SharedImpact
from tests import factories

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
ROUNDS = int(os.environ.get("AT_ONCE_ROUNDS", "2"))
WRITERS = 8


def at_once(calls: list[tuple[Any, Callable[[Client], Any]]]) -> list[Any]:
    """What each (person, call) was answered; all begin together."""
    line = threading.Barrier(len(calls))
    answers: list[Any] = [None] * len(calls)

    def run(place: int, person: Any, call: Callable[[Client], Any]) -> None:
        client = Client(raise_request_exception=False)
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        line.wait(60)
        try:
            answers[place] = call(client)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[place, *call]) for place, call in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert all(answer is not None for answer in answers)
    assert not [answer.status_code for answer in answers if answer.status_code >= 500]
    return answers


def won(answers: list[Any]) -> list[Any]:
    """The answers that say it was done."""
    return [answer for answer in answers if answer.status_code in (200, 201, 302)]


def send(address: str, body: dict[str, Any], *, method: str = "post", **headers: str) -> Callable[[Client], Any]:
    """A call of the API."""
    return lambda client: getattr(client, method)(address, json.dumps(body), content_type="application/json", headers=headers)


def post(address: str, data: dict[str, Any]) -> Callable[[Client], Any]:
    """A form."""
    return lambda client: client.post(address, data)


def actions_on(model: Any, pk: int, since: int) -> Counter[str]:
    """What the history says was done to a row after this event, by action, a context counted once."""
    events = model.pgh_event_model.objects.filter(pgh_obj_id=pk, pgh_id__gt=since).select_related("pgh_context")
    contexts = {event.pgh_context_id: event.pgh_context.metadata.get("action", "") for event in events}
    return Counter(contexts.values())


def last_event(model: Any) -> int:
    """The number of the newest event of a table."""
    return model.pgh_event_model.objects.order_by("-pgh_id").values_list("pgh_id", flat=True).first() or 0


@pytest.mark.parametrize("number", range(ROUNDS))
def test_of_eight_who_edit_an_entry_one_saves_and_seven_see_both_texts(number: int) -> None:
    people = [factories.user("pmo_analyst", name=f"Writer {n}") for n in range(WRITERS)]
    owner = factories.user(name="Owner")
    entry = factories.entry("issue", factories.project(manager=owner), "Wet floor", owner=owner, by=owner)
    base, since = entry.version, last_event(Entry)
    form = {
        "scope": entry.scope.reference,
        "raised_on": entry.raised_on.isoformat(),
        "version": base,
        "currency": entry.currency,
    }
    form |= {"severity": "2", "owner": owner.pk}
    etag = f'"entry-{entry.pk}-{base}"'
    calls: list[Any] = []
    for n, person in enumerate(people):
        words = {"title": f"Wet floor, says {n}", "description": f"Only {n} writes this."}
        if n % 2:
            call = send(f"/api/v1/portfolio/issues/{entry.reference}/", words, method="patch", **{"If-Match": etag})
        else:
            call = post(f"/portfolio/issues/{entry.reference}/edit/", form | words)
        calls.append((person, call))
    answers = at_once(calls)
    assert len(won(answers)) == 1, [answer.status_code for answer in answers]
    entry.refresh_from_db()
    assert entry.version == base + 1
    assert actions_on(Entry, entry.pk, since) == {"portfolio.issue.edited": 1}
    for n, answer in enumerate(answers):
        if answer in won(answers):
            assert entry.title == f"Wet floor, says {n}"
        elif n % 2:
            assert answer.status_code == 412
        else:
            page = answer.content.decode()
            assert answer.status_code == 409
            assert f"Only {n} writes this." in page
            assert entry.description in page


@pytest.mark.parametrize("number", range(ROUNDS))
def test_of_eight_who_end_a_change_one_does_and_its_writer_is_told_once(number: int) -> None:
    manager, sponsor = factories.user(name="Manager"), factories.user(name="Sponsor")
    project = factories.project(manager=manager, sponsor=sponsor, budget=1_000_000)
    entry = factories.entry("change", project, "More", by=manager, reason="Soft ground.", cost_change=Decimal(10_000))
    version = submit_change(entry, by=manager, at=timezone.now()).version
    since, told = last_event(Entry), Notification.objects.filter(user=manager).count()
    mailed = OutgoingMail.objects.filter(user=manager).count()
    page, api = f"/portfolio/changes/{entry.reference}/", f"/api/v1/portfolio/changes/{entry.reference}/move/"
    calls: list[Any] = [
        *(
            (sponsor, post(f"{page}{verb}/", {"reason": "So be it.", "version": version}))
            for verb in ("approve", "reject", "approve")
        ),
        *((sponsor, send(api, {"verb": verb, "reason": "So be it."})) for verb in ("approve", "reject", "reject")),
        (manager, send(api, {"verb": "withdraw", "reason": "No more."})),
        (manager, post(f"{page}withdraw/", {"reason": "No more.", "expected": "submitted"})),
    ]
    answers = at_once(calls)
    entry.refresh_from_db()
    project.refresh_from_db()
    assert len(won(answers)) == 1, [answer.status_code for answer in answers]
    done = actions_on(Entry, entry.pk, since)
    assert sum(done.values()) == 1, done
    assert project.budget == (1_010_000 if entry.status == "approved" else 1_000_000)
    if entry.status in ("approved", "rejected"):
        assert Notification.objects.filter(user=manager).count() - told <= 1
        assert OutgoingMail.objects.filter(user=manager).count() - mailed == 1
        assert ChangeRequest.objects.get(pk=entry.pk).decided_at is not None


@pytest.mark.parametrize("number", range(ROUNDS))
def test_eight_votes_of_one_person_are_one_vote_and_the_last_one_decides_once(number: int) -> None:
    people = [factories.user("board_member", name=f"Board {n}") for n in range(5)]
    manager = factories.user(name="Manager")
    project = factories.project(manager=manager, budget=1_000_000)
    entry = factories.entry("change", project, "More", by=manager, reason="Soft.", finish_change=100, cost_change=Decimal(7))
    submit_change(entry, by=manager, at=timezone.now())
    address = f"/portfolio/changes/{entry.reference}/vote/"
    words = {"reason": ".", "version": Entry.objects.get(pk=entry.pk).version}
    answers = at_once([(people[0], post(address, words | {"choice": choice})) for choice in ["approve", "reject"] * 4])
    assert won(answers), [(answer.status_code, answer.content.decode()[-4000:]) for answer in answers]
    vote = ChangeVote.objects.get(change=entry.pk)
    vote_events = ChangeVote.pgh_event_model.objects.filter(pgh_obj_id=vote.pk)  # type: ignore[attr-defined]
    assert vote_events.filter(pgh_label="insert").count() == 1
    since = last_event(Project)
    # Everybody else at once, twice each: the quorum is reached once.
    at_once([(person, post(address, words | {"choice": "approve"})) for person in people[1:] * 2])
    entry.refresh_from_db()
    project.refresh_from_db()
    assert (entry.status, project.budget) == ("approved", 1_000_007)
    assert sum(actions_on(Project, project.pk, since).values()) == 1
    assert ChangeVote.objects.filter(change=entry.pk).values("user").distinct().count() == entry.change.votes.count()
    assert OutgoingMail.objects.filter(user=manager, kind__contains="change").count() <= 1


@pytest.mark.parametrize("number", range(ROUNDS))
def test_of_eight_who_answer_an_escalation_one_does(number: int) -> None:
    lead, manager = factories.user(name="Lead"), factories.user(name="Manager")
    programme = factories.programme("Bridges", manager=lead)
    factories.member(lead, "project_manager", programme=programme)
    project = factories.project(manager=manager, programme=programme)
    risk = factories.entry("risk", project, "Steel", by=manager, owner=manager, current_likelihood=4, current_impact=4)
    offer = offer_escalation(risk, to=programme, reason="Too large.", by=manager, at=timezone.now())
    since, offers = last_event(Entry), last_event(Escalation)
    told = Notification.objects.filter(user=manager).count()
    page = f"/portfolio/registers/{risk.reference}/escalation/"
    calls: list[Any] = [(lead, post(f"{page}{answer}/", {"words": "We say so."})) for answer in ["accept", "return"] * 3]
    calls += [(manager, post(f"{page}withdraw/", {}))] * 2
    answers = at_once(calls)
    offer.refresh_from_db()
    risk.refresh_from_db()
    assert offer.answer in ("accepted", "returned", "withdrawn")
    assert sum(actions_on(Escalation, offer.pk, offers).values()) == 1
    accepted = offer.answer == "accepted"
    assert (risk.programme_id == programme.pk) is accepted
    assert SharedImpact.objects.filter(entry=risk).count() == accepted
    assert sum(actions_on(Entry, risk.pk, since).values()) == accepted
    mails = OutgoingMail.objects.filter(user=manager, key__startswith=f"escalation:{offer.pk}:").exclude(
        key__contains="offered"
    )
    assert mails.count() == (offer.answer != "withdrawn")
    assert Notification.objects.filter(user=manager).count() - told <= 2
    assert len(won(answers)) >= 1


@pytest.mark.parametrize("number", range(ROUNDS))
def test_of_eight_who_decide_on_a_request_one_does(number: int) -> None:
    people = [factories.user("pmo_head", name=f"Head {n}") for n in range(WRITERS)]
    asker = factories.user("requester", name="Asker")
    asked = factories.request("Warm", by=asker, state="ready", estimated_cost=5)
    since = last_event(Request)
    empty = {"conditions-TOTAL_FORMS": "1", "conditions-INITIAL_FORMS": "0", "conditions-0-text": "", "until": "", "letter": ""}
    calls: list[Any] = []
    for n, person in enumerate(people):
        outcome = ("approve", "reject", "defer")[n % 3]
        until = (timezone.localdate() + timedelta(days=30)).isoformat() if outcome == "defer" else None
        if n % 2:
            body = {"request": asked.reference, "outcome": outcome, "reason": "Yes."} | ({"until": until} if until else {})
            calls.append((person, send("/api/v1/intake/decisions/", body)))
        else:
            data = empty | {"outcome": outcome, "reason": "Yes."} | ({"until": until} if until else {})
            calls.append((person, post(f"/intake/requests/{asked.reference}/decide/", data)))
    answers = at_once(calls)
    assert len(won(answers)) == 1, [answer.status_code for answer in answers]
    decision = Decision.objects.get()
    asked.refresh_from_db()
    assert asked.state == {"approve": "approved", "reject": "rejected", "defer": "deferred"}[decision.outcome]
    assert actions_on(Request, asked.pk, since) == {"intake.request.decided": 1}
    assert OutgoingMail.objects.filter(user=asker).count() == 1
    assert Notification.objects.filter(user=asker).count() <= 1
