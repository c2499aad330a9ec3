"""Who decides, told for one change and as a condition over all: both are equal, whoever leads, left, submitted or delegated."""

import random
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import RoleGrant, User
from portfolio.models import ApprovalDelegation, ChangeRequest, ChangeVote, Entry, EntryWatcher
from portfolio.models.approvals import changes_waiting_for, deciders_of, voices_of
from tests import factories

pytestmark = pytest.mark.django_db


def fresh(user: Any) -> Any:
    """Without the rights that were read before."""
    return User.objects.get(pk=user.pk)


@pytest.mark.parametrize("seed", range(4))
def test_the_condition_is_the_same_as_the_answer_for_one_change(seed: int) -> None:
    chance = random.Random(seed)
    today = timezone.localdate()
    units = [factories.unit("Top")]
    units.append(factories.unit("Below", parent=units[0]))
    people = [factories.user(name=f"Person {number}", is_active=chance.random() > 0.15) for number in range(9)]
    portfolios = [factories.portfolio("Upper", owner=people[0])]
    portfolios.append(factories.portfolio("Lower", owner=chance.choice(people), parent=portfolios[0]))
    programmes = [
        factories.programme(f"Programme {n}", portfolio=chance.choice([*portfolios, None]), manager=chance.choice(people),
            sponsor=chance.choice([*people, None])) for n in range(2)
    ]  # fmt: skip
    projects = [
        factories.project(
            unit=chance.choice([*units, None]),
            portfolio=chance.choice([*portfolios, None]),
            programme=chance.choice([*programmes, None]),
            manager=chance.choice([*people, None]),
            sponsor=chance.choice([*people, None]),
            is_confidential=chance.random() < 0.3,
        )
        for _ in range(5)
    ]
    for person in people:
        role = chance.choice(["board_member", "pmo_head", "pmo_analyst"])
        place = chance.choice(["everywhere", "unit", "portfolio", "programme", "project", ""])
        if place == "everywhere":
            RoleGrant.objects.create(user=person, role=role)
        elif place == "unit":
            RoleGrant.objects.create(user=person, role=role, unit=chance.choice(units))
        elif place:
            scope = chance.choice({"portfolio": portfolios, "programme": programmes, "project": projects}[place])
            factories.member(person, role, **{place: scope})
    for _ in range(5):
        user, delegate = chance.sample(people, 2)
        shift = chance.choice([-3, 0, 0, 3])
        start = today + timedelta(days=shift)
        ApprovalDelegation.objects.create(user=user, delegate=delegate, starts_on=start, ends_on=start + timedelta(days=1))
    entries = [
        factories.entry("change", chance.choice([*projects, *programmes, *portfolios]), is_confidential=chance.random() < 0.3)
        for _ in range(14)
    ]
    for entry in entries:
        Entry.objects.filter(pk=entry.pk).update(status="submitted")
        approver = chance.choice(["manager", "sponsor", "board", ""])
        ChangeRequest.objects.filter(pk=entry.pk).update(approver=approver, submitted_by=chance.choice([*people, None]))
        EntryWatcher.objects.create(entry=entry, user=chance.choice(people))
        for voter in chance.sample(people, 2):
            if chance.random() < 0.4:
                ChangeVote.objects.create(
                    change_id=entry.pk, user=voter, choice="approve", cast_by=voter, cast_at=timezone.now()
                )
    told = {person.pk: set(changes_waiting_for(fresh(person)).values_list("pk", flat=True)) for person in people}
    for entry in Entry.objects.select_related("change__submitted_by", "project__programme", "programme", "portfolio"):
        found = deciders_of(entry, entry.change.approver, entry.change.submitted_by)
        voted = set(entry.change.votes.values_list("user_id", flat=True)) if found.is_board else set()
        for person in people:
            sees = person.is_active and Entry.objects.visible_to(fresh(person)).filter(pk=entry.pk).exists()
            voices = voices_of(person, found, on=today, submitter=entry.change.submitted_by)
            waits = sees and any(voice.pk not in voted for voice in voices)
            assert (entry.pk in told[person.pk]) == waits, (seed, entry, person, found, told[person.pk])


def test_what_waits_for_somebody_is_read_in_one_query() -> None:
    head, manager = factories.user("pmo_head"), factories.user()
    project = factories.project(manager=manager)

    def add(number: int) -> None:
        for _ in range(number):
            entry = factories.entry("change", project, reason="So.")
            Entry.objects.filter(pk=entry.pk).update(status="submitted")
            ChangeRequest.objects.filter(pk=entry.pk).update(approver="board", submitted_by=manager)

    add(1)
    for number in (1, 9):
        person = fresh(head)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert len(list(changes_waiting_for(person))) == (1 if number == 1 else 10)
        # Rights, delegations, the changes.
        assert len(queries) == 3
        add(9)
