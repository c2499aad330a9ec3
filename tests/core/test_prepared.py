"""Prepared queries: put together once, asked with other values, the same rows as the ORM's."""

from datetime import UTC, date, datetime

import pghistory
import pytest
from django.db import connection
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q
from django.http import Http404
from django.test.utils import CaptureQueriesContext

from accounts.models import RoleGrant, User
from core import plans
from core.prepared import Prepared, PreparedCondition, PreparedObjects
from core.search import Typed, words_of
from portfolio.access import project_for
from portfolio.models import Membership, Milestone, Project, StatusDuty, StatusUpdate
from portfolio.models.asof import TREND
from portfolio.models.visibility import scopes_of, somebody
from portfolio.search import _projects as searched
from portfolio.views.standing import OVERDUE
from tests import factories


def milestones_of(project: int, on: date):
    return (
        Milestone.objects.filter(project=project, planned_on__gte=on, title__contains="%").order_by("pk").values_list("title")
    )


def test_each_call_has_its_own_values_and_sees_what_is_there_now(db):
    one, two = factories.project(), factories.project()
    ask = Prepared(milestones_of, project=int, on=date)
    assert ask(project=one.pk, on=date(2026, 1, 1)) == []
    Milestone.objects.create(project=one, title="100 %", planned_on=date(2026, 3, 1))
    Milestone.objects.create(project=two, title="50 %", planned_on=date(2026, 5, 1))
    assert ask(project=one.pk, on=date(2026, 1, 1)) == [("100 %",)]
    assert ask(project=one.pk, on=date(2026, 3, 2)) == []
    with CaptureQueriesContext(connection) as queries:
        assert ask(project=two.pk, on=date(2026, 1, 1)) == [("50 %",)]
    assert len(queries) == 1


def test_prepared_queries_of_the_project_page_answer_as_the_orm_does(cast, db):
    owing, written = factories.project(), factories.update(factories.project(), overall="red").project
    factories.duty(owing, factories.period(ends_on=date(2026, 5, 31)).calendar)
    assert OVERDUE(project=owing.pk, on=date(2026, 11, 22))
    for project in (cast.own, owing, written):
        assert TREND(project=project.pk) == list(StatusUpdate.objects.for_trend(project))
        for day in (date(2026, 1, 1), date(2026, 11, 22), date(2030, 1, 1)):
            found = bool(OVERDUE(project=project.pk, on=day))
            assert found == StatusDuty.objects.filter(project=project).overdue(day).exists()


def test_a_query_for_equal_rights_is_put_together_once_and_a_revoked_right_acts_at_once(cast, db):
    made = []

    def seen(scopes, user):
        made.append(scopes)
        return Project.objects.visible_to(somebody(user, scopes)).order_by("pk").values_list("pk", flat=True)

    ask = Prepared(seen, user=int)

    def same(person) -> bool:
        reader = User.objects.get(pk=person.pk)  # as the next request finds them
        found = [pk for (pk,) in ask(scopes_of(reader), user=reader.pk)]
        return found == list(Project.objects.visible_to(reader).order_by("pk").values_list("pk", flat=True))

    assert all(same(person) for person in cast.people.values())
    few = len(made)
    assert all(same(person) for person in cast.people.values())
    assert len(made) == few < len(cast.people)
    factories.member(cast.stranger, "project_manager", project=cast.other)
    assert same(cast.stranger)
    RoleGrant.objects.filter(user=cast.pmo_head).delete()
    Membership.objects.all().delete()
    assert all(same(person) for person in cast.people.values())


def test_objects_come_as_the_orm_makes_them_with_what_they_join(cast, db):
    Project.objects.filter(pk=cast.own.pk).update(custom={"Region": "North"}, tags=["a"], budget="12.50")
    factories.update(cast.own, overall="red")
    ask = PreparedObjects(
        lambda reference: Project.objects.filter(reference=reference).select_related(
            "manager", "programme", "current_update__period"
        ),
        reference=str,
    )
    for reference in (cast.own.reference, cast.other.reference):
        (found,), real = ask(reference=reference), Project.objects.get(reference=reference)
        assert found == real
        assert {f.attname: getattr(found, f.attname) for f in Project._meta.concrete_fields} == {
            f.attname: getattr(real, f.attname) for f in Project._meta.concrete_fields
        }
        with CaptureQueriesContext(connection) as queries:
            told = found.manager, found.programme, found.current_update and found.current_update.period
        assert not queries.captured_queries
        assert told == (real.manager, real.programme, real.current_update and real.current_update.period)
    assert ask(reference="PRJ-none") == []


