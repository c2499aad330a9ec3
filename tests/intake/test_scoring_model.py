"""Scoring models in the office's hands: ready ones, drafts, weights, publishing; and weights compared in pairs by judges."""

from typing import Any

import pytest
from django.db import InternalError, transaction
from django.test import Client
from django.utils import timezone

from core.models import OutgoingMail
from intake.actions.scoring import create_version
from intake.formulas.ready_models import FIBONACCI
from intake.models import Criterion, Judge, Judgement, RequestScore, ScoringModel, ScoringModelVersion, WeightingRound
from tests import factories
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def client_of(person: Any) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def levels(*rows: tuple[str, str, str]) -> dict[str, str]:
    found = {"levels-TOTAL_FORMS": str(len(rows)), "levels-INITIAL_FORMS": "0"}
    for number, (label, points, meaning) in enumerate(rows):
        found |= {f"levels-{number}-label": label, f"levels-{number}-measure": points, f"levels-{number}-meaning": meaning}
    return found


def test_a_ready_model_is_made_with_one_click_and_published(cast: Cast) -> None:
    client = client_of(cast.pmo_head)
    assert "reach × impact × confidence / effort" in client.get("/intake/scoring-models/new/").content.decode()
    page = client.post("/intake/scoring-models/new/wsjf/", follow=True)
    model = ScoringModel.objects.get(kind="wsjf")
    assert "1 · 2 · 3 · 5 · 8 · 13 · 20" in page.content.decode()
    assert [level["measure"] for level in model.versions.get().criteria.get(key="size").levels] == list(FIBONACCI)
    version = model.versions.get()
    answer = client.post(f"/intake/scoring-drafts/{version.pk}/publish/", {"version": version.version}, follow=True)
    assert "is published" in answer.content.decode()
    assert client.post("/intake/scoring-models/new/nonsense/").status_code == 404
    rice = client.post("/intake/scoring-models/new/rice/", follow=True).content.decode()
    assert "a number (person-months); less is better" in rice
    assert "relative to the other requests" not in rice


def test_a_model_of_ones_own_from_nothing_to_published(cast: Cast) -> None:
    client = client_of(cast.pmo_head)
    of = factories.request_type()
    client.post("/intake/scoring-models/new/", {"name": "Public value", "is_active": "on", "types": [of.pk]})
    model = ScoringModel.objects.get()
    of.refresh_from_db()
    assert of.scoring_model == model
    version = model.versions.get()
    draft = f"/intake/scoring-drafts/{version.pk}/"
    empty = client.post(f"{draft}publish/", {"version": version.version}, follow=True)
    assert "no criteria yet" in empty.content.decode()
    common = {"method": "levels", "missing": "exclude", "minimum": "5"}
    for name, axis in (("Strategic fit", "value"), ("Delivery risk", "risk")):
        version.refresh_from_db()
        answer = client.post(
            f"{draft}criteria/new/",
            {"version": version.version, "name": name, "question": f"{name}?", "axis": axis, **common}
            | levels(("High", "10", "A lot"), ("Low", "0", "Nothing")),
        )
        assert answer.status_code == 302, answer.content.decode()
    first = version.criteria.first()
    assert (first.key, [level["label"] for level in first.levels]) == ("strategic_fit", ["Low", "High"])
    version.refresh_from_db()
    weights = {"version": version.version, "weight-strategic_fit": "30", "weight-delivery_risk": "20"}
    body = client.post(f"{draft}weights/", weights, follow=True).content.decode()
    assert "The weights add up to 50" in body
    assert "60%" in body
    stale = client.post(f"{draft}weights/", weights | {"weight-strategic_fit": "70"})
    assert stale.status_code == 422
    assert 'value="70"' in stale.content.decode()
    below = client.post(f"{draft}weights/", weights | {"weight-strategic_fit": "-1"})
    assert below.status_code == 422
    version.refresh_from_db()
    client.post(f"{draft}publish/", {"version": version.version})
    version.refresh_from_db()
    assert version.published_at is not None
    assert client.get(f"{draft}criteria/new/").status_code == 302
    assert "Strategic fit" in client_of(cast.board_member).get(f"/intake/scoring-models/{model.pk}/").content.decode()
    assert "Strategic fit" in client.get(f"/intake/scoring-models/{model.pk}/history/").content.decode()


def test_a_published_version_is_frozen_by_the_database(cast: Cast) -> None:
    version = factories.scoring_version()
    for change in (
        lambda: Criterion.objects.filter(model_version=version).update(weight=99),
        lambda: Criterion.objects.create(model_version=version, key="new", name="New"),
        lambda: ScoringModelVersion.objects.filter(pk=version.pk).update(note="Changed"),
        lambda: version.criteria.first().delete(),
    ):
        with pytest.raises(InternalError, match="frozen"), transaction.atomic():
            change()


