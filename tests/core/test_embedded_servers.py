"""The real servers of core.embedded, started beside those of the test run."""

import os
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.embedded import Place, Postgres, ServerError, Valkey
from core.embedded.errors import explain
from core.embedded.place import Account
from core.embedded.process import alive, wait_until
from tests.servers import ROOT, cached_cluster, copy_tree


@pytest.fixture
def folder() -> Iterator[Path]:
    """A DATA_DIR that the servers' account can reach: pytest's own folders let nobody else in."""
    path = Path(os.environ["PMO_TEST_FOLDER"]) / f"embedded-{os.urandom(4).hex()}"
    path.mkdir()
    path.chmod(0o755)
    yield path
    subprocess.run(["rm", "-rf", str(path)], check=True)


@pytest.fixture
def cluster(folder: Path) -> Iterator[Postgres]:
    """A cluster copied from the cache (a second quicker than initdb), not started."""
    postgres = Postgres(Place(folder), unsafe=True)
    postgres.place.prepare()
    postgres.place.own(postgres.folder)
    copy_tree(cached_cluster(), postgres.data)
    yield postgres
    postgres.stop()


def test_postgres_starts_on_a_socket_only(cluster: Postgres) -> None:
    cluster.start()
    assert cluster.answers()
    assert cluster.sql("SHOW listen_addresses") == ""
    assert stat.S_IMODE(cluster.place.sockets.stat().st_mode) == 0o700
    assert cluster.ensure_database("second")
    assert not cluster.ensure_database("second")
    cluster.stop()
    assert not cluster.answers()


def test_postgres_is_made_from_nothing(folder: Path) -> None:
    postgres = Postgres(Place(folder), unsafe=True)
    postgres.start()
    try:
        assert postgres.sql("SHOW server_encoding") == "UTF8"
        assert postgres.sql("SELECT lower('ÄÖ')") == "äö"
        assert not (postgres.folder / "making").exists()
    finally:
        postgres.stop()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root drops to another account")
def test_servers_do_not_run_as_root(cluster: Postgres, folder: Path) -> None:
    cluster.start()
    assert cluster.process is not None
    assert Path(f"/proc/{cluster.process.pid}").stat().st_uid != 0
    valkey = Valkey(Place(folder), unsafe=True)
    valkey.start()
    assert valkey.process is not None
    assert Path(f"/proc/{valkey.process.pid}").stat().st_uid != 0
    valkey.stop()


def test_postgres_starts_again_right_after_a_crash(cluster: Postgres) -> None:
    cluster.unsafe = False
    cluster.start()
    cluster.sql("CREATE TABLE kept (n int)")
    assert cluster.process is not None
    cluster.process.kill()
    cluster.process.wait()
    cluster.start()
    assert cluster.sql("SELECT count(*) FROM kept") == "0"


def test_lock_that_names_a_stranger_is_removed(cluster: Postgres) -> None:
    """After a reboot the number in the lock file may belong to any program."""
    lock = cluster.data / "postmaster.pid"
    lock.write_text(f"{os.getpid()}\n{cluster.data}\n1\n5432\n\n\n\n")
    cluster.start()
    assert cluster.answers()
    assert alive(os.getpid())


def test_server_that_outlived_its_supervisor_is_stopped_first(cluster: Postgres) -> None:
    cluster.start()
    left_over = cluster.process
    assert left_over is not None
    second = Postgres(cluster.place, unsafe=True)
    second.start()
    assert wait_until(lambda: left_over.poll() is not None, seconds=60)
    assert second.answers()
    second.stop()


