"""Runs the measurement of imports inside the tests' servers (see imports.py); not part of the test suite."""

import pytest

from tests.bench.imports import report


@pytest.mark.django_db(transaction=True)
def test_import_figures() -> None:
    report()
