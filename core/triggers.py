"""What triggers there are beside those that the models declare, and a migration operation that installs many at once.

No table that is recorded, no table of events and no frozen one can be emptied by TRUNCATE, which triggers of rows do not
see. That is one function and a trigger a table, put there after every migration (`keep_whole`): not one more migration for
every new model. What the rows of history refer to for who and why (pghistory's context) is added to within a day by the
request or job itself, and never changed otherwise.

`pgtrigger.migrations.AddTrigger` makes Django build its model classes anew for every trigger; with two or three a table
that is most of the time that a first start takes. `tools/remigrate` gathers them in one of these.
"""

from collections.abc import Sequence
from typing import Any

from django.apps import apps
from django.db import connections
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation, OperationCategory
from django.db.migrations.state import ProjectState
from pgtrigger.compiler import Trigger


class AddTriggers(Operation):
    """`triggers` are pairs of a model's name and a compiled trigger of it."""

    category = OperationCategory.ADDITION
    reversible = True

    def __init__(self, triggers: Sequence[tuple[str, Trigger]]) -> None:
        self.triggers = list(triggers)

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Note the triggers with their models; no model class depends on them."""
        for name, trigger in self.triggers:
            options = state.models[app_label, name.lower()].options
            options["triggers"] = [*options.get("triggers", []), trigger]

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Install them all."""
        for _name, trigger in self.triggers:
            schema_editor.execute(trigger.install_sql, params=None)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Remove them all."""
        for _name, trigger in self.triggers:
            schema_editor.execute(trigger.uninstall_sql, params=None)

    def describe(self) -> str:
        """For `migrate --plan`."""
        return f"Install {len(self.triggers)} triggers"

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        """What the migration file holds."""
        return (self.__class__.__name__, [], {"triggers": self.triggers})


EVENTS_OF_ALL = "pghistory_context"
_KEEPING = f"""
CREATE OR REPLACE FUNCTION core_refuse_truncate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'append_only: the table % is kept whole, TRUNCATE is refused', TG_TABLE_NAME;
END $$;
CREATE OR REPLACE FUNCTION core_refuse_rewrite() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.id = NEW.id AND OLD.created_at = NEW.created_at AND OLD.created_at > now() - interval '1 day'
       AND current_setting('pghistory.context_id', true) = OLD.id::text THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'append_only: who did what and why is not changed or removed afterwards (%)', TG_OP;
END $$;
CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE ON {EVENTS_OF_ALL}
    FOR EACH ROW EXECUTE FUNCTION core_refuse_rewrite();
"""


def kept_tables() -> list[str]:
    """The tables that are never emptied at once: recorded ones, those of events, and those with a trigger of their own."""
    kept = {
        model._meta.db_table
        for model in apps.get_models()
        if hasattr(model, "pgh_event_model") or hasattr(model, "pgh_tracked_model") or getattr(model._meta, "triggers", [])
    }
    return sorted(kept | {EVENTS_OF_ALL})


def event_tables() -> list[str]:
    """The tables of events: only ever added to."""
    return sorted(model._meta.db_table for model in apps.get_models() if hasattr(model, "pgh_tracked_model"))


def keep_whole(using: str) -> int:
    """Put the missing triggers in place; returns on how many tables. One query where none is missing, no right is needed then."""
    connection = connections[using]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_class c WHERE c.oid = ANY(ARRAY(SELECT to_regclass(quote_ident(t)) FROM unnest(%s) t))"
            " AND NOT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = c.oid AND tgname = 'kept_whole')",
            [kept_tables()],
        )
        missing = [name for (name,) in cursor.fetchall()]
        if EVENTS_OF_ALL in missing:
            cursor.execute(_KEEPING)
        for name in missing:
            cursor.execute(
                f"CREATE TRIGGER kept_whole BEFORE TRUNCATE ON {connection.ops.quote_name(name)}"
                " FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_truncate()"
            )
    return len(missing)
