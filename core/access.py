"""Who sees which mail: people their own, those who look after mail everybody's, secrets administrators only."""

from typing import Any

from django.db.models import Q, QuerySet

from core.models import OutgoingMail
from core.rights import may


def mails_visible_to(user: Any) -> "QuerySet[OutgoingMail]":
    """The mails the person may read. A password link would let its reader in as somebody else:
    such mails are for those who may set passwords anyway."""
    if not user.is_authenticated:
        return OutgoingMail.objects.none()
    mine = Q(user=user, is_secret=False)
    if may(user, "user.manage"):
        mine |= Q(is_confidential=False)
    elif may(user, "mail.view"):
        mine |= Q(is_confidential=False, is_secret=False)
    return OutgoingMail.objects.filter(mine)


def mail_actions(user: Any) -> frozenset[str]:
    """What the person may do in the outbox."""
    return frozenset(action for action in ("mail.view", "report.manage") if may(user, action))
