"""One page of a ranked list: the sums of the database are those of the formula, whatever stands in the round."""

import random
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from intake.models import ApprovedCase, RankedEntry, RequestScore, SelectionRound
from intake.ranked_page import page_of
from intake.ranking import lines_of
from tests import factories
from tests.cast import Cast

pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]


def some_round(chance: random.Random, cast: Cast) -> SelectionRound:
    """A round of up to thirty requests: without cost, in other currencies, confidential, forced in anywhere, not eligible."""
    version = factories.scoring_version() if chance.random() < 0.7 else None
    funding = None if chance.random() < 0.1 else Decimal(chance.choice([0, 300, 900, 2500, 10**6]))
    chosen = SelectionRound.objects.create(
        name=f"Round {chance.random()}", funding=funding, cut=chance.choice(["stop", "skip"]), model_version=version
    )
    kind = factories.request_type()
    for position in range(1, chance.randrange(30)):
        # Few different costs, so that many are equal and sums meet the line exactly.
        asked = factories.request(
            of=kind,
            state="ready",
            estimated_cost=chance.choice([None, 0, 100, 100, 300, 900]),
            currency=chance.choice(["GBP", "GBP", "GBP", "EUR"]),
            is_confidential=chance.random() < 0.2,
        )
        for number in range(1, 1 + chance.choice([0, 0, 0, 1, 2])):
            ApprovedCase.objects.create(
                request=asked, number=number, option="Build", currency=chance.choice(["GBP", "EUR"]), document={}, benefit=0, npv=0,
                cost=chance.choice([0, 100, 700]), last_year=2030, frozen_at=timezone.now(),
            )  # fmt: skip
        if version and chance.random() < 0.6:
            made = factories.assessment(asked, version, by=cast.pmo_head)
            RequestScore.objects.create(
                request=asked, model_version=version, assessment=made, percent=chance.choice([None, 50, 60]),
                eligibility=chance.choice(["eligible", "eligible", "unknown", "not_eligible"]), calculated_at=timezone.now(),
            )  # fmt: skip
        # Places need not follow each other without a gap.
        RankedEntry.objects.create(round=chosen, request=asked, position=position * 2, must_do=chance.random() < 0.2)
    return chosen


@pytest.mark.parametrize("seed", range(16))
def test_the_database_adds_up_as_the_formula_does(cast: Cast, seed: int) -> None:
    chosen = some_round(random.Random(seed), cast)
    for user in (cast.pmo_head, cast.board_member):
        lines, funding = lines_of(chosen, user)
        use = next((one for one in funding.lines if one.currency == chosen.currency), None)
        found = []
        for number in range(1, 2 + max(len(lines) - 1, 0) // 4):
            one = page_of(chosen, user, number, 4)
            assert one.use == use
            assert one.page.paginator.count == len(lines)
            over = next((line for line in lines if use and line.entry.pk == use.first_over), None)
            assert (one.first_over and one.first_over.entry.pk) == (over and over.entry.pk)
            found += one.lines
        assert [told(line) for line in found] == [told(line) for line in lines]


def told(line: Any) -> list[Any]:
    """What a row says."""
    entry, funded = line.entry, line.funded
    return [
        *(
            entry.pk,
            entry.position,
            entry.must_do,
            entry.reason,
            line.request,
            line.cost,
            line.currency,
            line.score,
            line.cost_from,
        ),
        *(funded.state, funded.is_in, funded.cumulative, funded.committed, line.word),
    ]


def test_a_row_on_another_page_is_named_and_the_line_is_drawn_once(cast: Cast, signed_in: SignIn) -> None:
    chosen = SelectionRound.objects.create(name="Long", funding=100)
    for position in range(1, 121):
        asked = factories.request(f"Number {position}", state="ready", estimated_cost=1, is_confidential=position == 101)
        RankedEntry.objects.create(round=chosen, request=asked, position=position)
    client = signed_in(cast.pmo_head)
    pages = [client.get(f"/intake/rounds/{chosen.pk}/?page={number}").content.decode() for number in (1, 2, 3)]
    assert all("a confidential request, needs £1 more" in page for page in pages)
    assert [page.count("class=funding-line") for page in pages] == [0, 1, 0]
    assert "Number 101" not in "".join(pages)
    assert "Number 50<" in pages[0]
    assert "Number 51<" not in pages[0]
    # A page that does not exist is the last one; what is no number is the first.
    for number, last in (("9", True), ("9" * 18, True), ("none", False), ("0", False)):
        body = client.get(f"/intake/rounds/{chosen.pk}/?page={number}").content.decode()
        assert ("Number 120<" in body, "Number 1<" in body) == (last, not last)
    # Nothing fits: the line stands before the first row, and only there.
    SelectionRound.objects.filter(pk=chosen.pk).update(funding=0)
    pages = [client.get(f"/intake/rounds/{chosen.pk}/?page={number}").content.decode() for number in (1, 2)]
    assert [page.count("class=funding-line") for page in pages] == [1, 0]


def test_a_page_costs_the_same_at_any_length(cast: Cast) -> None:
    chosen = SelectionRound.objects.create(name="Long", funding=100)
    counts = []
    for position in range(1, 61):
        RankedEntry.objects.create(round=chosen, request=factories.request(state="ready", estimated_cost=1), position=position)
        if position in (5, 60):
            reader = User.objects.get(pk=cast.pmo_head.pk)
            with CaptureQueriesContext(connection) as queries:
                page_of(chosen, reader, 1, 50)
            counts.append(len(queries))
    assert counts == [3, 3]
