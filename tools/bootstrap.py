"""What `make` calls before there is a .venv: plain Python 3.11, nothing but the standard library.

    bootstrap.py system         name the system packages that are missing
    bootstrap.py install [dev]  make .venv and install the locked packages into it (hashes checked)
    bootstrap.py run            install, then start everything under the supervisor
    bootstrap.py lock           resolve requirements*.in anew

Work already done is not done again: a stamp in .venv holds the hash of the locks that it was made from.
"""

import ctypes.util
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin/python"
STAMP = VENV / "pmo-installed.json"
LOCKS = ["requirements.txt", "requirements-embedded.txt"]
DEV_LOCKS = [*LOCKS, "requirements-dev.txt"]


class StopError(Exception):
    """One sentence that says what is wrong and what to do."""


def say(text: str) -> None:
    print(text, flush=True)


# ---- system packages ------------------------------------------------------------------------------


def library(*names: str) -> Callable[[], bool]:
    def present() -> bool:
        for name in names:
            try:
                ctypes.CDLL(name)
            except OSError:
                if not ctypes.util.find_library(name.removeprefix("lib").split(".so")[0]):
                    return False
        return True

    return present


def program(*names: str) -> Callable[[], bool]:
    return lambda: any(shutil.which(name) for name in names)


# what for, how to see it, Debian/Ubuntu, Fedora, macOS
Package = tuple[str, Callable[[], bool], str, str, str]
RUN_PACKAGES: list[Package] = [
    ("making .venv", lambda: bool(importable("ensurepip") and importable("venv")), "python3-venv", "python3", "python"),
    ("PDF reports", library("libpango-1.0.so.0"), "libpango-1.0-0", "pango", "pango"),
    ("PDF reports", library("libpangoft2-1.0.so.0"), "libpangoft2-1.0-0", "pango", "pango"),
    ("PDF reports", library("libharfbuzz-subset.so.0"), "libharfbuzz-subset0", "harfbuzz", "harfbuzz"),
    ("time zones", lambda: Path("/usr/share/zoneinfo/Europe/London").exists(), "tzdata", "tzdata", ""),
]
DEV_PACKAGES: list[Package] = [
    ("browser tests", program("chromium", "chromium-browser", "google-chrome"), "chromium", "chromium", "chromium"),
    ("PDF tests", program("pdftoppm"), "poppler-utils", "poppler-utils", "poppler"),
]


def importable(name: str) -> bool:
    import importlib.util

    return importlib.util.find_spec(name) is not None


def missing_packages(*, dev: bool) -> list[Package]:
    return [package for package in RUN_PACKAGES + (DEV_PACKAGES if dev else []) if not package[1]()]


def install_command(packages: list[Package]) -> str:
    """The command that installs them here."""
    for tool, column, start in (
        ("apt-get", 2, "apt-get install -y"),
        ("dnf", 3, "dnf install"),
        ("brew", 4, "brew install"),
    ):
        if shutil.which(tool):
            names = " ".join(dict.fromkeys(package[column] for package in packages if package[column]))
            sudo = "" if tool == "brew" or os.geteuid() == 0 else "sudo "
            return f"{sudo}{start} {names}"
    return "install, by their Debian names: " + " ".join(package[2] for package in packages)


def check_system(*, dev: bool) -> None:
    if missing := missing_packages(dev=dev):
        lines = [f"  {package[2]} (for {package[0]})" for package in missing]
        raise StopError(
            "System packages are missing:\n" + "\n".join(lines) + f"\nInstall them with:\n  {install_command(missing)}"
        )


# ---- .venv ----------------------------------------------------------------------------------------


def fingerprint(locks: list[str]) -> str:
    digest = hashlib.sha256(f"{sys.version_info[:2]}".encode())
    for name in locks:
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def install(*, dev: bool) -> None:
    """Bring .venv to what the locks say. A .venv that is a link belongs to somebody else: it is left alone."""
    if VENV.is_symlink() and PYTHON.exists():
        return
    locks = DEV_LOCKS if dev else LOCKS
    done = read_stamp()
    if PYTHON.exists() and done.get("dev" if dev else "run") == fingerprint(locks):
        return
    begin = time.monotonic()
    if not working():
        say("Making .venv …")
        shutil.rmtree(VENV, ignore_errors=True)
        # Where this Python has pip, that one installs into .venv too: making a second one takes seconds.
        answer = quiet([sys.executable, "-m", "venv", *(["--without-pip"] if base_has_pip() else []), str(VENV)])
        if answer.returncode:
            shutil.rmtree(VENV, ignore_errors=True)
            raise StopError(sentence(answer.stdout) or f"Making .venv failed:\n{answer.stdout.strip()}")
    count = len({name for lock in locks for name in re.findall(r"^([\w.-]+)(?:\[.*\])?==", (ROOT / lock).read_text(), re.M)})
    say(f"Installing {count} locked packages …")
    requirements = [part for lock in locks for part in ("-r", lock)]
    if not (with_uv(requirements) or with_pip(requirements)):
        raise StopError("The packages could not be installed; the lines above say why. Mend that and start again.")
    done |= {"run": fingerprint(LOCKS)} | ({"dev": fingerprint(DEV_LOCKS)} if dev else {})
    STAMP.write_text(json.dumps(done))
    say(f"Packages are installed ({time.monotonic() - begin:.0f} s).")


def read_stamp() -> dict[str, str]:
    try:
        return dict(json.loads(STAMP.read_text()))
    except (OSError, ValueError):
        return {}


