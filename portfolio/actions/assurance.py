"""The PMO's own rating of delivery confidence: the third beside declared and computed."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.actions.locking import lock
from core.errors import ActionError
from core.history import recorded
from portfolio.actions.projects import refuse_archived
from portfolio.models import AssuranceRating, Project


def rate_assurance(*, project: Project, rating: str, comment: str, by: User, at: datetime) -> AssuranceRating:
    """Rate the project's delivery confidence from `at` on. Earlier ratings stay. Raises ActionError without grounds."""
    if not comment.strip():
        raise ActionError(_("Say what the rating rests on: a reader must be able to follow it."), field="comment")
    with recorded("portfolio.assurance.rated"), transaction.atomic():
        row = lock(Project.objects.all(), project.pk)
        refuse_archived(row)
        made = AssuranceRating.objects.create(project=row, rating=rating, comment=comment.strip(), rated_by=by, effective_at=at)
        newest = AssuranceRating.objects.filter(project=row).order_by("-effective_at", "-pk").first()
        Project.objects.filter(pk=row.pk).update(current_assurance=newest)
        return made
