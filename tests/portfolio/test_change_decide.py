"""Change control: routes, four eyes, votes, delegation; an approved change moves its project, also when two come at once."""

import threading
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connections
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from accounts.models import RoleGrant
from core.errors import ActionError
from core.models import Notification, OutgoingMail
from portfolio.actions.change_records import record_context
from portfolio.actions.changes import current_deciders, decide_change, submit_change, tally_of, vote_change
from portfolio.actions.raid import edit_entry, move_entry
from portfolio.models import ApprovalDelegation, ApprovalRoute, Entry, Project
from tests import factories
from tests.cast import Cast

pytestmark = pytest.mark.django_db
PLANNED = {"planned_start_on": date(2026, 1, 1), "planned_finish_on": date(2026, 12, 31)}


def now() -> Any:
    return timezone.now()


def change(project: Any, by: Any, **values: Any) -> Entry:
    values = {"reason": "The ground is softer than thought.", "cost_change": Decimal(10_000)} | values
    return factories.entry("change", project, by=by, **values)


def submitted(project: Any, by: Any, **values: Any) -> Entry:
    return submit_change(change(project, by, **values), by=by, at=now())


def board(number: int = 3) -> list[Any]:
    return [factories.user("board_member", name=f"Board {letter}") for letter in "ABCDEFG"[:number]]


@pytest.mark.parametrize(
    ("cost", "days", "route", "approver"),
    [
        (10_000, 5, "Small change", "sponsor"),  # 1 %: the manager's, who submitted it, so the sponsor's
        (50_000, 0, "Medium change", "sponsor"),
        (0, 61, "Large change", "board"),
        (-200_000, 0, "Large change", "board"),
    ],
)
def test_a_change_takes_its_route_by_size(cast: Cast, cost: int, days: int, route: str, approver: str) -> None:
    board()
    entry = submitted(cast.own, cast.project_manager, cost_change=Decimal(cost), finish_change=days)
    assert entry.status == "submitted"
    assert entry.change.route.name == route
    assert current_deciders(entry).approver == approver
    assert entry.due_on is not None
    assert entry.due_on == timezone.localdate() + timedelta(days=entry.change.route.days_to_decide)


def test_it_must_say_why_and_what_it_changes(cast: Cast) -> None:
    for values, field in (({"reason": " "}, "reason"), ({"cost_change": None}, "cost_change")):
        with pytest.raises(ActionError) as refused:
            submitted(cast.own, cast.project_manager, **values)
        assert refused.value.field == field
    assert submitted(cast.own, cast.project_manager, cost_change=None, scope_impact="No lift.").status == "submitted"


def test_nobody_decides_what_they_submitted(cast: Cast) -> None:
    # The manager's goes to the sponsor …
    own = submitted(cast.own, cast.project_manager)
    with pytest.raises(ActionError, match="You submitted"):
        decide_change(own, verb="approve", reason="Fine.", by=cast.project_manager, at=now())
    # … the sponsor's to the board, where their vote does not count either.
    factories.member(cast.sponsor, "board_member", project=cast.own)
    theirs = submitted(cast.own, cast.sponsor, cost_change=Decimal(50_000))
    found = current_deciders(theirs)
    assert found.is_board
    assert cast.sponsor not in found.people
    with pytest.raises(ActionError, match="You submitted"):
        vote_change(theirs, choice="approve", by=cast.sponsor, at=now())
    # Nor as the delegate of somebody else.
    ApprovalDelegation.objects.create(
        user=cast.sponsor, delegate=cast.project_manager, starts_on=timezone.localdate(), ends_on=timezone.localdate()
    )
    with pytest.raises(ActionError, match="You submitted"):
        decide_change(own, verb="approve", reason="Fine.", by=cast.project_manager, at=now())


