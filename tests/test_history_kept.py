"""The history cannot be rewritten, and nothing is written without it: who did it, by which deed."""

from collections import Counter
from typing import Any

import pytest
from django.apps import apps
from django.db import InternalError, connection, transaction
from django.test import Client
from django.urls import resolve

from tests.access_matrix import World
from tests.app_role import app_role
from tests.form_walk import forms_of, usual_of
from tests.test_access_matrix import ADDRESSES, address_of, clients, data_of, patient, rows_of, undone, world, written_rows  # noqa: F401 - fixtures
from tests.test_house import UNTRACKED

EVENTS = [model for model in apps.get_models() if hasattr(model, "pgh_tracked_model")]
# Tables of packages, and marks that belong to no business record.
PLUMBING = {
    "django_session", "axes_accessattempt", "axes_accesslog", "axes_accessfailurelog", "axes_accessattemptexpiration", "pghistory_context",
    "core_outgoingmail", "core_mailattachment", "core_notification", "core_digestitem", "core_referencecounter",
}  # fmt: skip


def test_no_event_can_be_changed_or_removed(world: World) -> None:  # noqa: F811
    """Every table of events: each row that the world left is tried; where there is none, its trigger is read."""
    wrong, tried = [], 0
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, bit_or(t.tgtype::int) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
            " WHERE NOT t.tgisinternal AND t.tgenabled <> 'D' AND t.tgname LIKE '%append_only%' GROUP BY 1"
        )
        kinds = dict(cursor.fetchall())
    for model in EVENTS:
        table = model._meta.db_table
        # Bits of pg_trigger.tgtype: 1 a row each, 2 before, 8 delete, 16 update.
        if kinds.get(table, 0) & 27 != 27:
            wrong.append(f"{table}: no trigger refuses UPDATE and DELETE")
        first = model._default_manager.order_by("-pgh_id").first()
        if first is None:
            continue
        tried += 1
        for statement in (f'UPDATE "{table}" SET pgh_label = pgh_label', f'DELETE FROM "{table}"'):  # noqa: S608
            try:
                with transaction.atomic(), connection.cursor() as cursor:
                    cursor.execute(f"{statement} WHERE pgh_id = %s", [first.pgh_id])  # type: ignore[attr-defined]
                wrong.append(f"{statement} went through")
            except InternalError as error:
                if "append_only" not in str(error):
                    raise
    assert not wrong, "\n".join(wrong)
    assert tried > len(EVENTS) / 2, f"Only {tried} of {len(EVENTS)} tables of events hold a row"


# ---- every way to write


TRACKED = {model.pgh_tracked_model._meta.db_table: model for model in EVENTS}
FREE = PLUMBING | {apps.get_model(label)._meta.db_table for label in UNTRACKED}


def newest() -> dict[str, int]:
    """The number of the newest event of each table."""
    parts = " UNION ALL ".join(f"SELECT '{m._meta.db_table}', max(pgh_id) FROM \"{m._meta.db_table}\"" for m in EVENTS)  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(parts)
        return {table: number or 0 for table, number in cursor.fetchall()}


def untold(tables: Counter[str], numbers: dict[str, int], person: Any) -> list[str]:
    """What was written into these tables without history, or by nobody, or without saying by which deed."""
    wrong = []
    for table in sorted(tables):
        if table in FREE or table.endswith("event") or table.startswith("pghistory"):
            continue
        if table not in TRACKED:
            wrong.append(f"{table} has no history")
            continue
        events = TRACKED[table]._default_manager.filter(pgh_id__gt=numbers[TRACKED[table]._meta.db_table])
        for event in events.select_related("pgh_context"):
            about = event.pgh_context.metadata if event.pgh_context else {}  # type: ignore[attr-defined]
            if about.get("user") != person.pk:
                wrong.append(f"{table} was written by {about.get('user')}")
            elif not about.get("action"):
                wrong.append(f"{table} does not say by which deed: {event.pgh_label}")  # type: ignore[attr-defined]
    return sorted(set(wrong))


@pytest.mark.slow
def test_every_way_to_write_says_who_and_what(world: World, clients: dict[str, Client]) -> None:  # noqa: F811
    """Every declared write of the API and the pages, and every form of every page, filled in; as the role that owns no table."""
    wrong: dict[str, list[str]] = {}
    done: set[str] = set()
    numbers = newest()  # each try is undone: it stays the same
    with app_role():
        take_every_way(world, clients, numbers, done, wrong)
    print(f"{len(done)} ways to write were taken")  # noqa: T201
    assert not wrong, "\n".join(f"{key}: {found}" for key, found in sorted(wrong.items()))
    assert len(done) > 150


def take_every_way(
    world: World,  # noqa: F811
    clients: dict[str, Client],  # noqa: F811
    numbers: dict[str, int],
    done: set[str],
    wrong: dict[str, list[str]],
) -> None:
    for role in ("pmo_head", "project_manager"):  # the second takes what the first could not
        client, person = clients[role], world.cast.people[role]
        tried: set[tuple[str, str, str]] = set()
        for name in sorted(ADDRESSES):
            for row in rows_of(name):
                address = address_of(name, row, world, world.cast.own)
                tries = [(row.method, address, data_of(row, world, world.cast.own))] if row.method != "get" else []
                if row.method == "get" and not address.startswith("/api/"):
                    with undone():
                        page = client.get(address)
                    if page.status_code == 200 and "html" in page.headers.get("Content-Type", ""):
                        forms = forms_of(page.content.decode(), address)
                        tries += [("post", form.address, form.filled("Other words", usual_of(world))) for form in forms]
                for method, target, data in tries:
                    key = f"{method} {resolve(target.partition('?')[0]).view_name}"
                    # Many pages show the same form: what was refused on one is refused on the next.
                    same = (method, target, " ".join(sorted(data)))
                    if key in done or same in tried or "logout" in target or "login" in target:
                        continue
                    tried.add(same)
                    with undone():
                        before = written_rows()
                        options: dict[str, Any] = {"content_type": "application/json"} if "/api/" in target else {}
                        answer = getattr(client, method)(target, data, **options)
                        if answer.status_code in (200, 201, 202, 204, 302):
                            tables = written_rows() - before
                            if found := untold(tables, numbers, person):
                                wrong.setdefault(key, found)
                            if tables:
                                done.add(key)
