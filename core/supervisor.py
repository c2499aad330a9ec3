"""`make run`: PostgreSQL, Valkey, web server, worker and beat of one DATA_DIR, started, watched and stopped together.

Loads nothing of Django, so that it is ready at once and stays small. Every problem that a person can mend
is one sentence; every process it starts ends with it, also when it is killed.
"""

import fcntl
import hashlib
import http.client
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import environ

from core.embedded import Place, Postgres, ServerError, Valkey
from core.embedded.postgres import USER
from core.embedded.process import spawn, tail
from core.processes import BEAT_STATE, COMMANDS, EMPTY

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements.txt"
HEALTHY_SECONDS = 300
CALM_SECONDS = 30  # a process that lived this long starts its back-off anew
GIVE_UP = 4  # failed starts of one process before the first readiness
LOG_BYTES = 10 * 2**20
STAMPS = "prepared.json"
SIGN_INS = "demo-sign-ins.txt"
# After SIGTERM: so many seconds of waiting, then this. SIGQUIT makes the worker give its jobs back to the queue.
STOPPING = {
    "web": [(10, signal.SIGQUIT), (3, signal.SIGKILL)],
    "worker": [(15, signal.SIGQUIT), (5, signal.SIGKILL)],
    "beat": [(5, signal.SIGKILL)],
}
STOP_ORDER = (("web", "beat"), ("worker",))


def say(text: str) -> None:
    print(text, flush=True)


@dataclass
class Child:
    """One process that is started again when it ends."""

    name: str
    command: list[str]
    log: Path
    environment: dict[str, str]
    process: "subprocess.Popen[bytes] | None" = None
    failures: int = 0
    started_at: float = 0.0
    start_at: float = 0.0
    log_start: int = 0

    def start(self) -> None:
        rotate(self.log)
        self.log_start = self.log.stat().st_size if self.log.exists() else 0
        self.started_at = time.monotonic()
        self.process = spawn(self.command, log=self.log, cwd=ROOT, env=self.environment)

    def tend(self, now: float) -> None:
        """Note an end and start again after 1, 2, 4 … 30 seconds."""
        if self.process is None:
            if now >= self.start_at:
                self.start()
            return
        code = self.process.poll()
        if code is None:
            return
        self.end_group()
        self.failures = 1 if now - self.started_at > CALM_SECONDS else self.failures + 1
        wait = min(30, 2 ** (self.failures - 1))
        self.start_at, self.process = now + wait, None
        say(f"{self.name} ended ({outcome(code)}); it starts again in {wait} s. See {self.log}")

    def end_group(self) -> None:
        """What the process itself left running."""
        if self.process is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)

    def send(self, number: int) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(number)

    def stop(self, *, hurry: bool) -> None:
        """Wait for the end that SIGTERM asked for, then ask less gently."""
        if self.process is None:
            return
        for seconds, number in STOPPING[self.name]:
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(0.5 if hurry else seconds)
                break
            self.send(number)
        self.end_group()
        self.process.wait()
        self.process = None


