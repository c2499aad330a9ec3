"""Rewrite generated migrations so that they run in a fraction of the time. Called by tools/remigrate.

Django's own generator creates tables first and adds foreign keys, constraints and triggers one by one, and builds all
model classes anew for each of them. Here tables are created in an order in which their foreign keys can be part of them;
only what closes a circle is added afterwards. The resulting database is the same; columns stand in the models' order.
"""

import importlib.util
import os
import re
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pmo.settings")

import django  # noqa: E402

django.setup()

from django.apps import apps  # noqa: E402
from django.db import migrations  # noqa: E402
from django.db.migrations.operations.base import Operation  # noqa: E402
from django.db.migrations.writer import MigrationWriter  # noqa: E402
from pgtrigger.migrations import AddTrigger  # noqa: E402

from core.triggers import AddTriggers  # noqa: E402

KNOWN = (migrations.CreateModel, migrations.AddField, migrations.AddConstraint, migrations.AddIndex, AddTrigger, AddTriggers)


def targets(app: str, field: Any) -> set[str]:
    """Lower-case names of this app's models that a field points to."""
    found = set()
    remote = getattr(field, "remote_field", None)
    for label in (getattr(remote, "model", None), getattr(remote, "through", None)):
        if label:
            text = label if isinstance(label, str) else label._meta.label
            if text.lower().startswith(f"{app}."):
                found.add(text.lower().partition(".")[2])
    return found


def fold(app: str, operations: list[Operation]) -> list[Operation]:
    """The same operations, fewer and in an order that costs little."""
    creates = {op.name_lower: op for op in operations if isinstance(op, migrations.CreateModel)}
    added: dict[str, list[migrations.AddField]] = {name: [] for name in creates}
    later: list[Operation] = []
    triggers: list[tuple[str, Any]] = []
    for op in operations:
        if isinstance(op, migrations.AddField) and op.model_name_lower in creates:
            added[op.model_name_lower].append(op)
        elif isinstance(op, AddTrigger):
            triggers.append((op.model_name, op.trigger))
        elif isinstance(op, AddTriggers):
            triggers += op.triggers
        elif not isinstance(op, migrations.CreateModel):
            later.append(op)
    needs = {name: wanted_by(app, name, op, added[name]) & set(creates) for name, op in creates.items()}
    result: list[Operation] = []
    placed: set[str] = set()
    open_fields: dict[str, set[str]] = {}
    remaining: list[Operation] = []
    while len(placed) < len(creates):
        # Next: the first whose references stand already, else the one that leaves the fewest fields for later.
        name = min((n for n in creates if n not in placed), key=lambda n: len(needs[n] - placed - {n}))
        placed.add(name)
        op = creates[name]
        fields = list(op.fields)
        for extra in added[name]:
            if targets(app, extra.field) <= placed:
                fields.append((extra.name, extra.field))
            else:
                remaining.append(extra)
                open_fields.setdefault(name, set()).add(extra.name)
        op.fields = in_model_order(app, name, fields)
        result.append(op)
    for op in later:
        name = getattr(op, "model_name_lower", "") or getattr(op, "model_name", "").lower()
        if name in creates and name not in open_fields and isinstance(op, (migrations.AddConstraint, migrations.AddIndex)):
            kind, value = ("constraints", op.constraint) if isinstance(op, migrations.AddConstraint) else ("indexes", op.index)
            options = creates[name].options
            options[kind] = [*options.get(kind, []), value]
        else:
            remaining.append(op)
    if triggers:
        remaining.append(AddTriggers(triggers=triggers))
    return result + remaining


def wanted_by(app: str, name: str, create: migrations.CreateModel, added: list[migrations.AddField]) -> set[str]:
    """Models that must exist before this one can be created whole."""
    wanted = {target for _name, field in create.fields for target in targets(app, field)}
    wanted |= {target for op in added for target in targets(app, op.field)}
    wanted |= {base.lower().partition(".")[2] for base in create.bases if isinstance(base, str)}
    return wanted - {name}


def in_model_order(app: str, name: str, fields: list[tuple[str, Any]]) -> list[tuple[str, Any]]:
    try:
        model = apps.get_model(app, name)
    except LookupError:
        return fields
    order = {field.name: index for index, field in enumerate([*model._meta.local_fields, *model._meta.local_many_to_many])}
    return sorted(fields, key=lambda pair: order.get(pair[0], len(order)))


def read(path: Path) -> Any:
    """The migration in a file, with its class."""
    app = path.parent.parent.name
    spec = importlib.util.spec_from_file_location(f"{app}.migrations.{path.stem}", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    migration = module.Migration(path.stem, app)
    migration.initial = getattr(module.Migration, "initial", None)
    return migration


def rewrite(path: Path) -> None:
    migration = read(path)
    if not all(isinstance(op, KNOWN) for op in migration.operations):
        return
    migration.operations = fold(path.parent.parent.name, migration.operations)
    path.write_text(MigrationWriter(migration, include_header=False).as_string())


def join(paths: list[Path]) -> Path:
    """One file of the several that an app got (the generator splits where another app must come in between): what a table
    has from the beginning is not added afterwards. Returns the one that is left."""
    first, *others = paths
    app, migrations_of = first.parent.parent.name, [read(path) for path in paths]
    if not others or not all(isinstance(op, KNOWN) for each in migrations_of for op in each.operations):
        return first
    whole, stems = migrations_of[0], {path.stem for path in paths}
    needed = dict.fromkeys(tuple(one) for each in migrations_of for one in each.dependencies)
    whole.dependencies = [one for one in needed if one[0] != app or one[1] not in stems]
    whole.operations = [op for each in migrations_of for op in each.operations]
    first.write_text(MigrationWriter(whole, include_header=False).as_string())
    for path in others:
        path.unlink()
    for path in sorted(ROOT.glob("*/migrations/[0-9]*.py")):
        text = path.read_text()
        for other in others:
            text = re.sub(rf"""\(\s*(['"]){app}\1,\s*(['"]){other.stem}\2\s*\)""", f'("{app}", "{first.stem}")', text)
        path.write_text(text)
    return first


if __name__ == "__main__":
    by_app: dict[str, list[Path]] = {}
    for name in sorted(sys.argv[1:]):
        path = Path(name).resolve()
        by_app.setdefault(path.parent.parent.name, []).append(path)
    for paths in by_app.values():
        rewrite(join(paths))
