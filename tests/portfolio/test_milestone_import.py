"""Milestones come in from files: the same wizard, what was exported comes back without a change, rights as on the page."""

from datetime import date
from functools import partial
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.actions.imports import confirm_import, run_import_now
from core.errors import ActionError
from core.imports.registry import targets_for
from core.imports.words import say
from core.models import ImportJob, ImportState
from portfolio.models import Milestone, Project
from tests import factories, loading
from tests.cast import Cast
from tests.loading import told

pytestmark = pytest.mark.django_db
HEAD = "Project,Milestone,Planned,Forecast,Reached\n"
previewed, imported = partial(loading.previewed, "milestones"), partial(loading.imported, "milestones")


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Any, db: None) -> None:
    settings.MEDIA_ROOT = tmp_path


def days(project: Project) -> dict[str, tuple[Any, ...]]:
    return {one.title: (one.planned_on, one.forecast_on, one.actual_on) for one in project.milestones.all()}


def milestone(project: Project, title: str, **fields: Any) -> Milestone:
    return Milestone.objects.create(project=project, title=title, **{"planned_on": date(2027, 3, 31), **fields})


def test_a_file_adds_and_changes_by_title_and_again_changes_nothing(cast: Cast) -> None:
    old = milestone(cast.own, "Contract signed", forecast_on=date(2027, 4, 1))
    text = (
        "Project,Milestone,Planned date,Current forecast,Date achieved,Slip\n"
        f"{cast.own.reference},contract  SIGNED,31/03/2027,15/05/2027,,45\n"
        f"{cast.own.reference} {cast.own.title},Roof closed,June 2027,,,\n"
        f"{cast.other.title},Site opened,2026-09-01,2026-09-05,2026-09-07,6\n"
    )
    job = imported(text, by=cast.pmo_analyst)
    assert job.report["verdicts"] == {"change": 1, "create": 2}
    assert job.report["made"] == {"created": 2, "changed": 1}
    assert days(cast.own) == {
        "contract SIGNED": (date(2027, 3, 31), date(2027, 5, 15), None),
        "Roof closed": (date(2027, 6, 30), None, None),
    }
    assert days(cast.other) == {"Site opened": (date(2026, 9, 1), date(2026, 9, 5), date(2026, 9, 7))}
    old.refresh_from_db()
    assert old.version == 2
    event = Milestone.pgh_event_model.objects.filter(pgh_obj=old).latest("pgh_id")  # type: ignore[attr-defined]
    assert event.pgh_context.metadata["user"] == cast.pmo_analyst.pk
    again = previewed(text, by=cast.pmo_analyst)
    assert again.report["verdicts"] == {"leave": 3}


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_what_is_exported_comes_back_without_a_change(form: str, cast: Cast, signed_in: Any) -> None:
    milestone(cast.own, "Contract signed", forecast_on=date(2027, 4, 1))
    milestone(cast.own, "Review")
    milestone(cast.own, "Review", planned_on=date(2027, 9, 30), actual_on=date(2026, 1, 2))
    milestone(cast.own, "=1+1  is two")
    before = list(Milestone.objects.order_by("pk").values())
    client = signed_in(cast.pmo_analyst)
    page = f"/portfolio/projects/{cast.own.reference}/milestones/"
    answer = client.get(f"{page}?export=milestones.{form}")
    content = b"".join(answer.streaming_content)
    job = imported(content, by=cast.pmo_analyst, name=f"milestones.{form}")
    assert job.report["verdicts"] == {"leave": 4}
    assert not job.report["notes"], "What is worked out is left out."
    assert list(Milestone.objects.order_by("pk").values()) == before
    assert "?target=milestones" in client.get(page).content.decode()
    assert "?target=milestones" not in signed_in(cast.project_manager).get(page).content.decode()


