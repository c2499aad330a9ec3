"""Registers in reports: the story in the right numbers, and to each reader only what they may see."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from core.models import OutgoingMail
from portfolio.actions.raid import convert_entry, create_entry, edit_entry, move_entry
from portfolio.actions.scales import publish_scale
from portfolio.formulas.scales import DEFAULT, read_scale, resized
from portfolio.models import Entry, SharedImpact
from reporting.formulas.changes import changes
from reporting.formulas.snapshot import from_data
from reporting.models import ReportDelivery, ReportEdition
from reporting.pdf.summary import change_lines
from tests import factories
from tests.reporting.test_run_make import NOW, run_all, scheduled, text_of

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)
RED = {"current_likelihood": 5, "current_impact": 5}


def at_day(moment: datetime) -> date:
    return moment.date()


def old(kind, scope, title, **values):
    values |= {"title": title, scope._meta.model_name: scope, "raised_on": at_day(NOW - 3 * WEEK)}
    return create_entry(kind, values=values, by=None, at=NOW - 3 * WEEK)


def edition_of(address: str) -> ReportEdition:
    return ReportDelivery.objects.filter(address=address).order_by("-pk")[0].edition


def snapshot_of(address: str):
    return from_data(edition_of(address).snapshot)


def test_the_next_pack_tells_what_became_of_a_risk(cast, smtp_server):
    above = factories.portfolio("Infrastructure")
    steel = old("risk", above, "Price of steel", current_likelihood=3, current_impact=3, impact_likely=Decimal(900_000))
    SharedImpact.objects.create(entry=steel, project=cast.own)
    other = old("risk", cast.own, "Ground water", current_likelihood=1, current_impact=2)
    scheduled(cast.pmo_head, cast.board_member)
    run_all(NOW)
    edit_entry(other, changes=RED, version=other.version, by=cast.pmo_head, at=NOW + WEEK / 2)
    issue = convert_entry(steel, "issue", by=cast.pmo_head, at=NOW + WEEK / 2)
    Entry.objects.filter(pk=issue.pk).update(raised_on=at_day(NOW + WEEK / 2))
    change = convert_entry(issue, "change", by=cast.pmo_head, at=NOW + WEEK / 2, values={"cost_change": Decimal(50_000)})
    Entry.objects.filter(pk=change.pk).update(status="submitted", due_on=at_day(NOW + 2 * WEEK))
    run_all(NOW + WEEK)
    told = snapshot_of(cast.board_member.email)
    assert told.since == at_day(NOW)
    assert (told.registers.of("risk").open, told.registers.of("risk").closed, told.registers.of("issue").new) == (1, 1, 1)
    assert [item.title for item in told.ended] == ["Price of steel"]
    own = next(sheet for sheet in told.sheets if sheet.pk == cast.own.pk)
    assert own.registers.raised == 1
    assert [(item.score_before, item.score, item.movement) for item in own.registers.top] == [(2, 25, "up")]
    text = text_of(edition_of(cast.board_member.email))
    for words in ("Risks and changes", "up from 2", "Price of steel", "Became ISS-0001", "Change request CHG-0001"):
        assert words in text, words


def test_changes_since_the_last_report_name_what_moved_in_the_registers(cast, smtp_server):
    old("issue", cast.own, "Crack")
    scheduled(cast.pmo_head, cast.board_member)
    run_all(NOW)
    before = snapshot_of(cast.board_member.email)
    gone = old("issue", cast.own, "Burst pipe")
    move_entry(gone, "resolve", by=cast.pmo_head, at=NOW + WEEK / 2, reason="Mended")
    run_all(NOW + WEEK)
    lines = change_lines(changes(before, snapshot_of(cast.board_member.email)))
    assert [(line["title"], line["words"]) for line in lines] == [("Own project", "1 issue closed")]


def test_a_confidential_entry_is_only_in_the_edition_of_who_sees_it(cast, smtp_server, signed_in):
    factories.entry("risk", cast.own, "Secret canary", is_confidential=True, **RED)
    factories.entry("risk", cast.own, "Open risk", **RED)
    scheduled(cast.pmo_head, cast.board_member, cast.project_manager, addresses=["exec@outside.example"])
    run_all()
    # Whose eyes made the report sets the limit: the head does not see it, so nobody gets it.
    assert ReportEdition.objects.count() >= 1
    assert not any("Secret canary" in str(edition.snapshot) for edition in ReportEdition.objects.all())


def test_who_sees_a_confidential_entry_gets_an_edition_of_their_own(cast, smtp_server, signed_in):
    secret = factories.entry("risk", cast.own, "Secret canary", is_confidential=True, owner=cast.pmo_head, **RED)
    factories.entry("risk", cast.own, "Open risk", **RED)
    scheduled(cast.pmo_head, cast.board_member, cast.project_manager, addresses=["exec@outside.example"])
    run_all()
    for address, seen in (
        (cast.project_manager.email, True), (cast.board_member.email, False), ("exec@outside.example", False),
    ):  # fmt: skip
        edition = edition_of(address)
        assert ("Secret canary" in str(edition.snapshot)) is seen, address
        own = next(sheet for sheet in from_data(edition.snapshot).sheets if sheet.pk == cast.own.pk)
        assert own.registers.of("risk").open == (2 if seen else 1)
        assert (secret.pk in edition.entry_ids) is seen
    shown = edition_of(cast.project_manager.email)
    assert shown.is_confidential
    assert OutgoingMail.objects.get(delivery__edition=shown).is_confidential
    # The archive gives it to nobody else, whatever projects they see.
    address = reverse("reporting:edition-pdf", args=[shown.pk])
    assert signed_in(cast.pmo_analyst).get(address).status_code == 404
    assert signed_in(cast.pmo_head).get(address).status_code == 200


def test_an_entry_that_became_confidential_takes_old_editions_along(cast, smtp_server, signed_in):
    one = factories.entry("risk", cast.own, "Open for now", **RED)
    scheduled(cast.pmo_head, cast.board_member)
    run_all()
    edition = edition_of(cast.board_member.email)
    address = reverse("reporting:edition-pdf", args=[edition.pk])
    assert signed_in(cast.pmo_analyst).get(address).status_code == 200
    Entry.objects.filter(pk=one.pk).update(is_confidential=True)
    assert signed_in(cast.pmo_analyst).get(address).status_code == 404


def test_projects_without_entries_look_as_before(cast, smtp_server):
    scheduled(cast.pmo_head, cast.board_member)
    run_all()
    told = snapshot_of(cast.board_member.email)
    assert told.registers is None
    assert all(sheet.registers is None for sheet in told.sheets)
    assert "Risks and changes" not in text_of(edition_of(cast.board_member.email))


def test_a_shared_risk_does_not_name_the_programme_that_its_reader_may_not_see(cast, smtp_server):
    hidden = factories.programme("Xylophone programme")
    risk = old("risk", hidden, "Flood", **RED, impact_likely=Decimal(900_000))
    SharedImpact.objects.create(entry=risk, project=cast.own)
    ended = old("risk", hidden, "Fire")
    SharedImpact.objects.create(entry=ended, project=cast.own)
    move_entry(ended, "close", by=cast.pmo_head, at=NOW - WEEK / 2, reason="Over")
    scheduled(cast.pmo_head, cast.board_member, cast.project_manager)
    run_all()
    for address, sees in ((cast.board_member.email, True), (cast.project_manager.email, False)):
        edition = edition_of(address)
        text = text_of(edition)
        assert "Flood" in text
        assert "Fire" in text
        for words in ("Xylophone", hidden.reference):
            assert (words in text or words in str(edition.snapshot)) is sees, (address, words)
        assert ("may not see" in text) is not sees


def test_the_matrix_of_a_report_is_frozen_with_it_and_cut_to_its_reader(cast, smtp_server):
    low = old("risk", cast.own, "Ground water", current_likelihood=1, current_impact=2)
    old("risk", cast.own, "Steel", **RED)
    old("risk", cast.own, "Grant", sign="opportunity", current_likelihood=3, current_impact=4)
    old("risk", cast.own, "Secret canary", is_confidential=True, owner=cast.pmo_head, **RED)
    scheduled(cast.pmo_head, cast.board_member, cast.project_manager)
    run_all(NOW)
    edit_entry(low, changes=RED, version=low.version, by=cast.pmo_head, at=NOW + WEEK / 2)
    run_all(NOW + WEEK)
    shared, own = snapshot_of(cast.board_member.email), snapshot_of(cast.project_manager.email)
    assert [(spot.sign, spot.likelihood, spot.impact, spot.count, spot.before) for spot in shared.matrix.spots] == [
        ("threat", 1, 2, 0, 1), ("threat", 5, 5, 2, 1), ("opportunity", 3, 4, 1, 1),
    ]  # fmt: skip
    assert [(shift.start, shift.end, shift.count) for shift in shared.matrix.shifts] == [((1, 2), (5, 5), 1)]
    assert own.matrix.total("threat") == 3
    publish_scale(resized(read_scale(DEFAULT), 3).document(), version=0)
    assert len(snapshot_of(cast.board_member.email).matrix.likelihood) == 5
    assert "2 of 2 open threats are rated" in text_of(edition_of(cast.board_member.email))