def outcome(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"


def rotate(log: Path) -> None:
    if log.exists() and log.stat().st_size > LOG_BYTES:
        log.replace(log.with_suffix(".log.1"))


def digest(paths: Iterable[Path], *extra: str, contents: bool = True) -> str:
    """Of files by content, or by size and time where reading them all would take long."""
    found = hashlib.sha256("\n".join(extra).encode())
    for path in paths:
        found.update(str(path).encode())
        info = path.stat()
        found.update(path.read_bytes() if contents else f"{info.st_size} {info.st_mtime_ns}".encode())
    return found.hexdigest()


def static_stamp() -> str:
    """Changes when a style sheet, a script, a package or the way they are collected does."""
    files = [path for path in sorted((ROOT / "static").rglob("*")) if path.is_file()]
    return digest([LOCK, ROOT / "pmo/settings.py"], digest(files, contents=False))


@dataclass
class Supervisor:
    """One run. The environment decides everything (`.env` in the checkout is read first)."""

    data_dir: Path
    host: str
    port: int
    place: Place
    postgres: Postgres | None = None
    valkey: Valkey | None = None
    children: list[Child] = field(default_factory=list)
    demo: "subprocess.Popen[bytes] | None" = None
    signals: int = 0
    empty: bool = False
    lock: IO[str] | None = None

    @property
    def address(self) -> str:
        return f"http://{'127.0.0.1' if self.host == '0.0.0.0' else self.host}:{self.port}"  # noqa: S104

    # ---- the run --------------------------------------------------------------------------------

    def run(self) -> int:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)
        begin = time.monotonic()
        try:
            self.place.prepare()
            self.take_lock()
            self.check_port()
            self.start_servers()
            self.prepare()
            self.start_children()
            self.load_demo()
            self.wait_until_ready()
            self.announce(time.monotonic() - begin)
            while not self.signals:
                self.tend()
                time.sleep(0.3)
        except ServerError as problem:
            say(str(problem))
            return 1
        except InterruptedError:
            pass
        except OSError as error:
            say(disk_sentence(str(error), self.data_dir) or f"{error.strerror}: {error.filename}.")
            return 1
        finally:
            self.stop()
        return 0

    def _on_signal(self, number: int, _frame: object) -> None:
        self.signals += 1
        if self.signals == 1:
            say("\nStopping …")

    def interrupted(self) -> None:
        if self.signals:
            raise InterruptedError

    # ---- steps ----------------------------------------------------------------------------------

    def take_lock(self) -> None:
        """One supervisor a DATA_DIR. The kernel lets go of the lock when its holder ends, however it ends."""
        path = self.data_dir / "running"
        self.lock = path.open("a+")
        try:
            fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self.lock.seek(0)
            holder = self.lock.read().strip() or "another process"
            self.lock = None
            raise ServerError(
                f"It already runs on {self.data_dir} ({holder}). Use that one, stop it with Ctrl+C, "
                "or start a second one: PORT=8001 DATA_DIR=/another/folder make run"
            ) from None
        self.lock.seek(0)
        self.lock.truncate()
        self.lock.write(f"process {os.getpid()}, {self.address}")
        self.lock.flush()

    def check_port(self) -> None:
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((self.host, self.port))
            except PermissionError:
                raise ServerError(f"Port {self.port} is reserved for root. Choose another: PORT=8001 make run") from None
            except OSError:
                raise ServerError(
                    f"Port {self.port} is in use by another program. Choose another: PORT={self.port + 1} make run"
                ) from None

    def start_servers(self) -> None:
        os.environ.setdefault("SECRET_KEY", own_secret(self.data_dir))
        if not os.environ.get("DATABASE_URL"):
            say("Starting PostgreSQL …")
            self.postgres = Postgres(self.place)
            self.postgres.start()
            self.drop_half_a_demo(self.postgres)
            self.postgres.ensure_database()
            os.environ["DATABASE_URL"] = self.postgres.url
        self.interrupted()
        if not os.environ.get("REDIS_URL"):
            say("Starting Valkey …")
            self.valkey = Valkey(self.place)
            self.valkey.start()
            os.environ["REDIS_URL"] = self.valkey.url
        self.interrupted()

    def prepare(self) -> None:
        """Static files and the database side by side; each only when something it depends on has changed."""
        done = self.stamps
        static = static_stamp()
        database = digest(
            [LOCK, ROOT / "core/triggers.py", *sorted(ROOT.glob("*/migrations/*.py")), *sorted(ROOT.glob("locale/**/*.po"))],
            os.environ["DATABASE_URL"],
        )
        # A database of ours changes only through us; one that DATABASE_URL names is looked at every time.
        jobs: dict[str, tuple[list[str], str]] = {}
        if done.get("static") != static or not (self.data_dir / "static").exists():
            say("Collecting style sheets and scripts …")
            jobs["static"] = (["collectstatic", "--noinput", "--verbosity", "0"], static)
        if done.get("database") != database or self.postgres is None or (demo_wanted() and "demo" not in done):
            jobs["database"] = (["prepare"], database)
        if not jobs:
            return
        self.log("prepare-database", new=True)  # what an earlier start said of the database is no longer true
        running = {
            name: spawn(
                [sys.executable, "manage.py", *command], cwd=ROOT, log=self.log(f"prepare-{name}", new=True), env=self.env()
            )
            for name, (command, _stamp) in jobs.items()
        }
        self.watch(running.values(), "prepare-database")
        for name, process in running.items():
            if process.returncode:
                output = tail(self.log(f"prepare-{name}"))
                known = disk_sentence(output, self.data_dir) or command_error(output)
                raise ServerError(known or f"Preparing the {name} failed:\n{output.strip()[-1500:]}")
            done[name] = jobs[name][1]
        self.stamp(**done)
        self.empty = EMPTY in tail(self.log("prepare-database"))

    def watch(self, processes: "Iterable[subprocess.Popen[bytes]]", log: str) -> None:
        """Wait for children that prepare something and pass on the progress lines of this log."""
        processes, shown, ended = list(processes), 0, False
        while not ended:
            if self.signals:
                for process in processes:
                    process.terminate()
                    process.wait()
            self.interrupted()
            self.tend()
            ended = all(process.poll() is not None for process in processes)
            text = tail(self.log(log), start=shown)
            whole = text[: text.rfind("\n") + 1]
            shown += len(whole.encode())
            for line in whole.splitlines():
                if line.endswith("…"):
                    say(line)
            time.sleep(0.05)

    def start_children(self) -> None:
        say("Starting web server, worker and beat …")
        for name in ("web", "worker", "beat"):
            command = [sys.executable, *COMMANDS[name][1:]]
            if name == "beat":
                command += ["--schedule", str(self.data_dir / BEAT_STATE)]
            child = Child(name, command, self.log(name), self.env())
            child.start()
            self.children.append(child)

    def load_demo(self) -> None:
        """Into an empty database, unless DEMO=0: while the other processes start."""
        if not demo_wanted() or not self.empty:
            return
        say("Loading the demo portfolio …")
        self.stamp(demo="loading")
        command = [sys.executable, "manage.py", "load_demo"]
        self.demo = spawn(command, cwd=ROOT, log=self.log("prepare-demo", new=True), env=self.env())
        self.watch([self.demo], "prepare-demo")
        output = tail(self.log("prepare-demo"))
        if self.demo.returncode:
            self.stamp(demo="failed")
            reason = disk_sentence(output, self.data_dir) or command_error(output) or output.strip()[-1500:]
            say(f"The demo portfolio could not be loaded; the product runs without it. {reason}")
            return
        # What the command says last, from this line on, is who may sign in.
        (self.data_dir / SIGN_INS).write_text(output[max(0, output.rfind("Sign in")) :])
        self.stamp(demo="loaded")

    def drop_half_a_demo(self, postgres: Postgres) -> None:
        """A first start that was cut off while it loaded the demo left half of it, and nothing else: begin afresh."""
        if self.stamps.get("demo") == "loading":
            say("Loading the demo was cut off the last time; it begins afresh …")
            postgres.sql(f'DROP DATABASE IF EXISTS "{USER}" WITH (FORCE)')
            (self.data_dir / STAMPS).unlink()

    @property
    def stamps(self) -> dict[str, str]:
        """What has been prepared, and from what."""
        return read_json(self.data_dir / STAMPS)

    def stamp(self, **done: str) -> None:
        (self.data_dir / STAMPS).write_text(json.dumps(self.stamps | done))

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + HEALTHY_SECONDS
        answer: dict[str, object] = {}
        while not self.signals:
            self.tend()
            ready, answer = self.readiness()
            if ready:
                return
            broken = next((child for child in self.children if child.failures >= GIVE_UP), None)
            if broken or time.monotonic() > deadline:
                child = broken or self.children[0]
                end = tail(child.log, start=child.log_start)[-1500:].strip()
                wrong = f" ({answer})" if answer else ""
                raise ServerError(f"It did not become ready{wrong}. The end of {child.log} says:\n{end}")
            time.sleep(0.1)
        raise InterruptedError

    def readiness(self) -> tuple[bool, dict[str, object]]:
        connection = http.client.HTTPConnection("127.0.0.1" if self.host == "0.0.0.0" else self.host, self.port, timeout=5)  # noqa: S104
        try:
            connection.request("GET", "/readyz")
            response = connection.getresponse()
            body = response.read()
            return response.status == 200, json.loads(body).get("checks", {})
        except (OSError, http.client.HTTPException, ValueError):
            return False, {}
        finally:
            connection.close()

    def announce(self, seconds: float) -> None:
        say(f"\nReady in {seconds:.0f} s: {self.address}")
        sign_ins = self.data_dir / SIGN_INS
        if sign_ins.exists():
            say(f"\n{sign_ins.read_text().rstrip()}")
        elif self.empty:
            given = "".join(f"{name}={os.environ[name]} " for name in ("PORT", "DATA_DIR") if os.environ.get(name))
            say("\nNobody has an account yet. Make the first administrator, in another terminal and in this folder:")
            say(f"  {given}.venv/bin/python manage.py create_administrator you@example.org")
        if self.postgres or self.valkey:
            say(f"\nData and logs are in {self.data_dir}. For production use servers of your own (docs/operations.md).")
        say("Ctrl+C stops everything.\n")

    def tend(self) -> None:
        """Start again what has ended."""
        now = time.monotonic()
        for server in (self.postgres, self.valkey):
            if server is not None and server.process is not None and server.process.poll() is not None:
                say(f"{type(server).__name__} ended ({outcome(server.process.returncode)}); it starts again. See {server.log}")
                server.start()
        for child in self.children:
            child.tend(now)

    def stop(self) -> None:
        """In order: who asks before who answers. A second Ctrl+C shortens every wait."""
        begin = time.monotonic()
        if self.demo is not None and self.demo.poll() is None:
            self.demo.terminate()
            self.demo.wait()
        by_name = {child.name: child for child in self.children}
        for names in STOP_ORDER:
            together = [by_name[name] for name in names if name in by_name]
            for child in together:
                child.send(signal.SIGTERM)
            for child in together:
                child.stop(hurry=self.signals > 1)
        for server in (self.valkey, self.postgres):
            if server is not None:
                server.stop()
        if self.lock is not None:
            self.lock.truncate(0)
            self.lock.close()
        if self.signals:
            say(f"Everything has stopped ({time.monotonic() - begin:.1f} s).")

    # ---- small things -----------------------------------------------------------------------------

    def env(self) -> dict[str, str]:
        return os.environ | {"PORT": str(self.port), "HOST": self.host, "DATA_DIR": str(self.data_dir), "PYTHONUNBUFFERED": "1"}

    def log(self, name: str, *, new: bool = False) -> Path:
        path = self.place.logs / f"{name}.log"
        if new:
            path.unlink(missing_ok=True)
        return path


