"""Hands parts to child processes and keeps what they made, by content.

Two children at most, started when first needed and kept for the life of this worker (starting one costs over a
second). A part that was laid out before, from the same text, style and engine, is not laid out again.
"""

import atexit
import hashlib
import json
import os
import queue
import select
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.conf import settings

from core.fonts import print_faces

SECONDS = 60  # of computing, for one part
PATIENCE = 10  # times as long on the clock, where other work has the processor: then the child hangs
MEMORY = 2**31  # address space, of which a part of our own uses some 150 MB in earnest
CHILDREN = 2
PARTS_PER_CHILD = 400


class LayoutError(Exception):
    """A part could not be laid out. `label` says which in words that a reader knows; `reason` is a code."""

    def __init__(self, label: str, reason: str, detail: str = "") -> None:
        super().__init__(f"{label}: {reason} {detail}".strip())
        self.label, self.reason, self.detail = label, reason, detail


@dataclass(frozen=True)
class Part:
    """A stretch of pages that is laid out on its own. `label` is for people, `html` a whole document.

    `shorter` are documents to take instead, in this order, where `html` does not fit on one page.
    """

    label: str
    html: str
    shorter: tuple[str, ...] = ()


@lru_cache(maxsize=1)
def _style() -> tuple[Path, dict[str, str], str]:
    """The style sheet with its fonts as one file, the assets by name, and a digest of all that shapes a page."""
    faces = print_faces()
    rules = [
        f'@font-face {{ font-family: "Inter"; font-weight: {weight}; font-style: {style}; src: url("asset:{path.name}"); }}'
        for weight, style, path in faces
    ]
    css = "\n".join([*rules, (Path(settings.BASE_DIR) / "static/css/print.css").read_text()])
    digest = hashlib.sha256(css.encode())
    digest.update("".join(version(name) for name in ("weasyprint", "pikepdf", "fontpkg-inter", "fonttools")).encode())
    digest.update(Path(__file__).with_name("child.py").read_bytes())
    folder = cache_folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o750)
    path = folder / f"{digest.hexdigest()[:32]}.css"
    if not path.exists():
        _write(path, css.encode())
    return path, {face[2].name: str(face[2]) for face in faces}, digest.hexdigest()


def cache_folder() -> Path:
    """Where finished parts lie. It may be deleted at any time."""
    return Path(settings.DATA_DIR) / "cache" / "pdf"


def _write(path: Path, content: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".part-")
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    Path(name).replace(path)


def key_of(part: Part) -> str:
    """The name of a part in the cache: its texts, the style and the engine."""
    return hashlib.sha256("\n".join([_style()[2], part.html, *part.shorter]).encode()).hexdigest()


