"""Roles on a portfolio or programme: give, take. Those on a project are in `members`."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from core.actions.locking import once
from core.errors import ActionError
from core.history import recorded
from portfolio.models import Membership, Portfolio, Programme


@transaction.atomic
def give_scoped_role(
    *,
    user: Any,
    role: str,
    portfolio: Portfolio | None,
    programme: Programme | None,
    starts_on: date | None,
    ends_on: date | None,
    by: Any,
) -> Membership:
    """Give a role on one portfolio or programme. Raises ActionError when it is held there already or given to oneself."""
    if user.pk == by.pk:
        raise ActionError(_("Nobody gives a role to themselves: ask another administrator."), field="user")
    held = Membership(user=user, role=role, portfolio=portfolio, programme=programme, starts_on=starts_on, ends_on=ends_on)
    try:
        held.full_clean()
    except ValidationError as error:
        raise ActionError(" ".join(error.messages)) from error
    with recorded("portfolio.role.given"), once():
        held.save()
    return held


@transaction.atomic
def take_scoped_role(*, pk: int) -> Membership:
    """Take a role on a portfolio or programme away, from the next request on."""
    held = Membership.objects.select_for_update().filter(pk=pk, project=None).first()
    if held is None:
        raise ActionError(_("This role was taken away already."))
    with recorded("portfolio.role.taken", person=held.user_id):
        held.delete()
    return held
