"""One child process that ends with its parent, waited for without sleeping blindly."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO

PR_SET_PDEATHSIG = 1


def die_with_parent(number: int) -> Callable[[], None]:
    """A `preexec_fn` that asks Linux to send the child signal `number` when the parent ends, even by kill -9."""
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None
    parent = os.getpid()

    def ask() -> None:
        if libc is not None:
            libc.prctl(PR_SET_PDEATHSIG, number)
            if os.getppid() != parent:  # the parent ended in between
                os.kill(os.getpid(), number)

    return ask


def spawn(
    command: list[str],
    *,
    log: Path | None = None,
    stop_signal: int = signal.SIGTERM,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    drop: Mapping[str, object] | None = None,
) -> "subprocess.Popen[bytes]":
    """Start a child in its own process group (a terminal's Ctrl+C reaches only us).

    Its output goes to `log`, or to ours when that is None. Call from the main thread:
    the kernel ties the child to the thread that started it.
    """
    output: IO[bytes] | None = None
    if log is not None:
        output = log.open("ab")
    try:
        return subprocess.Popen(  # noqa: S603  fixed programs, no shell
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT if output else None,
            env=None if env is None else dict(env),
            cwd=cwd,
            preexec_fn=die_with_parent(stop_signal),  # noqa: PLW1509  async-signal-safe calls only
            process_group=0,
            **(drop or {}),  # type: ignore[call-overload]
        )
    finally:
        if output is not None:
            output.close()


def wait_until(ready: Callable[[], bool], *, seconds: float, every: float = 0.02) -> bool:
    """Poll `ready` until it is true or `seconds` have passed; say which."""
    deadline = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > deadline:
            return False
        time.sleep(every)
    return True


def alive(pid: int) -> bool:
    """Whether a process with this id exists and is not merely waiting to be reaped."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (OSError, IndexError):
        return True


def tail(log: Path, *, start: int = 0, size: int = 4000) -> str:
    """The end of a log file from byte `start`, at most `size` characters."""
    try:
        with log.open("rb") as file:
            file.seek(start)
            return file.read()[-size:].decode(errors="replace")
    except OSError:
        return ""
