"""What people do to accounts at one moment: of administrators who remove each other one stays, none waits for the other for ever."""

import pytest
from django.test import Client
from django.utils import timezone

from accounts.actions.grants import take_role
from accounts.actions.people import disable_person
from accounts.actions.units import remove_unit
from accounts.models import RoleGrant, User
from tests import factories
from tests.at_once import while_it_waits

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("how", ["disable", "take"])
def test_two_who_remove_each_other_leave_one(how: str) -> None:
    one, other = factories.user("administrator"), factories.user("administrator")
    at = timezone.now()
    last = {"disable": lambda: disable_person(pk=one.pk, by=other, at=at), "take": lambda: take_role(pk=grant_of(one), at=at)}
    refused = while_it_waits(last[how], lambda: disable_person(pk=other.pk, by=one, at=at))
    assert "last administrator" in str(refused)
    assert User.objects.get(pk=one.pk).is_active
    assert grant_of(one)


def test_taking_a_role_waits_without_holding_it() -> None:
    """Else who disables somebody and who takes a role away wait for each other, and one of them is thrown out."""
    one, other, third = (factories.user("administrator") for _each in range(3))
    at = timezone.now()

    taken = while_it_waits(
        lambda: take_role(pk=grant_of(other), at=at),
        lambda: RoleGrant.objects.select_for_update().get(pk=grant_of(one)),
        lambda: disable_person(pk=third.pk, by=one, at=at),
    )
    assert taken.user == other


def test_a_unit_that_is_removed_while_somebody_moves_into_it_is_told_as_such(client: Client) -> None:
    works, person = factories.unit("Works"), factories.user()
    client.force_login(factories.user("administrator"))
    page = {"name": person.name, "email": person.email, "unit": works.pk, "version": person.version}
    answer = while_it_waits(lambda: client.post(f"/accounts/people/{person.pk}/edit/", page), lambda: remove_unit(pk=works.pk))
    assert answer.status_code == 422
    assert "changed at this moment what this refers to" in answer.content.decode()


def grant_of(person: User) -> int:
    return RoleGrant.objects.get(user=person, role="administrator").pk
