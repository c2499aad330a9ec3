"""Status updates come in from files: a year of ratings in a sheet, the queue's own file without a change, and what is published stays
as it is unless the file says that it corrects it."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.actions.imports import confirm_import, run_import_now
from core.history import recorded
from core.imports.registry import targets_for
from core.imports.words import say, say_all
from core.models import ImportJob, ImportState
from portfolio.actions.project_import.known import end_of
from portfolio.actions.status_import import spread
from portfolio.models import AssuranceRating, Project, StatusDuty, StatusUpdate
from tests import factories, loading
from tests.cast import Cast
from tests.loading import told

pytestmark = pytest.mark.django_db
previewed, imported = partial(loading.previewed, "status-updates"), partial(loading.imported, "status-updates")


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Any, db: None) -> None:
    settings.MEDIA_ROOT = tmp_path


def lost(job: ImportJob) -> dict[str, str]:
    """Each cell that could not be used, and why."""
    return {loss["place"]: say(loss["problem"]) for row in job.rows.all() for loss in row.losses}


def standing(project: Project) -> dict[date, str]:
    """The overall rating that stands of each period, by its last day."""
    rows = StatusUpdate.objects.published().filter(project=project)
    return dict(rows.values_list("period__ends_on", "overall"))


def reporting(project: Project, **fields: Any) -> Any:
    """A period of October 2026 in which the project reports."""
    fields = {"label": "October 2026", "starts_on": date(2026, 10, 1), "opens_on": date(2026, 10, 26)} | fields
    calendar = factories.calendar()
    StatusDuty.objects.create(project=project, calendar=calendar)
    return factories.period(calendar, **({"ends_on": date(2026, 10, 31)} | fields))


def test_a_year_of_ratings_a_row_a_month_becomes_history(cast: Cast) -> None:
    october = reporting(cast.own)
    text = (
        "Project ID,Month,RAG,Schedule RAG,Reason for RAG,Commentary,% complete,Forecast end date,EAC,IPA rating\n"
        f"{cast.own.reference},Aug 2026,G,Green,,Going well,10%,31/03/2028,£1.1m,Amber\n"
        f"{cast.own.title},September 2026,A,Red,Late steel,Steel is late,20%,30/06/2028,£1.2m,Amber\n"
        f"{cast.own.reference} {cast.own.title},October 2026,R,R,Later steel,Worse,25%,30/09/2028,£1.3m,Red\n"
    )
    job = imported(text, by=cast.pmo_analyst)
    assert job.report["verdicts"] == {"create": 3}
    assert job.report["made"] == {"updates": 3, "corrected": 0, "drafts": 0, "ratings": 2, "forecasts": 1}
    assert standing(cast.own) == {date(2026, 8, 31): "green", date(2026, 9, 30): "amber", date(2026, 10, 31): "red"}
    last = StatusUpdate.objects.get(period=october)
    assert (last.state, last.source, last.effective_at) == ("published", "file.csv", end_of(date(2026, 10, 31)))
    assert (last.schedule, last.comments, last.summary, last.percent_complete) == (
        "red",
        {"overall": "Later steel"},
        "Worse",
        25,
    )
    assert (last.forecast_finish_on, last.forecast_cost) == (date(2028, 9, 30), Decimal("1300000.00"))
    cast.own.refresh_from_db()
    assert cast.own.current_update == last
    assert cast.own.current_assurance.rating == "red"
    seen = {one.overall for one in StatusUpdate.objects.known_at(end_of(date(2026, 9, 30))).filter(project=cast.own)}
    assert seen == {"amber"}, "What stood then is what was reported then."
    assert not StatusDuty.objects.owed(date(2026, 11, 2)).filter(project=cast.own).exists(), "October is reported."
    event = StatusUpdate.pgh_event_model.objects.filter(pgh_obj=last).latest("pgh_id")  # type: ignore[attr-defined]
    assert event.pgh_context.metadata["user"] == cast.pmo_analyst.pk
    assert previewed(text, by=cast.pmo_analyst).report["verdicts"] == {"leave": 3}
    assert AssuranceRating.objects.filter(project=cast.own).count() == 2


@pytest.mark.parametrize(
    "heads", ["Jun 2026,Jul 2026,Aug-26", "2026-06-01,2026-07-01,2026-08-01", "30/06/2026,RAG 31/07/2026,31 Aug 2026"]
)
def test_a_column_a_month_is_read_as_a_rating_of_each(heads: str, cast: Cast) -> None:
    text = f"Project,Owner,{heads}\n{cast.own.title},Jo,R,Amber,\n{cast.other.reference},Al,,TBC,On track\n"
    job = imported(text, by=cast.pmo_analyst)
    assert job.report["verdicts"] == {"create": 3}
    assert standing(cast.own) == {date(2026, 6, 30): "red", date(2026, 7, 31): "amber"}
    assert standing(cast.other) == {date(2026, 8, 31): "green"}
    assert job.report["losses"] == {"unknown": 1}
    assert [say(each) for each in job.report["notes"]] == [
        "3 columns are headed by a day or a month (30 Jun 2026 to 31 Aug 2026): each cell is the overall rating of that day.",
        "There is no room for these columns: Owner.",
    ]  # fmt: skip
    assert previewed(text, by=cast.pmo_analyst).report["verdicts"] == {"leave": 3}


def test_more_ratings_than_a_file_may_have_rows_are_refused(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spread, "MOST", 1)
    job = previewed(f"Project,Jun 2026,Jul 2026\n{cast.own.reference},R,G\n", by=cast.pmo_analyst)
    assert job.state == "failed"
    assert say(job.error).endswith("hold 2 ratings; at most 1 can be imported at once. Split the file.")


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_what_is_exported_comes_back_without_a_change(form: str, cast: Cast, signed_in: Any) -> None:
    october = reporting(cast.own)
    words = {
        "comments": {"overall": "=1+1", "risk": "Two\n\nlines"}, "summary": "+All  well", "achieved": "A", "planned_next": "B", "schedule": "red",
        "resources": "blue", "scope": "grey", "percent_complete": 40, "forecast_finish_on": date(2028, 1, 1), "forecast_cost": Decimal("12.34"),
    }  # fmt: skip
    factories.update(cast.own, october, state="superseded", overall="green")
    factories.update(cast.own, october, revision=2, decisions=["Pay the | deposit", "=Sign"], **words)
    factories.update(cast.other, state="draft")
    factories.update(factories.project("Third"), state="submitted", summary="Waits")
    AssuranceRating.objects.create(project=cast.own, rating="amber", effective_at=timezone.now() - timedelta(days=400))
    client = signed_in(cast.pmo_head)
    before = list(StatusUpdate.objects.order_by("pk").values()), list(Project.objects.order_by("pk").values())
    page = "/portfolio/updates/"
    states = "&".join(f"state={state}" for state in ("draft", "submitted", "returned", "published", "superseded"))
    answer = client.get(f"{page}?export=updates.{form}&{states}")
    content = b"".join(answer.streaming_content)
    job = imported(content, by=cast.pmo_head, name=f"updates.{form}")
    assert job.report["verdicts"] == {"leave": 4}, [(row.place, row.differences, say_all(row.notes)) for row in job.rows.all()]
    assert (job.report["notes"], job.report["losses"]) == ([], {})
    assert (list(StatusUpdate.objects.order_by("pk").values()), list(Project.objects.order_by("pk").values())) == before
    assert AssuranceRating.objects.count() == 1
    assert "?target=status-updates" in client.get(page).content.decode()


def asked(update: StatusUpdate) -> list[tuple[str, str, date | None]]:
    return list(update.decisions.values_list("text", "decider", "due_on"))


def test_decisions_needed_come_with_their_update(cast: Cast) -> None:
    head = "Project,As at,RAG,Correction,Decisions needed\n"
    lines = "Sign the lease | Ada Lovelace | 5 Dec 2026\nWhich of two | sites | the board |\nWho pays"
    text = f'{head}{cast.own.reference},2026-10-31,G,,"{lines}"\n'
    assert imported(text, by=cast.pmo_head).report["verdicts"] == {"create": 1}
    first = StatusUpdate.objects.get(project=cast.own)
    assert (first.state, asked(first)) == (
        "published",
        [
            ("Sign the lease", "Ada Lovelace", date(2026, 12, 5)),
            ("Which of two | sites", "the board", None),
            ("Who pays", "", None),
        ],
    )
    same = f'{head}{cast.own.reference},2026-10-31,G,,"Who pays\nWhich of two | sites | the board |\nSign the lease | Ada Lovelace | 2026-12-05"\n'
    assert imported(same, by=cast.pmo_head).report["verdicts"] == {"leave": 1}
    # A correction says them anew; one with an empty cell keeps those that stood.
    imported(f"{head}{cast.own.reference},2026-10-31,G,yes,Who pays | 2026-11-30\n", by=cast.pmo_head)
    imported(f"{head}{cast.own.reference},2026-10-31,A,yes,\n", by=cast.pmo_head)
    newest = StatusUpdate.objects.published().get(project=cast.own)
    assert (newest.revision, newest.overall, asked(newest)) == (3, "amber", [("Who pays", "", date(2026, 11, 30))])
    wrong = imported(f"{head}{cast.other.reference},2026-10-31,G,,Pay | the board | soon\n", by=cast.pmo_head)
    assert lost(wrong) == {
        "E2": "“Pay | the board | soon” is no decision; write each on a line of its own as “What | by whom | 5 Dec 2026”"
    }
    many = "\n".join(f"Number {n}" for n in range(31))
    assert lost(previewed(f'{head}{cast.other.reference},2026-10-30,G,,"{many}"\n', by=cast.pmo_head)) == {
        "E2": "more than 30 decisions"
    }


def test_what_is_published_is_corrected_only_where_the_file_says_so(cast: Cast) -> None:
    october = reporting(cast.own)
    words = {"overall": "green", "summary": "Fine", "comments": {"cost": "Steady"}, "effective_at": end_of(date(2026, 11, 3))}
    first = factories.update(cast.own, october, decisions=["Approve the piles"], **words)
    line = f"{cast.own.reference},October 2026,Red,Late"
    job = previewed(f"Project,Period,RAG,Summary\n{line}\n", by=cast.pmo_head)
    assert told(job) == {
        "2": "An update for October 2026 is published and says otherwise. To correct it by a new version, write “yes” in a column"
        " Correction; else leave the row out."
    }
    text = f"Project,Period,RAG,Summary,Correction\n{line},yes\n"
    assert told(previewed(text, by=cast.pmo_analyst)) == {
        "2": f"You may not correct what is published of {cast.own.reference}: ask the head of the office."
    }
    at = timezone.now()
    job = imported(text, by=cast.pmo_head)
    assert job.report["made"]["corrected"] == 1
    first.refresh_from_db()
    new = StatusUpdate.objects.get(revision=2)
    assert (first.state, first.overall) == ("superseded", "green")
    assert (new.state, new.overall, new.summary, new.comments) == ("published", "red", "Late", {"cost": "Steady"})
    assert new.effective_at >= at, "It was published here: what was reported then can be shown again."
    assert [one.text for one in new.decisions.all()] == ["Approve the piles"]
    cast.own.refresh_from_db()
    assert cast.own.current_update == new
    assert previewed(text, by=cast.pmo_head).report["verdicts"] == {"leave": 1}
    # A correction of the correction does not turn back to the day of the first.
    at = timezone.now()
    imported(text.replace("Red", "Amber"), by=cast.pmo_head)
    assert StatusUpdate.objects.get(revision=3).effective_at >= at


def test_the_forecasts_of_the_latest_status_become_the_projects(cast: Cast) -> None:
    today = timezone.localdate()
    text = f"Project,As at,RAG,Forecast finish,Forecast cost\n{cast.own.reference},{today},Green,2029-05-01,2500000\n"
    job = imported(text, by=cast.pmo_analyst)
    assert job.report["made"] == {"updates": 1, "corrected": 0, "drafts": 0, "ratings": 0, "forecasts": 1}
    cast.own.refresh_from_db()
    assert (cast.own.forecast_finish_on, cast.own.forecast, cast.own.version) == (date(2029, 5, 1), Decimal(2500000), 2)
    update = StatusUpdate.objects.get()
    assert update.effective_at <= timezone.now(), "Nothing is known before it is told."
    assert previewed(text, by=cast.pmo_analyst).report["verdicts"] == {"leave": 1}
    # Not of a day before somebody changed the project by hand.
    with recorded("portfolio.project.edited", user=cast.director.pk):
        cast.other.title = "Renamed"
        cast.other.save()
    text = f"Project,As at,RAG,Forecast finish\n{cast.other.reference},2026-09-30,Green,2029-05-01\n"
    assert imported(text, by=cast.pmo_analyst).report["made"]["forecasts"] == 0
    assert Project.objects.get(pk=cast.other.pk).forecast_finish_on != date(2029, 5, 1)


def test_a_draft_is_kept_for_an_open_period(cast: Cast) -> None:
    today = timezone.localdate()
    reporting(cast.own, label="Now", starts_on=today, ends_on=today, opens_on=today, due_on=today)
    text = f"Project,Period,State,RAG,Comment on the risk,Decisions needed\n{cast.own.reference},Now,Draft,Amber,Ice,Salt | Board\n{cast.other.reference},Now,Draft,Red,,\n"
    job = imported(text, by=cast.pmo_analyst)
    assert job.report["made"]["drafts"] == 1
    assert list(told(job)) == ["3"]
    draft = StatusUpdate.objects.get()
    assert (draft.state, draft.overall, draft.comments, draft.written_by) == (
        "draft",
        "amber",
        {"risk": "Ice"},
        cast.pmo_analyst,
    )
    assert asked(draft) == [("Salt", "Board", None)]
    assert previewed(text, by=cast.pmo_analyst).report["verdicts"] == {"leave": 1, "refuse": 1}
    published = previewed(text.replace("Draft", "Published"), by=cast.pmo_analyst)
    assert "is being written (Draft)" in told(published)["2"]
    assert "is for people to do" in told(previewed(text.replace("Draft", "Submitted"), by=cast.pmo_analyst))["2"]


def test_each_mistake_is_told(cast: Cast) -> None:
    mine = factories.project("Mine", manager=cast.pmo_analyst)
    deputy = factories.project("Deputy's")
    factories.member(cast.pmo_analyst, "project_manager", project=deputy)
    euro = factories.project("Euro", currency="EUR")
    gone = factories.project("Gone", archived_at=timezone.now())
    reporting(cast.own)
    ref, later = cast.own.reference, timezone.localdate() + timedelta(days=2)
    head = "Project,Period,As at,Series,RAG,Cost RAG,% complete,Forecast cost,Confidence,DCA\n"
    rows = [
        "PRJ-9999,,2026-09-30,,G,,,,,",  # 2
        f"{cast.confidential.reference},,2026-09-30,,G,,,,,",  # 3: as if it were not there
        f"{cast.confidential.title},,2026-09-30,,G,,,,,",  # 4
        ",,2026-09-30,,G,,,,,",  # 5
        f"{ref},,,,G,,,,,",  # 6
        f"{ref},Michaelmas,,,G,,,,,",  # 7
        f"{ref},,{later},,G,,,,,",  # 8
        f"{ref},October 2026,2025-10-31,,G,,,,,",  # 9
        f"{ref},,2026-09-30,Elsewhere,G,,,,,",  # 10
        f"{ref},,2026-09-30,,,G,,,,",  # 11
        f"{ref},,2026-08-31,,G,,,,,",  # 12: taken
        f"{cast.own.title},Aug 2026,,,R,,,,,",  # 13
        f"{ref},,2026-07-31,,,,,,,",  # 14
        f"{mine.reference},,2026-09-30,,G,,,,,",  # 15
        f"{gone.reference},,2026-09-30,,G,,,,,",  # 16
        f"{euro.reference},,2026-09-30,,G,Mauve,120,£5m,,A",  # 17: the rest of it is taken
        f"{deputy.reference},,2026-09-30,,G,,,,,",  # 18
    ]
    job = imported(head + "\n".join(rows) + "\n", by=cast.pmo_analyst)
    unseen = "There is no project “%s” that you may see."
    assert told(job) == {
        "2": unseen % "PRJ-9999",
        "3": unseen % cast.confidential.reference,
        "4": unseen % cast.confidential.title,
        "5": "It does not say which project it belongs to.",
        "6": "It says neither the period nor the as-at day.",
        "7": f"“Michaelmas” is no reporting period of {ref}: write it as its calendar does, as a month, or give the as-at day.",
        "8": f"The as-at day {timezone.template_localtime(datetime.combine(later, datetime.min.time())):%-d %b %Y} is still to come.",
        "9": "The as-at day 31 Oct 2025 is before the period October 2026.",
        "10": "There is no series of status updates called “Elsewhere”.",
        "11": "A published update needs its overall rating.",
        "13": "Line 12 is about the same update already.",
        "14": "It says nothing about the status.",
        "15": f"You report for {mine.reference} yourself: somebody else must publish it, here as on the page.",
        "16": f"{gone.reference} is archived: bring it back before you change it.",
        "18": f"You report for {deputy.reference} yourself: somebody else must publish it, here as on the page.",
    }
    assert lost(job) == {"F17": "not a rating", "G17": "not between 0 and 100%", "H17": "in GBP, but the project is in EUR"}
    assert standing(cast.own) == {date(2026, 8, 31): "green"}
    assert euro.assurance_ratings.get().rating == "amber"
    assert not StatusUpdate.objects.filter(project=cast.confidential).exists()


def test_who_may_import_status_updates(cast: Cast, signed_in: Any) -> None:
    may = {role for role, person in cast.people.items() if "status-updates" in {target.key for target in targets_for(person)}}
    assert may == {"pmo_analyst", "pmo_head"}
    # Who reviews one project only loads that one's.
    factories.member(cast.administrator, "pmo_analyst", project=cast.confidential)
    person = type(cast.administrator).objects.get(pk=cast.administrator.pk)
    text = f"Project,As at,RAG\n{cast.own.reference},2026-09-30,G\n{cast.confidential.reference},2026-09-30,G\n"
    job = imported(text, by=person)
    assert told(job) == {"2": f"You may not publish status updates of {cast.own.reference}."}
    assert standing(cast.confidential) == {date(2026, 9, 30): "green"}
    assert signed_in(cast.pmo_head).get(f"/imports/{job.pk}/result/").status_code == 404, "Its rows may be confidential."


def test_it_is_planned_again_where_something_was_published_meanwhile(cast: Cast) -> None:
    october = reporting(cast.own)
    text = f"Project,Period,RAG\n{cast.other.reference},Sep 2026,G\n{cast.own.reference},October 2026,G\n"
    job = confirm_import(job=previewed(text, by=cast.pmo_analyst), by=cast.pmo_analyst)
    factories.update(cast.own, october, overall="red")
    job = run_import_now(job=job, at=timezone.now())
    assert job.state == ImportState.PREVIEWED, "The preview is made again: it would do something else now."
    assert StatusUpdate.objects.count() == 1


def test_the_plan_costs_the_same_for_any_length(cast: Cast) -> None:
    counts = []
    for rows in (2, 24):
        text = "Project,As at,RAG,Forecast cost\n" + "".join(
            f"{cast.own.reference},{date(2024 + month // 12, month % 12 + 1, 28)},G,5\n" for month in range(rows)
        )
        with CaptureQueriesContext(connection) as queries:
            previewed(text, by=cast.pmo_analyst)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_wizard_the_command_and_the_api_take_them(cast: Cast, signed_in: Any) -> None:
    client = signed_in(cast.pmo_analyst)
    text = f"Project,RAG\n{cast.own.reference},Green\n"
    client.post("/imports/", {"file": ContentFile(text.encode(), name="ratings.csv"), "target": "status-updates"})
    job = run_import_now(job=ImportJob.objects.get(), at=timezone.now())
    address = f"/imports/{job.pk}/columns/"
    page = client.get(address).content.decode()
    assert "Rating of the day in its header, else left out" in page
    data = {"column-0": "title", "column-1": "overall", "version": job.version, "currency": "GBP", "fiscal_month": 4}
    assert client.post(address, data | {"as_at": "2026-09-30"}).status_code == 302
    job = run_import_now(job=ImportJob.objects.get(), at=timezone.now())
    assert "30 Sep 2026" in client.get(f"/imports/{job.pk}/preview/").content.decode()
    client.post(f"/imports/{job.pk}/confirm/", {"version": job.version})
    assert run_import_now(job=ImportJob.objects.get(), at=timezone.now()).state == "applied"
    assert standing(cast.own) == {date(2026, 9, 30): "green"}
    sent = client.post("/api/v1/core/imports/", {"file": ContentFile(text.encode(), name="r.csv"), "target": "status-updates"})
    assert sent.status_code == 201
