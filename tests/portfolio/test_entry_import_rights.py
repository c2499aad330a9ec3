"""A file may do no more than the pages: where an entry goes, whose risk it answers, what both sides agreed to."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from portfolio.actions.dependencies import move_dependency
from portfolio.actions.raid import edit_entry
from portfolio.actions.shared_impacts import share_risk
from portfolio.models import Entry
from tests import factories
from tests.cast import Cast
from tests.portfolio.test_entry_import import imported, notes_of, previewed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path, db: None) -> None:
    settings.MEDIA_ROOT = tmp_path


def loaded(text: str, *, by: Any, target: str) -> str:
    """Load a file that names its entries itself; what it says about the first row."""
    mapping = {"Reference": "reference", "Belongs": "scope"}
    job = previewed(text, by=by, target=target, mapping={key: value for key, value in mapping.items() if key in text})
    return f"{job.rows.get(place='2').verdict}: {notes_of(job)['2']}"


def test_a_shared_risk_is_not_carried_into_one_project(cast: Cast) -> None:
    programme = factories.programme()
    risk = factories.entry("risk", programme, "Flood", by=cast.pmo_head)
    share_risk(risk, cast.own, values={}, by=cast.pmo_head, at=timezone.now())
    text = f"Reference,Risk,Belongs\n{risk.reference},Flood,{cast.other.reference}\n"
    told = loaded(text, by=cast.pmo_head, target="risks")
    assert told.startswith("refuse: Projects share")
    other = factories.programme("Second programme")
    assert loaded(text.replace(cast.other.reference, other.reference), by=cast.pmo_head, target="risks").startswith("change")


def test_only_who_writes_where_it_is_carries_an_entry_away(cast: Cast) -> None:
    theirs = factories.project("Of the one who imports", manager=cast.administrator)
    # Who may import, and writes in the registers of no other project.
    lent = factories.entry("issue", cast.other, "Lent", by=cast.director)
    Entry.objects.filter(pk=lent.pk).update(owner=cast.administrator)
    text = f"Reference,Issue,Belongs\n{lent.reference},Lent again,{theirs.reference}\n"
    assert loaded(text, by=cast.administrator, target="issues").startswith("refuse: Only who writes")
    stays = text.replace(f",{theirs.reference}", ",")
    assert loaded(stays, by=cast.administrator, target="issues").startswith("change")


def test_an_entry_does_not_go_where_its_owner_cannot_see_it(cast: Cast) -> None:
    issue = factories.entry("issue", cast.own, "Wet", by=cast.project_manager, owner=cast.sponsor)
    text = f"Reference,Issue,Belongs\n{issue.reference},Wet,{cast.other.reference}\n"
    assert loaded(text, by=cast.pmo_head, target="issues").startswith("refuse: ")
    named = f"Reference,Issue,Belongs,Owner\n{issue.reference},Wet,{cast.other.reference},{cast.director.email}\n"
    assert loaded(named, by=cast.pmo_head, target="issues").startswith("change")


def test_an_entry_of_a_closed_project_stays_there(cast: Cast) -> None:
    issue = factories.entry("issue", cast.own, "Wet", by=cast.project_manager)
    type(cast.own).objects.filter(pk=cast.own.pk).update(phase="closed")
    text = f"Reference,Issue,Belongs\n{issue.reference},Wet,{cast.other.reference}\n"
    assert loaded(text, by=cast.pmo_head, target="issues").startswith("refuse: ")


def test_nobody_answers_a_risk_that_they_only_see(cast: Cast) -> None:
    risk = factories.entry("risk", cast.other, by=cast.director, probability=Decimal(50), impact_likely=Decimal(1000))
    mine = factories.project("Of the one who imports", manager=cast.administrator)
    assert Entry.objects.visible_to(cast.administrator).filter(pk=risk.pk).exists()
    text = f"Action,About,Strategy,Cost\nWall,{risk.reference},Reduce,£5k\nPlain,{risk.reference},,\n"
    job = imported(text, by=cast.administrator, target="actions", scope=mine.reference)
    rows = {row.title: row.action for row in Entry.objects.filter(kind="action").select_related("action")}
    assert (rows["Wall"].about, rows["Wall"].strategy) == (None, "reduce")
    assert rows["Plain"].about == risk  # moves no figure
    assert "may not add a response" in notes_of(job)["2"]
    plain = rows["Plain"].entry.reference
    text = f"Reference,Strategy,Cost\n{plain},Reduce,£5k\n"
    job = imported(text, by=cast.administrator, target="actions", mapping={"Reference": "reference"}, scope=mine.reference)
    rows["Plain"].refresh_from_db()
    assert (rows["Plain"].strategy, rows["Plain"].cost) == ("", None)
    assert "may not add a response" in notes_of(job)["2"]


def test_an_action_about_what_is_hidden_keeps_it(cast: Cast) -> None:
    hidden = factories.entry("risk", cast.own, by=cast.project_manager, is_confidential=True)
    shown = factories.entry("issue", cast.own, by=cast.project_manager)
    action = factories.entry("action", cast.own, "Wall", by=cast.project_manager, about=hidden)
    text = f"Reference,Action,About\n{action.reference},Wall,{shown.reference}\n"
    imported(text, by=cast.pmo_head, target="actions", mapping={"Reference": "reference"}, scope=cast.own.reference)
    action.action.refresh_from_db()
    assert action.action.about == hidden


def test_what_both_sides_agreed_to_is_not_edited_by_a_file(cast: Cast) -> None:
    day, due, proposed, anew, said = (timezone.localdate() + timedelta(days=days) for days in (80, 100, 110, 130, 160))
    entry = factories.entry("dependency", cast.own, "A crane", by=cast.project_manager, giver=cast.other, due_on=due)
    text = (
        f"Reference,Dependency,Giver,Needed by,Committed date,RAG\n{entry.reference},A crane,{cast.other.reference},"
        f"{anew},{proposed},Red\n"
    )
    job = imported(text, by=cast.pmo_head, target="dependencies", mapping={"Reference": "reference"}, scope=cast.own.reference)
    entry.refresh_from_db()
    entry.dependency.refresh_from_db()
    # Proposed: what is needed may be said anew, what each side says for itself may not.
    assert (entry.due_on, entry.dependency.committed_on, entry.dependency.receiver_rag) == (anew, None, "")
    assert "itself" in notes_of(job)["2"]
    move_dependency(entry, "agree", sides={"giver"}, day=day, by=cast.director, at=timezone.now())
    third = factories.project("Third", manager=cast.director)
    later = text.replace(f"{anew}", f"{said}").replace(cast.other.reference, third.reference)
    job = imported(later, by=cast.pmo_head, target="dependencies", mapping={"Reference": "reference"}, scope=cast.own.reference)
    entry.refresh_from_db()
    entry.dependency.refresh_from_db()
    assert (entry.due_on, entry.dependency.committed_on, entry.dependency.giver) == (anew, day, cast.other)
    moved = f"Reference,Dependency,Belongs\n{entry.reference},A crane,{third.reference}\n"
    assert loaded(moved, by=cast.pmo_head, target="dependencies").startswith("refuse: ")


def test_a_response_elsewhere_is_not_reworded_by_who_may_not_edit_it(cast: Cast) -> None:
    risk = factories.entry("risk", cast.own, "Flood", by=cast.project_manager)
    other = factories.entry("action", cast.other, "Their wall", by=cast.director, about=risk)
    Entry.objects.filter(pk=other.pk).update(source="some file.csv")
    factories.project("Of the one who imports", manager=cast.administrator)
    edit_entry(risk, changes={"owner": cast.administrator}, version=risk.version, by=cast.project_manager, at=timezone.now())
    text = f"Reference,Risk,Mitigation\n{risk.reference},Flood,My own words\n"
    imported(text, by=cast.administrator, target="risks", mapping={"Reference": "reference"})
    other.refresh_from_db()
    assert other.title == "Their wall"