class _Child:
    """One child process; used by one thread at a time."""

    def __init__(self, memory: int) -> None:
        self.done = 0
        self.process = subprocess.Popen(
            [sys.executable, "-m", "core.pdf.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=settings.BASE_DIR,
            # Nothing of our environment is the child's business: no secrets, no addresses.
            env={"PMO_PDF_MEMORY": str(memory), "PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8", "HOME": "/nonexistent"}
            | {
                name: os.environ[name]
                for name in ("FONTCONFIG_FILE", "XDG_CACHE_HOME", "LD_LIBRARY_PATH")
                if name in os.environ
            },
            text=True,
        )

    def lay_out(self, job: dict[str, Any], seconds: int) -> str:
        """ "" when the part is there, else why not: "slow" (`seconds` of computing), "memory" or "error …". The child may be
        gone then."""
        assert self.process.stdin
        assert self.process.stdout
        try:
            self.process.stdin.write(json.dumps(job) + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            return "memory"
        # The child has its own alarm; this is for one that waits for something instead of computing.
        ready, _w, _x = select.select([self.process.stdout], [], [], seconds * PATIENCE)
        if not ready:
            self.stop()
            return "slow"
        line = self.process.stdout.readline()
        if not line:
            code = self.process.wait(5)
            self.stop()
            return "slow" if code == -signal.SIGPROF else "memory"
        self.done += 1
        error: str = json.loads(line).get("error", "")
        return f"error {error}" if error else ""

    @property
    def is_fit(self) -> bool:
        return self.process.poll() is None and self.done < PARTS_PER_CHILD

    def stop(self) -> None:
        self.process.kill()
        self.process.wait(5)
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe:
                pipe.close()


_idle: list[_Child] = []
_lock = threading.Lock()


def _take(memory: int) -> _Child:
    with _lock:
        while _idle:
            child = _idle.pop()
            if child.is_fit:
                return child
            child.stop()
    return _Child(memory)


def _give_back(child: _Child) -> None:
    with _lock:
        if child.is_fit and len(_idle) < CHILDREN:
            _idle.append(child)
            return
    child.stop()


@atexit.register
def stop_children() -> None:
    """End the children of this process."""
    with _lock:
        while _idle:
            _idle.pop().stop()


class _Shift:
    """The work of one call: parts come in while children are at it."""

    def __init__(self, seconds: int, memory: int) -> None:
        self.seconds, self.memory = seconds, memory
        self.jobs: queue.SimpleQueue[tuple[Path, Part, str] | None] = queue.SimpleQueue()
        self.threads: list[threading.Thread] = []
        self.failures: list[LayoutError] = []

    def add(self, target: Path, part: Part, key: str) -> None:
        """One more part; the first ones also start the children."""
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
        self.jobs.put((target, part, key))
        if len(self.threads) < CHILDREN:
            self.threads.append(threading.Thread(target=self._work))
            self.threads[-1].start()

    def finish(self) -> None:
        """Wait for what was added. Raises LayoutError for the first that failed."""
        for _thread in self.threads:
            self.jobs.put(None)
        for thread in self.threads:
            thread.join()
        if self.failures:
            raise self.failures[0]

    def _work(self) -> None:
        css, assets, _digest = _style()
        child = _take(self.memory)
        with tempfile.TemporaryDirectory(prefix="pmo-pdf-") as scratch:
            while (found := self.jobs.get()) is not None and not self.failures:
                target, part, key = found
                out = Path(scratch) / "part.pdf"
                texts = [Path(scratch) / f"part-{number}.html" for number in range(1 + len(part.shorter))]
                for path, html in zip(texts, (part.html, *part.shorter), strict=True):
                    path.write_text(html)
                job = {"name": key, "html": [str(path) for path in texts], "out": str(out), "css": str(css)}
                reason = child.lay_out(job | {"assets": assets, "seconds": self.seconds}, self.seconds)
                if reason:
                    code, _space, detail = reason.partition(" ")
                    self.failures.append(LayoutError(part.label, code, detail))
                    break
                _write(target, out.read_bytes())
        _give_back(child)


def lay_out(parts: Iterable[Part], *, seconds: int = SECONDS, memory: int = MEMORY) -> list[Path]:
    """The PDF of each part, in order, from the cache where it is there. Raises LayoutError for the first that fails.

    `parts` may be made on the way: children start with the first that is missing.
    """
    folder = cache_folder()
    targets: list[Path] = []
    shift = _Shift(seconds, memory)
    try:
        for part in parts:
            key = key_of(part)
            target = folder / key[:2] / f"{key}.pdf"
            if target.exists():
                os.utime(target)  # the sweep of the cache goes by this
            elif target not in targets:
                shift.add(target, part, key)
            targets.append(target)
    finally:
        shift.finish()
    return targets


def sweep_cache(*, older_than: float) -> int:
    """Delete parts not used since that moment (seconds of the epoch); returns how many."""
    gone = 0
    for path in cache_folder().glob("??/*.pdf"):
        if path.stat().st_mtime < older_than:
            path.unlink(missing_ok=True)
            gone += 1
    return gone
