"""Pages of change control: the form with its options and live route, submit, decide, vote, PDF; and who may not."""

from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.pdf.check import check
from portfolio.actions.change_records import record_change
from portfolio.actions.changes import submit_change
from portfolio.models import ApprovalDelegation, ApprovalRoute, Entry, Project
from tests import factories
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def as_(person: Any) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def url(name: str, entry: Entry | None = None) -> str:
    return reverse(f"portfolio:change-{name}", args=[entry.reference] if entry else [])


def draft(cast: Cast, **values: Any) -> Entry:
    values = {"reason": "The ground is softer than thought.", "cost_change": Decimal(20_000)} | values
    return factories.entry("change", cast.own, "Deeper piles", by=cast.project_manager, **values)


def waiting(cast: Cast, **values: Any) -> Entry:
    return submit_change(draft(cast, **values), by=cast.project_manager, at=timezone.now())


def typed(cast: Cast, **changes: Any) -> dict[str, Any]:
    return {
        "title": "Deeper piles",
        "raised_on": timezone.localdate(),
        "scope": cast.own.reference,
        "reason": "The ground is softer than thought.",
        "cost_change": "£50k",
        "finish_change": "30",
        "benefits_change": "-1,000.50",
        "options-TOTAL_FORMS": "3",
        "options-0-name": "Do nothing",
        "options-0-text": "It sinks.",
        "options-1-name": "Piles",
        "options-1-cost": "50k",
        "options-1-days": "30",
    } | changes


def test_a_change_is_written_submitted_and_approved(cast: Cast) -> None:
    manager, sponsor = as_(cast.project_manager), as_(cast.sponsor)
    assert manager.post(url("create"), typed(cast)).status_code == 302
    entry = Entry.objects.get(kind="change")
    change = entry.change
    assert (change.cost_change, change.finish_change, change.benefits_change) == (50_000, 30, Decimal("-1000.50"))
    assert change.options == [
        {"name": "Do nothing", "text": "It sinks.", "cost": None, "days": None},
        {"name": "Piles", "text": "", "cost": "50000.00", "days": 30},
    ]
    page = manager.get(url("detail", entry)).content.decode()
    assert "“Medium change” is the first route that takes it" in page
    assert "of the budget and 30 days" in page
    look = manager.get(url("submit", entry)).content.decode()
    assert "Sponsor decides as sponsor." in look
    assert manager.post(url("submit", entry), {"version": entry.version}).status_code == 302
    # Who submitted it does not decide; who only reads does not either.
    for person in (cast.project_manager, cast.pmo_head, cast.auditor, cast.pmo_analyst):
        for name in ("approve", "reject", "vote"):
            assert as_(person).get(url(name, entry)).status_code == 403, (person, name)
    assert as_(cast.stranger).get(url("approve", entry)).status_code == 404
    page = sponsor.get(url("detail", entry)).content.decode()
    assert url("approve", entry) in page
    entry.refresh_from_db()
    empty = sponsor.post(url("approve", entry), {"version": entry.version, "reason": ""})
    assert empty.status_code == 422
    assert Project.objects.get(pk=cast.own.pk).budget == 1_000_000
    assert sponsor.post(url("approve", entry), {"version": entry.version, "reason": "It must be."}).status_code == 302
    assert Project.objects.get(pk=cast.own.pk).budget == 1_050_000
    page = manager.get(url("detail", entry)).content.decode()
    assert "£1,050,000" in page
    assert "30 days later" in page
    assert "It must be." in page
    assert (
        "Approved the change request"
        in manager.get(reverse("portfolio:project-history", args=[cast.own.reference])).content.decode()
    )
    # A second click finds nothing to decide.
    assert sponsor.get(url("approve", entry)).status_code == 302


def test_what_was_typed_wrong_is_said_and_kept(cast: Cast) -> None:
    client = as_(cast.project_manager)
    wrong = client.post(url("create"), typed(cast, **{"options-1-cost": "a lot", "cost_change": "much"}))
    assert wrong.status_code == 422
    body = wrong.content.decode()
    assert "“Piles”: cost and days are figures" in body
    assert "Enter an amount in figures" in body
    assert 'value="a lot"' in body
    nameless = client.post(url("create"), typed(cast, **{"options-1-name": ""}))
    assert "Name the option." in nameless.content.decode()
    far = client.post(url("create"), typed(cast, finish_change="99999"))
    assert far.status_code == 422
    assert "at most 36,500" in far.content.decode()


def test_two_who_edit_are_shown_both_versions(cast: Cast) -> None:
    entry = draft(cast, options=[{"name": "Do nothing", "text": "", "cost": None, "days": 3}])
    old = entry.version
    client = as_(cast.project_manager)
    assert client.post(url("edit", entry), typed(cast, version=old)).status_code == 302
    mine = typed(cast, version=old, cost_change="70,000", **{"options-1-name": "Rafts"})
    conflict = client.post(url("edit", entry), mine)
    assert conflict.status_code == 409
    body = conflict.content.decode()
    assert "Rafts (50000.00, 30)" in body
    version = Entry.objects.get(pk=entry.pk).version
    chosen = client.post(url("edit", entry), mine | {"version": version, "choice-options": "theirs"})
    assert chosen.status_code == 302
    change = Entry.objects.get(pk=entry.pk).change
    assert [option["name"] for option in change.options] == ["Do nothing", "Piles"]
    assert change.cost_change == 70_000


