"""Tell people inside the product. One event is one notification, however often it is told."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import translation

from core.models import Notification
from core.subjects import hidden_keys, key_of


def notify(*, users: Iterable[Any], key: str, text: Any, url: str, at: datetime, shows: Iterable[Any]) -> None:
    """Put `text` (marked for translation: each reads it in their language) under the bell of `users`.

    `key` names the event: telling it again changes nothing. Nobody inactive is told. `shows` are the objects that the text
    names: it is read as long as one may see them.
    """
    rows, named = [], sorted({key_of(obj) for obj in shows})
    for user in {user.pk: user for user in users if user is not None and user.is_active}.values():
        with translation.override(user.language or settings.LANGUAGE_CODE):
            rows.append(Notification(user=user, key=key[:200], text=str(text)[:300], url=url[:300], shows=named, created_at=at))
    Notification.objects.bulk_create(rows, ignore_conflicts=True)


def hidden_of(user: Any, told: Iterable[Iterable[str]]) -> list[bool]:
    """Of notifications of a person, by what each shows: whether they may not see it today. A query a kind of object."""
    told = [list(keys) for keys in told]
    hidden = hidden_keys(user, {key for keys in told for key in keys})
    return [not hidden.isdisjoint(keys) for keys in told]


def read_notifications(user: Any, *, at: datetime, pk: int | None = None) -> int:
    """Mark one, or all, of a person's notifications as read; returns how many were not yet."""
    unread = Notification.objects.filter(user=user, read_at=None)
    return (unread if pk is None else unread.filter(pk=pk)).update(read_at=at)