def test_servers_end_with_a_killed_parent(cluster: Postgres, folder: Path) -> None:
    """kill -9 of the supervisor leaves nothing behind."""
    script = (
        "import sys, time; from core.embedded import *; p = Place(sys.argv[1]); pg = Postgres(p, unsafe=True); pg.start();"
        "v = Valkey(p, unsafe=True); v.start(); print(pg.process.pid, v.process.pid, flush=True); time.sleep(600)"
    )
    parent = subprocess.Popen([sys.executable, "-c", script, str(folder)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    pids = [int(word) for word in parent.stdout.readline().split()]
    assert len(pids) == 2
    assert all(alive(pid) for pid in pids)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    assert wait_until(lambda: not any(alive(pid) for pid in pids), seconds=60)


def test_other_version_of_the_data_gets_a_sentence(cluster: Postgres) -> None:
    (cluster.data / "PG_VERSION").write_text("13\n")
    with pytest.raises(ServerError, match="was written by PostgreSQL 13, this installation has"):
        cluster.start()


def test_missing_programs_get_a_sentence(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    monkeypatch.setenv("PMO_POSTGRES_BIN", "/nowhere")
    with pytest.raises(ServerError, match="PMO_POSTGRES_BIN names /nowhere"):
        Postgres(Place(folder)).start()


def test_full_disk_gets_a_sentence(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.embedded.place.MINIMUM_FREE_MB", 10**9)
    with pytest.raises(ServerError, match=r"has \d+ MB left; 1000000000 MB are needed. Free some space"):
        Place(folder).prepare()
    assert "is full" in (explain("could not extend file: No space left on device", where=folder) or "")


def test_unwritable_place_gets_a_sentence(folder: Path) -> None:
    (folder / "file").write_text("")
    with pytest.raises(ServerError, match="Choose another DATA_DIR"):
        Place(folder / "file" / "var").prepare()


def test_long_path_moves_the_sockets(folder: Path) -> None:
    place = Place(folder / ("long" * 30))
    place.prepare()
    assert len(str(place.sockets)) < 60
    assert place.sockets.stat().st_uid in {os.geteuid(), place.account.uid if place.account else os.geteuid()}
    place.sockets.rmdir()


def test_place_that_the_account_cannot_reach(tmp_path: Path) -> None:
    """A checkout below /root: nobody may not enter, and we do not open the folder."""
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    (closed / "program").write_text("")
    (closed / "program").chmod(0o755)
    stranger = Account(name="stranger", uid=54321, gid=54321)
    assert not stranger.reaches(closed / "program")
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700
    assert stranger.reaches(Path("/usr/bin/env"))


def test_programs_are_copied_to_where_the_account_reaches(folder: Path, tmp_path: Path) -> None:
    place = Place(folder)
    place.prepare()
    closed = tmp_path / "closed"
    (closed / "kit" / "bin").mkdir(parents=True, mode=0o755)
    closed.chmod(0o700)
    program = closed / "kit" / "bin" / "tool"
    program.write_text("#!/bin/sh\necho hello\n")
    program.chmod(0o755)
    place.account = place.account or Account(name="stranger", uid=54321, gid=54321)
    copied = place.program(program, name="kit-1", keep="kit")
    assert copied.read_text() == program.read_text()
    assert folder in copied.parents
    assert place.program(program, name="kit-1", keep="kit") == copied


def test_valkey_keeps_what_was_queued(folder: Path) -> None:
    valkey = Valkey(Place(folder))
    valkey.start()
    assert send(valkey, "RPUSH queue job") == ":1"
    valkey.stop()
    valkey.start()
    assert send(valkey, "LLEN queue") == ":1"
    assert valkey.process is not None
    valkey.process.kill()
    valkey.process.wait()
    valkey.start()
    assert send(valkey, "LLEN queue") == ":1"
    valkey.stop()


def send(valkey: Valkey, command: str) -> str:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(60)
        connection.connect(str(valkey.socket))
        connection.sendall(command.encode() + b"\r\n")
        return connection.recv(100).decode().strip()


def test_addresses_are_the_ones_that_settings_use() -> None:
    script = "from django.conf import settings as s; print(s.DATABASES['default']['HOST'], s.CELERY_BROKER_URL)"
    environment = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
    answer = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env=environment | {"DJANGO_SETTINGS_MODULE": "pmo.settings", "DATA_DIR": "/srv/pmo-example"},
        capture_output=True,
        text=True,
        check=True,
    )
    folder = Place("/srv/pmo-example").sockets
    assert answer.stdout.split() == [str(folder), f"redis+socket://{folder}/valkey.sock?virtual_host=0"]
