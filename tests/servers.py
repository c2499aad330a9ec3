"""The pytest plugin that starts the real PostgreSQL and Valkey for a test run, and the jobs' surroundings.

One cluster in a fresh temporary folder, copied from a cached one whose template database is already
migrated (the cache key covers every migration and the locks), so that a run starts in about a second.
Each process of pytest-xdist has a database of its own and a Valkey of its own. Loaded by `-p tests.servers`
(pyproject.toml) because the addresses must stand in the environment before Django reads its settings.

Fixtures: `smtp_server` (a real SMTP server that Django's mail goes to), `celery_live` (a worker in a
thread of the test), `worker_process` (starts real worker processes that may be killed).
"""

import asyncio
import hashlib
import itertools
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest

from core.embedded import Place, Postgres, Valkey
from core.embedded.postgres import hash_of, programs
from core.embedded.process import alive, spawn, tail, wait_until

ROOT = Path(__file__).resolve().parent.parent
CACHE = Path(tempfile.gettempdir()) / f"pmo-tests-{os.geteuid()}"
TEMPLATE = "migrated"
RAM = Path("/dev/shm")
KEPT_CACHES = 4
ROOMS = ("core", "accounts", "portfolio", "resources", "knowledge", "intake", "reporting")


@dataclass
class Servers:
    """What one pytest process started."""

    folder: Path
    postgres: Postgres
    valkey: Valkey
    owner: bool  # of the cluster and the folder: the controller under xdist, else the only process

    def stop(self) -> None:
        self.valkey.stop()
        if self.owner:
            self.postgres.stop()
            shutil.rmtree(self.folder, ignore_errors=True)


_servers: Servers | None = None


def cache_key() -> str:
    """Changes when a migration, the triggers that follow it, a locked package or the PostgreSQL programs change."""
    digest = hashlib.sha256(hash_of(programs()).encode())
    migrations = sorted(path for room in ROOMS for path in (ROOT / room / "migrations").glob("*.py"))
    for path in [ROOT / "requirements.txt", ROOT / "core/triggers.py", *migrations]:
        digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def cached_cluster() -> Path:
    """The cached cluster of this run, which stays the same when somebody edits a migration meanwhile."""
    return CACHE / os.environ.setdefault("PMO_TEST_CLUSTER", f"cluster-{cache_key()}")


def runs_folder() -> Path:
    """Where the clusters of runs live: memory makes every test quicker, a container's small /dev/shm is left alone."""
    if RAM.is_dir() and os.access(RAM, os.W_OK) and shutil.disk_usage(RAM).free > 2 * 2**30:
        folder = RAM / CACHE.name
        folder.mkdir(mode=0o755, exist_ok=True)
        return folder
    return CACHE


def database_name() -> str:
    return "test_" + os.environ.get("PYTEST_XDIST_WORKER", "main")


def copy_tree(source: Path, target: Path) -> None:
    """Copy with owners and modes: the cluster may belong to another account."""
    subprocess.run(["cp", "-a", str(source), str(target)], check=True)


def migrate(postgres: Postgres) -> None:
    postgres.ensure_database(TEMPLATE)
    answer = subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity", "0"],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": postgres.url_of(TEMPLATE)},
        capture_output=True,
        text=True,
        check=False,
    )
    if answer.returncode:
        raise pytest.UsageError(f"The migrations failed:\n{answer.stdout}{answer.stderr}")


def start_cluster(folder: Path) -> Postgres:
    """The cluster of this run, with the migrated template database in it."""
    postgres = Postgres(Place(folder), unsafe=True)
    cached = cached_cluster()
    postgres.place.prepare()
    postgres.place.own(postgres.folder)
    if cached.exists():
        os.utime(cached)
        copy_tree(cached, postgres.data)
        postgres.start()
        return postgres
    postgres.start()
    migrate(postgres)
    postgres.stop()
    CACHE.mkdir(mode=0o755, exist_ok=True)  # a bench may be the first that runs here
    making = CACHE / f"making-{os.getpid()}"
    copy_tree(postgres.data, making)
    try:
        making.rename(cached)
    except OSError:  # another run was quicker
        shutil.rmtree(making, ignore_errors=True)
    postgres.start()
    return postgres


