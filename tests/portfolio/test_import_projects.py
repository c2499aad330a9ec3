"""Real government portfolios through the import: counts and sums as published, history year by year, nothing twice."""

import json
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Count, Sum
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import OrganisationUnit, User
from core.actions.imports import answer_import, confirm_import, map_import, run_import_now, start_import
from core.errors import ActionError
from core.history import recorded
from core.imports.words import say_all
from core.models import ImportJob, ImportMapping, ImportState
from portfolio.models import AssuranceRating, CustomField, ExternalIdentifier, Membership, Project, StatusUpdate
from portfolio.models.asof import moment_of, standings
from tests import factories

DATA = Path(__file__).parent.parent / "data" / "imports"
GMPP = json.loads((DATA / "expected_gmpp_open.json").read_text())
CANADA = json.loads((DATA / "expected_canada_2019.json").read_text())["2019"]
MILLION = 1_000_000


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path, db: None) -> None:
    settings.MEDIA_ROOT = tmp_path


def previewed(content: str | bytes | Path, *, name: str = "portfolio.csv", by: Any = None, **options: Any) -> ImportJob:
    """A job up to its preview, with the proposed mapping."""
    if isinstance(content, Path):
        name, content = content.name, content.read_bytes()
    data = content.encode() if isinstance(content, str) else content
    job = start_import(target="projects", file=ContentFile(data, name=name), name=name, by=by, options=options)
    job = run_import_now(job=job, at=timezone.now())
    assert job.state == ImportState.READ, job.error
    return run_import_now(job=map_import(job=job, mapping=job.mapping, options=job.options), at=timezone.now())


def imported(content: str | bytes | Path, **options: Any) -> ImportJob:
    """A job up to its end."""
    job = previewed(content, **options)
    assert job.state == ImportState.PREVIEWED, job.error
    job = run_import_now(job=confirm_import(job=job, by=job.started_by), at=timezone.now())
    assert job.state == ImportState.APPLIED, job.error
    return job


def fingerprint() -> dict[str, str]:
    """A digest of every table that an import may write."""
    tables = ["portfolio_project", "portfolio_statusupdate", "portfolio_assurancerating", "portfolio_externalidentifier",
              "portfolio_customfield", "accounts_organisationunit", "portfolio_reportingperiod", "core_referencecounter"]  # fmt: skip
    found = {}
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT coalesce(md5(string_agg(t::text, ',' ORDER BY t::text)), '') FROM {table} t")  # noqa: S608
            found[table] = cursor.fetchone()[0]
    return found


@pytest.mark.parametrize("year", ["2022_23", "2023_24"])
def test_gmpp_year_has_the_published_counts_and_sums(year: str) -> None:
    expected = GMPP[year]
    job = imported(DATA / expected["file"])
    projects = Project.objects.all()
    assert projects.count() == expected["records"] == StatusUpdate.objects.count()
    assert ExternalIdentifier.objects.filter(system="GMPP").count() == expected["distinct_ids"]
    assert dict(projects.values_list("unit__name").annotate(Count("pk")).order_by()) == expected["departments"]
    assert dict(projects.values_list("category").annotate(Count("pk")).order_by()) == expected["categories"]
    exempt = AssuranceRating.objects.filter(rating="exempt").count()
    assured = Counter(
        rating.capitalize() for rating in AssuranceRating.objects.exclude(rating="exempt").values_list("rating", flat=True)
    )
    assert dict(assured) == {key: count for key, count in expected["ipa_ratings"].items() if key != "None"}
    assert exempt == 11 if year == "2022_23" else exempt == 12
    declared = Counter((rating or "None").capitalize() for rating in StatusUpdate.objects.values_list("overall", flat=True))
    assert dict(declared) == expected["sro_ratings"]
    assert projects.exclude(planned_start_on=None).count() == expected["start_dates_parsed"]
    assert projects.exclude(planned_finish_on=None).count() == expected["end_dates_parsed"]
    columns = {
        "year_budget": "fy_baseline_m",
        "year_forecast": "fy_forecast_m",
        "budget": "whole_life_cost_m",
        "benefits": "benefits_m",
    }
    for field, key in columns.items():
        figures = projects.exclude(**{field: None})
        assert figures.count() == expected[key]["numeric_cells"], field
        assert round(float(figures.aggregate(total=Sum(field))["total"]) / MILLION, 2) == expected[key]["sum"], field
    withheld = {each["column"].splitlines()[0].strip(): each.get("withheld", 0) for each in job.report["loss_columns"]}
    assert withheld["Project - End Date"] == expected["end_withheld"]
    assert withheld["TOTAL Baseline Whole Life Costs (£m) (including Non-Government Costs)"] == expected["wlc_withheld"]


