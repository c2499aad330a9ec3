"""What a request belongs together with: what it was merged into or split from, and what was merged into it."""

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.models import Attachment, Comment
from intake.models import Request


def relations_of(request: Request, user: Any) -> list[dict[str, Any]]:
    """The related requests that this reader may see, with their comments and files. One query, three where there are any."""
    above = {request.merged_into_id: _("Merged into"), request.split_from_id: _("Part of")}
    near = Q(merged_into=request) | Q(split_from=request) | Q(pk__in=[key for key in above if key is not None])
    rows = list(Request.objects.visible_to(user).filter(near).order_by("pk"))
    talk = talk_counts([row.pk for row in rows]) if rows else {}
    found = []
    for row in rows:
        below = _("Merged into this one") if row.merged_into_id == request.pk else _("Part of this one")
        count = talk.get(row.pk, 0)
        words = ngettext("%(count)d comment or file", "%(count)d comments and files", count) % {"count": count}
        found.append(
            {
                "label": above.get(row.pk, below),
                "merged": row.pk == request.merged_into_id,
                "title": row.title,
                "reference": row.reference,
                "url": reverse("intake:request-detail", args=[row.reference]),
                "state": row.get_state_display(),
                "people": row.requester_name,
                "talk": words,
                "talk_url": reverse("intake:request-talk", args=[row.reference]) if count else "",
            }
        )
    return found


def talk_counts(keys: list[int]) -> dict[int, int]:
    """How many comments and files each of these requests holds. Two queries."""
    found: dict[int, int] = {}
    about = {"subject_type": ContentType.objects.get_for_model(Request), "subject_id__in": keys, "removed_at": None}
    for rows in (Comment.objects.filter(**about), Attachment.objects.filter(**about)):
        for key, count in rows.order_by().values_list("subject_id").annotate(Count("pk")):
            found[key] = found.get(key, 0) + count
    return found