def test_a_person_who_is_no_longer_active_finds_no_project(cast, db):
    person = cast.project_manager
    assert project_for(person, cast.own.reference, "project.view") == cast.own
    person.is_active = False
    with pytest.raises(Http404):
        project_for(person, cast.own.reference, "project.view")


def test_a_text_typed_stands_in_patterns_too_and_is_escaped_there(db):
    for title in ("100 % done", "100 days done", "a_b", "axb"):
        factories.project(title)
    ask = Prepared(lambda text: Project.objects.filter(title__icontains=text).order_by("pk").values_list("title"), text=str)
    for text, found in (
        ("100 %", ["100 % done"]),
        ("100", ["100 % done", "100 days done"]),
        ("A_B", ["a_b"]),
        ("\\", []),
        ("'", []),
    ):
        assert [title for (title,) in ask(text=text)] == found


def test_search_finds_with_prepared_queries_what_the_orm_finds(cast, db):
    factories.project("Harbour bridge", purpose="Cross the water")
    for person in (cast.pmo_head, cast.stranger, cast.sponsor):
        for text in ("bridge", "Own", "brigde", "water harb", "%", "--", cast.own.reference.lower(), "PRJ-"):
            asked = Typed(text)
            asked.words = words_of(text)
            assert searched(person, text, 5) == list(searched.make(person, asked, 5))


def test_a_condition_is_one_node_and_holds_wherever_the_table_stands_in_a_query(cast, db):
    own = PreparedCondition(
        lambda archived, user: Project.objects.filter(
            Q(manager=user) | Q(pk__in=Project.objects.filter(sponsor=user).values("pk")), archived_at__isnull=not archived
        ),
        user=int,
    )
    milestone = Milestone.objects.create(project=cast.own, title="Go live", planned_on=date(2026, 3, 1))
    for person, found in ((cast.project_manager, [cast.own]), (cast.sponsor, [cast.own]), (cast.stranger, [])):
        condition = own(False, user=person.pk)
        rows = Project.objects.filter(condition)
        assert list(rows) == found
        assert not Project.objects.filter(own(True, user=person.pk)).exists()
        assert list(Project.objects.exclude(pk__in=Project.objects.exclude(condition).values("pk"))) == found
        assert list(Milestone.objects.filter(project__in=rows)) == [milestone] * len(found)
        assert list(Milestone.objects.filter(Exists(rows.filter(pk=OuterRef("project"))))) == [milestone] * len(found)
        assert list((rows | Project.objects.none()).filter(pk__in=rows.order_by("-pk")[:5])) == found
        ask = Prepared(lambda user: Project.objects.filter(own(False, user=user)).values_list("pk"), user=int)
        assert ask(user=person.pk) == [(one.pk,) for one in found]
    with pytest.raises(ValueError):
        PreparedCondition(lambda user: Project.objects.filter(manager__name="", manager=user), user=int)(user=1)


def test_rows_of_these_keys_are_objects_with_annotations(cast, db):
    ask = PreparedObjects(
        lambda keys: (
            Project.objects.filter(pk__among=keys)
            .annotate(led=ExpressionWrapper(Q(manager=cast.project_manager), BooleanField()))
            .only("title")
        ),
        keys=list,
    )
    assert ask(keys=[]) == []
    assert {one.pk: one.led for one in ask(keys=[cast.own.pk, cast.other.pk])} == {cast.own.pk: True, cast.other.pk: False}


def names_of(queries):
    return [query["sql"].split()[0] for query in queries.captured_queries]


def test_a_statement_asked_again_is_sent_by_name_and_answers_the_same(db):
    one, two = factories.project(), factories.project()
    for project in (one, two):
        Milestone.objects.create(project=project, title="100 %", planned_on=date(2026, 3, 1))
    ask = Prepared(lambda project, on: milestones_of(project, on)[:70], project=int, on=date)
    with CaptureQueriesContext(connection) as queries:
        answers = [ask(project=project.pk, on=date(2026, month, 1)) for project in (one, two) for month in (2, 4)]
    assert answers == [[("100 %",)], [], [("100 %",)], []]
    assert names_of(queries) == ["SELECT", "PREPARE", "EXECUTE", "EXECUTE"]
    Milestone.objects.create(project=one, title="50 %", planned_on=date(2026, 5, 1))
    assert ask(project=one.pk, on=date(2026, 4, 1)) == [("50 %",)]