def test_gmpp_workbook_gives_the_same_facts_as_the_csv() -> None:
    imported(DATA / "gmpp_2022_23_simple.xlsx")
    facts = (
        "planned_start_on",
        "planned_finish_on",
        "budget",
        "year_budget",
        "year_forecast",
        "benefits",
        "category",
        "unit__name",
    )
    from_book = {project["title"]: project for project in Project.objects.values("title", *facts)}
    assert len(from_book) == 244
    assert not AssuranceRating.objects.filter(rating="exempt").exists()
    job = previewed(DATA / "gmpp_2022_23.csv")
    changed = {change[0] for row in job.rows.all() for change in row.differences if not change[0].startswith("custom:")}
    assert changed <= {"description", "status", "assurance"}


def test_two_gmpp_years_give_each_project_its_history() -> None:
    imported(DATA / "gmpp_2022_23.csv")
    job = imported(DATA / "gmpp_2023_24.csv")
    assert Project.objects.count() == 244 + job.report["made"]["created"]
    both = Project.objects.annotate(updates=Count("status_updates")).filter(updates=2)
    assert both.count() == job.report["verdicts"]["change"] == 227 - job.report["made"]["created"]
    days = {timezone.localdate(moment) for moment in StatusUpdate.objects.values_list("effective_at", flat=True)}
    assert days == {date(2023, 3, 31), date(2024, 3, 31)}
    for project in both.select_related("current_update__period"):
        assert project.current_update.period.ends_on == date(2024, 3, 31)
    # As of a day between the two, the portfolio shows what the first file knew.
    then = standings(Project.objects.all(), moment_of(date(2023, 6, 1)))
    assert len(then) == 244
    assert sum(one.budget or 0 for one in then) == Decimal(471818) * MILLION
    assert {one.phase for one in then} == {"delivery"}


def test_older_year_after_the_newer_adds_history_and_changes_no_fact() -> None:
    imported(DATA / "gmpp_2023_24.csv")
    before = {
        project["pk"]: project for project in Project.objects.values("pk", "title", "budget", "planned_finish_on", "custom")
    }
    job = imported(DATA / "gmpp_2022_23.csv")
    after = {
        project["pk"]: project for project in Project.objects.values("pk", "title", "budget", "planned_finish_on", "custom")
    }
    assert {pk: after[pk] for pk in before} == before
    assert StatusUpdate.objects.count() == 227 + 244
    assert any(
        "Newer facts are known (31 Mar 2024)" in text
        for row in job.rows.filter(verdict="change")
        for text in say_all(row.notes)
    )
    for project in Project.objects.filter(pk__in=before).select_related("current_update__period"):
        assert project.current_update.period.ends_on == date(2024, 3, 31)


@pytest.mark.parametrize("name", ["gmpp_2022_23.csv", "gmpp_2022_23_simple.xlsx", "gc-it-projects-2019.csv"])
def test_same_file_twice_changes_nothing(name: str) -> None:
    imported(DATA / name)
    before = fingerprint()
    job = imported(DATA / name)
    assert set(job.report["verdicts"]) == {"leave"}
    assert not any(job.report["made"].values())
    assert fingerprint() == before


