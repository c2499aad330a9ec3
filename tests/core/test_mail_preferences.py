"""Each person chooses which mails come at once, once a day, or never; what the office must send comes."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from accounts.actions.passwords import send_invitation
from core.actions.conversation import write_comment
from core.actions.preferences import preferences_of, send_digests, set_preferences
from core.errors import ActionError
from core.mail_topics import mail_topics
from core.models import DigestItem, MailPreference, Notification, OutgoingMail
from portfolio.models import Project

NIGHT = datetime(2026, 11, 22, 3, tzinfo=ZoneInfo("Europe/London"))
MORNING = NIGHT + timedelta(hours=5)
PAGE = "core:notification-settings"


def mention(cast, on=None, at=NIGHT):
    write_comment(on or cast.own, text=f"@{cast.sponsor.email} please look", by=cast.project_manager, at=at)


def test_page_keeps_what_was_chosen_and_history_tells(cast, signed_in):
    client = signed_in(cast.sponsor)
    page = client.get(reverse(PAGE)).content.decode()
    assert page.count('value="never"') == sum(topic.may_stop for topic in mail_topics()) < len(mail_topics())
    wanted = dict.fromkeys(preferences_of(cast.sponsor), "now") | {"mention": "daily"}
    assert client.post(reverse(PAGE), wanted).status_code == 302
    assert preferences_of(cast.sponsor) == wanted
    event = MailPreference.pgh_event_model.objects.get()
    assert event.pgh_context.metadata["action"] == "core.preference.set"
    assert client.post(reverse(PAGE), wanted | {"mention": "now"}).status_code == 302
    assert preferences_of(cast.sponsor)["mention"] == "now"


def test_what_the_office_must_send_cannot_be_stopped(cast, signed_in):
    wanted = dict.fromkeys(preferences_of(cast.sponsor), "never")
    assert signed_in(cast.sponsor).post(reverse(PAGE), wanted).status_code == 422
    with pytest.raises(ActionError):
        set_preferences(user=cast.sponsor, wanted={"status_due": "never"})
    MailPreference.objects.create(user=cast.sponsor, topic="status_due", when="never")
    assert preferences_of(cast.sponsor)["status_due"] == "now"


def test_never_means_no_mail_but_the_bell_rings(cast):
    set_preferences(user=cast.sponsor, wanted={"mention": "never"})
    mention(cast)
    assert not OutgoingMail.objects.exists()
    assert not DigestItem.objects.exists()
    assert Notification.objects.filter(user=cast.sponsor).count() == 1


def test_daily_gathers_everything_into_one_mail_in_the_morning(cast):
    set_preferences(user=cast.sponsor, wanted={"mention": "daily"})
    for _number in range(3):
        mention(cast)
    assert not OutgoingMail.objects.exists()
    assert send_digests(at=NIGHT) == 0
    assert send_digests(at=MORNING) == 1
    assert send_digests(at=MORNING) == 0
    mail = OutgoingMail.objects.get()
    assert (mail.user, mail.subject) == (cast.sponsor, "3 things since your last mail")
    assert mail.text.count("please look") == 3
    assert mail.shows == [f"project:{cast.own.pk}"]
    mention(cast, at=MORNING)
    assert send_digests(at=MORNING + timedelta(hours=1)) == 0  # tomorrow
    assert send_digests(at=MORNING + timedelta(days=1)) == 1


def test_morning_is_the_readers_own(cast):
    cast.sponsor.time_zone = "Asia/Tokyo"
    cast.sponsor.save()
    set_preferences(user=cast.sponsor, wanted={"mention": "daily"})
    mention(cast)
    assert send_digests(at=NIGHT) == 1  # noon in Tokyo


def test_what_one_may_not_see_any_more_is_not_told(cast):
    set_preferences(user=cast.sponsor, wanted={"mention": "daily"})
    mention(cast)
    Project.objects.filter(pk=cast.own.pk).update(sponsor=None, is_confidential=True)
    assert send_digests(at=MORNING) == 0
    assert not OutgoingMail.objects.exists()


def test_every_mail_says_why_it_came_and_how_to_change_it(cast):
    mention(cast)
    mail = OutgoingMail.objects.get()
    for body in (mail.text, mail.html):
        assert "You get this because somebody mentioned you in a comment." in body
        assert reverse(PAGE) in body
    send_invitation(user=cast.stranger, by=cast.administrator, at=NIGHT)
    invitation = OutgoingMail.objects.get(user=cast.stranger)
    assert "Such mails are always sent." in invitation.text
    assert reverse(PAGE) not in invitation.text
