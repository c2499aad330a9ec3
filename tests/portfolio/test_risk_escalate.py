"""Escalation is a hand-shake: offered, accepted, returned, taken back."""

from decimal import Decimal
from typing import Any

import pytest

from core.models import Notification, OutgoingMail
from portfolio.models import Entry, Escalation, SharedImpact
from tests import factories

pytestmark = pytest.mark.django_db


class Place:
    """A programme with its manager, a project in it with its own, and a risk."""

    def __init__(self, cast: Any) -> None:
        self.lead = factories.user(name="Programme lead")
        self.portfolio = factories.portfolio("Transport")
        self.programme = factories.programme("Bridges", manager=self.lead, portfolio=self.portfolio)
        factories.member(self.lead, "project_manager", programme=self.programme)
        self.manager = cast.project_manager
        self.project = factories.project("Bridge", manager=self.manager, programme=self.programme)
        self.risk = factories.entry(
            "risk", self.project, "Steel price", current_likelihood=4, current_impact=4, impact_likely=Decimal(50_000),
            by=self.manager, owner=self.manager,
        )  # fmt: skip

    def url(self, what: str) -> str:
        return f"/portfolio/registers/{self.risk.reference}/{what}/"

    def offer(self, client: Any, to: Any = None) -> Any:
        client.force_login(self.manager, backend="django.contrib.auth.backends.ModelBackend")
        return client.post(self.url("escalate"), {"to": (to or self.programme).reference, "reason": "Too large for us."})


@pytest.fixture
def place(cast) -> Place:  # type: ignore[no-untyped-def]
    return Place(cast)


def test_accepted_it_moves_and_its_project_shares_it(place: Place, client, signed_in) -> None:  # type: ignore[no-untyped-def]
    assert place.offer(client).status_code == 302
    assert Notification.objects.filter(user=place.lead, text__contains="Steel price").exists()
    mail = OutgoingMail.objects.get(user=place.lead)
    assert "Steel price" in mail.subject
    assert "Too large for us." in mail.text
    assert "Too large for us." in mail.html
    signed_in(place.lead)
    assert "Accept" in client.get(f"/portfolio/risks/{place.risk.reference}/").content.decode()
    assert client.post(place.url("escalation/accept"), {"words": "We take it."}).status_code == 302
    moved = Entry.objects.get(pk=place.risk.pk)
    assert (moved.project_id, moved.programme_id, moved.reference) == (None, place.programme.pk, place.risk.reference)
    shared = SharedImpact.objects.get()
    assert (shared.project_id, shared.impact, shared.impact_likely) == (place.project.pk, 4, Decimal(50_000))
    offer = Escalation.objects.get()
    assert (offer.answer, offer.answered_by_id, offer.words) == ("accepted", place.lead.pk, "We take it.")
    assert OutgoingMail.objects.filter(user=place.manager).exists()
    assert signed_in(place.manager).get(f"/portfolio/risks/{place.risk.reference}/").status_code == 200


def test_returned_it_stays(place: Place, client, signed_in) -> None:  # type: ignore[no-untyped-def]
    place.offer(client)
    signed_in(place.lead)
    assert client.post(place.url("escalation/return"), {"words": ""}).status_code == 422
    assert client.post(place.url("escalation/return"), {"words": "Ask the bank first."}).status_code == 302
    assert Entry.objects.get(pk=place.risk.pk).project_id == place.project.pk
    assert Escalation.objects.get().answer == "returned"
    assert client.post(place.url("escalation/accept"), {}).status_code == 404
    assert place.offer(client).status_code == 302


def test_taken_back_nobody_can_accept_it(place: Place, client, signed_in) -> None:  # type: ignore[no-untyped-def]
    place.offer(client)
    assert client.post(place.url("escalation/withdraw")).status_code == 302
    assert Escalation.objects.get().answer == "withdrawn"
    assert signed_in(place.lead).post(place.url("escalation/accept"), {}).status_code == 404


def test_one_offer_at_a_time_and_only_upwards(place: Place, client) -> None:  # type: ignore[no-untyped-def]
    elsewhere = factories.programme("Tunnels")
    assert place.offer(client, elsewhere).status_code == 422
    assert place.offer(client).status_code == 302
    answer = place.offer(client)
    assert answer.status_code == 422
    assert "offered already" in answer.content.decode()


def test_only_who_answers_for_the_place_accepts(place: Place, cast, client, signed_in) -> None:  # type: ignore[no-untyped-def]
    place.offer(client)
    assert client.post(place.url("escalation/accept"), {}).status_code == 403
    for person, status in ((cast.sponsor, 404), (cast.auditor, 403), (cast.stranger, 404), (cast.board_member, 403)):
        assert signed_in(person).post(place.url("escalation/accept"), {}).status_code == status
        assert signed_in(person).post(place.url("escalate"), {}).status_code == status
        assert signed_in(person).post(place.url("escalation/withdraw")).status_code == status
    assert Escalation.objects.get().answer == "offered"
    assert signed_in(cast.pmo_head).post(place.url("escalation/accept"), {}).status_code == 302


def test_a_confidential_risk_is_offered_to_who_sees_it_only(place: Place, cast, client) -> None:  # type: ignore[no-untyped-def]
    Entry.objects.filter(pk=place.risk.pk).update(is_confidential=True)
    answer = place.offer(client)
    assert answer.status_code == 422
    assert "Nobody who answers for" in answer.content.decode()
    assert not Notification.objects.filter(text__contains="Steel").exists()
    assert not OutgoingMail.objects.filter(subject__contains="Steel").exists()


def test_what_has_ended_is_not_offered(place: Place, client) -> None:  # type: ignore[no-untyped-def]
    Entry.objects.filter(pk=place.risk.pk).update(is_open=False, status="closed", closed_on="2026-11-01")
    answer = place.offer(client)
    assert answer.status_code == 422
    assert "It has ended" in answer.content.decode()
