"""An approved request becomes a project: everything carried over, nothing twice, its record kept; promised against now."""

import hashlib
import subprocess
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone

from core.errors import ActionError
from intake.actions.charters import fail_charter, make_charter, retry_charter
from intake.actions.conversion import Plan, RiskRow, TeamRow, convert_request
from intake.actions.decisions import Demand, decide_request
from intake.actions.moves import MovedMeanwhile, move_request
from intake.actions.templates import add_standard_templates, create_template, fitting_template
from intake.actions.tiering import current_tiering, publish_tiering
from intake.formulas.tiering import as_text, tier_of
from intake.models import Charter, Conversion, OpeningRisk, ProjectTemplate, Request, RequestObjective
from intake.models.requests import State
from portfolio.actions.raid import edit_entry
from portfolio.models import Entry, Membership, Milestone, Objective, Project
from tests import factories
from tests.cast import Cast

pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]


def approved(cast: Cast, **fields: Any) -> Request:
    """An approved request with a frozen case, a condition and two objectives."""
    asked = factories.request("Warm homes", by=cast.requester, state="assessment", sponsor=cast.sponsor, **fields)
    factories.business_case(asked)
    for name, weight in (("Less energy", 80), ("Fewer letters", 40)):
        RequestObjective.objects.create(request=asked, objective=Objective.objects.create(name=name), weight=weight)
    move_request(asked, verb="ready", by=cast.pmo_analyst, at=timezone.now())
    demand = Demand("Agree the roof survey", cast.sponsor, date(2027, 1, 31))
    decide_request(asked, outcome="conditions", reason="It pays.", by=cast.pmo_head, at=timezone.now(), demands=[demand])
    asked.refresh_from_db()
    return asked


def plan(cast: Cast, asked: Request, **more: Any) -> Plan:
    """What a converter would send."""
    values = {
        "title": asked.title,
        "manager": cast.project_manager,
        "sponsor": cast.sponsor,
        "tier": 3,
        "budget": Decimal(1000),
        "benefits": Decimal(1400),
        "currency": "GBP",
        "planned_start_on": date(2027, 1, 1),
        "planned_finish_on": date(2027, 9, 30),
    }
    more.setdefault("approved_case", asked.approved_cases.first())
    return Plan(values=values | more.pop("values", {}), **more)


def test_a_request_becomes_a_project_with_all_it_brings(cast: Cast) -> None:
    asked = approved(cast)
    document = current_tiering().document
    tiering = tier_of(document, {question["key"]: 0 for question in document["questions"]})
    project = convert_request(
        asked,
        plan=plan(
            cast,
            asked,
            milestones=[("Contract signed", date(2027, 3, 1))],
            team=[TeamRow("Technical lead", cast.stranger), TeamRow("Tester"), TeamRow("Sponsor", cast.sponsor)],
            risks=[RiskRow("Supplier late", likelihood=30, impact=4)],
            tiering=tiering,
        ),
        by=cast.pmo_analyst,
        at=timezone.now(),
    )
    asked.refresh_from_db()
    assert (asked.state, asked.project) == (State.CONVERTED, project)
    assert project.reference == asked.reference.replace("REQ", "PRJ")
    assert (project.budget, project.manager, project.tier) == (1000, cast.project_manager, 3)
    assert Milestone.objects.get(project=project).planned_on == date(2027, 3, 1)
    assert list(Membership.objects.filter(project=project).values_list("user", "role")) == [
        (cast.stranger.pk, "project_manager")
    ]
    assert dict(project.objective_links.values_list("objective__name", "weight")) == {"Less energy": 66, "Fewer letters": 33}
    opening = OpeningRisk.objects.get(project=project)
    assert (opening.event, opening.taken_over_at is not None) == ("Supplier late", True)
    entry = Entry.objects.select_related("risk").get(project=project, kind="risk")
    assert (opening.entry, entry.title, entry.risk.probability) == (entry, "Supplier late", 30)
    assert (entry.risk.current_likelihood, entry.risk.current_impact, entry.risk.inherent_impact) == (2, 4, 4)
    conversion = Conversion.objects.get(project=project)
    assert conversion.document["promised"]["cost"] == "1000.00"
    assert conversion.document["tiering"]["sentence"].startswith("0 of 20 points")
    assert Charter.objects.filter(conversion=conversion, made_at=None).exists()


