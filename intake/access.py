"""The only door to a request: reference and action in, object out, or 404 unseen / 403 seen but not allowed."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts.access import changes_nothing, may, require, rights_of
from accounts.roles import ACTIONS
from core.prepared import PreparedObjects
from intake.models import (
    AgendaItem,
    Assessment,
    Charter,
    Condition,
    Conversion,
    FormVersion,
    Judge,
    OpeningRisk,
    Request,
    RequestType,
    Reviewer,
)
from intake.models.conversion import open_charter
from intake.models.visibility import somebody
from intake.transitions import READS, REQUESTER_MAY, SEEN_BY_PARTIES

# What holds on a request; the other actions of a role are an office's and hold only everywhere.
ON_A_REQUEST = frozenset(
    {"queue.view", "request.view", "request.edit", "request.triage", "request.withdraw", "request.answer", "request.vote"}
    | {"request.decide", "request.convert", "scoring.moderate", "comment.write", "attachment.write", "history.view"}
)


# Put together once for all who have the same rights: every page of a request begins with it.
ONE = PreparedObjects(
    lambda rights, user, reference: (
        Request.objects.visible_to(somebody(user, rights))
        .filter(reference=reference)
        .select_related("type", "form_version", "unit", "requester", "sponsor", "owner", "project")
    ),
    user=int,
    reference=str,
)


def request_for(user: Any, reference: str, action: str = "request.view") -> Request:
    """The request of this reference. 404 when the person may not see it, 403 when they may not do `action`."""
    rows = ONE(rights_of(user), user=user.pk, reference=reference) if user.is_authenticated and user.is_active else []
    if not rows:
        raise Http404
    found: Request = rows[0]
    if action not in request_actions(user, found):
        raise PermissionDenied
    return found


def requests_for(user: Any, references: Iterable[str], action: str = "request.view") -> list[Request]:
    """The requests of these references, each once, in their order. 404 when the person may not see one of them, 403 when they may
    not do `action` on one. Two queries."""
    asked = dict.fromkeys(references)
    seen = {row.reference: row for row in Request.objects.visible_to(user).filter(reference__in=asked)}
    if len(seen) < len(asked):
        raise Http404
    if Request.objects.allowed(user, action).filter(reference__in=asked).count() < len(asked):
        raise PermissionDenied
    return [seen[reference] for reference in asked]


def may_ask(user: Any) -> bool:
    """Whether the person may ask for a project: everybody signed in, whatever their roles. Auditors change nothing."""
    return bool(user.is_authenticated and user.is_active) and not changes_nothing(user)


def types_for(user: Any) -> "QuerySet[RequestType]":
    """The kinds of request that the person may know of: those that can be asked for now; all, for those who see how intake is
    set up."""
    rows = RequestType.objects.order_by("position", "name")
    if may(user, "setup.view"):
        return rows
    published = FormVersion.objects.filter(type=OuterRef("pk"), published_at__isnull=False)
    return rows.filter(Exists(published), is_active=True)


def type_for(user: Any, pk: int, action: str = "intake.manage") -> RequestType:
    """A kind of request: 404 for one that the person may not know of, 403 where they may not do `action`."""
    found = get_object_or_404(types_for(user), pk=pk)
    if action:
        require(user, action)
    return found


def request_by_id(user: Any, pk: int, action: str) -> Request:
    """As `request_for`, by primary key (for rows that point to a request)."""
    reference = Request.objects.filter(pk=pk).values_list("reference", flat=True).first()
    return request_for(user, reference or "", action)


def request_actions(user: Any, request: Request) -> frozenset[str]:
    """Everything the person may do on the request. One query (is the person a party?), besides their rights."""
    if not user.is_authenticated or not user.is_active:
        return frozenset()
    rights = rights_of(user)
    own = request.requester_id == user.pk
    stands_on = own or user.pk in (request.owner_id, request.sponsor_id) or request.parties.filter(user=user).exists()
    found: set[str] = set()
    if request.state != "draft" and (not request.is_confidential or stands_on):
        roles = rights.everywhere | {role for role, units in rights.units.items() if request.unit_id in units}
        found |= set().union(*(ACTIONS[role] for role in roles)) & ON_A_REQUEST
    if own:
        found |= REQUESTER_MAY | {"comment.write", "attachment.write"}
    if stands_on and (own or request.state != "draft"):
        found |= SEEN_BY_PARTIES | {"comment.write", "attachment.write"}
    return frozenset(found & READS if changes_nothing(user) else found)


def assessment_for(user: Any, reference: str, pk: int, action: str = "request.view") -> tuple[Request, Assessment]:
    """The request and one of its assessments, through the request's door."""
    request = request_for(user, reference, action)
    found = get_object_or_404(request.assessments.select_related("model_version__model", "opened_by"), pk=pk)
    return request, found


