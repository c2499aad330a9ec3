"""What `make` does before there is a .venv: plain Python, tested without installing anything."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.servers import ROOT
from tools import bootstrap, check


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout of its own with the locks of this one."""
    for name in bootstrap.DEV_LOCKS:
        (tmp_path / name).write_text((ROOT / name).read_text())
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(bootstrap, "PYTHON", tmp_path / ".venv/bin/python")
    monkeypatch.setattr(bootstrap, "STAMP", tmp_path / ".venv/pmo-installed.json")
    return tmp_path


def test_missing_system_packages_are_named_with_the_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = [("PDF reports", lambda: False, "libpango-1.0-0", "pango", "pango")]
    monkeypatch.setattr(bootstrap, "RUN_PACKAGES", missing)
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: "/usr/bin/apt-get" if name == "apt-get" else None)
    monkeypatch.setattr(bootstrap.os, "geteuid", lambda: 1000)
    assert bootstrap.main(["run"]) == 1
    assert capsys.readouterr().err == (
        "System packages are missing:\n  libpango-1.0-0 (for PDF reports)\n"
        "Install them with:\n  sudo apt-get install -y libpango-1.0-0\n"
    )


def test_nothing_is_missing_where_the_tests_run() -> None:
    assert bootstrap.missing_packages(dev=True) == []


def test_library_that_is_not_there_is_seen() -> None:
    assert not bootstrap.library("libno-such-library.so.9")()
    assert bootstrap.library("libc.so.6")()
    assert not bootstrap.program("no-such-program")()


def test_linked_environment_is_left_alone(checkout: Path) -> None:
    (checkout / "elsewhere/bin").mkdir(parents=True)
    (checkout / "elsewhere/bin/python").write_text("")
    (checkout / ".venv").symlink_to("elsewhere")
    bootstrap.install(dev=True)
    assert sorted(path.name for path in (checkout / "elsewhere").iterdir()) == ["bin"]


def test_installed_environment_is_not_touched_again(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bootstrap.PYTHON.parent.mkdir(parents=True)
    bootstrap.PYTHON.symlink_to(sys.executable)
    calls: list[list[str]] = []
    monkeypatch.setattr(bootstrap, "with_uv", lambda requirements: bool(calls.append(requirements)) or True)
    bootstrap.install(dev=False)
    bootstrap.install(dev=False)
    assert calls == [["-r", "requirements.txt", "-r", "requirements-embedded.txt"]]
    bootstrap.install(dev=True)
    bootstrap.install(dev=False)
    assert len(calls) == 2
    (checkout / "requirements.txt").write_text("changed==1\n")
    bootstrap.install(dev=False)
    assert len(calls) == 3


def test_failed_installation_is_not_taken_for_done(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bootstrap.PYTHON.parent.mkdir(parents=True)
    bootstrap.PYTHON.symlink_to(sys.executable)
    monkeypatch.setattr(bootstrap, "with_uv", lambda requirements: False)
    monkeypatch.setattr(bootstrap, "with_pip", lambda requirements: False)
    with pytest.raises(bootstrap.StopError, match="could not be installed"):
        bootstrap.install(dev=False)
    assert not bootstrap.STAMP.exists()


def test_uv_uses_the_index_that_pip_is_configured_for(monkeypatch: pytest.MonkeyPatch) -> None:
    configured = (
        "global.index-url='https://mirror.example.org/simple'\n"
        "global.extra-index-url='https://a.example.org/simple https://b.example.org/simple'\n"
        ":env:.cert='/etc/ssl/company.pem'\n"
    )
    monkeypatch.setattr(
        bootstrap, "quiet", lambda command, **_environment: subprocess.CompletedProcess(command, 0, stdout=configured)
    )
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    found = bootstrap.uv_environment()
    assert found["UV_DEFAULT_INDEX"] == "https://mirror.example.org/simple"
    assert found["UV_EXTRA_INDEX_URL"].split() == ["https://a.example.org/simple", "https://b.example.org/simple"]
    assert found["SSL_CERT_FILE"] == "/etc/ssl/company.pem"
    assert found["UV_PYTHON_DOWNLOADS"] == "never"


def test_every_locked_package_has_a_hash() -> None:
    for name in bootstrap.DEV_LOCKS:
        blocks = [block for block in (ROOT / name).read_text().split("\n\n") if block]
        text = "\n".join(blocks)
        pinned = [line for line in text.splitlines() if "==" in line and not line.startswith((" ", "#"))]
        assert pinned
        assert all(line.rstrip().endswith("\\") for line in pinned), name


def test_full_disk_gets_a_sentence() -> None:
    assert "is full" in (bootstrap.sentence("OSError: [Errno 28] No space left on device") or "")


def test_make_works_from_any_folder(tmp_path: Path) -> None:
    answer = subprocess.run(["make", "-C", str(ROOT), "help"], cwd=tmp_path, capture_output=True, text=True, check=True)
    for target in ("run", "test", "check", "bench", "lock", "system"):
        assert f"make {target} " in answer.stdout
    assert subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout == answer.stdout.replace(
        f"make: Entering directory '{ROOT}'\n", ""
    ).replace(f"make: Leaving directory '{ROOT}'\n", "")


def test_check_covers_style_types_layers_migrations_and_deployment() -> None:
    names = {name for name, _command, _environment in check.checks()}
    assert names == {"mypy", "deployment settings", "migrations", "layers", "ruff check", "ruff format", "djade"}