def sweep_cache() -> None:
    """Forget the clusters of old migrations and the folders of runs that were killed."""
    caches = sorted(CACHE.glob("cluster-*"), key=lambda path: path.stat().st_mtime, reverse=True)
    killed = [path for path in runs_folder().glob("run-*") if not alive(int(path.name.split("-")[1]))]
    for path in [*caches[KEPT_CACHES:], *killed]:
        shutil.rmtree(path, ignore_errors=True)


def start_servers() -> Servers:
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker:  # the controller started the cluster
        folder = Path(os.environ["PMO_TEST_FOLDER"])
        postgres = Postgres(Place(folder), unsafe=True)
    else:
        CACHE.mkdir(mode=0o755, exist_ok=True)
        with suppress(OSError):
            sweep_cache()
        folder = runs_folder() / f"run-{os.getpid()}"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o755)
        os.environ["PMO_TEST_FOLDER"] = str(folder)
        postgres = Postgres(Place(folder), unsafe=True)
    valkey = Valkey(Place(folder), unsafe=True, name=f"valkey-{worker or 'main'}")
    # Somebody who waits for a busy machine to answer is no failure.
    patient = f"{postgres.url_of(database_name())}&connect_timeout=60"
    set_environment(folder / (worker or "main"), patient, valkey.url)
    if not worker:
        postgres = start_cluster(folder)
    valkey.start()
    return Servers(folder=folder, postgres=postgres, valkey=valkey, owner=not worker)


def set_environment(data_dir: Path, database_url: str, redis_url: str) -> None:
    """Tests never read the developer's own .env or servers."""
    os.environ.update(
        PMO_ENV="test",
        DATABASE_URL=database_url,
        REDIS_URL=redis_url,
        EMAIL_URL="",
        DATA_DIR=str(data_dir),
        DEMO="0",
        LOG_LEVEL="WARNING",
    )
    for name in ("SECRET_KEY", "DEBUG", "ALLOWED_HOSTS", "SITE_URL", "PYTHONDONTWRITEBYTECODE"):
        os.environ.pop(name, None)
    # Images often forbid it; then each of the dozens of processes that tests start would compile every module again.
    sys.dont_write_bytecode = False


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config, parser: Any, args: list[str]) -> None:
    global _servers
    options = parser.parse_known_args(args)
    if options.collectonly or options.help or options.version:
        set_environment(CACHE / "collect", "postgresql://nobody@127.0.0.1:1/none", "redis://127.0.0.1:1/0")
        return
    _servers = start_servers()


def pytest_configure(config: pytest.Config) -> None:
    let_tests_empty_tables()
    # Registered this late, its django_db_setup takes the place of pytest-django's.
    config.pluginmanager.register(DatabaseFixtures(), "pmo-database")
    from django.test import TransactionTestCase

    TransactionTestCase._fixture_teardown = lambda case: empty_tables()  # type: ignore[method-assign]


def pytest_unconfigure(config: pytest.Config) -> None:
    global _servers
    if _servers:
        _servers.stop()
        _servers = None


def let_tests_empty_tables() -> None:
    """Between tests everything is emptied by TRUNCATE, which the product refuses: the triggers sleep for that statement."""
    from django.db.backends.postgresql.operations import DatabaseOperations

    plain = DatabaseOperations.execute_sql_flush

    def without_triggers(self: Any, sql_list: list[str]) -> None:
        plain(self, ["SET LOCAL session_replication_role = replica", *sql_list])

    DatabaseOperations.execute_sql_flush = without_triggers  # type: ignore[method-assign]


# Waits for whoever still writes (a killed worker's last statement), as TRUNCATE does.
EMPTY = """
DO $$
DECLARE
    tables text[];
    one text;
BEGIN
    SET LOCAL session_replication_role = replica;
    SELECT array_agg(oid::regclass::text) INTO tables FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
        AND relname NOT IN ('django_migrations', 'django_content_type', 'auth_permission');
    EXECUTE 'LOCK TABLE ' || array_to_string(tables, ', ') || ' IN EXCLUSIVE MODE';
    FOREACH one IN ARRAY tables LOOP
        IF pg_relation_size(one::regclass) > 0 THEN
            EXECUTE 'DELETE FROM ' || one;
        END IF;
    END LOOP;
END $$
"""


def empty_tables() -> None:
    """Empty the database after a test that committed. Django's flush would truncate all tables and make the content types and
    rights of every model anew: a third of a second of computing a test, for a few rows."""
    from django.db import OperationalError, connection

    for last in (False, False, True):
        try:
            with connection.cursor() as cursor:
                cursor.execute(EMPTY)
            return
        except OperationalError:  # a deadlock with somebody who still writes; it is over for both
            if last:
                raise


