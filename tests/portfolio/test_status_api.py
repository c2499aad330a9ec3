"""Status updates over the API: draft, submit, return, publish, with the rules of the pages."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portfolio.actions.status import publish_each
from portfolio.models import AssuranceRating, Project, StatusUpdate
from tests import factories
from tests.cast import Cast

ROOT = "/api/v1/portfolio/"
UPDATES = f"{ROOT}status-updates/"


@pytest.fixture
def period(cast: Cast):  # type: ignore[no-untyped-def]
    calendar = factories.calendar()
    factories.duty(cast.own, calendar)
    return factories.period(calendar, ends_on=timezone.localdate() + timedelta(days=1))


def client_of(person: Any) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def post(client: Client, address: str, data: dict[str, Any] | None = None, etag: str = "") -> Any:
    return client.post(address, data or {}, content_type="application/json", headers={"If-Match": etag} if etag else {})


def test_manager_drafts_submits_and_analyst_publishes(cast: Cast, period) -> None:  # type: ignore[no-untyped-def]
    manager, analyst = client_of(cast.project_manager), client_of(cast.pmo_analyst)
    draft = {
        "project": cast.own.reference,
        "period": period.pk,
        "overall": "amber",
        "summary": "The tender came in over budget.",
        "decisions": [{"text": "Release the contingency", "decider": "Sponsor", "due_on": "2026-12-01"}],
    }
    made = post(manager, UPDATES, draft)
    assert made.status_code == 201, made.json()
    address = f"{UPDATES}{made.json()['id']}/"

    blind = post(manager, f"{address}submit/")
    assert blind.status_code == 428
    wanting = post(manager, f"{address}submit/", etag=made["ETag"])
    if wanting.status_code == 400:  # the facts say otherwise: give the reason that is asked for
        reasons = {one["attr"].removeprefix("reason_"): "Agreed with the sponsor." for one in wanting.json()["errors"]}
        changed = manager.patch(
            address, {"reasons": reasons}, content_type="application/json", headers={"If-Match": made["ETag"]}
        )
        assert changed.status_code == 200, changed.json()
        wanting = post(manager, f"{address}submit/", etag=changed["ETag"])
    assert wanting.json()["state"] == "submitted"
    assert wanting.json()["computed_overall"]

    assert post(manager, f"{address}publish/").status_code == 403
    published = post(analyst, f"{address}publish/", etag=analyst.get(address)["ETag"])
    assert published.json()["state"] == "published"
    assert published.json()["decisions"][0]["text"] == "Release the contingency"
    assert Project.objects.get(pk=cast.own.pk).current_update_id == made.json()["id"]
    assert post(analyst, f"{address}publish/", etag=published["ETag"]).status_code == 400


def test_draft_of_an_unseen_project_is_refused_like_an_absent_one(cast: Cast, period) -> None:  # type: ignore[no-untyped-def]
    manager = client_of(cast.project_manager)
    answers = [
        post(manager, UPDATES, {"project": reference, "period": period.pk})
        for reference in (cast.confidential.reference, "PRJ-9999")
    ]
    assert [one.status_code for one in answers] == [400, 400]
    details = [one.json()["errors"][0]["detail"].replace(cast.confidential.reference, "PRJ-9999") for one in answers]
    assert details[0] == details[1]
    assert not StatusUpdate.objects.exists()


def test_drafts_are_not_shown_to_readers(cast: Cast, period) -> None:  # type: ignore[no-untyped-def]
    factories.update(cast.own, period, state="draft", summary="Not yet for you")
    assert "Not yet for you" in client_of(cast.project_manager).get(UPDATES).content.decode()
    assert "Not yet for you" not in client_of(cast.sponsor).get(UPDATES).content.decode()


def test_analyst_rates_assurance_and_manager_may_not(cast: Cast) -> None:
    words = {"project": cast.own.reference, "rating": "red", "comment": "No plan survives the audit."}
    address = f"{ROOT}assurance-ratings/"
    assert post(client_of(cast.project_manager), address, words).status_code == 403
    assert post(client_of(cast.pmo_analyst), address, words).status_code == 201
    assert AssuranceRating.objects.get().rated_by == cast.pmo_analyst
    assert post(client_of(cast.pmo_analyst), address, words | {"comment": ""}).json()["errors"][0]["attr"] == "comment"


def test_comments_name_a_known_dimension(cast: Cast, period) -> None:  # type: ignore[no-untyped-def]
    body = {"project": cast.own.reference, "period": period.pk, "comments": {"weather": "rain"}}
    answer = post(client_of(cast.project_manager), UPDATES, body)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["attr"] == "comments"


def test_decisions_of_a_draft_are_sent_whole(cast: Cast, period) -> None:  # type: ignore[no-untyped-def]
    """Also by PATCH, which lets other fields be left out: a row without its words is refused at its place."""
    manager = client_of(cast.project_manager)
    made = post(manager, UPDATES, {"project": cast.own.reference, "period": period.pk})
    assert made.status_code == 201

    def patch(decisions: object):  # type: ignore[no-untyped-def]
        headers = {"If-Match": made["ETag"]}
        body = {"decisions": decisions}
        return manager.patch(f"{UPDATES}{made.json()['id']}/", body, content_type="application/json", headers=headers)

    wanting = patch([{"text": "Release it"}, {"decider": "Sponsor"}])
    assert (wanting.status_code, wanting.json()["errors"][0]["attr"]) == (400, "decisions.1.text")
    assert patch([{"text": "Too many"}] * 61).status_code == 400
    assert patch([{"text": "Release it"}]).json()["decisions"] == [{"text": "Release it", "decider": "", "due_on": None}]


def test_several_are_published_as_on_the_page(cast: Cast) -> None:
    calendar = factories.calendar()
    period = factories.period(calendar, ends_on=timezone.localdate() - timedelta(days=1))
    by = {"state": "submitted", "submitted_at": timezone.now()}
    good = factories.update(cast.own, period, submitted_by=cast.project_manager, **by)
    own = factories.update(cast.other, period, submitted_by=cast.pmo_head, **by)
    hidden = factories.update(cast.confidential, period, submitted_by=cast.director, **by)
    draft = factories.update(factories.project(), period, state="draft")
    chosen = [good.pk, own.pk, hidden.pk, draft.pk, 10**12]
    head = client_of(cast.pmo_head)
    sent = {"updates": [{"id": pk, "version": good.version} for pk in chosen]}
    page = head.get(reverse("portfolio:update-bulk"), {"pk": chosen})
    assert ([one.pk for one in page.context["updates"]], page.context["left_out"]) == ([good.pk], 4)
    assert post(client_of(cast.project_manager), f"{UPDATES}publish-several/", sent).status_code == 403
    older = post(head, f"{UPDATES}publish-several/", {"updates": [{"id": good.pk, "version": good.version - 1}]}).json()
    assert (older["published"], [one["id"] for one in older["refused"]]) == ([], [good.pk]), "It is not what was read."
    told = post(head, f"{UPDATES}publish-several/", sent).json()
    assert told == {"published": [good.pk], "left_out": chosen[1:], "refused": []}
    assert StatusUpdate.objects.get(pk=good.pk).state == "published"
    assert post(head, f"{UPDATES}publish-several/", sent).json()["published"] == []
    for wrong in ([], ["x"], [good.pk], [{"id": good.pk}], [{"id": 0, "version": 1}]):
        assert post(head, f"{UPDATES}publish-several/", {"updates": wrong}).status_code == 400
    Project.objects.filter(pk=cast.other.pk).update(archived_at=timezone.now())
    StatusUpdate.objects.filter(pk=own.pk).update(submitted_by=cast.project_manager)
    _published, [(refused, why)] = publish_each([own], versions={own.pk: own.version}, by=cast.pmo_head, at=timezone.now())
    assert (refused.pk, bool(why)) == (own.pk, True)
