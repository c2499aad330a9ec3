"""Roles on portfolios and programmes through the API, and why somebody may do something."""

from django.urls import reverse

from portfolio.models import Membership
from tests import factories

BASE = "/api/v1/portfolio/scoped-roles/"


def post(client, data):
    return client.post(BASE, data, content_type="application/json")


def test_a_role_on_a_portfolio_is_given_and_taken(cast, signed_in):
    portfolio, programme = factories.portfolio("Digital"), factories.programme("Renewal")
    client = signed_in(cast.administrator)
    body = {"user": cast.stranger.email, "role": "pmo_analyst", "portfolio": portfolio.reference}
    made = post(client, body)
    assert made.status_code == 201, made.json()
    assert Membership.objects.get(user=cast.stranger).portfolio == portfolio
    assert post(client, body).status_code == 400
    for wrong, field in (
        ({"programme": programme.reference}, "portfolio"),
        ({"portfolio": None}, "portfolio"),
        ({"role": "administrator"}, "role"),
        ({"user": cast.administrator.email}, "user"),
    ):
        answer = post(client, body | wrong)
        assert (answer.status_code, answer.json()["errors"][0]["attr"]) == (400, field)
    assert [row["portfolio"] for row in client.get(BASE).json()["results"]] == [portfolio.reference]
    assert signed_in(cast.pmo_head).delete(f"{BASE}{made.json()['id']}/").status_code == 403
    client = signed_in(cast.administrator)
    assert client.delete(f"{BASE}{made.json()['id']}/").status_code == 204
    on_project = factories.member(cast.stranger, "sponsor", project=cast.own)
    assert client.delete(f"{BASE}{on_project.pk}/").status_code == 404
    assert "canary" not in client.get(BASE).content.decode()


def test_why_says_what_the_page_says(cast, signed_in):
    client = signed_in(cast.project_manager)
    address = f"{BASE}why/?action=project.edit&project={cast.own.reference}"
    found = client.get(address).json()
    page = client.get(
        reverse("portfolio:access-why"),
        {"action": "project.edit", "project": cast.own.reference, "person": cast.project_manager.pk},
    ).content.decode()
    assert found["grounds"]
    assert all(sentence in page for sentence in found["grounds"])
    assert client.get(f"{address}&person={cast.sponsor.email}").status_code == 403
    assert client.get(f"{BASE}why/?action=nothing").status_code == 400
    unseen = client.get(f"{BASE}why/?action=project.view&project={cast.confidential.reference}")
    assert (unseen.status_code, unseen.json()["errors"][0]["attr"]) == (400, "project")
    other = signed_in(cast.administrator).get(f"{address}&person={cast.sponsor.email}").json()
    assert other["grounds"] == []
    assert other["others"]
