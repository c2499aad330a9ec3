"""Rewrite generated migrations so that they run in a fraction of the time. Called by tools/remigrate.

Django's own generator creates tables first and adds foreign keys, constraints and triggers one by one, and builds all
model classes anew for each of them. Here every table is created whole, in a migration that builds the classes once
(core/migrating.py). The resulting database is the same; columns stand in the models' order.
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
# Indexes of words need it in every room, which the generator cannot know.
EXTENSIONS = ("core", "0001_extensions")
PLAIN = "class Migration(migrations.Migration):"


def fold(app: str, operations: list[Operation]) -> list[Operation]:
    """The same as tables that are created whole, and their triggers. Raises ValueError for what cannot be part of that."""
    creates = {op.name_lower: op for op in operations if isinstance(op, migrations.CreateModel)}
    triggers: list[tuple[str, Any]] = []
    for op in operations:
        if isinstance(op, AddTrigger):
            triggers.append((op.model_name, op.trigger))
        elif isinstance(op, AddTriggers):
            triggers += op.triggers
        elif not isinstance(op, migrations.CreateModel):
            put_into(creates.get(getattr(op, "model_name", "").lower()), op)
    for name, create in creates.items():
        create.fields = in_model_order(app, name, create.fields)
    return [*creates.values(), *([AddTriggers(triggers=triggers)] if triggers else [])]


def put_into(create: migrations.CreateModel | None, op: Operation) -> None:
    """Make what is added to a table part of it from the beginning."""
    if create and isinstance(op, migrations.AddField) and op.preserve_default:
        create.fields = [*create.fields, (op.name, op.field)]
    elif create and isinstance(op, migrations.AddConstraint):
        create.options["constraints"] = [*create.options.get("constraints", []), op.constraint]
    elif create and isinstance(op, migrations.AddIndex):
        create.options["indexes"] = [*create.options.get("indexes", []), op.index]
    else:
        raise ValueError(op.describe())


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
    """Write the migration anew; one that holds anything else than new tables stays as it is."""
    migration = read(path)
    try:
        migration.operations = fold(path.parent.parent.name, migration.operations)
    except ValueError as stays:
        print(f"{path.relative_to(ROOT)} stays as Django wrote it, because of: {stays}", file=sys.stderr)
        return
    if EXTENSIONS not in migration.dependencies:
        migration.dependencies = [*migration.dependencies, EXTENSIONS]
    text = MigrationWriter(migration, include_header=False).as_string()
    assert PLAIN in text
    path.write_text("import core.migrating\n" + text.replace(PLAIN, "class Migration(core.migrating.AtOnce):"))


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
