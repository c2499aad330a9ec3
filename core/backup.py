"""Everything that must survive in one file, and back: `manage.py backup` and `manage.py restore`.

The file is a tar: `database.dump` (pg_dump's own format), the folders of uploads and of kept mail, and at the end the
manifest, whose name holds its own SHA-256. It says how many rows each table held and their MD5, where the sequences stood,
and the SHA-256 of each file, all read in the snapshot that the dump was made from. A restore reads the whole file and
checks it before it writes anything, takes only an empty database and empty folders, and compares what it wrote with the
manifest. What is not in it: the SECRET_KEY, and Redis, which holds nothing that the database does not.
"""

import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.db import connections, transaction

from core.embedded import Place, Postgres, ServerError
from core.embedded.postgres import programs

FORMAT = 1
DUMP = "database.dump"
MANIFEST = re.compile(r"manifest-([0-9a-f]{64})\.json")
# libpq reads these from the environment, so that no password stands in a list of processes.
LIBPQ = {"HOST": "PGHOST", "PORT": "PGPORT", "USER": "PGUSER", "PASSWORD": "PGPASSWORD", "NAME": "PGDATABASE"}


class BackupError(Exception):
    """What is wrong, in a sentence."""


@dataclass
class Manifest:
    """What a backup holds: rows and MD5 of each table, where each sequence stood, size and SHA-256 of each file."""

    version: str
    made_at: str
    server: str
    tables: dict[str, tuple[int, str]] = field(default_factory=dict)
    sequences: dict[str, int] = field(default_factory=dict)
    files: dict[str, tuple[int, str]] = field(default_factory=dict)
    format: int = FORMAT

    @property
    def rows(self) -> int:
        """In all tables."""
        return sum(count for count, _digest in self.tables.values())

    @property
    def uploads(self) -> int:
        """Files beside the dump."""
        return len(self.files) - 1


def folders() -> dict[str, Path]:
    """What lies outside of the database, by its name in the backup."""
    return {"media": Path(settings.MEDIA_ROOT), "mail": Path(settings.MAIL_DIR)}


@contextmanager
def serving(*, new: bool = False) -> Iterator[None]:
    """The embedded PostgreSQL runs inside, where no DATABASE_URL names a server: started and stopped if nobody else did, made
    only when a `new` one may be."""
    if os.environ.get("DATABASE_URL"):
        yield
        return
    postgres = Postgres(Place(settings.DATA_DIR))
    made = (postgres.data / "PG_VERSION").exists()
    if not made and not new:
        raise BackupError(
            f"There is no database in {settings.DATA_DIR}. Name the folder in DATA_DIR, or a server in DATABASE_URL."
        )
    if made and postgres.answers():
        yield
        return
    try:
        postgres.start()
        postgres.ensure_database()
    except ServerError as error:
        raise BackupError(str(error)) from error
    try:
        yield
    finally:
        connections.close_all()
        postgres.stop()


