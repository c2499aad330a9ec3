"""The migration that creates its tables at once: same tables, few model classes, anything may follow."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ModelState, ProjectState

from core.migrating import AtOnce
from tests.servers import ROOMS

pytestmark = pytest.mark.django_db

APP = "attic"


def creating(number: int) -> migrations.Migration:
    """So many tables in a ring, each pointing to the next one, with an index and a constraint."""

    class Creating(AtOnce):
        operations = [
            migrations.CreateModel(
                name=f"Box{index}",
                fields=[
                    ("id", models.BigAutoField(primary_key=True)),
                    ("name", models.CharField(max_length=9)),
                    ("next", models.ForeignKey(to=f"{APP}.box{(index + 1) % number}", on_delete=models.CASCADE, null=True)),
                ],
                options={
                    "indexes": [models.Index(fields=["name"], name=f"box{index}_name")],
                    "constraints": [models.UniqueConstraint("name", "next", name=f"box{index}_once")],
                },
            )
            for index in range(number)
        ]

    return Creating("0001_initial", APP)


class Following(migrations.Migration):
    """An ordinary migration of later, with data."""

    operations = [
        migrations.AddField("Box0", "size", models.IntegerField(default=3)),
        migrations.AddField(
            "Box1", "inside", models.ForeignKey(to=f"{APP}.box0", on_delete=models.CASCADE, null=True, related_name="+")
        ),
        migrations.RunPython(
            lambda registry, editor: registry.get_model(APP, "Box0").objects.create(name="first"), migrations.RunPython.noop
        ),
    ]


@pytest.fixture
def builds(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The model classes that Django builds for migrations, in the order in which it does."""
    names: list[str] = []
    build: Callable[..., Any] = ModelState.render
    monkeypatch.setattr(ModelState, "render", lambda self, registry: names.append(self.name) or build(self, registry))
    return names


def forwards(state: ProjectState, *migrations_: migrations.Migration) -> ProjectState:
    for migration in migrations_:
        assert state.apps  # as the executor does
        with connection.schema_editor() as editor:
            state = migration.apply(state, editor)
    return state


def tables() -> set[str]:
    return {name for name in connection.introspection.table_names() if name.startswith(APP)}


def constraints_of(table: str) -> dict[str, dict[str, Any]]:
    with connection.cursor() as cursor:
        return connection.introspection.get_constraints(cursor, table)


def test_model_classes_are_built_once_however_many_there_are(builds: list[str]):
    forwards(ProjectState(), creating(12))
    assert len(tables()) == 12
    assert sorted(builds) == sorted(f"Box{index}" for index in range(12))


def test_tables_come_whole_with_foreign_keys_in_a_circle():
    forwards(ProjectState(), creating(3))
    found = constraints_of("attic_box0")
    assert [each["foreign_key"] for each in found.values() if each["foreign_key"]] == [("attic_box1", "id")]
    assert {"box0_name", "box0_once"} <= set(found)


def test_an_ordinary_migration_may_follow_and_both_go_back():
    first, second = creating(3), Following("0002_size", APP)
    state = forwards(ProjectState(), first, second)
    assert state.apps.get_model(APP, "Box0").objects.get().size == 3
    assert state.models == second.mutate_state(first.mutate_state(ProjectState())).models
    before_second = first.mutate_state(ProjectState())
    connection.check_constraints()  # what waits for the end of the transaction stands in the way of ALTER TABLE
    with connection.schema_editor() as editor:
        second.unapply(before_second, editor)
    nothing = ProjectState()
    with connection.schema_editor() as editor:
        assert first.unapply(nothing, editor) is nothing
    assert not nothing.models
    assert not tables()


def test_sqlmigrate_tells_every_table():
    with connection.schema_editor(collect_sql=True) as editor:
        creating(2).apply(ProjectState(), editor, collect_sql=True)
    text = "\n".join(editor.collected_sql)
    assert "-- Create model Box1" in text
    assert 'CREATE TABLE "attic_box1"' in text
    assert text.count("FOREIGN KEY") == 2
    assert not tables()


def test_the_state_asked_for_is_a_copy_unless_told_otherwise():
    empty = ProjectState()
    assert len(creating(2).mutate_state(empty).models) == 2
    assert not empty.models
    assert creating(2).mutate_state(empty, preserve=False) is empty
    assert len(empty.models) == 2


def test_operations_that_look_at_the_state_between_are_refused():
    with pytest.raises(TypeError, match="RunPython needs the state between"):
        type("Mixed", (AtOnce,), {"operations": [migrations.RunPython(migrations.RunPython.noop)]})


def test_every_first_migration_of_ours_creates_at_once():
    """`tools/remigrate` says which one it could not write so; a first start takes a minute of CPU otherwise."""
    found = {key: each for key, each in MigrationLoader(None).disk_migrations.items() if key[0] in ROOMS and each.initial}
    assert ("portfolio", "0001_initial") in found
    assert [key for key, each in found.items() if not isinstance(each, AtOnce)] == []
