"""The sentences of a report agree with their numbers."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from reporting.wording import headline


@pytest.mark.parametrize(
    ("ratings", "words"),
    [
        (["amber"], "The only project is amber."),
        (["amber", "green"], "No project is red; 1 of 2 is amber."),
        (["amber", "amber", "green"], "No project is red; 2 of 3 are amber."),
        (["red"], "The only project is red."),
        (["green"], "No project is red or amber."),
    ],
)
def test_one_is_and_two_are(ratings: list[str], words: str) -> None:
    snapshot: Any = SimpleNamespace(rated=[SimpleNamespace(overall=rating) for rating in ratings])
    assert headline(snapshot, cast("Any", SimpleNamespace(since=None))) == words