def program(name: str, *, server: int) -> str:
    """pg_dump or pg_restore of the server's major version or newer. Raises BackupError with what to install."""
    try:
        ours = programs() / name
    except ServerError:
        ours = Path()
    installed = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]), reverse=True)
    for found in (str(ours), *map(str, installed), shutil.which(name) or ""):
        if found and Path(found).is_file():
            answer = subprocess.run([found, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
            version = re.search(r"(\d+)[.\w]*\s*(\(|$)", answer)
            if version and int(version[1]) >= server:
                return found
    raise BackupError(f"There is no {name} of PostgreSQL {server} or newer here: install postgresql-client-{server}.")


def environment(using: str) -> dict[str, str]:
    """How pg_dump and pg_restore reach the database that Django uses."""
    given = connections[using].settings_dict
    found = {name: str(given[key]) for key, name in LIBPQ.items() if given.get(key)}
    options = given.get("OPTIONS", {})
    found |= {
        f"PG{key.upper()}": str(options[key]) for key in ("sslmode", "sslrootcert", "sslcert", "sslkey") if key in options
    }
    return os.environ | found


def fingerprints(cursor: Any) -> dict[str, tuple[int, str]]:
    """Rows and MD5 of every table, whatever order they lie in. Reads everything, once."""
    cursor.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' ORDER BY relname"
    )
    found = {}
    for (table,) in cursor.fetchall():
        name = cursor.db.ops.quote_name(table)
        # Beginning and end of a row's hash are its place: nothing is sorted by the whole text of the rows.
        cursor.execute(f"SELECT count(*), md5(string_agg(h, '' ORDER BY h)) FROM (SELECT md5(t::text) h FROM {name} t) rows")  # noqa: S608
        count, digest = cursor.fetchone()
        found[table] = (count, digest or "")
    return found


def sequences(cursor: Any) -> dict[str, int]:
    """Where each sequence stands: the last number given out, 0 for none."""
    cursor.execute("SELECT sequencename, coalesce(last_value, 0) FROM pg_sequences WHERE schemaname = current_schema()")
    return dict(cursor.fetchall())


class Hashed:
    """A file that is read through its SHA-256."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file, self.sha, self.size = file, hashlib.sha256(), 0

    def read(self, size: int = -1) -> bytes:
        """As of a file."""
        block = self.file.read(size)
        self.sha.update(block)
        self.size += len(block)
        return block

    def rest(self) -> tuple[int, str]:
        """Size and SHA-256 of all, read to the end."""
        while self.read(2**20):
            pass
        return self.size, self.sha.hexdigest()


def write_backup(target: Path, *, at: datetime, using: str = "default") -> Manifest:
    """Write everything to a new file; it has its name only when it is complete. Raises BackupError."""
    if target.exists():
        raise BackupError(f"{target} is there already. Give the backup a name of its own.")
    if not target.parent.is_dir():
        raise BackupError(f"There is no folder {target.parent}.")
    part = target.with_name(target.name + ".part")
    part.unlink(missing_ok=True)
    try:
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as scratch:
            dump = Path(scratch) / DUMP
            manifest = dump_database(dump, at=at, using=using)
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as archive:
                    add(archive, dump, DUMP, manifest)
                    for name, folder in folders().items():
                        for path in sorted(folder.rglob("*")):
                            if path.is_file() and not path.is_symlink():
                                add(archive, path, f"{name}/{path.relative_to(folder)}", manifest)
                    text = json.dumps(asdict(manifest), indent=1).encode()
                    last = tarfile.TarInfo(f"manifest-{hashlib.sha256(text).hexdigest()}.json")
                    last.size = len(text)
                    archive.addfile(last, io.BytesIO(text))
                file.flush()
                os.fsync(file.fileno())
        part.rename(target)
    finally:
        part.unlink(missing_ok=True)
    return manifest


def dump_database(dump: Path, *, at: datetime, using: str) -> Manifest:
    """Dump and manifest of one and the same snapshot, while everybody goes on writing."""
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute(
            "SELECT pg_export_snapshot(), current_setting('server_version'), current_setting('server_version_num')::int"
        )
        snapshot, server, number = cursor.fetchone()
        manifest = Manifest(version=settings.VERSION, made_at=at.isoformat(), server=server, sequences=sequences(cursor))
        command = [program("pg_dump", server=number // 10_000), "--format=custom", f"--snapshot={snapshot}", f"--file={dump}"]
        answer = subprocess.run(  # noqa: S603 - fixed programs
            command, env=environment(using), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
        )
        if answer.returncode:
            raise BackupError(f"The database could not be dumped: {answer.stdout.strip()[-500:]}")
        manifest.tables = fingerprints(cursor)
    if not manifest.tables:
        raise BackupError(f"The database {connections[using].settings_dict['NAME']} is empty: there is nothing to save.")
    return manifest


def add(archive: tarfile.TarFile, path: Path, name: str, manifest: Manifest) -> None:
    """Put one file into the archive and what it is into the manifest. One that was removed meanwhile is left out."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return
    with file:
        info = tarfile.TarInfo(name)
        info.size, info.mode = os.fstat(file.fileno()).st_size, 0o600
        info.mtime = int(os.fstat(file.fileno()).st_mtime)
        reading = Hashed(file)
        archive.addfile(info, reading)  # type: ignore[arg-type]
        manifest.files[name] = (reading.size, reading.sha.hexdigest())


def check_backup(source: Path) -> Manifest:
    """Read the whole file and hold every byte to the manifest. Raises BackupError with what is damaged."""
    found: dict[str, tuple[int, str]] = {}
    manifest = None
    try:
        with tarfile.open(source, mode="r:") as archive:
            for member in archive:
                content = archive.extractfile(member)
                if content is None or manifest is not None:
                    raise BackupError(f"{source} is not a backup of this product.")
                if named := MANIFEST.fullmatch(member.name):
                    text = content.read()
                    if hashlib.sha256(text).hexdigest() != named[1]:
                        raise BackupError(f"{source} is damaged: its manifest is not what was written.")
                    manifest = manifest_in(json.loads(text), source)
                else:
                    found[member.name] = Hashed(content).rest()
    except FileNotFoundError:
        raise BackupError(f"There is no file {source}.") from None
    except (tarfile.TarError, EOFError, OSError) as error:
        raise BackupError(f"{source} is damaged or not a backup of this product: {error}") from error
    if manifest is None:
        raise BackupError(f"{source} is cut off: its end, the manifest, is missing.")
    wrong = sorted(name for name in {*found, *manifest.files} if found.get(name) != manifest.files.get(name))
    if wrong:
        raise BackupError(f"{source} is damaged: {', '.join(wrong[:5])}{' …' if wrong[5:] else ''} is not what was written.")
    outside = [name for name in found if name != DUMP and not safe(name)]
    if outside or DUMP not in found:
        raise BackupError(f"{source} is not a backup of this product: {outside or DUMP}")
    return manifest


def manifest_in(data: dict[str, Any], source: Path) -> Manifest:
    """The manifest that was written. Raises BackupError for one of a later format."""
    if data.get("format") != FORMAT:
        raise BackupError(f"A newer version of this product wrote {source}. Update the product first.")
    for name in ("tables", "files"):
        data[name] = {key: tuple(value) for key, value in data[name].items()}
    return Manifest(**data)


def safe(name: str) -> bool:
    """Whether a name lies in one of our folders."""
    first, *rest = name.split("/")
    return first in folders() and bool(rest) and not {"", ".", ".."} & {*rest}


def restore_backup(source: Path, *, using: str = "default") -> Manifest:
    """Bring an empty database and empty folders to what the backup holds, and compare. Raises BackupError; the database and
    the folders are then as they were, but for a difference found at the end, which is told and left to be looked at."""
    manifest = check_backup(source)
    refuse_what_is_there(using)
    made = {name: folder.with_name(f"{folder.name}.restoring") for name, folder in folders().items()}
    try:
        with tarfile.open(source, mode="r:") as archive:
            for member in archive:
                if safe(member.name):
                    name, inside = member.name.split("/", 1)
                    target = made[name] / inside
                    target.parent.mkdir(parents=True, exist_ok=True)
                    with target.open("wb") as file:
                        shutil.copyfileobj(archive.extractfile(member), file)  # type: ignore[misc, arg-type]
            fill_database(archive.extractfile(DUMP), using)  # type: ignore[arg-type]
        for name, folder in folders().items():
            if made[name].exists():
                if folder.exists():
                    folder.rmdir()
                made[name].rename(folder)
    finally:
        for folder in made.values():
            shutil.rmtree(folder, ignore_errors=True)
    compare(manifest, using)
    return manifest


def refuse_what_is_there(using: str) -> None:
    """A restore adds to nothing and overwrites nothing."""
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p', 'v', 'S')"
        )
        if cursor.fetchone()[0]:
            raise BackupError(
                f"The database {connections[using].settings_dict['NAME']} is not empty. Restore into a new one: name it in "
                "DATABASE_URL, or choose another DATA_DIR."
            )
    for folder in folders().values():
        if folder.exists() and any(folder.iterdir()):
            raise BackupError(f"{folder} is not empty. Restore into another DATA_DIR.")