def test_an_approved_change_moves_its_project(cast: Cast) -> None:
    days = PLANNED | {"forecast_finish_on": date(2027, 1, 31)}
    Project.objects.filter(pk=cast.own.pk).update(forecast=1_100_000, benefits=3_000_000, **days)
    cast.own.refresh_from_db()
    entry = submitted(
        cast.own, cast.project_manager, cost_change=Decimal("49999.99"), finish_change=31, benefits_change=Decimal(-1)
    )
    decide_change(entry, verb="approve", reason="Unavoidable.", by=cast.sponsor, at=now())
    project = Project.objects.get(pk=cast.own.pk)
    assert (project.budget, project.forecast, project.benefits) == (
        Decimal("1049999.99"),
        Decimal("1149999.99"),
        Decimal(2_999_999),
    )
    assert (project.planned_finish_on, project.forecast_finish_on) == (date(2027, 1, 31), date(2027, 3, 3))
    entry.refresh_from_db()
    assert (entry.status, entry.is_open, entry.change.decided_by) == ("approved", True, cast.sponsor)
    assert entry.change.approver == "sponsor"
    assert entry.change.before == {
        "budget": "1000000.00",
        "forecast": "1100000.00",
        "benefits": "3000000.00",
        "planned_finish_on": "2026-12-31",
        "forecast_finish_on": "2027-01-31",
    }
    assert entry.change.after["budget"] == "1049999.99"
    event = Project.pgh_event_model.objects.filter(pgh_obj_id=project.pk).order_by("-pgh_id").first()  # type: ignore[attr-defined]
    assert event.pgh_context.metadata["action"] == "portfolio.change.approved"
    # What was decided stays as it was decided.
    with pytest.raises(ActionError, match="was approved"):
        edit_entry(entry, changes={"cost_change": Decimal(1)}, version=entry.version, by=cast.pmo_head, at=now())
    move_entry(entry, "implement", reason="Done.", by=cast.project_manager, at=now())
    assert Project.objects.get(pk=cast.own.pk).budget == Decimal("1049999.99")


def test_a_rejected_change_moves_nothing_and_can_come_again(cast: Cast) -> None:
    entry = submitted(cast.own, cast.project_manager)
    with pytest.raises(ActionError, match="Give a reason"):
        decide_change(entry, verb="reject", reason=" ", by=cast.sponsor, at=now())
    decide_change(entry, verb="reject", reason="Too dear.", by=cast.sponsor, at=now())
    assert Project.objects.get(pk=cast.own.pk).budget == 1_000_000
    again = move_entry(Entry.objects.get(pk=entry.pk), "reopen", reason="Cheaper now.", by=cast.project_manager, at=now())
    assert (again.change.submitted_at, again.change.decided_at, again.change.approver) == (None, None, "")
    again = submit_change(again, by=cast.project_manager, at=now())
    assert not again.change.votes.exists()


def test_figures_that_are_not_there_are_not_moved(cast: Cast) -> None:
    Project.objects.filter(pk=cast.own.pk).update(budget=None, planned_finish_on=None)
    cast.own.refresh_from_db()
    entry = submitted(cast.own, cast.project_manager, cost_change=Decimal(5), finish_change=3)
    assert entry.change.route.name == "Large change"  # no budget to measure it by
    assert entry.change.quorum == 2  # of the cast: the board member and the head
    for voter in (cast.board_member, cast.pmo_head):
        vote_change(entry, choice="approve", by=voter, at=now())
    project = Project.objects.get(pk=cast.own.pk)
    assert (project.budget, project.planned_finish_on) == (None, None)
    assert Entry.objects.get(pk=entry.pk).status == "approved"


def test_a_budget_does_not_fall_below_zero(cast: Cast) -> None:
    board()
    entry = submitted(cast.own, cast.project_manager, cost_change=Decimal(-1_000_001))
    people = current_deciders(entry).people
    for voter in people[:2]:
        vote_change(entry, choice="approve", by=voter, at=now())
    with pytest.raises(ActionError, match="below zero"):
        vote_change(entry, choice="approve", by=people[2], at=now())
    assert Entry.objects.get(pk=entry.pk).change.votes.count() == 2


