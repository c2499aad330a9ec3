"""A backup comes back whole into an empty cluster, on which the product starts; a damaged one is refused before anything is written."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from core.backup import BackupError, check_backup, fingerprints, restore_backup, sequences, write_backup
from portfolio.models import Project
from tests import factories
from tests.cast import Cast
from tests.core.test_embedded_servers import folder
from tests.servers import ROOT

__all__ = ["folder"]
# Restores; then what a reader finds: signs in with the old password, opens the project, fetches the file.
LOOK = """
import hashlib, os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "pmo.settings"
import django; django.setup()
from django.core.management import call_command
from django.db import connection
from django.test import Client
from core.backup import serving
from core.models import Attachment
from portfolio.models import Project
_, file, email, reference = sys.argv
call_command("restore", file)
with serving():
    call_command("migrate", check_unapplied=True, verbosity=0)
    client = Client()
    assert client.post("/accounts/login/", {"username": email, "password": "secret-word"}).status_code == 302
    page = client.get(f"/portfolio/projects/{reference}/")
    assert page.status_code == 200 and b"Saved and back" in page.content
    print(hashlib.sha256(Attachment.objects.get().file.read()).hexdigest())
    before = Project.pgh_event_model.objects.count()
    Project.objects.filter(reference=reference).update(title="Goes on")
    assert Project.pgh_event_model.objects.count() == before + 1
    try:
        connection.cursor().execute("TRUNCATE portfolio_projectevent")
    except Exception as error:
        assert "is kept whole" in str(error), error
    else:
        raise AssertionError("TRUNCATE went through")
"""


@pytest.fixture
def saved(transactional_db: None, request: pytest.FixtureRequest, settings: Any, tmp_path: Path) -> tuple[Path, Cast]:
    """A backup of a small office with an upload."""
    settings.MEDIA_ROOT, settings.MAIL_DIR = tmp_path / "old/media", tmp_path / "old/mail"
    cast = request.getfixturevalue("cast")
    Project.objects.filter(pk=cast.own.pk).update(title="Saved and back", description="Ümläute, 日本語, \\ and '\n\ttabs")
    factories.attachment(cast.own, cast.project_manager, content=b"The plan." * 50_000)
    (tmp_path / "old/mail").mkdir(parents=True)
    (tmp_path / "old/mail/one.eml").write_bytes(b"Subject: one\r\n\r\nBody")
    call_command("backup", str(tmp_path / "pmo.tar"), verbosity=0)
    return tmp_path / "pmo.tar", cast


def installation(data_dir: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    """A process of another installation, with an embedded cluster of its own, which it makes."""
    inherited = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return subprocess.run(
        [sys.executable, "-c", LOOK, *words],
        cwd=ROOT,
        env=inherited | {"DATA_DIR": str(data_dir), "PMO_ENV": "test"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow
def test_everything_comes_back_into_an_empty_cluster(saved: tuple[Path, Cast], folder: Path) -> None:
    file, cast = saved
    manifest = check_backup(file)
    with connection.cursor() as cursor:
        assert manifest.tables == fingerprints(cursor)
        assert {name: last for name, last in sequences(cursor).items() if last} == {
            k: v for k, v in manifest.sequences.items() if v
        }
    assert manifest.tables["portfolio_project"][0] == Project.objects.count()
    assert manifest.uploads == 2
    # The command itself compares counts, MD5 of every table and sequences, and fails on a difference.
    looked = installation(folder, str(file), cast.pmo_head.email, cast.own.reference)
    assert looked.returncode == 0, looked.stdout + looked.stderr
    assert "is restored and equals what was saved" in looked.stdout
    assert looked.stdout.split()[-1] == hashlib.sha256(b"The plan." * 50_000).hexdigest()
    for name, (_size, digest) in manifest.files.items():
        if name != "database.dump":
            assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
    assert not list(folder.glob("*.restoring"))


def test_a_damaged_backup_is_refused(saved: tuple[Path, Cast], tmp_path: Path, settings: Any) -> None:
    """A byte of the dump, of an upload or of the manifest turned over, the end cut off, another file: told, nothing written."""
    file, _cast = saved
    whole = file.read_bytes()
    settings.MEDIA_ROOT, settings.MAIL_DIR = tmp_path / "new/media", tmp_path / "new/mail"
    attached = whole.index(b"The plan.The plan.")
    manifest = whole.rindex(b'"made_at"')
    damages = {
        "database.dump is not what was written": whole[:3000] + bytes([whole[3000] ^ 1]) + whole[3001:],
        "media/": whole[: attached + 70] + b"X" + whole[attached + 71 :],
        "its manifest is not what was written": whole[:manifest] + b'"Made_at"' + whole[manifest + 9 :],
        "cut off|damaged": whole[: len(whole) * 2 // 3],
        "cut off": whole[: whole.rindex(b"manifest-")] + b"\0" * 2000,
        "not a backup": b"Something else entirely. " * 1000,
    }
    for says, content in damages.items():
        damaged = tmp_path / "damaged.tar"
        damaged.write_bytes(content)
        with pytest.raises(BackupError, match=says):
            restore_backup(damaged)
        with pytest.raises(CommandError, match=says):
            call_command("restore", str(damaged), "--check")
    assert not (tmp_path / "new").exists()
    assert check_backup(file).uploads == 2
    with pytest.raises(BackupError, match="is not empty"):
        restore_backup(file)  # into the database that it came from
    with pytest.raises(CommandError, match="is there already"):
        call_command("backup", str(file))
    with pytest.raises(CommandError, match="There is no file"):
        call_command("restore", str(tmp_path / "nowhere.tar"), "--check")


def test_nothing_is_saved_from_nowhere(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL")
    settings.DATA_DIR = tmp_path / "mistyped"
    with pytest.raises(CommandError, match=r"There is no database in .*mistyped"):
        call_command("backup", str(tmp_path / "pmo.tar"))
    assert not list(tmp_path.iterdir())


def test_a_backup_that_fails_leaves_no_half_file(
    transactional_db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "pmo.tar"
    monkeypatch.setattr("core.backup.add", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(OSError, match="No space"):
        write_backup(target, at=timezone.now())
    assert not list(tmp_path.iterdir())
