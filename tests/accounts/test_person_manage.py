"""People, units and roles, changed by an administrator."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.actions.grants import give_role, take_role
from accounts.actions.people import disable_person
from accounts.actions.units import edit_unit
from accounts.models import ApiToken, OrganisationUnit, RoleGrant, User
from core.errors import ActionError, EditConflict
from core.models import OutgoingMail
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin() -> User:
    return factories.user("administrator", name="Ann Admin")


@pytest.fixture
def page(admin: User) -> Client:
    client = Client()
    client.force_login(admin, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_invited_person_chooses_a_password_and_signs_in(page: Client) -> None:
    response = page.post("/accounts/people/new/", {"email": "New@Example.org", "name": "Nell New"})
    person = User.objects.get(email="new@example.org")
    assert response.headers["Location"] == f"/accounts/people/{person.pk}/"
    assert not person.has_usable_password()
    mail = OutgoingMail.objects.get()
    assert "Ann Admin has opened an account for you" in mail.text
    link = re.search(r"https?://[^/]+(/accounts/password/reset/[^\s]+)", mail.text)
    browser = Client()
    form = browser.get(link.group(1), follow=True)
    browser.post(form.redirect_chain[-1][0], {"new_password1": "a-longer-word-1", "new_password2": "a-longer-word-1"})
    signed_in = browser.post("/accounts/login/", {"username": "new@example.org", "password": "a-longer-word-1"})
    assert signed_in.status_code == 302
    assert page.get(f"/accounts/people/{person.pk}/").status_code == 200


def test_taken_address_is_refused_and_nothing_typed_is_lost(page: Client) -> None:
    factories.user(email="ada@example.org")
    response = page.post("/accounts/people/new/", {"email": "ADA@example.org", "name": "Second Ada"})
    assert response.status_code == 422
    assert "exists already" in response.content.decode()
    assert "Second Ada" in response.content.decode()
    assert not OutgoingMail.objects.exists()


@pytest.mark.parametrize("email", ["ada@exam\u202eple.org", "admini\u017ftrator@example.org"])
def test_an_address_that_no_mail_reaches_is_refused_in_its_field(page: Client, email: str) -> None:
    response = page.post("/accounts/people/new/", {"email": email, "name": "Ada"})
    assert response.status_code == 422
    assert "contains signs that it cannot have" in response.content.decode()
    assert not User.objects.filter(name="Ada").exists()


def test_stale_edit_shows_both_versions_and_takes_the_choice(page: Client) -> None:
    person = factories.user(name="Ada", job_title="Analyst")
    url = f"/accounts/people/{person.pk}/edit/"
    mine = {"email": person.email, "name": "Ada Lovelace", "job_title": "Analyst", "version": "1"}
    assert page.post(url, mine | {"name": "Ada King"}).status_code == 302
    response = page.post(url, mine)
    text = response.content.decode()
    assert response.status_code == 409
    assert "Ada Lovelace" in text
    assert "Ada King" in text
    assert User.objects.get(pk=person.pk).name == "Ada King"
    assert page.post(url, mine | {"version": "2", "choice-name": "mine"}).status_code == 302
    assert User.objects.get(pk=person.pk).name == "Ada Lovelace"
    assert page.post(url, mine | {"name": "X", "version": "3", "choice-name": "theirs"}).status_code == 302
    assert User.objects.get(pk=person.pk).name == "Ada Lovelace"


def test_last_administrator_stays(admin: User) -> None:
    now = timezone.now()
    grant = admin.role_grants.get()
    with pytest.raises(ActionError, match="last administrator"):
        take_role(pk=grant.pk, at=now)
    other = factories.user("pmo_head")
    with pytest.raises(ActionError, match="last administrator"):
        disable_person(pk=admin.pk, by=other, at=now)
    ending = give_role(user=other, role="administrator", unit=None, starts_on=None, ends_on=now.date(), by=admin)
    with pytest.raises(ActionError, match="last administrator"):
        take_role(pk=grant.pk, at=now)
    RoleGrant.objects.filter(pk=ending.pk).update(ends_on=None)
    take_role(pk=grant.pk, at=now)
    assert not admin.role_grants.exists()


def test_nobody_gives_a_role_to_themselves_or_disables_themselves(admin: User, page: Client) -> None:
    response = page.post(f"/accounts/people/{admin.pk}/roles/new/", {"role": "pmo_head"})
    assert response.status_code == 422
    assert "ask another administrator" in response.content.decode()
    page.post(f"/accounts/people/{admin.pk}/disable/")
    assert User.objects.get(pk=admin.pk).is_active


def test_disabled_person_loses_their_tokens(admin: User) -> None:
    person = factories.user()
    factories.token(person)
    disable_person(pk=person.pk, by=admin, at=timezone.now())
    assert ApiToken.objects.get().revoked_at is not None


def test_role_acts_and_ends_with_the_next_request(admin: User) -> None:
    person, client, today = factories.user(), Client(), timezone.localdate()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    people = "/accounts/people/"
    assert client.get(people).status_code == 403
    future = give_role(user=person, role="auditor", unit=None, starts_on=today + timedelta(days=1), ends_on=None, by=admin)
    assert client.get(people).status_code == 403
    RoleGrant.objects.filter(pk=future.pk).update(starts_on=today, ends_on=today)
    assert client.get(people).status_code == 200
    take_role(pk=future.pk, at=timezone.now())
    assert client.get(people).status_code == 403


def test_same_role_twice_is_refused_with_a_sentence(page: Client) -> None:
    person = factories.user("auditor")
    response = page.post(f"/accounts/people/{person.pk}/roles/new/", {"role": "auditor"})
    assert response.status_code == 422
    assert "holds the role there already" in response.content.decode()


def test_unit_moves_with_all_below_but_never_in_a_circle() -> None:
    top = factories.unit("Top")
    middle = factories.unit("Middle", parent=top)
    low = factories.unit("Low", parent=middle)
    for inside in (top, middle, low):
        with pytest.raises(ActionError, match="part of itself"):
            edit_unit(pk=top.pk, version=1, name="Top", code="", parent=inside)
    edit_unit(pk=low.pk, version=1, name="Low", code="", parent=top)
    with pytest.raises(EditConflict):
        edit_unit(pk=low.pk, version=1, name="Lower", code="", parent=top)
    assert OrganisationUnit.objects.get(pk=low.pk).parent == top


def test_unit_in_use_is_not_removed(page: Client) -> None:
    unit = factories.unit("Works")
    factories.project(unit=unit)
    page.post(f"/accounts/units/{unit.pk}/remove/")
    assert OrganisationUnit.objects.filter(pk=unit.pk).exists()
    empty = factories.unit("Empty")
    page.post(f"/accounts/units/{empty.pk}/remove/")
    assert not OrganisationUnit.objects.filter(pk=empty.pk).exists()


def test_unit_name_once_in_a_place(page: Client) -> None:
    factories.unit("Works")
    response = page.post("/accounts/units/new/", {"name": "works"})
    assert response.status_code == 422
    assert "exists here already" in response.content.decode()


def test_people_list_asks_the_same_queries_at_any_size(page: Client) -> None:
    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert page.get("/accounts/people/?sort=-last_login&q=person").status_code == 200
        return len(asked)

    factories.user("auditor", unit=factories.unit())
    few = count()
    for _ in range(10):
        factories.user("auditor", unit=factories.unit())
    assert count() == few <= 12


def test_token_is_shown_once_and_kept_as_a_digest(page: Client, admin: User) -> None:
    day = timezone.localdate() + timedelta(days=10)
    response = page.post("/accounts/profile/tokens/new/", {"name": "Export", "scope": "read", "expires_on": day.isoformat()})
    key = re.search(r'value="(pmo_[^"]+)"', response.content.decode()).group(1)
    assert response.headers["Cache-Control"] == "no-store"
    assert ApiToken.objects.get().digest == ApiToken.digest_of(key)
    assert key not in page.get("/accounts/profile/").content.decode()
    me = Client().get("/api/v1/accounts/me/", headers={"Authorization": f"Bearer {key}"})
    assert me.json()["email"] == admin.email
    page.post(f"/accounts/profile/tokens/{ApiToken.objects.get().pk}/revoke/")
    assert Client().get("/api/v1/accounts/me/", headers={"Authorization": f"Bearer {key}"}).status_code == 401


def test_token_ends_within_a_year(page: Client) -> None:
    for days in (-1, 400):
        day = timezone.localdate() + timedelta(days=days)
        response = page.post("/accounts/profile/tokens/new/", {"name": "x", "scope": "read", "expires_on": day.isoformat()})
        assert response.status_code == 422
    assert not ApiToken.objects.exists()


def test_every_change_is_in_the_history_with_its_action(page: Client, admin: User) -> None:
    person = factories.user(name="Ada")
    page.post(f"/accounts/people/{person.pk}/roles/new/", {"role": "auditor"})
    event = RoleGrant.pgh_event_model.objects.filter(user_id=person.pk).get()  # type: ignore[attr-defined]
    assert event.pgh_context.metadata["action"] == "accounts.grant.given"
    assert event.pgh_context.metadata["user"] == admin.pk
    page.post(f"/accounts/roles/{person.role_grants.get().pk}/remove/")
    labels = [e.pgh_label for e in RoleGrant.pgh_event_model.objects.filter(user_id=person.pk).order_by("pgh_id")]  # type: ignore[attr-defined]
    assert labels == ["insert", "delete"]


def test_first_administrator_comes_from_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("create_administrator", "First@Example.org", name="Fay First")
    link = re.search(r"https?://[^/]+(/accounts/\S+)", capsys.readouterr().out)
    assert link
    browser = Client()
    form = browser.get(link.group(1), follow=True)
    browser.post(form.redirect_chain[-1][0], {"new_password1": "a-longer-word-1", "new_password2": "a-longer-word-1"})
    browser.post("/accounts/login/", {"username": "first@example.org", "password": "a-longer-word-1"})
    assert browser.get("/accounts/people/").status_code == 200
    call_command("create_administrator", "first@example.org")
    assert RoleGrant.objects.count() == 1
    with pytest.raises(CommandError, match="not an e-mail address"):
        call_command("create_administrator", "nobody")


def test_people_list_shows_the_roles_that_come_from_projects(cast: Any, signed_in: Any) -> None:
    factories.member(cast.stranger, "board_member", portfolio=factories.portfolio("Roads"))
    factories.member(cast.stranger, "sponsor", project=cast.confidential)
    address = reverse("accounts:user-list")
    page = signed_in(cast.administrator).get(address).content.decode()
    for words in ("Project manager · 1 project<", "Sponsor · 1 project<", "Board member · Roads<"):
        assert words in page, words
    assert page.count("Sponsor · 1 project<") == 1  # not the one on the confidential project
    found = signed_in(cast.administrator).get(address, {"role": "sponsor"}).content.decode()
    assert cast.sponsor.email in found
    assert cast.stranger.email not in found
