"""The history is held to its seals: one changed byte is found, and nobody who only works is suspected."""

import threading
from contextlib import closing
from datetime import timedelta
from typing import Any

import pghistory
import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections, transaction
from django.utils import timezone

from core.actions.seals import SETTLES_IN, check_history, contains, head, seal_history, unsealed
from core.models import HistorySeal, HistoryTrouble
from portfolio.models import Project
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)
EVENTS = "portfolio_projectevent"
NOW = timezone.now()


@pytest.fixture(autouse=True)
def today() -> None:
    """Of the test: a run that began before midnight may come here after it."""
    global NOW
    NOW = timezone.now()


def found(*statements: str) -> list[str]:
    """What the check tells after somebody who may do anything did this; undone afterwards."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # no trigger fires
        for statement in statements:
            cursor.execute(statement)
        cursor.execute("SET LOCAL session_replication_role = origin")
        told = list(check_history())
        transaction.set_rollback(True)
    return told


def office() -> list[int]:
    """Projects with their history; the numbers of the events."""
    with pghistory.context(action="portfolio.project.edited"):
        for name in ("Bridge", "Tunnel", "Ferry"):
            project = factories.project(name)
            Project.objects.filter(pk=project.pk).update(title=f"{name} over the river")
    return list(Project.pgh_event_model.objects.order_by("pgh_id").values_list("pgh_id", flat=True))  # type: ignore[attr-defined]


def test_every_way_to_rewrite_is_found(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("verify_history")
    assert "Nothing is sealed yet" in capsys.readouterr().out
    ids = office()
    assert seal_history(at=NOW, most=2) == []
    noted = head()
    assert seal_history(at=NOW + SETTLES_IN + timedelta(hours=1), most=2) == []
    seals = HistorySeal.objects.filter(table=EVENTS, kind="rows").order_by("after_id")
    assert [seal.last_id for seal in seals] == ids[1::2]
    assert unsealed() == 0
    count = HistorySeal.objects.count()
    assert seal_history(at=NOW + 2 * SETTLES_IN, most=2) == []
    assert HistorySeal.objects.count() == count, "nothing twice"
    assert found() == []

    part = f"{EVENTS}: the events from {ids[1] + 1} to {ids[3]} are not what was sealed at"
    for statement, tells in {
        f"UPDATE {EVENTS} SET title = overlay(title placing '!' from 3 for 1) WHERE pgh_id = {ids[2]}": "2 rows then and now",  # noqa: S608
        f"UPDATE {EVENTS} SET pgh_context_id = NULL WHERE pgh_id = {ids[2]}": "2 rows then and now",  # noqa: S608
        f"DELETE FROM {EVENTS} WHERE pgh_id = {ids[3]}": "2 rows then, 1 now",  # noqa: S608
    }.items():
        told = found(statement)
        assert told[0].startswith(part), told
        assert tells in told[0]
        assert not [line for line in told[1:] if "the events" in line], "no other part"
    columns = seals[0].columns.split(",")
    forged = ", ".join({"pgh_id": "-5"}.get(name, f'"{name}"') for name in columns)
    told = found(f"INSERT INTO {EVENTS} SELECT {forged} FROM {EVENTS} WHERE pgh_id = {ids[0]}")  # noqa: S608
    assert f"the events from the first to {ids[1]}" in told[0]
    assert "3 now" in told[0]
    told = found("""UPDATE pghistory_context SET metadata = metadata || '{"user": 1}'""")
    assert any("who and why of the events" in line for line in told), told
    pk = seals[1].pk
    assert f"Seal {pk} " in found(f"UPDATE core_historyseal SET sealed_at = sealed_at - interval '1 s' WHERE id = {pk}")[0]  # noqa: S608
    assert any("a seal is missing before" in line for line in found(f"DELETE FROM core_historyseal WHERE id = {pk}"))  # noqa: S608

    # A new version: a column more is no difference, one less is told.
    assert found(f"ALTER TABLE {EVENTS} ADD COLUMN colour text NOT NULL DEFAULT 'red'") == []
    assert "title is gone since" in found(f"ALTER TABLE {EVENTS} DROP COLUMN title")[0]

    capsys.readouterr()
    call_command("verify_history", expect=noted)
    assert f"as it was sealed. Newest seal: {head()}" in capsys.readouterr().out
    assert not contains("1:0")
    assert not contains("x")
    assert not HistoryTrouble.objects.exists()
    with pytest.raises(CommandError, match="There is no seal 1:00"):
        call_command("verify_history", expect="1:00")
    assert HistoryTrouble.objects.get(kind="verifying").reason.startswith("There is no seal 1:00")
    call_command("verify_history")
    assert not HistoryTrouble.objects.exists()


def test_a_lower_number_that_comes_late_is_waited_for() -> None:
    office()
    late = connections["default"].copy()
    with closing(late):
        with late.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("UPDATE portfolio_project SET title = 'Said first, kept last' WHERE title LIKE 'Ferry%%'")
        Project.objects.filter(title__startswith="Bridge").update(title="Kept at once")
        assert seal_history(at=NOW) == [EVENTS], "the higher number is there, the lower one not"
        assert not HistorySeal.objects.filter(table=EVENTS).exists()
        with late.cursor() as cursor:
            cursor.execute("COMMIT")
        assert seal_history(at=NOW) == []
    assert (unsealed(), found()) == (0, [])


def test_nobody_who_works_is_suspected() -> None:
    """Four people write, give up in the middle, and write again, while the history is sealed all the time."""
    office()
    names = [*Project.objects.values_list("pk", flat=True), factories.project("Road").pk]

    def work(pk: int) -> None:
        try:
            for number in range(15):
                with transaction.atomic():
                    Project.objects.filter(pk=pk).update(title=f"Title {number}")
                    with transaction.atomic():
                        Project.objects.filter(pk=pk).update(title="Never kept")
                        transaction.set_rollback(True)
                    transaction.set_rollback(number % 3 == 0)
        finally:
            connection.close()

    people = [threading.Thread(target=work, args=[pk]) for pk in names]
    for person in people:
        person.start()
    while any(person.is_alive() for person in people):
        seal_history(at=NOW, most=7)
    for person in people:
        person.join()
    assert seal_history(at=NOW) == []
    assert (unsealed(), found()) == (0, [])


def test_what_a_killed_job_left_is_taken_up(monkeypatch: pytest.MonkeyPatch) -> None:
    office()
    monkeypatch.setattr(HistorySeal, "save", dying(HistorySeal.save, after=3))
    with pytest.raises(KeyboardInterrupt):
        seal_history(at=NOW, most=1)
    assert HistorySeal.objects.count() == 3
    monkeypatch.undo()
    seal_history(at=NOW, most=1)
    assert (unsealed(), found()) == (0, [])


def dying(save: Any, *, after: int) -> Any:
    """`save` that is killed when it is called once more."""
    calls = []

    def or_die(*args: Any, **options: Any) -> None:
        calls.append(1)
        if len(calls) > after:
            raise KeyboardInterrupt
        save(*args, **options)

    return or_die