def test_the_form_says_which_route_a_change_will_take(cast: Cast) -> None:
    client = as_(cast.project_manager)
    query = {"scope": cast.own.reference, "cost_change": "50k", "finish_change": "3"}
    said = client.get(url("route"), query).content.decode()
    assert "Medium change" in said
    assert "Sponsor decides" in said
    assert "Shown as soon as" in client.get(url("route"), query | {"cost_change": "x"}).content.decode()
    # Nothing is said of what may not be seen, or written in.
    for reference in (cast.confidential.reference, cast.other.reference, "PRJ-9999"):
        assert "Medium change" not in client.get(url("route"), query | {"scope": reference}).content.decode()
    assert Client().get(url("route"), query).status_code == 302


def test_the_board_votes_on_a_page(cast: Cast) -> None:
    people = [factories.user("board_member", name=f"Board {letter}") for letter in "AB"]
    entry = waiting(cast, finish_change=90)
    assert as_(cast.sponsor).get(url("vote", entry)).status_code == 403
    assert as_(people[0]).get(url("approve", entry)).url == url("vote", entry) + "?choice=approve"  # type: ignore[attr-defined]
    against = as_(people[0]).post(url("vote", entry), {"version": entry.version, "choice": "reject", "reason": ""})
    assert against.status_code == 422
    for person, choice in zip((*people, cast.pmo_head), ("approve", "reject", "approve"), strict=True):
        posted = {"version": entry.version, "choice": choice, "reason": "Because."}
        assert as_(person).post(url("vote", entry), posted).status_code == 302
    assert Entry.objects.get(pk=entry.pk).status == "approved"
    page = as_(cast.project_manager).get(url("detail", entry)).content.decode()
    assert "2 for, 1 against, 0 abstained" in page
    assert "Board B" in page


def test_a_delegate_decides_for_who_delegated(cast: Cast) -> None:
    today = timezone.localdate()
    entry = waiting(cast)
    ApprovalDelegation.objects.create(user=cast.sponsor, delegate=cast.pmo_analyst, starts_on=today, ends_on=today)
    client = as_(cast.pmo_analyst)
    page = client.get(url("approve", entry)).content.decode()
    assert "You speak for" in page
    data = {"version": entry.version, "reason": "As agreed.", "voter": cast.sponsor.pk}
    assert client.post(url("approve", entry), data | {"voter": cast.director.pk}).status_code == 422
    assert client.post(url("approve", entry), data).status_code == 302
    page = as_(cast.sponsor).get(url("detail", entry)).content.decode()
    assert "cast by Pmo Analyst, delegated" in page


def test_what_changed_under_the_page_is_read_again_first(cast: Cast) -> None:
    entry = waiting(cast)
    answer = as_(cast.sponsor).post(url("approve", entry), {"version": entry.version - 1, "reason": "Yes."})
    assert answer.status_code == 422
    assert "Open it again" in answer.content.decode()


def test_the_pdf_is_made_by_a_worker_for_request_and_decision(cast: Cast) -> None:
    entry = waiting(cast, options=[{"name": "Do nothing", "text": "It sinks.", "cost": None, "days": None}])
    assert as_(cast.sponsor).get(url("record", entry)).status_code == 404
    assert record_change(entry_id=entry.pk, at=timezone.now())
    assert not record_change(entry_id=entry.pk, at=timezone.now())
    answer = as_(cast.sponsor).get(url("record", entry))
    assert answer["Content-Type"] == "application/pdf"
    assert b"".join(answer.streaming_content).startswith(b"%PDF")  # type: ignore[attr-defined]
    assert as_(cast.stranger).get(url("record", entry)).status_code == 404
    made = BytesIO(default_storage.open(Entry.objects.get(pk=entry.pk).change.record).read())
    assert check(made).problems == []  # tagged, for those who do not see it
    as_(cast.sponsor).post(url("approve", entry), {"version": entry.version, "reason": "Yes."})
    assert record_change(entry_id=entry.pk, at=timezone.now())
    assert "decision" in Entry.objects.get(pk=entry.pk).change.record


def test_a_confidential_change_is_found_by_nobody_else(cast: Cast) -> None:
    entry = waiting(cast, is_confidential=True)
    for person in (cast.pmo_head, cast.board_member, cast.auditor, cast.administrator):
        for name in ("detail", "approve", "vote", "record", "submit"):
            assert as_(person).get(url(name, entry)).status_code == 404, (person, name)
    assert as_(cast.sponsor).get(url("approve", entry)).status_code == 200