def own_secret(data_dir: Path) -> str:
    """The key that signs the sessions of this DATA_DIR: made once, readable by its owner only."""
    path = data_dir / "secret-key"
    if not path.exists():
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(64))
    return path.read_text()


def read_json(path: Path) -> dict[str, str]:
    try:
        return dict(json.loads(path.read_text()))
    except (OSError, ValueError, TypeError):
        return {}


def demo_wanted() -> bool:
    return os.environ.get("DEMO", "1").lower() not in {"0", "false", "no", "off", ""}


def command_error(output: str) -> str | None:
    """The sentence of a management command that refused, or of settings that do."""
    for line in reversed(output.strip().splitlines()):
        for start in ("CommandError: ", "django.core.exceptions.ImproperlyConfigured: "):
            if line.startswith(start):
                return line.removeprefix(start)
        if "OperationalError:" in line or "connection to server" in line:
            return f"The database does not answer: {line.split('OperationalError:')[-1].strip()}"
    return None


def disk_sentence(output: str, data_dir: Path) -> str | None:
    if "No space left on device" in output or "DiskFull" in output:
        return f"The disk that holds {data_dir} is full. Free some space, then start again."
    return None


def main() -> int:
    environ.Env.read_env(ROOT / ".env")
    data_dir = Path(os.environ.get("DATA_DIR") or ROOT / "var").resolve()
    port = os.environ.get("PORT") or "8000"
    if not port.isdigit() or not 0 < int(port) < 65536:
        say(f"PORT must be a number from 1 to 65535, not {port!r}.")
        return 1
    try:
        place = Place(data_dir)
    except ServerError as problem:
        say(str(problem))
        return 1
    return Supervisor(data_dir=data_dir, host=os.environ.get("HOST") or "127.0.0.1", port=int(port), place=place).run()


if __name__ == "__main__":
    sys.exit(main())