def test_a_number_finds_a_milestone_under_another_name(cast: Cast) -> None:
    one, secret = milestone(cast.own, "Contract signed"), milestone(cast.confidential, "Zanzibar reached")
    ref = cast.own.reference
    text = (
        "Milestone number,Project,Milestone,Planned\n"
        f"{one.pk},,Contract awarded,\n"  # 2: its project is known
        f"{one.pk},{ref},Contract awarded,\n"  # 3: twice
        f"{secret.pk},{ref},Contract awarded,2027-01-01\n"  # 4: unseen
        f"{secret.pk + 999},{ref},Contract awarded,2027-01-01\n"  # 5: unknown
        f"{one.pk},{cast.other.reference},Contract awarded,\n"  # 6: elsewhere
    )
    job = imported(text, by=cast.pmo_analyst)
    assert told(job) == {
        "3": "Line 2 is about the same milestone already.",
        "4": f"There is no milestone {secret.pk} that you may see. Where the numbers are another office’s, leave their column out.",
        "5": f"There is no milestone {secret.pk + 999} that you may see. Where the numbers are another office’s, leave their"
        " column out.",
        "6": f"Milestone {one.pk} belongs to another project: it stays there.",
    }
    one.refresh_from_db()
    secret.refresh_from_db()
    assert (one.title, one.planned_on, one.version) == ("Contract awarded", date(2027, 3, 31), 2)
    assert (secret.title, secret.version) == ("Zanzibar reached", 1)


def test_each_mistake_is_told(cast: Cast) -> None:
    milestone(cast.own, "Review")
    milestone(cast.own, "review")
    known = milestone(cast.own, "Known")
    gone = factories.project("Gone", archived_at=timezone.now())
    milestone(gone, "Kept")
    ref = cast.own.reference
    text = (
        HEAD + f"PRJ-9999,Start,2027-01-01,,\n"  # 2
        f"{cast.confidential.reference},Start,2027-01-01,,\n"  # 3
        ",Start,2027-01-01,,\n"  # 4
        f"{ref},,2027-01-01,,\n"  # 5
        f"{ref},Start,,2027-01-01,\n"  # 6
        f"{ref},Start again,soon,,\n"  # 7
        f"{ref},Review,2027-01-01,,\n"  # 8
        f"{ref},Twice,2027-01-01,,\n"  # 9
        f"{ref},TWICE,2027-01-02,,\n"  # 10
        f"{gone.reference},Start,2027-01-01,,\n"  # 11
        f"{gone.reference},Kept,2027-03-31,,\n"  # 12: nothing changes
        f"{ref},Known,soon,2027-05-01,\n"  # 13: the rest of it is taken
    )
    job = imported(text, by=cast.pmo_analyst)
    assert told(job) == {
        "2": "There is no project “PRJ-9999” that you may see.",
        "3": f"There is no project “{cast.confidential.reference}” that you may see.",
        "4": "It does not say which project it belongs to.",
        "5": "There is neither a title nor an identifier.",
        "6": "A new milestone needs its planned day.",
        "7": "A new milestone needs its planned day.",
        "8": "Several milestones of the project are called “Review”: give their numbers.",
        "10": "Line 9 is about the same milestone already.",
        "11": f"{gone.reference} is archived: bring it back before you change it.",
    }
    lost = [(loss["place"], say(loss["problem"])) for row in job.rows.all() for loss in row.losses]
    assert lost == [("C7", "not a date"), ("C13", "not a date")]
    assert job.rows.get(place="12").verdict == "leave"
    known.refresh_from_db()
    assert (known.planned_on, known.forecast_on) == (date(2027, 3, 31), date(2027, 5, 1))


def test_a_file_of_one_project_needs_its_reference_only(cast: Cast) -> None:
    text = "Milestone,Planned\nStart,2027-01-01\n"
    job = imported(text, by=cast.pmo_analyst, scope=cast.own.reference)
    assert job.report["verdicts"] == {"create": 1}
    assert set(days(cast.own)) == {"Start"}
    for scope, words in (("", "which project"), ("PRJ-9999", "may see"), (cast.confidential.reference, "may see")):
        with pytest.raises(ActionError, match=words):
            previewed(text, by=cast.pmo_analyst, scope=scope)


