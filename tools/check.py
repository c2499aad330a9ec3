#!/usr/bin/env python3
"""`make check`: style, templates, types, layers, migrations, deployment settings. All of them, then the verdict.

Checks run side by side (one a core); only the output of those that fail is shown.
"""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv/bin"
# Nothing here connects: the addresses only have to be well formed.
NOWHERE = {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none", "REDIS_URL": "redis://127.0.0.1:1/0"}
PRODUCTION = NOWHERE | {
    "PMO_ENV": "production",
    "SECRET_KEY": "a-secret-of-this-check-only-" + "x1Y2z3" * 10,
    "ALLOWED_HOSTS": "pmo.example.org",
    "CSRF_TRUSTED_ORIGINS": "https://pmo.example.org",
    "SITE_URL": "https://pmo.example.org",
    "EMAIL_URL": "smtp+tls://user:password@mail.example.org:587",
    "DEBUG": "",
}


def templates() -> list[str]:
    return [str(path) for path in sorted((ROOT / "templates").rglob("*.html"))]


def checks() -> list[tuple[str, list[str], dict[str, str]]]:
    """(name, command, extra environment), the longest first."""
    python = str(BIN / "python")
    found = [
        ("mypy", [str(BIN / "mypy"), "--no-error-summary"], NOWHERE),
        ("deployment settings", [python, "manage.py", "check", "--deploy", "--fail-level", "WARNING"], PRODUCTION),
        ("migrations", [python, "manage.py", "makemigrations", "--check", "--dry-run"], NOWHERE),
        ("layers", [str(BIN / "lint-imports"), "--no-cache"], NOWHERE),
        ("ruff check", [str(BIN / "ruff"), "check", "--quiet", "."], {}),
        ("ruff format", [str(BIN / "ruff"), "format", "--check", "--quiet", "."], {}),
    ]
    if files := templates():
        found.append(("djade", [str(BIN / "djade"), "--check", "--target-version", "5.2", *files], {}))
    return found


def run(check: tuple[str, list[str], dict[str, str]]) -> tuple[str, bool, float, str]:
    name, command, environment = check
    begin = time.monotonic()
    answer = subprocess.run(
        command,
        cwd=ROOT,
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return name, answer.returncode == 0, time.monotonic() - begin, answer.stdout


def main() -> int:
    wanted = set(sys.argv[1:])
    failed = []
    with ThreadPoolExecutor(max_workers=max(2, os.cpu_count() or 2)) as pool:
        for name, passed, seconds, output in pool.map(run, [c for c in checks() if not wanted or c[0].split()[0] in wanted]):
            print(f"{'ok    ' if passed else 'FAILED'} {name} ({seconds:.1f} s)", flush=True)
            if not passed:
                failed.append(name)
                print(output.rstrip() + "\n", flush=True)
    if failed:
        print(f"make check: {len(failed)} failed: {', '.join(failed)}.")
        return 1
    print("make check: all passed.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
