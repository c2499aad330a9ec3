"""Eight who write, in the same moment, what may be there only once: it is there once, and nobody gets a failure."""

from typing import Any

import pytest

from accounts.models import OrganisationUnit, RoleGrant
from intake.models import ProjectTemplate
from portfolio.models import ApprovalDelegation, HealthThreshold, Membership
from tests import factories
from tests.cast import Cast, make_cast
from tests.test_eight_at_once import WRITERS, at_once, post, send

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def codes(person: Any, *calls: Any) -> list[int]:
    """What eight calls of a person, in turn of these, are answered at once."""
    return sorted(answer.status_code for answer in at_once([(person, calls[n % len(calls)]) for n in range(WRITERS)]))


def test_what_may_be_there_once_is_there_once() -> None:
    cast: Cast = make_cast()
    admin, head, reader = cast.administrator, cast.pmo_head, cast.stranger
    others = WRITERS - 1

    grant = {"user": reader.email, "role": "requester"}
    page = {"role": "requester", "unit": "", "starts_on": "", "ends_on": ""}
    found = codes(admin, send("/api/v1/accounts/grants/", grant), post(f"/accounts/people/{reader.pk}/roles/new/", page))
    assert sum(code in (201, 302) for code in found) == 1, found
    assert RoleGrant.objects.filter(user=reader).count() == 1

    member = {"project": cast.own.reference, "user": reader.email, "role": "board_member"}
    assert codes(head, send("/api/v1/portfolio/memberships/", member)) == [201] + [400] * others
    office = factories.portfolio("Whole office")
    scoped = {"user": reader.email, "role": "board_member", "portfolio": office.reference}
    assert codes(admin, send("/api/v1/portfolio/scoped-roles/", scoped)) == [201] + [400] * others
    assert Membership.objects.filter(user=reader).count() == 2

    assert codes(admin, send("/api/v1/accounts/units/", {"name": "Works"})) == [201] + [400] * others
    assert OrganisationUnit.objects.filter(name="Works").count() == 1

    etag = '"healththreshold-0-0"'
    first = send("/api/v1/portfolio/thresholds/2/", {"stale_after_days": 40}, method="patch", **{"If-Match": etag})
    assert codes(head, first) == [200] + [412] * others
    assert HealthThreshold.objects.get(tier=2).version == 1

    assert codes(head, send("/api/v1/intake/project-templates/standard/", {})) == [201] * WRITERS
    assert ProjectTemplate.objects.count() == 3

    days = {"starts_on": "2099-01-01", "ends_on": "2099-02-01"}
    assert (
        codes(cast.sponsor, send("/api/v1/portfolio/delegations/", {"delegate": head.email} | days)) == [201] + [400] * others
    )
    assert ApprovalDelegation.objects.count() == 1
