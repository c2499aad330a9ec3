"""Roles held everywhere or on an organisation unit: give, take."""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import OrganisationUnit, RoleGrant, User
from accounts.roles import ROLES
from core.actions.locking import once
from core.errors import ActionError
from core.history import recorded
from core.office import office_day


@transaction.atomic
def give_role(
    *,
    user: User,
    role: str,
    unit: OrganisationUnit | None,
    starts_on: date | None,
    ends_on: date | None,
    by: User | None,
) -> RoleGrant:
    """Give a role everywhere (no unit) or on a unit and all below it, from and to a day.

    Raises ActionError when the person holds it there already, the days are out of order, or somebody gives to themselves.
    `by` None: the command line.
    """
    if by is not None and user.pk == by.pk:
        raise ActionError(_("Nobody gives a role to themselves: ask another administrator."), field="role")
    if role == "administrator" and unit is not None:
        raise ActionError(_("An administrator is one everywhere: leave the organisation unit empty."), field="unit")
    grant = RoleGrant(user=user, role=role, unit=unit, starts_on=starts_on, ends_on=ends_on)
    try:
        grant.full_clean()
    except ValidationError as error:
        raise ActionError(" ".join(error.messages)) from error
    with recorded("accounts.grant.given"), once():
        grant.save()
    return grant


@transaction.atomic
def take_role(*, pk: int, at: datetime) -> RoleGrant:
    """Take a granted role away, from the next request on. Raises ActionError for the last administrator."""
    rows = RoleGrant.objects.select_related("user", "unit").filter(pk=pk)
    grant = rows.first()
    if grant is not None and grant.role == "administrator":
        # Before the grant itself is locked: who disables an administrator locks them all, too, in the same order.
        refuse_last_administrator(user_id=grant.user_id, at=at)
    grant = rows.select_for_update(of=("self",)).first()
    if grant is None:
        raise ActionError(_("This role was taken away already."))
    with recorded("accounts.grant.taken", role=str(ROLES[grant.role]), person=grant.user_id):
        grant.delete()
    return grant


def lock_administrators() -> "QuerySet[RoleGrant]":
    """Lock the administrators' grants, in one order. Whoever bars somebody from signing in or takes an administrator's role does
    this before they lock a person or another grant: so one at a time does it, and none waits for what another holds who waits
    for them."""
    all_of_them = RoleGrant.objects.filter(role="administrator", unit=None)
    list(all_of_them.select_for_update(of=("self",)).order_by("pk").values_list("pk"))
    return all_of_them


def refuse_last_administrator(*, user_id: int, at: datetime) -> None:
    """Raise ActionError when nobody else would be left who administers today and with no end.

    Locks the administrators' grants, so that two of them cannot remove each other at one moment.
    """
    all_of_them = lock_administrators()
    # Asked again once they are locked: who waited for a lock still sees the people as they were before.
    held = all_of_them.active(office_day(at)).filter(user__is_active=True)  # type: ignore[attr-defined]
    grants = list(held.values_list("user_id", "ends_on"))
    holders = {holder for holder, _ends in grants}
    others = {holder for holder, ends_on in grants if ends_on is None} - {user_id}
    if user_id in holders and not others:
        raise ActionError(_("This is the last administrator. Give the role to somebody else first."))
