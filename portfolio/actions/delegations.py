"""Delegations: somebody decides changes for another, from a day to a day."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.access import refuse_auditor
from accounts.models import User
from core.actions.locking import check, lock
from core.actions.notifications import notify
from core.errors import ActionError
from core.history import recorded
from core.office import office_day
from portfolio.models import ApprovalDelegation

MOST_DAYS = 366


@transaction.atomic
def delegate_approvals(
    *, user: Any, delegate: Any, starts_on: date, ends_on: date, by: Any, at: datetime
) -> ApprovalDelegation:
    """Let `delegate` decide changes for `user` in these days, both included. Raises ActionError for days that are over or too
    many, or that meet another delegation to the same person, and for one who takes somebody's decisions for themself."""
    on = office_day(at)
    with recorded("portfolio.delegation.added"):
        if not delegate.is_active:
            raise ActionError(
                _("%(person)s cannot sign in any more: choose somebody else.") % {"person": delegate}, field="delegate"
            )
        refuse_auditor(delegate, field="delegate")
        if user != by and delegate == by:
            words = _("Nobody takes over the decisions of others by themself: %(person)s delegates, or somebody else does it.")
            raise ActionError(words % {"person": user}, field="delegate")
        lock(User.objects.all(), user.pk)  # so that the same is not delegated twice in one moment
        row = ApprovalDelegation(user=user, delegate=delegate, starts_on=starts_on, ends_on=ends_on)
        check(row)
        if ends_on < on:
            raise ActionError(_("These days are over: choose days to come."), field="ends_on")
        if (ends_on - starts_on).days > MOST_DAYS:
            raise ActionError(_("Delegate for a year at most; you can do it again then."), field="ends_on")
        same = ApprovalDelegation.objects.filter(user=user, delegate=delegate, starts_on__lte=ends_on, ends_on__gte=starts_on)
        if same.exists():
            raise ActionError(_("%(person)s decides for you in these days already.") % {"person": delegate}, field="starts_on")
        row.save()
        text = _("%(person)s delegated the decision on changes to you") % {"person": user}
        notify(
            users=[delegate], key=f"delegation:{row.pk}", text=text, url=reverse("portfolio:delegation-list"), at=at, shows=[]
        )
    return row


@transaction.atomic
def end_delegation(delegation: ApprovalDelegation, *, on: date) -> None:
    """End a delegation today: one that has not begun, or only today, is taken away; what was decided under it stands."""
    with recorded("portfolio.delegation.ended"):
        row = ApprovalDelegation.objects.select_for_update().get(pk=delegation.pk)
        if row.ends_on < on:
            raise ActionError(_("It is over already."))
        if row.starts_on >= on:
            row.delete()
        else:
            row.ends_on = on - timedelta(days=1)
            row.save()
