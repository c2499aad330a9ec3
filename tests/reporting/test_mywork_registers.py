"""My work: what the registers ask of the reader, ticked off with one click."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from portfolio.actions.dependencies import move_dependency
from portfolio.actions.escalations import offer_escalation
from portfolio.models import ApprovalDelegation, ChangeRequest, DateOffer, Dependency, Entry, Escalation
from reporting.collect.mywork_registers import tasks_of
from tests import factories

TODAY = timezone.localdate()


@pytest.fixture(autouse=True)
def today() -> None:
    """Of the test: a run that began before midnight may come here after it."""
    global TODAY
    TODAY = timezone.localdate()


def day(number):
    return TODAY + timedelta(days=number)


def test_tasks_come_in_one_list_the_most_urgent_first(cast):
    me = cast.project_manager
    factories.entry("action", cast.own, "Later", owner=me, due_on=day(9))
    factories.entry("action", cast.own, "No day", owner=me)
    factories.entry("issue", cast.own, "Late issue", owner=me, due_on=day(-2))
    factories.entry("risk", cast.own, "Review me", owner=me, review_on=day(3))
    factories.entry("risk", cast.own, "Review much later", owner=me, review_on=day(60))
    factories.entry("assumption", cast.own, "Check me", owner=me, due_on=day(5))
    factories.entry("decision", cast.own, "Decide me", owner=me, due_on=day(4))
    factories.entry("action", cast.own, "Somebody else's", owner=cast.sponsor)
    found = tasks_of(me, TODAY)
    assert [task.title for task in found] == ["Late issue", "Review me", "Decide me", "Check me", "Later", "No day"]
    assert [task.is_late for task in found] == [True, False, False, False, False, False]


def test_offers_wait_for_who_leads_the_other_side(cast):
    me = cast.project_manager
    above = factories.portfolio(owner=me)
    risk = factories.entry("risk", factories.project(portfolio=above, sponsor=me), "Escalated")
    now = timezone.now()
    Escalation.objects.create(entry=risk, portfolio=above, reason="Too large", offered_by=cast.pmo_head, offered_at=now)
    contract = factories.entry("dependency", cast.own, "Steel", giver=cast.other, due_on=day(10))
    DateOffer.objects.create(
        dependency=contract.dependency,
        side="giver",
        offered_on=day(20),
        reason="Late",
        offered_by=cast.director,
        offered_at=now,
    )
    assert {task.what for task in tasks_of(me, TODAY)} == {"escalation", "date"}
    assert {task.what for task in tasks_of(cast.director, TODAY)} == set()


def escalated(cast, to, **fields):
    """A risk of somebody's project that is offered upwards."""
    level = "programme" if to._meta.model_name == "programme" else "portfolio"
    risk = factories.entry("risk", factories.project(**{level: to}, **fields), "Escalated")
    offer_escalation(risk, to=to, reason="Too large", by=cast.director, at=timezone.now())
    return risk


def waits_for(person):
    return {task.what for task in tasks_of(type(person).objects.get(pk=person.pk), TODAY)}


def test_what_is_escalated_waits_for_who_holds_a_role_there_and_not_for_the_office(cast):
    lead, member = factories.user(), factories.user()
    portfolio = factories.portfolio(owner=lead)
    factories.member(lead, "pmo_analyst", portfolio=portfolio)
    named = factories.member(member, "pmo_analyst", portfolio=portfolio)
    escalated(cast, portfolio)
    escalated(cast, factories.programme(portfolio=portfolio))
    for person in (lead, member):
        assert [task.what for task in tasks_of(person, TODAY)] == ["escalation", "escalation"]
    for nobody in (cast.pmo_head, cast.pmo_analyst, cast.auditor, cast.director, cast.stranger):
        assert waits_for(nobody) == set()
    # Whoever led it left, and nobody else holds a role there: the office answers.
    named.delete()
    type(lead).objects.filter(pk=lead.pk).update(is_active=False)
    assert waits_for(member) == set()
    assert waits_for(cast.pmo_head) == waits_for(cast.pmo_analyst) == {"escalation"}
    assert waits_for(cast.auditor) == waits_for(cast.administrator) == set()


