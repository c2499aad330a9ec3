"""Shared risks: what a risk would mean for each project; nobody names a project that they do not see."""

from decimal import Decimal

import pytest

from portfolio.models import Entry, SharedImpact
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def risk(cast) -> Entry:  # type: ignore[no-untyped-def]
    """A risk of a programme that the project manager leads."""
    programme = factories.programme("Bridges", manager=cast.project_manager)
    return factories.entry("risk", programme, "Steel price", current_likelihood=3, current_impact=4, by=cast.project_manager)


def url(risk: Entry, what: str = "new/") -> str:
    return f"/portfolio/risks/{risk.reference}/shared/{what}"


def test_projects_get_an_impact_each(cast, risk, signed_in) -> None:  # type: ignore[no-untyped-def]
    client = signed_in(cast.project_manager)
    sent = {"project": cast.own.reference, "impact": "5", "impact_likely": "80k", "note": "The hall."}
    assert client.post(url(risk), sent).status_code == 302
    impact = SharedImpact.objects.get()
    assert (impact.project_id, impact.impact, impact.impact_likely) == (cast.own.pk, 5, Decimal(80_000))
    assert "5 Very high" in client.get(f"/portfolio/risks/{risk.reference}/").content.decode()
    answer = client.post(url(risk), sent)
    assert answer.status_code == 422
    assert "shares this risk already" in answer.content.decode()
    assert client.post(url(risk, f"{impact.pk}/"), {"impact": "2"}).status_code == 302
    impact.refresh_from_db()
    assert impact.impact == 2
    assert client.post(url(risk, f"{impact.pk}/remove/")).status_code == 302
    assert not SharedImpact.objects.exists()


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"impact": "9"}, "Select a valid choice"),
        ({"impact_low": "5"}, "Give the likely amount, too."),
        ({"impact_low": "5", "impact_likely": "4"}, "Low must not be above likely"),
    ],
)
def test_wrong_values_are_refused(values: dict[str, str], words: str, cast, risk, signed_in) -> None:  # type: ignore[no-untyped-def]
    answer = signed_in(cast.project_manager).post(url(risk), {"project": cast.own.reference} | values)
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_unseen_projects_are_neither_added_nor_touched(cast, risk, signed_in) -> None:  # type: ignore[no-untyped-def]
    client = signed_in(cast.project_manager)
    for project in (cast.other, cast.confidential):
        assert client.post(url(risk), {"project": project.reference}).status_code == 422
        hidden = SharedImpact.objects.create(entry=risk, project=project, impact=3)
        assert client.get(url(risk, f"{hidden.pk}/")).status_code == 404
        assert client.post(url(risk, f"{hidden.pk}/remove/")).status_code == 404
        page = client.get(f"/portfolio/risks/{risk.reference}/").content.decode()
        assert project.title not in page
        assert project.reference not in page


def test_who_sees_it_from_a_project_changes_nothing(cast, risk, signed_in) -> None:  # type: ignore[no-untyped-def]
    SharedImpact.objects.create(entry=risk, project=cast.other, impact=3)
    client = signed_in(cast.director)
    assert client.get(f"/portfolio/risks/{risk.reference}/").status_code == 200
    assert client.get(url(risk)).status_code == 403
    assert signed_in(cast.stranger).get(url(risk)).status_code == 404


def test_a_risk_of_one_project_is_not_shared(cast, signed_in) -> None:  # type: ignore[no-untyped-def]
    risk = factories.entry("risk", cast.own, by=cast.project_manager)
    assert signed_in(cast.project_manager).get(url(risk)).status_code == 403
