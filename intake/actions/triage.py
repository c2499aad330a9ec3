"""Verbs of triage: who looks after a request, and which objectives it serves."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from core.actions.locking import check, lock, save
from core.actions.notifications import notify
from core.errors import ActionError
from core.history import recorded
from intake.models import Request, RequestObjective
from intake.models.requests import ENDED, State
from portfolio.models import Objective


@transaction.atomic
def assign_requests(requests: Iterable[Request], *, owner: Any, by: Any, at: datetime) -> int:
    """Give the requests to an owner, or to nobody (None); returns how many changed hands. The owner is told once.

    Raises ActionError when one of them is a draft or has ended.
    """
    changed = []
    with recorded("intake.request.assigned"):
        for request in sorted(requests, key=lambda request: request.pk):
            row = lock(Request.objects.all(), request.pk)
            if row.state in (*ENDED, State.DRAFT):
                raise ActionError(
                    _("%(request)s is in the state “%(state)s”: it needs no owner.")
                    % {"request": row.reference, "state": row.get_state_display()}
                )
            if row.owner_id != (owner.pk if owner else None):
                row.owner = owner
                save(row)
                changed.append(row)
        if changed and owner is not None and owner.pk != by.pk:
            _tell_owner(owner, changed, at=at)
    return len(changed)


def _tell_owner(owner: Any, requests: list[Request], *, at: datetime) -> None:
    if len(requests) == 1:
        text = gettext_lazy("%(request)s is yours to look after")
        words: dict[str, Any] = {"request": requests[0]}
        url = reverse("intake:request-detail", args=[requests[0].reference])
    else:
        text = ngettext_lazy("%(count)d request is yours to look after", "%(count)d requests are yours to look after", "count")
        words = {"count": len(requests)}
        url = reverse("intake:queue") + "?assigned=me"
    keys = "-".join(f"{request.pk}.{request.version}" for request in requests[:8])
    notify(
        users=[owner],
        key=f"request-owner:{keys}",
        text=_Said(text, words),
        url=url,
        at=at,
        shows=requests if len(requests) == 1 else [],
    )


class _Said:
    """A lazy text with its words filled in when it is read, in the reader's language."""

    def __init__(self, text: Any, words: dict[str, Any]) -> None:
        self.text, self.words = text, words

    def __str__(self) -> str:
        return str(self.text % self.words)


@transaction.atomic
def link_request_objective(request: Request, *, objective: Objective, weight: int) -> RequestObjective:
    """Say how much the request contributes to an objective, in percent; linking again changes the weight.

    Raises ActionError when all weights would add up to more than 100 %, or the request has ended.
    """
    with recorded("intake.request.linked"):
        row = lock(Request.objects.all(), request.pk)
        if row.state in ENDED:
            raise ActionError(_("The request is decided: it stays as it was."))
        link = RequestObjective.objects.filter(request=row, objective=objective).first()
        link = link or RequestObjective(request=row, objective=objective)
        link.weight = weight
        check(link)
        others = RequestObjective.objects.filter(request=row).exclude(pk=link.pk).values_list("weight", flat=True)
        if sum(others) + weight > 100:
            raise ActionError(
                _("All weights of a request add up to at most 100%%; %(left)d%% are left.") % {"left": 100 - sum(others)},
                field="weight",
            )
        link.save()
    return link


@transaction.atomic
def unlink_request_objective(link: RequestObjective) -> None:
    """The request contributes to the objective no more. Raises ActionError when the request has ended."""
    with recorded("intake.request.unlinked"):
        row = lock(Request.objects.all(), link.request_id)
        if row.state in ENDED:
            raise ActionError(_("The request is decided: it stays as it was."))
        link.delete()
