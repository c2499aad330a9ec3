"""What of scoring the history of a request tells, and to whom: before they are revealed, no scores at all."""

from typing import Any

from intake.access import knows_reviewers
from intake.models import Assessment, ModeratedScore, Request, Reviewer, ReviewScore


def scoring_history(request: Request, user: Any) -> list[tuple[Any, dict[str, Any]]]:
    """The rows for `core.history.history_of`. Scores that were never submitted stay their writer's. Three queries."""
    rows: list[tuple[Any, dict[str, Any]]] = [(Assessment, {"request_id": request.pk})]
    if not knows_reviewers(user, request):
        return rows
    assessments = list(request.assessments.values_list("pk", flat=True))
    if not assessments:
        return rows
    shown = request.assessments.shown().values("pk")
    seats = Reviewer.objects.filter(assessment__in=shown).exclude(submitted_at=None)
    return [
        *rows,
        (Reviewer, {"assessment_id__in": assessments}),
        (ReviewScore, {"reviewer_id__in": list(seats.values_list("pk", flat=True))}),
        (ModeratedScore, {"assessment_id__in": assessments}),
    ]
