"""Entries of the registers: what is written, refused, linked and converted, and who sees them."""

from datetime import date

import pytest
from django.utils import timezone

from core.errors import ActionError, EditConflict
from portfolio.access_entries import entry_actions, entry_for
from portfolio.actions.raid import convert_entry, edit_entry, link_entries, move_entry
from portfolio.models import Entry
from tests import factories
from tests.cast import Cast

NOW = timezone.now


def test_entry_gets_the_reference_of_its_register(cast: Cast) -> None:
    one = factories.entry("issue", cast.own, "The boiler burst", severity=3)
    two = factories.entry("decision", cast.own, "Which boiler?")
    assert (one.reference, two.reference) == ("ISS-0001", "DEC-0001")
    assert (one.status, one.is_open, one.rank, one.currency) == ("open", True, 75, cast.own.currency)
    assert Entry.objects.select_related("issue").get(pk=one.pk).detail.severity == 3


def test_owner_must_see_the_entry_and_change_something(cast: Cast) -> None:
    with pytest.raises(ActionError) as caught:
        factories.entry("issue", cast.own, owner=cast.stranger)
    assert caught.value.field == "owner"
    with pytest.raises(ActionError) as caught:
        factories.entry("issue", cast.own, owner=cast.auditor)
    assert caught.value.field == "owner"
    assert "auditor" in str(caught.value)


def test_closed_project_takes_no_entries(cast: Cast) -> None:
    cast.own.phase = "closed"
    cast.own.save()
    with pytest.raises(ActionError) as caught:
        factories.entry("issue", cast.own)
    assert caught.value.field == "project"


def test_stale_edit_is_refused(cast: Cast) -> None:
    one = factories.entry("issue", cast.own)
    edit_entry(one, changes={"severity": 4}, version=one.version, by=cast.pmo_head, at=NOW())
    with pytest.raises(EditConflict):
        edit_entry(one, changes={"severity": 1}, version=one.version, by=cast.pmo_head, at=NOW())
    one.refresh_from_db()
    assert one.rank == 100


def test_moves_follow_the_table(cast: Cast) -> None:
    one = factories.entry("assumption", cast.own, "Oil stays cheap", consequence="Costs double")
    with pytest.raises(ActionError) as caught:
        move_entry(one, "confirm", by=cast.pmo_head, at=NOW())
    assert caught.value.field == "reason"
    moved = move_entry(one, "confirm", by=cast.pmo_head, at=NOW(), reason="Prices of May")
    assert (moved.status, moved.is_open, moved.outcome, moved.closed_on) == (
        "confirmed",
        False,
        "Prices of May",
        timezone.localdate(),
    )
    with pytest.raises(ActionError):
        move_entry(one, "drop", by=cast.pmo_head, at=NOW(), reason="No")
    moved = move_entry(one, "reopen", by=cast.pmo_head, at=NOW(), reason="New prices")
    assert (moved.status, moved.is_open, moved.closed_on) == ("open", True, None)


def test_assumption_proven_false_becomes_a_risk(cast: Cast) -> None:
    one = factories.entry("assumption", cast.own, "Oil stays cheap", consequence="Costs double", owner=cast.project_manager)
    risk = convert_entry(one, "risk", by=cast.project_manager, at=NOW())
    one.refresh_from_db()
    assert (one.status, one.outcome) == ("false", "")
    assert (risk.kind, risk.title, risk.detail.effect, risk.owner) == (
        "risk",
        "Oil stays cheap",
        "Costs double",
        cast.project_manager,
    )
    assert one.links_out.get().target == risk


def test_became_makes_no_circle(cast: Cast) -> None:
    one = factories.entry("issue", cast.own)
    risk = convert_entry(one, "risk", by=cast.pmo_head, at=NOW())
    again = convert_entry(risk, "issue", by=cast.pmo_head, at=NOW())
    with pytest.raises(ActionError) as caught:
        link_entries(again, one, meaning="became", by=cast.pmo_head, at=NOW())
    assert caught.value.field == "target"
    with pytest.raises(ActionError):
        link_entries(one, one, meaning="causes", by=cast.pmo_head, at=NOW())
    with pytest.raises(ActionError):
        link_entries(one, risk, meaning="became", by=cast.pmo_head, at=NOW())


@pytest.mark.parametrize("kind", ["risk", "issue", "assumption", "decision", "action", "change"])
def test_confidential_entry_is_seen_by_who_stands_on_it(cast: Cast, kind: str) -> None:
    one = factories.entry(kind, cast.own, is_confidential=True, by=cast.pmo_analyst)
    seen = {role for role, person in cast.people.items() if Entry.objects.visible_to(person).filter(pk=one.pk).exists()}
    assert seen == {"project_manager", "sponsor", "pmo_analyst"}


def test_entries_are_seen_with_their_project(cast: Cast) -> None:
    one, other = factories.entry("issue", cast.own), factories.entry("issue", cast.confidential)
    assert set(Entry.objects.visible_to(cast.project_manager)) == {one}
    assert set(Entry.objects.visible_to(cast.director)) == {other}
    assert set(Entry.objects.visible_to(cast.pmo_head)) == {one}
    assert not Entry.objects.visible_to(cast.stranger).exists()


def test_giver_and_receiver_see_a_dependency(cast: Cast) -> None:
    one = factories.entry("dependency", cast.own, "Network", giver=cast.other, due_on=date(2027, 1, 1))
    assert one.dependency.receiver == cast.own
    assert Entry.objects.visible_to(cast.director).filter(pk=one.pk).exists()
    assert "register.edit" in entry_actions(cast.director, entry_for(cast.director, one.reference))
    with pytest.raises(ActionError) as caught:
        factories.entry("dependency", cast.own, giver=cast.own)
    assert caught.value.field == "giver"


def test_owner_may_edit_what_is_theirs(cast: Cast) -> None:
    one = factories.entry("action", cast.own, owner=cast.sponsor)
    assert "register.edit" in entry_actions(cast.sponsor, entry_for(cast.sponsor, one.reference))
    two = factories.entry("action", cast.own)
    assert "register.edit" not in entry_actions(cast.sponsor, entry_for(cast.sponsor, two.reference))
