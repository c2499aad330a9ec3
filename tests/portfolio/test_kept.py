"""What is kept of all projects equals what is read anew, whatever happens to them; and ratings over time equal a replay."""

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.unchanged import Clock, read_clock
from portfolio.formulas.packed_ratings import UNKNOWN, packed
from portfolio.models import AssuranceRating, Project, ReportingPeriod, StatusUpdate
from portfolio.models.asof import frozen_facts, ratings_at, standings
from portfolio.models.kept import CLOCKED, ratings_kept, standings_kept
from tests import factories
from tests.core.test_unchanged import settled_clock

RATINGS = ["red", "amber", "green", "blue", ""]
START = date(2025, 1, 31)
# Ends of months, to the microsecond: an import's updates are known from the last one of its day.
MOMENTS = tuple(
    datetime.combine(START + timedelta(days=30 * number), datetime.max.time(), tzinfo=UTC) for number in range(1, 9)
)


def some_update(chance: random.Random, project: Project, periods: list[ReportingPeriod], **fields: Any) -> None:
    """An update of any kind: late, corrected, unpublished, of another series, known in the very moment that is asked for."""
    period = chance.choice(periods)
    revision = 1 + StatusUpdate.objects.filter(project=project, period=period).count()
    known = datetime.combine(period.ends_on, datetime.min.time(), tzinfo=UTC) + timedelta(days=chance.randrange(120))
    if chance.random() < 0.3:
        known = chance.choice(MOMENTS)
    fields = {"facts": {"project": frozen_facts(project)}} | fields if chance.random() < 0.5 else fields
    factories.update(
        project,
        period,
        revision=revision,
        state=chance.choice(["published", "published", "published", "superseded", "draft", "submitted"]),
        overall=chance.choice(RATINGS),
        computed_overall=chance.choice(RATINGS),
        **({"effective_at": known} | fields),
    )


def some_periods() -> list[ReportingPeriod]:
    calendar, other = factories.calendar(), factories.calendar(series=factories.series("customer", "Customer"))
    found = [factories.period(calendar, ends_on=START + timedelta(days=30 * number)) for number in range(8)]
    return [*found, factories.period(other, ends_on=START)]


def replayed(updates: list[StatusUpdate], moment: datetime) -> int:
    """What stood at the moment, told the long way: every published update in the order in which it became known."""
    standing = None
    for update in sorted(updates, key=lambda update: (update.effective_at, update.pk)):
        if update.effective_at <= moment:
            place = (update.period.ends_on, update.revision)
            if standing is None or place >= (standing.period.ends_on, standing.revision):
                standing = update
    return packed(standing.overall, standing.computed_overall) if standing else UNKNOWN


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(4))
def test_ratings_over_time_equal_a_replay_of_every_update(seed):
    chance, periods = random.Random(seed), some_periods()
    projects = [factories.project() for _ in range(8)]
    for _ in range(60):
        some_update(chance, chance.choice(projects), periods)
    found = ratings_at(MOMENTS)
    some = [project.pk for project in projects[:3]]
    published = StatusUpdate.objects.ever_published().filter(series__key="main").select_related("period")
    for project in projects:
        updates = list(published.filter(project=project))
        wanted = bytes(replayed(updates, moment) for moment in MOMENTS)
        assert found.get(project.pk, bytes([UNKNOWN]) * len(MOMENTS)) == wanted
    assert ratings_at(MOMENTS, some) == {pk: ratings for pk, ratings in found.items() if pk in some}


