"""Owners hear once of each request that passed its service time, and of each that was deferred until now."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from core.models import Notification, OutgoingMail
from intake.actions.reminders import send_service_digest
from intake.models import Request
from tests import factories
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def late(title: str, **fields: object) -> Request:
    kind = factories.request_type(service_days={"screening": 3})
    return factories.request(title, of=kind, state="screening", moved_at=timezone.now() - timedelta(days=20), **fields)


def mails() -> list[tuple[str, str]]:
    return [(mail.to_name, mail.subject) for mail in OutgoingMail.objects.order_by("pk")]


def test_an_owner_hears_once_and_in_one_mail(cast: Cast) -> None:
    now = timezone.now()
    late("Late one", by=cast.requester, owner=cast.pmo_analyst)
    late("Late two", by=cast.requester, owner=cast.pmo_analyst)
    factories.request("In time", by=cast.requester, state="screening", owner=cast.pmo_analyst)
    assert send_service_digest(at=now) == 1
    mail = OutgoingMail.objects.get()
    assert (mail.user, mail.subject) == (cast.pmo_analyst, "2 requests have passed their service time")
    assert "Late one" in mail.text
    assert "working days over" in mail.text
    assert "In time" not in mail.text
    assert send_service_digest(at=now) == 0
    assert send_service_digest(at=now + timedelta(days=1)) == 0, "nothing new, no mail"
    late("Late three", by=cast.requester, owner=cast.pmo_analyst)
    assert send_service_digest(at=now + timedelta(days=1)) == 1
    assert "Late one" in OutgoingMail.objects.order_by("pk").last().text, "the mail lists everything that waits"


def test_what_was_put_off_comes_back_on_its_day(cast: Cast) -> None:
    today = timezone.localdate()
    factories.request("Next year", by=cast.requester, state="deferred", resume_on=today, owner=cast.pmo_analyst)
    factories.request("Later", by=cast.requester, state="deferred", resume_on=today + timedelta(days=9), owner=cast.pmo_analyst)
    send_service_digest(at=timezone.now())
    assert mails() == [(str(cast.pmo_analyst), "1 request was deferred until now")]
    assert Notification.objects.filter(user=cast.pmo_analyst, text__contains="Next year").count() == 1


def test_what_nobody_looks_after_goes_to_the_head_who_may_see_it(cast: Cast) -> None:
    late("Lonely", by=cast.requester)
    late("Quiet", by=cast.requester, is_confidential=True)
    assert send_service_digest(at=timezone.now()) == 1
    mail = OutgoingMail.objects.get()
    assert mail.user == cast.pmo_head
    assert "Lonely" in mail.text
    assert "Quiet" not in mail.text


def test_the_next_state_is_news_again(cast: Cast) -> None:
    one = late("Late one", by=cast.requester, owner=cast.pmo_analyst)
    now: datetime = timezone.now()
    send_service_digest(at=now)
    Request.objects.filter(pk=one.pk).update(moved_at=now - timedelta(days=15))
    assert send_service_digest(at=now + timedelta(days=1)) == 1