def test_a_new_version_begins_as_a_copy_and_old_scores_stay(cast: Cast) -> None:
    old = factories.scoring_version()
    asked = factories.request(state="assessment")
    factories.assessment(asked, old, by=cast.pmo_head, scores=[{"fit": 10, "risk": 5}])
    client = client_of(cast.pmo_head)
    client.post(f"/intake/scoring-models/{old.model_id}/versions/new/")
    new = old.model.versions.get(number=2)
    assert [(one.key, one.weight) for one in new.criteria.all()] == [(one.key, one.weight) for one in old.criteria.all()]
    again = client.post(f"/intake/scoring-models/{old.model_id}/versions/new/", follow=True)
    assert "There is a draft already" in again.content.decode()
    page = f"/intake/scoring-drafts/{new.pk}/"
    client.post(f"{page}weights/", {"version": new.version, "weight-fit": "1", "weight-risk": "3"})
    new.refresh_from_db()
    client.post(f"{page}publish/", {"version": new.version})
    assert RequestScore.objects.get(model_version=new).percent == pytest.approx(62.5)


def test_a_level_off_the_scale_and_equal_anchors_are_refused_with_words(cast: Cast) -> None:
    version = factories.scoring_version(published=False)
    client = client_of(cast.pmo_head)
    page = f"/intake/scoring-drafts/{version.pk}/criteria/new/"
    common = {"version": version.version, "name": "New", "question": "?", "axis": "value", "missing": "exclude", "minimum": "5"}
    answer = client.post(page, common | {"method": "levels"} | levels(("High", "12", ""), ("Low", "0", "")))
    assert answer.status_code == 422
    assert "between 0 and 10" in answer.content.decode()
    same = client.post(page, common | {"method": "anchors", "at_zero": "5", "at_ten": "5"} | levels())
    assert "two different values" in same.content.decode()
    relative = client.post(page, common | {"method": "min_max", "must_meet": "on"} | levels())
    assert "cannot be a must" in relative.content.decode()


@pytest.fixture
def weighting(cast: Cast) -> WeightingRound:
    version = factories.scoring_version({"fit": 1, "risk": 1, "cost": 1}, published=False)
    client = client_of(cast.pmo_head)
    answer = client.post(
        f"/intake/scoring-drafts/{version.pk}/compare/",
        {
            "name": "Weights 2027",
            "what": "criteria",
            "people": [cast.board_member.pk, cast.pmo_head.pk],
            "due_on": "2026-12-04",
        },
    )
    assert answer.status_code == 302, answer.content.decode()
    return WeightingRound.objects.get()


def test_a_judge_compares_and_is_told_which_pair_is_missing(cast: Cast, weighting: WeightingRound) -> None:
    assert OutgoingMail.objects.filter(to_address=cast.board_member.email).count() == 1
    judge = Judge.objects.get(user=cast.board_member)
    client, url = client_of(cast.board_member), f"/intake/judging/{judge.pk}/"
    assert "How is fit?" in client.get(url).content.decode()
    assert "1/9" in client.get(f"{url}?view=matrix").content.decode()
    partly = client.post(url, {"version": 1, "submit": "1", "pair-fit-risk": "4"})
    assert partly.status_code == 422
    assert "“Fit” against “Cost”" in partly.content.decode()
    assert Judgement.objects.get(judge=judge).position == 4, "What was answered is kept."
    judge.refresh_from_db()
    saved = client.post(
        url,
        {"version": judge.version, "pair-fit-risk": "4", "pair-risk-cost": "2", "pair-fit-cost": "1"},
        headers={"X-Requested-With": "autosave"},
    )
    assert saved.json()["answered"] == 3
    panel = client.get(f"{url}?panel=1").content.decode()
    assert "“Fit” is 5× “Risk”" in panel
    assert "“Fit” is 15× “Cost”" in panel
    assert "but you said that “Fit” is 2× “Cost”" in panel
    assert "Contradicts itself" in panel
    assert 'data-show-pair="pair-' in panel
    judge.refresh_from_db()
    stale = client.post(url, {"version": 1, "pair-fit-risk": "1"})
    assert stale.status_code == 409
    bad = client.post(url, {"version": judge.version, "pair-fit-risk": "12"})
    assert bad.status_code == 422
    other = client_of(cast.pmo_analyst).get(url)
    assert other.status_code == 404


