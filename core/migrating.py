"""A migration that creates its tables at once: the base of all that `tools/remigrate` makes.

Django builds the model classes of everything related anew after every operation, because any operation might read or
change data. With 200 tables that all know each other, creating them took 21,000 model classes and 38 s of CPU. A
migration that only creates tables with all they have, and triggers, needs its classes once: those of its end.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from core.triggers import AddTriggers

# Operations that find the same in the state after the whole migration as in that after themselves.
INDEPENDENT = (migrations.CreateModel, AddTriggers)


class AtOnce(migrations.Migration):
    """Forwards every operation sees the state after the last one, backwards too: foreign keys may point to tables that
    come later (they are added when all tables stand). Hence only `CreateModel` and `AddTriggers`; any other operation is
    a TypeError when the class is defined, and belongs in an ordinary migration."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        for operation in cls.operations:
            if not isinstance(operation, INDEPENDENT):
                raise TypeError(
                    f"{cls.__module__}: {type(operation).__name__} needs the state between the operations;"
                    " derive from django.db.migrations.Migration."
                )

    def mutate_state(self, project_state: ProjectState, preserve: bool = True) -> ProjectState:
        """The state after this migration, its classes not yet built. Without `preserve` it is `project_state` itself."""
        state = project_state.clone() if preserve else project_state
        state.__dict__.pop("apps", None)  # built again, once, when somebody asks
        for operation in self.operations:
            operation.state_forwards(self.app_label, state)
        return state

    def apply(
        self, project_state: ProjectState, schema_editor: BaseDatabaseSchemaEditor, collect_sql: bool = False
    ) -> ProjectState:
        """Create everything; returns `project_state`, which has become that after this migration."""
        before = project_state.clone()
        after = self.mutate_state(project_state, preserve=False)
        steps = ((each, each.database_forwards) for each in self.operations)
        self._run(steps, schema_editor, before, after, collect_sql=collect_sql)
        return after

    def unapply(
        self, project_state: ProjectState, schema_editor: BaseDatabaseSchemaEditor, collect_sql: bool = False
    ) -> ProjectState:
        """Remove everything; `project_state` is that before this migration and stays so."""
        after = self.mutate_state(project_state)
        steps = ((each, each.database_backwards) for each in reversed(self.operations))
        self._run(steps, schema_editor, after, project_state, collect_sql=collect_sql)
        return project_state

    def _run(
        self,
        steps: Iterable[tuple[Operation, Callable[..., None]]],
        schema_editor: BaseDatabaseSchemaEditor,
        old: ProjectState,
        new: ProjectState,
        *,
        collect_sql: bool,
    ) -> None:
        for operation, run in steps:
            if collect_sql:  # for `sqlmigrate`
                schema_editor.collected_sql += ["--", f"-- {operation.describe()}", "--"]
            run(self.app_label, schema_editor, old, new)