def test_nothing_twice(cast: Cast) -> None:
    asked = approved(cast)
    stale = Request.objects.get(pk=asked.pk)
    convert_request(asked, plan=plan(cast, asked), by=cast.pmo_analyst, at=timezone.now())
    with pytest.raises(MovedMeanwhile, match="moved the request"):
        convert_request(stale, plan=plan(cast, stale), by=cast.pmo_head, at=timezone.now())
    assert Project.objects.filter(reference=asked.reference.replace("REQ", "PRJ")).count() == 1


def test_all_or_nothing(cast: Cast) -> None:
    asked = approved(cast)
    with pytest.raises(ActionError, match="finish is before the start"):
        convert_request(
            asked,
            plan=plan(cast, asked, values={"planned_finish_on": date(2026, 1, 1)}),
            by=cast.pmo_analyst,
            at=timezone.now(),
        )
    asked.refresh_from_db()
    assert asked.state == State.APPROVED
    assert not Project.objects.filter(title="Warm homes").exists()


def test_another_tier_needs_a_reason(cast: Cast) -> None:
    asked = approved(cast)
    document = current_tiering().document
    tiering = tier_of(document, {question["key"]: 0 for question in document["questions"]})
    with pytest.raises(ActionError, match="Say why"):
        convert_request(
            asked, plan=plan(cast, asked, values={"tier": 1}, tiering=tiering), by=cast.pmo_analyst, at=timezone.now()
        )
    convert_request(
        asked,
        plan=plan(cast, asked, values={"tier": 1}, tiering=tiering, tier_reason="Ministers look."),
        by=cast.pmo_analyst,
        at=timezone.now(),
    )


def test_a_confidential_request_becomes_a_confidential_project(cast: Cast) -> None:
    asked = approved(cast, is_confidential=True, owner=cast.pmo_analyst)
    nobody = plan(cast, asked, values={"manager": None, "sponsor": None})
    with pytest.raises(ActionError, match="Nobody is named"):
        convert_request(asked, plan=nobody, by=cast.pmo_analyst, at=timezone.now())
    asked.refresh_from_db()
    project = convert_request(asked, plan=plan(cast, asked), by=cast.pmo_analyst, at=timezone.now())
    assert project.is_confidential
    assert not Project.objects.visible_to(cast.pmo_analyst).filter(pk=project.pk).exists()
    assert Project.objects.visible_to(cast.project_manager).filter(pk=project.pk).exists()


def test_nobody_gives_themselves_a_role(cast: Cast) -> None:
    asked = approved(cast)
    with pytest.raises(ActionError, match="to themselves"):
        convert_request(
            asked, plan=plan(cast, asked, team=[TeamRow("Lead", cast.pmo_analyst)]), by=cast.pmo_analyst, at=timezone.now()
        )


# The pages


def answers() -> dict[str, str]:
    return {question["key"]: "0" for question in current_tiering().document["questions"]}


def posted(cast: Cast, page: Any, **fields: str) -> dict[str, str]:
    """The second page as a browser posts it."""
    data: dict[str, str] = {}
    for field in page.context["form"]:
        value = field.value()
        data[field.html_name] = "" if value is None else str(value)
    for rows in page.context["sets"].values():
        for form in [rows.management_form, *rows.forms]:
            for field in form:
                value = field.value()
                data[field.html_name] = "" if value is None else str(value)
    return data | {"manager": str(cast.project_manager.pk)} | fields


def test_the_way_from_questions_to_project(cast: Cast, signed_in: SignIn) -> None:
    asked = approved(cast)
    add_standard_templates()
    client = signed_in(cast.pmo_analyst)
    detail = client.get(f"/intake/requests/{asked.reference}/").content.decode()
    page = f"/intake/requests/{asked.reference}/convert/"
    assert page in detail
    first = client.get(page).content.decode()
    assert "What does it cost, whole life?" in first
    assert "Chosen from the figures" in first
    missing = client.get(page, {"step": "2", "q1": "0"})
    assert missing.status_code == 422
    assert "Not answered yet" in missing.content.decode()
    for day in ("0001-01-01", "9999-12-31", "soon"):
        assert client.get(page, answers() | {"step": "2", "start": day}).status_code == 422
    second = client.get(page, answers() | {"step": "2", "start": "2027-02-01"})
    body = second.content.decode()
    assert "0 of 20 points" in body
    assert "Small project" in body
    assert "Whole-life cost of Case" in body
    assert "Charter agreed" in body
    address = second.request["PATH_INFO"] + "?" + second.request["QUERY_STRING"]
    wrong = client.post(address, posted(cast, second, title=""))
    assert wrong.status_code == 422
    done = client.post(address, posted(cast, second))
    assert done.status_code == 302, done.context["form"].errors
    project = Project.objects.get(reference=asked.reference.replace("REQ", "PRJ"))
    assert done["Location"] == f"/intake/projects/{project.reference}/promised/"
    assert project.planned_finish_on == date(2027, 8, 1)
    assert project.milestones.count() == 5
    again = client.post(address, posted(cast, second))
    assert again.status_code == 409
    assert "moved the request to" in again.content.decode()
    assert client.get(page).status_code == 302