def test_a_finish_does_not_leave_the_calendar(cast: Cast) -> None:
    Project.objects.filter(pk=cast.own.pk).update(planned_finish_on=date(9999, 12, 20))
    entry = submitted(cast.own, cast.project_manager, finish_change=30)
    with pytest.raises(ActionError, match="outside of the calendar"):
        decide_change(entry, verb="approve", reason="Good.", by=current_deciders(entry).people[0], at=now())


def test_the_board_decides_by_votes(cast: Cast) -> None:
    people = board()
    entry = submitted(cast.own, cast.project_manager, finish_change=100)
    assert entry.change.quorum == 3
    with pytest.raises(ActionError, match="by votes"):
        decide_change(entry, verb="approve", reason="Fine.", by=people[0], at=now())
    with pytest.raises(ActionError, match="not yours"):
        vote_change(entry, choice="approve", by=cast.director, at=now())
    with pytest.raises(ActionError, match="Say why"):
        vote_change(entry, choice="reject", by=people[0], at=now())
    vote_change(entry, choice="reject", reason="Why so long?", by=people[0], at=now())
    vote_change(entry, choice="approve", by=people[0], at=now())  # a vote can be changed, one a person
    vote_change(entry, choice="reject", reason="No.", by=people[1], at=now())
    entry = vote_change(entry, choice="abstain", by=people[2], at=now())
    assert (entry.status, tally_of(entry, current_deciders(entry)).result) == ("submitted", "")  # a tie rejects nothing
    entry = vote_change(entry, choice="approve", by=cast.board_member, at=now())
    assert entry.status == "approved"
    assert "2 for, 1 against, 1 abstained" in entry.change.decision_reason
    with pytest.raises(ActionError, match="nothing to decide"):
        vote_change(entry, choice="reject", reason="Late.", by=people[1], at=now())


def test_a_delegate_speaks_for_who_delegated_in_those_days_only(cast: Cast) -> None:
    today = timezone.localdate()
    delegate = factories.user("pmo_analyst", name="Deputy")
    entry = submitted(cast.own, cast.project_manager)
    row = ApprovalDelegation.objects.create(
        user=cast.sponsor, delegate=delegate, starts_on=today + timedelta(days=1), ends_on=today + timedelta(days=2)
    )
    for day, may in ((0, False), (1, True), (2, True), (3, False)):
        at = now() + timedelta(days=day)
        if not may:
            with pytest.raises(ActionError, match="not yours"):
                decide_change(entry, verb="approve", reason="For Ann.", by=delegate, at=at)
    decide_change(entry, verb="approve", reason="For them.", by=delegate, at=now() + timedelta(days=2))
    vote = entry.change.votes.get()
    assert (vote.user, vote.cast_by, vote.choice) == (cast.sponsor, delegate, "approve")
    assert row.pk


def test_a_delegate_does_not_overrule_who_voted_themself(cast: Cast) -> None:
    people = board()
    today = timezone.localdate()
    ApprovalDelegation.objects.create(user=people[0], delegate=people[1], starts_on=today, ends_on=today)
    entry = submitted(cast.own, cast.project_manager, finish_change=100)
    vote_change(entry, choice="approve", by=people[1], voter=people[0], at=now())
    vote_change(entry, choice="reject", reason="I am back.", by=people[0], at=now())
    with pytest.raises(ActionError, match="only they can change it"):
        vote_change(entry, choice="approve", by=people[1], voter=people[0], at=now())
    with pytest.raises(ActionError, match="did not delegate"):
        vote_change(entry, choice="approve", by=people[1], voter=people[2], at=now())


