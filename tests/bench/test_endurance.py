"""A short run of `make bench ARGS="--only endurance"`: one kill of each kind."""

import subprocess
import sys

import pytest

from tests.servers import ROOT


@pytest.mark.slow
def test_reports_under_fire_are_sent_once(servers: object) -> None:
    command = [sys.executable, "-m", "tests.bench.endurance", "--campaign", "fire", "--times", "1", "--recipients", "5"]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=900, check=False)
    assert answer.returncode == 0, answer.stdout + answer.stderr[-4000:]
    assert "kept" in answer.stdout