def test_canada_2019_has_the_published_counts_and_sums() -> None:
    imported(DATA / "gc-it-projects-2019.csv")
    projects = Project.objects.all()
    assert projects.count() == CANADA["rows"]
    budgets = projects.exclude(budget=None)
    assert (budgets.count(), float(budgets.aggregate(total=Sum("budget"))["total"])) == (
        CANADA["budget_numeric"],
        CANADA["budget_sum"],
    )
    assert budgets.filter(budget__gte=10 * MILLION).count() == CANADA["over_10m"]
    assert budgets.filter(budget__gt=10 * MILLION).count() == CANADA["flag_over10m"]
    assert budgets.filter(budget__gt=100 * MILLION).count() == CANADA["over_100m"]
    assert OrganisationUnit.objects.count() == CANADA["departments"]
    assert projects.exclude(planned_finish_on=None).count() == CANADA["date_normalised"]
    assert set(StatusUpdate.objects.values_list("period__ends_on", flat=True)) == {date(2019, 5, 1)}


def test_every_column_without_a_field_is_kept_typed() -> None:
    imported('Project name,Jobs,Opened on,Variance (%),Weather\nBridge,"1,200",20 Feb 2024,-5,wet\nTunnel,3,1 Mar 2024,6,\n')
    kinds = dict(CustomField.objects.values_list("label", "kind"))
    assert kinds == {"Jobs": "number", "Opened on": "date", "Variance (%)": "percent", "Weather": "text"}
    bridge = Project.objects.get(title="Bridge")
    assert sorted(bridge.custom.values()) == ["-5", "1200", "2024-02-20", "wet"]
    assert "wet" not in Project.objects.get(title="Tunnel").custom.values()


def test_unreadable_cell_keeps_its_text_and_is_reported_with_its_place() -> None:
    job = imported("Project name,Budget,End date\nBridge,£3m-£5m,soon\nTunnel,£4m,2024-12-31\n")
    row = job.rows.get(title="Bridge")
    assert [(loss["place"], loss["text"], loss["problem"][0]) for loss in row.losses] == [
        ("B2", "£3m-£5m", "a_range"), ("C2", "soon", "not_a_date"),
    ]  # fmt: skip
    bridge = Project.objects.get(title="Bridge")
    assert (bridge.budget, set(bridge.custom.values())) == (None, {"£3m-£5m", "soon"})


def test_text_kept_as_given_goes_when_the_value_comes() -> None:
    imported("ID,Project name,Budget\n1,Bridge,Exempt under Section 43\n2,Tunnel,£1m\n", system="X")
    imported("ID,Project name,Budget\n1,Bridge,£9m\n2,Tunnel,£1m\n", system="X")
    bridge = Project.objects.get(title="Bridge")
    assert (bridge.budget, bridge.custom) == (9 * MILLION, {})


def test_people_are_matched_and_never_made() -> None:
    ann = factories.user(name="Ann Example", email="ann@example.org")
    before = User.objects.count()
    job = imported("Project name,Project manager,Sponsor\nBridge,ann@example.org,Nobody Known\n")
    bridge = Project.objects.get()
    assert (bridge.manager, bridge.sponsor, User.objects.count()) == (ann, None, before)
    assert job.rows.get().losses[0]["problem"][0] == "person_unknown"
    assert "Nobody Known" in bridge.custom.values()


def test_similar_title_is_asked_about_and_the_answer_kept() -> None:
    existing = factories.project("Northern Bridges Renewal Programme")
    text = "Project name,Budget\nNorthern Bridge Renewal Programme,£5m\nSouthern Tunnel,£6m\n"
    job = previewed(text)
    assert (job.report["verdicts"], job.rows.get(verdict="ask").question[0][0]) == ({"ask": 1, "create": 1}, existing.reference)
    with pytest.raises(ActionError, match="open questions"):
        confirm_import(job=job, by=job.started_by)
    job = run_import_now(job=answer_import(job=job, answers={"2": existing.reference}), at=timezone.now())
    assert job.report["verdicts"] == {"change": 1, "create": 1}
    run_import_now(job=confirm_import(job=job, by=job.started_by), at=timezone.now())
    assert Project.objects.count() == 2
    existing.refresh_from_db()
    assert (existing.title, existing.budget) == ("Northern Bridge Renewal Programme", 5 * MILLION)


def test_titles_that_differ_in_a_number_are_different_projects() -> None:
    factories.project("Prison Expiry Tranche 1")
    job = previewed("Project name\nPrison Expiry Tranche 2\n")
    assert job.report["verdicts"] == {"create": 1}


