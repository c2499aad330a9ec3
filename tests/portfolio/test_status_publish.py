"""The PMO publishes or returns; what is published is frozen; corrections are new revisions; each thing happens once."""

import threading
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import InternalError, connection, connections, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from core.errors import ActionError, EditConflict
from portfolio.actions import status as actions
from portfolio.actions.assurance import rate_assurance
from portfolio.models import Project, StatusDecision, StatusUpdate
from tests import factories
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def as_user(person: User) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def submitted(cast: Cast, **fields: Any) -> StatusUpdate:
    """An update of the own project that waits for review."""
    fields = {"submitted_by": cast.project_manager, "submitted_at": timezone.now(), "schedule": "green"} | fields
    return factories.update(cast.own, fields.pop("for_period", None), state="submitted", **fields)


def url(name: str, update: StatusUpdate) -> str:
    return reverse(f"portfolio:update-{name}", args=[update.project.reference, update.pk])


def test_publishing_freezes_and_the_project_shows_it(cast: Cast) -> None:
    update = submitted(cast, forecast_finish_on=date(2027, 3, 1), forecast_cost=1_250_000, decisions=["Choose"])
    answer = as_user(cast.pmo_analyst).post(url("publish", update), {"version": update.version})
    assert answer.status_code == 302
    cast.own.refresh_from_db()
    assert cast.own.current_update == update
    assert (cast.own.forecast_finish_on, cast.own.forecast) == (date(2027, 3, 1), 1_250_000)
    update.refresh_from_db()
    assert (update.state, update.reviewed_by) == ("published", cast.pmo_analyst)
    assert update.effective_at == update.published_at
    for change in (
        lambda: StatusUpdate.objects.filter(pk=update.pk).update(summary="Rewritten"),
        lambda: StatusUpdate.objects.filter(pk=update.pk).update(state="draft"),
        lambda: StatusUpdate.objects.filter(pk=update.pk)._raw_delete("default"),
        lambda: StatusDecision.objects.filter(update=update).update(text="Other"),
        lambda: StatusDecision.objects.filter(update=update).delete(),
        lambda: StatusDecision.objects.create(update=update, text="One more"),
    ):
        with pytest.raises(InternalError, match="frozen"), transaction.atomic():
            change()


def test_submitter_cannot_publish_their_own(cast: Cast) -> None:
    update = submitted(cast, submitted_by=cast.pmo_head)
    as_user(cast.pmo_head).post(url("publish", update), {"version": update.version})
    assert StatusUpdate.objects.get().state == "submitted"
    page = as_user(cast.pmo_head).get(url("detail", update)).content.decode()
    assert "somebody else must publish it" in page


@pytest.mark.parametrize(
    ("role", "status"),
    [("project_manager", 403), ("sponsor", 403), ("auditor", 403), ("stranger", 404), ("pmo_analyst", 302), ("pmo_head", 302)],
)
def test_who_may_publish_and_return(cast: Cast, role: str, status: int) -> None:
    update = submitted(cast)
    client = as_user(getattr(cast, role))
    # The sponsor sees published updates only, but is told 403 by their role before the update is looked up.
    assert client.post(url("return", update), {"comment": "Say more."}).status_code == status
    StatusUpdate.objects.filter(pk=update.pk).update(state="submitted")
    update.refresh_from_db()
    assert client.post(url("publish", update), {"version": update.version}).status_code == status
    assert StatusUpdate.objects.get().state == ("published" if status == 302 else "submitted")


def test_returned_update_goes_back_with_the_comment_and_can_be_submitted_again(cast: Cast) -> None:
    update = submitted(cast)
    factories.duty(cast.own, update.period.calendar)
    assert as_user(cast.pmo_analyst).post(url("return", update), {"comment": " "}).status_code == 422
    as_user(cast.pmo_analyst).post(url("return", update), {"comment": "Say what it costs."})
    update.refresh_from_db()
    assert (update.state, update.review_comment) == ("returned", "Say what it costs.")
    assert "returned the status update" in cast.project_manager.notifications.get().text
    write = reverse("portfolio:update-write", args=[cast.own.reference, update.period_id])
    assert b"Say what it costs." in as_user(cast.project_manager).get(write).content
    data = {"version": update.version, "summary": "It costs 5.", "overall": "green", "schedule": "green", "submit": ""}
    data |= {"decisions-TOTAL_FORMS": 0, "decisions-INITIAL_FORMS": 0}
    as_user(cast.project_manager).post(write, data)
    assert StatusUpdate.objects.get().state == "submitted"


