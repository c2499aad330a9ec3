"""From decision to project over the API: templates, tiering, preview, conversion, charter, promised against now."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from intake.actions.templates import add_standard_templates
from intake.models import Charter, Conversion, ProjectTemplate, Request
from portfolio.models import Membership, Milestone, Project
from tests import factories
from tests.cast import Cast
from tests.intake.test_request_convert import approved

pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]
LEAST = {f"q{number}": 0 for number in range(1, 8)}


def url_of(asked: Request, tail: str = "") -> str:
    return f"/api/v1/intake/requests/{asked.reference}/{tail}"


def send(client: Client, url: str, body: Any = None, method: str = "post", **headers: str) -> Any:
    return getattr(client, method)(url, json.dumps(body or {}), content_type="application/json", headers=headers)


def etag_of(client: Client, url: str) -> str:
    return str(client.get(url).headers["ETag"])


def errors_of(answer: Any) -> dict[str, str]:
    return {one["attr"]: one["detail"] for one in answer.json()["errors"]}


def test_an_approved_request_is_previewed_and_converted(cast: Cast, signed_in: SignIn) -> None:
    add_standard_templates()
    asked, client = approved(cast), signed_in(cast.pmo_analyst)
    told = client.get(url_of(asked, "tiering/")).json()
    assert [one["key"] for one in told["questions"]] == list(LEAST)
    assert told["questions"][0]["suggested"] == 0, "The frozen case costs 1,000."
    answers = {"answers": LEAST, "start": "2027-01-01"}
    preview = send(client, url_of(asked, "conversion/preview/"), answers)
    assert preview.status_code == 200, preview.content
    shown = preview.json()
    assert shown["tiering"]["tier"] == 3
    assert shown["tiering"]["sentence"].startswith("0 of 20 points")
    assert ProjectTemplate.objects.get(pk=shown["template"]).name == "Small project"
    assert (shown["project"]["title"], shown["project"]["sponsor"]) == ("Warm homes", cast.sponsor.email)
    assert (shown["project"]["budget"], shown["currency"]) == ("1000.00", "GBP")
    assert shown["milestones"][-1] == {"title": "Project closed", "planned_on": "2027-07-01"}
    assert [one["weight"] for one in shown["objectives"]] == [66, 33]
    assert not Project.objects.filter(title="Warm homes").exists()
    body = answers | {"manager": cast.project_manager.email, "title": "Warm homes, first street"}
    body |= {"team": [{"part": "Technical lead", "user": cast.stranger.email}, {"part": "Tester"}]}
    assert send(client, url_of(asked, "convert/"), body).status_code == 428
    etag = etag_of(client, url_of(asked))
    made = send(client, url_of(asked, "convert/"), body, **{"If-Match": etag})
    assert made.status_code == 201, made.content
    project = Project.objects.get(reference=made.json()["project"])
    assert (project.title, project.manager, project.tier) == ("Warm homes, first street", cast.project_manager, 3)
    assert (project.reference, project.phase) == (shown["reference"], "initiation")
    assert Milestone.objects.filter(project=project).count() == len(shown["milestones"])
    assert Membership.objects.get(project=project).user == cast.stranger
    fields = {one["name"]: one for one in made.json()["document"]["fields"]}
    assert (fields["title"]["changed"], fields["purpose"]["changed"]) == (True, False)
    again = send(client, url_of(asked, "convert/"), body, **{"If-Match": etag})
    assert again.status_code == 400, "It is no approved request any more."
    assert client.get(url_of(asked, "conversion/")).json()["project"] == project.reference
    assert client.get(url_of(asked, "charter/")).status_code == 404, "No worker has made it yet."
    assert send(client, url_of(asked, "charter/retry/")).json()["made_at"] is None
    assert Charter.objects.filter(conversion__request=asked).count() == 1
    promised = client.get(f"/api/v1/intake/promises/{project.reference}/").json()
    assert [(one["key"], one["promised"]) for one in promised["lines"]][:2] == [("cost", "1000.00"), ("benefits", "1400.00")]


def test_what_is_wrong_is_told_at_its_field_and_nothing_is_made(cast: Cast, signed_in: SignIn) -> None:
    asked, client = approved(cast), signed_in(cast.pmo_analyst)
    match = {"If-Match": etag_of(client, url_of(asked))}
    url = url_of(asked, "convert/")
    assert set(errors_of(send(client, url, {"answers": {"q1": 0}}, **match))) >= {"answers.q2", "answers.q7"}
    assert set(errors_of(send(client, url, {"answers": LEAST | {"q1": 9}}, **match))) == {"answers.q1"}
    assert set(errors_of(send(client, url, {"answers": LEAST | {"zanzibar": 1}}, **match))) == {"answers.zanzibar"}
    assert set(errors_of(send(client, url, {"answers": LEAST, "tier": 1}, **match))) == {"tier_reason"}
    assert set(errors_of(send(client, url, {"answers": LEAST, "manager": "nobody@example.org"}, **match))) == {"manager"}
    dates = {"planned_start_on": "2027-02-01", "planned_finish_on": "2027-01-01"}
    late = send(client, url, {"answers": LEAST, **dates}, **match)
    assert late.status_code == 400, late.content
    assert "finish is before the start" in late.content.decode()
    own = send(client, url, {"answers": LEAST, "team": [{"part": "Lead", "user": cast.pmo_analyst.email}]}, **match)
    assert errors_of(own)["team"].startswith("Nobody gives a role to themselves")
    hidden = factories.portfolio("Secret works")
    seen = send(client, url, {"answers": LEAST, "portfolio": "PF-9999"}, **match)
    assert errors_of(seen)["portfolio"] == f"Object with reference={'PF-9999'} does not exist."
    assert hidden.reference != "PF-9999"
    assert not Conversion.objects.exists()


def test_a_stale_version_and_who_came_first(cast: Cast, signed_in: SignIn) -> None:
    asked, client = approved(cast), signed_in(cast.pmo_analyst)
    etag = etag_of(client, url_of(asked))
    Request.objects.filter(pk=asked.pk).update(version=asked.version + 1)
    assert send(client, url_of(asked, "convert/"), {"answers": LEAST}, **{"If-Match": etag}).status_code == 412
    assert send(client, url_of(asked, "convert/"), {"answers": LEAST}, **{"If-Match": '"round-1-1"'}).status_code == 412
    assert not Conversion.objects.exists()


def test_a_request_that_is_not_approved_or_not_seen(cast: Cast, signed_in: SignIn) -> None:
    asked = factories.request("Early", by=cast.requester, state="screening")
    answer = send(signed_in(cast.pmo_analyst), url_of(asked, "conversion/preview/"), {"answers": LEAST})
    assert answer.status_code == 400
    assert "Only an approved request" in answer.content.decode()
    secret = factories.request("Zanzibar", by=cast.director, state="screening", is_confidential=True)
    for tail in ("tiering/", "conversion/", "charter/"):
        assert signed_in(cast.pmo_analyst).get(url_of(secret, tail)).status_code == 404
    assert send(signed_in(cast.pmo_analyst), url_of(secret, "convert/")).status_code == 404
    assert send(signed_in(cast.requester), url_of(asked, "convert/")).status_code == 403
    assert signed_in(cast.pmo_analyst).get(f"/api/v1/intake/promises/{cast.confidential.reference}/").status_code == 404
    assert signed_in(cast.pmo_analyst).get(f"/api/v1/intake/promises/{cast.own.reference}/").status_code == 404


def test_templates_are_written_and_read_alike(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in(cast.pmo_head)
    body = {
        "name": "Street works",
        "tier": 2,
        "milestones": [{"title": "Opened", "months": 6}, {"title": "Surveyed", "days": 14}],
        "risks": [{"cause": "Frost", "event": "Works stop", "effect": "Later", "likelihood": 20, "impact": 4}],
        "roles": [{"role": "Engineer", "note": "half time"}],
        "sections": [{"title": "Governance", "text": "Monthly.\n\nAt the site."}],
    }
    made = send(client, "/api/v1/intake/project-templates/", body)
    assert made.status_code == 201, made.content
    kept = made.json()
    assert kept["milestones"] == [
        {"title": "Surveyed", "months": 0, "days": 14},
        {"title": "Opened", "months": 6, "days": 0},
    ]
    assert {name: kept[name] for name in ("risks", "roles", "sections")} == {
        name: body[name] for name in ("risks", "roles", "sections")
    }
    url = f"/api/v1/intake/project-templates/{kept['id']}/"
    assert send(client, url, {"name": "Roads"}, "patch").status_code == 428
    etag = etag_of(client, url)
    assert send(client, url, kept, "patch", **{"If-Match": etag}).json()["sections"] == body["sections"]
    assert send(client, url, {"name": "Roads"}, "patch", **{"If-Match": etag}).status_code == 412
    etag = etag_of(client, url)
    for wrong in (
        {"milestones": [{"title": "A | B", "months": 1}]},
        {"milestones": [{"title": "A", "months": 1, "days": 2}]},
        {"risks": [{"cause": "A", "event": "B", "likelihood": 100}]},
        {"sections": [{"title": "A", "text": "x\n## B"}]},
        {"roles": [{"role": "A\nB"}]},
    ):
        assert send(client, url, wrong, "patch", **{"If-Match": etag}).status_code == 400, wrong
    assert len(send(client, "/api/v1/intake/project-templates/standard/").json()) == 3
    assert send(client, "/api/v1/intake/project-templates/standard/").json() == []


def test_a_new_questionnaire(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in(cast.pmo_head)
    now = client.get("/api/v1/intake/tiering/").json()
    assert now["number"] == 0
    body = {"text": now["as_text"], "expected": 0}
    assert send(client, "/api/v1/intake/tiering/", body).json()["number"] == 1
    assert send(client, "/api/v1/intake/tiering/", body).status_code == 400, "Somebody published meanwhile."
    wrong = send(client, "/api/v1/intake/tiering/", {"text": "size: Only a question", "expected": 1})
    assert errors_of(wrong)["text"].startswith("“Only a question”")
    assert client.get("/api/v1/intake/tiering/").json()["document"] == now["document"]


def test_the_api_and_the_page_start_alike(cast: Cast, signed_in: SignIn) -> None:
    add_standard_templates()
    asked, client = approved(cast), signed_in(cast.pmo_head)
    shown = send(client, url_of(asked, "conversion/preview/"), {"answers": LEAST, "start": "2027-01-01"}).json()
    page = client.get(f"/intake/requests/{asked.reference}/convert/", LEAST | {"step": 2, "start": "2027-01-01"})
    form = page.context["form"]
    assert form["title"].value() == shown["project"]["title"]
    assert form["planned_finish_on"].value() == date.fromisoformat(shown["project"]["planned_finish_on"])
    assert [row["event"].value() for row in page.context["sets"]["risks"]] == [one["event"] for one in shown["risks"]]
