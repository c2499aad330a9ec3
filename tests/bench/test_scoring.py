"""Runs the measurement of scoring inside the tests' servers (see scoring.py); not part of the test suite."""

import pytest

from tests.bench.scoring import report


@pytest.mark.django_db(transaction=True)
def test_scoring_figures() -> None:
    report()
