"""Who sees which requests: the queryset words `allowed(user, action)` and `visible_to(user)`.

The same rules, told for one object, are in `intake/access.py`; a test holds both equal.
"""

from datetime import date
from typing import Any

from django.apps import apps
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.access import Rights, changes_nothing, rights_of
from accounts.models import User
from core.holidays import office_holidays
from intake.models.clock import AllowedDays, DueNumber
from intake.transitions import READS, REQUESTER_MAY, SEEN_BY_PARTIES


def somebody(pk: int, rights: Rights) -> User:
    """A person of this number with these rights, for queries that are put together once for all who have them (core/prepared.py)."""
    user = User(pk=pk)
    user._rights = rights  # type: ignore[attr-defined]
    return user


def request_condition(user: Any, action: str, prefix: str = "") -> Q:
    """The condition under which a request lets the person do `action`; `prefix` leads to the request ("request__")."""
    if not user.is_authenticated or not user.is_active:
        return Q(pk__in=[])
    rights = rights_of(user)
    if action not in READS and changes_nothing(user):
        return Q(pk__in=[])

    def on(**lookups: Any) -> Q:
        return Q(**{prefix + name: value for name, value in lookups.items()})

    granted = on(pk__isnull=False) if rights.everywhere_may(action) else Q(pk__in=[])
    if units := rights.units_with(action):
        granted |= on(unit__in=units)
    own = on(requester=user)
    parties = apps.get_model("intake", "RequestParty").objects.filter(user=user, request=OuterRef(f"{prefix}pk"))
    stands_on = own | on(owner=user) | on(sponsor=user) | Q(Exists(parties))
    # Other people's drafts are nobody's business yet.
    condition = granted & ~on(state="draft") & (on(is_confidential=False) | stands_on)
    if action in REQUESTER_MAY:
        condition |= own
    if action in SEEN_BY_PARTIES:
        condition |= stands_on & (~on(state="draft") | own)
    return condition


class RequestQuerySet(QuerySet[Any]):
    """Words for requests."""

    def allowed(self, user: Any, action: str) -> "RequestQuerySet":
        """Those on which the person may do `action`."""
        return self.filter(request_condition(user, action))

    def visible_to(self, user: Any) -> "RequestQuerySet":
        """Those the person may see."""
        return self.allowed(user, "request.view")

    def open(self) -> "RequestQuerySet":
        """Submitted and not decided yet: somebody has to do something."""
        return self.filter(state__in=["submitted", "screening", "needs_information", "assessment", "ready"])

    def waiting(self, on: date) -> "RequestQuerySet":
        """What the office has to do something about: open ones, and deferred ones whose day has come."""
        back = Q(state="deferred", resume_on__lte=on)
        return self.filter(Q(state__in=["submitted", "screening", "needs_information", "assessment", "ready"]) | back)

    def with_clock(self) -> "RequestQuerySet":
        """With `due_number`: the `day_number` of the last working day in time, None without a service time. Conditions may ask
        for `allowed_days`, too."""
        return self.alias(allowed_days=AllowedDays()).annotate(due_number=DueNumber(office_holidays()))

    def active(self) -> "RequestQuerySet":
        """Not merged into another one."""
        return self.filter(merged_into=None)