def test_promised_against_now(cast: Cast, signed_in: SignIn) -> None:
    asked = approved(cast)
    project = convert_request(
        asked, plan=plan(cast, asked, risks=[RiskRow("Supplier late")]), by=cast.pmo_analyst, at=timezone.now()
    )
    Project.objects.filter(pk=project.pk).update(forecast=Decimal(1250), forecast_finish_on=date(2027, 10, 30))
    client = signed_in(cast.project_manager)
    page = f"/intake/projects/{project.reference}/promised/"
    body = client.get(page).content.decode()
    assert "£250 (25%) over what was promised" in body
    assert "30 days later than promised" in body
    assert "as promised" in body
    assert "Agree the roof survey" in body
    assert "Supplier late" in body
    assert "It pays." in body
    detail = client.get(f"/portfolio/projects/{project.reference}/").content.decode()
    assert page in detail
    assert f"{page}panel/" in detail
    assert "promised £1k" in client.get(f"{page}panel/").content.decode()
    other = client.get(f"/portfolio/projects/{cast.own.reference}/").content.decode()
    assert "promised/" not in other
    assert client.get(f"/intake/projects/{cast.own.reference}/promised/").status_code == 404


def test_one_history_and_one_search(cast: Cast, signed_in: SignIn) -> None:
    asked = approved(cast)
    project = convert_request(asked, plan=plan(cast, asked), by=cast.pmo_analyst, at=timezone.now())
    client = signed_in(cast.pmo_head)
    told = client.get(f"/portfolio/projects/{project.reference}/history/?export=history.csv")
    text = b"".join(told.streaming_content).decode()
    for action in ("Made the request a project", "Savings", "approved case", "move"):
        assert action in text, action
    found = client.get("/search/", {"q": asked.reference}).content.decode()
    assert f"/portfolio/projects/{project.reference}/" in found
    assert f"/intake/requests/{asked.reference}/" in found


def test_the_charter_is_made_once_and_can_be_tried_again(cast: Cast, signed_in: SignIn) -> None:
    asked = approved(cast)
    project = convert_request(
        asked,
        plan=plan(
            cast, asked, risks=[RiskRow("Supplier late")], sections=[{"title": "How it is governed", "text": "Monthly."}]
        ),
        by=cast.pmo_analyst,
        at=timezone.now(),
    )
    charter = Charter.objects.get()
    client = signed_in(cast.pmo_head)
    assert client.get(f"/intake/projects/{project.reference}/charter/").status_code == 404
    fail_charter(charter_id=charter.pk, reason="The disk is full.")
    assert "The disk is full." in client.get(f"/intake/projects/{project.reference}/promised/").content.decode()
    told = client.get(f"/intake/requests/{asked.reference}/decision/").content.decode()
    assert "The disk is full." in told
    assert "Supplier late" in told
    assert client.post(f"/intake/requests/{asked.reference}/charter/retry/").status_code == 302
    retry_charter(charter, at=timezone.now())
    assert make_charter(charter_id=charter.pk, at=timezone.now())
    assert not make_charter(charter_id=charter.pk, at=timezone.now())
    charter.refresh_from_db()
    assert charter.failure == ""
    assert charter.pages
    for address in (f"/intake/projects/{project.reference}/charter/", f"/intake/requests/{asked.reference}/charter/"):
        answer = client.get(address)
        content = b"".join(answer.streaming_content)
        assert content.startswith(b"%PDF")
    assert default_storage.exists(charter.file)


def words_of(pdf: bytes) -> str:
    return subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()


