"""Setting up an empty installation: whoever sets up sees what is left, others nothing."""

from typing import Any

from django.urls import reverse

from accounts.models import OrganisationUnit
from tests.cast import Cast


def test_administrator_sees_what_is_left_to_set_up(cast: Cast, signed_in: Any) -> None:
    OrganisationUnit.objects.get_or_create(name="Works")
    page = signed_in(cast.administrator).get(reverse("reporting:setup")).content.decode()
    assert reverse("reporting:schedule-create") in page
    assert reverse("accounts:unit-create") not in page  # there is one


def test_who_does_not_set_up_sees_nothing(cast: Cast, signed_in: Any) -> None:
    assert signed_in(cast.requester).get(reverse("reporting:setup")).content == b""


def test_setup_costs_one_query_for_its_steps(cast: Cast, signed_in: Any, django_assert_max_num_queries: Any) -> None:
    client = signed_in(cast.pmo_head)
    client.get(reverse("reporting:setup"))
    with django_assert_max_num_queries(6):
        client.get(reverse("reporting:setup"))