def review_for(user: Any, pk: int) -> Reviewer:
    """The person's own invitation to review, on a request that they may (still) see; 404 for anybody else's, 403 for an auditor."""
    rows = Reviewer.objects.filter(user=user, assessment__request__in=Request.objects.visible_to(user).values("pk"))
    found = get_object_or_404(
        rows.select_related("user", "assessment__request__type", "assessment__model_version__model"), pk=pk
    )
    if changes_nothing(user):  # invited before they became an auditor
        raise PermissionDenied
    return found


def judge_for(user: Any, pk: int) -> Judge:
    """The person's own seat in a weighting round; 404 for anybody else's, 403 for an auditor."""
    rows = Judge.objects.filter(user=user).select_related("user", "round__model_version__model")
    found = get_object_or_404(rows, pk=pk)
    if changes_nothing(user):
        raise PermissionDenied
    return found


def agenda_item_for(user: Any, pk: int, action: str = "request.view", *, meeting: int | None = None) -> AgendaItem:
    """An item of an agenda whose request the person may see, for those who hold the action everywhere: 403 without it, else 404."""
    require(user, action)
    rows = AgendaItem.objects.select_related(
        "meeting__round__model_version__model", "request__type", "request__requester", "request__sponsor"
    )
    rows = rows if meeting is None else rows.filter(meeting=meeting)
    return get_object_or_404(rows, pk=pk, request__in=Request.objects.visible_to(user).values("pk"))


def condition_to_meet(user: Any, request: Request, pk: int) -> Condition:
    """A condition of a decision on the request, for its owner and for those who triage: 404 unknown, 403 for others."""
    rows = Condition.objects.select_related("decision__request", "owner")
    condition = get_object_or_404(rows, pk=pk, decision__request=request)
    is_owner = condition.owner_id == user.pk and not changes_nothing(user)
    if not is_owner and "request.triage" not in request_actions(user, request):
        raise PermissionDenied
    return condition


def knows_reviewers(user: Any, request: Request) -> bool:
    """Whether the person may know who scored what. Who sees the request only because they asked for it, or follow it, reads
    what was said, not by whom. Two queries at most."""
    if user.pk in (request.owner_id, request.sponsor_id):
        return True
    rights = rights_of(user)
    if rights.everywhere_may("request.view") or request.unit_id in rights.units_with("request.view"):
        return True
    return request.requester_id != user.pk and request.parties.filter(user=user, part="reviewer").exists()


def untold_risks(user: Any, conversion: Conversion) -> set[int]:
    """The places of the opening risks that have become confidential and that the person may not see. One query."""
    rows = OpeningRisk.objects.filter(request=conversion.request_id)
    return set(rows.exclude(pk__in=rows.told_to(user).values("pk")).values_list("position", flat=True))


def charter_path(user: Any, charter: Charter | None) -> str:
    """The file of a charter for this reader: the one without opening risks, where one of them may not be told to them today.
    404 until it is made."""
    if charter is None or charter.made_at is None:
        raise Http404
    path = open_charter(charter.file) if untold_risks(user, charter.conversion) else charter.file
    if not default_storage.exists(path):
        raise Http404
    return path
