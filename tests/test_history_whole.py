"""What is recorded stays: no table is emptied at once, nobody's name is changed afterwards, and the application's role can do less."""

import json
from datetime import date
from typing import Any

import pghistory
import pytest
from django.apps import apps
from django.db import InternalError, ProgrammingError, connection, transaction

from core.history import history_of, recorded
from core.triggers import event_tables, keep_whole, kept_tables
from portfolio.models import Membership, Milestone, Project
from tests import factories
from tests.app_role import app_role
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def refused(*statements: str, by: type[Exception] = InternalError, says: str) -> None:
    for statement in statements:
        with pytest.raises(by, match=says), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_no_table_of_record_can_be_emptied() -> None:
    """TRUNCATE sees no rows, so that triggers of rows do not see it: recorded, frozen and event tables refuse it."""
    refused(*(f'TRUNCATE "{table}" CASCADE' for table in kept_tables()), says="is kept whole, TRUNCATE is refused")
    events = [model for model in apps.get_models() if hasattr(model, "pgh_tracked_model")]
    assert len(events) > 60
    assert {*event_tables(), "pghistory_context", "reporting_reportedition", "intake_decision"} <= {*kept_tables()}
    assert keep_whole("default") == 0, "nothing was missing"


def test_who_did_it_is_not_rewritten(cast: Cast) -> None:
    """What the events refer to for who and why is added to by the request itself, and changed or removed by nobody."""
    with pghistory.context(user=cast.pmo_head.pk, action="portfolio.project.edited") as said:
        Project.objects.filter(pk=cast.own.pk).update(title="Renamed")
        said.metadata["note"] = "said later in the same request"
        Project.objects.filter(pk=cast.own.pk).update(title="Renamed again")
    with connection.cursor() as cursor:  # the next request has another one
        cursor.execute("SELECT set_config('pghistory.context_id', gen_random_uuid()::text, true)")
    refused(
        f"UPDATE pghistory_context SET metadata = jsonb_set(metadata, '{{user}}', '1') WHERE id = '{said.id}'",  # noqa: S608
        f"UPDATE pghistory_context SET id = gen_random_uuid() WHERE id = '{said.id}'",  # noqa: S608
        f"DELETE FROM pghistory_context WHERE id = '{said.id}'",  # noqa: S608
        says="not changed or removed afterwards",
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT metadata FROM pghistory_context WHERE id = %s", [said.id])
        assert json.loads(cursor.fetchone()[0]) == said.metadata


def test_the_role_of_the_application_can_only_add_to_the_history(cast: Cast) -> None:
    Project.objects.filter(pk=cast.own.pk).update(title="Renamed")
    with app_role() as role, connection.cursor() as cursor:
        cursor.execute("SET LOCAL pgtrigger.ignore = '{portfolio_projectevent:append_only}'")  # what puts a trigger to sleep
        for table in event_tables():
            refused(f'UPDATE "{table}" SET pgh_label = pgh_label', f'DELETE FROM "{table}"', by=ProgrammingError, says="denied")  # noqa: S608
        refused(
            "TRUNCATE portfolio_projectevent",
            "DELETE FROM pghistory_context",
            "DELETE FROM core_historyseal",
            "UPDATE core_historyseal SET digest = ''",
            "DROP TRIGGER kept_whole ON portfolio_projectevent",
            "ALTER TABLE portfolio_projectevent DISABLE TRIGGER ALL",
            "ALTER TABLE portfolio_project DISABLE TRIGGER USER",
            "DROP TABLE portfolio_projectevent",
            "CREATE OR REPLACE FUNCTION core_refuse_truncate() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
            "SET session_replication_role = replica",
            "DELETE FROM django_migrations",
            by=ProgrammingError,
            says="denied|must be owner",
        )
        before = Project.pgh_event_model.objects.count()  # type: ignore[attr-defined]
        Project.objects.filter(pk=cast.own.pk).update(title="Renamed by the application")
        assert Project.pgh_event_model.objects.count() == before + 1, role  # type: ignore[attr-defined]


def test_history_is_told_from_the_newest_within_one_moment_too(cast: Cast, signed_in: Any) -> None:
    """All that one transaction wrote has the same moment; it is told backwards like everything else, on the page and in the file."""
    with recorded("portfolio.project.edited"):
        project = factories.project("First words")
        for title in ("Second words", "Third words", "Fourth words"):
            Project.objects.filter(pk=project.pk).update(title=title)
        for name in ("Design", "Build"):
            Milestone.objects.create(project=project, title=name, planned_on=date(2027, 3, 1), forecast_on=date(2027, 3, 1))
        Membership.objects.create(user=cast.project_manager, role="project_manager", project=project)
    rows = [
        (Project, {"pgh_obj_id": project.pk}),
        (Milestone, {"project_id": project.pk}),
        (Membership, {"project_id": project.pk}),
    ]
    entries = history_of(*rows)
    assert len({entry.at for entry in entries}) == 1
    told = [change.after for entry in entries for change in entry.changes if change.label == "title"]
    assert told == ["Build", "Design", "Fourth words", "Third words", "Second words", "First words"]
    assert history_of(*rows, limit=2) == entries[:2]
    client, address = signed_in(cast.pmo_head), f"/portfolio/projects/{project.reference}/history/"
    words = ("Fourth words", "Third words", "Second words")
    page = client.get(address).content.decode()
    file = b"".join(client.get(f"{address}?export=csv")).decode()
    for text in (page[page.index("<main") :], file):
        changed = [text.index(f"{old}") for old in words]
        assert changed == sorted(changed)