def change(chance: random.Random, projects: list[Project], periods: list[ReportingPeriod]) -> None:
    """Something that happens in a portfolio."""
    project = chance.choice(projects)
    match chance.randrange(8):
        case 0:
            projects.append(factories.project(is_confidential=chance.random() < 0.3))
        case 1:
            Project.objects.filter(pk=project.pk).update(forecast=chance.randrange(10_000), title=f"Title {chance.random()}")
        case 2:
            archived = None if project.archived_at else timezone.now()
            Project.objects.filter(pk=project.pk).update(archived_at=archived)
        case 3:
            known = timezone.now() - timedelta(days=chance.randrange(400), seconds=chance.randrange(9999))
            rating = AssuranceRating.objects.create(project=project, rating=chance.choice(RATINGS[:3]), effective_at=known)
            Project.objects.filter(pk=project.pk).update(current_assurance=rating)
        case 4:
            fresh = factories.project()
            fresh.delete()
        case 5:
            moved = START + timedelta(days=chance.randrange(300))
            ReportingPeriod.objects.filter(pk=chance.choice(periods).pk).update(starts_on=moved, ends_on=moved)
        case _:
            some_update(chance, project, periods)


def equal_to_what_is_read_anew(clock: Clock, *moments: datetime) -> None:
    for at in (None, *MOMENTS[3:6:2], *moments):
        assert list(standings_kept(clock, at)) == standings(Project.objects.all(), at)
    assert ratings_kept(clock, MOMENTS) == ratings_at(MOMENTS)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("seed", range(3))
def test_what_is_kept_equals_what_is_read_anew(seed):
    chance, periods = random.Random(seed), some_periods()
    projects = [factories.project() for _ in range(4)]
    moments: list[datetime] = []  # inside what is recorded, too
    for step in range(30):
        for _ in range(chance.randrange(3)):
            change(chance, projects, periods)
        if step in (8, 16):
            moments.append(timezone.now())
        equal_to_what_is_read_anew(read_clock(CLOCKED), *moments)


@pytest.mark.django_db(transaction=True)
def test_what_a_transaction_wrote_before_others_is_not_missed():
    factories.update(factories.project("First"))
    standings_kept(read_clock(CLOCKED))
    with transaction.atomic():
        project = factories.project("Slow")
        assert "Slow" in {row.title for row in standings_kept(read_clock(CLOCKED))}
        transaction.set_rollback(True)
    assert not Project.objects.filter(pk=project.pk).exists()
    equal_to_what_is_read_anew(read_clock(CLOCKED))


@pytest.mark.django_db(transaction=True)
def test_one_change_costs_the_same_at_any_size():
    def cost() -> int:
        standings_kept(settled_clock(CLOCKED))
        Project.objects.filter(pk=Project.objects.order_by("pk")[0].pk).update(title=f"At {timezone.now()}")
        with CaptureQueriesContext(connection) as queries:
            standings_kept(read_clock(CLOCKED))
        return len(queries)

    factories.project()
    few = cost()
    for _ in range(20):
        factories.project()
    assert cost() == few == 3  # the clock, what changed, the changed rows


@pytest.mark.django_db(transaction=True)
def test_an_edit_of_today_reaches_the_past_only_where_nothing_was_recorded_then():
    at = MOMENTS[3]
    imported, recorded = factories.project("Imported"), factories.project("Recorded")
    for project in (imported, recorded):
        factories.update(project, effective_at=at - timedelta(days=1))
    with connection.cursor() as cursor:  # as if it had been entered in the year before
        cursor.execute("ALTER TABLE portfolio_projectevent DISABLE TRIGGER USER")
        cursor.execute(
            "UPDATE portfolio_projectevent SET pgh_created_at = %s WHERE pgh_obj_id = %s", [at - timedelta(days=2), recorded.pk]
        )
        cursor.execute("ALTER TABLE portfolio_projectevent ENABLE TRIGGER USER")

    def titles() -> set[str]:
        found = standings_kept(settled_clock(CLOCKED), at)
        assert list(found) == standings(Project.objects.all(), at)
        return {row.title for row in found}

    assert titles() == {"Imported", "Recorded"}
    Project.objects.filter(pk__in=[imported.pk, recorded.pk]).update(title="Called otherwise")
    assert titles() == {"Called otherwise", "Recorded"}
    with CaptureQueriesContext(connection) as queries:
        Project.objects.filter(pk=recorded.pk).update(forecast=1)
        standings_kept(read_clock(CLOCKED), at)
    assert not [query for query in queries if "LATERAL" in query["sql"]]