def test_kinds_of_values_are_the_same_by_name(db):
    project = factories.project()
    kinds = Prepared(
        lambda keys, word, at: (
            Project.objects.filter(pk__among=keys, title=word, created_at__lt=at).order_by("pk").values_list("pk", "reference")
        ),
        keys=list,
        word=str,
        at=datetime,
    )
    for keys, found in (([project.pk], 1), ([], 0), ([project.pk, project.pk + 1], 1)) * 2:
        rows = kinds(keys=keys, word=project.title, at=datetime(2100, 1, 1, tzinfo=UTC))
        assert rows == [(project.pk, project.reference)] * found
    assert kinds(keys=[project.pk], word="It's 5 % {of} \\ it", at=datetime(2100, 1, 1, tzinfo=UTC)) == []


def test_a_text_of_our_own_takes_values_by_name_and_each_as_often_as_it_stands_there(db):
    text = "SELECT %(a)s::text || '%%', %(b)s::bigint[], %(a)s = 'x', %(b)s IS NULL"
    own = plans.Statement(text, table="own", a="text", b="bigint[]")
    with CaptureQueriesContext(connection) as queries, connection.cursor() as cursor:
        for a, b in (("x", [1, 2]), ("%s", []), ("'", None)):
            own.ask(cursor, a=a, b=b)
            assert cursor.fetchone() == (f"{a}%", b, a == "x", b is None)
    assert names_of(queries) == ["SELECT", "PREPARE", "EXECUTE"]


def test_plans_of_a_connection_are_few_and_the_longest_unused_goes(db, monkeypatch):
    most = len(plans.known().names) + 2
    monkeypatch.setattr(plans, "AT_MOST", most)
    asks = [
        Prepared(lambda on, n=n: Milestone.objects.filter(planned_on=on).values_list("pk")[:n], on=date)
        for n in range(200, 206)
    ]
    for ask in asks * 3:
        assert ask(on=date(2026, 1, 1)) == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pg_prepared_statements WHERE name LIKE %s", [f"{plans.PREFIX}%"])
        assert {name for (name,) in cursor.fetchall()} == set(plans.known().names)
    assert len(plans.known().names) == most


def test_a_plan_that_the_server_forgot_is_asked_as_it_is(transactional_db):
    ask = Prepared(lambda on: Milestone.objects.filter(planned_on=on).values_list("pk")[:74], on=date)
    for _ in range(3):
        assert ask(on=date(2026, 1, 1)) == []
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")
    assert ask(on=date(2026, 1, 1)) == []
    assert ask(on=date(2026, 1, 1)) == []
    connection.close()
    for _ in range(3):
        assert ask(on=date(2026, 1, 1)) == []


def test_patterns_are_planned_each_time_and_nothing_is_kept_without_lasting_connections(db, settings):
    like = Prepared(lambda text: Milestone.objects.filter(title__icontains=text).values_list("pk"), text=str)
    ask = Prepared(lambda on: Milestone.objects.filter(planned_on=on).values_list("pk")[:75], on=date)
    settings.DATABASES["default"]["CONN_MAX_AGE"], before = 0, settings.DATABASES["default"]["CONN_MAX_AGE"]
    try:
        with CaptureQueriesContext(connection) as queries:
            for _ in range(3):
                ask(on=date(2026, 1, 1))
                like(text="100 %")
    finally:
        settings.DATABASES["default"]["CONN_MAX_AGE"] = before
    assert names_of(queries) == ["SELECT"] * 6
    with CaptureQueriesContext(connection) as queries:
        for _ in range(3):
            like(text="100 %")
    assert names_of(queries) == ["SELECT"] * 3


def test_reading_by_name_carries_no_history(db):
    ask = Prepared(lambda on: Milestone.objects.filter(planned_on=on).values_list("pk")[:76], on=date)
    with pghistory.context(user=1), CaptureQueriesContext(connection) as queries:
        for _ in range(3):
            ask(on=date(2026, 1, 1))
        Milestone.objects.create(project=factories.project(), title="One", planned_on=date(2026, 3, 1))
    assert names_of(queries)[:3] == ["SELECT", "PREPARE", "EXECUTE"]
    assert not any("set_config" in query["sql"] for query in queries.captured_queries[:3])
    assert "set_config" in queries.captured_queries[-1]["sql"]
