"""Approval routes: which sizes of change exist, and who decides them. Three stand until the office sets its own."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core.actions.locking import assign, lock, save
from core.errors import ActionError
from core.history import recorded
from core.prepared import PreparedObjects
from portfolio.formulas.changes import Size, first_route
from portfolio.models import ApprovalRoute, ChangeRequest
from portfolio.models.changes import Approver

FIELDS = ["position", "name", "most_percent", "most_days", "approver", "quorum", "days_to_decide"]

DEFAULTS: list[dict[str, Any]] = [
    {
        "position": 10, "name": gettext_noop("Small change"), "most_percent": Decimal(2), "most_days": 10,
        "approver": Approver.MANAGER, "quorum": 1, "days_to_decide": 5,
    },
    {
        "position": 20, "name": gettext_noop("Medium change"), "most_percent": Decimal(10), "most_days": 60,
        "approver": Approver.SPONSOR, "quorum": 1, "days_to_decide": 10,
    },
    {
        "position": 30, "name": gettext_noop("Large change"), "most_percent": None, "most_days": None,
        "approver": Approver.BOARD, "quorum": 3, "days_to_decide": 15,
    },
]  # fmt: skip


ROUTES = PreparedObjects(ApprovalRoute.objects.all)


def routes() -> list[ApprovalRoute]:
    """The routes in force, the first one first; the default ones, not saved, while none is. One query."""
    return ROUTES() or [_default(values) for values in DEFAULTS]


def _default(values: Mapping[str, Any]) -> ApprovalRoute:
    return ApprovalRoute(**{**values, "name": _(values["name"])}, version=0)


def ensure_routes() -> None:
    """Keep the default routes as rows, where there are none: a change request points to the one that it took."""
    if ApprovalRoute.objects.exists():
        return
    with transaction.atomic():
        _one_at_a_time()
        if not ApprovalRoute.objects.exists():
            for route in map(_default, DEFAULTS):
                route.version = 1
                route.save()


def adopt_routes() -> None:
    """Keep the default routes as the organisation's own; nothing where it has some."""
    with recorded("portfolio.route.created"):
        ensure_routes()


def _one_at_a_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('portfolio.approval_routes'))")


def route_for(size: Size) -> ApprovalRoute | None:
    """The route that a change of this size takes; None where no limits are wide enough. One query."""
    return first_route(routes(), size)


@transaction.atomic
def create_route(*, values: Mapping[str, Any]) -> ApprovalRoute:
    """A further route. Raises ActionError for a place that is taken, or for limits that nothing would reach."""
    with recorded("portfolio.route.created"):
        ensure_routes()
        _one_at_a_time()
        row = ApprovalRoute(version=1)
        _write(row, values)
        row.save()
        _check_order()
    return row


@transaction.atomic
def edit_route(route: ApprovalRoute, *, changes: Mapping[str, Any], version: int) -> ApprovalRoute:
    """Change a route; what was submitted keeps the approver that it got. Raises EditConflict when somebody saved since
    `version`, ActionError as `create_route`."""
    with recorded("portfolio.route.edited"):
        _one_at_a_time()
        row = lock(ApprovalRoute.objects.all(), route.pk, version=version)
        _write(row, changes)
        save(row)
        _check_order()
    return row


def _write(row: ApprovalRoute, values: Mapping[str, Any]) -> None:
    assign(row, values, FIELDS)
    if row.approver != Approver.BOARD:
        row.quorum = 1


def _check_order() -> None:
    """The limits must not become narrower further down: what is narrower there would never be taken."""
    before: ApprovalRoute | None = None
    for route in ApprovalRoute.objects.order_by("position"):
        if before is not None and _narrower(route, before):
            words = _("“%(route)s” takes nothing that “%(before)s” does not take already: give it wider limits.")
            raise ActionError(words % {"route": route.name, "before": before.name}, field="most_percent")
        before = route


def _narrower(route: ApprovalRoute, before: ApprovalRoute) -> bool:
    def at_most(one: Any, other: Any) -> bool:
        return other is None or (one is not None and one <= other)

    return at_most(route.most_percent, before.most_percent) and at_most(route.most_days, before.most_days)


@transaction.atomic
def remove_route(route: ApprovalRoute, *, version: int) -> None:
    """Take a route away. Raises ActionError for the last one, and for one that a change request took."""
    with recorded("portfolio.route.removed"):
        _one_at_a_time()
        row = lock(ApprovalRoute.objects.all(), route.pk, version=version)
        if ApprovalRoute.objects.count() == 1:
            raise ActionError(_("One route must stay: somebody has to decide."))
        if ChangeRequest.objects.filter(route=row).exists():
            raise ActionError(_("Change requests took this route: it stays for their record. Change its limits instead."))
        row.delete()