def working() -> bool:
    """Whether .venv has a Python of this version that starts (a moved or half-made one has not)."""
    if not PYTHON.exists():
        return False
    answer = quiet([str(PYTHON), "-c", "import sys; print(sys.version_info[:2])"])
    return answer.returncode == 0 and answer.stdout.strip() == str(sys.version_info[:2])


def quiet(command: list[str], **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        command,
        cwd=ROOT,
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def sentence(output: str) -> str | None:
    if "No space left on device" in output or "os error 28" in output:
        return f"The disk that holds {ROOT} is full. Free about 1 GB, then start again."
    return None


def with_uv(requirements: list[str]) -> bool:
    """Install with uv: seconds instead of a minute. uv itself comes from the dev lock, hash-checked."""
    uv = VENV / "bin/uv"
    if not uv.exists() and not bootstrap_uv():
        return False
    command = [
        str(uv),
        "pip",
        "install",
        "--python",
        str(PYTHON),
        "--require-hashes",
        "--quiet",
        "--no-progress",
        *requirements,
    ]
    answer = quiet(command, **uv_environment())
    if answer.returncode:
        if found := sentence(answer.stdout):
            raise StopError(found)
        first = next((line for line in answer.stdout.splitlines() if line.strip()), "no reason given")
        say(f"uv could not install them ({first.strip()[:160]}); pip takes over, this needs about a minute …")
    return answer.returncode == 0


def bootstrap_uv() -> bool:
    block = re.search(r"^uv==.*?(?=^\S)", (ROOT / "requirements-dev.txt").read_text() + "\nend", re.M | re.S)
    if block is None:
        return False
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as lock:
        lock.write(block.group(0))
        lock.flush()
        answer = quiet([*pip(), *PIP_OPTIONS, "--no-deps", "--require-hashes", "-r", lock.name])
    return answer.returncode == 0


def base_has_pip() -> bool:
    """Whether the Python that runs this has a pip that can install into another (22.3 or newer)."""
    answer = quiet([sys.executable, "-m", "pip", "--version"])
    version = re.match(r"pip (\d+)", answer.stdout)
    return answer.returncode == 0 and version is not None and int(version.group(1)) >= 23


def pip() -> list[str]:
    """The pip that installs into .venv: its own, or the one of the Python that runs this."""
    if any(VENV.glob("lib/python*/site-packages/pip/__main__.py")):
        return [str(PYTHON), "-m", "pip"]
    return [sys.executable, "-m", "pip", "--python", str(PYTHON)]


PIP_OPTIONS = ["install", "--quiet", "--disable-pip-version-check", "--no-input"]


def uv_environment() -> dict[str, str]:
    """uv with the package index, certificates and proxies that pip is configured to use on this machine."""
    configured = dict(
        re.findall(
            r"^(?:global|install|user|:env:)\.([\w-]+)='(.*)'$",
            quiet([*pip(), "config", "list"]).stdout,
            re.M,
        )
    )
    environment = {"UV_PYTHON_DOWNLOADS": "never", "UV_SYSTEM_CERTS": "1"}
    if "index-url" in configured:
        environment["UV_DEFAULT_INDEX"] = configured["index-url"]
    if extra := configured.get("extra-index-url"):
        environment["UV_EXTRA_INDEX_URL"] = extra.replace("\\n", " ")
        environment["UV_INDEX_STRATEGY"] = "unsafe-best-match"  # safe: every file is named by its hash
    if links := configured.get("find-links"):
        environment["UV_FIND_LINKS"] = ",".join(links.replace("\\n", " ").split())
    if "cert" in configured:
        environment["SSL_CERT_FILE"] = configured["cert"]
    return {name: value for name, value in environment.items() if name not in os.environ}


def with_pip(requirements: list[str]) -> bool:
    answer = subprocess.run([*pip(), *PIP_OPTIONS, "--require-hashes", *requirements], cwd=ROOT, check=False)
    return answer.returncode == 0


# ---- commands -------------------------------------------------------------------------------------


def lock() -> None:
    install(dev=True)
    for name in ("requirements", "requirements-embedded", "requirements-dev"):
        command = [str(VENV / "bin/uv"), "pip", "compile", "--quiet", "--universal", "--generate-hashes", "--no-header"]
        command += ["--python-version", "3.11", f"{name}.in", "-o", f"{name}.txt"]
        answer = quiet(command, **uv_environment())
        if answer.returncode:
            raise StopError(f"{name}.in does not resolve:\n{answer.stdout.strip()}")
        say(f"{name}.txt is up to date.")


def run() -> None:
    check_system(dev=False)
    install(dev=False)
    os.chdir(ROOT)
    os.execv(PYTHON, [str(PYTHON), "-m", "core.supervisor"])  # noqa: S606  the same process: Ctrl+C goes straight to it


def main(arguments: list[str]) -> int:
    command, dev = (arguments[0] if arguments else "run"), "dev" in arguments[1:]
    try:
        if sys.version_info < (3, 11):
            raise StopError(
                f"Python 3.11 or newer is needed, this is {sys.version.split()[0]}. Name another: make PYTHON=python3.12 run"
            )
        if command == "system":
            check_system(dev=True)
            say("Every system package is there.")
        elif command == "install":
            check_system(dev=dev)
            install(dev=dev)
        elif command == "lock":
            lock()
        elif command == "run":
            run()
        else:
            raise StopError(__doc__ or "")
    except StopError as problem:
        print(problem, file=sys.stderr)
        return 1
    except OSError as error:
        print(sentence(str(error)) or f"{error.strerror}: {error.filename}.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