def fill_database(dump: IO[bytes], using: str) -> None:
    """All or nothing: one transaction."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int / 10000")
        server = cursor.fetchone()[0]
    command = [program("pg_restore", server=server), "--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges"]
    command += [f"--dbname={connections[using].settings_dict['NAME']}"]
    with tempfile.TemporaryFile() as output:
        running = subprocess.Popen(  # noqa: S603 - fixed programs
            command, env=environment(using), stdin=subprocess.PIPE, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            with running.stdin as pipe:  # type: ignore[union-attr]
                shutil.copyfileobj(dump, pipe)  # type: ignore[misc]
        except BrokenPipeError:
            pass  # it says why itself
        if running.wait():
            output.seek(0)
            raise BackupError(f"The database took nothing of it: {output.read().decode(errors='replace').strip()[-500:]}")


def compare(manifest: Manifest, using: str) -> None:
    """What was written against the manifest, and the sequences against the rows. Raises BackupError."""
    with connections[using].cursor() as cursor:
        now, stand = fingerprints(cursor), sequences(cursor)
        cursor.execute("ANALYZE")
    wrong = sorted(name for name in {*now, *manifest.tables} if now.get(name) != manifest.tables.get(name))
    wrong += sorted(name for name, last in manifest.sequences.items() if stand.get(name, -1) < last)
    if wrong:
        raise BackupError(f"What was restored differs from what was saved: {', '.join(wrong)}. Do not use this database.")
