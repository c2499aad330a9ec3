"""Finding a person whose name has accents by a keyboard that has none, and the other way round."""

import pytest
from django.urls import reverse

from accounts.search import people_like
from portfolio.models import Membership
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("typed", ["Gunes", "güneş", "GUNEŞ", "lukasz", "Łuk"])
def test_a_name_is_found_with_or_without_its_accents(cast, signed_in, typed):
    person = factories.user(name="Łukasz Güneş", email="lg@example.org")
    other = factories.user(name="Grace Gunner")
    client = signed_in(cast.administrator)
    listed = client.get("/accounts/people/", {"q": typed}).content.decode()
    assert person.name in listed
    assert other.name not in listed
    (first, *_others) = people_like(cast.administrator, typed, 5)
    assert (first.title, first.guessed) == (person.name, False)
    Membership.objects.create(project=cast.own, user=person, role="board_member")
    mentions = reverse("core:mention-list", args=["project", cast.own.pk])
    offered = signed_in(cast.project_manager).get(mentions, {"q": typed}).content.decode()
    assert person.name in offered
    assert other.name not in offered


def test_a_name_without_accents_is_found_by_one_typed_with_them(cast):
    person = factories.user(name="Jose Munoz")
    assert [hit.title for hit in people_like(cast.administrator, "Muñoz", 5) if not hit.guessed] == [person.name]