def test_without_a_sponsor_the_next_one_decides(cast: Cast) -> None:
    Project.objects.filter(pk=cast.own.pk).update(sponsor=None)
    cast.own.refresh_from_db()
    entry = submitted(cast.own, cast.project_manager, cost_change=Decimal(50_000))
    found = current_deciders(entry)
    assert found.is_board
    assert [one.why for one in found.skipped] == ["nobody"]
    # Somebody becomes the sponsor: it is theirs now.
    Project.objects.filter(pk=cast.own.pk).update(sponsor=cast.director)
    entry = Entry.objects.get(pk=entry.pk)
    assert current_deciders(entry).people == (cast.director,)
    decide_change(entry, verb="approve", reason="Yes.", by=cast.director, at=now())
    # A small one is the manager's; the row says who took it in the end.
    small = submitted(cast.own, cast.project_manager, cost_change=Decimal(5))
    assert small.change.approver == "manager"
    assert decide_change(small, verb="reject", reason="No.", by=cast.director, at=now()).change.approver == "sponsor"


def test_where_nobody_may_decide_it_says_so() -> None:
    manager = factories.user()
    project = factories.project(manager=manager)
    with pytest.raises(ActionError, match="Nobody may decide"):
        submitted(project, manager)
    assert not Entry.objects.exclude(status="draft").exists()


def test_changes_of_a_programme_move_no_figures(cast: Cast) -> None:
    programme = factories.programme(manager=cast.director, sponsor=cast.sponsor)
    entry = submitted(programme, cast.director, cost_change=None, finish_change=5)
    assert current_deciders(entry).people == (cast.sponsor,)
    decide_change(entry, verb="approve", reason="Yes.", by=cast.sponsor, at=now())
    entry.refresh_from_db()
    assert (entry.status, entry.change.before, entry.change.after) == ("approved", {}, {})


def test_what_is_submitted_is_not_edited_or_pushed_through(cast: Cast) -> None:
    entry = submitted(cast.own, cast.project_manager)
    with pytest.raises(ActionError, match="waits for approval"):
        edit_entry(entry, changes={"cost_change": Decimal(1)}, version=entry.version, by=cast.pmo_head, at=now())
    edit_entry(entry, changes={"owner": cast.project_manager}, version=entry.version, by=cast.pmo_head, at=now())
    with pytest.raises(ActionError, match="decided by those"):
        move_entry(entry, "approve", by=cast.project_manager, at=now())
    with pytest.raises(ActionError, match="takes its route"):
        move_entry(change(cast.own, cast.project_manager), "submit", by=cast.project_manager, at=now())
    back = move_entry(entry, "recall", reason="A mistake.", by=cast.project_manager, at=now())
    edit_entry(back, changes={"cost_change": Decimal(1)}, version=back.version, by=cast.project_manager, at=now())


def test_a_closed_project_takes_no_change(cast: Cast) -> None:
    entry = submitted(cast.own, cast.project_manager)
    Project.objects.filter(pk=cast.own.pk).update(phase="closed")
    with pytest.raises(ActionError, match="closed"):
        decide_change(entry, verb="approve", reason="Yes.", by=cast.sponsor, at=now())
    cast.own.refresh_from_db()
    draft = Entry.objects.get(pk=entry.pk)
    decide_change(draft, verb="reject", reason="Too late.", by=cast.sponsor, at=now())


def test_those_who_decide_are_told_once_and_then_who_asked(cast: Cast) -> None:
    entry = submitted(cast.own, cast.project_manager, reason="It is **too** soft.")
    assert list(OutgoingMail.objects.values_list("to_address", flat=True)) == [cast.sponsor.email]
    assert Notification.objects.filter(user=cast.sponsor, url__contains=entry.reference).count() == 1
    decide_change(entry, verb="approve", reason="Unavoidable.", by=cast.sponsor, at=now())
    last = OutgoingMail.objects.order_by("-pk").first()
    assert last is not None
    assert (last.to_address, "Unavoidable." in last.text) == (cast.project_manager.email, True)
    assert "*" not in last.text