def test_published_cannot_be_published_or_returned_again(cast: Cast) -> None:
    update = submitted(cast)
    actions.publish_update(update=update, by=cast.pmo_analyst, at=timezone.now())
    with pytest.raises(ActionError, match="Only a submitted update"):
        actions.publish_update(update=update, by=cast.pmo_head, at=timezone.now())
    with pytest.raises(ActionError, match="Only a submitted update"):
        actions.return_update(update=update, comment="Late", by=cast.pmo_head, at=timezone.now())


def test_calendar_without_review_publishes_on_submission_but_reviews_corrections(cast: Cast) -> None:
    period = factories.period(factories.calendar(review_required=False))
    draft = factories.update(cast.own, period, state="draft", schedule="green")
    done = actions.submit_update(update=draft, version=draft.version, by=cast.project_manager, at=timezone.now())
    assert (done.state, done.reviewed_by) == ("published", None)
    correction = actions.correct_update(update=done, by=cast.project_manager)
    again = actions.submit_update(update=correction, version=correction.version, by=cast.project_manager, at=timezone.now())
    assert again.state == "submitted"


def test_correction_is_a_new_revision_and_supersedes_when_published(cast: Cast) -> None:
    at = timezone.now() - timedelta(days=2)
    first = submitted(cast, summary="Typo", decisions=["Choose"])
    actions.publish_update(update=first, by=cast.pmo_analyst, at=at)
    answer = as_user(cast.project_manager).post(url("correct", first))
    assert answer.status_code == 302
    correction = StatusUpdate.objects.get(revision=2)
    assert [row.text for row in correction.decisions.all()] == ["Choose"]
    with pytest.raises(ActionError, match="being written already"):
        actions.correct_update(update=first, by=cast.pmo_head)
    first.refresh_from_db()
    assert first.state == "published"
    StatusUpdate.objects.filter(pk=correction.pk).update(summary="Corrected")
    actions.submit_update(update=correction, version=1, by=cast.project_manager, at=timezone.now())
    actions.publish_update(update=correction, by=cast.pmo_analyst, at=timezone.now())
    first.refresh_from_db()
    cast.own.refresh_from_db()
    assert first.state == "superseded"
    assert cast.own.current_update == correction
    # A view as of yesterday still shows what people read then.
    then = StatusUpdate.objects.known_at(timezone.now() - timedelta(days=1)).get(project=cast.own)
    assert (then, then.summary) == (first, "Typo")
    assert StatusUpdate.objects.known_at(timezone.now()).get(project=cast.own) == correction
    page = as_user(cast.sponsor).get(url("detail", first)).content.decode()
    assert "A correction has replaced this revision" in page


def test_late_correction_of_an_old_period_does_not_step_in_front(cast: Cast) -> None:
    calendar = factories.calendar()
    october = submitted(cast, for_period=factories.period(calendar, ends_on=date(2026, 10, 31)), forecast_cost=1)
    november = submitted(cast, for_period=factories.period(calendar, ends_on=date(2026, 11, 30)), forecast_cost=2)
    actions.publish_update(update=november, by=cast.pmo_analyst, at=timezone.now())
    actions.publish_update(update=october, by=cast.pmo_analyst, at=timezone.now())
    cast.own.refresh_from_db()
    assert (cast.own.current_update, cast.own.forecast) == (november, 2)


def test_pointer_equals_what_is_known_now(cast: Cast) -> None:
    calendar = factories.calendar()
    for month in (9, 11, 10):
        update = submitted(cast, for_period=factories.period(calendar, ends_on=date(2026, month, 30)))
        actions.publish_update(update=update, by=cast.pmo_analyst, at=timezone.now())
        cast.own.refresh_from_db()
        assert cast.own.current_update == StatusUpdate.objects.known_at(timezone.now()).get(project=cast.own)


def test_assurance_is_a_dated_series_of_its_own(cast: Cast) -> None:
    now = timezone.now()
    with pytest.raises(ActionError, match="rests on"):
        rate_assurance(project=cast.own, rating="amber", comment=" ", by=cast.pmo_analyst, at=now)
    rate_assurance(project=cast.own, rating="amber", comment="Plan unproven.", by=cast.pmo_analyst, at=now)
    later = rate_assurance(project=cast.own, rating="green", comment="Proven.", by=cast.pmo_analyst, at=now + timedelta(1))
    cast.own.refresh_from_db()
    assert cast.own.current_assurance == later
    assert cast.own.assurance_ratings.count() == 2


