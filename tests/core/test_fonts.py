"""Fonts for paper are there before somebody waits for a report."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from fontTools.ttLib import TTFont

from core.embedded.process import wait_until
from core.fonts import PRINT_FACES, font_folder, print_faces
from core.tasks import prepare_paper
from pmo import celery


def test_every_face_is_there() -> None:
    faces = print_faces()
    assert [path.name for _weight, _style, path in faces] == list(PRINT_FACES.values())
    assert all("A" in map(chr, TTFont(path).getBestCmap()) for _weight, _style, path in faces)


@pytest.mark.slow
def test_a_face_is_cut_once_also_when_two_processes_want_it(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr("core.fonts.PRINT_FACES", {(400, "normal"): "inter-400.ttf"})
    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(prepare_paper), pool.submit(prepare_paper)]:
            done.result()
    written = {path.stat().st_mtime_ns for path in font_folder().glob("*.ttf")}
    assert len(written) == 1
    print_faces()
    assert written == {path.stat().st_mtime_ns for path in font_folder().glob("*.ttf")}


def test_a_worker_asks_for_them_when_it_starts(settings: Any, servers: Any) -> None:
    settings.TESTING = False
    with celery.app.connection_or_acquire() as connection, connection.SimpleQueue("celery") as queue:
        queue.clear()
        celery.prepare_paper()
        message = queue.get(timeout=60)
        message.ack()
    assert message.headers["task"] == "core.prepare_paper"


def test_a_worker_that_is_told_to_end_does_not_wait_for_them(worker_process: Any, tmp_path: Path) -> None:
    worker = worker_process(LOG_LEVEL="INFO", DATA_DIR=str(tmp_path))
    celery.app.send_task("core.prepare_paper")
    assert wait_until(lambda: any(tmp_path.glob("fonts/*.lock")), seconds=120), worker.output
    worker.process.terminate()
    assert worker.process.wait(120) == 0
    faces = list(tmp_path.glob("fonts/*.ttf"))
    assert len(faces) < len(PRINT_FACES), "it waited until all were cut"
    assert "Traceback" not in worker.output
