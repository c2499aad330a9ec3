"""Registers come in from files by the same engine as projects: preview, all or nothing, again changes nothing, nothing lost."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core.actions.imports import answer_import, confirm_import, map_import, run_import_now, start_import
from core.errors import ActionError
from core.imports.registry import targets_for
from core.imports.words import say, say_all
from core.models import ImportJob, ImportState
from portfolio.actions.raid import edit_entry, link_entries, move_entry
from portfolio.models import Category, Entry, EntryWatcher, ExternalIdentifier, Project, RiskReading
from portfolio.registers import KINDS
from tests import factories
from tests.cast import Cast

pytestmark = pytest.mark.django_db
DATA = Path(__file__).parent.parent / "data" / "imports"


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path, db: None) -> None:
    settings.MEDIA_ROOT = tmp_path


def read(content: str | bytes, *, by: Any, target: str = "risks", name: str = "register.csv", **options: Any) -> ImportJob:
    raw = content.encode() if isinstance(content, str) else content
    job = start_import(target=target, file=ContentFile(raw, name=name), name=name, by=by, options=options)
    job = run_import_now(job=job, at=timezone.now())
    assert job.state == ImportState.READ, job.error
    return job


def previewed(content: str | bytes, *, by: Any, mapping: dict[str, str] | None = None, **options: Any) -> ImportJob:
    job = read(content, by=by, **options)
    chosen = job.mapping | (mapping or {})
    job = run_import_now(job=map_import(job=job, mapping=chosen, options=job.options, by=by), at=timezone.now())
    assert job.state == ImportState.PREVIEWED, job.error
    return job


def imported(content: str | bytes, *, by: Any, **options: Any) -> ImportJob:
    job = previewed(content, by=by, **options)
    job = run_import_now(job=confirm_import(job=job, by=by), at=timezone.now())
    assert job.state == ImportState.APPLIED, job.error
    return job


def notes_of(job: ImportJob) -> dict[str, str]:
    """Line -> its remarks and losses in words."""
    return {
        row.place: " ".join([*say_all(row.notes), *(say(loss.get("problem", [])) for loss in row.losses)])
        for row in job.rows.all()
    }


# --- The real register ----------------------------------------------------------------------------------------------


def test_the_office_building_register_loads(cast: Cast) -> None:
    building = factories.project("Federal office", currency="USD")
    job = imported(
        (DATA / "risk_register.csv").read_bytes(), by=cast.pmo_analyst, scope=building.reference, system="Federal office"
    )
    assert job.report["verdicts"] == {"create": 10}
    rows = list(Entry.objects.filter(kind="risk").select_related("risk", "category").order_by("pk"))
    assert len(rows) == 10
    assert {row.project for row in rows} == {building}
    first = rows[0]
    assert first.title == "Undisclosed underground obstructions delay piling"
    # High and High are the fourth of five levels: 60 % is the middle of the fourth likelihood.
    assert (first.risk.current_likelihood, first.risk.current_impact, first.risk.impact_likely) == (4, 4, Decimal(450000))
    assert (first.raised_on, first.due_on) == (date(2023, 2, 15), date(2023, 4, 1))
    assert first.custom["Schedule_Exposure_Days"] == "30"
    assert first.custom["Federal office ID"] == "R001"
    assert str(first.category) == "Geotechnical"
    assert sum(row.risk.impact_likely for row in rows) == Decimal(1_865_000)
    assert sum(int(row.custom["Schedule_Exposure_Days"]) for row in rows) == 179
    closed = [row for row in rows if not row.is_open]
    assert [row.custom["Federal office ID"] for row in closed] == ["R006", "R007"]
    # 60 % of 450k, 40 % of 180k, 60 % of 220k, 60 % of 380k, 40 % of 150k, 20 % of 95k, 20 % of 60k, 40 % of 210k, 0, 40 % of 120k
    wanted = [-270_000, -72_000, -132_000, -228_000, -60_000, -19_000, -12_000, -84_000, 0, -48_000]
    readings = RiskReading.objects.filter(entry__in=rows).order_by("entry_id")
    assert [reading.exposure for reading in readings] == [Decimal(value) for value in wanted]
    answers = Entry.objects.filter(kind="action", action__about=first)
    assert [(row.title, row.project, row.is_open) for row in answers] == [
        ("Engage geotechnical consultant; revise pile design", building, True)
    ]
    assert set(answers.values_list("action__strategy", flat=True)) == {"reduce"}
    assert Entry.objects.filter(kind="action", status="done").count() == 2
    assert job.report["made"] == {"categories": 9, "created": 10, "changed": 0, "responses": 10, "readings": 10}
    said = [say(each["note"]) for each in job.report["assumptions"]]
    assert "“High” was read as level 4, Likely" in said
    again = previewed(
        (DATA / "risk_register.csv").read_bytes(), by=cast.pmo_analyst, scope=building.reference, system="Federal office"
    )
    assert again.report["verdicts"] == {"leave": 10}


def test_the_command_loads_it_too(cast: Cast, capsys: Any) -> None:
    building = factories.project("Federal office", currency="USD")
    options = {"target": "risks", "scope": building.reference, "system": "Federal office"}
    call_command("import_portfolio", str(DATA / "risk_register.csv"), **options)
    assert "10 created" in capsys.readouterr().out
    assert Entry.objects.filter(kind="risk", project=building).count() == 10
    call_command("import_portfolio", str(DATA / "risk_register.csv"), **options)
    assert "nothing was new" in capsys.readouterr().out
    assert Entry.objects.filter(kind="risk").count() == 10


def test_change_orders_come_in_as_drafts(cast: Cast) -> None:
    """A file approves nothing."""
    building = factories.project("Federal office", currency="USD")
    job = imported(
        (DATA / "change_orders.csv").read_bytes(), by=cast.pmo_analyst, target="changes", scope=building.reference, system="CO"
    )
    first = Entry.objects.filter(kind="change").select_related("change").earliest("pk")
    assert (first.status, first.change.cost_change, first.change.finish_change) == ("draft", Decimal(412000), 28)
    assert first.change.reason == "Owner directed"
    assert first.custom["Status (as given)"] == "Approved" or first.custom["Status (as given)"] == "approved"
    assert "step by step" in notes_of(job)["2"]


# --- The messy one --------------------------------------------------------------------------------------------------


@pytest.fixture
def own(cast: Cast) -> Project:
    Project.objects.filter(pk=cast.own.pk).update(currency="EUR")
    cast.own.refresh_from_db()
    return cast.own


def messy(own: Project, owner: Any) -> str:
    closed = factories.project("Over and done", phase="closed")
    ExternalIdentifier.objects.create(project=own, system="SAP", value="N-77")
    text = (DATA / "risks_messy.csv").read_text()
    return text.replace("@OWNER@", owner.email).replace("@CLOSED@", closed.reference).replace("@OWN@", "n-77")


def test_a_messy_register_says_why_and_loads_what_it_can(cast: Cast, own: Project) -> None:
    text = messy(own, cast.project_manager)
    job = imported(text, by=cast.pmo_analyst, system="Nord")
    words = notes_of(job)
    refused = {row.place: words[row.place] for row in job.rows.filter(verdict="refuse")}
    assert "“120 %”" in refused.pop("7")
    assert "Low must not be above likely" in refused.pop("8")
    assert "M-6 stands on line 10" in refused.pop("11")
    assert "closed or archived" in refused.pop("12")
    assert "There is no project, programme or portfolio “PRJ-9999”" in refused.pop("13")
    assert "Line 16 has the same title" in refused.pop("17")
    assert "not negative" in refused.pop("19")
    assert not refused
    rows = {
        row.custom.get("Nord ID", row.title): row for row in Entry.objects.filter(kind="risk").select_related("risk", "owner")
    }
    assert sorted(rows) == ["M-1", "M-10", "M-11", "M-2", "M-5", "M-6", "M-9", "Ohne Nummer"]
    one = rows["M-1"].risk
    assert (one.impact_low, one.impact_likely, one.impact_high) == (
        Decimal("10000.50"),
        Decimal("25000.75"),
        Decimal("40000.00"),
    )
    assert (one.current_likelihood, one.current_impact, rows["M-1"].owner) == (5, 4, cast.project_manager)
    assert (rows["M-2"].risk.probability, rows["M-2"].risk.current_likelihood) == (Decimal(30), 2)
    assert not Entry.objects.filter(kind="action", action__about=rows["M-2"]).exists()
    assert rows["M-5"].owner is None
    assert rows["M-5"].custom["Owner (as given)"] == "Rumpelstilzchen"
    assert rows["M-5"].custom["Wahrscheinlichkeit (as given)"] == "wenig wahrscheinlich"
    assert rows["M-5"].risk.current_impact == 3
    assert rows["M-6"].title.startswith("=HYPERLINK")
    assert rows["M-6"].custom["Frist (as given)"] == "29.02.2027"
    assert rows["M-9"].risk.sign == "opportunity"
    assert (rows["M-10"].status, rows["M-10"].is_open, rows["M-10"].risk.current_impact) == ("closed", False, 5)
    assert rows["M-11"].title == "M-11"
    assert RiskReading.objects.filter(entry=rows["M-1"]).count() == 1
    again = previewed(text, by=cast.pmo_analyst, system="Nord")
    assert again.report["verdicts"] == {"leave": 8, "refuse": 7}
    better = (
        text.replace("120 %", "12 %").replace("90.000;50.000", "40.000;50.000").replace("Rumpelstilzchen", cast.sponsor.email)
    )
    job = imported(better, by=cast.pmo_analyst, system="Nord")
    assert job.report["verdicts"] == {"leave": 7, "change": 1, "create": 2, "refuse": 5}
    assert Entry.objects.filter(kind="risk").count() == 10
    assert Entry.objects.get(custom__contains={"Nord ID": "M-5"}).owner == cast.sponsor


def test_exports_of_what_came_in_are_defused(cast: Cast, own: Project, signed_in: Any) -> None:
    imported(messy(own, cast.project_manager), by=cast.pmo_analyst, system="Nord")
    response = signed_in(cast.pmo_analyst).get(f"{reverse('portfolio:risk-list')}?export=csv&open=all")
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    assert "=HYPERLINK" in text
    assert not [line for line in text.splitlines() if line.startswith(("=", "+", "@"))]
    page = signed_in(cast.pmo_analyst).get(f"{reverse('portfolio:risk-list')}?open=all").content.decode()
    assert "<script>alert(1)" not in page


# --- Scope, owners, what is there -----------------------------------------------------------------------------------


def test_a_register_of_one_project_needs_only_the_option(cast: Cast) -> None:
    job = read("Title\nFlood\n", by=cast.pmo_analyst)
    with pytest.raises(ActionError, match="No column says"):
        map_import(job=job, mapping=job.mapping, options=job.options, by=cast.pmo_analyst)
    with pytest.raises(ActionError, match="may see"):
        map_import(job=job, mapping=job.mapping, options={"scope": cast.confidential.reference}, by=cast.pmo_analyst)
    imported("Title\nFlood\n", by=cast.pmo_analyst, scope=cast.own.reference)
    assert Entry.objects.get().project == cast.own


def test_scopes_by_reference_identifier_and_title(cast: Cast) -> None:
    programme, portfolio = factories.programme("All works"), factories.portfolio("Whole office")
    ExternalIdentifier.objects.create(project=cast.other, system="GMPP", value="G-12")
    text = f"Risk,Belongs to\nA,{cast.own.reference} Own project\nB,G-12\nC,own project\nD,{programme.reference}\nE,Whole office\nF,Nowhere\n"
    imported(text, by=cast.pmo_analyst)
    found = {row.title: row.scope for row in Entry.objects.filter(kind="risk")}
    assert found == {"A": cast.own, "B": cast.other, "C": cast.own, "D": programme, "E": portfolio}


def test_an_owner_who_cannot_see_it_is_left_out(cast: Cast) -> None:
    stranger, auditor = cast.stranger, cast.auditor
    job = imported(
        f"Risk,Owner\nA,{stranger.email}\nB,{auditor.email}\nC,{cast.sponsor.name}\n",
        by=cast.pmo_analyst,
        scope=cast.own.reference,
    )
    assert [row.owner for row in Entry.objects.filter(kind="risk").order_by("title")] == [None, None, cast.sponsor]
    words = notes_of(job)
    assert "cannot see" in words["2"]
    assert "auditor" in words["3"]


def test_confidential_entries_of_others_are_never_matched_or_named(cast: Cast) -> None:
    hidden = factories.entry("risk", cast.own, "Zanzibar canary", by=cast.project_manager, is_confidential=True)
    Entry.objects.filter(pk=hidden.pk).update(custom={"R ID": "R1"})
    text = f"Risk ID,Risk,Reference\nR1,Zanzibar canary,\nR2,Another,{hidden.reference}\n"
    job = previewed(text, by=cast.pmo_analyst, scope=cast.own.reference, system="R", mapping={"Reference": "reference"})
    verdicts = {row.place: row.verdict for row in job.rows.all()}
    assert verdicts == {"2": "create", "3": "refuse"}
    assert "There is no" in notes_of(job)["3"]
    never = previewed(
        text.replace(hidden.reference, "RSK-9999"),
        by=cast.pmo_analyst,
        scope=cast.own.reference,
        system="R",
        mapping={"Reference": "reference"},
    )
    assert notes_of(never)["3"].replace("RSK-9999", "x") == notes_of(job)["3"].replace(hidden.reference, "x")


def test_an_import_of_a_register_is_seen_by_who_started_it(cast: Cast, signed_in: Any) -> None:
    job = previewed("Risk,Confidential\nZanzibar canary,yes\n", by=cast.pmo_analyst, scope=cast.own.reference)
    address = reverse("core:import-preview", args=[job.pk])
    assert signed_in(cast.pmo_analyst).get(address).status_code == 200
    assert signed_in(cast.pmo_head).get(address).status_code == 404
    assert "register.csv" not in signed_in(cast.pmo_head).get(reverse("core:import-list")).content.decode()


def test_who_makes_an_entry_confidential_goes_on_seeing_it(cast: Cast) -> None:
    imported(
        f"Risk,Confidential,Raised by,Mitigation\nSecret,yes,{cast.sponsor.email},Say nothing\n",
        by=cast.pmo_analyst,
        scope=cast.own.reference,
    )
    made = Entry.objects.get(kind="risk")
    assert made.is_confidential
    answer = Entry.objects.get(kind="action")
    assert answer.is_confidential
    assert EntryWatcher.objects.filter(user=cast.pmo_analyst).count() == 2
    assert Entry.objects.visible_to(cast.pmo_analyst).count() == 2
    assert not Entry.objects.visible_to(cast.pmo_head).exists()


def test_the_same_title_in_the_same_scope_is_asked_about(cast: Cast) -> None:
    there = factories.entry("risk", cast.own, "Flood in the cellar")
    factories.entry("risk", cast.other, "Fire")
    job = previewed("Risk\nFlood in the cellar\nFire\n", by=cast.pmo_analyst, scope=cast.own.reference)
    assert {row.title: row.verdict for row in job.rows.all()} == {"Flood in the cellar": "ask", "Fire": "create"}
    assert job.rows.get(verdict="ask").question[0][0] == there.reference
    job = run_import_now(job=answer_import(job=job, answers={"2": there.reference}), at=timezone.now())
    assert job.report["verdicts"] == {"leave": 1, "create": 1}


def test_a_file_without_identifiers_changes_nothing_the_second_time(cast: Cast) -> None:
    text = "Risk,Likelihood,Impact\nFlood,4,5\nFire,2,3\n"
    imported(text, by=cast.pmo_analyst, scope=cast.own.reference)
    again = previewed(text, by=cast.pmo_analyst, scope=cast.own.reference)
    assert again.report["verdicts"] == {"leave": 2}


def test_identifiers_are_a_scopes_own(cast: Cast) -> None:
    """R1 of one project's register is not R1 of another's."""
    for project in (cast.own, cast.other):
        imported("Risk ID,Risk\nR1,Flood\n", by=cast.pmo_analyst, scope=project.reference, system="Register")
    assert Entry.objects.filter(kind="risk").count() == 2


def test_a_file_changes_what_it_says_and_keeps_a_reading(cast: Cast) -> None:
    text = "Risk ID,Risk,Likelihood,Impact,Cost impact,Mitigation,Status\nR1,Flood,2,3,£100k,Build a wall,Open\n"
    imported(text, by=cast.pmo_analyst, scope=cast.own.reference, system="Register")
    later = text.replace(",2,3,£100k,Build a wall", ",4,5,£200k,Build two walls")
    job = imported(later, by=cast.pmo_analyst, scope=cast.own.reference, system="Register")
    assert job.report["verdicts"] == {"change": 1}
    row = Entry.objects.get(kind="risk")
    assert (row.version, row.risk.band, row.risk.impact_likely) == (2, "high", Decimal(200000))
    assert list(RiskReading.objects.filter(entry=row).values_list("current_likelihood", flat=True)) == [2, 4]
    assert [one.title for one in Entry.objects.filter(kind="action")] == ["Build two walls"]
    event = Entry.pgh_event_model.objects.filter(pgh_obj_id=row.pk).latest("pgh_id")  # type: ignore[attr-defined]
    assert event.pgh_context.metadata["action"] == "core.import.applied"
    imported(later.replace("Open", "Mitigated"), by=cast.pmo_analyst, scope=cast.own.reference, system="Register")
    row.refresh_from_db()
    assert (row.status, row.is_open, row.closed_on) == ("closed", False, timezone.localdate())
    assert Entry.objects.get(kind="action").status == "done"
    job = previewed(later, by=cast.pmo_analyst, scope=cast.own.reference, system="Register")
    assert job.report["verdicts"] == {"leave": 1}
    assert "people open them again" in notes_of(job)["2"]


def test_a_risk_with_open_responses_is_not_closed_by_a_file(cast: Cast) -> None:
    risk = factories.entry("risk", cast.own, "Flood")
    factories.entry("action", cast.own, "Build a wall", about=risk)
    job = imported(f"Reference,Risk,Status\n{risk.reference},Flood,Closed\n", by=cast.pmo_analyst)
    risk.refresh_from_db()
    assert risk.is_open
    assert risk.custom == {"Status (as given)": "closed"}
    assert "open responses" in notes_of(job)["2"]


def test_amounts_in_another_currency_are_left_out(cast: Cast) -> None:
    job = imported("Risk,Likelihood,Cost impact\nFlood,3,$5m\n", by=cast.pmo_analyst, scope=cast.own.reference)
    assert Entry.objects.get().risk.impact_likely is None
    assert "in USD, but the project is in GBP" in notes_of(job)["2"]


def test_a_row_without_amounts_leaves_the_currency_of_those_that_stand(cast: Cast) -> None:
    risk = factories.entry("risk", cast.own, "Flood", by=cast.pmo_head, impact_likely=Decimal(1000))
    Project.objects.filter(pk=cast.own.pk).update(currency="JPY")
    imported(f"Reference,Risk\n{risk.reference},Flood in the cellar\n", by=cast.pmo_analyst)
    risk = Entry.objects.get(pk=risk.pk)
    assert (risk.title, risk.currency, risk.risk.impact_likely) == ("Flood in the cellar", "GBP", Decimal(1000))
    imported(f"Reference,Risk,Cost impact\n{risk.reference},Flood,190000\n", by=cast.pmo_analyst)
    assert Entry.objects.get(pk=risk.pk).currency == "JPY"


def test_an_exposure_is_divided_by_its_probability(cast: Cast) -> None:
    imported("Risk,Probability (%),EMV\nFlood,25,£50k\n", by=cast.pmo_analyst, scope=cast.own.reference)
    assert Entry.objects.get().risk.impact_likely == Decimal(200000)
    assert RiskReading.objects.get().exposure == Decimal(-50000)


# --- The other registers --------------------------------------------------------------------------------------------


def test_every_register_loads(cast: Cast) -> None:
    risk = factories.entry("risk", cast.own, "Flood", by=cast.pmo_head)
    files = {
        "issues": "Issue ID,Issue,Severity,Impact,Status,Resolution\nI1,Wet floor,Very high,Nobody can walk,Resolved,Mopped\n",
        "assumptions": "Assumption,Validate by,If it is false\nSun shines,2027-01-31,It rains\n",
        "decisions": "Title,Decision,Rationale,Decided by,Decision date,Status\nColour,Blue,It is nice,Director,2026-10-01,Decided\n",
        "actions": f"Action,Due date,About,Cost,Status\nBuild a wall,2027-02-01,{risk.reference},£5k,In progress\n",
        "dependencies": f"Dependency,Giver,Needed by,Committed date,RAG\nA crane,{cast.other.reference},2027-03-01,2027-02-15,Amber\n",
        "changes": "Change,Reason,Cost impact,Schedule impact days\nMore rooms,They asked,£1m,20\n",
    }
    for target, text in files.items():
        job = imported(text, by=cast.pmo_analyst, target=target, scope=cast.own.reference, system="S")
        assert job.report["verdicts"] == {"create": 1}, (target, notes_of(job))
        assert not job.report["losses"], (target, notes_of(job))
        again = previewed(text, by=cast.pmo_analyst, target=target, scope=cast.own.reference, system="S")
        assert again.report["verdicts"] == {"leave": 1}, (target, [row.differences for row in again.rows.all()])
    rows = {row.kind: row for row in Entry.objects.exclude(pk=risk.pk).select_related(*KINDS)}
    assert (rows["issue"].issue.severity, rows["issue"].rank, rows["issue"].outcome) == (4, 100, "Mopped")
    assert rows["assumption"].assumption.consequence == "It rains"
    assert (rows["decision"].decision.decided_by, rows["decision"].closed_on) == (cast.director, date(2026, 10, 1))
    assert (rows["action"].action.about, rows["action"].status) == (risk, "in_progress")
    assert (rows["dependency"].dependency.giver, rows["dependency"].dependency.receiver) == (cast.other, cast.own)
    assert rows["dependency"].dependency.receiver_rag == "amber"
    assert (rows["change"].change.cost_change, rows["change"].change.finish_change) == (Decimal(1000000), 20)
    assert rows["issue"].further == "Nobody can walk"


def test_a_dependency_says_who_gives(cast: Cast) -> None:
    text = f"Dependency,Giver\nA,{cast.confidential.reference}\nB,PRJ-9999\nC,{cast.own.reference}\nD,\n"
    job = previewed(text, by=cast.pmo_analyst, target="dependencies", scope=cast.own.reference)
    assert job.report["verdicts"] == {"refuse": 4}
    words = notes_of(job)
    assert words["2"].replace(cast.confidential.reference, "x") == words["3"].replace("PRJ-9999", "x")


@pytest.mark.parametrize("kind", list(KINDS))
def test_the_export_comes_back_without_a_change(kind: str, cast: Cast, signed_in: Any) -> None:
    more: dict[str, Any] = {"giver": cast.other} if kind == "dependency" else {}
    if kind == "risk":
        more = {
            "current_likelihood": 3,
            "current_impact": 4,
            "impact_likely": Decimal("1250.50"),
            "probability": Decimal("42.50"),
        }
    for number in range(3):
        factories.entry(
            kind, cast.own, f"Entry {number}", by=cast.pmo_analyst, owner=cast.sponsor, due_on=date(2027, 1, number + 1), **more
        )
    row = Entry.objects.filter(kind=kind).latest("pk")
    link_entries(row, Entry.objects.filter(kind=kind).earliest("pk"), meaning="relates", by=None, at=timezone.now())
    verb = {"decision": "drop", "dependency": "break", "change": "withdraw", "assumption": "confirm", "action": "finish"}.get(
        kind
    )
    if verb:
        move_entry(row, verb, by=None, at=timezone.now(), reason="Enough.")
    client = signed_in(cast.pmo_analyst)
    from portfolio.views.raid_lists import REGISTERS

    columns = "&".join(f"columns={column.name}" for column in REGISTERS[kind].columns)
    response = client.get(f"{reverse(f'portfolio:{kind}-list')}?export=csv&open=all&{columns}")
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    job = previewed(text, by=cast.pmo_analyst, target=KINDS[kind].path)
    assert job.report["verdicts"] == {"leave": 3}, [(row.differences, say_all(row.notes)) for row in job.rows.all()]


def test_the_plan_costs_the_same_for_any_length(cast: Cast) -> None:
    counts = []
    previewed("Risk\nFirst\n", by=cast.pmo_analyst, scope=cast.own.reference)
    for rows in (2, 40):
        text = "Risk,Likelihood,Impact\n" + "".join(f"Risk {rows} {n},{n % 5 + 1},3\n" for n in range(rows))
        with CaptureQueriesContext(connection) as queries:
            previewed(text, by=cast.pmo_analyst, scope=cast.own.reference)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_who_may_import_registers(cast: Cast) -> None:
    may = {role for role, person in cast.people.items() if "risks" in {target.key for target in targets_for(person)}}
    assert may == {"pmo_analyst", "pmo_head"}
    assert {target.key for target in targets_for(cast.pmo_head)} >= {kind.path for kind in KINDS.values()}


def test_the_wizard_asks_what_rows_belong_to(cast: Cast, signed_in: Any) -> None:
    client = signed_in(cast.pmo_analyst)
    page = client.get(f"{reverse('core:import-list')}?target=issues").content.decode()
    assert '<option value="issues" selected' in page
    listed = client.get(reverse("portfolio:issue-list")).content.decode()
    assert f"{reverse('core:import-list')}?target=issues" in listed
    job = read("Issue\nWet floor\n", by=cast.pmo_analyst, target="issues")
    columns = reverse("core:import-columns", args=[job.pk])
    page = client.get(columns).content.decode()
    assert 'name="scope"' in page
    assert 'name="as_at"' not in page
    sent = {"column-0": "title", "currency": "GBP", "fiscal_month": "4", "version": str(job.version)}
    response = client.post(columns, sent)
    assert response.status_code == 422
    assert "No column says" in response.content.decode()
    assert client.post(columns, sent | {"scope": cast.own.reference}).status_code == 302


def test_an_edit_between_preview_and_write_is_looked_at_again(cast: Cast) -> None:
    text = "Risk ID,Risk,Description\nR1,Flood,Wet\n"
    imported(text, by=cast.pmo_analyst, scope=cast.own.reference, system="S")
    job = previewed(text.replace("Wet", "Very wet"), by=cast.pmo_analyst, scope=cast.own.reference, system="S")
    row = Entry.objects.get()
    edit_entry(row, changes={"description": "Damp"}, version=row.version, by=cast.pmo_analyst, at=timezone.now())
    confirm_import(job=job, by=cast.pmo_analyst)
    job = run_import_now(job=job, at=timezone.now())
    assert job.state == ImportState.PREVIEWED
    row.refresh_from_db()
    assert row.description == "Damp"


def test_categories_are_made_once(cast: Cast) -> None:
    Category.objects.create(name="Weather")
    imported("Risk,Category\nA,weather\nB,Money\nC,money\n", by=cast.pmo_analyst, scope=cast.own.reference)
    assert sorted(Category.objects.values_list("name", flat=True)) == ["Money", "Weather"]
