"""`make run` after the installation: everything starts, is watched, and ends."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from core import supervisor
from core.embedded import Place
from core.embedded.process import alive, wait_until
from core.processes import EMPTY
from tests import factories
from tests.servers import ROOT, Servers, free_port

# Small stand-ins for the three processes: what is tested here is the supervisor, test_everything runs the real ones.
STAND_INS = """
import sys
import core.supervisor as supervisor
web = '''
import http.server, os
class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers(); self.wfile.write(b'{"checks": {}}')
    def log_message(self, *args): pass
http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Page).serve_forever()
'''
sleep = "import signal; signal.pause()"
supervisor.COMMANDS = {"web": ["python", "-c", web], "worker": ["python", "-c", sleep], "beat": ["python", "-c", sleep]}
sys.exit(supervisor.main())
"""


class Run:
    """One supervisor in a process of its own."""

    def __init__(self, data_dir: Path, command: list[str], **environment: str) -> None:
        self.port = int(environment.get("PORT", free_port()))
        self.data_dir = data_dir
        self.output = data_dir.parent / f"{data_dir.name}-{self.port}.txt"
        inherited = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, *command],
                cwd=ROOT,
                env=inherited | {"DATA_DIR": str(data_dir), "PORT": str(self.port), "PMO_ENV": "test"} | environment,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    @property
    def text(self) -> str:
        return self.output.read_text()

    def ready(self) -> bool:
        return "Ctrl+C stops everything." in self.text or self.process.poll() is not None

    def family(self) -> list[int]:
        """Every process below this one."""
        found = [self.process.pid]
        for pid in found:
            found += [int(child) for child in told_of(pid, f"task/{pid}/children").split()]
        return found[1:]

    def get(self, path: str) -> tuple[int, str]:
        page = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            page.request("GET", path)
            response = page.getresponse()
            return response.status, response.read().decode()
        finally:
            page.close()


def told_of(pid: int, what: str) -> str:
    """A file of /proc about a process; nothing when it has ended (PostgreSQL's cleaners come and go)."""
    try:
        return Path(f"/proc/{pid}/{what}").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""


@pytest.fixture
def outside(servers: Servers, django_db_setup: None) -> dict[str, str]:
    """Servers that are given: those of the test run."""
    return {"DATABASE_URL": os.environ["DATABASE_URL"], "REDIS_URL": os.environ["REDIS_URL"]}


@pytest.fixture
def runs(servers: Servers) -> Iterator[list[Run]]:
    started: list[Run] = []
    yield started
    for run in started:
        if run.process.poll() is None:
            run.process.terminate()
            run.process.wait(120)


@pytest.fixture
def data_dir(servers: Servers) -> Path:
    path = servers.folder / f"run-{os.urandom(4).hex()}"
    path.mkdir(mode=0o755)
    stamp(path)
    return path


def stamp(data_dir: Path) -> None:
    """Style sheets are there already: the web server of these tests serves them from their sources."""
    (data_dir / "static").mkdir(parents=True)
    (data_dir / "prepared.json").write_text(json.dumps({"static": supervisor.static_stamp()}))


@pytest.mark.slow
def test_everything(data_dir: Path, runs: list[Run], outside: dict[str, str], transactional_db: None) -> None:
    """The real web server, worker and beat: ready, restarted after kill -9, ended by SIGTERM."""
    run = Run(data_dir, ["manage.py", "up"], DEMO="0", **outside)
    runs.append(run)
    assert wait_until(run.ready, seconds=360), run.text
    assert f"http://127.0.0.1:{run.port}" in run.text, run.text
    assert wait_until(lambda: run.get("/readyz")[0] == 200, seconds=120)  # a busy machine may miss one ping
    assert json.loads(run.get("/readyz")[1])["checks"]["database"] == "ok"
    status, body = run.get("/accounts/login/")
    assert status == 200
    style = re.search(r'href="(/static/[^"]+\.css)"', body)
    assert style
    assert run.get(style.group(1))[0] == 200
    family = run.family()
    assert len(family) >= 5  # gunicorn and its two, worker and its two, beat
    web = next(pid for pid in family if "gunicorn" in told_of(pid, "cmdline"))
    os.kill(web, signal.SIGKILL)
    assert wait_until(lambda: "web ended (signal SIGKILL); it starts again in 1 s." in run.text, seconds=120), run.text
    assert wait_until(lambda: answers(run), seconds=120)
    family = run.family()
    run.process.terminate()
    assert run.process.wait(120) == 0
    assert "Everything has stopped" in run.text
    assert not [pid for pid in family if alive(pid)]


def answers(run: Run) -> bool:
    try:
        return run.get("/healthz")[0] == 200
    except OSError:
        return False


def test_embedded_servers_start_and_end_with_it(data_dir: Path, runs: list[Run], servers: Servers) -> None:
    """With the embedded servers: ended by Ctrl+C, and not even kill -9 of the supervisor leaves one behind."""
    from core.embedded import Postgres
    from tests.servers import TEMPLATE, cached_cluster, copy_tree

    postgres = Postgres(Place(data_dir), unsafe=True)
    postgres.place.prepare()
    postgres.place.own(postgres.folder)
    copy_tree(cached_cluster(), postgres.data)
    postgres.start()
    postgres.ensure_database(template=TEMPLATE)
    postgres.stop()
    for number in (signal.SIGINT, signal.SIGKILL):
        run = Run(data_dir, ["-c", STAND_INS], DEMO="0")
        runs.append(run)
        assert wait_until(run.ready, seconds=360), run.text
        assert "Ready in" in run.text, run.text
        family = run.family()
        names = {told_of(pid, "comm").strip() for pid in family}
        assert {"postgres", "valkey-server"} <= names
        run.process.send_signal(number)
        run.process.wait(120)
        assert wait_until(lambda: not any(alive(pid) for pid in family), seconds=120)  # noqa: B023
    assert (data_dir / "secret-key").stat().st_mode & 0o077 == 0


def test_port_in_use_gets_a_sentence(data_dir: Path, runs: list[Run], outside: dict[str, str]) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        run = Run(data_dir, ["-c", STAND_INS], PORT=str(port), **outside)
        runs.append(run)
        assert run.process.wait(120) == 1
    assert run.text == f"Port {port} is in use by another program. Choose another: PORT={port + 1} make run\n"


def test_second_start_on_the_same_data_gets_a_sentence(data_dir: Path, runs: list[Run], outside: dict[str, str]) -> None:
    first = Run(data_dir, ["-c", STAND_INS], DEMO="0", **outside)
    runs.append(first)
    assert wait_until(first.ready, seconds=360), first.text
    second = Run(data_dir, ["-c", STAND_INS], **outside)
    runs.append(second)
    assert second.process.wait(120) == 1
    assert f"It already runs on {data_dir} (process {first.process.pid}, http://127.0.0.1:{first.port})" in second.text
    first.process.kill()  # a killed one leaves no stale lock
    first.process.wait()
    third = Run(data_dir, ["-c", STAND_INS], DEMO="0", **outside)
    runs.append(third)
    assert wait_until(third.ready, seconds=360), third.text
    assert "Ready in" in third.text


def test_two_run_side_by_side(data_dir: Path, servers: Servers, runs: list[Run], outside: dict[str, str]) -> None:
    other = servers.folder / f"run-{os.urandom(4).hex()}"
    stamp(other)
    runs += [Run(place, ["-c", STAND_INS], DEMO="0", **outside) for place in (data_dir, other)]
    for run in runs:
        assert wait_until(run.ready, seconds=360), run.text
        assert "Ready in" in run.text, run.text
        assert run.get("/readyz")[0] == 200  # the stand-in


def test_process_that_cannot_start_is_shown(data_dir: Path, runs: list[Run], outside: dict[str, str]) -> None:
    broken = STAND_INS.replace("supervisor.COMMANDS =", "supervisor.GIVE_UP = 1; supervisor.COMMANDS =").replace(
        '["python", "-c", web]', '["python", "-c", "raise SystemExit(chr(66) + \\"roken wheel\\")"]'
    )
    run = Run(data_dir, ["-c", broken], DEMO="0", **outside)
    runs.append(run)
    assert run.process.wait(120) == 1
    assert "It did not become ready" in run.text
    assert "Broken wheel" in run.text


def test_database_that_does_not_answer_gets_a_sentence(data_dir: Path, runs: list[Run], outside: dict[str, str]) -> None:
    run = Run(data_dir, ["-c", STAND_INS], **outside | {"DATABASE_URL": "postgresql://pmo@127.0.0.1:1/pmo"})
    runs.append(run)
    assert run.process.wait(120) == 1
    assert "The database does not answer: " in run.text
    assert "Traceback" not in run.text


def test_wrong_port_gets_a_sentence(
    data_dir: Path,
    runs: list[Run],
    outside: dict[str, str],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PORT", "eighty")
    assert supervisor.main() == 1
    assert capsys.readouterr().out == "PORT must be a number from 1 to 65535, not 'eighty'.\n"


@pytest.mark.django_db
def test_newer_database_gets_a_sentence() -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('portfolio', '0999_from_the_future', now())")
    with pytest.raises(
        CommandError, match=r"A newer version of this product wrote the database .*portfolio\.0999_from_the_future"
    ):
        call_command("prepare")


@pytest.mark.django_db
def test_an_old_database_server_gets_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connection.__dict__, "pg_version", 140_012)
    with pytest.raises(CommandError, match=r"PostgreSQL 14, and 15 or newer is needed\. Name another server in DATABASE_URL"):
        call_command("prepare")


@pytest.mark.django_db
def test_prepare_says_whether_anybody_is_there(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("prepare")
    assert capsys.readouterr().out == f"{EMPTY}\n"
    factories.user()
    call_command("prepare")
    assert capsys.readouterr().out == ""


def test_known_errors_become_sentences(tmp_path: Path) -> None:
    assert supervisor.command_error("Traceback\nCommandError: Update the product.\n") == "Update the product."
    assert "is full" in (supervisor.disk_sentence("OSError: [Errno 28] No space left on device", tmp_path) or "")
    assert supervisor.disk_sentence("all is well", tmp_path) is None


def test_half_a_demo_is_dropped(data_dir: Path) -> None:
    """A start that was killed while it loaded the demo begins afresh; a demo that is there is left alone."""

    class Recorder:
        def __init__(self) -> None:
            self.statements: list[str] = []

        def sql(self, statement: str) -> str:
            self.statements.append(statement)
            return ""

    run = supervisor.Supervisor(data_dir=data_dir, host="127.0.0.1", port=1, place=Place(data_dir))
    for state in ("loaded", "failed", "loading"):
        run.stamp(demo=state)
        postgres = Recorder()
        run.drop_half_a_demo(postgres)  # type: ignore[arg-type]
        assert bool(postgres.statements) == (state == "loading"), state
    assert run.stamps == {}


def test_changed_style_sheet_does_not_make_the_database_empty(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the first start said of the database must not be believed by a later one that only collects style sheets."""
    started: list[str] = []

    def spawn(command: list[str], *, log: Path, **rest: object) -> "subprocess.Popen[bytes]":
        started.append(command[2])
        if command[2] == "prepare":
            log.write_text(EMPTY + "\n")
        return subprocess.Popen([sys.executable, "-c", ""])

    monkeypatch.setattr(supervisor, "spawn", spawn)
    place = Place(data_dir)
    place.prepare()
    run = supervisor.Supervisor(data_dir=data_dir, host="127.0.0.1", port=1, place=place)
    run.postgres = SimpleNamespace(process=None)  # type: ignore[assignment]
    run.prepare()
    assert "prepare" in started
    assert run.empty
    started.clear()
    run.stamp(static="changed")
    run.prepare()
    assert (started, run.empty) == (["collectstatic"], False)
