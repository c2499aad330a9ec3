"""Nobody gains rights on a project by editing it, by its team, or by a linked object of the API."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from core.errors import ActionError
from core.models import OutgoingMail
from portfolio.actions.members import edit_member
from portfolio.actions.projects import edit_project
from portfolio.models import Membership, Project
from tests import factories


def patch(client, project, **changes):
    address = reverse("api:project-detail", args=[project.reference])
    etag = client.get(address).headers["ETag"]
    return client.patch(address, changes, content_type="application/json", headers={"If-Match": etag})


def unchanged(project):
    return Project.objects.get(pk=project.pk).version == project.version


def test_manager_cannot_move_a_project_to_where_they_review(cast, signed_in):
    portfolio = factories.portfolio()
    factories.member(cast.project_manager, "pmo_head", portfolio=portfolio)
    answer = patch(signed_in(cast.project_manager), cast.own, portfolio=portfolio.reference)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["attr"] == "portfolio"
    assert unchanged(cast.own)


def test_manager_cannot_move_a_project_into_any_unit(cast, signed_in):
    answer = patch(signed_in(cast.project_manager), cast.own, unit=factories.unit().pk)
    assert answer.status_code == 400
    assert unchanged(cast.own)


def test_administrator_cannot_become_manager_by_editing(cast, signed_in):
    client = signed_in(cast.administrator)
    assert patch(client, cast.own, manager=cast.administrator.email).status_code == 400
    address = reverse("portfolio:project-edit", args=[cast.own.reference])
    form = {"title": "Own project", "phase": "delivery", "tier": 2, "currency": "GBP", "version": cast.own.version}
    answer = client.post(address, form | {"manager": cast.administrator.pk})
    assert answer.status_code == 422
    assert "rights on the project that you do not have" in answer.content.decode()
    assert unchanged(cast.own)


def test_nobody_adds_themselves_to_a_team(cast, signed_in):
    address = reverse("portfolio:member-create", args=[cast.own.reference])
    answer = signed_in(cast.administrator).post(address, {"user": cast.administrator.pk, "role": "pmo_head"})
    assert answer.status_code == 422
    assert not Membership.objects.filter(user=cast.administrator).exists()


def test_nobody_prolongs_their_own_role(cast, signed_in):
    member = factories.member(cast.administrator, "pmo_head", project=cast.own)
    address = reverse("portfolio:member-edit", args=[cast.own.reference, member.pk])
    assert signed_in(cast.administrator).post(address, {"ends_on": "2030-01-01"}).status_code == 422
    member.refresh_from_db()
    assert member.ends_on is None


def test_the_last_person_cannot_leave_a_confidential_project(cast, signed_in):
    with pytest.raises(ActionError, match="Nobody is named"):
        edit_project(cast.confidential, changes={"manager": None}, version=cast.confidential.version)
    member = factories.member(cast.stranger, "project_manager", project=cast.confidential)
    Project.objects.filter(pk=cast.confidential.pk).update(manager=None)
    address = reverse("portfolio:member-remove", args=[cast.confidential.reference, member.pk])
    signed_in(cast.stranger).post(address)
    assert Membership.objects.filter(pk=member.pk).exists()


def test_who_cannot_sign_in_or_whose_time_is_over_does_not_count_as_named(cast):
    yesterday = timezone.localdate() - timedelta(days=1)
    factories.member(cast.stranger, "sponsor", project=cast.confidential, ends_on=yesterday)
    gone = factories.user(is_active=False)
    factories.member(gone, "sponsor", project=cast.confidential)
    for manager in (None, gone):
        with pytest.raises(ActionError, match="Nobody is named"):
            edit_project(cast.confidential, changes={"manager": manager}, version=cast.confidential.version)
    reader = factories.member(cast.sponsor, "sponsor", project=cast.confidential)
    edit_project(cast.confidential, changes={"manager": None}, version=cast.confidential.version)
    with pytest.raises(ActionError, match="Nobody is named"):
        edit_member(reader, starts_on=None, ends_on=yesterday, version=reader.version, by=cast.pmo_head)


def test_who_gives_a_confidential_project_away_lands_on_the_list(cast, signed_in):
    form = {
        "title": "Zanzibar canary", "phase": "delivery", "tier": "2", "currency": "GBP", "budget": "1000000",
        "manager": cast.stranger.pk, "version": cast.confidential.version,
    }  # fmt: skip
    address = reverse("portfolio:project-edit", args=[cast.confidential.reference])
    answer = signed_in(cast.director).post(address, form, follow=True)
    assert (answer.status_code, answer.redirect_chain) == (200, [(reverse("portfolio:project-list"), 302)])
    assert "You do not see it any more" in answer.content.decode()
    own = factories.member(cast.sponsor, "project_manager", project=cast.confidential)
    address = reverse("portfolio:member-remove", args=[cast.confidential.reference, own.pk])
    answer = signed_in(cast.sponsor).post(address, follow=True)
    assert (answer.status_code, answer.redirect_chain) == (200, [(reverse("portfolio:project-list"), 302)])


@pytest.mark.parametrize("name", ["update", "assurance"])
def test_unseen_project_is_as_unknown_as_an_absent_one(cast, signed_in, name):
    client = signed_in(cast.pmo_head)
    body = {"period": factories.period().pk, "rating": "green"}

    def answer(reference):
        posted = client.post(reverse(f"api:{name}-list"), body | {"project": reference}, content_type="application/json")
        return posted.status_code, posted.content.decode().replace(reference, "")

    assert answer(cast.confidential.reference) == answer("PRJ-9999")


def test_history_keeps_drafts_to_writers_and_reviewers(cast, signed_in):
    factories.update(cast.own, state="draft", summary="Secret draft words")
    address = reverse("portfolio:project-history", args=[cast.own.reference])
    assert "Secret draft words" in signed_in(cast.project_manager).get(address).content.decode()
    for role in ("sponsor", "board_member", "auditor"):
        assert "Secret draft words" not in signed_in(getattr(cast, role)).get(address).content.decode()
        assert "Secret draft words" not in signed_in(getattr(cast, role)).get(address + "?export=csv").getvalue().decode()


def test_mail_about_a_returned_update_of_a_confidential_project_is_for_its_reader_alone(cast, signed_in):
    factories.member(cast.pmo_analyst, "pmo_analyst", project=cast.confidential)
    update = factories.update(cast.confidential, state="submitted", submitted_by=cast.director)
    address = reverse("portfolio:update-return", args=[cast.confidential.reference, update.pk])
    assert signed_in(cast.pmo_analyst).post(address, {"comment": "Say more."}).status_code == 302
    mail = OutgoingMail.objects.get(user=cast.director)
    assert signed_in(cast.auditor).get(reverse("core:mail-detail", args=[mail.pk])).status_code == 404
    assert signed_in(cast.administrator).get(reverse("core:mail-detail", args=[mail.pk])).status_code == 404
    assert signed_in(cast.director).get(reverse("core:mail-detail", args=[mail.pk])).status_code == 200
