"""Tell people by mail as they want it: at once, once a day, or not at all."""

from collections.abc import Iterable, Mapping
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.actions.mail import full_url, queue_mail
from core.errors import ActionError
from core.history import recorded
from core.mail_topics import mail_topics, topic_of
from core.models import DigestItem, MailPreference, OutgoingMail
from core.models.preferences import When
from core.subjects import hides_any, key_of

# The daily mail leaves with the first sweep after this hour, local to its reader.
MORNING = time(7)


def preferences_of(user: Any) -> dict[str, str]:
    """Topic -> when, for every topic. One query."""
    kept = dict(MailPreference.objects.filter(user=user).values_list("topic", "when"))
    return {topic.key: _allowed(topic.key, kept.get(topic.key, When.NOW)) for topic in mail_topics()}


def _allowed(topic: str, when: str) -> str:
    return When.NOW if when == When.NEVER and not topic_of(topic).may_stop else when


@transaction.atomic
def set_preferences(*, user: Any, wanted: Mapping[str, str]) -> None:
    """Keep when the person gets mails of each topic. Raises ActionError for "never" where the office must be able to tell them."""
    with recorded("core.preference.set"):
        for key, when in wanted.items():
            if when == When.NEVER and not topic_of(key).may_stop:
                raise ActionError(_("These mails cannot be stopped: the office relies on them."), field=key)
            row = MailPreference.objects.select_for_update().filter(user=user, topic=key).first()
            if row is None and when != When.NOW:
                MailPreference.objects.create(user=user, topic=key, when=when)
            elif row is not None and row.when != when:
                row.when = when
                row.save()


def mail_person(
    *,
    topic: str,
    to: Any,
    key: str,
    template: str,
    context: Mapping[str, Any],
    at: datetime,
    shows: Iterable[Any],
    about: Any = None,
    is_secret: bool = False,
) -> None:
    """Mail a person about something of a topic, as they want it, within the caller's transaction. The same `key` tells once.

    `context` as of `queue_mail`; its `heading`, `paragraphs` and `action_url` are what a daily mail says of it. `is_secret` as there.
    """
    when = _allowed(
        topic, MailPreference.objects.filter(user=to, topic=topic).values_list("when", flat=True).first() or When.NOW
    )
    if when == When.NEVER:
        return
    if when == When.NOW:
        queue_mail(
            key=key,
            template=template,
            context=context,
            at=at,
            to=to,
            about=about,
            shows=shows,
            topic=topic,
            is_secret=is_secret,
        )
        return
    DigestItem.objects.get_or_create(
        user=to,
        key=key[:200],
        defaults={
            "topic": topic,
            "heading": str(context["heading"])[:300],
            "text": "\n\n".join(str(each) for each in context.get("paragraphs", []) if each),
            "url": str(context.get("action_url", ""))[:500],
            "shows": sorted({key_of(obj) for obj in shows}),
            "created_at": at,
        },
    )


def send_digests(*, at: datetime) -> int:
    """Queue the daily mail of everybody for whom something waits and whose morning has come; returns how many.
    One mail a person and day; running it again queues none."""
    waiting = DigestItem.objects.filter(mailed_at=None).order_by().values("user")
    sent = 0
    for person in get_user_model()._default_manager.filter(pk__in=waiting):
        local = timezone.localtime(at, ZoneInfo(getattr(person, "time_zone", "") or settings.TIME_ZONE))
        if local.time() >= MORNING:
            sent += _send_digest(person, key=f"digest:{person.pk}:{local.date().isoformat()}", at=at)
    return sent


@transaction.atomic
def _send_digest(person: Any, *, key: str, at: datetime) -> int:
    items = list(DigestItem.objects.select_for_update(skip_locked=True).filter(user=person, mailed_at=None))
    if not items or OutgoingMail.objects.filter(key=key).exists():
        return 0
    DigestItem.objects.filter(pk__in=[item.pk for item in items]).update(mailed_at=at)
    # What they may not see any more since then is not told.
    items = [item for item in items if person.is_active and not hides_any(person, item.shows)]
    if not items:
        return 0
    with translation.override(person.language or settings.LANGUAGE_CODE):
        heading = ngettext("%(n)s thing since your last mail", "%(n)s things since your last mail", len(items)) % {
            "n": len(items)
        }
        context = {
            "heading": heading,
            "items": items,
            "reason": _("You get this once a day, as you chose."),
            "action": _("Open the portfolio office"),
            "action_url": full_url(reverse("home")),
        }
    queue_mail(
        key=key, template="digest", context=context, at=at, to=person, shows=[], show_keys=[name for item in items for name in item.shows],
        topic=items[0].topic,
    )  # fmt: skip
    return 1