def test_reference_in_the_place_of_a_title_makes_no_second_project() -> None:
    made = factories.project("Bridge")
    job = previewed(f"Project,Budget\n{made.reference},1\nPRJ-9999,2\nRoad,3\n")
    assert job.report["verdicts"] == {"create": 1, "refuse": 2}
    [first, _second] = job.rows.filter(verdict="refuse")
    assert say_all(first.notes)[0].startswith(
        f"“{made.reference}” is a reference, not a title: place its column on “Reference”."
    )


def test_same_identifier_twice_in_a_file_is_refused_with_the_line() -> None:
    job = imported(
        "ID,Project name,Budget\nA1,Bridge,1\nA1,Bridge again,2\n,,3\n" + "".join(f"B{n},Road {n},4\n" for n in range(9)),
        system="X",
    )
    refused = [(row.place, say_all(row.notes)) for row in job.rows.filter(verdict="refuse")]
    assert refused == [
        ("3", ["The identifier A1 stands on line 2 already."]),
        ("4", ["There is neither a title nor an identifier."]),
    ]
    assert Project.objects.count() == 10


def test_preview_is_made_again_when_the_portfolio_changed_meanwhile() -> None:
    project = factories.project("Bridge", budget=1)
    job = confirm_import(job=previewed("Project name,Budget\nBridge,£5m\n"), by=None)
    Project.objects.filter(pk=project.pk).update(budget=7)
    job = run_import_now(job=job, at=timezone.now())
    project.refresh_from_db()
    assert (job.state, job.report["changed_since"], project.budget) == (ImportState.PREVIEWED, "portfolio", 7)
    run_import_now(job=confirm_import(job=job, by=job.started_by), at=timezone.now())
    project.refresh_from_db()
    assert project.budget == 5 * MILLION


def test_later_edit_by_hand_is_not_overwritten_by_an_older_file() -> None:
    imported("ID,Project name,Budget,RAG status\nA1,Bridge,£1m,Green\n", system="X", as_at="2024-03-31")
    with recorded("portfolio.project.edited", user=factories.user().pk):
        Project.objects.update(budget=2 * MILLION)
    imported("ID,Project name,Budget,RAG status\nA1,Bridge,£3m,Red\n", system="X", as_at="2024-06-30")
    project = Project.objects.select_related("current_update").get()
    assert (project.budget, project.current_update.overall) == (2 * MILLION, "red")


def test_corrected_file_for_the_same_day_is_a_new_revision() -> None:
    first = "ID,Project name,RAG status,IPA RAG rating\nA1,Bridge,Green,Green\n"
    imported(first, system="X", as_at="2024-03-31")
    imported(first.replace("Green,Green", "Red,Amber"), system="X", as_at="2024-03-31")
    states = list(StatusUpdate.objects.order_by("revision").values_list("revision", "state", "overall"))
    assert states == [(1, "superseded", "green"), (2, "published", "red")]
    project = Project.objects.select_related("current_update", "current_assurance").get()
    assert (project.current_update.revision, project.current_assurance.rating) == (2, "amber")
    assert AssuranceRating.objects.count() == 2


def test_rating_without_a_day_is_asked_for() -> None:
    job = start_import(target="projects", file=ContentFile(b"Project name,RAG status\nBridge,Green\n"), name="x.csv", by=None)
    job = run_import_now(job=job, at=timezone.now())
    with pytest.raises(ActionError) as caught:
        map_import(job=job, mapping=job.mapping, options=job.options)
    assert caught.value.field == "as_at"


def test_mapping_is_remembered_and_found_by_the_headers_of_next_year() -> None:
    job = start_import(
        target="projects", file=ContentFile(b"Name,Oddity 2023,Cost (\xc2\xa3m)\nBridge,x,5\n"), name="a 2023-24.csv", by=None
    )
    job = run_import_now(job=job, at=timezone.now())
    map_import(job=job, mapping={**job.mapping, "Oddity 2023": "category"}, options=job.options, name="Odd files")
    assert ImportMapping.objects.get().name == "Odd files"
    later = start_import(
        target="projects", file=ContentFile(b"Name,Oddity 2024,Cost (\xc2\xa3m)\nBridge,x,5\n"), name="b 2024-25.csv", by=None
    )
    later = run_import_now(job=later, at=timezone.now())
    assert (later.mapping["Oddity 2024"], later.mapping_name, later.options["as_at"]) == ("category", "Odd files", "2025-03-31")