def test_a_confidential_change_is_decided_by_who_sees_it_and_hidden_in_the_history_of_its_project(cast: Cast) -> None:
    board()
    large = change(cast.own, cast.project_manager, finish_change=100, is_confidential=True, title="Zanzibar plot")
    with pytest.raises(ActionError, match="confidential"):
        submit_change(large, by=cast.project_manager, at=now())
    small = submitted(cast.own, cast.project_manager, is_confidential=True, title="Zanzibar mast")
    decide_change(small, verb="approve", reason="Yes.", by=cast.sponsor, at=now())
    event = Project.pgh_event_model.objects.filter(pgh_obj_id=cast.own.pk).order_by("-pgh_id").first()  # type: ignore[attr-defined]
    assert event.pgh_context.metadata["action"] == "portfolio.project.edited"
    assert small.reference not in str(event.pgh_context.metadata)


@pytest.mark.django_db(transaction=True)
def test_two_changes_approved_at_the_same_moment_both_count() -> None:
    ApprovalRoute.objects.all().delete()
    manager, sponsor = factories.user(name="Manager"), factories.user(name="Sponsor")
    project = factories.project(manager=manager, sponsor=sponsor, forecast=1_000_000, **PLANNED)
    entries = [submitted(project, manager, cost_change=Decimal(1000 * n), finish_change=n) for n in (1, 2, 3, 4)]
    line, refused = threading.Barrier(8), []

    def approve(entry: Entry) -> None:
        try:
            line.wait(60)
            decide_change(entry, verb="approve", reason="Yes.", by=sponsor, at=now())
        except ActionError as error:
            refused.append(str(error))
        finally:
            connections.close_all()

    # Each of them twice: the second one finds nothing to decide.
    threads = [threading.Thread(target=approve, args=[entry]) for entry in (*entries, *entries)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    project.refresh_from_db()
    assert (project.budget, project.forecast, project.planned_finish_on) == (1_010_000, 1_010_000, date(2027, 1, 10))
    assert len(refused) == 4
    befores = sorted(entry.change.before["budget"] for entry in Entry.objects.filter(kind="change").select_related("change"))
    assert len(set(befores)) == 4


@pytest.mark.django_db(transaction=True)
def test_votes_at_the_same_moment_decide_once() -> None:
    people = [factories.user("board_member", name=f"Board {n}") for n in range(4)]
    manager = factories.user()
    project = factories.project(manager=manager)
    entry = submitted(project, manager, finish_change=100, cost_change=Decimal(7))
    line = threading.Barrier(4)

    def vote(person: Any) -> None:
        try:
            line.wait(60)
            vote_change(entry, choice="approve", by=person, at=now())
        except ActionError:
            pass
        finally:
            connections.close_all()

    threads = [threading.Thread(target=vote, args=[person]) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    project.refresh_from_db()
    assert (project.budget, Entry.objects.get(pk=entry.pk).status) == (1_000_007, "approved")
    assert entry.change.votes.count() == 3


# --- What is in the forecast already ------------------------------------------------------------------------------------


def test_only_the_rest_moves_a_forecast_that_was_raised_before(cast: Cast) -> None:
    days = PLANNED | {"forecast_finish_on": date(2027, 1, 31)}
    Project.objects.filter(pk=cast.own.pk).update(forecast=1_030_000, **days)
    cast.own.refresh_from_db()
    entry = submitted(
        cast.own, cast.project_manager, cost_change=Decimal(50_000), finish_change=31,
        cost_in_forecast=Decimal(30_000), finish_in_forecast=31,
    )  # fmt: skip
    decide_change(entry, verb="approve", reason="Unavoidable.", by=cast.sponsor, at=now())
    project = Project.objects.get(pk=cast.own.pk)
    assert (project.budget, project.forecast) == (Decimal(1_050_000), Decimal(1_050_000))
    assert (project.planned_finish_on, project.forecast_finish_on) == (date(2027, 1, 31), date(2027, 1, 31))
    entry.refresh_from_db()
    html = render_to_string("portfolio/changes/record.html", record_context(entry, at=now()))
    assert "In the forecast already: +£30,000, 31 days later" in html


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"cost_in_forecast": Decimal(10_001)}, "cost_in_forecast"),
        ({"cost_in_forecast": Decimal(-1)}, "cost_in_forecast"),
        ({"cost_change": None, "cost_in_forecast": Decimal(1)}, "cost_in_forecast"),
        ({"finish_change": -5, "finish_in_forecast": 5}, "finish_in_forecast"),
        ({"finish_change": 5, "finish_in_forecast": 6}, "finish_in_forecast"),
    ],
)
def test_what_the_forecast_holds_is_a_part_of_the_change(cast: Cast, values: dict[str, Any], field: str) -> None:
    with pytest.raises(ActionError) as refused:
        change(cast.own, cast.project_manager, **values)
    assert refused.value.field == field


