"""Requests for the same are merged and split; nobody who asked is forgotten, and a merge can be undone."""

from collections.abc import Callable

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from core.models import OutgoingMail
from intake.access import request_actions
from intake.actions.moves import move_request
from intake.models import Request, RequestObjective
from intake.models.requests import State
from portfolio.models import Objective
from tests import factories
from tests.cast import Cast

pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]


def page(request: Request, tail: str) -> str:
    return f"/intake/requests/{request.reference}/{tail}/"


def test_a_merge_keeps_both_requesters_informed(cast: Cast, signed_in: SignIn) -> None:
    kept = factories.request("Warm the hall", by=cast.requester, state="screening")
    other = factories.request("Heating for the hall", by=cast.director, state="submitted")
    client = signed_in(cast.pmo_analyst)
    assert "Heating for the hall" in client.get(page(kept, "merge")).content.decode()
    side_by_side = client.get(page(kept, "merge") + f"?other={other.reference}").content.decode()
    assert "Director" in side_by_side
    assert "Requester" in side_by_side
    answer = client.post(page(kept, "merge"), {"other": other.reference, "keep": kept.pk, "reason": "Same hall."}, follow=True)
    assert answer.status_code == 200
    other.refresh_from_db()
    assert (other.merged_into, other.state) == (kept, State.WITHDRAWN)
    assert "Same hall." in other.moves.last().reason
    assert "request.view" in request_actions(cast.director, kept)
    told = OutgoingMail.objects.get(user=cast.director)
    assert "was merged with another request" in told.subject
    # The page of their own request shows how this one goes on; who has the address of this one's could act for its requester.
    assert other.tracking_key in told.text
    assert kept.tracking_key not in told.text
    OutgoingMail.objects.all().delete()
    move_request(kept, verb="assess", by=cast.pmo_analyst, at=timezone.now())
    assert {mail.user for mail in OutgoingMail.objects.all()} == {cast.requester, cast.director}
    assert "Heating for the hall" not in client.get("/intake/requests/").content.decode()
    assert "Merged into this one" in client.get(f"/intake/requests/{kept.reference}/").content.decode()


def test_the_other_one_may_stay_instead(cast: Cast, signed_in: SignIn) -> None:
    here = factories.request(by=cast.requester, state="screening")
    there = factories.request(by=cast.director, state="screening")
    signed_in(cast.pmo_analyst).post(page(here, "merge"), {"other": there.reference, "keep": there.pk})
    here.refresh_from_db()
    assert here.merged_into == there


def test_a_request_from_outside_is_kept_informed_by_mail(cast: Cast, signed_in: SignIn) -> None:
    kept = factories.request(by=cast.requester, state="screening")
    other = factories.request(state="screening", requester_email="ann@outside.example", requester_name="Ann")
    signed_in(cast.pmo_analyst).post(page(kept, "merge"), {"other": other.reference, "keep": kept.pk})
    assert OutgoingMail.objects.filter(to_address="ann@outside.example", is_secret=True).count() == 1
    assert [party.email for party in kept.parties.all()] == ["ann@outside.example"]
    last = factories.request("Hall", state="screening", requester_email="ben@outside.example", requester_name="Ben")
    signed_in(cast.pmo_analyst).post(page(last, "merge"), {"other": kept.reference, "keep": last.pk})
    told = OutgoingMail.objects.filter(to_address="ann@outside.example").first()
    assert other.tracking_key in told.text
    assert last.tracking_key not in told.text
    move_request(last, verb="assess", by=cast.pmo_analyst, at=timezone.now())
    assert "is in assessment" in Client().get(f"/intake/track/{other.tracking_key}/").content.decode()


def test_a_merge_is_undone(cast: Cast, signed_in: SignIn) -> None:
    kept = factories.request(by=cast.requester, state="screening")
    other = factories.request("Heating", by=cast.director, state="screening")
    client = signed_in(cast.pmo_analyst)
    client.post(page(kept, "merge"), {"other": other.reference, "keep": kept.pk})
    assert page(other, "unmerge") in client.get(f"/intake/requests/{other.reference}/").content.decode()
    assert client.post(page(other, "unmerge"), {"reason": ""}).status_code == 422
    client.post(page(other, "unmerge"), {"reason": "Two halls after all."})
    other.refresh_from_db()
    assert (other.merged_into, other.state) == (None, State.SCREENING)
    assert not kept.parties.exists()
    assert "request.view" not in request_actions(cast.director, kept)


def test_decided_requests_are_not_merged(cast: Cast, signed_in: SignIn) -> None:
    kept = factories.request(by=cast.requester, state="screening")
    decided = factories.request(by=cast.requester, state="approved")
    client = signed_in(cast.pmo_analyst)
    answer = client.post(page(kept, "merge"), {"other": decided.reference, "keep": kept.pk, "reason": "Typed."})
    assert answer.status_code == 422
    assert "only requests that wait for a decision" in answer.content.decode()
    assert "Typed." in answer.content.decode()
    assert client.get(page(decided, "merge")).status_code == 302
    assert client.post(page(kept, "merge"), {"other": kept.reference, "keep": kept.pk}).status_code == 422


def test_nobody_merges_with_what_they_may_not_triage(cast: Cast, signed_in: SignIn) -> None:
    unit = factories.unit("Works")
    person = factories.user("pmo_analyst", unit=unit)
    inside = factories.request(by=cast.requester, state="screening", unit=unit)
    outside = factories.request("Of others", by=cast.requester, state="screening")
    client = signed_in(person)
    assert "Of others" not in client.get(page(inside, "merge") + "?q=others").content.decode()
    assert client.get(page(inside, "merge") + f"?other={outside.reference}").status_code == 404
    assert client.post(page(inside, "merge"), {"other": outside.reference, "keep": inside.pk}).status_code == 404