def at_once(number: int, work: Callable[[int], Any]) -> list[str]:
    """Run `work(0…number-1)` in threads at the same moment; the names of what each ended with."""
    ready = threading.Barrier(number)
    results: list[str] = []

    def run(index: int) -> None:
        try:
            ready.wait()
            work(index)
            results.append("done")
        except Exception as error:  # noqa: BLE001 - whatever it is, the test compares its name
            results.append(type(error).__name__)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(index,)) for index in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(results)


@pytest.mark.django_db(transaction=True)
def test_eight_reviewers_publish_once() -> None:
    writer = factories.user()
    reviewers = [factories.user("pmo_analyst") for _ in range(8)]
    update = factories.update(factories.project(), state="submitted", submitted_by=writer)
    results = at_once(8, lambda index: actions.publish_update(update=update, by=reviewers[index], at=timezone.now()))
    assert results == ["ActionError"] * 7 + ["done"]
    assert StatusUpdate.objects.get().version == update.version + 1


@pytest.mark.django_db(transaction=True)
def test_eight_submissions_are_one() -> None:
    writer = factories.user()
    factories.user("pmo_analyst")
    update = factories.update(factories.project(), state="draft", schedule="green")
    results = at_once(
        8,
        lambda index: actions.submit_update(update=update, version=update.version, by=writer, at=timezone.now()),
    )
    assert results == ["EditConflict"] * 7 + ["done"]


@pytest.mark.django_db(transaction=True)
def test_eight_writers_of_one_version_lose_nothing() -> None:
    people = [factories.user() for _ in range(8)]
    project = factories.project()
    period = factories.period()

    def write(index: int) -> None:
        values = {"summary": f"Words of {index}"}
        actions.save_draft(
            project=project, period=period, values=values, decisions=[], version=0, by=people[index], at=timezone.now()
        )

    assert at_once(8, write) == ["EditConflict"] * 7 + ["done"]
    assert StatusUpdate.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_publishing_and_returning_at_once_ends_in_one_of_them() -> None:
    update = factories.update(factories.project(), state="submitted", submitted_by=factories.user())
    reviewers = [factories.user("pmo_analyst") for _ in range(2)]

    def decide(index: int) -> None:
        if index:
            actions.publish_update(update=update, by=reviewers[0], at=timezone.now())
        else:
            actions.return_update(update=update, comment="No.", by=reviewers[1], at=timezone.now())

    assert at_once(2, decide) == ["ActionError", "done"]


def test_history_names_who_did_what(cast: Cast) -> None:
    update = submitted(cast)
    as_user(cast.pmo_analyst).post(url("publish", update), {"version": update.version})
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.metadata->>'action', c.metadata->>'user' FROM portfolio_statusupdateevent e "
            "JOIN pghistory_context c ON c.id = e.pgh_context_id WHERE e.pgh_obj_id = %s ORDER BY e.pgh_id DESC LIMIT 1",
            [update.pk],
        )
        assert cursor.fetchone() == ("portfolio.status.published", str(cast.pmo_analyst.pk))


def test_nobody_publishes_what_they_did_not_read(cast: Cast) -> None:
    """Taken back, written anew and submitted again while the reviewer reads."""
    update, reviewer = submitted(cast, summary="Fine"), as_user(cast.pmo_analyst)
    page = reviewer.get(url("detail", update)).content.decode()
    assert f'name="version" value="{update.version}"' in page
    api = f"/api/v1/portfolio/status-updates/{update.pk}/"
    etag = reviewer.get(api)["ETag"]
    actions.withdraw_update(update=update)
    StatusUpdate.objects.filter(pk=update.pk).update(state="submitted", summary="Lost", version=update.version + 2)
    answer = reviewer.post(url("publish", update), {"version": update.version}, follow=True)
    assert "Read it again, then publish it." in answer.content.decode()
    assert reviewer.post(f"{api}publish/", headers={"If-Match": etag}).status_code == 412
    assert reviewer.post(f"{api}publish/").status_code == 428
    assert StatusUpdate.objects.get().state == "submitted"


def test_nobody_publishes_a_stale_preview(cast: Cast) -> None:
    draft = factories.update(cast.own, state="draft", schedule="green")
    with pytest.raises(EditConflict):
        actions.submit_update(update=draft, version=draft.version - 1, by=cast.project_manager, at=timezone.now())
    assert Project.objects.get(pk=cast.own.pk).current_update is None
