"""Who sees which mail (people their own, those who look after mail everybody's, secrets administrators only) and which imports."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404

from core.imports.registry import Target, targets_for
from core.models import ImportJob, OutgoingMail
from core.rights import may
from core.subjects import shows_hidden


def mails_visible_to(user: Any) -> "QuerySet[OutgoingMail]":
    """The mails the person may read: those that came to them; for those who look after mail also the others, but for what
    shows something that they may not see today. A password link would let its reader in as somebody else: such mails are
    for those who may set passwords anyway."""
    if not user.is_authenticated:
        return OutgoingMail.objects.none()
    mine = Q(user=user, is_secret=False)
    others = Q(is_confidential=False)
    if not may(user, "user.manage"):
        others &= Q(is_secret=False)
    if may(user, "user.manage") or may(user, "mail.view"):
        mine |= others & ~shows_hidden(user, "shows")
    return OutgoingMail.objects.filter(mine)


def mail_actions(user: Any) -> frozenset[str]:
    """What the person may do in the outbox."""
    return frozenset(action for action in ("mail.view", "report.manage") if may(user, action))


def import_targets(user: Any) -> list[Target]:
    """What the person may load files into. Raises PermissionDenied (403) when it is nothing."""
    targets = targets_for(user)
    if not targets:
        raise PermissionDenied
    return targets


def imports_visible_to(user: Any) -> "QuerySet[ImportJob]":
    """The imports into targets that the person may load: PMO staff see each other's."""
    return ImportJob.objects.filter(target__in=[target.key for target in import_targets(user)]).select_related(
        "started_by", "confirmed_by"
    )


def import_for(user: Any, pk: int) -> ImportJob:
    """The import of this number: 403 for those who run no imports, 404 when there is none."""
    job: ImportJob = get_object_or_404(imports_visible_to(user), pk=pk)
    return job
