"""Nobody decides what they asked for themselves: by page, by API, many at once, or by giving themselves the right.

The head of the office holds every right that is needed. Each way is taken by somebody else first (and undone), so that what
is refused to the asker is refused for who they are and not for what was sent.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import RoleGrant, User
from intake.actions.rounds import gather_requests
from intake.models import AgendaItem, Decision, DecisionMeeting, Request, SelectionRound, Vote
from portfolio.actions.changes import submit_change
from portfolio.models import ChangeVote, Entry, Membership, StatusUpdate
from tests import factories
from tests.cast import Cast
from tests.test_access_matrix import signed_in, undone

pytestmark = pytest.mark.django_db


@dataclass
class Way:
    """One way to decide: an address, what is sent, and for the API the address whose ETag goes with it."""

    address: str
    data: dict[str, Any] = field(default_factory=dict)
    read: str = ""

    def take(self, person: User) -> Any:
        client = signed_in(person)
        if not self.address.startswith("/api/"):
            return client.post(self.address, self.data)
        headers = {"If-Match": client.get(self.read)["ETag"]} if self.read else {}
        return client.post(self.address, self.data, content_type="application/json", headers=headers)


def hold(ways: list[Way], *, asker: User, other: User, state: Any) -> None:
    """Each way changes what `state` tells when somebody else takes it, and nothing when the asker does."""
    before = state()
    wrong = []
    for way in ways:
        with undone():
            answer = way.take(other)
            if state() == before:
                wrong.append(f"{way.address} does nothing for somebody else: {answer.status_code} {answer.content[:300]!r}")
        with undone():
            answer = way.take(asker)
            if state() != before:
                wrong.append(f"{way.address} let the asker decide")
            if answer.status_code >= 500:
                wrong.append(f"{way.address}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)


@pytest.fixture
def other(cast: Cast) -> User:
    """A second head of the office."""
    return factories.user("pmo_head", name="Other Head")


def test_a_status_update_is_published_by_somebody_else(cast: Cast, other: User) -> None:
    update = factories.update(cast.own, state="submitted", submitted_by=cast.pmo_head, submitted_at=timezone.now())
    page = f"/portfolio/projects/{cast.own.reference}/updates/{update.pk}"
    updates = "/api/v1/portfolio/status-updates/"
    api = f"{updates}{update.pk}/"
    hold(
        [
            Way(f"{page}/publish/", {"version": update.version}),
            Way("/portfolio/updates/publish/", {"pk": update.pk, f"version-{update.pk}": update.version}),
            Way(f"{api}publish/", read=api),
            Way(f"{updates}publish-several/", {"updates": [{"id": update.pk, "version": update.version}]}),
        ],
        asker=cast.pmo_head,
        other=other,
        state=lambda: StatusUpdate.objects.get(pk=update.pk).state,
    )


def test_a_change_is_decided_by_somebody_else(cast: Cast, other: User) -> None:
    for letter in "AB":
        factories.user("board_member", name=f"Board {letter}")
    draft = factories.entry("change", cast.own, by=cast.pmo_head, reason="The ground is soft.", cost_change=Decimal(200_000))
    change = submit_change(draft, by=cast.pmo_head, at=timezone.now())
    page, api = f"/portfolio/changes/{change.reference}", f"/api/v1/portfolio/changes/{change.reference}/"
    sent = {"choice": "approve", "reason": "Fine."}

    def state() -> Any:
        return Entry.objects.get(pk=change.pk).status, list(ChangeVote.objects.values_list("user", "choice"))

    hold(
        [Way(f"{page}/vote/", sent | {"version": change.version}), Way(f"{api}vote/", sent, read=api)],
        asker=cast.pmo_head,
        other=other,
        state=state,
    )
    # Not round the vote either: as if there were no board, by a move, by many at once.
    before = state()
    for way in (
        Way(f"{page}/approve/", {"reason": "Fine.", "version": change.version}),
        Way(f"{page}/move/approve/", {"reason": "Fine.", "version": change.version}),
        Way(f"{api}move/", {"verb": "approve", "reason": "Fine."}, read=api),
        Way(
            "/portfolio/registers/change/",
            {"action": "change", "pk": change.pk, "move": "approve", "reason": "Fine.", "confirmed": "1"},
        ),
        Way("/api/v1/portfolio/changes/several/", {"references": [change.reference], "move": "approve", "reason": "Fine."}),
    ):
        assert way.take(cast.pmo_head).status_code < 500
        assert state() == before, way.address


def test_a_request_is_decided_by_somebody_else(cast: Cast, other: User) -> None:
    asked = factories.request("Mine", by=cast.pmo_head, state="ready", estimated_cost=100_000)
    chosen = SelectionRound.objects.create(name="Spring", funding=600_000)
    gather_requests(chosen, requests=[asked])
    held = DecisionMeeting.objects.create(name="Board", held_on=date(2026, 12, 1), round=chosen, quorum=1)
    for person in (cast.pmo_head, other):
        held.members.create(user=person)
    item = AgendaItem.objects.create(meeting=held, request=asked, position=1)
    vote = {"choice": "approve", "comment": ""}
    page = {
        "outcome": "approve",
        "reason": "Strong.",
        "until": "",
        "letter": "",
        "conditions-TOTAL_FORMS": 0,
        "conditions-INITIAL_FORMS": 0,
    }

    def state() -> Any:
        return (
            Request.objects.get(pk=asked.pk).state,
            Decision.objects.count(),
            list(Vote.objects.values_list("user", "choice")),
        )

    ways = [
        Way(f"/intake/meetings/{held.pk}/items/{item.pk}/vote/", vote),
        Way(f"/api/v1/intake/agenda-items/{item.pk}/vote/", vote),
        Way(f"/intake/requests/{asked.reference}/decide/", page),
        Way("/api/v1/intake/decisions/", {"request": asked.reference, "outcome": "approve", "reason": "Strong."}),
    ]
    hold(ways, asker=cast.pmo_head, other=other, state=state)
    for way in (
        Way(f"/intake/requests/{asked.reference}/move/approve/", {"reason": "Strong."}),
        Way(f"/api/v1/intake/requests/{asked.reference}/move/", {"verb": "approve", "reason": "Strong."}),
    ):
        before = state()
        assert way.take(cast.pmo_head).status_code < 500
        assert state() == before, way.address


def test_nobody_gives_a_role_to_themselves(cast: Cast, other: User) -> None:
    """An administrator gives roles everywhere, whoever leads the office on a project: to others."""
    second = factories.user("administrator", name="Other Administrator")
    hold(
        [Way(f"/accounts/people/{cast.administrator.pk}/roles/new/", {"role": "pmo_head"})],
        asker=cast.administrator,
        other=second,
        state=lambda: RoleGrant.objects.filter(user=cast.administrator).count(),
    )
    hold(
        [
            Way(f"/portfolio/projects/{cast.own.reference}/team/new/", {"user": cast.pmo_head.pk, "role": "sponsor"}),
            Way(
                "/api/v1/portfolio/memberships/",
                {"project": cast.own.reference, "user": cast.pmo_head.email, "role": "sponsor"},
            ),
        ],
        asker=cast.pmo_head,
        other=other,
        state=lambda: Membership.objects.filter(user=cast.pmo_head).count(),
    )
