"""Tell owners of requests what has passed its service time, and what was deferred until now.

What is told of is marked under the bell of whoever is told (a notification's key names request and stay), in the transaction
that queues the mail: each breach is news once, whatever is run twice or killed in the middle. A day without news has no mail;
a day with news has one, which lists everything that waits.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import RoleGrant, User
from core.actions.mail import full_url, queue_mail
from core.actions.notifications import notify
from core.holidays import office_holidays
from core.models import Notification, OutgoingMail
from intake.formulas.service import clock_until
from intake.models import Request
from intake.models.clock import overdue
from intake.models.requests import OPEN, State


@dataclass(frozen=True)
class Waiting:
    """One request that waits, for the mail. `over`: working days beyond its service time; None: it was deferred until now."""

    request: Request
    over: int | None
    url: str

    @property
    def words(self) -> str:
        """Why it is told of."""
        if self.over is None:
            return _("was deferred until now")
        return ngettext("%(days)d working day over", "%(days)d working days over", self.over) % {"days": self.over}


def send_service_digest(*, at: datetime) -> int:
    """Mail each owner what waits too long, if some of it is news; returns how many mails. Running it again queues none.

    What has no owner goes to the heads of the office who may see it.
    """
    on = timezone.localdate(at)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", ["intake.send_service_digest"])
        rows = list(_waiting(on))
        letters = _letters(rows, on)
        sent = 0
        for person, waiting in letters.items():
            key = f"service-digest:{person.pk}:{on.isoformat()}"
            fresh = _news(person, waiting)
            if not fresh or OutgoingMail.objects.filter(key=key).exists():
                continue
            for item in fresh:
                _mark(person, item, at)
            _send(person, waiting, key, at)
            sent += 1
    return sent


def _waiting(on: date) -> Any:
    rows = Request.objects.active().waiting(on).with_clock()
    late = Q(overdue(on, office_holidays()), state__in=OPEN) | Q(state=State.DEFERRED)
    return rows.filter(late).select_related("owner").defer("search", "answers", "custom").order_by("due_number", "moved_at")


def _letters(rows: Iterable[Request], on: date) -> dict[User, list[Waiting]]:
    """What each person is told of."""
    rows = list(rows)
    found: dict[User, list[Waiting]] = defaultdict(list)
    heads = _heads(on)
    alone = [row.pk for row in rows if row.owner is None or not row.owner.is_active]
    seen = {
        head: set(Request.objects.allowed(head, "request.triage").filter(pk__in=alone).values_list("pk", flat=True))
        for head in heads
    }
    for row in rows:
        item = _item(row, on)
        if row.owner is not None and row.owner.is_active:
            found[row.owner].append(item)
            continue
        for head in heads:
            if row.pk in seen[head]:
                found[head].append(item)
    return found


def _item(row: Any, on: date) -> Waiting:
    url = full_url(reverse("intake:request-detail", args=[row.reference]))
    clock = clock_until(timezone.localtime(row.moved_at).date(), on, row.due_number, office_holidays())
    return Waiting(row, None if row.state == State.DEFERRED else -(clock.left or 0), url)


def _heads(on: date) -> list[User]:
    grants = RoleGrant.objects.active(on).filter(role="pmo_head", unit=None)
    return list(User.objects.filter(pk__in=grants.values("user"), is_active=True))


def _key(item: Waiting) -> str:
    """Names the stay: the same request that is late in its next state is news again."""
    return f"service:{item.request.pk}:{item.request.moved_at:%Y%m%d%H%M%S}:{item.request.state}"


def _news(person: User, waiting: list[Waiting]) -> list[Waiting]:
    keys = {_key(item): item for item in waiting}
    told = set(Notification.objects.filter(user=person, key__in=keys).values_list("key", flat=True))
    return [item for key, item in keys.items() if key not in told]


def _mark(person: User, item: Waiting, at: datetime) -> None:
    text = (
        gettext_lazy("%(request)s was deferred until now: take it up again")
        if item.over is None
        else gettext_lazy("%(request)s has passed its service time")
    )
    with translation.override(person.language or settings.LANGUAGE_CODE):
        words = str(text) % {"request": item.request}
    url = reverse("intake:request-detail", args=[item.request.reference])
    notify(users=[person], key=_key(item), text=words, url=url, at=at, shows=[item.request])


def _send(person: User, waiting: list[Waiting], key: str, at: datetime) -> None:
    with translation.override(person.language or settings.LANGUAGE_CODE):
        late = sum(item.over is not None for item in waiting)
        back = len(waiting) - late
        heading = ngettext(
            "%(count)d request has passed its service time", "%(count)d requests have passed their service time", late
        ) % {"count": late}
        if not late:
            heading = ngettext(
                "%(count)d request was deferred until now", "%(count)d requests were deferred until now", back
            ) % {"count": back}
        context = {
            "heading": heading,
            "waiting": waiting[:50],
            "left_out": max(0, len(waiting) - 50),
            "reason": _("You get this because you look after these requests. It comes only on days with something new."),
            "action": _("Open the triage queue"),
            "action_url": full_url(reverse("intake:queue")),
        }
        queue_mail(
            key=key,
            template="service_digest",
            context=context,
            at=at,
            to=person,
            shows=[item.request for item in waiting[:50]],
        )