def test_who_contradicts_themselves_is_named_to_others_and_addressed_themselves(cast: Cast, weighting: WeightingRound) -> None:
    circle = {"pair-fit-risk": "8", "pair-fit-cost": "-8", "pair-risk-cost": "8"}
    for person in (cast.board_member, cast.pmo_head):
        judge = Judge.objects.get(user=person)
        client_of(person).post(f"/intake/judging/{judge.pk}/", {"version": 1, "submit": "1", **circle})
    body = client_of(cast.pmo_head).get(f"/intake/weightings/{weighting.pk}/").content.decode()
    assert f"{cast.board_member} said that “" in body
    assert f"{cast.pmo_head} said that" not in body
    assert body.count("You said that “") == 1


def test_the_common_weights_go_into_the_draft(cast: Cast, weighting: WeightingRound) -> None:
    client = client_of(cast.pmo_head)
    page = f"/intake/weightings/{weighting.pk}/"
    assert "No answers yet" in client.get(page).content.decode()
    refused = client.post(f"{page}take/", follow=True)
    assert "Nobody has submitted" in refused.content.decode()
    for person, answers in (
        (cast.board_member, {"pair-fit-risk": "2", "pair-fit-cost": "4", "pair-risk-cost": "1"}),
        (cast.pmo_head, {"pair-fit-risk": "0", "pair-fit-cost": "4", "pair-risk-cost": "4"}),
    ):
        judge = Judge.objects.get(user=person)
        done = client_of(person).post(f"/intake/judging/{judge.pk}/", {"version": 1, "submit": "1", **answers})
        assert done.status_code == 302
    body = client.get(page).content.decode()
    assert "“Risk” against “Cost”" in body or "“Fit” against “Risk”" in body
    assert "Consistency ratio 0.0" in body
    assert client.post(f"{page}take/").status_code == 302
    shares = {one.key: float(one.weight) for one in weighting.model_version.criteria.all()}
    assert sum(shares.values()) == pytest.approx(100, abs=0.01)
    assert shares["fit"] > shares["risk"] > shares["cost"]
    weighting.refresh_from_db()
    assert weighting.closed_at is not None
    late = client_of(cast.board_member).post(
        f"/intake/judging/{Judge.objects.get(user=cast.board_member).pk}/reopen/", follow=True
    )
    assert "The round is closed" in late.content.decode()


def test_weights_of_criteria_that_changed_meanwhile_are_not_taken(cast: Cast, weighting: WeightingRound) -> None:
    judge = Judge.objects.get(user=cast.board_member)
    answers = {"pair-fit-risk": "0", "pair-fit-cost": "0", "pair-risk-cost": "0"}
    client_of(cast.board_member).post(f"/intake/judging/{judge.pk}/", {"version": 1, "submit": "1", **answers})
    weighting.model_version.criteria.get(key="cost").delete()
    body = client_of(cast.pmo_head).post(f"/intake/weightings/{weighting.pk}/take/", follow=True).content.decode()
    assert "have changed since they were compared" in body


def test_groups_weigh_criteria_inside_them(cast: Cast) -> None:
    version = factories.scoring_version({"fit": 1, "risk": 1}, published=False)
    client = client_of(cast.pmo_head)
    page = f"/intake/scoring-drafts/{version.pk}/groups/new/"
    client.post(page, {"version": version.version, "name": "Value"})
    version.refresh_from_db()
    client.post(page, {"version": version.version, "name": "Delivery"})
    group = version.groups.get(name="Delivery")
    version.refresh_from_db()
    body = client.get(f"/intake/scoring-models/{version.model_id}/versions/1/").content.decode()
    assert "The group “Delivery” has no criteria" in body
    risk = version.criteria.get(key="risk")
    values = {"version": version.version, "name": "Risk", "question": "?", "group": group.pk, "axis": "risk"}
    values |= {"method": "levels", "missing": "exclude", "minimum": "5"} | levels(("Low", "0", ""), ("High", "10", ""))
    assert client.post(f"/intake/criteria/{risk.pk}/edit/", values).status_code == 302
    version.refresh_from_db()
    weights = {"version": version.version, "group-value": "75", "group-delivery": "25", "weight-fit": "1", "weight-risk": "1"}
    body = client.post(f"/intake/scoring-drafts/{version.pk}/weights/", weights, follow=True).content.decode()
    assert "75%" in body
    full = client.post(f"/intake/criterion-groups/{group.pk}/drop/", {"version": version.version + 1}, follow=True)
    assert "Move the criteria" in full.content.decode()


def test_create_version_of_a_model_without_any(cast: Cast) -> None:
    model = ScoringModel.objects.create(name="Empty")
    assert create_version(model).number == 1
    assert timezone.now() >= model.created_at
