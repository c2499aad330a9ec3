"""What triage does with a request: moves, owner, merge, split. Mixed into the viewset of requests."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.exceptions import APIException
from rest_framework.request import Request as Asked
from rest_framework.response import Response

from accounts.models import User
from accounts.roles import ROLES, roles_with
from intake.access import request_actions, request_for
from intake.actions.merges import merge_requests, split_request, unmerge_request
from intake.actions.moves import MovedMeanwhile, move_request
from intake.actions.questions import ask_question
from intake.actions.triage import assign_requests
from intake.forms.triage import possible_owners
from intake.models import Request, RequestMove
from intake.models.requests import State
from intake.transitions import REQUESTER_MAY, TRANSITIONS, transitions_from

# These have an address of their own, because more belongs to them than a reason.
ELSEWHERE = {"submit", "answer", "approve", "defer", "reject", "convert"}
VERBS = [(verb, transition.label) for verb, transition in TRANSITIONS.items() if verb not in ELSEWHERE]


class Moved(APIException):
    """409: somebody else moved the request meanwhile; the detail says who and when."""

    status_code = status.HTTP_409_CONFLICT
    default_detail = _("Somebody else moved the request meanwhile.")
    default_code = "moved"


class MoveSerializer(serializers.Serializer[Any]):
    """A move. `expected` is the state that you saw: if the request stands elsewhere by now, the answer is 409."""

    verb = serializers.ChoiceField(choices=VERBS)
    reason = serializers.CharField(required=False, allow_blank=True, max_length=4000)
    until = serializers.DateField(required=False, allow_null=True, help_text="For postponing: when it comes back.")
    expected = serializers.ChoiceField(choices=State.choices, required=False)


class PossibleMoveSerializer(serializers.Serializer[Any]):
    """A move that you may make now."""

    verb = serializers.CharField()
    label = serializers.CharField()
    target = serializers.CharField()
    needs_reason = serializers.BooleanField()
    needs_until = serializers.BooleanField()


class TransitionSerializer(serializers.Serializer[Any]):
    """A move that there is: from which states to which, who may make it (roles, and the requester), whether it needs a reason, and
    whether requester and followers are told."""

    verb = serializers.CharField()
    label = serializers.CharField()
    sources = serializers.ListField(child=serializers.ChoiceField(choices=State.choices))
    target = serializers.ChoiceField(choices=State.choices)
    roles = serializers.ListField(child=serializers.CharField())
    requester = serializers.BooleanField()
    needs_reason = serializers.BooleanField(source="reason")
    tells = serializers.BooleanField()


class MadeMoveSerializer(serializers.ModelSerializer[RequestMove]):
    """A move that was made."""

    by = serializers.SlugRelatedField("email", read_only=True)

    class Meta:
        model = RequestMove
        fields = ["from_state", "to_state", "reason", "by", "at"]
        read_only_fields = fields


class OwnerSerializer(serializers.Serializer[Any]):
    """Who looks after the request; null for nobody."""

    owner = serializers.SlugRelatedField("email", queryset=User.objects.none(), allow_null=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = possible_owners()  # type: ignore[attr-defined]


class MergeSerializer(serializers.Serializer[Any]):
    """Merge the other request into this one."""

    other = serializers.CharField(help_text="Reference of the request that is withdrawn and points here.")
    reason = serializers.CharField(required=False, allow_blank=True, max_length=2000)


class UnmergeSerializer(serializers.Serializer[Any]):
    """Why the merge is undone."""

    reason = serializers.CharField(max_length=2000)


class PartsSerializer(serializers.Serializer[Any]):
    """The parts of a request that was split, by reference."""

    parts = serializers.ListField(child=serializers.CharField())


class SplitSerializer(serializers.Serializer[Any]):
    """The titles of the parts; without `keep_open` the request itself is withdrawn."""

    titles = serializers.ListField(child=serializers.CharField(max_length=300), max_length=20)
    keep_open = serializers.BooleanField(required=False, default=False)
    reason = serializers.CharField(required=False, allow_blank=True, max_length=2000)


class TriageActions:
    """Actions for `RequestViewSet`. Rights are those of each move; the rules are the actions'."""

    def words(self, serializer: type[serializers.Serializer[Any]]) -> dict[str, Any]:
        """What was sent, checked."""
        sent = serializer(data=self.request.data)  # type: ignore[attr-defined]
        sent.is_valid(raise_exception=True)
        return dict(sent.validated_data)

    def again(self, row: Request) -> Response:
        """The request as it is now, with its ETag."""
        row.refresh_from_db()
        answer: Response = self.answer(row)  # type: ignore[attr-defined]
        return answer

    @extend_schema(responses=PossibleMoveSerializer(many=True))
    @action(detail=True, pagination_class=None)
    def moves(self, request: Asked, reference: str) -> Response:
        """The moves that you may make now."""
        row = self.find("request.view")  # type: ignore[attr-defined]
        actions = request_actions(request.user, row)
        found = [one for one in transitions_from(row.state) if one.verb not in ELSEWHERE and one.action in actions]
        return Response(
            [
                {
                    "verb": one.verb,
                    "label": str(one.label),
                    "target": one.target,
                    "needs_reason": one.reason,
                    "needs_until": one.target == State.DEFERRED,
                }
                for one in found
                if not row.merged_into_id
            ]
        )

    @extend_schema(responses=TransitionSerializer(many=True), filters=False)
    @action(detail=False, pagination_class=None)
    def transitions(self, request: Asked) -> Response:
        """Who may move a request from where to where."""
        rows = [
            vars(one)
            | {
                "roles": [role for role in ROLES if role in roles_with(one.action)],
                "requester": one.action in REQUESTER_MAY,
            }
            for one in TRANSITIONS.values()
        ]
        return Response(TransitionSerializer(rows, many=True).data)

    @extend_schema(responses=MadeMoveSerializer(many=True))
    @action(detail=True, pagination_class=None)
    def way(self, request: Asked, reference: str) -> Response:
        """The moves that were made, in their order."""
        row = self.find("request.view")  # type: ignore[attr-defined]
        return Response(MadeMoveSerializer(row.moves.select_related("by"), many=True).data)

    @extend_schema(request=MoveSerializer)
    @action(detail=True, methods=["post"])
    def move(self, request: Asked, reference: str) -> Response:
        """Move it: 403 for a move that you may not make, 409 when somebody else moved it meanwhile."""
        row = self.find("request.view")  # type: ignore[attr-defined]
        words = self.words(MoveSerializer)
        row = self.find(TRANSITIONS[words["verb"]].action)  # type: ignore[attr-defined]
        expected = words.get("expected", "")
        try:
            if words["verb"] == "ask":
                if expected not in ("", row.state):
                    raise MovedMeanwhile(row)
                ask_question(row, text=words.get("reason", ""), by=request.user, at=timezone.now())
            else:
                move_request(
                    row,
                    verb=words["verb"],
                    by=request.user,
                    at=timezone.now(),
                    reason=words.get("reason", ""),
                    until=words.get("until"),
                    expected=expected,
                )
        except MovedMeanwhile as error:
            raise Moved(str(error)) from error
        return self.again(row)

    @extend_schema(request=OwnerSerializer)
    @action(detail=True, methods=["post"])
    def assign(self, request: Asked, reference: str) -> Response:
        """Give it to an owner, or to nobody."""
        row = self.find("request.triage")  # type: ignore[attr-defined]
        assign_requests([row], owner=self.words(OwnerSerializer)["owner"], by=request.user, at=timezone.now())
        return self.again(row)

    @extend_schema(request=MergeSerializer)
    @action(detail=True, methods=["post"])
    def merge(self, request: Asked, reference: str) -> Response:
        """Merge another request into this one."""
        row = self.find("request.triage")  # type: ignore[attr-defined]
        words = self.words(MergeSerializer)
        other = request_for(request.user, words["other"], "request.triage")
        merge_requests(row, other=other, reason=words.get("reason", ""), by=request.user, at=timezone.now())
        return self.again(row)

    @extend_schema(request=UnmergeSerializer)
    @action(detail=True, methods=["post"])
    def unmerge(self, request: Asked, reference: str) -> Response:
        """Undo the merge of this request into another."""
        row = self.find("request.triage")  # type: ignore[attr-defined]
        unmerge_request(row, reason=self.words(UnmergeSerializer)["reason"], by=request.user, at=timezone.now())
        return self.again(row)

    @extend_schema(request=SplitSerializer, responses={201: PartsSerializer})
    @action(detail=True, methods=["post"])
    def split(self, request: Asked, reference: str) -> Response:
        """Split it into parts; the answer names them."""
        row = self.find("request.triage")  # type: ignore[attr-defined]
        words = self.words(SplitSerializer)
        parts = split_request(
            row,
            titles=words["titles"],
            keep_open=words["keep_open"],
            reason=words.get("reason", ""),
            by=request.user,
            at=timezone.now(),
        )
        return Response({"parts": [part.reference for part in parts]}, status=201)
