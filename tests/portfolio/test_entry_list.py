"""The lists of the registers: a page is found by its keys, counted exactly, in order, under the reader's rights."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from portfolio.models import Entry, EntryWatcher, SharedImpact
from portfolio.registers import KINDS
from portfolio.views.raid_lists import REGISTERS, rows_of
from tests import factories

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


@pytest.fixture(autouse=True)
def today() -> None:
    """Of the test: a run that began before midnight may come here after it."""
    global TODAY
    TODAY = timezone.localdate()


def listed(client, kind: str, **query):
    return client.get(reverse(f"portfolio:{kind}-list"), query).context["page"]


def add(kind: str, cast, number: int, **values):
    more = {"giver": cast.other} if kind == "dependency" else {}
    due = TODAY + timedelta(days=number % 5 - 2)
    return factories.entry(kind, cast.own, f"Entry {number:03}", due_on=due, **more, **values)


@pytest.mark.parametrize("kind", list(KINDS))
def test_pages_hold_each_entry_once_in_order_and_say_how_many_there_are(kind, cast, signed_in):
    for number in range(29):
        add(kind, cast, number, owner=cast.sponsor if number % 3 else cast.project_manager)
    client = signed_in(cast.pmo_analyst)
    for sort in ("", "-title", "due_on", "-due_on", "owner", "-status", "scope", "category"):
        pages = [listed(client, kind, page_size=25, sort=sort, page=number) for number in (1, 2)]
        assert [(len(page.object_list), page.paginator.count, page.number) for page in pages] == [(25, 29, 1), (4, 29, 2)]
        found = [row.pk for page in pages for row in page.object_list]
        assert found == list(REGISTERS[kind].sorted(rows_of(kind)(cast.pmo_analyst), sort).values_list("pk", flat=True)), sort


@pytest.mark.parametrize(
    ("asked", "number"), [("7", 2), ("-1", 2), ("0", 2), ("x", 1), ("", 1), ("9" * 40, 2), ("²", 1), ("--1", 1)]
)
def test_a_page_that_there_is_not_is_the_last_one(asked, number, cast, signed_in):
    for each in range(26):
        add("issue", cast, each)
    page = listed(signed_in(cast.pmo_analyst), "issue", page_size=25, page=asked)
    assert (page.number, page.paginator.count, len(page.object_list)) == (number, 26, 25 if number == 1 else 1)
    empty = listed(signed_in(cast.pmo_analyst), "risk", page=asked)
    assert (empty.number, empty.paginator.count, list(empty.object_list)) == (1, 0, [])


def test_each_person_is_told_of_their_own_number(cast, signed_in):
    open_one = add("risk", cast, 1)
    hidden = add("risk", cast, 2, is_confidential=True, by=cast.pmo_analyst)
    factories.entry("risk", cast.confidential, "Canary")
    shown = {
        "pmo_analyst": {open_one, hidden},
        "project_manager": {open_one, hidden},
        "pmo_head": {open_one},
        "auditor": {open_one},
        "stranger": set(),
    }
    for _twice in range(2):  # the second time with texts that are known
        for role, entries in shown.items():
            page = listed(signed_in(cast.people[role]), "risk")
            assert (set(page.object_list), page.paginator.count) == (entries, len(entries)), role
    EntryWatcher.objects.create(entry=hidden, user=cast.pmo_head)
    assert listed(signed_in(cast.pmo_head), "risk").paginator.count == 2


@pytest.mark.parametrize("kind", list(KINDS))
@pytest.mark.parametrize("role", ["pmo_analyst", "project_manager"])
def test_a_page_costs_as_many_statements_for_forty_entries_as_for_one(kind, role, cast, signed_in):
    client = signed_in(cast.people[role])
    queries = ({}, {"q": "entry", "open": "all"}, {"mine": "on", "due": "overdue", "sort": "-due_on"}, {"columns": "category"})
    counts: list[list[int]] = []
    for numbers in (range(1), range(1, 40)):
        for number in numbers:
            add(kind, cast, number, owner=cast.people[role])
        counts.append([])
        for query in queries:
            listed(client, kind, **query)
            with CaptureQueriesContext(connection) as asked:
                listed(client, kind, **query)
            counts[-1].append(len(asked))
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 10


def test_counting_reads_no_row_of_the_table(cast, signed_in):
    """What the rules of access and the usual filters ask is in the index; another column asked for would be seen here."""
    add("risk", cast, 1)
    analyst = cast.pmo_analyst
    for person in (analyst, cast.project_manager):
        rows = Entry.objects.visible_to(person).filter(kind="risk", is_open=True)
        for asked in (rows, rows.filter(status="identified"), rows.filter(owner=analyst), rows.filter(due_on__lt=TODAY)):
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL enable_seqscan = off")
                cursor.execute("SET LOCAL enable_indexscan = off")
                cursor.execute("SET LOCAL enable_bitmapscan = off")
            plan = asked.order_by("-rank", "pk").values("pk").explain()
            assert "Index Only Scan using entry_register on portfolio_entry" in plan


def test_filters_by_scope_find_what_lies_there_or_hits_it(cast, signed_in):
    top = factories.portfolio("Top")
    nested = factories.portfolio("Nested", parent=top)
    programme = factories.programme("Harbour", portfolio=nested)
    inside = factories.project("Inside", programme=programme)
    direct = factories.project("Direct", portfolio=top)
    of = {scope: factories.entry("risk", scope, f"Of {scope}") for scope in (top, nested, programme, inside, direct, cast.own)}
    SharedImpact.objects.create(entry=of[programme], project=cast.own, impact=3)
    client = signed_in(cast.pmo_head)

    def found(**query) -> set[Entry]:
        return set(listed(client, "risk", **query).object_list)

    assert found(portfolio=top.pk) == {of[scope] for scope in (top, nested, programme, inside, direct)}
    assert found(portfolio=nested.pk) == {of[scope] for scope in (nested, programme, inside)}
    assert found(programme=programme.pk) == {of[programme], of[inside]}
    assert found(project=inside.reference.lower()) == {of[inside]}
    assert found(project=cast.own.reference) == {of[cast.own], of[programme]}
    assert found(project=cast.confidential.reference) == set()
    given = factories.entry("dependency", cast.own, giver=inside, due_on=TODAY)
    assert set(listed(client, "dependency", project=inside.reference).object_list) == {given}
    assert set(listed(client, "dependency", project=cast.own.reference).object_list) == {given}


@pytest.mark.parametrize("table", ["portfolio_entry", "portfolio_project"])
def test_tables_are_vacuumed_before_their_indexes_need_them(table, db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT reloptions FROM pg_class WHERE relname = %s", [table])
        (options,) = cursor.fetchone()
    assert "autovacuum_vacuum_scale_factor=0.02" in options