def test_a_request_is_split_into_parts(cast: Cast, signed_in: SignIn) -> None:
    asked = factories.request("New site", by=cast.requester, state="assessment", owner=cast.pmo_head)
    RequestObjective.objects.create(request=asked, objective=Objective.objects.create(name="Warmth"), weight=60)
    client = signed_in(cast.pmo_analyst)
    client.post(page(asked, "split"), {"titles": "Booking page\n\n Payment \n", "reason": "Two suppliers."})
    asked.refresh_from_db()
    assert asked.state == State.WITHDRAWN
    parts = list(asked.parts.order_by("pk"))
    assert [part.title for part in parts] == ["Booking page", "Payment"]
    for part in parts:
        assert (part.state, part.requester, part.owner, part.purpose) == (
            "assessment",
            cast.requester,
            cast.pmo_head,
            asked.purpose,
        )
        assert part.estimated_cost is None
        assert [link.weight for link in part.objective_links.all()] == [60]
        assert asked.reference in part.moves.get().reason
    assert OutgoingMail.objects.filter(user=cast.requester).count() == 2
    assert "Part of" in client.get(f"/intake/requests/{parts[0].reference}/").content.decode()


def test_a_request_may_stay_open_besides_its_parts(cast: Cast, signed_in: SignIn) -> None:
    asked = factories.request("New site", by=cast.requester, state="screening")
    client = signed_in(cast.pmo_analyst)
    assert client.post(page(asked, "split"), {"titles": "Only one"}).status_code == 422
    assert client.post(page(asked, "split"), {"titles": "Same\nsame"}).status_code == 422
    client.post(page(asked, "split"), {"titles": "Only one", "keep_open": "on"})
    asked.refresh_from_db()
    assert asked.state == State.SCREENING
    assert asked.parts.count() == 1


def test_objectives_add_up_to_a_hundred_percent_at_most(cast: Cast, signed_in: SignIn) -> None:
    asked = factories.request(by=cast.requester, state="screening")
    warm, safe = (Objective.objects.create(name=name) for name in ("Warmth", "Safety"))
    client = signed_in(cast.pmo_analyst)
    client.post(page(asked, "objectives"), {"objective": warm.pk, "weight": 70})
    refused = client.post(page(asked, "objectives"), {"objective": safe.pk, "weight": 40})
    assert refused.status_code == 422
    assert "30% are left" in refused.content.decode()
    client.post(page(asked, "objectives"), {"objective": safe.pk, "weight": 30})
    assert [link.weight for link in asked.objective_links.all()] == [70, 30]
    client.post(page(asked, "objectives/remove"), {"link": asked.objective_links.first().pk})
    assert [link.weight for link in asked.objective_links.all()] == [30]


def test_asking_moves_and_reaches_the_requester(cast: Cast, signed_in: SignIn) -> None:
    asked = factories.request(by=cast.requester, state="screening")
    signed_in(cast.pmo_analyst).post(page(asked, "move/ask"), {"reason": "Which hall?", "expected": "screening"})
    asked.refresh_from_db()
    assert asked.state == State.NEEDS_INFORMATION
    assert asked.questions.get().text == "Which hall?"
    assert "Which hall?" in OutgoingMail.objects.get(user=cast.requester).text


def test_the_preview_is_that_of_the_page(cast: Cast, signed_in: SignIn) -> None:
    first = factories.request(
        "Warm the hall", by=cast.requester, state="screening", estimated_cost=1200, purpose="<b>Warm</b> & dry"
    )
    second = factories.request("Heating for the hall", by=cast.director, state="submitted", is_confidential=True)
    third = factories.request("Warm the hall now", by=cast.requester, state="screening")
    decided = factories.request("Warm the hall twice", by=cast.requester, state="rejected")
    client, base = signed_in(cast.pmo_analyst), "/api/v1/intake/requests/"

    def preview(one: Request, other: str) -> HttpResponse:
        return client.get(f"{base}{one.reference}/merge-preview/", {"other": other})

    assert preview(first, second.reference).status_code == 404, "It is confidential."
    Request.objects.filter(pk=second.pk).update(is_confidential=False)
    found = [row["reference"] for row in client.get(f"{base}{first.reference}/merge-candidates/").json()]
    page_found = client.get(page(first, "merge")).context["found"]
    assert found == [one.reference for one in page_found]
    assert found[0] == third.reference
    assert decided.reference not in found
    told = preview(second, first.reference).json()
    context = client.get(page(second, "merge"), {"other": first.reference}).context
    assert ([one["reference"] for one in told["requests"]], told["stays"]) == (
        [second.reference, first.reference],
        first.reference,
    )
    assert [(line["label"], line["same"]) for line in told["lines"]] == [(line.label, line.same) for line in context["lines"]]
    cells = {line["label"]: line["cells"] for line in told["lines"]}
    assert cells["Purpose"][1] == "<b>Warm</b> & dry"
    assert (cells["Estimated cost"][1], cells["Needed by"]) == ("£1.2k", ["–", "–"])
    for one, other, status in (
        (first, first.reference, 400), (first, decided.reference, 400), (decided, first.reference, 400),
        (first, "REQ-9999", 404), (first, "", 400), (first, "\0", 400),
    ):  # fmt: skip
        assert preview(one, other).status_code == status, (one, other)
    assert signed_in(cast.board_member).get(f"{base}{first.reference}/merge-preview/").status_code == 403
    assert signed_in(cast.project_manager).get(f"{base}{first.reference}/merge-candidates/").status_code == 404
