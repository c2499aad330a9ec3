"""Teams and milestones of a project: who may change them, and that nobody gives what they do not hold."""

import threading
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.actions.grants import take_role
from accounts.models import RoleGrant
from core.errors import ActionError, RemovedMeanwhile
from portfolio.actions.access import take_scoped_role
from portfolio.actions.members import edit_member, remove_member
from portfolio.models import Membership, Milestone
from tests import factories


def create_url(project):
    return reverse("portfolio:member-create", args=[project.reference])


def test_manager_adds_a_member_who_then_sees_the_project(cast, signed_in):
    answer = signed_in(cast.project_manager).post(create_url(cast.own), {"user": cast.stranger.pk, "role": "sponsor"})
    assert answer.status_code == 302
    assert signed_in(cast.stranger).get(reverse("portfolio:project-detail", args=[cast.own.reference])).status_code == 200


def test_manager_cannot_give_more_than_they_hold(cast, signed_in):
    answer = signed_in(cast.project_manager).post(create_url(cast.own), {"user": cast.stranger.pk, "role": "pmo_head"})
    assert answer.status_code == 422
    assert not Membership.objects.filter(user=cast.stranger).exists()


def test_member_whose_time_is_over_sees_nothing(cast, signed_in):
    yesterday = timezone.localdate() - timedelta(days=1)
    factories.member(cast.stranger, "sponsor", project=cast.own, ends_on=yesterday)
    assert signed_in(cast.stranger).get(reverse("portfolio:project-detail", args=[cast.own.reference])).status_code == 404


def test_role_is_given_once_and_dates_are_in_order(cast, signed_in):
    client = signed_in(cast.project_manager)
    form = {"user": cast.stranger.pk, "role": "sponsor"}
    client.post(create_url(cast.own), form)
    again = client.post(create_url(cast.own), form)
    assert again.status_code == 422
    assert "This person holds the role here already." in again.content.decode()
    backwards = client.post(
        create_url(cast.own), form | {"role": "auditor", "starts_on": "2026-02-01", "ends_on": "2026-01-01"}
    )
    assert backwards.status_code == 422


def test_sponsor_may_not_change_the_team(cast, signed_in):
    assert signed_in(cast.sponsor).post(create_url(cast.own), {"user": cast.stranger.pk, "role": "sponsor"}).status_code == 403


def test_milestone_of_another_project_is_not_reached_through_ones_own(cast, signed_in):
    foreign = Milestone.objects.create(project=cast.other, title="Foreign", planned_on="2026-01-01")
    address = reverse("portfolio:milestone-edit", args=[cast.own.reference, foreign.pk])
    assert signed_in(cast.project_manager).post(address, {"title": "Taken", "planned_on": "2026-01-01"}).status_code == 404


def test_milestone_slips_and_is_shown_late(cast, signed_in):
    client = signed_in(cast.project_manager)
    client.post(
        reverse("portfolio:milestone-create", args=[cast.own.reference]),
        {"title": "Contract signed", "planned_on": "2026-01-01", "forecast_on": "2026-01-31"},
    )
    page = client.get(reverse("portfolio:project-milestones", args=[cast.own.reference])).content.decode()
    assert "Contract signed" in page
    assert "+30" in page
    assert "Overdue" in page


def test_who_edits_or_ends_a_role_that_moved_meanwhile_is_told(cast, signed_in):
    member = factories.member(cast.stranger, "sponsor", project=cast.own)
    client, address = signed_in(cast.pmo_head), reverse("portfolio:member-edit", args=[cast.own.reference, member.pk])
    assert 'name="version" value="1"' in client.get(address).content.decode()
    assert client.post(address, {"ends_on": "2030-01-01", "version": 1}).status_code == 302
    stale = client.post(address, {"ends_on": "2031-01-01", "version": 1})
    assert (stale.status_code, "1 Jan 2030" in stale.content.decode() or "2030-01-01" in stale.content.decode()) == (409, True)
    assert Membership.objects.get(pk=member.pk).ends_on == date(2030, 1, 1)
    for act in (
        lambda: edit_member(member, starts_on=None, ends_on=None, version=2, by=cast.pmo_head),
        lambda: remove_member(member),
    ):
        Membership.objects.filter(pk=member.pk).delete()
        with pytest.raises(RemovedMeanwhile, match="Somebody removed this"):
            act()


@pytest.mark.parametrize("take", [take_role, take_scoped_role])
def test_a_role_that_is_only_given_and_taken_is_taken_once(cast, take):
    """Grants and roles on portfolios and programmes are never edited, so they need no version: nothing can be overwritten."""
    if take is take_role:
        pk, options = RoleGrant.objects.create(user=cast.stranger, role="requester").pk, {"at": timezone.now()}
    else:
        pk, options = factories.member(cast.stranger, "sponsor", portfolio=factories.portfolio()).pk, {}
    take(pk=pk, **options)
    with pytest.raises(ActionError, match="taken away already"):
        take(pk=pk, **options)


@pytest.mark.django_db(transaction=True)
def test_two_who_name_the_same_person_at_one_moment_make_one_member():
    lead = factories.user("pmo_head")
    project, person = factories.project(), factories.user()
    barrier, answers = threading.Barrier(4), []

    def name_them():
        client = Client()
        client.force_login(lead, backend="django.contrib.auth.backends.ModelBackend")
        barrier.wait(60)
        answers.append(client.post(create_url(project), {"user": person.pk, "role": "sponsor"}).status_code)
        connection.close()

    threads = [threading.Thread(target=name_them) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert sorted(answers) == [302, 422, 422, 422]
    assert Membership.objects.filter(project=project).count() == 1
