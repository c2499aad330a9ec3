"""Mails of the registers: what is told once, to whom, and the link that ends an action without signing in."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.actions.mail import send_due_mail
from core.models import MailPreference, OutgoingMail
from portfolio.actions.dependencies import move_dependency
from portfolio.actions.raid import edit_entry, move_entry
from portfolio.actions.raid_letters import done_link, send_register_reminders, step_of
from portfolio.models import Entry
from tests import factories

NOW = timezone.now()
TODAY = timezone.localdate()


@pytest.fixture(autouse=True)
def today() -> None:
    """Of the test: a run that began before midnight may come here after it."""
    global NOW, TODAY
    NOW = timezone.now()
    TODAY = timezone.localdate(NOW)


def day(number):
    return TODAY + timedelta(days=number)


def path_of(link):
    return "/" + link.split("/", 3)[3]


@pytest.fixture
def action(cast):
    return factories.entry("action", cast.own, "Call the council", owner=cast.project_manager, due_on=day(1), by=cast.pmo_head)


def test_a_new_owner_gets_one_mail_with_a_link_that_ends_it(cast, action):
    mail = OutgoingMail.objects.get(to_address=cast.project_manager.email)
    assert mail.subject == "To do: Call the council"
    assert mail.is_secret
    for body in (mail.text, mail.html):
        assert "/portfolio/done/" in body
        assert action.reference in body
    edit_entry(action, changes={"title": "Call them"}, version=action.version, by=cast.pmo_head, at=NOW)
    assert OutgoingMail.objects.count() == 1


def test_who_takes_an_action_themselves_is_not_mailed_nor_who_wants_none(cast):
    factories.entry("action", cast.own, owner=cast.project_manager, by=cast.project_manager)
    MailPreference.objects.create(user=cast.sponsor, topic="action_mine", when="never")
    factories.entry("action", cast.own, owner=cast.sponsor, by=cast.pmo_head)
    assert not OutgoingMail.objects.exists()


def test_opening_the_link_changes_nothing_and_pressing_it_ends_the_action(cast, action):
    client, path = Client(), path_of(done_link(action, cast.project_manager))
    for method in (client.get, client.head):
        page = method(path)
        assert page.status_code == 200
        assert page["Referrer-Policy"] == "no-referrer"
    assert Entry.objects.get(pk=action.pk).status == "open"
    assert "Yes, it is done" in client.get(path).content.decode()
    assert "recorded as done by you" in client.post(path).content.decode()
    assert Entry.objects.get(pk=action.pk).status == "done"
    again = client.post(path)
    assert again.status_code == 200
    assert "It is done already" in again.content.decode()
    # History says who, and how.
    event = Entry.pgh_event_model.objects.filter(pgh_obj_id=action.pk).order_by("-pgh_id")[0]
    assert event.pgh_context.metadata["user"] == cast.project_manager.pk
    assert event.pgh_context.metadata["action"] == "portfolio.action.finished_by_mail"


def test_the_link_names_its_person_whoever_is_signed_in(cast, action, signed_in):
    signed_in(cast.pmo_head).post(path_of(done_link(action, cast.project_manager)))
    event = Entry.pgh_event_model.objects.filter(pgh_obj_id=action.pk).order_by("-pgh_id")[0]
    assert event.pgh_context.metadata["user"] == cast.project_manager.pk


def refused(path):
    page = Client().post(path)
    return page.status_code in (404, 410) and "Call the council" not in page.content.decode()


def test_a_link_ends_with_its_person_its_owner_and_its_rights(cast, action):
    path = path_of(done_link(action, cast.project_manager))
    edit_entry(action, changes={"owner": cast.sponsor}, version=action.version, by=cast.pmo_head, at=NOW)
    assert refused(path)
    other = path_of(done_link(action, cast.sponsor))
    cast.sponsor.is_active = False
    cast.sponsor.save()
    assert refused(other)
    assert Entry.objects.get(pk=action.pk).status == "open"
    assert refused(other[:-3] + "abc/")
    assert refused(reverse("portfolio:action-done", args=["nothing"]))


def test_who_lost_the_project_cannot_use_the_link(cast):
    named = factories.member(cast.stranger, "sponsor", project=cast.own)
    one = factories.entry("action", cast.own, "Call the council", owner=cast.stranger)
    path = path_of(done_link(one, cast.stranger))
    named.delete()
    assert refused(path)
    assert Entry.objects.get(pk=one.pk).status == "open"


def test_a_link_is_too_old_after_a_month(cast, action, monkeypatch):
    from django.core import signing

    path = path_of(done_link(action, cast.project_manager))
    later = timezone.now().timestamp() + 31 * 86400
    monkeypatch.setattr(signing.time, "time", lambda: later)
    page = Client().get(path)
    assert "too old" in page.content.decode()


def test_a_cancelled_action_is_not_ended(cast, action):
    path = path_of(done_link(action, cast.project_manager))
    move_entry(action, "cancel", by=cast.pmo_head, at=NOW, reason="Not needed")
    assert Client().post(path).status_code == 410
    assert Entry.objects.get(pk=action.pk).status == "cancelled"


def test_one_reminder_a_person_and_day_lists_everything(cast):
    me = cast.project_manager
    factories.entry("action", cast.own, "Late action", owner=me, due_on=day(-3))
    factories.entry("risk", cast.own, "Stale risk", owner=me, review_on=day(-1))
    factories.entry("assumption", cast.own, "Old belief", owner=me, due_on=day(1))
    factories.entry("action", cast.own, "Far away", owner=me, due_on=day(20))
    factories.entry("action", cast.own, "Long forgotten", owner=me, due_on=day(-90))
    assert send_register_reminders(at=NOW) == 1
    assert send_register_reminders(at=NOW) == 0
    mail = OutgoingMail.objects.get(kind="registers_due")
    assert mail.subject == "2 things of yours are overdue, 1 is due soon"
    for title in ("Late action", "Stale risk", "Old belief"):
        assert title in mail.text
        assert title in mail.html
    assert "Far away" not in mail.text
    assert "Long forgotten" not in mail.text
    assert len(set(re.findall(r"/portfolio/done/[^\s/]+/", mail.text))) == 1
    # The next day nothing is new: each was told once; a week later the overdue ones come again.
    assert send_register_reminders(at=NOW + timedelta(days=1)) == 0
    assert send_register_reminders(at=NOW + timedelta(days=7)) == 1


def test_nobody_is_told_of_what_they_may_not_see_any_more(cast):
    named = factories.member(cast.stranger, "sponsor", project=cast.own)
    factories.entry("action", cast.own, "Canary", owner=cast.stranger, due_on=day(0))
    named.delete()
    assert send_register_reminders(at=NOW) == 0


def test_the_outbox_forgets_the_link_once_it_is_sent(cast, action, smtp_server):
    send_due_mail(clock=timezone.now)
    mail = OutgoingMail.objects.get()
    assert (mail.state, mail.text, mail.html) == ("sent", "", "")


@pytest.mark.parametrize(("days", "step"), [(3, None), (2, 0), (0, 0), (-1, 1), (-7, 1), (-8, 2), (-28, 4), (-29, None)])
def test_steps_of_reminding(days, step):
    assert step_of(day(days), TODAY) == step


def test_a_link_does_not_end_what_was_opened_again(cast, action):
    path = path_of(done_link(action, cast.project_manager))
    edit_entry(action, changes={"title": "Call them"}, version=action.version, by=cast.pmo_head, at=NOW)
    assert "Yes, it is done" in Client().get(path).content.decode()  # another word makes no other task
    assert Client().post(path).status_code == 200
    row = move_entry(Entry.objects.get(pk=action.pk), "reopen", by=cast.project_manager, at=NOW, reason="Not quite")
    answer = Client().post(path)
    assert answer.status_code == 410
    assert "opened again since this mail" in answer.content.decode()
    assert Entry.objects.get(pk=action.pk).status == "open"
    assert Client().post(path_of(done_link(row, cast.project_manager))).status_code == 200
    assert Entry.objects.get(pk=action.pk).status == "done"


@pytest.fixture
def commitment(cast):
    """`other` gives to `own`: its director leads the giver, the project manager the receiver."""
    row = factories.entry("dependency", cast.own, "A crane", by=cast.project_manager, giver=cast.other, due_on=day(30))
    return move_dependency(row, "agree", sides={"giver"}, day=day(1), by=cast.director, at=NOW)


def told_of(person):
    return [mail.text for mail in OutgoingMail.objects.filter(key__startswith=f"registers-due:{person.pk}:")]


def test_a_commitment_is_told_to_its_giver_and_once_overdue_to_both(cast, commitment):
    OutgoingMail.objects.all().delete()
    send_register_reminders(at=NOW)
    assert len(told_of(cast.director)) == 1
    assert "another project gets it from yours" in told_of(cast.director)[0]
    assert not told_of(cast.project_manager)
    send_register_reminders(at=NOW + timedelta(days=2))
    assert len(told_of(cast.director)) == 2
    (mail,) = told_of(cast.project_manager)
    assert "A crane" in mail
    assert "was due" in mail
    assert "your project gets it from another one" in mail
    assert send_register_reminders(at=NOW + timedelta(days=3)) == 0
    # What is delivered is nobody's to chase.
    Entry.objects.filter(pk=commitment.pk).update(status="delivered")
    assert send_register_reminders(at=NOW + timedelta(days=10)) == 0


def test_a_commitment_is_told_without_the_name_of_a_hidden_side(cast):
    row = factories.entry("dependency", cast.confidential, "A crane", by=cast.director, giver=cast.own, due_on=day(30))
    move_dependency(row, "agree", sides={"giver"}, day=day(1), by=cast.project_manager, at=NOW)
    OutgoingMail.objects.all().delete()
    send_register_reminders(at=NOW)
    (mail,) = told_of(cast.project_manager)
    assert "A crane" in mail
    assert cast.confidential.title not in mail
    assert cast.confidential.reference not in mail
