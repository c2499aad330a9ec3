"""Numbers of the registers since a moment: what counts, for whom, and in how many queries."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portfolio.actions.raid import create_entry, edit_entry, move_entry
from portfolio.actions.risks import current_scale
from portfolio.formulas.raid_counts import Registers, add_up, on_project
from portfolio.models import Entry, EntryWatcher, Project, SharedImpact
from portfolio.models.raid_counts import of_projects, read_items, read_project_items, with_sharers
from tests import factories
from tests.cast import Cast

NOW = timezone.now()
SINCE = NOW - timedelta(days=10)
TODAY = timezone.localdate()


@pytest.fixture(autouse=True)
def today() -> None:
    """Of the test: a run that began before midnight may come here after it."""
    global NOW, SINCE, TODAY
    NOW = timezone.now()
    SINCE = NOW - timedelta(days=10)
    TODAY = timezone.localdate(NOW)


RED = {"current_likelihood": 5, "current_impact": 5}
LOW = {"current_likelihood": 1, "current_impact": 1}


def before(kind: str, on: Project, title: str, **values: object) -> Entry:
    """An entry that was there before the moment compared with."""
    values |= {"title": title, "project": on, "raised_on": TODAY - timedelta(days=30)}
    return create_entry(kind, values=values, by=None, at=NOW - timedelta(days=30))


def numbers(user: object, *projects: Project) -> Registers:
    items = read_items(user, of_projects([one.pk for one in projects]), since=SINCE, scale=current_scale())
    return add_up(items, on=TODAY)


def test_counts_say_what_is_open_new_closed_and_overdue(cast: Cast) -> None:
    before("issue", cast.own, "Old", due_on=TODAY - timedelta(days=1))
    gone = before("issue", cast.own, "Solved")
    move_entry(gone, "resolve", by=cast.pmo_head, at=NOW, reason="Mended")
    factories.entry("issue", cast.own, "New")
    before("issue", cast.other, "Elsewhere")
    found = numbers(cast.pmo_head, cast.own).of("issue")
    assert (found.open, found.new, found.closed, found.overdue) == (2, 1, 1, 1)


def test_what_closed_before_the_moment_is_not_told(cast: Cast) -> None:
    gone = before("issue", cast.own, "Solved")
    move_entry(gone, "resolve", by=cast.pmo_head, at=NOW - timedelta(days=20), reason="Mended")
    assert numbers(cast.pmo_head, cast.own).is_empty


def test_risks_say_how_they_moved_what_they_are_worth_and_whether_something_is_done(cast: Cast) -> None:
    money = {"impact_likely": Decimal(1000), "probability": Decimal(50)}
    low = before("risk", cast.own, "Was low", **LOW, **money)
    edit_entry(low, changes=RED | {"probability": Decimal(50)}, version=low.version, by=cast.pmo_head, at=NOW)
    answered = before("risk", cast.own, "Answered", **RED, review_on=TODAY - timedelta(days=2))
    factories.entry("action", cast.own, "Do something", about=answered)
    factories.entry("risk", cast.own, "Chance", sign="opportunity", **LOW, **money)
    found = numbers(cast.pmo_head, cast.own)
    assert (found.raised, found.red, found.red_unanswered, found.reviews_overdue, found.rated) == (1, 2, 1, 1, 3)
    assert [(line.threats, line.opportunities, line.net) for line in found.exposure] == [
        (Decimal(-500), Decimal(500), Decimal(0))
    ]
    first = next(item for item in found.top if item.title == "Was low")
    assert (first.score_before, first.score, first.movement, first.tone) == (1, 25, "up", "red")


@pytest.mark.parametrize(("who", "seen"), [("pmo_head", 1), ("project_manager", 2), ("stranger", 0)])
def test_only_what_the_reader_may_see_counts(cast: Cast, who: str, seen: int) -> None:
    factories.entry("issue", cast.own)
    factories.entry("issue", cast.own, "Zanzibar", is_confidential=True)
    assert numbers(getattr(cast, who), cast.own).of("issue").open == seen


def test_without_a_reader_confidential_entries_are_not_counted(cast: Cast) -> None:
    factories.entry("issue", cast.own, is_confidential=True)
    assert numbers(None, cast.own).is_empty


def test_shared_risk_counts_on_each_project_but_its_money_where_it_belongs(cast: Cast) -> None:
    above = factories.portfolio()
    shared = factories.entry("risk", above, "Steel", **RED, impact_likely=Decimal(100), probability=Decimal(50))
    SharedImpact.objects.create(entry=shared, project=cast.own)
    SharedImpact.objects.create(entry=shared, project=cast.other)
    ids = [cast.own.pk, cast.other.pk]
    items = read_items(cast.pmo_head, of_projects(ids), since=SINCE, scale=current_scale())
    items = with_sharers(items, ids)
    each = {pk: add_up(on_project(items, pk), on=TODAY) for pk in ids}
    assert [each[pk].of("risk").open for pk in ids] == [1, 1]
    assert [each[pk].exposure for pk in ids] == [(), ()]
    assert add_up(items, on=TODAY).exposure[0].net == Decimal(-50)


def test_as_of_a_day_shows_what_was_open_then(cast: Cast) -> None:
    gone = before("issue", cast.own, "Solved")
    move_entry(gone, "resolve", by=cast.pmo_head, at=NOW, reason="Mended")
    factories.entry("issue", cast.own, "Came later")
    at = NOW - timedelta(days=5)
    items = read_items(cast.pmo_head, Q(project=cast.own), since=SINCE, scale=current_scale(), at=at)
    assert [item.title for item in items if item.is_open] == ["Solved"]


def test_whoever_sees_a_project_reads_the_same_of_it_alone(cast: Cast) -> None:
    """`told_to` is `visible_to` for a scope that is seen: told once for all readers, it lets nothing more out."""
    above = factories.portfolio(owner=cast.sponsor)
    for number, secret in enumerate((False, True)):
        EntryWatcher.objects.create(
            entry=factories.entry("issue", cast.own, f"Watched {number}", is_confidential=secret), user=cast.auditor
        )
        factories.entry("risk", cast.own, f"Owned {number}", is_confidential=secret, owner=cast.pmo_analyst, **RED)
        factories.entry("issue", cast.other, f"Elsewhere {number}", is_confidential=secret)
        factories.entry("dependency", cast.other, f"Given {number}", giver=cast.own, is_confidential=secret)
        factories.entry("dependency", cast.confidential, f"Given to a secret {number}", giver=cast.own, is_confidential=secret)
        factories.entry("dependency", cast.own, f"Got {number}", giver=cast.confidential, is_confidential=secret)
        shared = factories.entry("risk", above, f"Shared {number}", is_confidential=secret)
        SharedImpact.objects.create(entry=shared, project=cast.own)
    gone = before("issue", cast.own, "Solved")
    move_entry(gone, "resolve", by=cast.pmo_head, at=NOW, reason="Mended")
    scale, seen = current_scale(), 0
    for person in [*cast.people.values(), cast.director]:
        for project in Project.objects.visible_to(person):
            for at in (None, NOW - timedelta(days=5), NOW):
                alone = read_project_items(person, project.pk, since=SINCE, scale=scale, at=at)
                every = read_items(person, of_projects([project.pk]), since=SINCE, scale=scale, project=project.pk, at=at)
                assert sorted(alone, key=lambda item: item.pk) == sorted(every, key=lambda item: item.pk)
                seen += len(alone)
    assert seen > 100
    nobody = read_project_items(None, cast.own.pk, since=SINCE, scale=scale)
    told = read_items(None, of_projects([cast.own.pk]), since=SINCE, scale=scale, project=cast.own.pk)
    assert sorted(nobody, key=lambda item: item.pk) == sorted(told, key=lambda item: item.pk)
    assert len(nobody) == 7


def test_reading_costs_the_same_for_many(cast: Cast) -> None:
    def cost(*projects: Project) -> int:
        person = type(cast.pmo_head).objects.get(pk=cast.pmo_head.pk)
        with CaptureQueriesContext(
            connection,
        ) as found:
            ids = [one.pk for one in projects]
            with_sharers(read_items(person, of_projects(ids), since=SINCE, scale=current_scale()), ids)
        return len(found)

    factories.entry("risk", cast.own, **RED)
    one = cost(cast.own)
    for project in [factories.project() for _ in range(5)]:
        for _ in range(3):
            factories.entry("risk", project, **RED)
    assert cost(*Project.objects.all()) == one