def test_what_nobody_nearer_sees_is_escalated_to_the_office(cast):
    lead = factories.user()
    programme = factories.programme(manager=lead)
    risk = escalated(cast, programme)
    assert Escalation.objects.get().is_for_office
    # Who manages the programme sees none of its projects by that alone.
    assert not Entry.objects.visible_to(lead).filter(pk=risk.pk).exists()
    assert waits_for(lead) == set()
    assert waits_for(cast.pmo_head) == waits_for(cast.pmo_analyst) == {"escalation"}
    # What they may not see is not theirs to answer.
    Entry.objects.filter(pk=risk.pk).update(is_confidential=True)
    assert waits_for(cast.pmo_head) == set()


def test_delegates_find_the_changes_of_who_delegated(cast):
    change = factories.entry("change", cast.own, "More scope", reason="So.")
    Entry.objects.filter(pk=change.pk).update(status="submitted")
    ChangeRequest.objects.filter(pk=change.pk).update(approver="manager")
    assert waits_for(cast.project_manager) == {"change"}
    assert waits_for(cast.pmo_head) == set()
    ApprovalDelegation.objects.create(user=cast.project_manager, delegate=cast.pmo_head, starts_on=TODAY, ends_on=day(1))
    assert waits_for(cast.pmo_head) == {"change"}
    assert waits_for(cast.stranger) == set()


def test_what_one_may_not_see_any_more_is_not_told(cast):
    member = cast.stranger
    named = factories.member(member, "sponsor", project=cast.own)
    factories.entry("action", cast.own, "Canary", owner=member, due_on=day(1))
    assert [task.title for task in tasks_of(member, TODAY)] == ["Canary"]
    named.delete()
    assert tasks_of(type(member).objects.get(pk=member.pk), TODAY) == []


def test_done_is_one_click_and_stays_on_the_page(cast, signed_in):
    one = factories.entry("action", cast.own, "Call the council", owner=cast.project_manager, due_on=day(-1))
    client = signed_in(cast.project_manager)
    page = client.get("/").content.decode()
    address = reverse("portfolio:action-move", args=[one.reference, "finish"])
    assert f'<button class="button is-small" form="done" formaction="{address}"' in page
    assert '<form method="post" id="done" hidden><input type="hidden" name="csrfmiddlewaretoken"' in page
    assert "1 task is overdue" in page
    answer = client.post(address, {"back": "work"})
    assert (answer.status_code, answer["Location"]) == (302, reverse("home"))
    assert Entry.objects.get(pk=one.pk).status == "done"
    assert "tasks-title" not in client.get("/").content.decode()
    # Nobody else's click does it.
    two = factories.entry("action", cast.own, owner=cast.project_manager)
    address = reverse("portfolio:action-move", args=[two.reference, "finish"])
    assert signed_in(cast.stranger).post(address, {"back": "work"}).status_code == 404
    assert signed_in(cast.auditor).post(address, {"back": "work"}).status_code == 403


@pytest.mark.parametrize("role", ["project_manager", "pmo_head"])
def test_the_page_costs_the_same_with_many_tasks(cast, signed_in, role):
    person = cast.people[role]
    client = signed_in(person)

    def cost():
        with CaptureQueriesContext(connection) as found:
            assert client.get("/").status_code == 200
        return len(found)

    def grow(count):
        for _ in range(count):
            for kind in ("action", "issue", "risk", "assumption", "decision"):
                factories.entry(kind, cast.own, owner=person, due_on=day(1), review_on=day(1))

    grow(1)
    cost()
    few = cost()
    grow(5)
    assert cost() == few <= 16


def test_an_overdue_commitment_is_asked_of_both_sides(cast, signed_in):
    row = factories.entry("dependency", cast.own, "A crane", by=cast.project_manager, giver=cast.other, due_on=day(30))
    move_dependency(row, "agree", sides={"giver"}, day=day(3), by=cast.director, at=timezone.now())
    assert [task.what for task in tasks_of(cast.director, timezone.localdate())] == ["give"]
    assert tasks_of(cast.project_manager, timezone.localdate()) == []
    late = day(4)
    for person, what in ((cast.director, "give"), (cast.project_manager, "get")):
        (task,) = tasks_of(person, late)
        assert (task.what, task.is_late, task.due_on) == (what, True, day(3))
    assert tasks_of(cast.pmo_head, late) == []
    Dependency.objects.update(committed_on=day(-1))
    page = signed_in(cast.project_manager).get("/").content.decode()
    assert "what your project gets from another one" in page
    listed = signed_in(cast.pmo_head).get("/portfolio/dependencies/?overdue=on").content.decode()
    assert row.reference in listed
    Dependency.objects.update(committed_on=day(1))
    assert row.reference not in signed_in(cast.pmo_head).get("/portfolio/dependencies/?overdue=on").content.decode()