def test_routes_are_set_by_the_office(cast: Cast) -> None:
    head = as_(cast.pmo_head)
    listing = reverse("portfolio:route-list")
    page = head.get(listing).content.decode()
    assert "Small change" in page
    assert "These are the product’s routes" in page
    assert not ApprovalRoute.objects.exists()  # a look writes nothing
    assert head.post(reverse("portfolio:route-adopt")).status_code == 302
    small = ApprovalRoute.objects.get(position=10)
    edit = reverse("portfolio:route-edit", args=[small.pk])
    data = {
        "version": 1,
        "position": 10,
        "name": "Tiny",
        "most_percent": "1",
        "most_days": "5",
        "approver": "manager",
        "quorum": 1,
        "days_to_decide": 3,
    }
    assert head.post(edit, data).status_code == 302
    assert head.post(edit, data | {"name": "Mine"}).status_code == 409
    narrow = head.post(edit, data | {"version": 2, "position": 50})
    assert narrow.status_code == 422
    assert "takes nothing that" in narrow.content.decode()
    taken = head.post(reverse("portfolio:route-create"), data | {"version": 0})
    assert taken.status_code == 422
    huge = {
        "position": 25,
        "name": "Sizeable",
        "most_percent": "25",
        "most_days": "90",
        "approver": "board",
        "quorum": 2,
        "days_to_decide": 7,
    }
    assert head.post(reverse("portfolio:route-create"), huge).status_code == 302
    assert "Sizeable" in head.get(listing).content.decode()
    made = ApprovalRoute.objects.get(position=25)
    assert head.post(reverse("portfolio:route-remove", args=[made.pk]), {"version": made.version}).status_code == 302
    assert not ApprovalRoute.objects.filter(pk=made.pk).exists()
    for person in (cast.project_manager, cast.pmo_analyst, cast.sponsor, cast.auditor):
        reads = 200 if person == cast.auditor else 403
        for name, args, status in (("route-list", [], reads), ("route-create", [], 403), ("route-edit", [small.pk], reads)):
            assert as_(person).get(reverse(f"portfolio:{name}", args=args)).status_code == status


def test_a_route_that_was_taken_stays(cast: Cast) -> None:
    entry = waiting(cast)
    route = entry.change.route
    head = as_(cast.pmo_head)
    said = head.post(reverse("portfolio:route-remove", args=[route.pk]), {"version": route.version}, follow=True)
    assert "Change requests took this route" in said.content.decode()


def test_everybody_delegates_their_own_and_the_office_sees_all(cast: Cast) -> None:
    today = timezone.localdate()
    create, listing = reverse("portfolio:delegation-create"), reverse("portfolio:delegation-list")
    sponsor = as_(cast.sponsor)
    data = {"delegate": cast.pmo_analyst.pk, "starts_on": today, "ends_on": today + timedelta(days=7)}
    assert sponsor.post(create, data | {"user": cast.director.pk}).status_code == 302
    row = ApprovalDelegation.objects.get()
    assert row.user == cast.sponsor  # nobody gives away what is another's
    for wrong in (
        {"delegate": cast.sponsor.pk},
        {"ends_on": today - timedelta(days=1)},
        {"ends_on": today + timedelta(days=900)},
        {},
    ):
        assert sponsor.post(create, data | wrong).status_code == 422
    assert "Pmo Analyst" in sponsor.get(listing).content.decode()
    assert "Pmo Analyst" in as_(cast.pmo_head).get(listing).content.decode()
    other = as_(cast.director)
    assert "Pmo Analyst" not in other.get(listing).content.decode()
    end = reverse("portfolio:delegation-end", args=[row.pk])
    assert other.post(end).status_code == 404
    assert as_(cast.pmo_analyst).post(end).status_code == 404  # who got it does not end it
    assert sponsor.post(end).status_code == 302
    assert not ApprovalDelegation.objects.exists()
    # Who never decides anything has nothing to delegate, and is not shown who works here.
    assert as_(cast.stranger).get(create).status_code == 403
    assert as_(cast.auditor).get(create).status_code == 403
    # The office delegates for somebody who fell ill.
    assert as_(cast.pmo_head).post(create, data | {"user": cast.sponsor.pk}).status_code == 302
    assert ApprovalDelegation.objects.get().user == cast.sponsor


def test_the_list_shows_what_waits_for_its_reader(cast: Cast) -> None:
    entry = waiting(cast)
    draft(cast)
    for person, count in ((cast.sponsor, 1), (cast.project_manager, 0), (cast.pmo_head, 0)):
        body = as_(person).get(url("list"), {"waiting": "on"}).content.decode()
        assert body.count(entry.reference) >= count
        assert ("CHG-0001" in body) == bool(count)
        assert "CHG-0002" not in body


def test_the_form_says_how_far_the_forecast_is_above_the_budget(cast: Cast) -> None:
    Project.objects.filter(pk=cast.own.pk).update(forecast=1_030_000)
    cast.own.refresh_from_db()
    entry = factories.entry("change", cast.own, by=cast.project_manager, reason="So.", cost_change=Decimal(50_000))
    client = Client()
    client.force_login(cast.project_manager, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(reverse("portfolio:change-edit", args=[entry.reference])).content.decode()
    assert "Is this cost already in the forecast?" in page
    assert "The forecast is £30k above the budget now." in page
