"""A project manager writes: prefilled, saved as it is typed, never overwritten silently, submitted when complete."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from portfolio.models import Milestone, Project, ReportingPeriod, StatusUpdate
from tests import factories
from tests.cast import Cast

pytestmark = pytest.mark.django_db
NAMES = ("overall", "schedule", "cost", "scope", "benefits", "risk", "resources")


@pytest.fixture
def period(cast: Cast) -> ReportingPeriod:
    """An open month in which the own project reports."""
    calendar = factories.calendar()
    factories.duty(cast.own, calendar)
    return factories.period(calendar)


def as_user(person: User) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def address(project: Project, period: ReportingPeriod) -> str:
    return reverse("portfolio:update-write", args=[project.reference, period.pk])


def posted(version: int = 0, decisions: tuple[tuple[str, str, str], ...] = (), **fields: Any) -> dict[str, Any]:
    """A complete form; the own project is on plan and has a budget but no forecast."""
    data: dict[str, Any] = {"version": version, "summary": "All well.", "overall": "green", "schedule": "green", "save": ""}
    data |= {"decisions-TOTAL_FORMS": len(decisions) + 1, "decisions-INITIAL_FORMS": 0}
    for index, (text, decider, due_on) in enumerate(decisions):
        data |= {f"decisions-{index}-text": text, f"decisions-{index}-decider": decider, f"decisions-{index}-due_on": due_on}
    data |= fields
    if "preview" in fields or "submit" in fields:
        data.pop("save")
    return data


def test_first_save_makes_the_draft_and_submitting_freezes_what_it_was_computed_from(
    cast: Cast, period: ReportingPeriod
) -> None:
    Project.objects.filter(pk=cast.own.pk).update(forecast=1_080_000)
    client = as_user(cast.project_manager)
    decisions = (("Choose the vendor", "Board", "2026-12-01"),)
    data = posted(decisions=decisions, cost="amber", overall="amber", forecast_cost="1.08m", percent_complete="40", submit="")
    answer = client.post(address(cast.own, period), data)
    update = StatusUpdate.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == reverse("portfolio:update-detail", args=[cast.own.reference, update.pk])
    assert (update.state, update.submitted_by, update.forecast_cost) == ("submitted", cast.project_manager, 1_080_000)
    assert update.computed["cost"] == {
        "rag": "amber",
        "reason": {"code": "cost_variance", "over": "80000.00", "percent": "8.0"},
    }
    assert update.computed["scope"]["rag"] == ""
    assert update.thresholds["cost_green"] == "5"
    assert update.facts["project"]["budget"] == "1000000.00"
    assert [row.text for row in update.decisions.all()] == ["Choose the vendor"]
    assert "waits for review" in cast.pmo_head.notifications.get().text


def test_disagreeing_needs_a_sentence_for_each_rating_and_keeps_what_was_typed(cast: Cast, period: ReportingPeriod) -> None:
    Project.objects.filter(pk=cast.own.pk).update(forecast=1_500_000)
    client = as_user(cast.project_manager)
    answer = client.post(
        address(cast.own, period), posted(cost="green", forecast_cost="1500000", summary="Nearly <there>", submit="")
    )
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Nearly &lt;there&gt;" in page
    assert page.count("Say in one sentence why your rating differs from the computed one.") >= 2  # cost and overall
    assert StatusUpdate.objects.get().state == "draft"
    version = StatusUpdate.objects.get().version
    reasons = {"reason_cost": "Re-plan agreed.", "reason_overall": "Re-plan agreed."}
    answer = client.post(address(cast.own, period), posted(version, cost="green", forecast_cost="1500000", submit="") | reasons)
    assert answer.status_code == 302
    assert StatusUpdate.objects.get().reasons == {"cost": "Re-plan agreed.", "overall": "Re-plan agreed."}


def test_summary_and_overall_are_needed_to_submit_but_not_to_save(cast: Cast, period: ReportingPeriod) -> None:
    client = as_user(cast.project_manager)
    assert client.post(address(cast.own, period), posted(overall="", summary="")).status_code == 302
    answer = client.post(address(cast.own, period), posted(1, overall="", summary="", submit=""))
    assert answer.status_code == 422
    assert b"Choose the overall rating." in answer.content
    assert b"Write the executive summary" in answer.content


def test_wrong_values_answer_422_with_a_sentence_at_the_field(cast: Cast, period: ReportingPeriod) -> None:
    data = posted(percent_complete="140", forecast_cost="a lot", forecast_finish_on="soon", decisions=(("", "Board", ""),))
    answer = as_user(cast.project_manager).post(address(cast.own, period), data)
    assert answer.status_code == 422
    page = answer.content.decode()
    for piece in ("a lot", "a whole number from 0 to 100", "Enter an amount in figures", "Say what must be decided"):
        assert piece in page
    assert not StatusUpdate.objects.exists()


def test_form_is_prefilled_from_last_time_and_from_facts(cast: Cast, period: ReportingPeriod) -> None:
    earlier = factories.period(period.calendar, ends_on=period.ends_on - timedelta(days=31), label="October before")
    now = timezone.now() - timedelta(days=20)
    factories.update(
        cast.own, earlier, published_at=now, effective_at=now, risk="red", planned_next="Sign the lease", percent_complete=30,
        comments={"risk": "Landlord unsure"}, decisions=["Pay the deposit"], summary="Last month's words",
    )  # fmt: skip
    Milestone.objects.create(project=cast.own, title="Lease signed", planned_on=timezone.localdate() - timedelta(days=3))
    page = as_user(cast.project_manager).get(address(cast.own, period)).content.decode()
    for piece in ("Sign the lease", "Landlord unsure", "Pay the deposit", "Last month&#x27;s words", "Lease signed", "overdue"):
        assert piece in page
    assert 'value="red" id="id_risk_0" checked' in page.replace("  ", " ") or 'name="risk" value="red"' in page
    assert "1 milestone is overdue, by 3 days." in page
    assert not StatusUpdate.objects.filter(period=period).exists()  # reading writes nothing


def test_autosave_answers_the_version_and_saving_the_same_again_changes_nothing(cast: Cast, period: ReportingPeriod) -> None:
    client = as_user(cast.project_manager)
    headers = {"X-Requested-With": "autosave"}
    first = client.post(address(cast.own, period), posted(), headers=headers)
    assert (first.status_code, first.json()["version"]) == (200, 1)
    again = client.post(address(cast.own, period), posted(1), headers=headers)
    assert again.json()["version"] == 1
    changed = client.post(address(cast.own, period), posted(1, summary="More"), headers=headers)
    assert changed.json()["version"] == 2
    assert client.post(address(cast.own, period), posted(1, summary="Stale"), headers=headers).status_code == 409
    wrong = posted(2, percent_complete="x", decisions=(("Pay the deposit", "", "soon"),))
    refused = client.post(address(cast.own, period), wrong, headers=headers)
    assert refused.status_code == 422
    assert [(one["id"], one["label"]) for one in refused.json()["fields"]] == [
        ("id_percent_complete", "Percent complete"),
        ("id_decisions-0-due_on", "By when (row 1)"),
    ]
    assert all(one["error"] for one in refused.json()["fields"])
    assert StatusUpdate.objects.get().summary == "More"


def test_second_editor_sees_both_versions_and_chooses_field_by_field(cast: Cast, period: ReportingPeriod) -> None:
    first, second = as_user(cast.project_manager), as_user(cast.pmo_analyst)
    first.post(address(cast.own, period), posted(summary="Original"))
    cost = {"forecast_cost": "910,700,000", "percent_complete": "40"}
    first.post(
        address(cast.own, period), posted(1, summary="From the manager", risk="amber", decisions=(("Theirs", "", ""),), **cost)
    )
    mine = posted(1, summary="From the analyst", achieved="Mine", decisions=(("Mine too", "", ""),), **cost)
    answer = second.post(address(cast.own, period), mine)
    assert answer.status_code == 409
    page = answer.content.decode()
    for piece in ("Somebody else saved this", "From the manager", "From the analyst", "choice-summary", "choice-decisions"):
        assert piece in page
    assert "choice-forecast_cost" not in page, "both wrote the same amount"
    assert "choice-percent_complete" not in page
    assert StatusUpdate.objects.get().summary == "From the manager"
    choices = {"choice-summary": "theirs", "choice-achieved": "mine", "choice-decisions": "theirs", "choice-risk": "theirs"}
    answer = second.post(address(cast.own, period), mine | choices | {"version": 2})
    assert answer.status_code == 302
    update = StatusUpdate.objects.get()
    assert (update.summary, update.achieved, update.risk) == ("From the manager", "Mine", "amber")
    assert [row.text for row in update.decisions.all()] == ["Theirs"]


def test_two_first_saves_do_not_overwrite_each_other(cast: Cast, period: ReportingPeriod) -> None:
    as_user(cast.project_manager).post(address(cast.own, period), posted(summary="First"))
    answer = as_user(cast.pmo_analyst).post(address(cast.own, period), posted(summary="Second"))
    assert answer.status_code == 409
    assert StatusUpdate.objects.get().summary == "First"


def test_preview_shows_what_readers_will_see_and_submits_that_version(cast: Cast, period: ReportingPeriod) -> None:
    client = as_user(cast.project_manager)
    answer = client.post(address(cast.own, period), posted(summary="Words for **executives**", preview=""))
    update = StatusUpdate.objects.get()
    assert answer["Location"] == reverse("portfolio:update-preview", args=[cast.own.reference, update.pk])
    page = client.get(answer["Location"]).content.decode()
    assert "<strong>executives</strong>" in page
    client.post(address(cast.own, period), posted(1, summary="Changed meanwhile"))
    submit = reverse("portfolio:update-submit", args=[cast.own.reference, update.pk])
    client.post(submit, {"version": 1})
    assert StatusUpdate.objects.get().state == "draft"
    client.post(submit, {"version": 2})
    assert StatusUpdate.objects.get().state == "submitted"


def test_submitted_update_cannot_be_written_but_taken_back(cast: Cast, period: ReportingPeriod) -> None:
    client = as_user(cast.project_manager)
    client.post(address(cast.own, period), posted(submit=""))
    update = StatusUpdate.objects.get()
    assert client.get(address(cast.own, period)).status_code == 302
    client.post(address(cast.own, period), posted(2, summary="Too late"))
    assert StatusUpdate.objects.get().summary == "All well."
    client.post(reverse("portfolio:update-withdraw", args=[cast.own.reference, update.pk]))
    assert StatusUpdate.objects.get().state == "draft"


def test_draft_can_be_thrown_away_but_not_what_was_submitted_once(cast: Cast, period: ReportingPeriod) -> None:
    client = as_user(cast.project_manager)
    client.post(address(cast.own, period), posted())
    update = StatusUpdate.objects.get()
    discard = reverse("portfolio:update-discard", args=[cast.own.reference, update.pk])
    client.post(discard, {"version": 7})
    assert StatusUpdate.objects.count() == 1
    client.post(discard, {"version": 1})
    assert not StatusUpdate.objects.exists()


def test_period_must_be_the_projects_own_and_open(cast: Cast, period: ReportingPeriod) -> None:
    client = as_user(cast.project_manager)
    assert client.get(address(cast.own, factories.period())).status_code == 404
    later = factories.period(period.calendar, ends_on=date(2030, 1, 31))
    assert client.post(address(cast.own, later), posted()).status_code == 422
    assert not StatusUpdate.objects.exists()


@pytest.mark.parametrize(
    ("role", "kind", "status"),
    [
        ("project_manager", "own", 200), ("pmo_analyst", "own", 200), ("pmo_head", "own", 200),
        ("sponsor", "own", 403), ("auditor", "own", 403), ("board_member", "own", 403), ("requester", "own", 404),
        ("stranger", "own", 404), ("project_manager", "other", 404), ("pmo_head", "confidential", 404),
    ],
)  # fmt: skip
def test_who_may_write(cast: Cast, period: ReportingPeriod, role: str, kind: str, status: int) -> None:
    project = getattr(cast, kind)
    factories.duty(project, period.calendar) if kind != "own" else None
    client = as_user(getattr(cast, role))
    assert client.get(address(project, period)).status_code == status
    posting = client.post(address(project, period), posted())
    assert posting.status_code == (302 if status == 200 else status)
    assert StatusUpdate.objects.exists() == (status == 200)


def test_draft_is_hidden_from_readers(cast: Cast, period: ReportingPeriod) -> None:
    as_user(cast.project_manager).post(address(cast.own, period), posted(submit=""))
    detail = reverse("portfolio:update-detail", args=[cast.own.reference, StatusUpdate.objects.get().pk])
    statuses = {role: as_user(getattr(cast, role)).get(detail).status_code for role in ("sponsor", "auditor", "pmo_analyst")}
    assert statuses == {"sponsor": 404, "auditor": 404, "pmo_analyst": 200}


def test_suggestions_follow_the_forecast_that_is_typed_and_write_nothing(cast: Cast, period: ReportingPeriod) -> None:
    url = reverse("portfolio:update-suggest", args=[cast.own.reference, period.pk])
    page = as_user(cast.project_manager).post(url, posted(forecast_cost="1,200,000")).content.decode()
    assert "Forecast cost is £200k (20%) over the approved budget." in page
    assert not StatusUpdate.objects.exists()


@pytest.mark.parametrize("number", [1, 10])
def test_query_count_of_the_form_does_not_grow(cast: Cast, period: ReportingPeriod, number: int) -> None:
    earlier = factories.period(period.calendar, ends_on=period.ends_on - timedelta(days=31))
    factories.update(cast.own, earlier, decisions=[f"Decide {index}" for index in range(number)])
    for index in range(number):
        Milestone.objects.create(project=cast.own, title=f"Stone {index}", planned_on=date(2026, 1, 1))
    client = as_user(cast.project_manager)
    client.get(address(cast.own, period))
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address(cast.own, period)).status_code == 200
    assert len(queries) <= 16, [query["sql"][:120] for query in queries]


def test_a_second_window_of_the_same_person_is_called_that(cast: Cast, period: ReportingPeriod) -> None:
    manager = as_user(cast.project_manager)
    manager.post(address(cast.own, period), posted(summary="Original"))
    manager.post(address(cast.own, period), posted(1, summary="One window"))
    answer = manager.post(address(cast.own, period), posted(1, summary="Another window"))
    assert answer.status_code == 409
    assert "You saved this in another window" in answer.content.decode()


def test_amounts_and_percentages_that_cannot_be_are_refused_in_plain_words(cast: Cast, period: ReportingPeriod) -> None:
    answer = as_user(cast.project_manager).post(address(cast.own, period), posted(percent_complete="150", forecast_cost="lots"))
    assert answer.status_code == 422
    assert "Enter a whole number from 0 to 100." in answer.content.decode()
    assert "Enter an amount in figures" in answer.content.decode()


def test_all_that_is_wrong_or_missing_is_said_in_one_round(cast: Cast, period: ReportingPeriod) -> None:
    data = posted(overall="", summary="", percent_complete="400", schedule="red", submit="")
    answer = as_user(cast.project_manager).post(address(cast.own, period), data)
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"percent_complete", "overall", "summary", "reason_schedule"}
    data |= {"save": ""}
    del data["submit"]
    answer = as_user(cast.project_manager).post(address(cast.own, period), data)
    assert set(answer.context["form"].errors) == {"percent_complete"}
    assert not StatusUpdate.objects.exists()
