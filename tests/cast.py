"""The cast: one person per role, and three projects seen differently by each of them."""

from dataclasses import dataclass

import pytest
from django.test import Client

from accounts.models import RoleGrant, User
from accounts.roles import ROLES
from portfolio.models import Project
from tests import factories


@dataclass
class Cast:
    """`people` by role, plus "stranger" (signed in, no role). The project manager and the sponsor hold their role on
    `own` only; `other` belongs to somebody else; `confidential` names a director only."""

    people: dict[str, User]
    own: Project
    other: Project
    confidential: Project
    director: User

    def __getattr__(self, role: str) -> User:
        try:
            return self.__dict__["people"][role]
        except KeyError:
            raise AttributeError(role) from None


def make_cast() -> Cast:
    """One person per role and three projects."""
    on_projects = {"project_manager", "sponsor"}
    everybody = [*ROLES, "stranger", "director"]
    people = dict(zip(everybody, factories.users(role.replace("_", " ").title() for role in everybody), strict=True))
    RoleGrant.objects.bulk_create([RoleGrant(user=people[role], role=role) for role in ROLES if role not in on_projects])
    director = people.pop("director")
    own = factories.project("Own project", manager=people["project_manager"], sponsor=people["sponsor"])
    other = factories.project("Other project", manager=director)
    confidential = factories.project("Zanzibar canary", manager=director, is_confidential=True)
    return Cast(people, own, other, confidential, director)


@pytest.fixture
def cast(db: None) -> Cast:
    """One person per role and three projects."""
    return make_cast()


@pytest.fixture
def signed_in(client: Client):  # type: ignore[no-untyped-def]
    """`signed_in(user)` gives a client signed in as that person."""

    def sign_in(person: User) -> Client:
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in
