"""Working scores out: by hand, for a new version, for two thousand requests at once."""

import html
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from intake.actions.rounds import create_round, gather_requests
from intake.actions.scores import rescore, score_basis, score_of
from intake.models import (
    ModeratedScore,
    Request,
    RequestScore,
    Reviewer,
)
from intake.wording import score_sentence
from tests import factories
from tests.bench.scoring import fill

pytestmark = pytest.mark.django_db


def test_scores_are_means_of_submitted_reviewers() -> None:
    head = factories.user("pmo_head")
    version = factories.scoring_version({"fit": 60, "delivery": 40}, risk=["delivery"])
    one, two = (factories.request(state="assessment") for _ in range(2))
    factories.assessment(one, version, by=head, scores=[{"fit": 10, "delivery": 5}, {"fit": 7.5, "delivery": 0}])
    factories.assessment(two, version, by=head, scores=[{"fit": 5, "delivery": 7.5}])
    assert rescore(version, at=timezone.now()) == 2
    first, second = score_of(one), score_of(two)
    assert first
    assert second
    # 0.6 x 8.75 + 0.4 x 2.5 = 6.25; 0.6 x 5 + 0.4 x 7.5 = 6
    assert (first.percent, second.percent) == (Decimal("62.5"), Decimal(60))
    assert (first.value, first.risk) == (Decimal("8.75"), Decimal("7.5"))
    assert first.coverage == 1
    # Against the mean of both (6.875 and 5): 60 x 0.1875 = 11.25, 40 x -0.25 = -10
    assert score_sentence(first.parts, version) == "+11 fit, −10 delivery"
    assert first.parts["base"] + sum(part["contribution"] for part in first.parts["criteria"]) == pytest.approx(62.5)
    basis = score_basis(one)
    assert basis["percent"] == "62.500000"
    assert basis["version"] == 1
    assert basis["criteria"][0]["at_ten"] == 10


def test_only_what_is_revealed_submitted_and_not_withdrawn_counts() -> None:
    head = factories.user("pmo_head")
    version = factories.scoring_version()
    hidden, seen = (factories.request(state="assessment") for _ in range(2))
    factories.assessment(hidden, version, by=head, scores=[{"fit": 10, "risk": 10}], revealed=False)
    shown = factories.assessment(seen, version, by=head, scores=[{"fit": 10, "risk": 10}, {"fit": 0, "risk": 0}, {"fit": 5}])
    last, middle = shown.reviewers.order_by("-pk")[:2]
    Reviewer.objects.filter(pk=last.pk).update(submitted_at=None)
    Reviewer.objects.filter(pk=middle.pk).update(withdrawn_at=timezone.now())
    assert rescore(version, at=timezone.now()) == 1
    found = score_of(seen)
    assert found
    assert found.percent == 100
    assert found.parts["criteria"][0]["answers"] == 1
    assert score_of(hidden) is None


def test_moderated_score_replaces_the_mean_and_must_meet_decides() -> None:
    head = factories.user("pmo_head")
    version = factories.scoring_version({"fit": 50, "law": 50}, must_meet=True)
    asked = factories.request(state="assessment")
    made = factories.assessment(asked, version, by=head, scores=[{"fit": 10, "law": 10}])
    law = version.criteria.get(key="law")
    ModeratedScore.objects.create(assessment=made, criterion=law, measure=2, reason="Unlawful.", by=head, at=timezone.now())
    rescore(version, at=timezone.now())
    found = score_of(asked)
    assert found
    assert found.percent == 60
    assert found.eligibility == "not_eligible"
    assert found.parts["criteria"][1]["moderated"]
    assert found.parts["criteria"][1]["failed"]


def test_new_version_takes_answers_on_the_same_scale_and_old_scores_stay() -> None:
    head = factories.user("pmo_head")
    old = factories.scoring_version({"fit": 60, "risk": 40})
    asked = factories.request(state="assessment")
    factories.assessment(asked, old, by=head, scores=[{"fit": 10, "risk": 5}])
    rescore(old, at=timezone.now())
    new = factories.scoring_version({"fit": 20, "risk": 80, "cost": 100}, of=old.model)
    rescore(new, at=timezone.now())
    by_version = dict(RequestScore.objects.values_list("model_version", "percent"))
    # New: (0.2 x 10 + 0.8 x 5) of what is answered; nobody was asked about cost.
    assert by_version == {old.pk: Decimal(80), new.pk: Decimal(60)}
    found = score_of(asked)
    assert found
    assert found.model_version == new
    assert found.coverage == Decimal("0.5")
    other = factories.scoring_version(
        {"fit": 1}, of=old.model, levels=[{"key": "no", "measure": 0}, {"key": "yes", "measure": 10}]
    )
    assert rescore(other, at=timezone.now()) == 1
    found = score_of(asked, other)
    assert found
    assert found.percent is None, "Answers on another scale mean something else."


def test_ready_models_rank_by_their_own_number(client: Client) -> None:
    head = factories.user("pmo_head")
    weights = dict.fromkeys(("value", "time_criticality", "risk_reduction", "size"), 1)
    fibonacci = [{"key": str(n), "label": str(n), "measure": n} for n in (1, 2, 3, 5, 8, 13, 20)]
    version = factories.scoring_version(weights, kind="wsjf", levels=fibonacci)
    one, two, three = (factories.request(state="assessment") for _ in range(3))
    estimates = {"value": 8, "time_criticality": 5, "risk_reduction": 3}
    factories.assessment(one, version, by=head, scores=[estimates | {"size": 5}])
    factories.assessment(two, version, by=head, scores=[estimates | {"size": 2}])
    factories.assessment(three, version, by=head, scores=[estimates])
    rescore(version, at=timezone.now())
    scores = {row.request_id: row for row in RequestScore.objects.all()}
    assert scores[one.pk].figure == Decimal("3.2")
    assert scores[two.pk].figure == 8
    assert scores[one.pk].percent == 40
    assert scores[two.pk].percent == 100
    assert scores[three.pk].percent is None
    assert score_sentence(scores[one.pk].parts, version) == "(8 + 5 + 3) / 5 = 3.20"
    chosen = create_round(values={"name": "Fund", "currency": "GBP", "funding": None, "cut": "stop", "model_version": version})
    gather_requests(chosen, requests=[one, two, three])
    client.force_login(head, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(f"/intake/rounds/{chosen.pk}/").content.decode()
    assert "No request has a 1 for “Value”, “Time_criticality”, “Risk_reduction”, “Size”" in html.unescape(page)
    factories.assessment(factories.request(state="assessment"), version, by=head, scores=[dict.fromkeys(weights, 1)])
    rescore(version, at=timezone.now())
    gather_requests(chosen, requests=list(Request.objects.exclude(pk__in=[one.pk, two.pk, three.pk])))
    assert "No request has a 1" not in client.get(f"/intake/rounds/{chosen.pk}/").content.decode()


def test_rescore_asks_the_same_number_of_questions_for_ten_requests_as_for_one() -> None:
    counts = []
    for number in (1, 10):
        version = fill(number, reviewers=2, criteria=3)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            rescore(version, at=timezone.now())
        counts.append(len(queries))
        RequestScore.objects.all().delete()
        Request.objects.all().delete()
    assert counts[0] == counts[1] <= 12