def test_importer_changes_only_what_they_may_edit() -> None:
    hidden = factories.project("Zanzibar canary", is_confidential=True, budget=1)
    ExternalIdentifier.objects.create(project=hidden, system="X", value="A1")
    analyst = factories.user("pmo_analyst")
    job = imported("ID,Project name,Budget\nA1,Zanzibar canary,£5m\nA2,Bridge,£6m\n", by=analyst, system="X")
    hidden.refresh_from_db()
    assert (hidden.budget, job.report["verdicts"]) == (1, {"refuse": 1, "create": 1})


def test_history_names_the_person_and_the_import() -> None:
    analyst = factories.user("pmo_analyst")
    job = imported("Project name\nBridge\n", by=analyst)
    event = Project.pgh_event_model.objects.select_related("pgh_context").get(pgh_label="insert")  # type: ignore[attr-defined]
    context = event.pgh_context.metadata
    assert (context["action"], context["user"], context["import_job"]) == ("core.import.applied", analyst.pk, job.pk)


def test_planning_costs_the_same_queries_for_more_rows() -> None:
    counts = []
    for rows in (2, 3, 60):  # the first also makes the calendar
        text = "ID,Project name,Budget,RAG status\n" + "".join(
            f"N{rows}-{n},Unlike {'abcdefgh'[n % 8]}{n},£{n}m,Red\n" for n in range(rows)
        )
        job = start_import(
            target="projects",
            file=ContentFile(text.encode()),
            name="x.csv",
            by=None,
            options={"as_at": "2024-03-31", "system": "X"},
        )
        job = run_import_now(job=job, at=timezone.now())
        job = map_import(job=job, mapping=job.mapping, options=job.options)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            job = run_import_now(job=job, at=timezone.now())
        with CaptureQueriesContext(connection) as applying:
            run_import_now(job=confirm_import(job=job, by=job.started_by), at=timezone.now())
        counts.append((len(queries), len(applying)))
    assert counts[1] == counts[2]


def test_command_shows_a_dry_run_and_writes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("import_portfolio", str(DATA / "gmpp_2022_23.csv"), dry_run=True)
    shown = capsys.readouterr().out
    assert "244 to create" in shown
    assert "Dry run" in shown
    assert not Project.objects.exists()