def test_an_opening_risk_that_became_confidential_is_told_to_nobody_else(cast: Cast, signed_in: SignIn) -> None:
    asked = approved(cast)
    risks = [RiskRow("Supplier late"), RiskRow("Ocelot canary", cause="Told in confidence")]
    project = convert_request(asked, plan=plan(cast, asked, risks=risks), by=cast.pmo_analyst, at=timezone.now())
    charter = Charter.objects.get()
    assert make_charter(charter_id=charter.pk, at=timezone.now())
    pages = [
        f"/intake/requests/{asked.reference}/decision/",
        f"/intake/requests/{asked.reference}/history/?export=history.csv",
        f"/portfolio/projects/{project.reference}/history/?export=history.csv",
        f"/intake/projects/{project.reference}/promised/",
        f"/api/v1/intake/requests/{asked.reference}/conversion/",
    ]
    charters = [
        f"/intake/projects/{project.reference}/charter/",
        f"/intake/requests/{asked.reference}/charter/",
        f"/api/v1/intake/requests/{asked.reference}/charter/",
    ]

    def read(address: str) -> str:
        answer = signed_in(reader).get(address)
        assert answer.status_code == 200, address
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        return words_of(body) if body.startswith(b"%PDF") else body.decode()

    reader = cast.auditor
    assert all("Ocelot canary" in read(address) for address in [*pages, *charters])
    entry = Entry.objects.get(title="Ocelot canary")
    edit_entry(entry, changes={"is_confidential": True}, version=entry.version, by=cast.pmo_analyst, at=timezone.now())
    for address in [*pages, *charters]:
        assert "Ocelot" not in read(address), address
        assert "in confidence" not in read(address), address
    for address in (pages[0], pages[3], pages[4]):
        assert "Supplier late" in read(address), address
    assert "They stand in the project’s register of risks" in read(charters[0])
    # Who stands on it reads what was reported, as it was.
    reader = cast.pmo_analyst
    assert all("Ocelot canary" in read(address) for address in [*pages, *charters])
    frozen = b"".join(signed_in(reader).get(charters[0]).streaming_content)
    charter.refresh_from_db()
    assert hashlib.sha256(frozen).hexdigest() == charter.sha256


# Templates and the questionnaire


def test_the_fitting_template(cast: Cast) -> None:
    asked = approved(cast)
    plain = create_template(values={"name": "Any"})
    of_tier = create_template(values={"name": "Tier 2", "tier": 2})
    of_type = create_template(values={"name": "Type", "type": asked.type})
    assert fitting_template(asked, 2) == of_type
    ProjectTemplate.objects.filter(pk=of_type.pk).update(is_active=False)
    assert fitting_template(asked, 2) == of_tier
    assert fitting_template(asked, 1) == plain


def test_a_template_is_written_as_lines(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in(cast.pmo_head)
    data = {"name": "Small", "phase": "initiation", "milestones": "Go live | soon", "is_active": "on"}
    refused = client.post("/intake/templates/new/", data)
    assert refused.status_code == 422
    assert "Line 1, “Go live | soon”" in refused.content.decode()
    assert client.post("/intake/templates/new/", data | {"milestones": "Go live | 3 months"}).status_code == 302
    row = ProjectTemplate.objects.get()
    assert row.milestones == [{"title": "Go live", "months": 3, "days": 0}]
    page = f"/intake/templates/{row.pk}/"
    assert "Go live | 3 months" in client.get(page).content.decode()
    assert client.post(page, data | {"milestones": "", "version": str(row.version)}).status_code == 302
    assert client.post(page, data | {"milestones": "", "name": "Other", "version": str(row.version)}).status_code == 409
    assert client.post("/intake/templates/standard/").status_code == 302
    assert ProjectTemplate.objects.count() == 4


def test_the_questionnaire_is_versioned_whole(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in(cast.pmo_head)
    text = as_text(current_tiering().document).replace("tier 1 from 13", "tier 1 from 15")
    bad = client.post("/intake/tiering/new/", {"text": "hello", "expected": "0"})
    assert bad.status_code == 422
    assert "Line 1, “hello”" in bad.content.decode()
    assert client.post("/intake/tiering/new/", {"text": text, "expected": "0"}).status_code == 302
    assert current_tiering().number == 1
    with pytest.raises(ActionError, match="meanwhile"):
        publish_tiering(text=text, by=cast.pmo_head, at=timezone.now(), expected=0)
    assert "from 15 points" in client.get("/intake/tiering/").content.decode()