def test_a_manager_loads_milestones_of_their_own_projects_only(cast: Cast) -> None:
    """An administrator runs imports, and edits milestones where they manage the project: the page's rule."""
    person = cast.administrator
    assert "milestones" not in {target.key for target in targets_for(person)}
    own = factories.project("Records hall", manager=person, is_confidential=True)
    person = type(person).objects.get(pk=person.pk)
    assert "milestones" in {target.key for target in targets_for(person)}
    milestone(cast.other, "Known")
    text = (
        HEAD + f"{own.reference},Start,2027-01-01,,\n"
        f"{cast.other.reference},Start,2027-01-01,,\n"
        f"{cast.other.reference},Known,2027-03-30,,\n"
        f"{cast.other.reference},Known,2027-03-31,,\n"
        f"{cast.confidential.reference},Start,2027-01-01,,\n"
    )
    job = imported(text, by=person)
    forbidden = f"You may not change the milestones of {cast.other.reference}."
    assert told(job) | {"5": ""} == {
        "3": forbidden,
        "4": forbidden,
        "5": "",
        "6": f"There is no project “{cast.confidential.reference}” that you may see.",
    }
    assert set(days(own)) == {"Start"}
    assert days(cast.other) == {"Known": (date(2027, 3, 31), None, None)}
    with pytest.raises(ActionError, match="may not change"):
        previewed("Milestone,Planned\nStart,2027-01-01\n", by=person, scope=cast.other.reference)


def test_who_may_import_milestones(cast: Cast, signed_in: Any) -> None:
    may = {role for role, person in cast.people.items() if "milestones" in {target.key for target in targets_for(person)}}
    assert may == {"pmo_analyst", "pmo_head"}
    job = previewed(HEAD + f"{cast.own.reference},Start,2027-01-01,,\n", by=cast.pmo_analyst)
    assert signed_in(cast.pmo_head).get(f"/imports/{job.pk}/preview/").status_code == 404, "Its rows may be confidential."
    page = signed_in(cast.pmo_analyst).get(f"/imports/{job.pk}/preview/").content.decode()
    assert "Start" in page
    assert "1 Jan 2027" in page


def test_all_or_nothing_where_it_changed_meanwhile(cast: Cast) -> None:
    job = previewed(HEAD + f"{cast.own.reference},Start,2027-01-01,,\n", by=cast.pmo_analyst)
    job = confirm_import(job=job, by=cast.pmo_analyst)
    Project.objects.filter(pk=cast.own.pk).update(archived_at=timezone.now())
    job = run_import_now(job=job, at=timezone.now())
    assert job.state == ImportState.PREVIEWED, "The preview is made again: it would do something else now."
    assert not Milestone.objects.exists()


def test_the_plan_costs_the_same_for_any_length(cast: Cast) -> None:
    counts = []
    for rows in (2, 40):
        text = HEAD + "".join(f"{cast.own.reference},Step {n},2027-01-01,,\n" for n in range(rows))
        with CaptureQueriesContext(connection) as queries:
            previewed(text, by=cast.pmo_analyst)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_wizard_asks_for_the_project_and_for_nothing_that_milestones_have_not(cast: Cast, signed_in: Any) -> None:
    client = signed_in(cast.pmo_analyst)
    file = ContentFile(b"Milestone,Planned\nStart,03/04/2027\n", name="milestones.csv")
    client.post("/imports/", {"file": file, "target": "milestones"})
    job = run_import_now(job=ImportJob.objects.get(), at=timezone.now())
    address = f"/imports/{job.pk}/columns/"
    page = client.get(address).content.decode()
    assert "Milestones of the project" in page
    assert 'name="currency"' not in page
    assert 'name="system"' not in page
    data = {"column-0": "title", "column-1": "planned_on", "fiscal_month": 4, "date_order": "month", "version": job.version}
    assert client.post(address, data).status_code == 422, "It does not say which project."
    assert client.post(address, data | {"scope": cast.own.reference}).status_code == 302
    job = run_import_now(job=ImportJob.objects.get(), at=timezone.now())
    client.post(f"/imports/{job.pk}/confirm/", {"version": job.version})
    assert run_import_now(job=ImportJob.objects.get(), at=timezone.now()).state == "applied"
    assert days(cast.own) == {"Start": (date(2027, 3, 4), None, None)}
    assert "Start" in client.get(f"/imports/{job.pk}/result/").content.decode()