# The numbers of a test, from table to table a step, are nobody else's: neither of its own rows of another table nor of another
# test, whose rows caches may still know. Events go on counting: what is kept in a process rests on that (core/unchanged.py).
NUMBERS = """
SELECT count(setval(seqrelid, %s + 5000 * place))
FROM (
    SELECT seqrelid, row_number() OVER (ORDER BY seqrelid::regclass::text) AS place
    FROM pg_sequence WHERE seqrelid::regclass::text NOT LIKE '%%\\_pgh\\_id\\_seq'
) AS every
"""


def number_rows(test: str) -> None:
    """The rows of a test carry the same numbers on every run, whatever ran before it in this process. Not inside a world that
    several tests share: its rows have their numbers."""
    from django.db import connection

    if not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute(NUMBERS, [10**9 + crc32(test.encode()) % 1_100_000_000])  # below 2 ** 31


class DatabaseFixtures:
    @pytest.fixture(scope="session")
    def django_db_setup(self, django_test_environment: None, servers: Servers) -> None:
        """The database of this process: a copy of the migrated template."""
        servers.postgres.ensure_database(database_name(), template=TEMPLATE)

    @pytest.fixture
    def _django_db_helper(self, _begun_anew: None, _django_db_helper: None) -> None:
        """pytest-django's, after that."""

    @pytest.fixture
    def _begun_anew(self, request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any) -> None:
        """Nothing that another test left is found: neither its numbers nor what it counted and kept in the cache."""
        from django.core.cache import cache

        cache.clear()
        with django_db_blocker.unblock():
            number_rows(request.node.nodeid)


@pytest.fixture(scope="session")
def servers() -> Servers:
    """The running PostgreSQL and Valkey."""
    assert _servers is not None
    return _servers


# ---- mail -----------------------------------------------------------------------------------------


@dataclass
class SmtpServer:
    """A real SMTP server on loopback. `refuse` maps an address to the answer its RCPT gets ("550 No such user")."""

    port: int
    messages: list[EmailMessage] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)
    refuse: dict[str, str] = field(default_factory=dict)
    refuse_data: str = ""  # the answer to every message while set ("451 Try again later")
    # The stages at which the next connections are cut, one each: see `Cutting`.
    cuts: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:  # noqa: N802
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.refuse_data:
            return self.refuse_data
        self.messages.append(message_from_bytes(envelope.content, policy=policy.default))  # type: ignore[arg-type]
        self.recipients.append(list(envelope.rcpt_tos))
        return "250 Message accepted for delivery"


_ports = itertools.count(os.getpid() % 1000)


def free_port() -> int:
    """A loopback port that nobody listens on, nor will until it is used: it lies below those that the kernel gives to whoever asks
    for any, and each process of pytest-xdist has a thousand of its own."""
    first = 12_000 + 1_000 * (int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:]) % 16)
    while True:
        port = first + next(_ports) % 1_000
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def cutting(server: SmtpServer, loop: Any) -> Any:
    """aiosmtpd's protocol, which cuts the connection at a stage when `server.cuts` names one.

    Stages: "connect", "EHLO", "MAIL", "RCPT", "DATA" (before the command is answered), "text" (in the middle of the
    text), "stop" (the whole text is there, nothing is answered), "QUIT" (the message is taken and answered).
    """
    from aiosmtpd.smtp import SMTP

    class Cutting(SMTP):
        cut = ""
        transport: Any

        def connection_made(self, transport: Any) -> None:
            self.cut = server.cuts.pop(0) if server.cuts else ""
            super().connection_made(transport)
            if self.cut == "connect":
                transport.abort()

        async def _cut_at(self, stage: str, command: Any, argument: str) -> None:
            if self.cut == stage:
                self.transport.abort()
            else:
                await command(argument)

        async def smtp_EHLO(self, arg: str) -> None:  # noqa: N802
            await self._cut_at("EHLO", super().smtp_EHLO, arg)

        async def smtp_MAIL(self, arg: str) -> None:  # noqa: N802
            await self._cut_at("MAIL", super().smtp_MAIL, arg)

        async def smtp_RCPT(self, arg: str) -> None:  # noqa: N802
            await self._cut_at("RCPT", super().smtp_RCPT, arg)

        async def smtp_QUIT(self, arg: str) -> None:  # noqa: N802
            await self._cut_at("QUIT", super().smtp_QUIT, arg)

        async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
            if self.cut == "text":
                await self.push("354 go on")
                await self._reader.readexactly(1000)
                self.transport.abort()
            elif self.cut == "stop":
                await self.push("354 go on")
                while await self._reader.readline() not in (b".\r\n", b""):
                    pass
                self.transport.abort()
            else:
                await self._cut_at("DATA", super().smtp_DATA, arg)

    return Cutting(server, loop=loop, enable_SMTPUTF8=True)