def test_what_the_forecast_holds_is_frozen_and_told(cast: Cast, signed_in: Any) -> None:
    entry = submitted(cast.own, cast.project_manager, cost_in_forecast=Decimal(4_000))
    with pytest.raises(ActionError, match="waits for approval"):
        edit_entry(entry, changes={"cost_in_forecast": Decimal(1)}, version=entry.version, by=cast.pmo_head, at=now())
    client = signed_in(cast.sponsor)
    for name in ("detail", "approve"):
        page = client.get(reverse(f"portfolio:change-{name}", args=[entry.reference])).content.decode()
        assert "In the forecast already: +£4,000" in page, name
    decide_change(entry, verb="approve", reason="Fine.", by=cast.sponsor, at=now())
    Project.objects.filter(pk=cast.own.pk).update(forecast=1_000_000)
    page = client.get(reverse("portfolio:project-changes", args=[cast.own.reference])).content.decode()
    assert ("Of it in the forecast before approval" in page) is (cast.own.forecast is not None)


# --- Seats that are lost ------------------------------------------------------------------------------------------------


def test_the_vote_of_who_left_the_board_is_shown_and_not_counted(cast: Cast, signed_in: Any) -> None:
    first, second, third, fourth = board(4)
    entry = submitted(cast.own, cast.project_manager, cost_change=Decimal(200_000))
    assert entry.change.quorum == 3
    for person in (first, second):
        vote_change(entry, choice="reject", reason="No.", by=person, at=now())
    RoleGrant.objects.filter(user=second).delete()
    entry.refresh_from_db()
    count = tally_of(entry, current_deciders(entry))
    assert (count.reject, count.quorum, count.result) == (1, 3, "")
    page = signed_in(cast.pmo_analyst).get(reverse("portfolio:change-detail", args=[entry.reference])).content.decode()
    assert page.count("not counted") == 1
    vote_change(entry, choice="approve", by=third, at=now())
    vote_change(entry, choice="approve", by=fourth, at=now())
    entry.refresh_from_db()
    assert entry.status == "approved"  # 2 for, 1 against: the fourth vote would be needed with the one who left
    assert dict(entry.change.votes.values_list("user__name", "is_counted")) == {
        "Board A": True, "Board B": False, "Board C": True, "Board D": True,
    }  # fmt: skip
    factories.member(second, "board_member", project=cast.own)
    html = render_to_string("portfolio/changes/record.html", record_context(entry, at=now()))
    assert html.count("not counted") == 1


def test_a_board_that_shrinks_is_told_that_its_votes_are_enough(cast: Cast, signed_in: Any) -> None:
    first, second, third = board(3)
    entry = submitted(cast.own, cast.project_manager, cost_change=Decimal(200_000))
    for person in (first, second):
        vote_change(entry, choice="approve", by=person, at=now())
    RoleGrant.objects.filter(user__in=[third, cast.board_member, cast.pmo_head]).delete()
    entry.refresh_from_db()
    page = signed_in(first).get(reverse("portfolio:change-detail", args=[entry.reference])).content.decode()
    assert "the votes are enough now" in page
    vote_change(entry, choice="approve", by=first, at=now())
    entry.refresh_from_db()
    assert entry.status == "approved"