def test_command_and_wizard_are_one_path(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("import_portfolio", str(DATA / "gmpp_2022_23.csv"), mapping="GMPP")
    assert Project.objects.count() == 244
    assert ImportMapping.objects.get().name == "GMPP"
    job = previewed(DATA / "gmpp_2022_23.csv")
    assert job.report["verdicts"] == {"leave": 244}


def test_command_stops_at_a_question(tmp_path: Path) -> None:
    factories.project("Northern Bridges Renewal Programme")
    file = tmp_path / "portfolio.csv"
    file.write_text("Project name\nNorthern Bridge Renewal Programme\n")
    with pytest.raises(CommandError, match="--similar"):
        call_command("import_portfolio", str(file))
    call_command("import_portfolio", str(file), similar="same")
    assert Project.objects.count() == 1


def test_projects_as_columns_load() -> None:
    job = imported(
        "Major projects,,\nGMPP ID,A1,A2\nProject Name,Ships,Rails\nDepartment,MOD,DFT\nIPA RAG Rating,Amber/Red,Green\n"
        "Project Start Date,2013-04-01,01/05/2014\nProject End Date,2030-03-31,TBC\nWhole Life Cost Baseline (£m),5,\n",
        name="gmpp September 2013.csv",
    )
    ships = Project.objects.get(title="Ships")
    assert (ships.budget, ships.unit.name, ships.current_assurance.rating) == (5 * MILLION, "MOD", "amber")
    assert (job.options["as_at"], job.transposed) == ("2013-09-30", True)


def confidence_file(reference: str, value: str) -> str:
    return f"Reference,Project name,Confidential\n{reference},Zanzibar canary,{value}\n"


def test_file_does_not_open_a_confidential_project_for_who_may_not(cast: Any) -> None:
    factories.member(cast.pmo_analyst, "pmo_analyst", project=cast.confidential)
    job = previewed(confidence_file(cast.confidential.reference, "No"), by=cast.pmo_analyst)
    assert job.rows.get().losses[0]["problem"][0] == "confide_forbidden"
    assert "is_confidential" not in {key for key, _before, _after in job.rows.get().differences}
    factories.member(cast.pmo_head, "pmo_head", project=cast.confidential)
    job = previewed(confidence_file(cast.confidential.reference, "No"), by=cast.pmo_head)
    assert "is_confidential" in {key for key, _before, _after in job.rows.get().differences}


def test_file_does_not_hide_a_new_project_from_everybody() -> None:
    job = imported("Project name,Confidential\nNobody knows,Yes\n")
    assert job.rows.get().losses[0]["problem"][0] == "confidential_unnamed"
    assert not Project.objects.get().is_confidential


def test_late_correction_of_an_earlier_period_does_not_step_in_front_after_an_import() -> None:
    project = factories.project("Bridge")
    may = factories.update(project, factories.period(ends_on=date(2026, 5, 31)), overall="red")
    factories.update(project, factories.period(ends_on=date(2026, 4, 30)), overall="green")
    imported("Project name,RAG,Status date\nBridge,amber,31/03/2026\n", as_at="2026-03-31")
    project.refresh_from_db()
    assert project.current_update == may


def test_colleagues_import_is_written_with_the_rights_and_name_of_who_confirms_it(cast: Any) -> None:
    for person in (cast.pmo_analyst, cast.pmo_head):
        factories.member(person, "pmo_head", project=cast.confidential)
    job = previewed(confidence_file(cast.confidential.reference, "No"), by=cast.pmo_head)
    assert "is_confidential" in {key for key, _before, _after in job.rows.get().differences}
    Membership.objects.filter(user=cast.pmo_analyst).update(role="pmo_analyst")
    job = run_import_now(job=confirm_import(job=job, by=cast.pmo_analyst), at=timezone.now())
    assert (job.state, job.report["changed_since"]) == (ImportState.PREVIEWED, "rights")
    cast.confidential.refresh_from_db()
    assert cast.confidential.is_confidential
    job = run_import_now(job=confirm_import(job=job, by=cast.pmo_analyst), at=timezone.now())
    assert job.state == ImportState.APPLIED
    cast.confidential.refresh_from_db()
    assert cast.confidential.is_confidential


def test_history_names_who_confirmed(cast: Any) -> None:
    job = previewed("Project name,Budget\nBridge,£5m\n", by=cast.pmo_analyst)
    run_import_now(job=confirm_import(job=job, by=cast.pmo_head), at=timezone.now())
    event = Project.pgh_event_model.objects.get(title="Bridge")
    assert event.pgh_context.metadata["user"] == cast.pmo_head.pk
    job.refresh_from_db()
    assert (job.started_by, job.confirmed_by) == (cast.pmo_analyst, cast.pmo_head)


def test_who_lost_the_right_between_confirming_and_writing_writes_nothing(cast: Any) -> None:
    job = confirm_import(job=previewed("Project name,Budget\nBridge,£5m\n"), by=cast.pmo_analyst)
    cast.pmo_analyst.role_grants.all().delete()
    job = run_import_now(job=job, at=timezone.now())
    assert job.state == ImportState.FAILED
    assert "may not run imports any more" in job.error[1]["text"]
    assert not Project.objects.filter(title="Bridge").exists()


def test_negative_budget_is_read_and_said() -> None:
    job = previewed("Project name,Budget,Benefits\nBridge,(500),(7)\nTunnel,600,8\n")
    bridge, tunnel = job.rows.order_by("number")
    assert ["budget", "", "-500.00"] in bridge.differences
    assert [each[0] for each in bridge.notes] == ["negative_amount"]
    assert "Budget" in say_all(bridge.notes)[0]
    assert tunnel.notes == []
    assert "brackets_are_negative" in [each["note"][0] for each in job.report["assumptions"]]