@pytest.fixture
def smtp_server(settings: Any) -> Iterator[SmtpServer]:
    """A running SMTP server; Django's mail goes to it for this test. Read `.messages`."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    server = SmtpServer(port=listener.getsockname()[1])
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)  # a browser test has a loop in its own thread
    thread.start()
    listen = loop.create_server(lambda: cutting(server, loop), sock=listener)
    running = asyncio.run_coroutine_threadsafe(listen, loop).result(60)
    settings.EMAIL_BACKEND = "core.mail.SmtpBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    yield server
    loop.call_soon_threadsafe(running.close)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(60)
    loop.close()


# ---- jobs -----------------------------------------------------------------------------------------


@pytest.fixture
def celery_live(transactional_db: None, servers: Servers) -> Iterator[Any]:
    """A Celery worker in a thread of this process, on the real broker; yields the application."""
    from celery.contrib.testing.worker import start_worker

    from pmo.celery import app

    app.control.purge()  # what tests without a worker asked for
    # On a busy machine a document that is being drawn takes its time; the end is waited for, not slept for.
    with start_worker(app, pool="solo", perform_ping_check=False, shutdown_timeout=120):
        yield app
    app.control.purge()


@contextmanager
def held(model: Any) -> Iterator[None]:
    """Nobody else writes a row of this table meanwhile: who would, waits."""
    from django.db import connection, transaction

    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f'LOCK TABLE "{model._meta.db_table}" IN SHARE MODE')
        yield


def is_waited_for(model: Any) -> bool:
    """Whether somebody waits for a table that is `held`."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND relation = %s::regclass"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))",
            [model._meta.db_table],
        )
        return bool(cursor.fetchone()[0])


@dataclass
class Worker:
    """A real worker process."""

    process: "subprocess.Popen[bytes]"
    log: Path
    name: str  # its connections bear it

    def strike(self) -> None:
        """kill -9, as the out-of-memory killer does: the whole process group."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(60)

    def kill(self) -> None:
        """`strike`, and PostgreSQL has noticed: it ends the statement that it was given last (a COMMIT, say) before that. What a
        test looks at afterwards stands still."""
        self.strike()
        assert wait_until(lambda: not self.is_connected(), seconds=120)

    def kill_when_writing(self, model: Any) -> None:
        """`kill`, at the moment when it would write the first row of a table that the caller holds (`held`)."""
        assert wait_until(lambda: is_waited_for(model) or self.process.poll() is not None, seconds=240), self.output
        self.strike()

    def is_connected(self) -> bool:
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("SELECT EXISTS (SELECT FROM pg_stat_activity WHERE application_name = %s)", [self.name])
            return bool(cursor.fetchone()[0])

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                self.kill()

    @property
    def output(self) -> str:
        return tail(self.log, size=100_000)


@pytest.fixture
def worker_process(transactional_db: None, servers: Servers, tmp_path: Path) -> Iterator[Callable[..., Worker]]:
    """`worker_process(EMAIL_URL=…)` starts a real worker with that environment and waits until it takes jobs."""
    from pmo.celery import app

    app.control.purge()  # what tests without a worker asked for
    started: list[Worker] = []

    def start(**environment: str) -> Worker:
        log, name = tmp_path / f"worker-{len(started)}.log", f"test{len(started)}-{os.getpid()}"
        command = [sys.executable, "-m", "celery", "-A", "pmo", "worker", "--concurrency", "1", "--loglevel", "INFO"]
        command += ["--hostname", f"{name}@%h", "--without-gossip", "--without-mingle"]
        worker = Worker(spawn(command, log=log, cwd=ROOT, env=os.environ | {"PGAPPNAME": name} | environment), log, name)
        started.append(worker)
        assert wait_until(lambda: " ready." in worker.output or worker.process.poll() is not None, seconds=240), worker.output
        assert worker.process.poll() is None, worker.output
        return worker

    yield start
    for worker in started:
        worker.kill()
